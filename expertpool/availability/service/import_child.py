"""The importer's own process: a calendar file comes in by its standard input, lines of JSON go out.

It is run as a file. It knows no database, may use only so much memory and time, and dies with the process
that started it.

In: one line of orders, then the files.
Out: {"divided": …} or {"fault": …}; then one line for each series from `orders["from"]` on, when it is done.
The first series without a line is the one that took too long.
"""

import ctypes
import json
import os
import resource
import signal
import sys
from typing import Any

_PR_SET_PDEATHSIG = 1


def main() -> None:
    """Read, divide, work out, tell."""
    orders = json.loads(sys.stdin.buffer.readline())
    _confine(orders)
    from expertpool.availability.rules.ics.busy import divide
    from expertpool.availability.rules.ics.plain import divided_as_plain, found_as_plain, window_from_plain
    from expertpool.availability.rules.ics.scan import Unreadable
    from expertpool.availability.rules.ics.series import WholeDays

    window = window_from_plain(orders["window"])
    try:
        divided = divide(
            *(sys.stdin.buffer.read(size) for size in orders["sizes"]),
            window=window,
            tz=orders["tz"],
            whole_days=WholeDays(orders["whole_days"]),
            own_domain=orders["own_domain"],
        )
    except Unreadable as unreadable:
        _tell({"fault": unreadable.fault.value})
        return
    _tell({"divided": divided_as_plain(divided)})
    for series in divided.series[orders["from"] :]:
        _tell(found_as_plain(series.read()))


def _confine(orders: dict[str, Any]) -> None:
    """Bind this process to its limits and to the life of its parent."""
    resource.setrlimit(resource.RLIMIT_AS, (orders["memory_bytes"], orders["memory_bytes"]))
    used = resource.getrusage(resource.RUSAGE_SELF)
    seconds = int(used.ru_utime + used.ru_stime) + 1 + orders["cpu_seconds"]
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_NOFILE, (64, 64))
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != orders["parent"]:  # it died before we asked to be told
        sys.exit(1)


def _tell(line: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(line, separators=(",", ":")) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
