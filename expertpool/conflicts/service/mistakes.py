"""Entries of an expert's own register that were made by mistake."""

import datetime as dt
import uuid

import sqlalchemy as sa
from sqlalchemy.orm import Session

from expertpool.audit import service as audit
from expertpool.conflicts import access
from expertpool.conflicts.models import FindingRuling, InterestStatement, Tie, Waiver
from expertpool.conflicts.rules.records import may_be_slip
from expertpool.conflicts.service.ties import tie_seen
from expertpool.infra.consequences import follow
from expertpool.infra.db import acting_as
from expertpool.infra.identity import SYSTEM, Actor
from expertpool.refusals import NotFound, WrongState
from expertpool.words import words


def take_back_tie(
    session: Session, tie_id: uuid.UUID, *, version: int, actor: Actor, now: dt.datetime
) -> Tie:
    """Take back an entry of the actor's own that was a mistake.

    The row stays for officers to read, and counts in no screening from now on. What the expert confirmed, or
    an officer worked on or decided by while it stood there, is not undone this way: it is ended or settled.

    Raises: NotFound to everybody but the expert; Stale; WrongState.
    """
    tie = tie_seen(session, tie_id, actor=actor, version=version)
    if actor.expert_id != tie.expert_id:
        raise NotFound(access.NOTHING_HERE)
    newest = sa.select(sa.func.max(InterestStatement.stated_at))
    stated = session.scalar(newest.where(InterestStatement.expert_id == tie.expert_id))
    if not may_be_slip(tie.source, tie.version, recorded_at=tie.recorded_at, stated_at=stated, now=now):
        raise WrongState(
            words(
                "Only your own entry of the last 24 hours, neither changed nor confirmed since, can be taken"
                " back. Note its end, or ask the conflict-of-interest officer."
            )
        )
    if _was_decided_since(session, tie):
        raise WrongState(
            words("An officer decided about your ties since this was entered. Ask the officer to settle it.")
        )
    tie.taken_back_at = now
    session.flush()
    audit.record(session, actor=actor, verb="tie.take_back", kind="tie", thing=tie.id, now=now)
    follow(session, "conflicts.register_changed", expert_ids=[tie.expert_id], now=now)
    return tie


def _was_decided_since(session: Session, tie: Tie) -> bool:
    """Whether an officer ruled on a finding about the expert, or a waiver was asked for, since the entry."""
    ruled = sa.exists().where(
        FindingRuling.expert_id == tie.expert_id, FindingRuling.ruled_at >= tie.recorded_at
    )
    asked = sa.exists().where(Waiver.expert_id == tie.expert_id, Waiver.requested_at >= tie.recorded_at)
    with acting_as(session, SYSTEM):  # experts see neither
        return bool(session.scalar(sa.select(sa.or_(ruled, asked))))
