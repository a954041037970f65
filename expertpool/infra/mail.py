"""How mail leaves: SMTP where configured, else a Maildir folder that the demo shows."""

import mailbox
import smtplib
import ssl
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path
from typing import Protocol
from urllib.parse import parse_qs, unquote, urlsplit

from expertpool.config import Settings

TIMEOUT_SECONDS = 20.0


class Undeliverable(Exception):
    """The server refused the mail. `permanent` means that trying again will not help (SMTP 5xx)."""

    def __init__(self, reason: str, *, permanent: bool) -> None:
        super().__init__(reason)
        self.permanent = permanent


class Transport(Protocol):
    """Anything that can take a finished message."""

    def send(self, message: bytes, *, sender: str, recipient: str) -> None:
        """Hand over `message` (RFC 5322 bytes, CRLF). Raises Undeliverable."""


class SmtpTransport:
    """Sends through `smtp://user:password@host:port?starttls=1` or `smtps://…`."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        self._host, self._tls = parts.hostname or "127.0.0.1", parts.scheme == "smtps"
        self._port = parts.port or (465 if self._tls else 25)
        self._user, self._password = unquote(parts.username or ""), unquote(parts.password or "")
        self._starttls = parse_qs(parts.query).get("starttls") == ["1"]

    def send(self, message: bytes, *, sender: str, recipient: str) -> None:
        """Hand over `message`. The reply text is kept short: servers like to quote addresses."""
        try:
            with self._connect() as server:
                server.sendmail(sender, [recipient], message)
        except smtplib.SMTPRecipientsRefused as error:
            code = max(code for code, _ in error.recipients.values())
            raise Undeliverable(f"recipient refused ({code})", permanent=code >= 500) from error
        except smtplib.SMTPResponseException as error:
            raise Undeliverable(f"SMTP {error.smtp_code}", permanent=error.smtp_code >= 500) from error
        except (OSError, smtplib.SMTPException) as error:
            raise Undeliverable(type(error).__name__, permanent=False) from error

    def _connect(self) -> smtplib.SMTP:
        context = ssl.create_default_context()
        server = (
            smtplib.SMTP_SSL(self._host, self._port, timeout=TIMEOUT_SECONDS, context=context)
            if self._tls
            else smtplib.SMTP(self._host, self._port, timeout=TIMEOUT_SECONDS)
        )
        if self._starttls:
            server.starttls(context=context)
        if self._user:
            server.login(self._user, self._password)
        return server


class MailboxTransport:
    """Delivers into a local Maildir."""

    def __init__(self, folder: Path) -> None:
        folder.parent.mkdir(parents=True, exist_ok=True)
        self._mailbox = mailbox.Maildir(folder, create=True)

    def send(self, message: bytes, *, sender: str, recipient: str) -> None:
        """Store `message` as a new mail."""
        self._mailbox.add(message)


def transport(settings: Settings) -> Transport:
    """The transport the installation asks for."""
    return SmtpTransport(settings.smtp_url) if settings.smtp_url else MailboxTransport(settings.mailbox_dir)


def as_bytes(message: EmailMessage) -> bytes:
    """The message as it goes over the wire: the default policy would turn CRLF into LF in calendar parts."""
    return message.as_bytes(policy=SMTP)
