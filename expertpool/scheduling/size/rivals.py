"""Which columns of one expert can never be taken together, as sets of bits.

A timetable is a set of cells of the grid, held as the bits of one whole number, so that two of them are
compared in one step. Cells that a session fills only in part are left out: columns that count as apart are.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache, reduce
from itertools import combinations, product
from operator import and_, or_

from expertpool.scheduling.size.columns import Columns
from expertpool.scheduling.size.pairs import SeatPairs
from expertpool.scheduling.snapshot import Session

MOST_OVERFULL = 50_000  # pairs of weeks' minutes kept: many columns have the same
MOST_TIMETABLES = 512  # of one slot; with more, a column counts as fitting beside every other

Weeks = tuple[int, ...]
Ways = list["Timetable"]


@dataclass(frozen=True, slots=True)
class Timetable:
    """Times of a slot's sessions by place among their starts; cells they fill, minutes by week.

    placed: (place, its cells with the way there and back, its cells) of sessions at a place.
    """

    starts: tuple[int, ...]
    cells: int
    placed: tuple[tuple[str, int, int], ...]
    weeks: Weeks

    def meets(self, other: "Timetable") -> bool:
        """Whether nobody can keep both."""
        return bool(self.cells & other.cells) or _on_the_way(self.placed, other.placed)


@dataclass(frozen=True, slots=True)
class Slot:
    """A seat at an option: its sessions and timetables (None: too many). none: no minutes in any week."""

    need: str
    incident: str
    side: str
    sessions: tuple[Session, ...]
    ways: Ways | None
    none: Weeks


@dataclass(frozen=True, slots=True)
class Known:
    """A column's timetables; cells that some, and that all of them touch; minutes by week, and the most."""

    slot: Slot
    ways: Ways | None
    some: int
    all: int
    weeks: tuple[Weeks, ...]
    most: Weeks


class Rivals:
    """Answers for the columns of one expert at a time, and remembers."""

    def __init__(self, columns: Columns) -> None:
        self.columns, self.problem = columns, columns.problem
        self.cell = self.problem.snapshot.cell_minutes
        self.buffer = self.problem.snapshot.policy.travel_buffer_minutes
        self.compared = 0  # pairs of columns looked at: a measure of work
        self._slots: dict[int, Slot] = {}
        self._known: dict[int, Known] = {}
        self._apart: dict[int, tuple[int, int]] = {}  # by column: bits, and how many columns were compared

    def apart(self, column: int) -> int:
        """The columns of the same expert that exclude a column; bit `columns.local[j]` is column j."""
        expert = int(self.columns.expert[column])
        own = self.columns.of_expert[expert]
        bits, compared = self._apart.get(column, (0, 0))
        if compared < len(own):
            room = tuple(self.problem.roster.room[expert].tolist())
            one = self._of(column)
            here = self.columns.local[column]
            for place in range(compared, len(own)):
                other = own[place]
                known, upto = self._apart.get(other, (0, 0))
                if upto > here:
                    bits |= (known >> here & 1) << place
                elif other != column and _exclude(one, self._of(other), room):
                    bits |= 1 << place
            self.compared += len(own) - compared
            self._apart[column] = bits, len(own)
        return bits

    def clique(self, expert: int, open_to: int) -> list[int]:
        """Columns of an expert, out of a set of bits, that exclude each other pairwise."""
        own, room = self.columns.of_expert[expert], tuple(self.problem.roster.room[expert].tolist())
        found: list[Known] = []
        members: list[int] = []
        while open_to:
            place = open_to.bit_length() - 1
            open_to ^= 1 << place
            one = self._of(own[place])
            self.compared += len(found)
            if all(_exclude(one, other, room) for other in found):
                found.append(one)
                members.append(own[place])
        return members

    def cliques(self, columns: list[int]) -> Iterator[list[int]]:
        """Sets of an expert's columns that exclude each other, so that every two that do are in one."""
        apart = self._apart_among(columns)
        left = list(apart)
        for place in range(len(columns)):
            while left[place]:
                clique, open_to, among = [place], left[place], apart[place]
                while open_to:
                    other = open_to.bit_length() - 1
                    clique.append(other)
                    among &= apart[other]
                    open_to = among
                mask = reduce(or_, (1 << member for member in clique))
                for member in clique:
                    left[member] &= ~mask
                yield [columns[member] for member in clique]

    def open_to(self, columns: list[int]) -> list[int]:
        """For each of an expert's columns those of other seats that it does not exclude, as bits by place."""
        seat = self.columns.slot_seat[self.columns.slot[columns]].tolist()
        found = []
        for one, apart in enumerate(self._apart_among(columns)):
            free = (
                place for place in range(len(columns)) if seat[place] != seat[one] and not apart >> place & 1
            )
            found.append(sum(1 << place for place in free))
        return found

    def _apart_among(self, columns: list[int]) -> list[int]:
        """For each of a few columns of an expert those of them that exclude it, as bits by place."""
        known = [self._of(column) for column in columns]
        room = tuple(self.problem.roster.room[int(self.columns.expert[columns[0]])].tolist())
        apart = [0] * len(columns)
        for one, other in combinations(range(len(columns)), 2):
            if _exclude(known[one], known[other], room):
                apart[one] |= 1 << other
                apart[other] |= 1 << one
        self.compared += len(columns) * (len(columns) - 1) // 2
        return apart

    def ways(self, column: int) -> Ways | None:
        """The timetables a column's expert can keep; None if they are too many to list."""
        return self._of(column).ways

    def starts(self, column: int, way: Timetable) -> dict[str, int]:
        """Start by session in one of a column's timetables."""
        timed = zip(self._of(column).slot.sessions, way.starts, strict=True)
        return {session.id: int(self.problem.starts[session.id][place]) for session, place in timed}

    def held(self, sessions: tuple[Session, ...], starts: dict[str, int]) -> Timetable:
        """The timetable of sessions at their starts."""
        cells = 0
        placed: list[tuple[str, int, int]] = []
        for session in sessions:
            at = starts[session.id]
            own = self._cells(at, at + session.length_minutes)
            cells |= own
            if session.place is not None:
                near = self._cells(at - self.buffer, at + session.length_minutes + self.buffer)
                placed.append((session.place, near, own))
        return Timetable((), cells, tuple(placed), ())

    def _of(self, column: int) -> Known:
        known = self._known.get(column)
        if known is None:
            known = self._known[column] = self._listed(column)
        return known

    def _listed(self, column: int) -> Known:
        columns, number = self.columns, int(self.columns.slot[column])
        slot = self._slot(number)
        if slot.ways is None:
            return Known(slot, None, 0, 0, (), ())
        pairs = columns.seats[columns.slot_seat[number]]
        found = columns.found[pairs.asked.seat.id]
        place = int(found.rows.searchsorted(columns.expert[column]))
        fits = [found.fits[session.id][place].tolist() for session in slot.sessions]
        ways = [w for w in slot.ways if all(fit[at] for fit, at in zip(fits, w.starts, strict=True))]
        near = (bits for way in ways for _, bits, _ in way.placed)
        some = reduce(or_, (way.cells for way in ways), 0) | reduce(or_, near, 0)
        shared = reduce(and_, (way.cells for way in ways), -1) if ways else 0
        weeks = tuple(sorted({way.weeks for way in ways}))
        return Known(
            slot, ways, some, shared, weeks, tuple(map(max, *weeks, slot.none)) if weeks else slot.none
        )

    def _slot(self, number: int) -> Slot:
        slot = self._slots.get(number)
        if slot is None:
            columns = self.columns
            pairs = columns.seats[columns.slot_seat[number]]
            slot = self._slots[number] = self._timed(pairs, columns.option_at(number))
        return slot

    def _timed(self, pairs: SeatPairs, option: int) -> Slot:
        """A slot with all timetables of its main session at the option and of the seat's own ones."""
        main = None if pairs.meeting is None else pairs.meeting.session
        sessions = tuple(s for s in pairs.asked.sessions if len(s.seats) == 1 or s is main)
        choices, size = [], 1
        for session in sessions:
            at = range(len(self.problem.starts[session.id]))
            choices.append(
                pairs.meeting.options[option].tolist() if session is main and pairs.meeting else at
            )
            size *= len(choices[-1])
        made = None
        if size <= MOST_TIMETABLES:
            tables = (self._timetable(pairs, sessions, starts) for starts in product(*choices))
            made = [table for table in tables if table is not None]
        asked, weeks = pairs.asked, len(self.problem.snapshot.weeks)
        side = asked.seat.role_class.value
        return Slot(asked.need.id, asked.need.incident, side, sessions, made, (0,) * weeks)

    def _timetable(
        self, pairs: SeatPairs, sessions: tuple[Session, ...], starts: tuple[int, ...]
    ) -> Timetable | None:
        """Sessions at given places among their starts; None if they are in each other's way."""
        cells = 0
        placed: list[tuple[str, int, int]] = []
        weeks = [0] * len(self.problem.snapshot.weeks)
        if pairs.asked.seat.effort_minutes:
            weeks[self.problem.work_week(pairs.asked)] += pairs.asked.seat.effort_minutes
        for session, place in zip(sessions, starts, strict=True):
            at = int(self.problem.starts[session.id][place])
            own = self._cells(at, at + session.length_minutes)
            if cells & own or any(session.place not in (None, p) and near & own for p, near, _ in placed):
                return None
            cells |= own
            weeks[self.problem.week(at)] += session.length_minutes
            if session.place is not None:
                near = self._cells(at - self.buffer, at + session.length_minutes + self.buffer)
                placed.append((session.place, near, own))
        return Timetable(starts, cells, tuple(placed), tuple(weeks))

    def _cells(self, start: int, end: int) -> int:
        """The whole cells of a period, from a day before the horizon on."""
        shift = 2 * self.buffer + self.cell
        low, high = -(-(start + shift) // self.cell), (end + shift) // self.cell
        return ((1 << (high - low)) - 1) << low if high > low else 0


def _exclude(one: Known, other: Known, room: Weeks) -> bool:
    """Whether two columns of one expert exclude each other. room: minutes of each week the expert has."""
    first, second = one.slot, other.slot
    if first.need == second.need or (first.incident == second.incident and first.side != second.side):
        return True
    if one.ways is None or other.ways is None:
        return False
    if one.all & other.all:
        return True
    over: frozenset[tuple[Weeks, Weeks]] = frozenset()
    for ours, theirs, most in zip(one.most, other.most, room, strict=True):
        if ours and theirs and ours + theirs > most:
            over = _overfull(one.weeks, other.weeks, room)
            break
    if not over and not one.some & other.some:
        return False
    return not _fit(one.ways, other.ways, over)


@lru_cache(maxsize=MOST_OVERFULL)
def _overfull(
    one: tuple[Weeks, ...], other: tuple[Weeks, ...], room: Weeks
) -> frozenset[tuple[Weeks, Weeks]]:
    """CAP-01: minutes by week of two columns that exceed what an expert has in a week that both use."""
    return frozenset(
        (ours, theirs)
        for ours in one
        for theirs in other
        if any(a and b and a + b > most for a, b, most in zip(ours, theirs, room, strict=True))
    )


def _fit(ours: Ways, theirs: Ways, over: frozenset[tuple[Weeks, Weeks]]) -> bool:
    """Whether some timetable of each leaves the other alone, and the weeks' hours suffice."""
    for mine in ours:
        cells, placed = mine.cells, mine.placed
        for yours in theirs:
            if cells & yours.cells or (over and (mine.weeks, yours.weeks) in over):
                continue
            if not (placed and yours.placed and _on_the_way(placed, yours.placed)):
                return True
    return False


def _on_the_way(ours: tuple[tuple[str, int, int], ...], theirs: tuple[tuple[str, int, int], ...]) -> bool:
    for here, near, _ in ours:
        for there, _, own in theirs:
            if near & own and here != there:
                return True
    return False
