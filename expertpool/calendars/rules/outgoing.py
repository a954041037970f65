"""How a mail leaves: its states, how long a sender holds it, and when it is tried again."""

import datetime as dt
import enum
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol


class OutboxState(enum.StrEnum):
    """Where an outgoing mail stands."""

    QUEUED = "queued"
    SENT = "sent"
    SUPERSEDED = "superseded"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class SendingPolicy:
    """How patient a sender is.

    `lease` outlasts every step of one SMTP dialogue that times out, so that a mail is never given to a
    second sender while the first may still hand it over.
    """

    lease: dt.timedelta = dt.timedelta(minutes=5)
    first_retry: dt.timedelta = dt.timedelta(seconds=30)
    longest_retry: dt.timedelta = dt.timedelta(hours=1)
    most_attempts: int = 32  # about a day


POLICY = SendingPolicy()


def after_trouble(
    attempts: int, *, permanent: bool, now: dt.datetime, policy: SendingPolicy
) -> tuple[OutboxState, dt.datetime]:
    """What becomes of a mail that was refused, and not before when it is tried again.

    Each wait doubles the one before, as servers that greylist expect.
    Source: RFC 5321 section 4.5.4.1 (retries), section 4.2.1 (5yz is permanent).
    """
    if permanent or attempts >= policy.most_attempts:
        return OutboxState.FAILED, now
    doublings = min(attempts - 1, 30)
    return OutboxState.QUEUED, now + min(policy.first_retry * 2**doublings, policy.longest_retry)


class Tried(Protocol):
    """A mail and how often it was handed over."""

    @property
    def state(self) -> OutboxState: ...
    @property
    def attempts(self) -> int: ...


def may_have_arrived(mails: Iterable[Tried]) -> bool:
    """Whether the expert may hold an earlier message: servers may keep a mail and drop the line unsaid.

    Only a mail that was never tried, or was refused for good at its first try, certainly did not arrive.
    """
    return any(mail.attempts > (mail.state is OutboxState.FAILED) for mail in mails)
