"""Other addresses an expert answers from."""

import datetime as dt
import uuid

import sqlalchemy as sa
from sqlalchemy.orm import Session

from expertpool.audit import service as audit
from expertpool.calendars.access import own_expert_id
from expertpool.calendars.models import AttendeeAlias
from expertpool.calendars.rules import Mailbox
from expertpool.experts.service import lock_experts
from expertpool.infra.identity import Actor
from expertpool.refusals import Invalid, NotFound
from expertpool.words import words

MOST_ALIASES = 5


def add_alias(session: Session, address: str, *, actor: Actor, now: dt.datetime) -> AttendeeAlias:
    """Let answers from this address count as the actor's own. The same address again changes nothing.

    Raises: Forbidden to all but experts; Invalid.
    """
    expert_id = own_expert_id(actor)
    wanted = Mailbox(address.strip().lower(), "").address
    lock_experts(session, [expert_id])
    rows = session.scalars(sa.select(AttendeeAlias).where(AttendeeAlias.expert_id == expert_id)).all()
    known = next((row for row in rows if row.address == wanted), None)
    if known is not None:
        return known
    if len(rows) >= MOST_ALIASES:
        full = words("You can name %(most)s addresses. Remove one first.", most=MOST_ALIASES)
        raise Invalid(full, fields={"address": full})
    alias = AttendeeAlias(expert_id=expert_id, address=wanted, added_at=now)
    session.add(alias)
    session.flush()
    audit.record(session, actor=actor, verb="alias.add", kind="attendee_alias", thing=alias.id, now=now)
    return alias


def remove_alias(session: Session, alias_id: uuid.UUID, *, actor: Actor, now: dt.datetime) -> None:
    """Answers from this address count no more. Raises: Forbidden to all but experts; NotFound."""
    expert_id = own_expert_id(actor)
    alias = session.get(AttendeeAlias, alias_id)
    if alias is None or alias.expert_id != expert_id:
        raise NotFound(words("There is nothing here that you can see. Check the address."))
    session.delete(alias)
    session.flush()
    audit.record(session, actor=actor, verb="alias.remove", kind="attendee_alias", thing=alias_id, now=now)
