"""A need from its draft to its end."""

import datetime as dt
import uuid
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import TypeVar

import sqlalchemy as sa
from sqlalchemy.orm import Session

from expertpool.audit import service as audit
from expertpool.experts.rules import FacetKind
from expertpool.incidents import access
from expertpool.incidents.data import load_request_templates
from expertpool.incidents.models import Need, NeedSession, Seat, SeatFacet, TeamRule
from expertpool.incidents.rules import (
    CHANGEABLE,
    MOVABLE,
    IncidentState,
    NeedDraft,
    NeedState,
    SeatDraft,
    check_need,
    faults_at_submission,
    faults_of_move,
    need_step_refused,
)
from expertpool.incidents.service.rows import (
    demand_open,
    demand_version,
    incident_to_change,
    known_terms,
    need_to_change,
)
from expertpool.incidents.service.templates import draft_of
from expertpool.infra import jobs
from expertpool.infra.identity import Actor, new_id
from expertpool.refusals import Conflicting, Invalid, WrongState
from expertpool.words import Words, words

Windows = Mapping[uuid.UUID, tuple[dt.datetime, dt.datetime]]

_VERBS: dict[NeedState, str] = {
    NeedState.SUBMITTED: "need.submit",
    NeedState.PROPOSED: "need.propose",
    NeedState.APPROVED: "need.approve",
    NeedState.FILLED: "need.fill",
    NeedState.COMPLETED: "need.complete",
    NeedState.CANCELLED: "need.cancel",
}


def add_need(
    session: Session,
    *,
    actor: Actor,
    now: dt.datetime,
    incident_id: uuid.UUID,
    draft: NeedDraft,
    ministry_id: uuid.UUID | None = None,
) -> Need:
    """Write down what experts are asked for, as a draft of the actor's ministry.

    `ministry_id` is for those who act for no ministry; without it the lead ministry asks.

    Raises: NotFound; Forbidden; WrongState once the incident is closed; Invalid, with field paths such as
    `seats-0-role_kind`.
    """
    incident = incident_to_change(session, incident_id, actor=actor)
    access.demand(access.work_refused(actor, incident))
    demand_open(incident)
    _check(session, draft, now=now)
    need = Need(
        id=new_id(),
        incident=incident,
        incident_id=incident.id,
        ministry_id=actor.ministry_id or ministry_id or incident.lead_ministry_id,
        state=NeedState.DRAFT,
        requested_by=actor.user_id,
        created_at=now,
        seats=[],
        sessions=[],
        team_rules=[],
    )
    _write(need, draft)
    session.add(need)
    session.flush()
    _note(session, need, "need.add", actor=actor, now=now)
    return need


def change_need(
    session: Session,
    need_id: uuid.UUID,
    *,
    draft: NeedDraft,
    version: int,
    actor: Actor,
    now: dt.datetime,
) -> Need:
    """Reword a need no plan stands on. Seats keep their identity by their place in the list.

    Raises: NotFound; Forbidden; Stale; WrongState once a plan was proposed; Invalid; Conflicting, if a seat
    or session that would go was part of a plan before.
    """
    need = need_to_change(session, need_id, actor=actor)
    access.demand(access.need_refused(actor, need))
    demand_version(need, version)
    if need.state not in CHANGEABLE:
        raise WrongState(words("A plan stands on this need. Discard the plan, or copy the need."))
    _check(session, draft, now=now)
    if need.state is NeedState.SUBMITTED:
        _demand_possible(draft, now=now)
    try:
        with session.begin_nested():
            _write(need, draft)
            need.purpose = draft.purpose.strip()
            sa.orm.attributes.flag_modified(need, "purpose")
            session.flush()
    except sa.exc.IntegrityError as error:
        raise Conflicting(
            words("A seat or session you removed was part of a plan before. Copy the need into a new one.")
        ) from error
    _note(session, need, "need.change", actor=actor, now=now)
    return need


def check_times(
    session: Session, need: Need, *, deadline: dt.datetime, windows: Windows, now: dt.datetime
) -> NeedDraft:
    """The need with another deadline and other windows, if they can be.

    Shape: `windows` by the session's key: earliest start, latest end; sessions not named keep theirs.
    Raises: Invalid, with field paths such as `sessions-0-latest`; WrongState while no plan stands on it.
    """
    if need.state not in MOVABLE:
        raise WrongState(words("No plan stands on this need now. Change the need itself."))
    before = draft_of(need)
    sessions = tuple(
        replace(planned, earliest=window[0], latest=window[1])
        for planned, window in (
            (planned, windows.get(row.id, (planned.earliest, planned.latest)))
            for row, planned in zip(need.sessions, before.sessions, strict=True)
        )
    )
    draft = replace(before, deadline=deadline, sessions=sessions)
    _check(session, draft, now=now)
    _refuse_late(faults_of_move(draft, before, now=now))
    return draft


def move_times(
    session: Session,
    need_id: uuid.UUID,
    *,
    draft: NeedDraft,
    version: int,
    actor: Actor,
    now: dt.datetime,
) -> Need:
    """Write the deadline and windows of a draft from `check_times`. The caller sees to the plan.

    Raises: NotFound; Forbidden; Stale; WrongState while no plan stands on it.
    """
    need = need_to_change(session, need_id, actor=actor)
    access.demand(access.need_refused(actor, need))
    demand_version(need, version)
    if need.state not in MOVABLE:
        raise WrongState(words("No plan stands on this need now. Change the need itself."))
    need.deadline = draft.deadline
    for row, planned in zip(need.sessions, draft.sessions, strict=True):
        row.earliest, row.latest = planned.earliest, planned.latest
    sa.orm.attributes.flag_modified(need, "purpose")
    session.flush()
    _note(session, need, "need.move_times", actor=actor, now=now)
    return need


def submit_need(session: Session, need_id: uuid.UUID, *, actor: Actor, now: dt.datetime) -> Need:
    """Ask for a plan.

    Raises: NotFound; Forbidden; WrongState, also before the incident is received or while it names no party,
    for then no conflict of interest can be found; Invalid, if the time left is too short.
    """
    need = need_to_change(session, need_id, actor=actor)
    access.demand(access.need_refused(actor, need))
    if need.incident.state is IncidentState.DRAFT:
        raise WrongState(words("Receive the incident first."))
    demand_open(need.incident)
    if not need.incident.parties:
        raise WrongState(words("Add the parties first: without them no conflict of interest can be found."))
    if need.state is NeedState.DRAFT:
        _demand_possible(draft_of(need), now=now)
    need = move_need(session, need_id, NeedState.SUBMITTED, actor=actor, now=now)
    need.submitted_at = now
    session.flush()
    return need


def _check(session: Session, draft: NeedDraft, *, now: dt.datetime) -> None:
    check_need(draft, terms=known_terms(session, now=now))
    if draft.template_code not in {None, *(template.code for template in load_request_templates())}:
        sentence = words("Choose an entry of the list.")
        raise Invalid(sentence, fields={"template_code": sentence})


def _demand_possible(draft: NeedDraft, *, now: dt.datetime) -> None:
    _refuse_late(faults_at_submission(draft, now=now))


def _refuse_late(faults: Mapping[str, Words]) -> None:
    if faults:
        raise Invalid(words("The time left is too short. Correct the fields named below."), fields=faults)


def move_need(session: Session, need_id: uuid.UUID, to: NeedState, *, actor: Actor, now: dt.datetime) -> Need:
    """Bring a need to the state `to`, as planning and engagements report it.

    Raises: NotFound; Forbidden; WrongState for a step that is not in the table.
    """
    need = need_to_change(session, need_id, actor=actor)
    access.demand(access.need_refused(actor, need))
    refusal = need_step_refused(need.state, to)
    if refusal is not None:
        raise WrongState(refusal)
    if need.state is NeedState.FILLED and to is NeedState.APPROVED:
        need.filled_at = None
    need.state = to
    if to is NeedState.FILLED:
        need.filled_at = now
    if to is NeedState.COMPLETED:
        need.completed_at = now
    session.flush()
    _note(session, need, _VERBS[to], actor=actor, now=now)
    return need


def cancel_need(session: Session, need_id: uuid.UUID, *, actor: Actor, now: dt.datetime) -> Need:
    """Ask for nothing any more. Experts who were asked are told: their seats are given up by a job.

    Raises: NotFound; Forbidden; WrongState once it is over.
    """
    need = move_need(session, need_id, NeedState.CANCELLED, actor=actor, now=now)
    if need.submitted_at is not None:
        jobs.defer(session, "engagements.stand_down", need_id=str(need.id))
    return need


Part = TypeVar("Part", Seat, NeedSession, TeamRule)


def _fit(parts: list[Part], count: int, make: Callable[[], Part]) -> None:
    """Make `parts` as many as wanted, keeping the first ones, and number them."""
    del parts[count:]
    parts.extend(make() for _ in range(count - len(parts)))
    for ordinal, part in enumerate(parts):
        part.ordinal = ordinal


def _write(need: Need, draft: NeedDraft) -> None:
    need.template_code = draft.template_code
    need.purpose = draft.purpose.strip()
    need.urgency = draft.urgency
    need.not_before = draft.not_before
    need.deadline = draft.deadline
    _fit(need.seats, len(draft.seats), lambda: Seat(id=new_id(), facets=[]))
    for seat, wanted in zip(need.seats, draft.seats, strict=True):
        _write_seat(seat, wanted)
    _fit(need.sessions, len(draft.sessions), lambda: NeedSession(id=new_id(), seats=[]))
    for session, planned in zip(need.sessions, draft.sessions, strict=True):
        session.kind = planned.kind
        session.length_minutes = planned.length_minutes
        session.earliest, session.latest = planned.earliest, planned.latest
        session.region_code = planned.region_code
        session.seats = [need.seats[place] for place in sorted(planned.seats)]
    _fit(need.team_rules, len(draft.team_rules), lambda: TeamRule(id=new_id()))
    for row, rule in zip(need.team_rules, draft.team_rules, strict=True):
        row.kind = rule.kind
        row.params = {
            "seats": sorted(rule.seats),
            "licences": list(rule.licences),
            "role_kinds": list(rule.role_kinds),
            "count": rule.count,
        }


def _write_seat(seat: Seat, wanted: SeatDraft) -> None:
    seat.role_kind = wanted.role_kind
    seat.role_class = wanted.role_class
    seat.effort_minutes = wanted.effort_minutes
    seat.preferred_level = wanted.preferred_level
    kept = {(facet.kind, facet.code): facet for facet in seat.facets}
    facets = [(FacetKind.ROLE_KIND, wanted.role_kind, True, wanted.minimum_level, 1)]
    facets += [(f.kind, f.code, f.required, f.minimum_level, f.weight) for f in wanted.facets]
    seat.facets = []
    for kind, code, required, level, weight in facets:
        facet = kept.get((kind, code)) or SeatFacet(kind=kind, code=code)
        facet.required, facet.minimum_level, facet.weight = required, level, weight
        seat.facets.append(facet)


def _note(session: Session, need: Need, verb: str, *, actor: Actor, now: dt.datetime) -> None:
    audit.record(session, actor=actor, verb=verb, kind="need", thing=need.id, now=now, state=need.state.value)
