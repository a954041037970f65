"""Writing finished mails into the outbox, in the transaction of the change they tell of."""

import datetime as dt
import uuid
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from expertpool.calendars.models import CounterProposal, EventToken, OutboxMail
from expertpool.calendars.models import SeatEvent as EventRow
from expertpool.calendars.rules import (
    EventStatus,
    Letter,
    Mailbox,
    MailTexts,
    Method,
    OutboxState,
    Partstat,
    SeatEvent,
    declining_mail,
    invitation_mail,
    message_id,
    method_of,
    token_digest,
    unmoved,
)
from expertpool.engagements.models import Engagement
from expertpool.experts.models import FacetTerm
from expertpool.experts.rules import FacetKind
from expertpool.infra import jobs
from expertpool.infra.mail import as_bytes

Writer = Callable[[Letter], MailTexts]

SEND = "calendars.send_outbox"


@dataclass(frozen=True, slots=True)
class Desk:
    """Who invites, and where the pages of an engagement are.

    `page` makes the address of an engagement's page, `token` the token of an event (by UID) for a purpose,
    `answer_page` the address of the page behind a token. `acted_by` is the official who acted for the desk.
    """

    address: str
    page: Callable[[uuid.UUID], str]
    token: Callable[[str, str], str]
    answer_page: Callable[[str], str]
    acted_by: uuid.UUID | None = None


def queue_invitation(
    session: Session,
    engagement: Engagement,
    row: EventRow,
    event: SeatEvent,
    desk: Desk,
    write: Writer,
    *,
    again: bool,
    now: dt.datetime,
) -> None:
    """The mail that tells this revision of the event."""
    told, page = _with_tokens(session, row, event, desk, now)
    answerable = event.status is not EventStatus.CANCELLED
    letter = _letter(session, engagement, event, answer_url=page if answerable else "")
    letter = replace(letter, again=again)
    mail = invitation_mail(told, texts=write(letter), sender=event.organizer, date=event.changed_at)
    _put(session, row, event, method_of(event), as_bytes(mail), now)


def queue_declining(
    session: Session,
    engagement: Engagement,
    row: EventRow,
    proposal: CounterProposal,
    desk: Desk,
    write: Writer,
    *,
    now: dt.datetime,
) -> None:
    """The mail that declines a proposal: a revision of its own, in which nothing changes."""
    event = unmoved(row.event, now=now)
    row.write_down(event)
    told, page = _with_tokens(session, row, event, desk, now)
    letter = _letter(session, engagement, event, answer_url=page)
    letter = replace(letter, declined_start=proposal.starts_at)
    texts = write(letter)
    mail = declining_mail(told, sequence=proposal.base_sequence, texts=texts, sender=event.organizer)
    _put(session, row, event, Method.DECLINECOUNTER, as_bytes(mail), now)
    jobs.defer(session, SEND, once_as=SEND)


def supersede(mails: Iterable[OutboxMail]) -> None:
    """What waits is not sent any more; what a sender holds right now is left to it, and goes first."""
    for mail in mails:
        if mail.state is OutboxState.QUEUED and mail.lease_token is None:
            mail.state = OutboxState.SUPERSEDED


def role_of(session: Session, engagement: Engagement) -> str:
    """What the expert is asked to be, in the expert's language."""
    term = session.get(FacetTerm, (FacetKind.ROLE_KIND, engagement.role_kind))
    if term is None:
        return engagement.role_kind
    return term.name_ko if engagement.expert.language == "ko" else term.name_en


def _letter(session: Session, engagement: Engagement, event: SeatEvent, *, answer_url: str) -> Letter:
    return Letter(
        language=engagement.expert.language,
        status=event.status,
        again=False,
        role=role_of(session, engagement),
        place=event.location,
        start=event.start,
        end=event.end,
        tz=event.tzid,
        url=event.url,
        answer_by=engagement.answer_by if event.status is EventStatus.TENTATIVE else None,
        moved=event.status is EventStatus.CONFIRMED and event.partstat is Partstat.NEEDS_ACTION,
        answer_url=answer_url,
    )


def _with_tokens(
    session: Session, row: EventRow, event: SeatEvent, desk: Desk, now: dt.datetime
) -> tuple[SeatEvent, str]:
    """The event as it is written, with the token in the organizer's address, and the answering page."""
    tokens = {purpose: desk.token(purpose, event.uid) for purpose in ("mail", "page")}
    given = [
        {"token_hash": token_digest(token), "event_id": row.id, "purpose": purpose, "given_at": now}
        for purpose, token in tokens.items()
    ]
    session.execute(insert(EventToken).values(given).on_conflict_do_nothing())
    name, _, domain = event.organizer.address.partition("@")
    organizer = Mailbox(f"{name}+{tokens['mail']}@{domain}", event.organizer.name)
    return replace(event, organizer=organizer), desk.answer_page(tokens["page"])


def _put(
    session: Session, row: EventRow, event: SeatEvent, method: Method, message: bytes, now: dt.datetime
) -> None:
    session.add(
        OutboxMail(
            event_id=row.id,
            recipient=event.attendee.address,
            method=method.value,
            sequence=event.sequence,
            revision=event.revision,
            message_id=message_id(event, domain=event.organizer.address.partition("@")[2]),
            message=message,
            state=OutboxState.QUEUED,
            attempts=0,
            not_before=now,
            created_at=now,
        )
    )
    session.flush()
