"""What a change to an event means for those who have it in their calendars."""

import datetime as dt
import enum
from dataclasses import dataclass, replace

from expertpool.calendars.rules.event import EventStatus, Partstat, SeatEvent
from expertpool.refusals import WrongState
from expertpool.words import words


class Method(enum.StrEnum):
    """What a message asks for. Source: RFC 5546 section 3.2."""

    REQUEST = "REQUEST"
    CANCEL = "CANCEL"
    DECLINECOUNTER = "DECLINECOUNTER"


@dataclass(frozen=True, slots=True)
class Effect:
    """What a change of one field does: raise SEQUENCE, and void the answer given before."""

    field: str
    raises_sequence: bool
    asks_again: bool


EFFECTS = (
    Effect("start", raises_sequence=True, asks_again=True),
    Effect("end", raises_sequence=True, asks_again=True),
    Effect("location", raises_sequence=True, asks_again=True),  # another region or no journey: another offer
    Effect("status", raises_sequence=True, asks_again=False),
    Effect("tzid", raises_sequence=False, asks_again=False),  # the instants are the same
    Effect("summary", raises_sequence=False, asks_again=False),
    Effect("url", raises_sequence=False, asks_again=False),
    Effect("organizer", raises_sequence=False, asks_again=False),  # only the name: the address is fixed
    Effect("attendee", raises_sequence=False, asks_again=False),  # likewise
)
_SECOND = dt.timedelta(seconds=1)  # the finest step a calendar can write


@dataclass(frozen=True, slots=True)
class Revised:
    """An event after a change, and what follows from it.

    `method` is the message to send, none if nothing changed. `asks_again` says that earlier answers no
    longer count: only a reply to `event.sequence` or later does.
    """

    event: SeatEvent
    method: Method | None
    asks_again: bool


def bump(old: SeatEvent, new: SeatEvent, *, now: dt.datetime) -> Revised:
    """Give `new` the counters and the time stamp that make every calendar program take it for the newest.

    SEQUENCE, revision, changed_at and the answer are worked out from `old`; those of `new` are not looked
    at. changed_at moves on by at least a second, for messages of one SEQUENCE are ordered by it.
    Raises: WrongState if `old` was cancelled; ValueError if UID or an address changed, for that is another
    event: the old one is cancelled and a new one made.
    Source: RFC 5546 sections 2.1.4, 2.1.5, 3.2.2.1 and 3.2.5.
    """
    effects = [effect for effect in EFFECTS if getattr(old, effect.field) != getattr(new, effect.field)]
    if _identity(old) != _identity(new):
        raise ValueError("UID and addresses of an event never change")
    if not effects:
        return Revised(old, None, asks_again=False)
    if old.status is EventStatus.CANCELLED:
        raise WrongState(words("This appointment was cancelled. Make a new one instead."))
    cancels = new.status is EventStatus.CANCELLED
    asks_again = not cancels and any(effect.asks_again for effect in effects)
    event = replace(
        new,
        sequence=old.sequence + any(effect.raises_sequence for effect in effects),
        revision=old.revision + 1,
        changed_at=max(now, old.changed_at + _SECOND).replace(microsecond=0),
        partstat=Partstat.NEEDS_ACTION if asks_again else old.partstat,
    )
    return Revised(event, method_of(event), asks_again)


def unmoved(event: SeatEvent, *, now: dt.datetime) -> SeatEvent:
    """The next revision of an event that stays as it is: for a message that is neither REQUEST nor CANCEL."""
    later = max(now, event.changed_at + _SECOND).replace(microsecond=0)
    return replace(event, revision=event.revision + 1, changed_at=later)


def method_of(event: SeatEvent) -> Method:
    """The message that tells this state of the event."""
    return Method.CANCEL if event.status is EventStatus.CANCELLED else Method.REQUEST


def _identity(event: SeatEvent) -> tuple[str, str, str]:
    return event.uid, event.organizer.address, event.attendee.address
