"""All ties of the experts: everyday ones, 45 planted conflicts, and 30 decoys not to be taken for one."""

import datetime as dt
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from expertpool.availability.rules import ExpertCalendar
from expertpool.demo.world.cases import Incidents
from expertpool.demo.world.coming import Coming
from expertpool.demo.world.experts import Expert
from expertpool.demo.world.needs import Need
from expertpool.demo.world.organisations import Organisations
from expertpool.demo.world.planting import Field
from expertpool.demo.world.plants import PLANTS, Decoy, PlantedConflict
from expertpool.demo.world.seeding import stream
from expertpool.demo.world.teams import Apart
from expertpool.demo.world.ties import FirmMandate, Recusal, Tie, everyday_ties


@dataclass(frozen=True, slots=True)
class Relations:
    ties: tuple[Tie, ...]
    mandates: tuple[FirmMandate, ...]
    recusals: tuple[Recusal, ...]
    planted: tuple[PlantedConflict, ...]
    decoys: tuple[Decoy, ...]

    def apart(self, incidents: Incidents) -> Apart:
        """Whom nobody asks where something was planted for them: an answer would join what is to be found.

        A role in a linked incident would, too.
        """
        linked: defaultdict[str, set[str]] = defaultdict(set)
        for each in incidents.incidents:
            if each.linked:
                linked[each.key].add(each.linked)
                linked[each.linked].add(each.key)
        to_be_found: tuple[PlantedConflict | Decoy, ...] = (*self.planted, *self.decoys)
        return frozenset(
            (each.expert, incident)
            for each in to_be_found
            for incident in {each.incident, *linked[each.incident]}
        )


def generate_relations(
    organisations: Organisations,
    experts: tuple[Expert, ...],
    incidents: Incidents,
    needs: tuple[Need, ...],
    calendars: Mapping[str, ExpertCalendar],
    *,
    seed: int,
    now: dt.date,
) -> Relations:
    rng = stream(seed, "relations")
    everyday = tuple(everyday_ties(rng, experts, organisations, now=now))
    coming = Coming(organisations, incidents, needs, calendars, now=now)
    field = Field(rng, organisations, experts, incidents, needs, everyday, coming, now)
    for number, plant in enumerate(PLANTS, start=1):
        field.plant(number, plant)
    field.namesakes()
    field.schoolmates()
    field.divested()
    return Relations(
        (*everyday, *field.ties),
        tuple(field.mandates),
        tuple(field.recusals),
        tuple(field.planted),
        tuple(field.decoys),
    )
