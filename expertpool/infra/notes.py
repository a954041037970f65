"""Notes: plain mail from a job to one person, in their language, that asks for no answer."""

import datetime as dt
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from typing import Any

import structlog
from flask import current_app
from flask_babel import force_locale

from expertpool.config import settings_of_app
from expertpool.infra.mail import Transport, Undeliverable, as_bytes

log = structlog.get_logger(__name__)


def page_url(endpoint: str, **values: Any) -> str:
    """The address of a page as a mail names it."""
    path = current_app.url_map.bind("").build(endpoint, values)
    return settings_of_app().base_url.rstrip("/") + path


def note(
    template: str, *, language: str, name: str, address: str, date: dt.datetime, key: str, **facts: Any
) -> EmailMessage:
    """A note from the desk by its two templates. The same `key` and facts make the same mail."""
    with force_locale(language):
        # Not `render_template`: that also asks who is signed in, and here nobody is.
        subject, text = (
            current_app.jinja_env.get_template(f"email/{template}.{part}").render(facts)
            for part in ("subject.txt", "txt")
        )
    desk = settings_of_app().desk_address
    mail = EmailMessage(policy=SMTP)
    mail["Subject"] = " ".join(subject.split())
    mail["From"] = Address(addr_spec=desk)
    mail["To"] = Address(name, addr_spec=address)
    mail["Date"] = format_datetime(date)
    mail["Message-ID"] = f"<{key}@{desk.partition('@')[2]}>"
    mail["Auto-Submitted"] = "auto-generated"
    mail.set_content(text, cte="base64")
    return mail


def hand_over(mail: EmailMessage, server: Transport, *, recipient: str, untold: str, **facts: str) -> None:
    """Hand a note over. A server that cannot take it now is asked again by the queue.

    untold: what the log says if it cannot be delivered, with `facts` that name nothing of a case.
    """
    try:
        server.send(as_bytes(mail), sender=settings_of_app().desk_address, recipient=recipient)
    except Undeliverable as error:
        log.warning(untold, reason=str(error), permanent=error.permanent, **facts)
        if not error.permanent:
            raise
