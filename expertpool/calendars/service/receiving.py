"""Taking in one mail: read, judged, applied and written down in one transaction."""

import datetime as dt
import hashlib
import uuid
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from expertpool.audit import service as audit
from expertpool.calendars.access import check_may_resend
from expertpool.calendars.models import (
    AttendeeAlias,
    DeskLook,
    EventToken,
    HeardMessage,
    InboxMail,
    OutboxMail,
)
from expertpool.calendars.models import SeatEvent as EventRow
from expertpool.calendars.rules import (
    REASONS,
    Act,
    Answer,
    Arrived,
    Bounce,
    Channel,
    Delivered,
    EventStatus,
    Flaw,
    Heard,
    OutboxState,
    Propose,
    SendAgain,
    Sent,
    Verdict,
    Why,
    judge,
    read_bounce,
    read_mail,
)
from expertpool.calendars.service.answers import lock_seat, respond
from expertpool.calendars.service.proposals import propose
from expertpool.calendars.service.sending import send_again
from expertpool.engagements.models import Engagement
from expertpool.infra.identity import Actor, new_id
from expertpool.refusals import NotFound
from expertpool.words import words

RAW_KEPT = 256 * 2**10  # octets of each mail
_FIRST, _LAST = dt.datetime(1970, 1, 1, tzinfo=dt.UTC), dt.datetime(2200, 1, 1, tzinfo=dt.UTC)
_SAYINGS = {"ACCEPTED", "DECLINED", "TENTATIVE", "DELEGATED", "NEEDS-ACTION"}
_TROUBLE_CHARACTERS = 200


@dataclass(frozen=True, slots=True)
class Found:
    """A mail in the mailbox. `place` is its name there for ever; `raw` may be its beginning only."""

    place: str
    raw: bytes
    octets: int


def take(session: Session, found: Found, *, desk: str, server: str, now: dt.datetime) -> InboxMail | None:
    """Take in a mail once: None if it was taken in before. Runs as the system.

    The row in the log exists exactly when what the mail asked for was done.
    """
    session.execute(sa.select(sa.func.pg_advisory_xact_lock(_lock_key(found.place))))
    if session.scalar(sa.select(sa.exists().where(InboxMail.place == found.place))):
        return None
    bounce = read_bounce(found.raw)
    mail = read_mail(found.raw, desk=desk, server=server, received_at=now)
    if bounce is not None:
        return _take_bounce(session, found, mail, bounce, now=now)
    return _take_answer(session, found, mail, now=now)


def _lock_key(place: str) -> int:
    return int.from_bytes(hashlib.sha256(place.encode()).digest()[:8], signed=True)


def _take_answer(session: Session, found: Found, mail: Delivered, *, now: dt.datetime) -> InboxMail:
    row = _event_of(session, mail.message)
    sent = _sent(session, row) if row is not None else None
    outcome = judge(mail.message, origin=mail.origin, sent=sent)
    why = outcome.why
    if row is not None and outcome.act is not None:
        why = _do(session, row, outcome.act, now=now)
    logged = log_arrival(session, found, mail, why, row, now=now)
    believed = REASONS[why][0] is Verdict.APPLIED or why is Why.CARD_FIRST
    if row is not None and outcome.heard is not None and believed:
        _remember(session, row, logged, outcome.heard)
    return logged


def _event_of(session: Session, message: Arrived | Flaw) -> EventRow | None:
    """The event the mail speaks of, locked with its seat."""
    if isinstance(message, Flaw):
        return None
    row = session.scalar(sa.select(EventRow).where(EventRow.uid == message.uid))
    if row is not None:
        lock_seat(session, row)
    return row


def _sent(session: Session, row: EventRow) -> Sent:
    tokens = sa.select(EventToken.token_hash).where(
        EventToken.event_id == row.id, EventToken.purpose == "mail"
    )
    aliases = sa.select(AttendeeAlias.address).where(AttendeeAlias.expert_id == row.expert_id)
    heard = session.scalars(sa.select(HeardMessage).where(HeardMessage.event_id == row.id))
    return Sent(
        uid=row.uid,
        sequence=row.sequence,
        reset_sequence=row.reset_sequence,
        cancelled=row.status is EventStatus.CANCELLED,
        start=row.starts_at,
        end=row.ends_at,
        organizers=frozenset({row.organizer.lower()}),
        attendees=frozenset({row.attendee.lower(), *session.scalars(aliases)}),
        tokens=frozenset(session.scalars(tokens)),
        answered_elsewhere=None if row.answered_via is Channel.MAIL else row.answered_at,
        heard=tuple(Heard(each.method, each.sequence, each.dtstamp, each.content) for each in heard),
    )


def _do(session: Session, row: EventRow, act: Act, *, now: dt.datetime) -> Why:
    if isinstance(act, Answer):
        return respond(
            session, [row], act.partstat, via=Channel.MAIL, deliberate=False, note=act.comment, now=now
        )
    if isinstance(act, Propose):
        return propose(
            session,
            row,
            start=act.start,
            end=act.end,
            base_sequence=act.base_sequence,
            comment=act.comment,
            now=now,
        )
    assert isinstance(act, SendAgain)
    send_again(session, row, now=now)
    return Why.ASKED_FOR_COPY


def _remember(session: Session, row: EventRow, logged: InboxMail, heard: Heard) -> None:
    session.add(
        HeardMessage(
            event_id=row.id,
            inbox_id=logged.id,
            method=heard.method,
            sequence=heard.sequence,
            dtstamp=heard.dtstamp,
            content=heard.content,
        )
    )
    session.flush()


def _take_bounce(
    session: Session, found: Found, mail: Delivered, bounce: Bounce, *, now: dt.datetime
) -> InboxMail:
    query = sa.select(OutboxMail).where(OutboxMail.message_id == bounce.message_id)
    returned = session.scalar(query)
    row = None if returned is None else session.get_one(EventRow, returned.event_id)
    if returned is None or row is None:
        why = Why.UNKNOWN_MAIL
    elif not bounce.failed:
        why = Why.DELAYED
    else:
        lock_seat(session, row)
        session.refresh(returned)
        why = Why.REPEATED if returned.state is OutboxState.FAILED else Why.BOUNCED
        if returned.state is OutboxState.SENT:
            trouble = f"bounced ({bounce.status})" if bounce.status else "bounced"
            returned.state, returned.trouble = OutboxState.FAILED, trouble[:_TROUBLE_CHARACTERS]
    return log_arrival(session, found, mail, why, row, now=now)


def log_arrival(
    session: Session, found: Found, mail: Delivered, why: Why, row: EventRow | None, *, now: dt.datetime
) -> InboxMail:
    """Write down what came and what became of it."""
    message = mail.message if isinstance(mail.message, Arrived) else None
    stamp = message.dtstamp if message is not None and _FIRST <= message.dtstamp < _LAST else None
    said = message.attendees[0].partstat if message is not None and message.attendees else ""
    logged = InboxMail(
        id=new_id(),
        place=found.place,
        digest=hashlib.sha256(found.raw).digest(),
        received_at=now,
        sender=mail.origin.sender,
        authentication=mail.origin.authentication,
        message_id=mail.message_id,
        method=message.method.value if message is not None else "",
        uid=message.uid if message is not None else "",
        sequence=message.sequence if message is not None else None,
        dtstamp=stamp,
        event_id=row.id if row is not None else None,
        verdict=REASONS[why][0],
        why=why,
        said=said if said in _SAYINGS else "",
        comment=message.comment if message is not None else "",
        octets=found.octets,
        raw=found.raw[:RAW_KEPT],
    )
    session.add(logged)
    session.flush()
    return logged


def look_at(session: Session, inbox_id: uuid.UUID, *, actor: Actor, now: dt.datetime) -> None:
    """Note that a person looked at a mail that needed one. Doing it again changes nothing.

    Raises: NotFound; Forbidden.
    """
    mail = session.get(InboxMail, inbox_id)
    row = session.get(EventRow, mail.event_id) if mail is not None and mail.event_id else None
    engagement = session.get(Engagement, row.engagement_id) if row is not None else None
    if mail is None or engagement is None:
        raise NotFound(words("There is nothing here that you can see. Check the address."))
    check_may_resend(actor, engagement)
    looked = insert(DeskLook).values(inbox_id=mail.id, account_id=actor.user_id, looked_at=now)
    session.execute(looked.on_conflict_do_nothing())
    audit.record(session, actor=actor, verb="answer.look", kind="imip_inbox", thing=mail.id, now=now)
