"""What waits for a coordinator. Higher features add groups of their own to `desk_groups` when imported."""

import datetime as dt
import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import sqlalchemy as sa
from sqlalchemy.orm import Session

from expertpool.incidents import access
from expertpool.incidents.models import Incident, Need
from expertpool.incidents.queries.clocks import clocks_of
from expertpool.incidents.rules import IncidentState, NeedState
from expertpool.infra.identity import Actor
from expertpool.words import Words, words

NEAR_DAYS = 10


@dataclass(frozen=True, slots=True)
class DeskItem:
    """One thing to do.

    Shape: `endpoint` with `values` is the page to do it on; `name_ko`, `name_en` name the thing; `note` says
    what is next; `due_at` is the last moment, `due_on` the last day where days are counted, `late` that it
    has passed.
    """

    name_ko: str
    name_en: str
    note: Words
    endpoint: str
    values: Mapping[str, uuid.UUID] = field(default_factory=dict)
    due_at: dt.datetime | None = None
    due_on: dt.date | None = None
    late: bool = False


@dataclass(frozen=True, slots=True)
class DeskGroup:
    """One kind of thing that waits; groups stand in the order of `rank`."""

    code: str
    rank: int
    title: Words
    find: Callable[[Session, Actor, dt.datetime], Sequence[DeskItem]]


@dataclass(frozen=True, slots=True)
class FilledGroup:
    """A group with what waits now."""

    code: str
    title: Words
    items: tuple[DeskItem, ...]


def desk_of(session: Session, *, actor: Actor, now: dt.datetime) -> list[FilledGroup]:
    """Everything that waits for `actor`, group by group, empty groups too."""
    ordered = sorted(desk_groups, key=lambda group: (group.rank, group.code))
    return [FilledGroup(g.code, g.title, tuple(g.find(session, actor, now))) for g in ordered]


def _near_clocks(session: Session, actor: Actor, now: dt.datetime) -> list[DeskItem]:
    wanted = sa.select(Incident).where(
        access.visible_to(actor), Incident.state.not_in((IncidentState.DRAFT, IncidentState.CLOSED))
    )
    items = [item for incident in session.scalars(wanted) for item in _clock_items(incident, now=now)]
    return sorted(items, key=lambda item: (item.due_at, item.name_en))


def _clock_items(incident: Incident, *, now: dt.datetime) -> list[DeskItem]:
    triggers = {row.trigger: row.happened_at for row in incident.triggers}
    return [
        DeskItem(
            name_ko=f"{incident.receipt_no} · {clock.name_ko}",
            name_en=f"{incident.receipt_no} · {clock.name_en}",
            note=_time_left(clock.days_left, late=clock.late),
            endpoint="incidents.incident_page",
            values={"incident_id": incident.id},
            due_at=clock.due.at,
            due_on=clock.due.on,
            late=clock.late,
        )
        for clock in clocks_of(incident.type_code, (), triggers, now=now)
        if clock.due is not None
        and clock.days_left is not None
        and -NEAR_DAYS <= clock.days_left <= NEAR_DAYS
    ]


def _time_left(days: int, *, late: bool) -> Words:
    if late:
        return words("The time is over.")
    return words("Ends today.") if days == 0 else words("Days left: %(days)s", days=days)


def _incidents_in(state: IncidentState, note: Words) -> Callable[..., list[DeskItem]]:
    def find(session: Session, actor: Actor, _now: dt.datetime) -> list[DeskItem]:
        wanted = (
            sa.select(Incident)
            .where(access.visible_to(actor), Incident.state == state)
            .order_by(Incident.urgency.desc(), Incident.recorded_at)
        )
        return [
            DeskItem(
                name_ko=f"{incident.receipt_no} · {incident.title}",
                name_en=f"{incident.receipt_no} · {incident.title}",
                note=note,
                endpoint="incidents.incident_page",
                values={"incident_id": incident.id},
            )
            for incident in session.scalars(wanted)
        ]

    return find


def _needs_in(state: NeedState, note: Words) -> Callable[..., list[DeskItem]]:
    def find(session: Session, actor: Actor, now: dt.datetime) -> list[DeskItem]:
        mine = sa.or_(Need.ministry_id == actor.ministry_id, Incident.lead_ministry_id == actor.ministry_id)
        wanted = (
            sa.select(Need)
            .join(Need.incident)
            .where(access.visible_to(actor), mine, Need.state == state)
            .order_by(Need.urgency.desc(), Need.deadline)
        )
        return [
            DeskItem(
                name_ko=f"{need.incident.receipt_no} · {need.purpose}",
                name_en=f"{need.incident.receipt_no} · {need.purpose}",
                note=note,
                endpoint="incidents.need_page",
                values={"need_id": need.id},
                due_at=need.deadline,
                late=need.deadline <= now,
            )
            for need in session.scalars(wanted)
        ]

    return find


desk_groups: list[DeskGroup] = [
    DeskGroup("clocks", 10, words("Dates that are near"), _near_clocks),
    DeskGroup(
        "proposed",
        20,
        words("Plans to approve"),
        _needs_in(NeedState.PROPOSED, words("Compare and approve.")),
    ),
    DeskGroup(
        "submitted",
        30,
        words("Needs waiting for a plan"),
        _needs_in(NeedState.SUBMITTED, words("Find experts.")),
    ),
    DeskGroup(
        "approved",
        40,
        words("Answers awaited"),
        _needs_in(NeedState.APPROVED, words("Experts have been asked.")),
    ),
    DeskGroup(
        "received",
        50,
        words("Incidents to triage"),
        _incidents_in(IncidentState.RECEIVED, words("Check type, urgency and ministries.")),
    ),
    DeskGroup(
        "draft_needs",
        60,
        words("Needs not yet submitted"),
        _needs_in(NeedState.DRAFT, words("Complete and submit.")),
    ),
    DeskGroup(
        "draft_incidents",
        70,
        words("Incidents not yet received"),
        _incidents_in(IncidentState.DRAFT, words("Complete and receive.")),
    ),
]
