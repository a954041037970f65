"""The frozen input of a run, built from the database in one consistent look and few questions."""

import datetime as dt
import uuid
from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace

from sqlalchemy.orm import Session

from expertpool.availability.rules import Span
from expertpool.engagements.models import Engagement
from expertpool.engagements.queries import not_before
from expertpool.engagements.rules import Work
from expertpool.experts.models import Expert
from expertpool.incidents.queries import NeedForPlanning, need_for_planning
from expertpool.ministries.models import Ministry
from expertpool.planning.models import PlanRun
from expertpool.planning.queries import facts, work
from expertpool.planning.queries.facts import Standing
from expertpool.planning.queries.lending import Lending, agreements_for
from expertpool.planning.queries.people import experts_of
from expertpool.planning.queries.shares import shares_for
from expertpool.planning.queries.ties import Found, conflicts_of
from expertpool.planning.rules import CELL_MINUTES, POLICY, Taken, Timeline, midnight
from expertpool.scheduling import snapshot as sn
from expertpool.scheduling.plan import Plan

Pair = tuple[uuid.UUID, uuid.UUID]


def look_once(session: Session) -> None:
    """Make the session's next transaction one consistent, read-only look. Call it before anything is read."""
    session.connection(execution_options={"isolation_level": "REPEATABLE READ", "postgresql_readonly": True})


@dataclass(frozen=True, slots=True)
class _Rows:
    """What was read first: everything else depends on it."""

    need: NeedForPlanning
    ministry: str
    standing: Standing
    pins: Mapping[uuid.UUID, uuid.UUID]
    bans: AbstractSet[Pair]
    wished: AbstractSet[Pair]
    experts: Sequence[Expert]
    busy_until: Mapping[uuid.UUID, dt.date]
    works: Mapping[uuid.UUID, Work]
    timeline: Timeline
    found: Plan | None = None


def take_snapshot(session: Session, run: PlanRun, *, now: dt.datetime, heeds_wishes: bool = True) -> Taken:
    """Everything the planner may know for a run, as the system sees it; a proof heeds no pins and bans.

    Raises: Invalid when the rows do not make a snapshot that can be planned.
    """
    return _taken(session, run, _rows(session, run, now, everybody=True, heeds_wishes=heeds_wishes), now)


def take_wider(
    session: Session, run: PlanRun, found: Plan, *, now: dt.datetime
) -> tuple[Taken, Taken] | None:
    """What a run would know if proposals of less urgent needs gave way, and what it knows if none does.

    `found` is the best plan without that, and what the wider one should change least; None if none gives way.
    Raises: as `take_snapshot`.
    """
    rows = _rows(session, run, now, everybody=True)
    giving_way = facts.yielding_to(session, rows.need)
    if not giving_way:
        return None
    works = {each.id: Work(each.sessions, each.effort_minutes, each.need.deadline) for each in giving_way}
    wider = replace(
        rows, standing=replace(rows.standing, yielding=giving_way), works={**rows.works, **works}, found=found
    )
    return _taken(session, run, wider, now), _taken(session, run, rows, now)


def _taken(session: Session, run: PlanRun, rows: _Rows, now: dt.datetime) -> Taken:
    need, timeline = rows.need, rows.timeline
    lending = _lending(session, rows, now)
    snapshot = sn.checked(_snapshot(session, run, rows, lending, now))
    return Taken(
        snapshot=snapshot,
        text=sn.dumps(snapshot),
        digest=sn.digest(snapshot),
        timeline=timeline,
        need_version=need.version,
        calendar_versions={expert.id: expert.calendar_version for expert in rows.experts},
        agreements=lending.ids,
        yields=frozenset((each.id, each.expert_id) for each in rows.standing.yielding),
    )


def take_standing(session: Session, run: PlanRun) -> sn.Snapshot:
    """Those who hold seats of a run's need, with their facts as they are by now.

    It is taken as of the end of the run: notice that was given in time then does not become too short.
    Raises: Invalid as `take_snapshot`.
    """
    now = run.finished_at or run.requested_at
    rows = _rows(session, run, now, everybody=False)
    return sn.checked(_snapshot(session, run, rows, _lending(session, rows, now), now))


def _lending(session: Session, rows: _Rows, now: dt.datetime) -> Lending:
    return agreements_for(session, rows.need, rows.standing, rows.timeline, works=rows.works, now=now)


def _rows(
    session: Session, run: PlanRun, now: dt.datetime, *, everybody: bool, heeds_wishes: bool = True
) -> _Rows:
    """What a snapshot is made from; not `everybody`: of the experts only those the need knows already."""
    need = need_for_planning(session, run.need_id)
    standing = facts.standing_of(session, run)
    wishes = facts.wishes_for(session, need.id) if heeds_wishes else []
    pins, bans = facts.pins_and_bans(wishes, standing)
    kept = {each.expert_id for each in (*standing.live, *_before(standing), *standing.closed)}
    known = {*kept, *pins.values(), *(expert for _, expert in bans)}
    kept_seats = {each.seat_id for each in standing.fixed}
    wanted = [seat for seat in work.seats_of(need, run, standing) if seat.id not in kept_seats]
    experts = facts.candidates(session, wanted, known) if everybody else facts.known_experts(session, known)
    return _Rows(
        need=need,
        ministry=session.get_one(Ministry, need.ministry_id).code,
        standing=standing,
        pins=pins,
        bans=bans,
        wished=facts.wished_bans(wishes, standing),
        experts=experts,
        busy_until=not_before(session, [expert.id for expert in experts]),
        works={each.id: _work(each, need) for each in standing.live},
        timeline=work.timeline_of(need, standing, now=now),
    )


def _snapshot(session: Session, run: PlanRun, rows: _Rows, lending: Lending, now: dt.datetime) -> sn.Snapshot:
    timeline, standing = rows.timeline, rows.standing
    asked = work.need_of(rows.need, run, standing, timeline, ministry=rows.ministry, now=now)
    ties = conflicts_of(session, rows.need, rows.experts, standing, now=now)
    codes = {rows.ministry, *lending.ids}
    return sn.Snapshot(
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
            session,
            rows.experts,
            standing,
            timeline,
            window=Span(timeline.epoch, work.calendar_end(timeline, now)),
            works=rows.works,
            busy_until=rows.busy_until,
            now=now,
        ),
        conflicts=ties.conflicts,
        needs=(asked,),
        agreements=lending.agreements,
        fixed=work.arrangement(standing.fixed, asked, timeline),
        pins=_placed(rows.pins.items(), asked),
        seat_bans=_placed(rows.bans | _kept_out(ties, standing), asked),
        need_bans=_shut_out(rows),
        previous=work.arrangement(_before(standing), asked, timeline)
        if rows.found is None
        else _as_found(rows.found, standing),
        shares=shares_for(session, codes, asked, standing, works=rows.works, now=now),
        wished_bans=_placed((rows.wished & rows.bans) - _kept_out(ties, standing), asked),
    )


def _before(standing: Standing) -> list[Engagement]:
    """The arrangement that a plan should not change without need."""
    return [*standing.movable, *([standing.left] if standing.left else [])]


def _as_found(plan: Plan, standing: Standing) -> sn.Arrangement:
    """Who sits where in a plan, but for those who are kept anyway. Times may change."""
    kept = {str(each.seat_id) for each in standing.fixed}
    placed = (sn.Placement(each.seat, each.expert) for each in plan.engagements if each.seat not in kept)
    return sn.Arrangement(tuple(placed), ())


def _work(engagement: Engagement, need: NeedForPlanning) -> Work:
    """What an engagement of this need took from its expert: given back before the planner counts anew."""
    return Work(tuple(facts.held_by(engagement).values()), engagement.effort_minutes, need.deadline)


def _placed(pairs: Iterable[Pair], asked: sn.Need) -> tuple[sn.Placement, ...]:
    seats = {seat.id for seat in asked.seats}
    placed = (sn.Placement(str(seat), str(expert)) for seat, expert in pairs)
    return tuple(each for each in placed if each.seat in seats)


def _kept_out(ties: Found, standing: Standing) -> set[Pair]:
    """The seats a waiver does not reach; nobody is banned from a seat they are kept on."""
    return set(ties.shut) - {(each.seat_id, each.expert_id) for each in standing.fixed}


def _shut_out(rows: _Rows) -> tuple[sn.NeedBan, ...]:
    """Who must not serve: whoever stepped down, did their part, or is busy until it ends."""
    done = {engagement.expert_id for engagement in rows.standing.closed} | rows.standing.recused
    away = {each for each, until in rows.busy_until.items() if midnight(until) >= rows.need.deadline}
    serving = {engagement.expert_id for engagement in rows.standing.fixed}
    known = {expert.id for expert in rows.experts}
    shut_out = (done | away) & known - serving
    return tuple(sn.NeedBan(str(rows.need.id), str(each)) for each in sorted(shut_out))


def _instant(at: dt.datetime) -> str:
    return at.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
