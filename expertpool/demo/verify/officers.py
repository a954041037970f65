"""Whether the officers' part is there: a waiver granted and one that waits, a challenge, a pinned ruling."""

import datetime as dt
from collections.abc import Iterator

import sqlalchemy as sa
from sqlalchemy.orm import Session

from expertpool.accounts.models import Account
from expertpool.accounts.service import actor_of
from expertpool.conflicts.models import FindingRuling, Waiver
from expertpool.conflicts.rules.proofs import ProofState
from expertpool.conflicts.rules.vocabulary import FindingStatus, RoleClass
from expertpool.conflicts.rules.waivers import WaiverState
from expertpool.demo.service.present import OFFICERS_MINISTRY
from expertpool.demo.verify.rows import Claim, Rows
from expertpool.engagements.models import Challenge, Engagement
from expertpool.engagements.queries import decisions_waiting
from expertpool.engagements.rules import ChallengeState
from expertpool.engagements.screening import screen_one_for_case
from expertpool.infra.clock import seoul_date
from expertpool.infra.db import acting_as
from expertpool.infra.identity import Role
from expertpool.ministries.queries import ministry_by_code

EVERY_KIND = {"Declared tie", "Challenge by a party", "Waiver"}


def check_officers(session: Session, rows: Rows) -> Iterator[Claim]:
    """What was decided, and what the queue shows."""
    yield from _waivers(session)
    paused = sa.select(sa.func.count()).where(
        Challenge.state == ChallengeState.OPEN,
        Challenge.engagement_id == Engagement.id,
        Engagement.paused_at.is_not(None),
    )
    found = session.scalar(paused) or 0
    yield Claim("a challenge waits, and the engagement stands still", str(found), holds=found > 0)
    yield _ruling(session, rows)
    yield _queue(session, rows.at)


def _waivers(session: Session) -> Iterator[Claim]:
    waivers = session.scalars(sa.select(Waiver).where(Waiver.proof == ProofState.STANDS)).all()
    granted = [each for each in waivers if each.state is WaiverState.GRANTED]
    two = [each for each in granted if each.endorsing_ministry_id != each.granting_ministry_id]
    yield Claim("a waiver granted by two ministries, proven", str(len(two)), holds=bool(two))
    waiting = sum(each.state is WaiverState.REQUESTED for each in waivers)
    yield Claim("a waiver that waits for the officer, proven", str(waiting), holds=waiting > 0)


def _ruling(session: Session, rows: Rows) -> Claim:
    """Pinned means that today's screening heeds it."""
    pinned = session.scalars(sa.select(FindingRuling)).all()
    heeded = [each for each in pinned if _is_heeded(session, rows, each)]
    return Claim(
        "an officer's ruling is pinned and heeded",
        f"{len(heeded)} of {len(pinned)}",
        holds=bool(heeded) and len(heeded) == len(pinned),
    )


def _is_heeded(session: Session, rows: Rows, ruling: FindingRuling) -> bool:
    screening = screen_one_for_case(
        session,
        ruling.incident_id,
        ruling.expert_id,
        role_class=RoleClass(ruling.role_class),
        on=seoul_date(rows.at),
    )
    status = {each.key: each.status for each in screening.findings}
    return status.get(ruling.finding_key) is FindingStatus(ruling.status)


def _queue(session: Session, at: dt.datetime) -> Claim:
    ministry = ministry_by_code(session, OFFICERS_MINISTRY).id
    officer = next(
        each
        for each in session.scalars(sa.select(Account).where(Account.ministry_id == ministry))
        if each.roles[0].name == Role.CONFLICT_OFFICER
    )
    actor = actor_of(officer)
    with acting_as(session, actor):
        kinds = {line.kind.text for line in decisions_waiting(session, actor=actor, now=at)}
    return Claim("the officer's queue shows every kind", ", ".join(sorted(kinds)), holds=kinds >= EVERY_KIND)
