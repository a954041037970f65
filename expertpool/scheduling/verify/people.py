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
    yield from _fixed(book)
    tiers = {(c.incident, c.expert, c.role_class): c for c in book.snapshot.conflicts}
    for entry in book.entries:
        yield from (entry.broken(rule) for rule in _open_engagements(book, entry))
        if not entry.fixed:
            conflict = tiers.get((entry.need.incident, entry.expert.id, entry.seat.role_class))
            if conflict is not None and conflict.tier in TIER_RULES and not conflict.waived:
                yield entry.broken(TIER_RULES[conflict.tier])
            for rules in PARTS:
                yield from (entry.broken(rule) for rule in rules(book, entry))


def _fixed(book: Book) -> Iterator[Violation]:
    """FIX-01, FIX-02: what is fixed is as it was."""
    placed = {entry.seat.id: entry.expert.id for entry in book.entries}
    for fixed in book.snapshot.fixed.engagements:
        if placed.get(fixed.seat) != fixed.expert:
            yield Violation(Rule.FIXED_OTHER, fixed.seat, placed.get(fixed.seat))
    for start in book.snapshot.fixed.starts:
        if book.starts.get(start.session, start.start) != start.start:
            yield Violation(Rule.FIXED_START, session=start.session)


def _open_engagements(book: Book, entry: Entry) -> Iterator[Rule]:
    """CAP-02."""
    most = entry.expert.max_open_engagements
    own = [other for other in book.entries if other.expert.id == entry.expert.id]
    if most is not None and not entry.fixed and len(own) + entry.expert.open_engagements > most:
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
    if any(p.seat == entry.seat.id and p.expert != entry.expert.id for p in book.snapshot.pins):
        yield Rule.PINNED_OTHER
    seat_banned = any(
        ban.seat == entry.seat.id and ban.expert == entry.expert.id for ban in book.snapshot.seat_bans
    )
    need_banned = any(
        ban.need == entry.need.id and ban.expert == entry.expert.id for ban in book.snapshot.need_bans
    )
    if seat_banned or need_banned:
        yield Rule.BANNED


PARTS: tuple[Callable[[Book, Entry], Iterator[Rule]], ...] = (_standing, _validity, _wishes)
