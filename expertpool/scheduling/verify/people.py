"""Rules of each expert alone on a seat: eligibility, conflicts, open engagements, pins, bans, fixed seats."""

from collections.abc import Callable, Iterator

from expertpool.scheduling.verify.book import Book, Entry, Violation, covered, holds
from expertpool.scheduling.vocabulary import FacetKind, Rule, Tier

TIER_RULES = {
    Tier.BAR: Rule.CONFLICT_BAR,
    Tier.REVIEW: Rule.CONFLICT_REVIEW,
    Tier.WAIVABLE: Rule.CONFLICT_NOT_WAIVED,
}


def people_faults(book: Book) -> Iterator[Violation]:
    """Every engagement against the rules of this file."""
    for entry in book.entries:
        yield from (entry.broken(rule) for rule in _open_engagements(book, entry))
        if not entry.fixed:
            conflict = book.facts.conflicts.get((entry.need.incident, entry.expert.id, entry.seat.role_class))
            if conflict is not None and conflict.tier in TIER_RULES and not conflict.waived:
                yield entry.broken(TIER_RULES[conflict.tier])
            for rules in PARTS:
                yield from (entry.broken(rule) for rule in rules(book, entry))


def fixed_faults(book: Book) -> Iterator[Violation]:
    """FIX-01, FIX-02: in a whole plan, what is fixed is as it was."""
    placed = {entry.seat.id: entry.expert.id for entry in book.entries}
    for seat, expert in book.facts.fixed.items():
        if placed.get(seat) != expert:
            yield Violation(Rule.FIXED_OTHER, seat, placed.get(seat))
    for session, start in book.facts.fixed_starts.items():
        if book.starts.get(session, start) != start:
            yield Violation(Rule.FIXED_START, session=session)


def _open_engagements(book: Book, entry: Entry) -> Iterator[Rule]:
    """CAP-02."""
    most = entry.expert.max_open_engagements
    own = book.held_by[entry.expert.id]
    if most is not None and not entry.fixed and own + entry.expert.open_engagements > most:
        yield Rule.OPEN_ENGAGEMENTS


def _standing(book: Book, entry: Entry) -> Iterator[Rule]:
    """ELIG-01 to ELIG-04."""
    have = {(facet.kind, facet.code): 0 for facet in entry.expert.facets}
    for facet in entry.expert.facets:
        have[facet.kind, facet.code] = max(have[facet.kind, facet.code], facet.level)
    if not entry.expert.active:
        yield Rule.NOT_ACTIVE
    role = (FacetKind.ROLE_KIND, entry.seat.role_kind)
    if role not in have:
        yield Rule.ROLE_KIND_MISSING
    for wanted in entry.seat.required:
        level = have.get((wanted.kind, wanted.code))
        if level is None and (wanted.kind, wanted.code) != role:
            yield Rule.FACET_MISSING
        if level is not None and level < wanted.min_level:
            yield Rule.LEVEL_TOO_LOW


def _validity(book: Book, entry: Entry) -> Iterator[Rule]:
    """ELIG-05, ELIG-06: valid (what the expert has at all) and appointed whenever there is work."""
    times = [(held.start, held.end) for held in entry.held]
    if entry.seat.effort_minutes or not times:
        times.append(book.work_window(entry.need))
    appointed = [(span.start, span.end) for span in entry.expert.appointments]
    wanted = [(FacetKind.ROLE_KIND, entry.seat.role_kind, 1)]
    wanted += [(facet.kind, facet.code, facet.min_level) for facet in entry.seat.required]
    had = [
        (kind, code, level)
        for kind, code, level in wanted
        if any(f.kind is kind and f.code == code and f.level >= level for f in entry.expert.facets)
    ]
    for when in times:
        if not covered(appointed, *when):
            yield Rule.NOT_APPOINTED
        if not all(holds(entry.expert, *facet, when) for facet in had):
            yield Rule.FACET_NOT_VALID


def _wishes(book: Book, entry: Entry) -> Iterator[Rule]:
    """PIN-01, BAN-01."""
    if book.facts.pins.get(entry.seat.id, entry.expert.id) != entry.expert.id:
        yield Rule.PINNED_OTHER
    seat_banned = (entry.seat.id, entry.expert.id) in book.facts.seat_bans
    if seat_banned or (entry.need.id, entry.expert.id) in book.facts.need_bans:
        yield Rule.BANNED


PARTS: tuple[Callable[[Book, Entry], Iterator[Rule]], ...] = (_standing, _validity, _wishes)
