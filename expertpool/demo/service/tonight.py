"""The story of one night, told so that the night is still ahead whenever the demo starts. Pure."""

import datetime as dt
from dataclasses import replace

from expertpool.demo.world import World
from expertpool.demo.world.cases import Incident, Incidents
from expertpool.demo.world.needs import Need
from expertpool.demo.world.seeding import DAY, seoul

STORY = "S1"
# From this hour on too little is left of the day after the call: the call came a day later then.
LATEST_HOUR = 12
REISSUED_HOUR = 9


def with_night_ahead(world: World, now: dt.datetime) -> World:
    """The world with the night call of the first story moved on by a day where its day is nearly over."""
    if now < seoul(world.now, LATEST_HOUR):
        return world
    morning = seoul(world.now + DAY, REISSUED_HOUR)
    incidents = tuple(_later(each) if each.key == STORY else each for each in world.incidents.incidents)
    return replace(
        world,
        incidents=Incidents(incidents, world.incidents.persons),
        needs=tuple(_tonight(each, morning) if each.incident == STORY else each for each in world.needs),
    )


def _later(incident: Incident) -> Incident:
    return replace(
        incident,
        received_at=incident.received_at + DAY,
        clocks=tuple(
            replace(each, starts_at=each.starts_at + DAY, due_at=each.due_at + DAY)
            for each in incident.clocks
        ),
    )


def _tonight(need: Need, morning: dt.datetime) -> Need:
    """The need, asked for a day later, with the rest of the night for its work: then the laptop is gone."""
    return replace(
        need,
        created_at=need.created_at + DAY,
        submitted_at=need.submitted_at + DAY if need.submitted_at else None,
        not_before=need.not_before + DAY,
        deadline=morning,
        sessions=tuple(replace(each, earliest=each.earliest + DAY, latest=morning) for each in need.sessions),
    )
