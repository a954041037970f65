"""Telling experts and handing their mail over. Every job may run twice, and at the same time as itself."""

import datetime as dt
import uuid
from zoneinfo import ZoneInfo

import structlog
from flask import current_app
from flask_babel import force_locale

from expertpool.availability.rules import SEOUL
from expertpool.calendars import service
from expertpool.calendars.rules import POLICY, Letter, MailTexts, SendingPolicy
from expertpool.config import settings_of_app
from expertpool.infra import clock
from expertpool.infra.db import retrying, unit_of_work
from expertpool.infra.i18n import day, when
from expertpool.infra.identity import SYSTEM
from expertpool.infra.jobs import job
from expertpool.infra.mail import Transport, Undeliverable, transport

log = structlog.get_logger(__name__)

# After so many refusals in a row the server is taken to be down, and the next sweep looks again.
GIVE_UP_ROUND = 3


@job("calendars.tell")
def tell(engagement_id: str) -> None:
    """Tell the expert of an engagement what changed. Doing it again changes nothing."""
    retrying(_tell)(uuid.UUID(engagement_id))


@job("calendars.tell_untold", every="*/10 * * * *")
def tell_untold() -> None:
    """Tell what a lost or broken job left untold."""
    with unit_of_work(SYSTEM) as session:
        left = service.untold(session, now=clock.now())
    for engagement_id in left:
        retrying(_tell)(engagement_id)


def _tell(engagement_id: uuid.UUID) -> None:
    with unit_of_work(SYSTEM) as session:
        service.tell(session, engagement_id, desk=desk(), write=write, now=clock.now())


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


def desk() -> service.Desk:
    """Who invites in this installation."""
    return service.Desk(address=settings_of_app().desk_address, page=_page)


def _page(engagement_id: uuid.UUID) -> str:
    """The page behind sign-in where the expert answers."""
    routes = current_app.url_map.bind("")
    path = routes.build("engagements.offer_page", {"engagement_id": engagement_id})
    return settings_of_app().base_url.rstrip("/") + path


def write(letter: Letter) -> MailTexts:
    """The words of a mail, in the language of its reader."""
    with force_locale(letter.language):
        facts = {"letter": letter, "times": _times(letter)}
        subject, plain, html = (
            # Not `render_template`: that also asks who is signed in, and here nobody is.
            current_app.jinja_env.get_template(f"email/invitation.{part}").render(facts)
            for part in ("subject.txt", "txt", "html")
        )
    return MailTexts(" ".join(subject.split()), plain, html)


def _times(letter: Letter) -> list[str]:
    """The time in Seoul, and in the expert's own zone where that is another."""
    times = [f"{when(letter.start)} – {when(letter.end)}"]
    if letter.tz != SEOUL:
        start, end = (_local(instant, letter.tz) for instant in (letter.start, letter.end))
        times.append(f"{start} – {end} ({letter.tz})")
    return times


def _local(instant: dt.datetime, tz: str) -> str:
    local = instant.astimezone(ZoneInfo(tz))
    return f"{day(local.date())} {local:%H:%M}"
