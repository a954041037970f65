"""Screening live engagements again: when facts change, in the same transaction, and every day.

Look-backs end, holdings begin, parties are added. A bar that was not there before takes the expert off.
"""

import datetime as dt
import uuid
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session

from expertpool.audit import service as audit
from expertpool.conflicts.models import Organisation
from expertpool.conflicts.queries import touched_by
from expertpool.conflicts.rules.findings import Screening
from expertpool.engagements.models import WITHOUT_PROFILE, Engagement, EngagementScreening
from expertpool.engagements.rules import LIVE, OPEN, EngagementState, ScreenedBecause
from expertpool.engagements.screening import screen_for_case
from expertpool.engagements.service.steps import leave, lock_all, note
from expertpool.incidents import service as incidents
from expertpool.incidents.models import IncidentMinistry, Party
from expertpool.incidents.queries import linked_ids
from expertpool.infra import jobs
from expertpool.infra.clock import seoul_date
from expertpool.infra.consequences import follow, follows
from expertpool.infra.db import acting_as
from expertpool.infra.identity import SYSTEM
from expertpool.scheduling.vocabulary import RoleClass, Tier

# Work in these states was done, or may still be, by somebody who is barred now.
_AT_WORK = LIVE | {EngagementState.CLOSED}


@follows("experts.entries_changed")
def follow_experts(session: Session, *, expert_ids: Collection[uuid.UUID], now: dt.datetime) -> None:
    """Names, birth years and addresses tell who somebody is."""
    _rescreen(session, Engagement.expert_id.in_(expert_ids), because=ScreenedBecause.REGISTER, now=now)


@follows("incidents.case_changed")
def follow_case(session: Session, *, incident_ids: Collection[uuid.UUID], now: dt.datetime) -> None:
    """Parties, ministries, technologies at issue, linked cases: whatever the case itself says."""
    _rescreen(session, Engagement.incident_id.in_(incident_ids), because=ScreenedBecause.CASE, now=now)


@follows("engagements.role_taken")
def follow_role(session: Session, *, engagement_id: uuid.UUID, now: dt.datetime) -> None:
    """A role in a case bears on what its expert does in the cases linked to it (R31)."""
    with acting_as(session, SYSTEM):
        taken = session.get_one(Engagement, engagement_id)
        linked = linked_ids(session, taken.incident_id)
    if linked:
        elsewhere = sa.and_(Engagement.expert_id == taken.expert_id, Engagement.incident_id.in_(linked))
        _rescreen(session, elsewhere, because=ScreenedBecause.CASE, now=now)


@follows("incidents.reopened")
def follow_reopening(session: Session, *, incident_id: uuid.UUID, now: dt.datetime) -> None:
    """Who worked on a case counts again in the cases linked to it (R31)."""
    with acting_as(session, SYSTEM):
        linked = linked_ids(session, incident_id)
    follow_case(session, incident_ids=linked, now=now)


@follows("engagements.delivered")
def follow_delivery(session: Session, *, engagement_id: uuid.UUID, now: dt.datetime) -> None:
    """What is handed in comes from somebody who was looked at on the day."""
    _rescreen(session, Engagement.id == engagement_id, because=ScreenedBecause.DELIVERY, now=now)


@follows("conflicts.register_changed")
def follow_register(
    session: Session,
    *,
    organisation_ids: Collection[uuid.UUID] = (),
    person_ids: Collection[uuid.UUID] = (),
    expert_ids: Collection[uuid.UUID] = (),
    now: dt.datetime,
) -> None:
    """Names, holdings, mandates and posts bear on every case they lead to; a tie on its expert's alone."""
    which: list[sa.ColumnElement[bool]] = [Engagement.expert_id.in_(expert_ids)]
    if organisation_ids or person_ids:
        with acting_as(session, SYSTEM):
            which.append(_standing_near(session, organisation_ids, person_ids))
    _rescreen(session, sa.or_(*which), because=ScreenedBecause.REGISTER, now=now)


def _standing_near(
    session: Session, organisation_ids: Collection[uuid.UUID], person_ids: Collection[uuid.UUID]
) -> sa.ColumnElement[bool]:
    """Engagements in cases with a party, or under a ministry, that hangs together with these."""
    touched = touched_by(session, organisation_ids=organisation_ids, person_ids=person_ids)
    stands = sa.select(Party.incident_id).where(
        sa.or_(Party.organisation_id.in_(touched.organisations), Party.person_id.in_(touched.persons))
    )
    handles = (
        sa.select(IncidentMinistry.incident_id)
        .join(Organisation, Organisation.ministry_id == IncidentMinistry.ministry_id)
        .where(Organisation.id.in_(organisation_ids))
    )
    return Engagement.incident_id.in_(stands.union(handles))


def rescreen_case(
    session: Session, incident_id: uuid.UUID, *, because: ScreenedBecause, now: dt.datetime
) -> int:
    """Screen everybody who works on a case again; says how many are taken off."""
    return _rescreen(session, Engagement.incident_id == incident_id, because=because, now=now)


def cases_at_work(session: Session) -> list[uuid.UUID]:
    """The incidents somebody is engaged for; asked by the daily round. Runs as the system."""
    rows = sa.select(Engagement.incident_id).where(Engagement.state.in_(LIVE)).distinct()
    return list(session.scalars(rows.order_by(Engagement.incident_id)))


def _rescreen(
    session: Session, which: sa.ColumnElement[bool], *, because: ScreenedBecause, now: dt.datetime
) -> int:
    """Screen the live engagements again on the system's authority: ties are hidden from everybody else."""
    with acting_as(session, SYSTEM):
        live = session.scalars(
            sa.select(Engagement)
            .where(which, Engagement.state.in_(LIVE), Engagement.conflict_found_at.is_(None))
            .options(WITHOUT_PROFILE)
            .order_by(Engagement.incident_id, Engagement.id)
        ).all()
        by_case: defaultdict[uuid.UUID, list[Engagement]] = defaultdict(list)
        for engagement in live:
            by_case[engagement.incident_id].append(engagement)
        barred = [
            found
            for incident_id, engagements in by_case.items()
            for found in _screened(session, incident_id, engagements, because=because, now=now)
        ]
        lock_all(session, [engagement for engagement, _ in barred])
        for engagement, screening in barred:
            _take_off(session, engagement, screening, because=because, now=now)
    return len(barred)


def _screened(
    session: Session,
    incident_id: uuid.UUID,
    engagements: Sequence[Engagement],
    *,
    because: ScreenedBecause,
    now: dt.datetime,
) -> list[tuple[Engagement, Screening]]:
    """Screen one case's experts, keep what is new, and hand back who is barred."""
    found = screen_for_case(
        session,
        incident_id,
        role_classes=sorted({RoleClass(each.role_class) for each in engagements}),
        on=seoul_date(now),
        expert_ids=sorted({each.expert_id for each in engagements}),
        to_keep=True,
    )
    known = _known(session, [each.id for each in engagements])
    barred = []
    for engagement in engagements:
        screening = found[engagement.expert_id, RoleClass(engagement.role_class)]
        if _said(screening) != known.get(engagement.id, (Tier.CLEAR, [])):
            session.add(_kept(engagement, screening, because=because, now=now))
            _look_at_plans_again(session, engagement)
        if screening.tier is Tier.BAR:
            barred.append((engagement, screening))
    session.flush()
    return barred


def _look_at_plans_again(session: Session, engagement: Engagement) -> None:
    """What is no bar may still keep an expert out until somebody waives or settles it."""
    name = str(engagement.expert_id)
    jobs.defer(session, "planning.recheck", once_as=f"planning.recheck/{name}", expert_id=name)


def _known(session: Session, ids: Iterable[uuid.UUID]) -> dict[uuid.UUID, tuple[Tier, list[list[str]]]]:
    """What the last screening of each engagement said."""
    rows = session.scalars(
        sa.select(EngagementScreening)
        .where(EngagementScreening.engagement_id.in_(list(ids)))
        .order_by(EngagementScreening.screened_at)
    )
    return {row.engagement_id: (row.tier, row.findings) for row in rows}


def _said(screening: Screening) -> tuple[Tier, list[list[str]]]:
    return screening.tier, [[each.rule, each.counts_as.value, each.key] for each in screening.findings]


def _kept(
    engagement: Engagement, screening: Screening, *, because: ScreenedBecause, now: dt.datetime
) -> EngagementScreening:
    tier, findings = _said(screening)
    return EngagementScreening(
        engagement_id=engagement.id,
        screened_at=now,
        on=screening.on,
        because=because,
        pack_version=screening.pack_version,
        facts_digest=screening.facts_digest,
        tier=tier,
        findings=findings,
    )


def _take_off(
    session: Session,
    engagement: Engagement,
    screening: Screening,
    *,
    because: ScreenedBecause,
    now: dt.datetime,
) -> None:
    """Shut the case to the expert, free the time, mark what was done before, and look for somebody else.

    Work that is handed in stays handed in, marked; whether it is done again is for people to decide.
    """
    barring = next(each for each in screening.findings if each.counts_as is Tier.BAR)
    detail = {"rule": barring.rule, "because": because.value}
    mark_earlier_work(session, engagement, now=now)
    was_unasked = engagement.state is EngagementState.PROPOSED
    if engagement.state in OPEN:
        leave(
            session,
            engagement,
            EngagementState.CANCELLED,
            verb="suspend",
            actor=SYSTEM,
            now=now,
            **detail,
        )
    elif engagement.state in LIVE:
        note(session, engagement, "suspend", actor=SYSTEM, now=now, state=engagement.state.value, **detail)
    incidents.close_to_expert(session, engagement.incident_id, engagement.expert_id, now=now)
    if was_unasked:
        follow(session, "engagements.proposal_barred", engagement_id=engagement.id, now=now)


def mark_earlier_work(session: Session, engagement: Engagement, *, now: dt.datetime) -> None:
    """Whatever the expert did in this case was done before the conflict was known."""
    earlier = session.scalars(
        sa.select(Engagement)
        .where(
            Engagement.incident_id == engagement.incident_id,
            Engagement.expert_id == engagement.expert_id,
            Engagement.state.in_(_AT_WORK),
            Engagement.conflict_found_at.is_(None),
        )
        .options(WITHOUT_PROFILE)
    ).all()
    for each in earlier:
        each.conflict_found_at = now
    session.flush()
    if earlier:
        audit.record(
            session,
            actor=SYSTEM,
            verb="incident.mark_earlier_work",
            kind="incident",
            thing=engagement.incident_id,
            now=now,
        )
