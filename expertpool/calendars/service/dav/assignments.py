"""Assignments in an expert's program: always what was told, and an answer when it is changed there."""

import datetime as dt
import uuid
from collections.abc import Mapping

import sqlalchemy as sa
from sqlalchemy.orm import Session

from expertpool.calendars.models import DavCalendar, DavObject, InboxMail
from expertpool.calendars.models import SeatEvent as EventRow
from expertpool.calendars.rules import (
    REASONS,
    Answer,
    Answering,
    Arrived,
    Attendee,
    Authentication,
    Channel,
    Delivered,
    Origin,
    Partstat,
    Verdict,
    Why,
    resource,
    strong_etag,
)
from expertpool.calendars.rules.dav import Kind, OtherTime, Precondition, Same, Unfit, read_change
from expertpool.calendars.rules.dav.holding import (
    CANCELLED_SHOWN,
    PAST_SHOWN,
    Demand,
    state_told,
    stays_away,
)
from expertpool.calendars.service.answers import lock_seat, respond
from expertpool.calendars.service.dav.calendars import lock_calendar, step
from expertpool.calendars.service.proposals import propose
from expertpool.calendars.service.receiving import Found, log_arrival
from expertpool.experts.service import lock_experts
from expertpool.infra.db import acting_as
from expertpool.infra.identity import SYSTEM
from expertpool.refusals import NotFound
from expertpool.words import words

_STANDS = words("This appointment stands, so it stays in your calendar.")
_Kept = Mapping[uuid.UUID | None, DavObject]


def list_assignments(session: Session, expert_id: uuid.UUID, *, now: dt.datetime) -> None:
    """Let the calendar hold what its expert was told, as the feed does; each difference is a step.

    Reading does this, so nothing has to be told twice when an event changes. Nothing is written if there is
    no difference.
    """
    shown = _shown(session, expert_id, now)
    if not _differ(shown, _kept(session, expert_id), now):
        return
    calendar = lock_calendar(session, expert_id, Kind.ASSIGNMENTS)
    shown, kept = _shown(session, expert_id, now), _kept(session, expert_id)
    for row in shown.values():
        if _is_news(row, kept.get(row.id), now):
            _write(session, calendar, row, kept.get(row.id), now)
    for listed in kept.values():
        if not listed.gone and listed.event_id not in shown:
            listed.gone, listed.revision, listed.changed_at = True, step(calendar), now
    session.flush()


def change_assignment(
    session: Session, expert_id: uuid.UUID, name: str, body: bytes, *, demand: Demand, now: dt.datetime
) -> Why | None:
    """Take an answer or a proposed time out of what a program wrote. Says why it counts or does not; none if
    nothing changed.

    Raises: Unfit for what may not be written here; Stale.
    """
    lock_experts(session, [expert_id])
    list_assignments(session, expert_id, now=now)
    listed = _listed(session, expert_id, name)
    if listed is None:
        raise Unfit(Precondition.NEED_PRIVILEGES)
    with acting_as(session, SYSTEM):
        row = _locked_event(session, listed)
        demand.check(strong_etag(resource(row.event)))
        change = read_change(body, told=row.event, now=now)
        if isinstance(change, Same):
            return None
        if isinstance(change, Answer):
            answer, note = change.partstat, change.comment
            why = respond(session, [row], answer, via=Channel.CALDAV, deliberate=True, note=note, now=now)
        else:
            why = _propose(session, row, change, now)
        _tell_desk(session, row, change, why, body, now)
        return why


def remove_assignment(
    session: Session, expert_id: uuid.UUID, name: str, *, demand: Demand, answers: bool, now: dt.datetime
) -> Why | None:
    """Say no by taking the event out of the calendar; none if nothing is left to answer.

    What was agreed stays where it is: a calendar may have been tidied up. So does what is open, where the
    program says that this is no answer (`answers`).
    Raises: NotFound; Stale; Unfit.
    """
    lock_experts(session, [expert_id])
    list_assignments(session, expert_id, now=now)
    listed = _listed(session, expert_id, name)
    if listed is None:
        raise NotFound(words("This entry is gone already. Reload the page."))
    with acting_as(session, SYSTEM):
        row = _locked_event(session, listed)
        demand.check(strong_etag(resource(row.event)))
        why = None
        if not stays_away(row.event, now=now):
            if not answers:
                raise Unfit(Precondition.ALLOWED_CHANGE, says=_STANDS)
            no = Partstat.DECLINED
            why = respond(session, [row], no, via=Channel.CALDAV, deliberate=False, now=now)
            _tell_desk(session, row, Answer(no, ""), why, b"", now)
            if REASONS[why][0] is not Verdict.APPLIED:
                return why
        calendar = lock_calendar(session, expert_id, Kind.ASSIGNMENTS)
        session.refresh(listed)
        listed.gone = listed.dismissed = True
        listed.revision, listed.changed_at = step(calendar), now
    return why


def _shown(session: Session, expert_id: uuid.UUID, now: dt.datetime) -> dict[uuid.UUID, EventRow]:
    query = sa.select(EventRow).where(
        EventRow.expert_id == expert_id,
        EventRow.ends_at > now - PAST_SHOWN,
        sa.or_(EventRow.cancelled_at.is_(None), EventRow.cancelled_at > now - CANCELLED_SHOWN),
    )
    fresh = query.order_by(EventRow.changed_at, EventRow.id).execution_options(populate_existing=True)
    return {row.id: row for row in session.scalars(fresh)}


def _kept(session: Session, expert_id: uuid.UUID) -> _Kept:
    query = sa.select(DavObject).where(DavObject.expert_id == expert_id, DavObject.kind == Kind.ASSIGNMENTS)
    fresh = query.execution_options(populate_existing=True)
    return {listed.event_id: listed for listed in session.scalars(fresh)}


def _differ(shown: Mapping[uuid.UUID, EventRow], kept: _Kept, now: dt.datetime) -> bool:
    news = any(_is_news(row, kept.get(row.id), now) for row in shown.values())
    return news or any(not listed.gone and listed.event_id not in shown for listed in kept.values())


def _is_news(row: EventRow, listed: DavObject | None, now: dt.datetime) -> bool:
    if listed is None:
        return True
    if listed.dismissed and stays_away(row.event, now=now):
        return False
    return listed.gone or listed.told != state_told(row.event)


def _write(
    session: Session, calendar: DavCalendar, row: EventRow, listed: DavObject | None, now: dt.datetime
) -> None:
    event = row.event
    body = resource(event)
    if listed is None:
        listed = DavObject(
            expert_id=row.expert_id, kind=Kind.ASSIGNMENTS, name=f"{row.id}.ics", event_id=row.id
        )
        session.add(listed)
    listed.uid, listed.etag, listed.octets = event.uid, strong_etag(body), len(body)
    listed.extent_start, listed.extent_end = event.start, event.end
    listed.gone = listed.dismissed = False
    listed.told, listed.revision, listed.changed_at = state_told(event), step(calendar), now


def _listed(session: Session, expert_id: uuid.UUID, name: str) -> DavObject | None:
    return session.scalar(
        sa.select(DavObject).where(
            DavObject.expert_id == expert_id,
            DavObject.kind == Kind.ASSIGNMENTS,
            DavObject.name == name,
            ~DavObject.gone,
        )
    )


def _locked_event(session: Session, listed: DavObject) -> EventRow:
    row = session.get_one(EventRow, listed.event_id)
    lock_seat(session, row)
    return row


def _propose(session: Session, row: EventRow, change: OtherTime, now: dt.datetime) -> Why:
    return propose(
        session,
        row,
        start=change.start,
        end=change.end,
        base_sequence=row.sequence,
        comment=change.comment,
        now=now,
    )


def _tell_desk(
    session: Session, row: EventRow, change: Answer | OtherTime, why: Why, body: bytes, now: dt.datetime
) -> None:
    """What a person has to look at is shown where such mails are: once for each state of the event."""
    place = f"caldav:{row.id}:{row.revision}:{why}"
    told = sa.select(sa.exists().where(InboxMail.place == place))
    if REASONS[why][0] is not Verdict.NEEDS_DESK or session.scalar(told):
        return
    answers = isinstance(change, Answer)
    partstat = change.partstat.upper() if isinstance(change, Answer) else row.partstat.upper()
    said = Arrived(
        method=Answering.REPLY if answers else Answering.COUNTER,
        uid=row.uid,
        sequence=row.sequence,
        dtstamp=now.replace(microsecond=0),
        organizer=row.organizer.lower(),
        attendees=(Attendee(row.attendee.lower(), partstat),),
        comment=change.comment,
    )
    origin = Origin(row.attendee.lower(), Authentication.PASSED, "", now)
    log_arrival(session, Found(place, body, len(body)), Delivered(origin, said), why, row, now=now)
