"""Handing mail over, at least once and in order: claim with a lease, send outside, record under the token.

The row of the event is the lock: whoever tells and whoever claims hold it, so of one event at most one mail
is under way, and a newer one waits for it or replaces it.
"""

import datetime as dt
import uuid
from dataclasses import dataclass
from typing import Any, cast

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from expertpool.audit import service as audit
from expertpool.calendars import access
from expertpool.calendars.models import OutboxMail, SeatEvent
from expertpool.calendars.rules import Method, OutboxState, SendingPolicy, after_trouble
from expertpool.calendars.service.queueing import SEND
from expertpool.engagements.models import Engagement
from expertpool.infra import jobs
from expertpool.infra.db import acting_as
from expertpool.infra.identity import SYSTEM, Actor, new_id
from expertpool.refusals import NotFound, WrongState
from expertpool.words import words

_TROUBLE_CHARACTERS = 200


@dataclass(frozen=True, slots=True)
class Claimed:
    """A mail that is ours to send until the lease ends."""

    id: uuid.UUID
    token: uuid.UUID
    sender: str
    recipient: str
    message: bytes
    attempts: int
    lease_until: dt.datetime


def claim(session: Session, *, now: dt.datetime, policy: SendingPolicy) -> Claimed | None:
    """Take the mail that waits longest; none when nothing is due. Commit before sending it."""
    while (event := _event_with_mail(session, now)) is not None:
        claimed = _claim_of(session, event, now, policy)
        session.flush()
        if claimed is not None:
            return claimed
    return None


def _event_with_mail(session: Session, now: dt.datetime) -> SeatEvent | None:
    """An event with a mail that is due and none under way, locked; events that others hold are skipped."""
    held = aliased(OutboxMail)
    under_way = sa.exists().where(
        held.event_id == OutboxMail.event_id,
        held.state == OutboxState.QUEUED,
        held.lease_until > now,
    )
    due = (
        sa.select(SeatEvent)
        .join(OutboxMail, OutboxMail.event_id == SeatEvent.id)
        .where(OutboxMail.state == OutboxState.QUEUED, OutboxMail.not_before <= now, ~under_way)
        .order_by(OutboxMail.not_before, OutboxMail.sequence, OutboxMail.revision)
        .limit(1)
    )
    return session.scalar(due.with_for_update(of=SeatEvent, key_share=True, skip_locked=True))


def _claim_of(session: Session, event: SeatEvent, now: dt.datetime, policy: SendingPolicy) -> Claimed | None:
    """The newest state of the event; what is older and waits is superseded. Read anew under the lock.

    A message that declines a proposal tells no state: it goes after the state it belongs to.
    """
    query = sa.select(OutboxMail).where(
        OutboxMail.event_id == event.id, OutboxMail.state == OutboxState.QUEUED
    )
    ordered = query.order_by(OutboxMail.sequence, OutboxMail.revision)
    mails = list(session.scalars(ordered.execution_options(populate_existing=True)))
    if not mails or any(_is_held(mail, now) for mail in mails):
        return None
    states = [mail for mail in mails if mail.method != Method.DECLINECOUNTER]
    newest = states[-1] if states else mails[-1]
    for older in mails[: mails.index(newest)]:
        older.state, older.lease_token, older.lease_until = OutboxState.SUPERSEDED, None, None
    if newest.not_before > now:
        return None
    newest.attempts += 1
    newest.lease_token, newest.lease_until = new_id(), now + policy.lease
    return Claimed(
        id=newest.id,
        token=newest.lease_token,
        sender=event.organizer,
        recipient=newest.recipient,
        message=newest.message,
        attempts=newest.attempts,
        lease_until=newest.lease_until,
    )


def _is_held(mail: OutboxMail, now: dt.datetime) -> bool:
    return mail.lease_until is not None and mail.lease_until > now


def note_sent(session: Session, claimed: Claimed, *, now: dt.datetime) -> bool:
    """The server took the mail. False if the lease was lost: its new holder sends the same bytes again."""
    return _settle(session, claimed, state=OutboxState.SENT, sent_at=now, trouble="")


def note_trouble(
    session: Session,
    claimed: Claimed,
    *,
    reason: str,
    permanent: bool,
    now: dt.datetime,
    policy: SendingPolicy,
) -> bool:
    """The server did not take the mail. False if the lease was lost."""
    state, not_before = after_trouble(claimed.attempts, permanent=permanent, now=now, policy=policy)
    trouble = reason[:_TROUBLE_CHARACTERS]
    return _settle(session, claimed, state=state, not_before=not_before, trouble=trouble)


def _settle(session: Session, claimed: Claimed, **facts: object) -> bool:
    settled = session.execute(
        sa.update(OutboxMail)
        .where(OutboxMail.id == claimed.id, OutboxMail.lease_token == claimed.token)
        .values(lease_token=None, lease_until=None, **facts)
        .execution_options(synchronize_session=False)
    )
    return bool(cast(sa.CursorResult[Any], settled).rowcount)


def send_again(session: Session, event: SeatEvent, *, now: dt.datetime) -> None:
    """Send the stored mail of the event's present state once more, with the same bytes.

    Nothing happens while it waits to be sent anyway. The caller holds the lock of the event.
    """
    query = sa.select(OutboxMail).where(
        OutboxMail.event_id == event.id, OutboxMail.method != Method.DECLINECOUNTER.value
    )
    newest = query.order_by(OutboxMail.sequence.desc(), OutboxMail.revision.desc()).limit(1)
    mail = session.scalar(newest.execution_options(populate_existing=True))
    if mail is None or mail.state not in (OutboxState.SENT, OutboxState.FAILED):
        return
    mail.state, mail.not_before, mail.trouble = OutboxState.QUEUED, now, ""
    mail.attempts = min(mail.attempts, 1)
    session.flush()
    jobs.defer(session, SEND, once_as=SEND)


def resend(session: Session, mail_id: uuid.UUID, *, actor: Actor, now: dt.datetime) -> OutboxMail:
    """Try a failed mail again, with the same bytes: after the address works, for instance.

    Raises: NotFound; Forbidden; WrongState if it did not fail, or something newer was told since.
    """
    mail = session.get(OutboxMail, mail_id, populate_existing=True)
    event = session.get(SeatEvent, mail.event_id) if mail is not None else None
    engagement = session.get(Engagement, event.engagement_id) if event is not None else None
    if mail is None or event is None or engagement is None:
        raise NotFound(words("There is nothing here that you can see. Check the address."))
    access.check_may_resend(actor, engagement)
    with acting_as(session, SYSTEM):
        session.refresh(event, with_for_update={"key_share": True})
        session.refresh(mail)
        if mail.state is not OutboxState.FAILED or mail.revision != event.revision:
            raise WrongState(words("This mail did not fail, or a newer one replaced it. Reload the page."))
        mail.state, mail.not_before, mail.trouble = OutboxState.QUEUED, now, ""
        mail.attempts = min(mail.attempts, 1)
        audit.record(
            session, actor=actor, verb="mail.resend", kind="engagement", thing=engagement.id, now=now
        )
        jobs.defer(session, SEND, once_as=SEND)
    return mail
