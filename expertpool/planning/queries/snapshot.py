"""The frozen input of a run, built from the database in one consistent look and few questions."""

import datetime as dt
import uuid
from collections.abc import Iterable, Mapping

from sqlalchemy.orm import Session

from expertpool.availability.rules import Span
from expertpool.engagements.models import Engagement
from expertpool.engagements.queries import not_before
from expertpool.engagements.rules import Work
from expertpool.incidents.queries import NeedForPlanning, need_for_planning
from expertpool.ministries.models import Ministry
from expertpool.planning.models import PlanRun
from expertpool.planning.queries import facts, work
from expertpool.planning.queries.facts import Standing
from expertpool.planning.queries.lending import agreements_for
from expertpool.planning.queries.people import experts_of
from expertpool.planning.queries.ties import conflicts_of
from expertpool.planning.rules import CELL_MINUTES, POLICY, Taken, midnight
from expertpool.scheduling import snapshot as sn

Pair = tuple[uuid.UUID, uuid.UUID]


def look_once(session: Session) -> None:
    """Make the session's next transaction one consistent, read-only look. Call it before anything is read."""
    session.connection(execution_options={"isolation_level": "REPEATABLE READ", "postgresql_readonly": True})


def take_snapshot(session: Session, run: PlanRun, *, now: dt.datetime) -> Taken:
    """Everything the planner may know for a run, as the system sees it.

    Raises: Invalid when the rows do not make a snapshot that can be planned.
    """
    need = need_for_planning(session, run.need_id)
    standing = facts.standing_of(session, run)
    pins, bans = facts.pins_and_bans(facts.wishes_for(session, need.id), standing)
    kept = {engagement.expert_id for engagement in (*standing.live, *standing.closed)}
    experts = facts.candidates(session, need, {*kept, *pins.values(), *(expert for _, expert in bans)})
    busy = not_before(session, [expert.id for expert in experts])
    timeline = work.timeline_of(need, standing, now=now)
    window = Span(timeline.epoch, work.calendar_end(timeline, now))
    works = {each.id: _work(each, need) for each in standing.live}
    ministry = session.get_one(Ministry, need.ministry_id).code
    asked = work.need_of(need, run, standing, timeline, ministry=ministry, now=now)
    lending = agreements_for(session, need, standing, timeline, works=works, now=now)
    snapshot = sn.checked(
        sn.Snapshot(
            format=sn.FORMAT,
            taken_at=_instant(now),
            epoch=_instant(timeline.epoch),
            horizon_minutes=timeline.horizon,
            cell_minutes=CELL_MINUTES,
            seed=run.seed,
            policy=POLICY,
            weeks=timeline.weeks(),
            months=timeline.months(),
            experts=experts_of(
                session, experts, standing, timeline, window=window, works=works, busy_until=busy, now=now
            ),
            conflicts=conflicts_of(session, need, experts, standing, now=now),
            needs=(asked,),
            agreements=lending.agreements,
            fixed=work.arrangement(standing.fixed, asked, timeline),
            pins=_placed(pins.items(), asked),
            seat_bans=_placed(bans, asked),
            need_bans=_shut_out(need, standing, busy, {each.id for each in experts}),
            previous=work.arrangement(standing.movable, asked, timeline),
        )
    )
    return Taken(
        snapshot=snapshot,
        text=sn.dumps(snapshot),
        digest=sn.digest(snapshot),
        timeline=timeline,
        need_version=need.version,
        calendar_versions={expert.id: expert.calendar_version for expert in experts},
        agreements=lending.ids,
    )


def _work(engagement: Engagement, need: NeedForPlanning) -> Work:
    """What an engagement of this need took from its expert: given back before the planner counts anew."""
    return Work(tuple(facts.held_by(engagement).values()), engagement.effort_minutes, need.deadline)


def _placed(pairs: Iterable[Pair], asked: sn.Need) -> tuple[sn.Placement, ...]:
    seats = {seat.id for seat in asked.seats}
    placed = (sn.Placement(str(seat), str(expert)) for seat, expert in pairs)
    return tuple(each for each in placed if each.seat in seats)


def _shut_out(
    need: NeedForPlanning, standing: Standing, busy: Mapping[uuid.UUID, dt.date], known: set[uuid.UUID]
) -> tuple[sn.NeedBan, ...]:
    """Who must not serve: whoever stepped down, did their part, or is busy until it ends."""
    done = {engagement.expert_id for engagement in standing.closed} | standing.recused
    away = {expert_id for expert_id, until in busy.items() if midnight(until) >= need.deadline}
    serving = {engagement.expert_id for engagement in standing.fixed}
    return tuple(sn.NeedBan(str(need.id), str(each)) for each in sorted((done | away) & known - serving))


def _instant(at: dt.datetime) -> str:
    return at.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
