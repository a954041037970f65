"""Telling experts and handing their mail over."""

import base64
import hmac
import uuid

import structlog
from flask import current_app
from flask_babel import force_locale

from expertpool.calendars import service
from expertpool.calendars.rules import POLICY, Letter, MailTexts, SendingPolicy
from expertpool.config import settings_of_app
from expertpool.infra import clock
from expertpool.infra.db import retrying, unit_of_work
from expertpool.infra.i18n import times
from expertpool.infra.identity import SYSTEM
from expertpool.infra.jobs import job
from expertpool.infra.mail import Transport, Undeliverable, transport

log = structlog.get_logger(__name__)

# After so many refusals in a row the server is taken to be down, and the next sweep looks again.
GIVE_UP_ROUND = 3


@job("calendars.tell")
def tell(engagement_id: str, acted_by: str | None = None) -> None:
    """Tell the expert of an engagement what changed. Doing it again changes nothing.

    `acted_by` is the account of the official who changed it for the desk.
    """
    retrying(_tell)(uuid.UUID(engagement_id), uuid.UUID(acted_by) if acted_by else None)


@job("calendars.tell_declined")
def tell_declined(proposal_id: str) -> None:
    """Tell an expert that the proposed time is not possible. Doing it again changes nothing."""
    retrying(_tell_declined)(uuid.UUID(proposal_id))


def _tell_declined(proposal_id: uuid.UUID) -> None:
    with unit_of_work(SYSTEM) as session:
        service.tell_declined(session, proposal_id, desk=desk(), write=write, now=clock.now())


@job("calendars.tell_untold", every="*/10 * * * *")
def tell_untold() -> None:
    """Tell what a lost or broken job left untold."""
    with unit_of_work(SYSTEM) as session:
        left = service.untold(session, now=clock.now())
    for engagement_id in left:
        retrying(_tell)(engagement_id, None)


def _tell(engagement_id: uuid.UUID, acted_by: uuid.UUID | None) -> None:
    with unit_of_work(SYSTEM) as session:
        service.tell(session, engagement_id, desk=desk(acted_by), write=write, now=clock.now())


@job("calendars.send_outbox", every="* * * * *")
def send_outbox() -> None:
    """Hand over the mail that is due; asked for after every telling, and each minute anyway."""
    send_due(transport(settings_of_app()), policy=POLICY)


def send_due(server: Transport, *, policy: SendingPolicy) -> int:
    """Hand over what is due, until nothing is or the server seems down. Says how many it took."""
    taken = refused = 0
    while refused < GIVE_UP_ROUND and (claimed := retrying(_claim)(policy)) is not None:
        if clock.now() >= claimed.lease_until:
            continue  # this process slept through its lease: the mail is somebody else's
        try:
            server.send(claimed.message, sender=claimed.sender, recipient=claimed.recipient)
        except Undeliverable as error:
            refused = 0 if error.permanent else refused + 1
            retrying(_note_trouble)(claimed, error, policy)
        else:
            taken, refused = taken + 1, 0
            retrying(_note_sent)(claimed)
    return taken


def _claim(policy: SendingPolicy) -> service.Claimed | None:
    with unit_of_work(SYSTEM) as session:
        return service.claim(session, now=clock.now(), policy=policy)


def _note_sent(claimed: service.Claimed) -> None:
    with unit_of_work(SYSTEM) as session:
        kept = service.note_sent(session, claimed, now=clock.now())
    log.info("mail handed over", mail=str(claimed.id), attempts=claimed.attempts, lease_kept=kept)


def _note_trouble(claimed: service.Claimed, error: Undeliverable, policy: SendingPolicy) -> None:
    with unit_of_work(SYSTEM) as session:
        service.note_trouble(
            session,
            claimed,
            reason=str(error),
            permanent=error.permanent,
            now=clock.now(),
            policy=policy,
        )
    log.warning("mail not taken", mail=str(claimed.id), reason=str(error), permanent=error.permanent)


def desk(acted_by: uuid.UUID | None = None) -> service.Desk:
    """Who invites in this installation, and who acts for the desk just now."""
    return service.Desk(
        address=settings_of_app().desk_address,
        page=_page,
        token=_token,
        answer_page=_answer_page,
        acted_by=acted_by,
    )


def _token(purpose: str, uid: str) -> str:
    """130 bits that only we can make, in letters and digits that survive mail programs.

    Made again at every telling, so that the organizer's address of an event stays the same.
    """
    key = settings_of_app().secret_key.encode()
    digest = hmac.digest(key, f"{purpose}:{uid}".encode(), "sha256")
    return base64.b32encode(digest).decode().lower()[:26]


def _answer_page(token: str) -> str:
    """The page on which the expert answers without signing in."""
    path = current_app.url_map.bind("").build("calendars.answer_page", {"token": token})
    return settings_of_app().base_url.rstrip("/") + path


def _page(engagement_id: uuid.UUID) -> str:
    """The page behind sign-in where the expert answers."""
    routes = current_app.url_map.bind("")
    path = routes.build("engagements.offer_page", {"engagement_id": engagement_id})
    return settings_of_app().base_url.rstrip("/") + path


def write(letter: Letter) -> MailTexts:
    """The words of a mail, in the language of its reader."""
    with force_locale(letter.language):
        facts = {"letter": letter, "times": times(letter.start, letter.end, letter.tz)}
        subject, plain, html = (
            # Not `render_template`: that also asks who is signed in, and here nobody is.
            current_app.jinja_env.get_template(f"email/invitation.{part}").render(facts)
            for part in ("subject.txt", "txt", "html")
        )
    return MailTexts(" ".join(subject.split()), plain, html)
