"""How much of everything there is."""

from collections import Counter
from collections.abc import Iterator

import sqlalchemy as sa
from sqlalchemy.orm import Session

from expertpool.accounts.models import Account
from expertpool.availability.models import BusyTime, ExpertWeek
from expertpool.conflicts.models import Organisation, Ownership, Tie
from expertpool.demo.verify.rows import Claim, Rows, counted
from expertpool.demo.world.experts import Circumstance
from expertpool.demo.world.lending import OVER_QUOTA
from expertpool.engagements.models import Engagement
from expertpool.engagements.rules import LIVE, EngagementState
from expertpool.experts.models import Expert
from expertpool.experts.rules import ExpertState
from expertpool.incidents.models import Incident, Need
from expertpool.incidents.queries import incident_page
from expertpool.incidents.rules import IncidentState
from expertpool.infra.identity import SYSTEM
from expertpool.ministries.models import LendingAgreement, LendingMonth

ASKED_WITH_A_WAIVER = 2
# At least so many engagements ended each way.
ENDINGS: dict[EngagementState, int] = {
    EngagementState.CLOSED: 130,
    EngagementState.DECLINED: 25,
    EngagementState.LAPSED: 10,
    EngagementState.RECUSED: 6,
    EngagementState.WITHDRAWN: 2,
    EngagementState.CANCELLED: 4,
}


def check_totals(session: Session, rows: Rows) -> Iterator[Claim]:
    """The sizes of the demo."""
    world = rows.world
    for name, table, wanted in (
        ("experts", Expert, 300),
        ("organisations", Organisation, 140),
        ("incidents", Incident, 60),
        ("needs", Need, 90 + ASKED_WITH_A_WAIVER),
        ("lending agreements", LendingAgreement, 14),
        ("accounts", Account, len(world.accounts)),
        ("ties", Tie, len(world.relations.ties)),
        ("holdings", Ownership, len(world.organisations.ownerships)),
        ("busy times", BusyTime, 700),
    ):
        yield counted(name, session.scalar(sa.select(sa.func.count()).select_from(table)) or 0, wanted)
    yield counted("incidents found again", len(rows.incidents), len(world.incidents.incidents))
    yield counted("needs found again", len(rows.needs), len(world.needs))
    yield _engagements(session)
    yield _live(session)
    yield from _limits(session, rows)
    yield from _clocks(session, rows)
    paused = sa.select(sa.func.count()).where(Expert.state == ExpertState.PAUSED)
    yield counted("experts who paused", session.scalar(paused) or 0, 18)


def _states(session: Session) -> Counter[EngagementState]:
    by_state = sa.select(Engagement.state, sa.func.count()).group_by(Engagement.state)
    return Counter(dict(session.execute(by_state).all()))


def _engagements(session: Session) -> Claim:
    states = _states(session)
    found = ", ".join(f"{state} {states[state]}" for state in ENDINGS)
    enough = all(states[state] >= least for state, least in ENDINGS.items())
    return Claim("about 230 engagements that ended in every way", found, holds=enough)


def _live(session: Session) -> Claim:
    states = _states(session)
    shown = [state for state in EngagementState if state in LIVE - {EngagementState.DELIVERED}]
    found = ", ".join(f"{state} {states[state]}" for state in shown)
    return Claim("engagements under way in every state", found, holds=all(states[s] for s in shown))


def _limits(session: Session, rows: Rows) -> Iterator[Claim]:
    over = sa.select(sa.func.count(sa.distinct(Expert.id))).where(
        ExpertWeek.expert_id == Expert.id, ExpertWeek.used_minutes > Expert.weekly_capacity_minutes
    )
    wanted = sum(each.circumstance is Circumstance.OVER_CAPACITY for each in rows.world.experts)
    yield counted("experts who worked more than they offer now", session.scalar(over) or 0, wanted)
    pairs = sa.select(sa.func.count(sa.distinct(LendingAgreement.id))).where(
        LendingMonth.agreement_id == LendingAgreement.id,
        LendingMonth.used_minutes > LendingAgreement.monthly_quota_minutes,
    )
    found = session.scalar(pairs) or 0
    yield Claim(
        f"at least {OVER_QUOTA} agreements lent more than their quota now", str(found), found >= OVER_QUOTA
    )


def _clocks(session: Session, rows: Rows) -> Iterator[Claim]:
    """Of the clocks the world began; a date that was noted may start others beside them."""
    left: list[int] = []
    for incident in rows.world.incidents.incidents:
        if incident.clocks and incident.key in rows.incidents:
            page = incident_page(session, rows.incidents[incident.key], actor=SYSTEM, now=rows.at)
            codes = {clock.clock for clock in incident.clocks}
            left += [c.days_left for c in page.clocks if c.code in codes and c.days_left is not None]
    # Holidays move the day a clock ends by a few.
    due = sum(0 <= days <= 10 for days in left)
    yield Claim("about 20 clocks due within ten days", str(due), holds=18 <= due <= 24)
    yield counted("clocks overdue", sum(days < 0 for days in left), 3)
    compartmented = sa.select(sa.func.count()).where(
        Incident.compartmented, Incident.state != IncidentState.CLOSED
    )
    yield counted("compartmented incidents", session.scalar(compartmented) or 0, 3)
