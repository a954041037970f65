"""Calendar files: `python -m bench.calendars [--files 10000] [--plain 1000] [--plain-cpu 1]`.

Hostile ones, forty families in turn: every file is read in a process of its own with 3 s of CPU and 512 MiB,
forked from a warm one: by us (as an answer in a mail, and as an expert's calendar with its repetitions worked
out). Then a sample, as many of each family, by us once more and by icalendar with recurring-ical-events as
their pages show it, both with the shorter limit of `--plain-cpu`: most files that end by it would never end.
Those two are no part of the locked packages: `pip install --target DIR recurring-ical-events==3.8.0
x-wr-timezone` and `PYTHONPATH=.:DIR`.

Then one ordinary file of many entries (`--entries 10000`), as the service imports it, its process included.
"""

import argparse
import datetime as dt
import importlib
import importlib.util
import os
import resource
import signal
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

from expertpool.availability.rules import Span
from expertpool.availability.rules.ics import FILE_LIMITS, Unreadable, divide
from expertpool.availability.service.importing import import_busy
from expertpool.calendars.rules import Flaw, read_part
from expertpool.infra import clock
from tests.fixtures.hostile_calendars import FAMILIES, calendar, event, files, made

CPU_SECONDS, MEMORY_BYTES, WALL_SECONDS = 3, 512 * 2**20, 20
REFUSED, CRASHED = 3, 4
DAYS = 400


@dataclass
class Tally:
    """What became of the files. Units: seconds, MiB."""

    outcomes: Counter[str] = field(default_factory=Counter)
    bad: Counter[str] = field(default_factory=Counter)
    worst_seconds: float = 0.0
    worst_file: str = ""
    peak_mib: float = 0.0

    def add(self, name: str, outcome: str, seconds: float, mib: float) -> None:
        self.outcomes[outcome] += 1
        if outcome in ("crashed", "ended by the limit", "hung"):
            self.bad[f"{name} {outcome}"] += 1
        if seconds > self.worst_seconds:
            self.worst_seconds, self.worst_file = seconds, name
        self.peak_mib = max(self.peak_mib, mib)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--files", type=int, default=10_000)
    parser.add_argument("--plain", type=int, default=25 * len(FAMILIES), help="files read plainly, too")
    parser.add_argument("--plain-cpu", type=int, default=1, help="seconds of processor time for each of them")
    parser.add_argument("--entries", type=int, default=10_000, help="of the ordinary file")
    parser.add_argument("--seed", type=int, default=1)
    chosen = parser.parse_args()
    readers: list[tuple[str, Callable[[bytes], int], int, int]] = [
        ("ours, as an answer", _as_answer, chosen.files, CPU_SECONDS),
        ("ours, as a calendar", _as_calendar, chosen.files, CPU_SECONDS),
    ]
    if importlib.util.find_spec("recurring_ical_events"):
        importlib.import_module("recurring_ical_events")  # here, so that no file pays for it
        readers.append(("ours, as a calendar", _as_calendar, chosen.plain, chosen.plain_cpu))
        readers.append(("icalendar + recurring-ical-events", _plainly, chosen.plain, chosen.plain_cpu))
    print(
        "| reader | files | families | limit | read | refused | ended by the limit | raised or crashed "
        "| hung | worst | peak | |"
    )
    print("|" + "---|" * 12)
    for label, reader, count, seconds in readers:
        _print(label, count, seconds, _run(reader, count, chosen.seed, seconds))
    if chosen.entries:
        _import_ordinary(chosen.entries)


def _run(reader: Callable[[bytes], int], count: int, seed: int, seconds: int) -> Tally:
    tally = Tally()
    for name, of_file in files(count, seed=seed):
        data = made(name, of_file)
        tally.add(name, *_alone(reader, data, seconds))
    return tally


def _alone(reader: Callable[[bytes], int], data: bytes, cpu_seconds: int) -> tuple[str, float, float]:
    """Read one file in a child: how it ended, how long it took, and the memory of the whole child in MiB."""
    began = time.perf_counter()
    child = os.fork()
    if child == 0:
        os._exit(_confined(reader, data, cpu_seconds))
    status, used, hung = _wait(child, began + WALL_SECONDS)
    seconds = time.perf_counter() - began
    if hung:
        outcome = "hung"
    elif os.WIFSIGNALED(status):
        ended = os.WTERMSIG(status) in (signal.SIGXCPU, signal.SIGKILL)
        outcome = "ended by the limit" if ended else "crashed"
    else:
        ends = {0: "read", REFUSED: "refused"}
        outcome = ends.get(os.waitstatus_to_exitcode(status), "crashed")
    return outcome, seconds, used.ru_maxrss / 1024


def _wait(child: int, until: float) -> tuple[int, resource.struct_rusage, bool]:
    while True:
        ended, status, used = os.wait4(child, os.WNOHANG)
        if ended:
            return status, used, False
        if time.perf_counter() > until:
            os.kill(child, signal.SIGKILL)
            _, status, used = os.wait4(child, 0)
            return status, used, True
        time.sleep(0.0005)


def _confined(reader: Callable[[bytes], int], data: bytes, cpu_seconds: int) -> int:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (cpu_seconds, cpu_seconds))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    try:
        return reader(data)
    except BaseException:
        return CRASHED


def _as_answer(data: bytes) -> int:
    return REFUSED if isinstance(read_part(data), Flaw) else 0


def _window() -> Span:
    now = clock.now()
    return Span(now, now.fromtimestamp(now.timestamp() + DAYS * 86_400, tz=now.tzinfo))


def _as_calendar(data: bytes) -> int:
    if len(data) > FILE_LIMITS.size:
        return REFUSED
    try:
        divided = divide(data, window=_window(), tz="Asia/Seoul")
    except Unreadable:
        return REFUSED
    for series in divided.series:
        series.read()
    return 0


def _plainly(data: bytes) -> int:
    import icalendar
    import recurring_ical_events

    window = _window()
    calendar = icalendar.Calendar.from_ical(data)
    for each in recurring_ical_events.of(calendar).between(window.start, window.end):
        each.start  # noqa: B018 - what whoever shows it would ask for
    return 0


def _import_ordinary(entries: int) -> None:
    """An expert's calendar: every fiftieth entry repeats each week, the others are on one day."""
    first = clock.now().replace(minute=0, second=0, microsecond=0)
    parts = []
    for number in range(entries):
        start = first + dt.timedelta(hours=number * 24 * DAYS // entries)
        rule = ("RRULE:FREQ=WEEKLY;COUNT=20",) if number % 50 == 0 else ()
        lines = (f"DTSTART:{start:%Y%m%dT%H%M%SZ}", "DURATION:PT30M", "SUMMARY:A meeting", *rule)
        parts.append(event(*lines, uid=f"{number}@ordinary.example"))
    data = calendar(*parts, method="PUBLISH")
    began, before = time.perf_counter(), resource.getrusage(resource.RUSAGE_CHILDREN)
    found = import_busy(data, window=_window(), tz="Asia/Seoul")
    seconds, after = time.perf_counter() - began, resource.getrusage(resource.RUSAGE_CHILDREN)
    worked = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    print(
        f"\n{found.entries} entries, {len(data) / 2**20:.1f} MiB: {len(found.busy)} busy times, "
        f"{len(found.skipped)} left out; {seconds:.2f} s, {worked:.2f} s of them processor time of the "
        f"reading process; load {os.getloadavg()[0]:.1f}"
    )


def _print(label: str, count: int, seconds: int, tally: Tally) -> None:
    kinds = ("read", "refused", "ended by the limit", "crashed", "hung")
    counts = " | ".join(str(tally.outcomes[kind]) for kind in kinds)
    worst = f"{tally.worst_seconds:.2f} s ({tally.worst_file})"
    load = f"load {os.getloadavg()[0]:.1f}"
    sample = f"{count} | {min(count, len(FAMILIES))} | {seconds} s"
    print(f"| {label} | {sample} | {counts} | {worst} | {tally.peak_mib:.0f} MiB | {load} |", flush=True)
    for what, times in sorted(tally.bad.items()):
        print(f"  {what}: {times}", flush=True)


if __name__ == "__main__":
    main()
