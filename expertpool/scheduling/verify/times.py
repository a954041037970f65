"""Rules of time: windows, free time, one place at a time, the way between places, weekly hours."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace

from expertpool.scheduling.plan import HeldSession
from expertpool.scheduling.snapshot import Expert
from expertpool.scheduling.verify.book import Book, Entry, Violation, covered
from expertpool.scheduling.vocabulary import Rule


def time_faults(book: Book) -> Iterator[Violation]:
    """Every session and engagement against the rules of this file."""
    yield from _starts(book)
    by_expert: dict[str, list[Entry]] = {}
    for entry in book.entries:
        by_expert.setdefault(entry.expert.id, []).append(entry)
        if not entry.fixed:
            yield from _free(book, entry)
    for entries in by_expert.values():
        yield from _one_place(book, entries)
        yield from _weeks(book, entries[0].expert, entries)


def _starts(book: Book) -> Iterator[Violation]:
    """TIME-04: sessions that are not fixed start on the grid, inside a window, not before they may."""
    facts = book.facts
    for name, start in book.starts.items():
        session, need = facts.sessions[name], facts.need_of_session[name]
        end = start + session.length_minutes
        inside = covered(((window.start, window.end) for window in session.windows), start, end)
        early = start < max(need.not_before, facts.now)
        if name not in facts.fixed_starts and (not inside or early or start % facts.snapshot.cell_minutes):
            yield Violation(Rule.NO_START, session=name)


def _free(book: Book, entry: Entry) -> Iterator[Violation]:
    """TIME-01, and TIME-03 against commitments."""
    free = [(span.start, span.end) for span in entry.expert.free]
    buffer = book.facts.snapshot.policy.travel_buffer_minutes
    for held in entry.held:
        if not covered(free, held.start, held.end):
            yield entry.broken(Rule.NOT_FREE, held.session)
        place = book.facts.sessions[held.session].place
        for other in entry.expert.commitments:
            if _apart(place, other.place) and _nearer(held, other.start, other.end, buffer):
                yield entry.broken(Rule.TRAVEL_BUFFER, held.session)


def _one_place(book: Book, entries: list[Entry]) -> Iterator[Violation]:
    """TIME-02, TIME-03 between the sessions of one expert; two fixed ones are taken as they are.

    Told of whoever comes too near to one that begins before, or to a fixed one that begins after: without
    them nothing is too near any more. So each is compared with one or two others, not with all.
    """
    held = [
        _Attended(session.start, session.end, book.facts.sessions[session.session].place, entry, session)
        for entry in entries
        for session in entry.held
    ]
    held.sort(key=lambda one: (one.start, one.end, one.session.session, not one.entry.fixed))
    buffer = book.facts.snapshot.policy.travel_buffer_minutes
    backwards = [replace(one, start=-one.end, end=-one.start) for one in reversed(held)]
    found = {
        one.entry.broken(rule, one.session.session): None
        for one, rule in (*_behind(held, buffer, fixed=False), *_behind(backwards, buffer, fixed=True))
    }
    yield from found


@dataclass(frozen=True, slots=True)
class _Attended:
    """A session of an engagement; when it is looked at backwards in time, its minutes are negative."""

    start: int
    end: int
    place: str | None
    entry: Entry
    session: HeldSession


def _behind(held: list[_Attended], buffer: int, *, fixed: bool) -> Iterator[tuple[_Attended, Rule]]:
    """Sessions that are not fixed and start before one in front of them ends, or too soon after it elsewhere.

    fixed: only fixed ones are looked at in front of them.
    """
    last: int | None = None
    away: list[tuple[int, str]] = []  # the latest ends at two different places, the later one first
    for one in held:
        if not one.entry.fixed:
            ends = [end for end, place in away if _apart(one.place, place)]
            if last is not None and one.start < last:
                yield one, Rule.ELSEWHERE
            elif ends and one.start < ends[0] + buffer:
                yield one, Rule.TRAVEL_BUFFER
        if one.entry.fixed or not fixed:
            last = one.end if last is None else max(last, one.end)
            if one.place is not None:
                latest = {place: end for end, place in away}
                latest[one.place] = max(one.end, latest.get(one.place, one.end))
                away = sorted(((end, place) for place, end in latest.items()), reverse=True)[:2]


def _apart(place: str | None, other: str | None) -> bool:
    """Whether one must travel; remote sessions have no place."""
    return place is not None and other is not None and place != other


def _nearer(held: HeldSession, start: int, end: int, buffer: int) -> bool:
    """Whether a session comes nearer than `buffer` to a period."""
    return held.start < end + buffer and start < held.end + buffer


def _weeks(book: Book, expert: Expert, entries: list[Entry]) -> Iterator[Violation]:
    """CAP-01: no week beyond capacity, unless what is fixed fills it and the plan adds nothing."""
    total: Counter[str] = Counter()
    added: Counter[str] = Counter()
    for entry in entries:
        minutes = Counter({book.week_of(entry.need.deadline - 1): entry.seat.effort_minutes})
        for held in entry.held:
            minutes[book.week_of(held.start)] += held.end - held.start
        total.update(minutes)
        if not entry.fixed:
            added.update(minutes)
    for week, minutes_added in added.items():
        if minutes_added and total[week] + expert.used_minutes.get(week, 0) > expert.weekly_capacity_minutes:
            yield Violation(Rule.WEEKLY_CAPACITY, expert=expert.id)
