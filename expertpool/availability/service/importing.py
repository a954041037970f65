"""Reading a calendar file in a process of its own that may neither hang nor fill the memory."""

import contextlib
import datetime as dt
import json
import os
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

from expertpool.availability.rules import Span, Spans, check_window, merge
from expertpool.availability.rules.ics import (
    FAULT_WORDS,
    FILE_LIMITS,
    MOST_TIMES,
    Fault,
    Found,
    Noted,
    Skip,
    Skipped,
    WholeDays,
)
from expertpool.availability.rules.ics.plain import found_from_plain, window_as_plain
from expertpool.refusals import Invalid
from expertpool.words import words

CHILD = Path(__file__).with_name("import_child.py")
_ROOT = str(CHILD.parents[3])  # the process runs the same copy of the program as this one
_NEEDED = ("PATH", "LANG", "LC_ALL", "LD_LIBRARY_PATH", "SYSTEMROOT", "TMPDIR")


@dataclass(frozen=True, slots=True)
class ImportLimits:
    """What a reading may cost: each process, and how many of them one file may take."""

    cpu_seconds: int = 3
    wall_seconds: int = 20
    memory_bytes: int = 512 * 2**20
    processes: int = 6


LIMITS = ImportLimits()
UPLOAD_LIMITS = ImportLimits(wall_seconds=8, processes=3)  # somebody waits for the answer


@dataclass(frozen=True, slots=True)
class Imported:
    """Busy times of a file in a window, all that was left out, what had to be guessed and how often, and how
    often the calendar wants to be read."""

    busy: Spans
    skipped: tuple[Skipped, ...]
    notes: Mapping[Noted, int]
    entries: int
    every: dt.timedelta | None


@dataclass(slots=True)
class _Progress:
    """What is known so far. `done` counts the series that were told."""

    divided: bool = False
    every: dt.timedelta | None = None
    series: list[list[tuple[int, str, str]]] = field(default_factory=list)
    done: int = 0
    busy: list[Span] = field(default_factory=list)
    skipped: list[Skipped] = field(default_factory=list)
    notes: Counter[Noted] = field(default_factory=Counter)

    @property
    def complete(self) -> bool:
        return self.divided and self.done == len(self.series)

    def add(self, found: Found) -> None:
        self.skipped += found.skipped
        self.notes.update(found.notes)
        self.busy += found.busy

    def add_series(self, found: Found) -> None:
        if len(self.busy) + len(found.busy) > MOST_TIMES:
            found.busy.clear()
            self.leave_out(Skip.TOO_MANY_TIMES)
            return
        self.add(found)
        self.done += 1

    def leave_out(self, why: Skip) -> None:
        """The series that is next is not worked out."""
        self.skipped += (Skipped(place, uid, why, on) for place, uid, on in self.series[self.done])
        self.done += 1


def import_busy(
    *files: bytes,
    window: Span,
    tz: str,
    whole_days: WholeDays = WholeDays.AS_MARKED,
    own_domain: str = "",
    limits: ImportLimits = LIMITS,
) -> Imported:
    """The busy times of a calendar, in one file or in several.

    A series that takes too long costs that series: reading goes on behind it in a new process, until the
    file has had its share of them.
    Raises: Invalid for a window that is too long, and if no file can be read at all.
    """
    check_window(window)
    if sum(map(len, files)) > FILE_LIMITS.size:
        raise _unreadable(Fault.TOO_LARGE)
    known = _Progress()
    orders = {
        "memory_bytes": limits.memory_bytes,
        "cpu_seconds": limits.cpu_seconds,
        "parent": os.getpid(),
        "window": window_as_plain(window),
        "tz": tz,
        "whole_days": whole_days.value,
        "own_domain": own_domain,
        "sizes": [len(file) for file in files],
    }
    _read_all(known, b"".join(files), orders, limits)
    return Imported(
        merge(known.busy),
        tuple(sorted(known.skipped, key=lambda each: each.entry)),
        known.notes,
        sum(len(entries) for entries in known.series),
        known.every,
    )


def _read_all(known: _Progress, data: bytes, orders: dict[str, Any], limits: ImportLimits) -> None:
    """Read in one process after the other, and leave out what none of them comes to the end of."""
    for _ in range(limits.processes):
        before = known.done
        _read_on(known, data, orders, limits)
        if known.complete:
            break
        if not known.divided:
            raise _unreadable(Fault.TOOK_TOO_LONG)
        if known.done == before:  # it had all the time to itself; others may only have come last
            known.leave_out(Skip.TOOK_TOO_LONG)
    while not known.complete:
        known.leave_out(Skip.TOOK_TOO_LONG)


def _read_on(known: _Progress, data: bytes, orders: dict[str, Any], limits: ImportLimits) -> None:
    """Read from the first series that is not known, as far as the process comes."""
    orders = orders | {"from": known.done}
    with tempfile.TemporaryFile() as told:  # a pipe could fill up while nobody reads it
        _run(json.dumps(orders).encode() + b"\n" + data, told, limits)
        told.seek(0)
        for raw in told:
            if not raw.endswith(b"\n"):
                break  # it was stopped in the middle of a line
            _hear(json.loads(raw), known)


def _run(given: bytes, told: IO[bytes], limits: ImportLimits) -> None:
    """How the process ends does not matter: what it told counts."""
    with contextlib.suppress(subprocess.TimeoutExpired):
        subprocess.run(
            [sys.executable, "-P", str(CHILD)],
            input=given,
            stdout=told,
            stderr=subprocess.DEVNULL,  # it could quote the calendar
            timeout=limits.wall_seconds,
            check=False,
            env={name: os.environ[name] for name in _NEEDED if name in os.environ} | {"PYTHONPATH": _ROOT},
        )


def _hear(line: dict[str, Any], known: _Progress) -> None:
    if "fault" in line:
        raise _unreadable(Fault(line["fault"]))
    if "divided" not in line:
        known.add_series(found_from_plain(line))
    elif not known.divided:
        known.divided = True
        known.series = [[(place, uid, on) for place, uid, on in each] for each in line["divided"]["series"]]
        if (seconds := line["divided"]["every"]) is not None:
            known.every = dt.timedelta(seconds=seconds)
        known.add(found_from_plain(line["divided"]))


def _unreadable(fault: Fault) -> Invalid:
    return Invalid(words("This calendar cannot be read."), fields={"file": FAULT_WORDS[fault]})
