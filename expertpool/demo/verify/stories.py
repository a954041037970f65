"""Whether each story comes out as it is told, asked of the planner itself.

A search is begun, its snapshot solved in this process, and all of it taken back.
"""

import contextlib
import datetime as dt
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

import sqlalchemy as sa
from sqlalchemy.orm import Session

from expertpool.demo.verify.backfill import check_backfill
from expertpool.demo.verify.conflicts import tiers
from expertpool.demo.verify.rows import Claim, Rows
from expertpool.demo.world.seeding import DAY
from expertpool.engagements.models import Engagement
from expertpool.engagements.rules import EngagementState
from expertpool.incidents import service as incidents
from expertpool.incidents.models import Incident, Need
from expertpool.incidents.rules import NeedState
from expertpool.infra import jobs
from expertpool.infra.db import acting_as, unit_of_work
from expertpool.infra.identity import SYSTEM, Actor, Role
from expertpool.ministries.queries import ministry_by_code
from expertpool.planning import service as planning
from expertpool.planning.queries import take_snapshot
from expertpool.planning.rules import Taken
from expertpool.scheduling.plan import Limits, Plan
from expertpool.scheduling.solve import solve
from expertpool.scheduling.vocabulary import Rule, Tier

SOME = Limits(deterministic_seconds=3, most_entries=1_000_000)
LEAVE_IS_OVER = 21 * DAY


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the planner said to a need."""

    taken: Taken
    plan: Plan

    @property
    def filled(self) -> bool:
        return not self.plan.unfilled

    @property
    def starts(self) -> list[dt.datetime]:
        """When sessions begin, the earliest first."""
        held = [each.start for placed in self.plan.engagements for each in placed.sessions]
        return sorted(self.taken.timeline.instant(start) for start in held)

    @property
    def chosen(self) -> list[uuid.UUID]:
        return [uuid.UUID(placed.expert) for placed in self.plan.engagements]

    @property
    def ministries(self) -> set[str]:
        homes = {expert.id: expert.ministry for expert in self.taken.snapshot.experts}
        return {homes[placed.expert] for placed in self.plan.engagements}

    @property
    def reasons(self) -> set[str]:
        """The rules that keep somebody out of an empty seat."""
        return {rule for seat in self.plan.unfilled for rule in seat.reasons}

    def __str__(self) -> str:
        seats = f"{len(self.plan.engagements)} seats filled, {len(self.plan.unfilled)} empty"
        return f"{seats} ({', '.join(sorted(self.reasons))})" if self.reasons else seats


Change = Callable[[Session], object]


class _TakenBack(Exception):
    """Ends a transaction of which nothing shall stay."""


def check_stories(session: Session, rows: Rows) -> Iterator[Claim]:
    """S1 to S8."""
    told = _Stories(session, rows)
    for check in (told.s1, told.s2, told.s3, told.s4, told.s5, told.s6, told.s7, told.s8, told.stepped_down):
        yield from check()


class _Stories:
    def __init__(self, session: Session, rows: Rows) -> None:
        self._session, self._rows = session, rows

    def s1(self) -> Iterator[Claim]:
        found = self._planned("S1")
        standby = {self._rows.experts[each.key] for each in self._rows.world.experts if each.standby}
        called = self._rows.world.incidents.of("S1").received_at
        soon = bool(found.starts) and found.starts[0] <= called + DAY
        holds = found.filled and soon and standby.issuperset(found.chosen)
        yield Claim("S1: a standby examiner starts within a day of the call", str(found), holds)

    def s2(self) -> Iterator[Claim]:
        found = self._planned("S2")
        expected = {Rule.CONFLICT_BAR.value, Rule.NOT_FREE.value}
        holds = not found.filled and expected <= found.reasons
        yield Claim("S2: nobody can chair: one conflict, one on leave", str(found), holds)
        later = self._planned("S2", first=self._after_the_leave)
        yield Claim("S2: a window after the leave fills every seat", str(later), later.filled)

    def s3(self) -> Iterator[Claim]:
        found = self._planned("S3")
        week = bool(found.starts) and found.starts[-1] >= self._rows.at + 7 * DAY
        holds = found.filled and len(found.ministries) >= 2 and week
        mixed = f"{found}; {', '.join(sorted(found.ministries))}"
        yield Claim("S3: one team of several ministries, a week of notice", mixed, holds)

    def s4(self) -> Iterator[Claim]:
        yield self._solvable("S4", "cleared adviser and assessors meet in time")

    def s5(self) -> Iterator[Claim]:
        yield self._solvable("S5", "overseas counsel and interpreter in one room")

    def s6(self) -> Iterator[Claim]:
        planted = next(each for each in self._rows.world.relations.planted if each.incident == "S6")
        expert, need = self._rows.experts[planted.expert], self._need("S6")
        tier = tiers(self._session, self._rows, "S6", planted.expert)
        yield Claim("S6: the assessor is barred by the holding", tier[0].value, tier[0] is Tier.BAR)
        yield from check_backfill(self._session, need_id=need, expert_id=expert, at=self._rows.at)
        found = self._planned("S6")
        yield Claim(
            "S6: the seat is filled again by somebody else",
            str(found),
            found.filled and expert not in found.chosen,
        )

    def s7(self) -> Iterator[Claim]:
        yield self._solvable("S7", "legal support is found")
        states = self._session.scalars(
            sa.select(Need.state).where(Need.incident_id == self._rows.incidents["S7"])
        ).all()
        found = ", ".join(sorted(states))
        holds = states.count(NeedState.DRAFT) == 2 and states.count(NeedState.COMPLETED) == 1
        yield Claim("S7: forensics done, the next two needs drafted", found, holds)

    def s8(self) -> Iterator[Claim]:
        yield self._solvable("S8", "a cleared team is found")
        hidden = sa.select(sa.func.count()).where(Incident.id == self._rows.incidents["S8"])
        seen = {}
        for code in ("NIS", "MSS", "NPA"):
            ministry = ministry_by_code(self._session, code).id
            with acting_as(self._session, Actor(frozenset({Role.COORDINATOR}), ministry_id=ministry)):
                seen[code] = self._session.scalar(hidden)
        holds = seen == {"NIS": 1, "MSS": 0, "NPA": 0}
        yield Claim("S8: seen by the lead ministry alone", str(seen), holds)

    def stepped_down(self) -> Iterator[Claim]:
        """Who stepped down can be told only of an incident whose need was asked for."""
        recused = sa.select(Engagement.incident_id, Engagement.expert_id).where(
            Engagement.state == EngagementState.RECUSED
        )
        kept_out = set(self._session.execute(recused))
        asked = {each.incident for each in self._rows.world.needs if each.state is NeedState.SUBMITTED}
        wanted = {
            (self._rows.incidents[each.incident], self._rows.experts[each.expert])
            for each in self._rows.world.relations.recusals
            if each.incident in asked
        }
        found = len(wanted & kept_out)
        yield Claim(f"{len(wanted)} stepped down lately from an open need", str(found), wanted <= kept_out)

    def _solvable(self, story: str, claim: str) -> Claim:
        found = self._planned(story)
        return Claim(f"{story}: {claim}", str(found), found.filled)

    def _need(self, story: str) -> uuid.UUID:
        open_need = next(
            each
            for each in self._rows.world.needs
            if each.incident == story and each.state is NeedState.SUBMITTED
        )
        return self._rows.needs[open_need.key]

    def _planned(self, story: str, *, first: Change | None = None) -> Outcome:
        taken: list[Taken] = []
        with contextlib.suppress(_TakenBack), jobs.unheard(), unit_of_work(SYSTEM) as session:
            if first is not None:
                first(session)
            run = planning.request_run(
                session, need_id=self._need(story), actor=SYSTEM, now=self._rows.at, seed=1
            )
            taken.append(take_snapshot(session, run, now=self._rows.at))
            raise _TakenBack
        return Outcome(taken[0], solve(taken[0].snapshot, limits=SOME))

    def _after_the_leave(self, session: Session) -> None:
        draft = incidents.need_draft(session, self._need("S2"), actor=SYSTEM)
        later = tuple(
            replace(each, earliest=each.earliest + LEAVE_IS_OVER, latest=each.latest + LEAVE_IS_OVER)
            for each in draft.sessions
        )
        need = session.get_one(Need, self._need("S2"))
        incidents.change_need(
            session,
            need.id,
            draft=replace(draft, sessions=later, deadline=draft.deadline + LEAVE_IS_OVER),
            version=need.version,
            actor=SYSTEM,
            now=self._rows.at,
        )
