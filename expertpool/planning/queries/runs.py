"""One run with everything its reader may see, and the latest runs of needs."""

import uuid
from collections.abc import Collection, Iterable, Mapping

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import Session, lazyload, undefer

from expertpool.experts.models import Expert
from expertpool.experts.rules import shown_name
from expertpool.incidents.access import NOTHING_HERE
from expertpool.incidents.queries import NamedCode, NeedPage, need_page
from expertpool.infra.identity import Actor
from expertpool.ministries.queries import regions
from expertpool.planning import access
from expertpool.planning.models import PlanRun, PlanWish
from expertpool.planning.queries.matching import seat_plan
from expertpool.planning.queries.stored import Stored
from expertpool.planning.queries.views import (
    DifferenceView,
    MeetingView,
    PartView,
    PersonView,
    RunPage,
    RunRow,
    WishView,
)
from expertpool.planning.rules import RunState, Stage, Trouble, Wish
from expertpool.planning.rules.differences import differences
from expertpool.refusals import NotFound
from expertpool.scheduling.plan import Status
from expertpool.scheduling.vocabulary import Rule


def row_of(run: PlanRun) -> RunRow:
    """The run as a line."""
    return RunRow(
        id=run.id,
        need_id=run.need_id,
        incident_id=run.incident_id,
        kind=run.kind,
        seat_id=run.seat_id,
        state=run.state,
        stage=Stage(run.stage) if run.stage else None,
        best=run.best,
        bound=run.bound,
        unfilled=run.unfilled,
        stop_requested=run.stop_requested,
        trouble=Trouble(run.trouble) if run.trouble else None,
        requested_at=run.requested_at,
        started_at=run.started_at,
        finished_at=run.finished_at,
        seed=run.seed,
        snapshot_digest=run.snapshot_digest,
        plan_digest=run.plan_digest,
        version=run.version,
    )


def run_row(session: Session, run_id: uuid.UUID, *, actor: Actor) -> RunRow:
    """One run as a line. Raises: NotFound."""
    return row_of(access.visible_run(session, run_id, actor=actor))


def latest_runs(session: Session, need_ids: Collection[uuid.UUID]) -> dict[uuid.UUID, RunRow]:
    """The newest run of each need that has one."""
    rows = session.scalars(
        sa.select(PlanRun)
        .where(PlanRun.need_id.in_(list(need_ids)))
        .ext(distinct_on(PlanRun.need_id))
        .order_by(PlanRun.need_id, PlanRun.requested_at.desc(), PlanRun.id)
        .execution_options(populate_existing=True)
    )
    return {run.need_id: row_of(run) for run in rows}


def wishes_of(session: Session, need_id: uuid.UUID, *, actor: Actor) -> tuple[WishView, ...]:
    """The pins and bans of a need. Raises: NotFound."""
    access.visible_need(session, need_id, actor=actor)
    rows = session.scalars(sa.select(PlanWish).where(PlanWish.need_id == need_id)).all()
    return wishes_seen(rows, people_of(session, {str(row.expert_id) for row in rows}, actor=actor))


def runs_of(session: Session, need_id: uuid.UUID, *, actor: Actor) -> list[RunRow]:
    """Every run of a need, the newest first. Raises: NotFound."""
    access.visible_need(session, need_id, actor=actor)
    rows = session.scalars(
        sa.select(PlanRun).where(PlanRun.need_id == need_id).order_by(PlanRun.requested_at.desc(), PlanRun.id)
    )
    return [row_of(run) for run in rows]


def stored_run(session: Session, run_id: uuid.UUID, *, actor: Actor) -> PlanRun:
    """A run with the texts that were stored with it. Raises: NotFound."""
    access.visible_run(session, run_id, actor=actor)
    return _with_texts(session, run_id)


def snapshot_of(session: Session, run_id: uuid.UUID, *, actor: Actor) -> tuple[str, str]:
    """The snapshot of a run as it was searched, and its digest. Raises: NotFound, also if there is none."""
    run = stored_run(session, run_id, actor=actor)
    if run.snapshot is None or run.snapshot_digest is None:
        raise NotFound(NOTHING_HERE)
    return run.snapshot, run.snapshot_digest


def _with_texts(session: Session, run_id: uuid.UUID) -> PlanRun:
    texts = (undefer(PlanRun.snapshot), undefer(PlanRun.plan), undefer(PlanRun.reasons))
    query = sa.select(PlanRun).where(PlanRun.id == run_id).options(*texts)
    return session.scalars(query.execution_options(populate_existing=True)).one()


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
    places = {
        region.code: NamedCode(region.code, region.name_ko, region.name_en) for region in regions(session)
    }
    parts = planned.plan.objective.parts if planned and planned.plan else ()
    return RunPage(
        row=row_of(run),
        need=need,
        seats=tuple(
            seat_plan(planned, seat, people, places) for seat in need.seats if str(seat.id) in planned.seats
        )
        if planned
        else (),
        meetings=_meetings(planned, need) if planned else (),
        wishes=wishes_seen(wishes, people),
        differences=_differences(before, planned, need, people) if planned and before else (),
        parts=tuple(PartView(each.part, each.amount) for each in parts if each.amount),
        proven=bool(planned and planned.plan and planned.plan.status is Status.OPTIMAL),
        may_plan=need.may_change,
    )


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
    return Stored(_with_texts(session, earlier)) if earlier else None


def _shown(planned: Stored, before: Stored | None) -> set[str]:
    """Whose names the page needs."""
    ids = {
        placed.expert for each in (planned, before) if each and each.plan for placed in each.plan.engagements
    }
    for reasons in planned.reasons.values():
        ids |= {reasons.runner_up.expert} if reasons.runner_up else set()
        ids |= {each.expert for each in reasons.relaxed}
    return ids


def people_of(session: Session, ids: Iterable[str], *, actor: Actor) -> dict[str, PersonView]:
    """Experts by id, under the names the reader may know."""
    wanted = [uuid.UUID(each) for each in ids]
    by_name = (lazyload(Expert.facets), lazyload(Expert.appointments))
    rows = session.scalars(sa.select(Expert).where(Expert.id.in_(wanted)).options(*by_name))
    return {str(expert.id): person_of(expert, actor) for expert in rows}


def person_of(expert: Expert, actor: Actor) -> PersonView:
    """An expert under the name the reader may know."""
    name = shown_name(expert, actor.ministry_id)
    home = expert.ministry
    return PersonView(expert.id, name.name_ko, name.name_en, NamedCode(home.code, home.name_ko, home.name_en))


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


def wishes_seen(wishes: Iterable[PlanWish], people: Mapping[str, PersonView]) -> tuple[WishView, ...]:
    """Pins first, then bans, by the day they were set."""
    ordered = sorted(wishes, key=lambda wish: (wish.wish is not Wish.PIN, wish.wished_at, wish.id))
    return tuple(
        WishView(wish.id, wish.seat_id, people[str(wish.expert_id)], wish.wish is Wish.PIN, wish.reason)
        for wish in ordered
        if str(wish.expert_id) in people
    )


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
