"""What experts do with the calendars they keep elsewhere; only they, for an address is a private key."""

import datetime as dt
import uuid

import sqlalchemy as sa
from sqlalchemy.orm import Session

from expertpool.audit import service as audit
from expertpool.availability import access
from expertpool.availability.models import ExternalCalendar
from expertpool.availability.rules import check_calendar_name
from expertpool.availability.rules.ics import WholeDays
from expertpool.availability.rules.remote import (
    MOST_CALENDARS,
    CalendarState,
    Key,
    Way,
    check_address,
    check_login,
    key_as_text,
)
from expertpool.availability.service.importing import Imported
from expertpool.availability.service.reading import store_reading
from expertpool.experts.models import Expert
from expertpool.experts.service import lock_experts, touch_calendar
from expertpool.infra import jobs
from expertpool.infra.identity import Actor, new_id
from expertpool.infra.sealing import Sealer
from expertpool.refusals import Invalid, NotFound, WrongState
from expertpool.words import words

SEALED_FOR = "address of an external calendar"
_AGAIN_AFTER = dt.timedelta(minutes=1)


def subscribe(
    session: Session,
    expert_id: uuid.UUID,
    *,
    name: str,
    url: str,
    user_name: str,
    password: str,
    whole_days: WholeDays,
    sealer: Sealer,
    actor: Actor,
    now: dt.datetime,
) -> ExternalCalendar:
    """Read a calendar from its address from now on; the first time as soon as a worker is free.

    With a user name and a password it is read by CalDAV. They are kept sealed together with the address.
    Raises: NotFound to everybody but the expert; Invalid with the fields "name", "url", "user_name",
    "password".
    """
    expert = _own_expert(session, expert_id, actor=actor)
    target = check_address(url)
    key = Key(target.url, check_login(user_name, password))
    calendar = ExternalCalendar(
        id=new_id(),
        expert_id=expert.id,
        name=_free_name(session, expert, name),
        host=target.host,
        way=key.way,
        whole_days=whole_days,
        next_at=now,
    )
    calendar.sealed_key = sealer.seal(key_as_text(key), of=calendar.id)
    session.add(calendar)
    session.flush()
    _ask_for_reading(session, calendar)
    _record(session, expert, "subscribe", actor=actor, now=now)
    return calendar


def add_file(
    session: Session,
    expert_id: uuid.UUID,
    *,
    name: str,
    read: Imported,
    whole_days: WholeDays,
    actor: Actor,
    now: dt.datetime,
) -> ExternalCalendar:
    """Keep the busy times of a file that was handed in; the file itself is not kept.

    Raises: NotFound to everybody but the expert; Invalid with the field "name".
    """
    expert = _own_expert(session, expert_id, actor=actor)
    calendar = ExternalCalendar(
        id=new_id(),
        expert_id=expert.id,
        name=_free_name(session, expert, name),
        way=Way.FILE,
        whole_days=whole_days,
    )
    session.add(calendar)
    session.flush()
    store_reading(session, calendar, read, now=now)
    _record(session, expert, "add_file", actor=actor, now=now)
    return calendar


def renew_file(
    session: Session,
    expert_id: uuid.UUID,
    calendar_id: uuid.UUID,
    *,
    read: Imported,
    actor: Actor,
    now: dt.datetime,
) -> None:
    """Replace what was read of an earlier file by what a newer one says. Raises: NotFound, WrongState."""
    expert = _own_expert(session, expert_id, actor=actor)
    calendar = _own_calendar(session, expert, calendar_id)
    if calendar.way is not Way.FILE:
        raise WrongState(words("This calendar is read from its address. Remove it first to use a file."))
    store_reading(session, calendar, read, now=now)
    _record(session, expert, "renew_file", actor=actor, now=now)


def read_again(
    session: Session, expert_id: uuid.UUID, calendar_id: uuid.UUID, *, actor: Actor, now: dt.datetime
) -> None:
    """Read a calendar as soon as a worker is free, also one that was paused; at most once a minute.

    Raises: NotFound; WrongState for a file.
    """
    expert = _own_expert(session, expert_id, actor=actor)
    calendar = _own_calendar(session, expert, calendar_id)
    if calendar.way is Way.FILE:
        raise WrongState(words("This calendar came as a file. Hand in a newer file to renew it."))
    if calendar.asked_at is not None and now - calendar.asked_at < _AGAIN_AFTER:
        raise WrongState(words("The calendar was read a moment ago. Try again in a minute."))
    calendar.state, calendar.failures, calendar.trouble = CalendarState.ACTIVE, 0, None
    calendar.next_at = now
    session.flush()
    _ask_for_reading(session, calendar)
    _record(session, expert, "read_again", actor=actor, now=now)


def remove_calendar(
    session: Session, expert_id: uuid.UUID, calendar_id: uuid.UUID, *, actor: Actor, now: dt.datetime
) -> None:
    """Forget a calendar, its address and all times that were read from it. Raises: NotFound."""
    expert = _own_expert(session, expert_id, actor=actor)
    session.delete(_own_calendar(session, expert, calendar_id))
    session.flush()
    touch_calendar(session, expert.id)
    _record(session, expert, "remove_calendar", actor=actor, now=now)


def _own_expert(session: Session, expert_id: uuid.UUID, *, actor: Actor) -> Expert:
    access.check_is_own(actor, expert_id)
    expert = lock_experts(session, [expert_id]).get(expert_id)
    if expert is None:
        raise NotFound(words("There is nothing here that you can see. Check the address."))
    return expert


def _own_calendar(session: Session, expert: Expert, calendar_id: uuid.UUID) -> ExternalCalendar:
    calendar = session.get(ExternalCalendar, calendar_id, with_for_update=True)
    if calendar is None or calendar.expert_id != expert.id:
        raise NotFound(words("This entry is gone already. Reload the page."))
    return calendar


def _free_name(session: Session, expert: Expert, name: str) -> str:
    """The name, if no other calendar has it and there may be one more. Raises: Invalid."""
    wanted = check_calendar_name(name)
    names = set(
        session.scalars(sa.select(ExternalCalendar.name).where(ExternalCalendar.expert_id == expert.id))
    )
    if wanted in names:
        fault = words("You have a calendar of this name. Choose another name.")
        raise Invalid(words("The calendar cannot be added as entered."), fields={"name": fault})
    if len(names) >= MOST_CALENDARS:
        raise Invalid(
            words("At most %(most)s calendars can be connected. Remove one first.", most=MOST_CALENDARS)
        )
    return wanted


def _ask_for_reading(session: Session, calendar: ExternalCalendar) -> None:
    jobs.defer(
        session,
        "availability.read_calendar",
        once_as=f"external_calendar:{calendar.id}",
        calendar_id=str(calendar.id),
    )


def _record(session: Session, expert: Expert, verb: str, *, actor: Actor, now: dt.datetime) -> None:
    """Who did it to whom; neither the name of the calendar nor its address is anybody else's."""
    audit.record(session, actor=actor, verb=f"availability.{verb}", kind="expert", thing=expert.id, now=now)
