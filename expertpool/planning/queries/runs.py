"""Runs as lines, the texts that were stored with them, and the names their readers may know."""

import uuid
from collections.abc import Collection, Iterable, Mapping

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import Session, lazyload, undefer

from expertpool.experts.models import Expert
from expertpool.experts.rules import shown_name
from expertpool.incidents.access import NOTHING_HERE
from expertpool.incidents.queries import NamedCode
from expertpool.infra.identity import Actor
from expertpool.ministries.queries import regions
from expertpool.planning import access
from expertpool.planning.models import PlanRun, PlanWish
from expertpool.planning.queries.views import (
    PersonView,
    RunRow,
    WishView,
)
from expertpool.planning.rules import Stage, Trouble, Wish
from expertpool.refusals import NotFound


def row_of(run: PlanRun) -> RunRow:
    """The run as a line."""
    return RunRow(
        id=run.id,
        need_id=run.need_id,
        incident_id=run.incident_id,
        kind=run.kind,
        cause=run.cause,
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
    return with_texts(session, run_id)


def snapshot_of(session: Session, run_id: uuid.UUID, *, actor: Actor) -> tuple[str, str]:
    """The snapshot of a run as it was searched, and its digest. Raises: NotFound, also if there is none."""
    run = stored_run(session, run_id, actor=actor)
    if run.snapshot is None or run.snapshot_digest is None:
        raise NotFound(NOTHING_HERE)
    return run.snapshot, run.snapshot_digest


def with_texts(session: Session, run_id: uuid.UUID) -> PlanRun:
    kept = (PlanRun.snapshot, PlanRun.plan, PlanRun.reasons, PlanRun.troubles)
    query = sa.select(PlanRun).where(PlanRun.id == run_id).options(*map(undefer, kept))
    return session.scalars(query.execution_options(populate_existing=True)).one()


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


def places_of(session: Session) -> dict[str, NamedCode]:
    """The names of regions by their codes."""
    return {each.code: NamedCode(each.code, each.name_ko, each.name_en) for each in regions(session)}


def wishes_seen(wishes: Iterable[PlanWish], people: Mapping[str, PersonView]) -> tuple[WishView, ...]:
    """Pins first, then bans, by the day they were set."""
    ordered = sorted(wishes, key=lambda wish: (wish.wish is not Wish.PIN, wish.wished_at, wish.id))
    return tuple(
        WishView(wish.id, wish.seat_id, people[str(wish.expert_id)], wish.wish is Wish.PIN, wish.reason)
        for wish in ordered
        if str(wish.expert_id) in people
    )
