"""What must hold between the fields of a snapshot, beyond each field's own type and bounds."""

import datetime as dt
import itertools
import re
from collections.abc import Callable, Iterable, Iterator

from expertpool.scheduling.snapshot.model import (
    FORMAT,
    Agreement,
    Arrangement,
    Commitment,
    Expert,
    FarSpan,
    Need,
    Period,
    Session,
    Snapshot,
    Span,
    TeamRule,
)
from expertpool.scheduling.strict import Faults, shown
from expertpool.scheduling.vocabulary import TeamRuleKind, Tier
from expertpool.words import Words, words

Found = Iterator[tuple[str, Words]]
INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")
UNKNOWN = words("There is nothing with this id in the snapshot.")
TWICE = words("This was given before.")
ENDS_EARLY = words("The end must come after the start.")


class Known:
    """The ids a snapshot defines."""

    def __init__(self, snapshot: Snapshot) -> None:
        self.experts = {expert.id for expert in snapshot.experts}
        self.needs = {need.id for need in snapshot.needs}
        self.incidents = {need.incident for need in snapshot.needs}
        self.seats = {seat.id for need in snapshot.needs for seat in need.seats}
        self.sessions = {session.id: session for need in snapshot.needs for session in need.sessions}
        self.weeks = {week.label for week in snapshot.weeks}
        self.months = {month.label for month in snapshot.months}


def faults_of(snapshot: Snapshot) -> Faults:
    """Every fault under its field path; empty when the snapshot is sound."""
    instants = list(_instants(snapshot))
    if instants:
        return dict(instants)
    known = Known(snapshot)
    found: Faults = {}
    for part in PARTS:
        for path, what in part(snapshot, known):
            found.setdefault(path, what)
    return found


def _instants(snapshot: Snapshot) -> Found:
    if snapshot.format != FORMAT:
        yield "format", words("Only %(format)s can be read.", format=FORMAT)
    for name, text in (("taken_at", snapshot.taken_at), ("epoch", snapshot.epoch)):
        if not _is_instant(text):
            yield name, words("Write an instant in UTC such as 2026-09-01T00:00:00Z.")
            return
    if not 0 <= snapshot.now < snapshot.horizon_minutes:
        yield "taken_at", words("The snapshot must be taken inside its horizon.")


def _is_instant(text: str) -> bool:
    try:
        dt.datetime.fromisoformat(text)
    except ValueError:
        return False
    return INSTANT.fullmatch(text) is not None


def _calendar(snapshot: Snapshot, _: Known) -> Found:
    yield from _periods(snapshot.weeks, "weeks", snapshot.horizon_minutes)
    yield from _periods(snapshot.months, "months", snapshot.horizon_minutes)


def _periods(periods: tuple[Period, ...], path: str, horizon: int) -> Found:
    yield from _spans(periods, path)
    yield from _unique((period.label for period in periods), path, "label")
    ordered = sorted(periods, key=lambda period: period.start)
    gaps = any(a.end != b.start for a, b in itertools.pairwise(ordered))
    if not ordered or gaps or ordered[0].start > 0 or ordered[-1].end < horizon:
        yield path, words("The periods must cover the horizon without gap or overlap.")


def _experts(snapshot: Snapshot, known: Known) -> Found:
    yield from _unique((expert.id for expert in snapshot.experts), "experts", "id")
    for place, expert in enumerate(snapshot.experts):
        yield from _expert(expert, f"experts[{place}]", snapshot.horizon_minutes, known)


def _expert(expert: Expert, path: str, horizon: int, known: Known) -> Found:
    yield from _spans(expert.appointments, f"{path}.appointments")
    yield from _inside(expert.free, f"{path}.free", horizon)
    yield from _spans(expert.commitments, f"{path}.commitments")
    for place, facet in enumerate(expert.facets):
        limited = facet.valid_from is not None and facet.valid_until is not None
        if limited and facet.valid_from >= facet.valid_until:  # type: ignore[operator]
            yield f"{path}.facets[{place}].valid_until", ENDS_EARLY
    for label in expert.used_minutes:
        if label not in known.weeks:
            yield f"{path}.used_minutes.{shown(label)}", UNKNOWN


def _conflicts(snapshot: Snapshot, known: Known) -> Found:
    keys = ((c.incident, c.expert, c.role_class) for c in snapshot.conflicts)
    yield from _unique(keys, "conflicts", "expert")
    for place, conflict in enumerate(snapshot.conflicts):
        path = f"conflicts[{place}]"
        if conflict.incident not in known.incidents:
            yield f"{path}.incident", UNKNOWN
        if conflict.expert not in known.experts:
            yield f"{path}.expert", UNKNOWN
        if conflict.waived and conflict.tier is not Tier.WAIVABLE:
            yield f"{path}.waived", words("Only a waivable conflict can be waived.")


def _needs(snapshot: Snapshot, _: Known) -> Found:
    yield from _unique((need.id for need in snapshot.needs), "needs", "id")
    seats: set[str] = set()
    sessions: set[str] = set()
    for place, need in enumerate(snapshot.needs):
        path = f"needs[{place}]"
        yield from _need(need, path, snapshot.horizon_minutes)
        yield from _unique((seat.id for seat in need.seats), f"{path}.seats", "id", seats)
        yield from _unique((session.id for session in need.sessions), f"{path}.sessions", "id", sessions)


def _need(need: Need, path: str, horizon: int) -> Found:
    if not need.seats:
        yield f"{path}.seats", words("A need asks for at least one expert.")
    if need.deadline > horizon or need.deadline <= need.not_before:
        yield f"{path}.deadline", words("The deadline must come after the start and inside the horizon.")
    own = {seat.id for seat in need.seats}
    for place, session in enumerate(need.sessions):
        yield from _session(session, f"{path}.sessions[{place}]", own, horizon)
    yield from _unique((rule.id for rule in need.team_rules), f"{path}.team_rules", "id")
    for place, rule in enumerate(need.team_rules):
        yield from _team_rule(rule, f"{path}.team_rules[{place}]", own)


def _session(session: Session, path: str, own: set[str], horizon: int) -> Found:
    yield from _inside(session.windows, f"{path}.windows", horizon)
    yield from _members(session.seats, f"{path}.seats", own)
    if not session.windows:
        yield f"{path}.windows", words("A session needs at least one window.")
    if session.deadline > horizon:
        yield f"{path}.deadline", words("The deadline must lie inside the horizon.")


def _team_rule(rule: TeamRule, path: str, own: set[str]) -> Found:
    yield from _members(rule.seats, f"{path}.seats", own)
    by_facet = rule.kind in (TeamRuleKind.CHAIR, TeamRuleKind.AT_LEAST)
    if by_facet and not rule.facets:
        yield f"{path}.facets", words("This rule must name at least one facet.")
    if not by_facet and rule.facets:
        yield f"{path}.facets", words("This rule knows no facets.")
    if rule.kind is TeamRuleKind.ONE_PER_FIRM and rule.count != 1:
        yield f"{path}.count", words("Write 1 here.")
    if rule.count > len(rule.seats):
        yield f"{path}.count", words("The rule asks for more than its seats can give.")


def _members(seats: tuple[str, ...], path: str, own: set[str]) -> Found:
    yield from _unique(seats, path, None)
    if not seats:
        yield path, words("Name at least one seat.")
    for place, seat in enumerate(seats):
        if seat not in own:
            yield f"{path}[{place}]", words("This seat is not part of the need.")


def _agreements(snapshot: Snapshot, known: Known) -> Found:
    yield from _unique(((a.lender, a.borrower) for a in snapshot.agreements), "agreements", "borrower")
    for place, agreement in enumerate(snapshot.agreements):
        yield from _agreement(agreement, f"agreements[{place}]", snapshot.horizon_minutes, known)


def _agreement(agreement: Agreement, path: str, horizon: int, known: Known) -> Found:
    if agreement.lender == agreement.borrower:
        yield f"{path}.borrower", words("A ministry does not lend to itself.")
    if set(agreement.remaining_minutes) != known.months:
        yield (
            f"{path}.remaining_minutes",
            words("Give the remaining minutes of every month, and of no other."),
        )
    yield from _inside(agreement.blackouts, f"{path}.blackouts", horizon)


def _shares(snapshot: Snapshot, _: Known) -> Found:
    yield from _unique((share.ministry for share in snapshot.shares), "shares", "ministry")


def _people(snapshot: Snapshot, known: Known) -> Found:
    yield from _arrangement(snapshot.fixed, "fixed", known)
    yield from _arrangement(snapshot.previous, "previous", known)
    yield from _unique((pin.seat for pin in snapshot.pins), "pins", "seat")
    for name in ("pins", "seat_bans"):
        for place, placed in enumerate(getattr(snapshot, name)):
            yield from _placed(placed.seat, placed.expert, f"{name}[{place}]", known)
    banned = set(snapshot.seat_bans)
    for place, placed in enumerate(snapshot.wished_bans):
        if placed not in banned:
            yield f"wished_bans[{place}]", UNKNOWN
    for place, ban in enumerate(snapshot.need_bans):
        if ban.need not in known.needs:
            yield f"need_bans[{place}].need", UNKNOWN
        if ban.expert not in known.experts:
            yield f"need_bans[{place}].expert", UNKNOWN
    yield from _fixed(snapshot, known)


def _fixed(snapshot: Snapshot, known: Known) -> Found:
    """A fixed engagement is complete: the times of its sessions are fixed with it."""
    timed = {start.session for start in snapshot.fixed.starts}
    waiting = {
        seat for session in known.sessions.values() if session.id not in timed for seat in session.seats
    }
    need_of = {seat.id: need.id for need in snapshot.needs for seat in need.seats}
    met: set[tuple[str | None, str]] = set()
    for place, placed in enumerate(snapshot.fixed.engagements):
        if (need_of.get(placed.seat), placed.expert) in met:
            yield f"fixed.engagements[{place}].expert", words("One expert cannot hold two seats of a need.")
        met.add((need_of.get(placed.seat), placed.expert))
        if placed.seat in waiting:
            yield f"fixed.engagements[{place}].seat", words("Fix the times of this seat's sessions too.")
    for place, start in enumerate(snapshot.fixed.starts):
        session = known.sessions.get(start.session)
        if session is not None and start.start + session.length_minutes > snapshot.horizon_minutes:
            yield f"fixed.starts[{place}].start", words("The session must end inside the horizon.")


def _arrangement(arrangement: Arrangement, path: str, known: Known) -> Found:
    yield from _unique((placed.seat for placed in arrangement.engagements), f"{path}.engagements", "seat")
    yield from _unique((start.session for start in arrangement.starts), f"{path}.starts", "session")
    for place, placed in enumerate(arrangement.engagements):
        yield from _placed(placed.seat, placed.expert, f"{path}.engagements[{place}]", known)
    for place, start in enumerate(arrangement.starts):
        if start.session not in known.sessions:
            yield f"{path}.starts[{place}].session", UNKNOWN


def _placed(seat: str, expert: str, path: str, known: Known) -> Found:
    if seat not in known.seats:
        yield f"{path}.seat", UNKNOWN
    if expert not in known.experts:
        yield f"{path}.expert", UNKNOWN


def _inside(spans: tuple[Span, ...], path: str, horizon: int) -> Found:
    yield from _spans(spans, path)
    for place, span in enumerate(spans):
        if span.end > horizon:
            yield f"{path}[{place}].end", words("The period must end inside the horizon.")


def _spans(spans: Iterable[Span | FarSpan | Period | Commitment], path: str) -> Found:
    for place, span in enumerate(spans):
        if span.end <= span.start:
            yield f"{path}[{place}].end", ENDS_EARLY


def _unique(keys: Iterable[object], path: str, field: str | None, seen: set[str] | None = None) -> Found:
    """Faults for keys met before; `seen` carries keys over from list to list."""
    met: set[object] = set() if seen is None else seen  # type: ignore[assignment]
    for place, key in enumerate(keys):
        if key in met:
            yield f"{path}[{place}]" + (f".{field}" if field else ""), TWICE
        met.add(key)


PARTS: tuple[Callable[[Snapshot, Known], Found], ...] = (
    _calendar,
    _experts,
    _conflicts,
    _needs,
    _agreements,
    _shares,
    _people,
)
