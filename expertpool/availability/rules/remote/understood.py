"""What was understood of a calendar: counts and guesses for its owner, nothing of what entries say."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from expertpool.availability.rules.ics import Note, Noted, Skip, Skipped

_MOST_DAYS = 20
_MOST_NOTES = 50
# Left out as its owner or its author meant it; all other reasons are losses that the owner should see.
AS_MEANT = frozenset({Skip.FREE, Skip.WHOLE_DAY_FREE, Skip.CANCELLED, Skip.OURS, Skip.OTHER_KIND})


@dataclass(frozen=True, slots=True)
class LeftOut:
    """How many entries were left out for one reason; of losses also the days on which the first ones begin.

    Units: `days` as in the file, YYYYMMDD.
    """

    why: Skip
    times: int
    days: tuple[str, ...]

    @property
    def is_loss(self) -> bool:
        return self.why not in AS_MEANT


@dataclass(frozen=True, slots=True)
class Guessed:
    """Something that was understood in one of several ways, and for how many series."""

    note: Note
    about: str
    times: int


@dataclass(frozen=True, slots=True)
class Understood:
    """A reading in numbers. Units: `minutes` of busy time in the period that was read."""

    entries: int
    spans: int
    minutes: int
    left_out: tuple[LeftOut, ...]
    guessed: tuple[Guessed, ...]

    @property
    def losses(self) -> int:
        return sum(each.times for each in self.left_out if each.is_loss)


def left_out_of(skipped: Iterable[Skipped]) -> tuple[LeftOut, ...]:
    """The reasons, the most frequent first."""
    times: Counter[Skip] = Counter()
    days: dict[Skip, list[str]] = {}
    for each in skipped:
        times[each.why] += 1
        if each.on and each.why not in AS_MEANT:
            days.setdefault(each.why, []).append(each.on)
    return tuple(
        LeftOut(why, count, tuple(sorted(set(days.get(why, ())))[:_MOST_DAYS]))
        for why, count in times.most_common()
    )


def guessed_of(notes: Mapping[Noted, int]) -> tuple[Guessed, ...]:
    """The guesses, those that concern the most series first."""
    ordered = sorted(notes.items(), key=lambda each: -each[1])[:_MOST_NOTES]
    return tuple(Guessed(noted.note, noted.detail, count) for noted, count in ordered)


def understood_as_plain(known: Understood) -> dict[str, Any]:
    """As JSON can carry it."""
    return {
        "entries": known.entries,
        "spans": known.spans,
        "minutes": known.minutes,
        "left_out": [[each.why.value, each.times, list(each.days)] for each in known.left_out],
        "guessed": [[each.note.value, each.about, each.times] for each in known.guessed],
    }


def understood_from_plain(plain: Mapping[str, Any]) -> Understood:
    """The inverse of `understood_as_plain`."""
    return Understood(
        plain["entries"],
        plain["spans"],
        plain["minutes"],
        tuple(LeftOut(Skip(why), times, tuple(days)) for why, times, days in plain["left_out"]),
        tuple(Guessed(Note(note), about, times) for note, about, times in plain["guessed"]),
    )
