"""Screening by hand: an officer looks at one or more experts against named parties, and says what for."""

import datetime as dt
import uuid
from collections.abc import Collection
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Session

from expertpool.audit import service as audit
from expertpool.conflicts import access
from expertpool.conflicts.packs import shipped_packs
from expertpool.conflicts.rules.vocabulary import RoleClass
from expertpool.experts.models import Expert
from expertpool.infra.identity import Actor
from expertpool.refusals import Invalid, NotFound
from expertpool.words import Words, words

MOST_EXPERTS = 100
MOST_PARTIES = 40


class Purpose(StrEnum):
    """What somebody is screened for; kept with the audit entry."""

    BEFORE_OFFER = "before_offer"
    RECHECK = "recheck"
    COMPLAINT = "complaint"
    REGISTER = "register"


def announce_screening(
    session: Session,
    *,
    expert_ids: Collection[uuid.UUID],
    parties: int,
    role_class: RoleClass,
    on: dt.date,
    purpose: Purpose,
    actor: Actor,
    now: dt.datetime,
) -> None:
    """Note who is about to be screened without being asked, one audit entry each, before anybody looks.

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
    for expert_id in sorted(set(expert_ids)):
        audit.record(
            session,
            actor=actor,
            verb="conflict.screen",
            kind="expert",
            thing=expert_id,
            now=now,
            purpose=purpose.value,
            role_class=role_class.value,
            parties=parties,
        )


def _refuse(field: str, sentence: Words) -> None:
    raise Invalid(sentence, fields={field: sentence})
