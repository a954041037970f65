"""One run with everything its reader may see: the team, what changed, what was asked about it."""

import json
import uuid
from collections.abc import Mapping

import sqlalchemy as sa
from sqlalchemy.orm import Session

from expertpool.engagements.models import Engagement
from expertpool.engagements.rules import OPEN, EngagementState
from expertpool.incidents.queries import NeedPage, need_page
from expertpool.infra.identity import Actor
from expertpool.planning.models import PlanRun, PlanWish
from expertpool.planning.queries.matching import seat_plan
from expertpool.planning.queries.questions import questions_of, seen
from expertpool.planning.queries.runs import people_of, row_of, stored_run, wishes_seen, with_texts
from expertpool.planning.queries.stored import Stored
from expertpool.planning.queries.views import (
    DifferenceView,
    MeetingView,
    PartView,
    PersonView,
    RunPage,
    RunRow,
    TroubleView,
)
from expertpool.planning.rules import OUTDATES, UNFINISHED, QuestionKind, RunState
from expertpool.planning.rules.differences import differences
from expertpool.scheduling.plan import Status
from expertpool.scheduling.vocabulary import Rule


def run_page(session: Session, run_id: uuid.UUID, *, actor: Actor) -> RunPage:
    """One run, its team with reasons, and what changed since the proposal before. Raises: NotFound."""
    run = stored_run(session, run_id, actor=actor)
    need = need_page(session, run.need_id, actor=actor)
    stored = Stored(run) if run.snapshot else None
    planned = stored if stored is not None and stored.plan is not None else None
    before = _stored_before(session, run) if planned else None
    shown = _shown(planned, before) if planned else set()
    wishes = session.scalars(sa.select(PlanWish).where(PlanWish.need_id == run.need_id)).all()
    people = people_of(session, shown | {str(wish.expert_id) for wish in wishes}, actor=actor)
    asked = seen(session, questions_of(session, run.id), need, actor=actor)
    relaxing = {each.seat_id: each for each in asked if each.kind is QuestionKind.RELAX}
    teams = (each for each in asked if each.kind is QuestionKind.ALTERNATIVES)
    parts = planned.plan.objective.parts if planned and planned.plan else ()
    return RunPage(
        row=row_of(run),
        need=need,
        seats=tuple(
            seat_plan(planned, seat, people, relaxing.get(seat.id))
            for seat in need.seats
            if str(seat.id) in planned.seats
        )
        if planned
        else (),
        meetings=_meetings(planned, need) if planned else (),
        wishes=wishes_seen(wishes, people),
        differences=_differences(before, planned, need, people) if planned and before else (),
        troubles=_troubles(session, run, need, actor=actor),
        mended_by=_mended_by(session, run),
        alternatives=next(teams, None),
        parts=tuple(PartView(each.part, each.amount) for each in parts if each.amount),
        proven=bool(planned and planned.plan and planned.plan.status is Status.OPTIMAL),
        may_plan=need.may_change,
    )


def _mended_by(session: Session, run: PlanRun) -> RunRow | None:
    """The repair that is under way while a proposal waits to be decided about."""
    repairs = sa.select(PlanRun).where(
        PlanRun.need_id == run.need_id,
        PlanRun.id != run.id,
        PlanRun.cause.in_(OUTDATES),
        PlanRun.state.in_(UNFINISHED),
    )
    found = session.scalars(repairs).first() if run.state is RunState.PROPOSED else None
    return row_of(found) if found else None


def _troubles(session: Session, run: PlanRun, need: NeedPage, *, actor: Actor) -> tuple[TroubleView, ...]:
    """What was found against those who hold their seats still, or were taken off this proposal."""
    found = json.loads(run.troubles or "{}")
    if not found or run.state not in (RunState.PROPOSED, RunState.APPROVED):
        return ()
    seats = {str(seat.id): seat for seat in need.seats}
    held = sa.select(
        Engagement.seat_id, Engagement.expert_id, Engagement.id, Engagement.version, Engagement.state
    )
    taken_off = sa.and_(Engagement.plan_run_id == run.id, Engagement.state == EngagementState.CANCELLED)
    here = sa.or_(Engagement.state.in_(OPEN), taken_off)
    rows = session.execute(held.where(Engagement.need_id == run.need_id, here)).all()
    people = people_of(session, {str(row.expert_id) for row in rows}, actor=actor)
    views = []
    for row in rows:
        expert, rules = found.get(str(row.seat_id), ("", ()))
        if expert == str(row.expert_id) and expert in people and str(row.seat_id) in seats:
            asked = row.state not in (EngagementState.PROPOSED, EngagementState.CANCELLED)
            told = tuple(Rule(rule) for rule in rules)
            views.append(
                TroubleView(seats[str(row.seat_id)], people[expert], told, row.id, row.version, asked)
            )
    return tuple(sorted(views, key=lambda view: view.seat.number))


def _stored_before(session: Session, run: PlanRun) -> Stored | None:
    """The last plan of the need before this one, if there was one."""
    earlier = session.scalar(
        sa.select(PlanRun.id)
        .where(
            PlanRun.need_id == run.need_id,
            PlanRun.requested_at < run.requested_at,
            PlanRun.plan_digest.is_not(None),
            PlanRun.state.in_([RunState.PROPOSED, RunState.APPROVED, RunState.DISCARDED]),
        )
        .order_by(PlanRun.requested_at.desc())
        .limit(1)
    )
    return Stored(with_texts(session, earlier)) if earlier else None


def _shown(planned: Stored, before: Stored | None) -> set[str]:
    """Whose names the page needs."""
    ids = {
        placed.expert for each in (planned, before) if each and each.plan for placed in each.plan.engagements
    }
    for reasons in planned.reasons.values():
        ids |= {reasons.runner_up.expert} if reasons.runner_up else set()
    return ids


def _meetings(planned: Stored, need: NeedPage) -> tuple[MeetingView, ...]:
    starts, at = planned.starts(), planned.timeline.instant
    held = [
        MeetingView(
            id=each.id,
            number=each.number,
            kind=each.kind,
            start=at(starts[str(each.id)]),
            end=at(starts[str(each.id)] + each.length_minutes),
            region=each.region,
            seat_numbers=each.seat_numbers,
        )
        for each in need.sessions
        if str(each.id) in starts
    ]
    return tuple(sorted(held, key=lambda meeting: meeting.start))


def _differences(
    before: Stored, planned: Stored, need: NeedPage, people: Mapping[str, PersonView]
) -> tuple[DifferenceView, ...]:
    assert before.plan is not None
    assert planned.plan is not None
    seats = {str(seat.id): seat for seat in need.seats}
    offset = planned.timeline.minute(before.timeline.epoch)
    found = differences(before.plan, planned.plan, planned.reasons.values(), offset=offset)
    return tuple(
        DifferenceView(
            seat=seats[each.seat],
            change=each.change,
            before=people.get(each.before or ""),
            after=people.get(each.after or ""),
            rules=tuple(Rule(rule) for rule in each.rules),
        )
        for each in sorted(found, key=lambda each: seats[each.seat].number if each.seat in seats else 0)
        if each.seat in seats
    )
