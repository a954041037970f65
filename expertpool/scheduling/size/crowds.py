"""Columns of one expert that go together two by two and yet not all three, told before a model is solved.

A model that learns of them only from its own answers is solved again and again; one that knows them can take
twice as many needs at once.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import reduce
from itertools import combinations
from operator import gt, or_, sub

from expertpool.scheduling.size.rivals import Timetable, Ways, Weeks


@dataclass(frozen=True, slots=True)
class _Column:
    """Timetables of a column; the cells that some of them fill or pass on the way, least and most minutes by
    week."""

    ways: Ways
    some: int
    least: Weeks
    most: Weeks


def crowds(
    ways: Sequence[Ways], open_to: Sequence[int], room: list[int], most: int, *, pairs: bool
) -> Iterator[tuple[int, ...]]:
    """The pairs and triples of an expert's columns, by place, that nobody can keep together.

    open_to: for each column the columns it may go with as far as is known, as bits by place. room: minutes
    of each week. most: columns the expert may take. pairs: whether pairs too may be crowds. A triple is told
    only if its pairs go together, and nothing that the least minutes of a week rule out.
    """
    columns = [_column(own) for own in ways]
    beside = list(open_to)
    for one, other in combinations(range(len(columns)), 2) if pairs and most > 1 else ():
        if beside[one] >> other & 1 and _crowd([columns[one], columns[other]], room):
            beside[one] ^= 1 << other
            yield one, other
    for one in range(len(columns)) if most > 2 else ():
        for other in _places(beside[one] >> one << one):
            for third in _places(beside[one] & beside[other] >> other << other):
                if _crowd([columns[one], columns[other], columns[third]], room):
                    yield one, other, third


def together(ways: Sequence[Ways], taken: list[Timetable], room: list[int]) -> list[Timetable]:
    """One timetable for each column, none in another's way; fewer where that is not to be had."""
    if not ways:
        return taken
    longest = taken
    for way in ways[0]:
        left = list(map(sub, room, way.weeks))
        if min(left) >= 0 and not any(way.meets(other) for other in taken):
            full = together(ways[1:], [*taken, way], left)
            if len(full) == len(taken) + len(ways):
                return full
            longest = max(longest, full, key=len)
    return longest


def _crowd(columns: list[_Column], room: list[int]) -> bool:
    """Whether nobody can keep columns of which fewer go together, for another reason than minutes alone."""
    if any(map(gt, map(sum, zip(*(column.least for column in columns), strict=True)), room)):
        return False
    meeting = sum(bool(one.some & other.some) for one, other in combinations(columns, 2))
    if meeting < len(columns) - 1:
        used = map(sum, zip(*(column.most for column in columns), strict=True))
        if not any(map(gt, used, room)):
            return False
    return len(together([column.ways for column in columns], [], room)) < len(columns)


def _column(ways: Ways) -> _Column:
    near = (bits for way in ways for _, bits, _ in way.placed)
    some = reduce(or_, (way.cells for way in ways), 0) | reduce(or_, near, 0)
    by_week = list(zip(*(way.weeks for way in ways), strict=True))
    return _Column(ways, some, tuple(map(min, by_week)), tuple(map(max, by_week)))


def _places(bits: int) -> Iterator[int]:
    while bits:
        place = bits.bit_length() - 1
        bits ^= 1 << place
        yield place
