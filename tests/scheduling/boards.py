"""Small snapshots in few words, and a seeded realistic board. Every field has a sound value unless given."""

import random
from dataclasses import replace
from typing import Any

from expertpool.scheduling import snapshot as sn
from expertpool.scheduling.vocabulary import FacetKind, RoleClass, TeamRuleKind, Tier, Urgency

DAY = 24 * 60
WEEK = 7 * DAY
HORIZON = 2 * WEEK
WEIGHTS = sn.Weights(
    unfilled=1_000_000,
    lateness=2_000,
    quality=20,
    disclose=200,
    waived=600,
    fairness=5,
    travel=60,
    stability=100,
)
POLICY = sn.Policy(version="test", weights=WEIGHTS, travel_buffer_minutes=60, fairness_unit_minutes=240)
NOTHING = sn.Arrangement((), ())


def at(day: int, hour: float = 0) -> int:
    """A minute of the horizon."""
    return int(day * DAY + hour * 60)


def span(day: int, start: float, end: float) -> sn.Span:
    return sn.Span(at(day, start), at(day, end))


def days(count: int = 14, start: float = 9, end: float = 18) -> tuple[sn.Span, ...]:
    """Office hours of the first days."""
    return tuple(span(day, start, end) for day in range(count))


def facet(kind: str, code: str, level: int = 3, valid_from: Any = None, valid_until: Any = None) -> sn.Facet:
    return sn.Facet(FacetKind(kind), code, level, valid_from, valid_until)


def role(code: str, level: int = 3) -> sn.Facet:
    return facet("role_kind", code, level)


def required(kind: str, code: str, min_level: int = 1) -> sn.RequiredFacet:
    return sn.RequiredFacet(FacetKind(kind), code, min_level)


def preferred(kind: str, code: str, level: int = 1, weight: int = 10) -> sn.PreferredFacet:
    return sn.PreferredFacet(FacetKind(kind), code, level, weight)


def expert(name: str, *facets: sn.Facet, **fields: Any) -> sn.Expert:
    """An expert of ministry MSS, free in office hours, with role ATT unless facets are given."""
    usual = sn.Expert(
        id=name,
        ministry="MSS",
        firm=None,
        region="SEOUL",
        active=True,
        appointments=(sn.FarSpan(-365 * DAY, 365 * DAY),),
        facets=facets or (role("ATT"),),
        weekly_capacity_minutes=2_400,
        used_minutes={},
        max_open_engagements=None,
        open_engagements=0,
        load_minutes=0,
        free=days(),
        commitments=(),
    )
    return replace(usual, **fields)


def seat(name: str, role_kind: str = "ATT", **fields: Any) -> sn.Seat:
    usual = sn.Seat(name, role_kind, RoleClass.SUP, required=(), preferred=(), effort_minutes=0)
    return replace(usual, **fields)


def session(name: str, *seats: str, **fields: Any) -> sn.Session:
    """A remote two-hour session on the first two days."""
    usual = sn.Session(id=name, length_minutes=120, windows=days(2), deadline=at(2), place=None, seats=seats)
    return replace(usual, **fields)


def need(name: str, seats: list[sn.Seat], sessions: list[sn.Session] | None = None, **fields: Any) -> sn.Need:
    """A need of MSS; one kick-off for all its seats unless sessions are given."""
    kick_off = [session(f"{name}-kick", *(seat.id for seat in seats))]
    usual = sn.Need(
        id=name,
        incident=f"incident-{name}",
        ministry="MSS",
        urgency=Urgency.NORMAL,
        not_before=0,
        deadline=at(10),
        seats=tuple(seats),
        sessions=tuple(kick_off if sessions is None else sessions),
        team_rules=(),
    )
    return replace(usual, **fields)


def team_rule(
    kind: str, *seats: str, count: int = 1, facets: tuple[sn.RequiredFacet, ...] = ()
) -> sn.TeamRule:
    return sn.TeamRule(f"rule-{kind}", TeamRuleKind(kind), seats, facets, count)


def conflict(incident: str, who: str, tier: str, *, waived: bool = False, side: str = "SUP") -> sn.Conflict:
    return sn.Conflict(incident, who, RoleClass(side), Tier(tier), ("R09",), waived)


def agreement(lender: str, borrower: str = "MSS", minutes: int = 6_000, **fields: Any) -> sn.Agreement:
    remaining = {"2026-09": minutes, "2026-10": minutes}
    return replace(sn.Agreement(lender, borrower, remaining, notice_minutes=0, blackouts=()), **fields)


def arrangement(seats: dict[str, str] | None = None, starts: dict[str, int] | None = None) -> sn.Arrangement:
    return sn.Arrangement(
        tuple(sn.Placement(seat, who) for seat, who in (seats or {}).items()),
        tuple(sn.Start(session, start) for session, start in (starts or {}).items()),
    )


def snapshot(experts: list[sn.Expert], needs: list[sn.Need], **fields: Any) -> sn.Snapshot:
    """Two weeks from Monday 31 August 2026, Seoul midnight, in half hours; September begins on day 1."""
    usual = sn.Snapshot(
        format=sn.FORMAT,
        taken_at="2026-08-30T15:00:00Z",
        epoch="2026-08-30T15:00:00Z",
        horizon_minutes=HORIZON,
        cell_minutes=30,
        seed=7,
        policy=POLICY,
        weeks=(sn.Period("2026-W36", 0, WEEK), sn.Period("2026-W37", WEEK, 2 * WEEK)),
        months=(sn.Period("2026-09", -DAY, 10 * DAY), sn.Period("2026-10", 10 * DAY, 40 * DAY)),
        experts=tuple(experts),
        conflicts=(),
        needs=tuple(needs),
        agreements=(),
        fixed=NOTHING,
        pins=(),
        seat_bans=(),
        need_bans=(),
        previous=NOTHING,
    )
    return replace(usual, **fields)


def shared(board: sn.Snapshot, minutes: dict[str, tuple[int, int]], weight: int = 3) -> sn.Snapshot:
    """A board with shares: target and carried minutes of ministries."""
    weights = replace(board.policy.weights, share=weight)
    shares = tuple(sn.Share(ministry, *each) for ministry, each in minutes.items())
    return replace(board, policy=replace(board.policy, weights=weights), shares=shares)


MINISTRIES = ("MSS", "MOTIR", "KFTC", "MOIP", "NPA", "NIS")
ROLES = ("DFE", "ATT", "PAT", "VAL", "SIM", "SEC", "MED", "ITP")
REGIONS = ("SEOUL", "DAEJEON", "BUSAN", "GWANGJU")
CLASSES = {"DFE": RoleClass.INV, "SIM": RoleClass.INV, "VAL": RoleClass.INV, "MED": RoleClass.ADJ}
TECHNOLOGIES = tuple(f"W{number:02d}" for number in range(1, 13))


def realistic(experts: int = 300, needs: int = 10, seats: int = 5, seed: int = 1) -> sn.Snapshot:
    """A board as a coordinator sees it: half-busy calendars, lent experts, conflicts, panels with rules."""
    draw = random.Random(seed)
    people = [_person(draw, number) for number in range(experts)]
    asked = [_panel(draw, number, seats) for number in range(needs)]
    sides = sorted({(n.incident, s.role_class) for n in asked for s in n.seats})
    tiers = [Tier.BAR, Tier.REVIEW, Tier.WAIVABLE, Tier.DISCLOSE]
    conflicts = [
        sn.Conflict(incident, person.id, side, draw.choice(tiers), ("R09",), waived=False)
        for incident, side in sides
        for person in people
        if draw.random() < 0.06
    ]
    lending = [
        agreement(
            lender,
            borrower,
            draw.choice([600, 1_200, 2_400, 4_800]),
            notice_minutes=draw.choice([0, DAY, 3 * DAY]),
        )
        for lender in MINISTRIES
        for borrower in MINISTRIES
        if lender != borrower and draw.random() < 0.8
    ]
    return snapshot(people, asked, conflicts=tuple(conflicts), agreements=tuple(lending), seed=seed)


def _person(draw: random.Random, number: int) -> sn.Expert:
    roles = draw.sample(ROLES, draw.choice([1, 1, 2]))
    facets = [role(code, draw.randint(1, 4)) for code in roles]
    facets += [facet("technology", code, draw.randint(1, 4)) for code in draw.sample(TECHNOLOGIES, 4)]
    facets += [facet("language", "en", draw.randint(1, 4))] if draw.random() < 0.5 else []
    facets += [facet("proceeding", "CHR", 1)] if {"MED", "ATT"} & set(roles) and draw.random() < 0.4 else []
    free, busy = [], []
    for day in (0, 1, 2, 3, 4, 7, 8, 9, 10, 11):
        start = draw.choice([9, 9.5, 10, 13])
        end = draw.choice([12, 15, 17, 18])
        if end > start:
            free.append(span(day, start, end))
        if end + 2 <= 20 and draw.random() < 0.3:
            busy.append(sn.Commitment(at(day, end), at(day, end + 1), draw.choice(REGIONS)))
    return expert(
        f"expert-{number:05d}",
        *facets,
        ministry=draw.choice(MINISTRIES),
        firm=draw.choice([None, *(f"firm-{firm}" for firm in range(20))]),
        region=draw.choice(REGIONS),
        weekly_capacity_minutes=draw.choice([480, 960, 1_440, 2_400]),
        used_minutes={"2026-W36": draw.choice([0, 0, 120, 480])},
        max_open_engagements=draw.choice([None, 2, 3]),
        open_engagements=draw.choice([0, 0, 1, 2]),
        load_minutes=draw.randrange(0, 9_600, 60),
        free=tuple(free),
        commitments=tuple(busy),
    )


def _panel(draw: random.Random, number: int, size: int) -> sn.Need:
    name = f"need-{number:03d}"
    kinds = ["MED", *draw.choices(ROLES, k=size - 1)]
    team = [
        seat(
            f"{name}-seat-{place}",
            kind,
            role_class=CLASSES.get(kind, RoleClass.SUP),
            required=(required("technology", draw.choice(TECHNOLOGIES), draw.randint(1, 2)),)
            if place % 2
            else (),
            preferred=(preferred("role_kind", kind, 3), preferred("language", "en", 2, 5)),
            effort_minutes=draw.choice([0, 120, 240]),
        )
        for place, kind in enumerate(kinds)
    ]
    names = [one.id for one in team]
    first = draw.randint(0, 4)
    weekdays = [day for day in range(first, first + 7) if day % 7 < 5]
    windows = tuple(span(day, 9, 18) for day in weekdays)
    place = draw.choice([None, *REGIONS])
    sessions = [
        session(f"{name}-hearing", *names, windows=windows, deadline=at(first + 4), place=place),
        session(
            f"{name}-visit", *names[-2:], windows=windows, deadline=at(first + 7), place=draw.choice(REGIONS)
        ),
    ]
    rules = [
        team_rule("chair", names[0], facets=(required("proceeding", "CHR"),)),
        team_rule("at_least", *names, facets=(required("role_kind", "ATT"), required("role_kind", "PAT"))),
        team_rule("one_per_firm", *names),
        team_rule("ministry_most", *names, count=max(2, size - 2)),
        team_rule("ministry_least", *names, count=2),
    ]
    return need(
        name,
        team,
        sessions,
        ministry=draw.choice(MINISTRIES),
        urgency=draw.choice(list(Urgency)),
        deadline=at(first + 8),
        team_rules=tuple(rules),
    )
