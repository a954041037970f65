"""What may be conceded to fill a seat, mildest kind first, and which rules each concession could lift."""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from enum import StrEnum

from expertpool.scheduling.problem import Asked, Problem
from expertpool.scheduling.snapshot import (
    Agreement,
    Conflict,
    Expert,
    Need,
    Placement,
    RequiredFacet,
    Seat,
    Session,
    Snapshot,
    Span,
)
from expertpool.scheduling.vocabulary import FacetKind, Rule, Tier
from expertpool.words import Words, words

LATER_DAYS = 7
MOST_REGIONS = 30
KEPT = frozenset({FacetKind.ROLE_KIND, FacetKind.CLEARANCE})


class Kind(StrEnum):
    """Kinds of concession, mildest first."""

    UNPIN = "unpin"
    UNBAN = "unban"
    LATER = "later"
    REMOTE = "remote"
    REGION = "region"
    LOWER_LEVEL = "lower_level"
    QUOTA = "quota"
    NOTICE = "notice"
    BLACKOUT = "blackout"
    MORE_WORK = "more_work"
    AGREEMENT = "agreement"
    WITHOUT_FACET = "without_facet"
    WAIVER = "waiver"


KINDS = list(Kind)


LIFTS: dict[Kind, frozenset[Rule]] = {
    Kind.UNPIN: frozenset({Rule.PINNED_OTHER}),
    Kind.UNBAN: frozenset({Rule.BANNED}),
    Kind.LATER: frozenset(
        {
            Rule.NOT_FREE,
            Rule.NO_START,
            Rule.TEAM_TIME,
            Rule.ELSEWHERE,
            Rule.TRAVEL_BUFFER,
            Rule.WEEKLY_CAPACITY,
            Rule.QUOTA_SPENT,
            Rule.NOTICE_SHORT,
            Rule.BLACKOUT,
            Rule.NOT_APPOINTED,
            Rule.FACET_NOT_VALID,
        }
    ),
    Kind.REMOTE: frozenset({Rule.TRAVEL_BUFFER, Rule.TEAM_TIME}),
    Kind.REGION: frozenset({Rule.TRAVEL_BUFFER, Rule.TEAM_TIME}),
    Kind.LOWER_LEVEL: frozenset({Rule.LEVEL_TOO_LOW, Rule.FACET_NOT_VALID}),
    Kind.QUOTA: frozenset({Rule.QUOTA_SPENT, Rule.TEAM_TIME}),
    Kind.NOTICE: frozenset({Rule.NOTICE_SHORT, Rule.TEAM_TIME}),
    Kind.BLACKOUT: frozenset({Rule.BLACKOUT, Rule.TEAM_TIME}),
    Kind.MORE_WORK: frozenset({Rule.WEEKLY_CAPACITY, Rule.OPEN_ENGAGEMENTS}),
    Kind.AGREEMENT: frozenset({Rule.NO_AGREEMENT}),
    Kind.WITHOUT_FACET: frozenset({Rule.FACET_MISSING, Rule.LEVEL_TOO_LOW, Rule.FACET_NOT_VALID}),
    Kind.WAIVER: frozenset({Rule.CONFLICT_NOT_WAIVED}),
}


@dataclass(frozen=True, slots=True)
class Concession:
    """One change of what was asked. about: concessions about the same thing exclude each other; moved: the
    sessions whose time it opens; replaces, instead: what is asked of facets."""

    kind: Kind
    subject: str
    about: str
    words: Words
    moved: frozenset[str]
    apply: Callable[[Snapshot], Snapshot]
    replaces: RequiredFacet | None = None
    instead: tuple[RequiredFacet, ...] = ()

    @property
    def severity(self) -> int:
        """How much is asked of people, by kind."""
        return KINDS.index(self.kind)

    @property
    def lifts(self) -> frozenset[Rule]:
        """The rules it could lift."""
        return LIFTS[self.kind]


def concessions(problem: Problem, seat: str) -> list[Concession]:
    """Everything that could be conceded for a seat whoever takes it, mildest kind first."""
    asked = problem.asked[seat]
    parts = (_pin, _later, _remote, _regions, _levels, _facets)
    return [concession for part in parts for concession in part(problem, asked)]


def lender_concessions(problem: Problem, seat: str, lender: str) -> list[Concession]:
    """What a ministry could concede so that its experts may take a seat, mildest kind first."""
    asked = problem.asked[seat]
    if lender == asked.need.ministry:
        return []
    agreement = problem.agreements.get((lender, asked.need.ministry))
    if agreement is None:
        return [_new_agreement(problem, asked, lender)]
    return list(_of_agreement(asked, agreement))


def own_concessions(problem: Problem, seat: str, expert: str) -> list[Concession]:
    """What could be conceded for one expert on a seat: an exclusion taken back, more work than agreed, a
    waiver."""
    asked = problem.asked[seat]
    found = problem.conflicts.get((asked.need.incident, asked.seat.role_class), ())
    tied = [c for c in found if c.expert == expert and c.tier is Tier.WAIVABLE and not c.waived]
    waivers = (_waiver(asked, conflict) for conflict in tied)
    return [*_unban(problem, asked, expert), _more_work(asked, expert), *waivers]


def _pin(problem: Problem, asked: Asked) -> Iterator[Concession]:
    seat = asked.seat.id
    if seat in problem.pins:

        def apply(snapshot: Snapshot) -> Snapshot:
            return replace(snapshot, pins=tuple(pin for pin in snapshot.pins if pin.seat != seat))

        yield Concession(Kind.UNPIN, seat, seat, words("Lift the pin on this seat."), frozenset(), apply)


def _unban(problem: Problem, asked: Asked, expert: str) -> Iterator[Concession]:
    """BAN-01, where somebody wished for it. Who said no or must not serve stays excluded."""
    ban = Placement(asked.seat.id, expert)
    if ban not in problem.snapshot.wished_bans:
        return

    def apply(snapshot: Snapshot) -> Snapshot:
        kept, wished = (
            tuple(one for one in bans if one != ban) for bans in (snapshot.seat_bans, snapshot.wished_bans)
        )
        return replace(snapshot, seat_bans=kept, wished_bans=wished)

    text = words("Take back the exclusion of %(expert)s from this seat.", expert=expert)
    yield Concession(Kind.UNBAN, expert, "exclusion", text, frozenset(), apply)


def _later(problem: Problem, asked: Asked) -> Iterator[Concession]:
    movable = [session for session in asked.sessions if session.id not in problem.fixed_starts]
    horizon = problem.snapshot.horizon_minutes
    for days in (1, LATER_DAYS):
        wider = {session.id: _wider(session, days, horizon) for session in movable}

        def changed(session: Session, wider: dict[str, Session] = wider) -> Session:
            return wider.get(session.id, session)

        if movable:
            yield Concession(
                Kind.LATER,
                str(days),
                "time",
                words("Allow the sessions up to %(days)s days later.", days=days),
                frozenset(wider),
                _on_sessions(asked.need, changed),
            )


def _wider(session: Session, days: int, horizon: int) -> Session:
    """The session with its windows repeated on each of the days after."""
    day = 24 * 60
    windows = [
        Span(window.start + shift * day, min(window.end + shift * day, horizon))
        for shift in range(days + 1)
        for window in session.windows
        if window.start + shift * day < horizon
    ]
    return replace(session, windows=tuple(windows))


def _remote(problem: Problem, asked: Asked) -> Iterator[Concession]:
    placed = {session.id for session in asked.sessions if session.place is not None}

    def changed(session: Session) -> Session:
        return replace(session, place=None) if session.id in placed else session

    if placed:
        text = words("Let the sessions be held remotely.")
        yield Concession(
            Kind.REMOTE, asked.seat.id, "place", text, frozenset(), _on_sessions(asked.need, changed)
        )


def _regions(problem: Problem, asked: Asked) -> Iterator[Concession]:
    """The places where somebody is already; where there are very many, those where most is held."""
    sessions = {session.id for session in asked.sessions if session.place is not None}
    here = {session.place for session in asked.sessions} | {None}
    held = Counter(session.place for session in problem.sessions.values())
    held.update({place: len(spans.row) for place, spans in problem.roster.commitments.items()})
    known = sorted(held.keys() - here, key=lambda place: (-held[place], place))
    for region in sorted(filter(None, known[:MOST_REGIONS])) if sessions else ():

        def changed(session: Session, region: str = region) -> Session:
            return replace(session, place=region) if session.id in sessions else session

        text = words("Hold the sessions in %(region)s.", region=region)
        yield Concession(Kind.REGION, region, "region", text, frozenset(), _on_sessions(asked.need, changed))


def _on_sessions(need: Need, changed: Callable[[Session], Session]) -> Callable[[Snapshot], Snapshot]:
    return _on_need(need, lambda one: replace(one, sessions=tuple(map(changed, one.sessions))))


def _on_need(need: Need, changed: Callable[[Need], Need]) -> Callable[[Snapshot], Snapshot]:
    def apply(snapshot: Snapshot) -> Snapshot:
        needs = tuple(changed(one) if one.id == need.id else one for one in snapshot.needs)
        return replace(snapshot, needs=needs)

    return apply


def _levels(problem: Problem, asked: Asked) -> Iterator[Concession]:
    for facet in asked.seat.required:
        for level in range(facet.min_level - 1, 0, -1):
            if facet.kind not in KEPT:
                lower = replace(facet, min_level=level)
                text = words("Accept level %(level)s in %(facet)s.", level=level, facet=facet.code)
                yield _facet_concession(Kind.LOWER_LEVEL, asked, facet, (lower,), text)


def _facets(problem: Problem, asked: Asked) -> Iterator[Concession]:
    for facet in asked.seat.required:
        if facet.kind not in KEPT:
            text = words("Do without %(facet)s.", facet=facet.code)
            yield _facet_concession(Kind.WITHOUT_FACET, asked, facet, (), text)


def _facet_concession(
    kind: Kind, asked: Asked, facet: RequiredFacet, instead: tuple[RequiredFacet, ...], text: Words
) -> Concession:
    def seat_changed(seat: Seat) -> Seat:
        if seat.id != asked.seat.id:
            return seat
        kept = tuple(one for one in seat.required if one != facet)
        return replace(seat, required=(*kept, *instead))

    def changed(need: Need) -> Need:
        return replace(need, seats=tuple(map(seat_changed, need.seats)))

    about = f"{facet.kind} {facet.code}"
    apply = _on_need(asked.need, changed)
    return Concession(kind, facet.code, about, text, frozenset(), apply, replaces=facet, instead=instead)


def _of_agreement(asked: Asked, agreement: Agreement) -> Iterator[Concession]:
    """LEND-02, LEND-03, LEND-04."""

    def widened(one: Agreement) -> Agreement:
        more = {month: left + asked.minutes for month, left in one.remaining_minutes.items()}
        return replace(one, remaining_minutes=more)

    lender = agreement.lender
    text = words(
        "Borrow up to %(minutes)s minutes more from %(lender)s.", minutes=asked.minutes, lender=lender
    )
    yield _agreement_concession(Kind.QUOTA, agreement, widened, text)
    if agreement.notice_minutes:
        text = words("Ask %(lender)s to lend without the agreed notice.", lender=lender)
        yield _agreement_concession(Kind.NOTICE, agreement, _without_notice, text)
    if agreement.blackouts:
        text = words("Ask %(lender)s to lend although it is closed at that time.", lender=lender)
        yield _agreement_concession(Kind.BLACKOUT, agreement, _without_blackouts, text)


def _without_blackouts(agreement: Agreement) -> Agreement:
    return replace(agreement, blackouts=())


def _without_notice(agreement: Agreement) -> Agreement:
    return replace(agreement, notice_minutes=0)


def _new_agreement(problem: Problem, asked: Asked, lender: str) -> Concession:
    """LEND-01."""
    months = {month.label: asked.minutes for month in problem.snapshot.months}
    agreed = Agreement(lender, asked.need.ministry, months, notice_minutes=0, blackouts=())

    def apply(snapshot: Snapshot) -> Snapshot:
        return replace(snapshot, agreements=(*snapshot.agreements, agreed))

    text = words(
        "Agree with %(lender)s on lending %(minutes)s minutes.", lender=lender, minutes=asked.minutes
    )
    return Concession(Kind.AGREEMENT, lender, f"lending {lender}", text, frozenset(), apply)


def _agreement_concession(
    kind: Kind, agreement: Agreement, changed: Callable[[Agreement], Agreement], text: Words
) -> Concession:
    pair = agreement.lender, agreement.borrower

    def apply(snapshot: Snapshot) -> Snapshot:
        agreements = (
            changed(one) if (one.lender, one.borrower) == pair else one for one in snapshot.agreements
        )
        return replace(snapshot, agreements=tuple(agreements))

    return Concession(kind, agreement.lender, f"{kind} {agreement.lender}", text, frozenset(), apply)


def _more_work(asked: Asked, name: str) -> Concession:
    """CAP-01, CAP-02."""

    def more(expert: Expert) -> Expert:
        most = expert.max_open_engagements
        return replace(
            expert,
            weekly_capacity_minutes=expert.weekly_capacity_minutes + asked.minutes,
            max_open_engagements=None if most is None else most + 1,
        )

    def apply(snapshot: Snapshot) -> Snapshot:
        experts = (more(expert) if expert.id == name else expert for expert in snapshot.experts)
        return replace(snapshot, experts=tuple(experts))

    text = words("Ask %(expert)s to take on more than agreed.", expert=name)
    return Concession(Kind.MORE_WORK, name, "more work", text, frozenset(), apply)


def _waiver(asked: Asked, conflict: Conflict) -> Concession:
    """CONF-03. The using ministry's officer endorses, one of another ministry grants."""

    def apply(snapshot: Snapshot) -> Snapshot:
        waived = replace(conflict, waived=True)
        return replace(snapshot, conflicts=tuple(waived if c == conflict else c for c in snapshot.conflicts))

    text = words(
        "Have the conflict officers of %(ministry)s and then of another ministry waive the conflict of "
        "interest of %(expert)s.",
        ministry=asked.need.ministry,
        expert=conflict.expert,
    )
    return Concession(Kind.WAIVER, conflict.expert, "waiver", text, frozenset(), apply)
