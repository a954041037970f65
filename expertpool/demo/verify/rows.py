"""Which rows the things of the world became, found again by what they say."""

import datetime as dt
import uuid
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from expertpool.demo.service.drafts import facts_of
from expertpool.demo.world import World
from expertpool.experts.models import Expert
from expertpool.incidents.models import Incident, Need

Keys = dict[str, uuid.UUID]


@dataclass(frozen=True, slots=True)
class Claim:
    """What the demo promises, what was found, and whether that keeps the promise."""

    claim: str
    found: str
    holds: bool


@dataclass(frozen=True, slots=True)
class Rows:
    """The world that was loaded at `at`, and the keys of its experts, incidents and needs."""

    world: World
    at: dt.datetime
    experts: Keys
    incidents: Keys
    needs: Keys


def counted(claim: str, found: int, wanted: int) -> Claim:
    """A claim that something is there so many times."""
    return Claim(f"{wanted} {claim}", str(found), holds=found == wanted)


def rows_of(session: Session, world: World, at: dt.datetime) -> Rows:
    """The rows of `world`."""
    emails = dict(session.execute(sa.select(Expert.email, Expert.id)).all())
    incidents = _incidents(session, world, at)
    return Rows(
        world,
        at,
        {each.key: emails[each.email] for each in world.experts if each.email in emails},
        incidents,
        _needs(session, world, at, incidents),
    )


def _incidents(session: Session, world: World, at: dt.datetime) -> Keys:
    rows = session.execute(sa.select(Incident.title, Incident.received_at, Incident.id))
    found = {(title, received): key for title, received, key in rows}
    wanted = {
        each.key: (facts_of(each).title, min(each.received_at, at)) for each in world.incidents.incidents
    }
    return {key: found[said] for key, said in wanted.items() if said in found}


def _needs(session: Session, world: World, at: dt.datetime, incidents: Keys) -> Keys:
    rows = session.execute(sa.select(Need.incident_id, Need.template_code, Need.created_at, Need.id))
    found = {(incident, template, created): key for incident, template, created, key in rows}
    wanted = {
        each.key: (incidents.get(each.incident), each.template, min(each.created_at, at))
        for each in world.needs
    }
    return {key: found[said] for key, said in wanted.items() if said in found}
