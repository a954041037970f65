"""Reading answers: look into the mailbox, take in what is there, move it away."""

import threading

import structlog
from flask import current_app

from expertpool.calendars import service
from expertpool.calendars.jobs.mailboxes import Imap, Mailbox, Maildir, MailTrouble
from expertpool.config import Settings, settings_of_app
from expertpool.infra import clock
from expertpool.infra.db import retrying, unit_of_work
from expertpool.infra.identity import SYSTEM
from expertpool.infra.jobs import job, standing

log = structlog.get_logger(__name__)


# A mailbox that is slow is looked at by one at a time; whoever comes meanwhile goes away again.
_looking = threading.Lock()
# Whether the server tells this process of new mail. If not, the mailbox is looked into every 20 seconds.
_told_of_mail = threading.Event()
_LISTEN_AGAIN_SECONDS = 60.0


@job("calendars.read_maildir", every="* * * * * *")
def read_maildir() -> None:
    """Take in what a local mail server delivered. Killed at any moment, nothing is lost or done twice."""
    settings = settings_of_app()
    if not settings.imap_url:
        _look(Maildir(settings.inbox_dir), settings)


@job("calendars.read_imap", every="* * * * * */20")
def read_imap() -> None:
    """Take in what lies in the IMAP mailbox, likewise; not while this worker is told of new mail anyway."""
    settings = settings_of_app()
    if settings.imap_url and not _told_of_mail.is_set():
        _look(Imap(settings.imap_url), settings)


@standing("calendars.listen")
def listen(stop: threading.Event) -> None:
    """Be told of new mail by the IMAP server, where it offers that, and take it in at once."""
    settings = settings_of_app()
    if not settings.imap_url:
        stop.wait()
        return
    try:
        for _ in Imap(settings.imap_url).news(stop):
            _told_of_mail.set()
            # A context of its own, and so a session that remembers nothing of the look before.
            with _looking, current_app.app_context():
                while take_all(Imap(settings.imap_url), settings):
                    pass  # a look takes in a bounded number
    except MailTrouble as trouble:
        log.warning("mailbox cannot be listened to", reason=str(trouble))
    finally:
        _told_of_mail.clear()
    stop.wait(_LISTEN_AGAIN_SECONDS)


def _look(box: Mailbox, settings: Settings) -> None:
    if not _looking.acquire(blocking=False):
        return
    try:
        take_all(box, settings)
    except MailTrouble as trouble:
        log.warning("mailbox cannot be read", reason=str(trouble))
    finally:
        _looking.release()


def take_all(box: Mailbox, settings: Settings) -> int:
    """Take in every mail that waits, each in a transaction of its own; says how many were new.

    A mail that cannot be taken in stays where it is and keeps nobody waiting: the next look tries it again.
    """
    taken, troubled = 0, []
    for found in box.waiting():
        try:
            taken += retrying(_take)(found, settings)
        except Exception as error:
            log.exception("mail not taken in", place=found.place)
            troubled.append(error)
        else:
            box.settle(found)
    if troubled:
        raise troubled[0]
    return taken


def _take(found: service.Found, settings: Settings) -> bool:
    with unit_of_work(SYSTEM) as session:
        mail = service.take(
            session,
            found,
            desk=settings.desk_address,
            server=settings.mail_auth_server,
            now=clock.now(),
        )
    if mail is not None:
        log.info("mail taken in", mail=str(mail.id), verdict=mail.verdict.value, why=mail.why.value)
    return mail is not None
