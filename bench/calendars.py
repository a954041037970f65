"""Reading calendars that mean harm: `python -m bench.calendars [--files 420] [--seed 1]`.

Each file goes through the importer as in service, child processes included. Prints how files ended, the worst
times by family and the largest child. A file that ends in anything but times or a refusal is a crash.
"""

import argparse
import datetime as dt
import resource
import time
from collections import Counter

from expertpool.availability.rules.remote import window_at
from expertpool.availability.service.importing import LIMITS, import_busy
from expertpool.refusals import Invalid
from tests.fixtures.hostile_calendars import FAMILIES, hostile_files

NOW = dt.datetime(2026, 11, 23, tzinfo=dt.UTC)


def main() -> None:
    """Read them all, one after the other."""
    asked = argparse.ArgumentParser()
    asked.add_argument("--files", type=int, default=10 * len(FAMILIES))
    asked.add_argument("--seed", type=int, default=1)
    options = asked.parse_args()
    ended: Counter[str] = Counter()
    worst: dict[str, float] = {}
    for family, data in hostile_files(options.files, seed=options.seed):
        began = time.perf_counter()
        try:
            import_busy(data, window=window_at(NOW), tz="Asia/Seoul")
            ended["read"] += 1
        except Invalid:
            ended["refused"] += 1
        except Exception as error:
            ended[f"crashed ({type(error).__name__} in {family})"] += 1
        worst[family] = max(worst.get(family, 0.0), time.perf_counter() - began)
    print(f"{options.files} files of {len(FAMILIES)} families, seed {options.seed}")
    for how, count in ended.most_common():
        print(f"  {how:40} {count:6}")
    most = LIMITS.processes * LIMITS.wall_seconds
    print(f"  hangs (over {most} s){'':22} {sum(seconds > most for seconds in worst.values()):6}")
    used = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    print(f"  largest child process {used:.0f} MiB; worst times in seconds:")
    for family, seconds in sorted(worst.items(), key=lambda each: -each[1])[:8]:
        print(f"    {family:20} {seconds:6.2f}")


if __name__ == "__main__":
    main()
