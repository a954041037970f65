"""Incidents and needs, from their first record to where they stand."""

import datetime as dt
from collections.abc import Iterator
from functools import partial

from sqlalchemy.orm import Session

from expertpool.demo.service.acts import Act
from expertpool.demo.service.book import Book
from expertpool.demo.service.drafts import draft_of, facts_of
from expertpool.demo.world.cases import Incident, Stage
from expertpool.demo.world.needs import Need
from expertpool.demo.world.seeding import DAY, seoul
from expertpool.incidents import service
from expertpool.incidents.data import load_clocks
from expertpool.incidents.rules import IncidentState, MinistryPart, NeedState

MINUTE, HOUR = dt.timedelta(minutes=1), dt.timedelta(hours=1)
WORKED_ON = (Stage.ACTIVE, Stage.PANEL, Stage.STABLE, Stage.CLOSED)


def incident_acts(book: Book, ended: dict[str, dt.datetime]) -> Iterator[Act]:
    """What was done about every incident. `ended`: when each need of the past was over, by need."""
    over: dict[str, dt.datetime] = {}
    for need in book.world.needs:
        if need.key in ended:
            over[need.incident] = max(ended[need.key], over.get(need.incident, ended[need.key]))
    for incident in book.world.incidents.incidents:
        yield from _opening(book, incident)
        yield from _ending(book, incident, over.get(incident.key))
        if incident.reopened_at is not None:
            yield from _reopening(book, incident, ended)


def _opening(book: Book, incident: Incident) -> Iterator[Act]:
    at = incident.received_at
    yield Act(at - 20 * MINUTE, partial(_record, book, incident))
    for place, party in enumerate(incident.parties):
        day = seoul(party.added_on, 10)
        added = at - (15 - place) * MINUTE if day.date() <= at.date() else day
        yield Act(added, partial(_add_party, book, incident, place))
    for place, code in enumerate(incident.supporting):
        yield Act(at - (5 - place) * MINUTE, partial(_involve, book, incident, code))
    yield Act(at, _step(book, incident, IncidentState.RECEIVED))
    for clock in incident.clocks:
        yield Act(
            max(clock.starts_at, at + MINUTE), partial(_note, book, incident, clock.clock, clock.starts_at)
        )
    if incident.stage is not Stage.NEW:
        yield Act(at + 2 * MINUTE, _step(book, incident, IncidentState.TRIAGED))
    if incident.stage in WORKED_ON:
        yield Act(at + 3 * MINUTE, _step(book, incident, IncidentState.ACTIVE))


def _ending(book: Book, incident: Incident, over: dt.datetime | None) -> Iterator[Act]:
    """Closed when it was, or right after its last need where that took longer."""
    if incident.closed_at is not None:
        at = max(incident.closed_at, over + HOUR) if over else incident.closed_at
        yield Act(at, _step(book, incident, IncidentState.CLOSED))


def _reopening(book: Book, incident: Incident, ended: dict[str, dt.datetime]) -> Iterator[Act]:
    """Closed after the first need, and taken up again right before the next was asked for."""
    first, *later = [need for need in book.world.needs if need.incident == incident.key]
    again = min((need.created_at for need in later), default=incident.reopened_at or book.now) - HOUR
    closed = ended[first.key] + HOUR
    if closed < again:
        yield Act(closed, _step(book, incident, IncidentState.CLOSED))
        yield Act(again, _step(book, incident, IncidentState.ACTIVE))


def _record(book: Book, incident: Incident, session: Session, at: dt.datetime) -> None:
    row = service.record_incident(
        session, actor=book.coordinator(incident.lead), now=at, facts=facts_of(incident)
    )
    book.incidents[incident.key] = row.id
    book.rows.append(row)


def _add_party(book: Book, incident: Incident, place: int, session: Session, at: dt.datetime) -> None:
    party = incident.parties[place]
    service.add_party(
        session,
        book.incidents[incident.key],
        side=party.side,
        kind=party.kind,
        organisation_id=book.organisations[party.organisation] if party.organisation else None,
        person_id=book.persons[party.person] if party.person else None,
        actor=book.coordinator(incident.lead),
        now=at,
    )


def _involve(book: Book, incident: Incident, code: str, session: Session, at: dt.datetime) -> None:
    service.involve_ministry(
        session,
        book.incidents[incident.key],
        ministry_id=book.ministries[code],
        part=MinistryPart.SUPPORTING,
        actor=book.coordinator(incident.lead),
        now=at,
    )


def _note(
    book: Book, incident: Incident, clock: str, began: dt.datetime, session: Session, at: dt.datetime
) -> None:
    trigger = next(row.trigger for row in load_clocks() if row.code == clock)
    service.note_trigger(
        session,
        book.incidents[incident.key],
        trigger=trigger,
        happened_at=book.past(began),
        actor=book.coordinator(incident.lead),
        now=at,
    )


def _step(book: Book, incident: Incident, to: IncidentState) -> partial[None]:
    return partial(_move, book, incident, to)


def _move(book: Book, incident: Incident, to: IncidentState, session: Session, at: dt.datetime) -> None:
    service.move_incident(
        session, book.incidents[incident.key], to, actor=book.coordinator(incident.lead), now=at
    )


def need_acts(book: Book) -> Iterator[Act]:
    """What was asked for; a need nobody was found for is given up at its deadline."""
    for need in book.world.needs:
        yield Act(need.created_at, partial(_add, book, need))
        if need.submitted_at is not None:
            yield Act(need.submitted_at + MINUTE, partial(_submit, book, need))
        if need.state is NeedState.CANCELLED:
            yield Act(given_up(book, need), partial(_cancel, book, need))


def given_up(book: Book, need: Need) -> dt.datetime:
    """When nobody looked for experts any more."""
    return book.past(need.deadline - DAY)


def _add(book: Book, need: Need, session: Session, at: dt.datetime) -> None:
    row = service.add_need(
        session,
        actor=book.coordinator(need.ministry),
        now=at,
        incident_id=book.incidents[need.incident],
        draft=draft_of(need),
    )
    book.needs[need.key] = row.id
    book.rows.append(row)
    for seat, seat_row in zip(need.seats, row.seats, strict=True):
        book.seats[f"{need.key}/{seat.key}"] = seat_row.id
    for planned, session_row in zip(need.sessions, row.sessions, strict=True):
        book.sessions[f"{need.key}/{planned.key}"] = session_row.id


def _submit(book: Book, need: Need, session: Session, at: dt.datetime) -> None:
    service.submit_need(session, book.needs[need.key], actor=book.coordinator(need.ministry), now=at)


def _cancel(book: Book, need: Need, session: Session, at: dt.datetime) -> None:
    service.cancel_need(session, book.needs[need.key], actor=book.coordinator(need.ministry), now=at)
