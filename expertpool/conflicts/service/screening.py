"""Silent screening: an officer looks at a list of experts against named parties, and says what for."""

import datetime as dt
import uuid
from collections.abc import Collection, Mapping
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Session

from expertpool.audit import service as audit
from expertpool.conflicts import access
from expertpool.conflicts.models import SilentScreening
from expertpool.conflicts.packs import shipped_packs
from expertpool.conflicts.rules.findings import Screening
from expertpool.experts.models import Expert
from expertpool.infra.identity import SYSTEM, Actor
from expertpool.refusals import Invalid, NotFound
from expertpool.words import Words, words

MOST_EXPERTS = 100
MOST_PARTIES = 40
SCREENING_LASTS = dt.timedelta(days=30)


class Purpose(StrEnum):
    """What somebody is screened for; kept with the audit entry."""

    BEFORE_OFFER = "before_offer"
    RECHECK = "recheck"
    COMPLAINT = "complaint"
    REGISTER = "register"


def check_screening(
    session: Session, *, expert_ids: Collection[uuid.UUID], parties: int, on: dt.date, actor: Actor
) -> None:
    """Whether a list of experts may be screened without being asked; called before anybody looks.

    Raises: Forbidden to everybody but conflict officers; Invalid for too many, or no, experts or parties, or
    a day no rules are in force for; NotFound for an expert who is not on record.
    """
    access.check_screens(actor)
    if not 1 <= len(set(expert_ids)) <= MOST_EXPERTS:
        _refuse("expert_ids", words("Choose between one and %(most)s experts.", most=MOST_EXPERTS))
    if not 1 <= parties <= MOST_PARTIES:
        _refuse("parties", words("Name between one and %(most)s parties.", most=MOST_PARTIES))
    if not any(pack.in_force(on) for pack in shipped_packs()):
        _refuse("on", words("No rules are in force on this day. Choose a later one."))
    known = session.scalars(sa.select(Expert.id).where(Expert.id.in_(set(expert_ids))))
    if set(known) != set(expert_ids):
        raise NotFound(access.NOTHING_HERE)


def keep_screening(
    session: Session,
    found: Mapping[uuid.UUID, Screening],
    *,
    parties: int,
    purpose: Purpose,
    actor: Actor,
    now: dt.datetime,
) -> SilentScreening:
    """Keep what a silent screening came to until it expires. Nobody is told; one audit entry says what for.

    Shape: `found` holds one screening an expert, all of one role class, day and pack.
    Raises: Forbidden to everybody but conflict officers.
    """
    access.check_screens(actor)
    assert actor.user_id is not None  # only people sign in as officers
    any_one = next(iter(found.values()))
    kept = SilentScreening(
        asked_by=actor.user_id,
        asked_at=now,
        expires_at=now + SCREENING_LASTS,
        purpose=purpose.value,
        role_class=any_one.role_class,
        screened_on=any_one.on,
        pack_version=any_one.pack_version,
        facts_digest=any_one.facts_digest,
        parties=parties,
        results=[_result(expert_id, one) for expert_id, one in found.items()],
    )
    session.add(kept)
    session.flush()
    _note(session, kept, "conflict.screen", actor=actor, now=now)
    return kept


def _note(session: Session, kept: SilentScreening, verb: str, *, actor: Actor, now: dt.datetime) -> None:
    """One entry for the whole list: what for, and whose ties were looked at."""
    audit.record(
        session,
        actor=actor,
        verb=verb,
        kind="screening",
        thing=kept.id,
        now=now,
        purpose=kept.purpose,
        role_class=kept.role_class.value,
        parties=kept.parties,
        experts=" ".join(sorted(str(line["expert_id"]) for line in kept.results)),
    )


def _result(expert_id: uuid.UUID, one: Screening) -> dict[str, object]:
    """The tier, and each rule with its tier and the day it would lapse; no tie and no name."""
    findings = [
        {
            "rule": finding.rule,
            "tier": finding.counts_as.value,
            "worst": finding.worst_tier.value,
            "lapses_on": finding.lapses_on.isoformat() if finding.lapses_on else None,
        }
        for finding in one.findings
    ]
    return {"expert_id": str(expert_id), "tier": one.tier.value, "findings": findings}


def forget_screenings(session: Session, *, now: dt.datetime) -> int:
    """Delete the lists that have expired; says how many. Runs as the system."""
    gone = session.scalars(
        sa.delete(SilentScreening).where(SilentScreening.expires_at <= now).returning(SilentScreening.id)
    ).all()
    for screening_id in sorted(gone):
        audit.record(
            session,
            actor=SYSTEM,
            verb="conflict.forget_screening",
            kind="screening",
            thing=screening_id,
            now=now,
        )
    return len(gone)


def _refuse(field: str, sentence: Words) -> None:
    raise Invalid(sentence, fields={field: sentence})
