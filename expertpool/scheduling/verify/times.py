"""Rules of time: windows, free time, one place at a time, the way between places, weekly hours."""

from collections import Counter
from collections.abc import Iterator
from itertools import combinations

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
    """TIME-02, TIME-03 between the sessions of one expert; two fixed ones are taken as they are."""
    buffer = book.facts.snapshot.policy.travel_buffer_minutes
    held = [(entry, session) for entry in entries for session in entry.held]
    for (one, first), (other, second) in combinations(held, 2):
        if one.fixed and other.fixed:
            continue
        entry = other if one.fixed else one
        places = book.facts.sessions[first.session].place, book.facts.sessions[second.session].place
        if _nearer(first, second.start, second.end, 0):
            yield entry.broken(Rule.ELSEWHERE, second.session)
        elif _apart(*places) and _nearer(first, second.start, second.end, buffer):
            yield entry.broken(Rule.TRAVEL_BUFFER, second.session)


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
