"""Who could take a seat of a need that waits, in the weeks after this one."""

import datetime as dt
import random
from collections.abc import Mapping

from expertpool.availability.rules import ExpertCalendar, Span
from expertpool.demo.world.cases import Incidents
from expertpool.demo.world.experts import Expert
from expertpool.demo.world.needs import Need
from expertpool.demo.world.organisations import Organisations
from expertpool.demo.world.seeding import DAY, seoul
from expertpool.demo.world.teams import Bench, first_seat, week_of
from expertpool.incidents.rules import NeedState

PREPARING = 2 * DAY
LOOK_AHEAD = 50 * DAY


def coming_weeks(now: dt.datetime) -> Span:
    """From the first Monday that leaves time to prepare: what was worked this week takes no hours of it."""
    monday = week_of(now) + 7 * DAY
    return Span(max(seoul(monday, 0), now + PREPARING), now + LOOK_AHEAD)


class Coming:
    """Asked before anything is planned: ties that nobody knows of yet keep nobody out."""

    def __init__(
        self,
        organisations: Organisations,
        incidents: Incidents,
        needs: tuple[Need, ...],
        calendars: Mapping[str, ExpertCalendar],
        *,
        now: dt.date,
    ) -> None:
        self._organisations, self._incidents, self._calendars = organisations, incidents, calendars
        self._waiting = [each for each in needs if each.state is NeedState.SUBMITTED]
        # Whatever the hour of the day at which the world is loaded.
        self._window = coming_weeks(seoul(now, 0) + DAY)

    def may_sit(self, expert: Expert, incident: str, *, lent: bool = True) -> bool:
        """Whether a need of the incident has a seat for the expert; `lent`: also one of another ministry."""
        needs = [
            each
            for each in self._waiting
            if each.incident == incident and (lent or each.ministry == expert.home_ministry)
        ]
        return any(first_seat(self._bench(expert), random.Random(0), each) for each in needs)  # noqa: S311

    def _bench(self, expert: Expert) -> Bench:
        return Bench(
            (expert,),
            {expert.key: self._calendars[expert.key]},
            self._organisations,
            self._incidents,
            (),
            (),
            apart=frozenset(),
            window=self._window,
        )
