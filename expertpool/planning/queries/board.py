"""The plan board: needs with what is held for them in the days shown."""

import uuid
from collections import defaultdict
from collections.abc import Collection

import sqlalchemy as sa
from sqlalchemy.orm import Session

from expertpool.availability.models import Hold
from expertpool.availability.rules import Span
from expertpool.engagements.models import WITHOUT_PROFILE, Engagement, span_of
from expertpool.engagements.rules import LIVE
from expertpool.experts.models import FacetTerm
from expertpool.experts.rules import FacetKind
from expertpool.incidents.queries import NamedCode, find_needs
from expertpool.incidents.rules import NeedState
from expertpool.infra.identity import Actor
from expertpool.planning.models import PlanWish
from expertpool.planning.queries.runs import latest_runs, person_of
from expertpool.planning.queries.views import Block, BoardRow
from expertpool.planning.rules import Wish

SHOWN = (NeedState.SUBMITTED, NeedState.PROPOSED, NeedState.APPROVED, NeedState.FILLED)


def plan_board(
    session: Session, *, actor: Actor, window: Span, page: int, size: int
) -> tuple[list[BoardRow], int]:
    """One page of the needs that are being filled, the nearest deadline first, and how many on all pages."""
    needs, total = find_needs(session, actor=actor, page=page, size=size, states=SHOWN)
    ids = [need.id for need in needs]
    runs, blocks = latest_runs(session, ids), _blocks(session, ids, window, actor)
    filled = _filled(session, ids)
    return [
        BoardRow(each, runs.get(each.id), filled.get(each.id, 0), blocks[each.id]) for each in needs
    ], total


def _filled(session: Session, need_ids: Collection[uuid.UUID]) -> dict[uuid.UUID, int]:
    """How many seats of each need somebody is on."""
    rows = session.execute(
        sa.select(Engagement.need_id, sa.func.count())
        .where(Engagement.need_id.in_(need_ids), Engagement.state.in_(LIVE))
        .group_by(Engagement.need_id)
    )
    return dict(rows.all())


def _blocks(
    session: Session, need_ids: Collection[uuid.UUID], window: Span, actor: Actor
) -> defaultdict[uuid.UUID, tuple[Block, ...]]:
    """Time held in the window, by need."""
    during = sa.func.tstzrange(window.start, window.end, "[)")
    rows = session.execute(
        sa.select(Engagement, Hold)
        .join(Hold, Hold.engagement_id == Engagement.id)
        .where(Engagement.need_id.in_(need_ids), Hold.live, Hold.during.op("&&")(during))
        .options(WITHOUT_PROFILE, sa.orm.lazyload(Engagement.holds))
        .order_by(Hold.during, Engagement.id)
    ).unique()
    roles, pins = _roles(session), _pins(session, need_ids)
    found: defaultdict[uuid.UUID, tuple[Block, ...]] = defaultdict(tuple)
    for engagement, hold in rows:
        span = span_of(hold)
        found[engagement.need_id] += (
            Block(
                start=span.start,
                end=span.end,
                person=person_of(engagement.expert, actor),
                role=roles[engagement.role_kind],
                state=engagement.state.value,
                pinned=(engagement.seat_id, engagement.expert_id) in pins,
            ),
        )
    return found


def _roles(session: Session) -> dict[str, NamedCode]:
    rows = session.execute(
        sa.select(FacetTerm.code, FacetTerm.name_ko, FacetTerm.name_en).where(
            FacetTerm.kind == FacetKind.ROLE_KIND
        )
    )
    return {code: NamedCode(code, name_ko, name_en) for code, name_ko, name_en in rows}


def _pins(session: Session, need_ids: Collection[uuid.UUID]) -> set[tuple[uuid.UUID, uuid.UUID]]:
    rows = session.execute(
        sa.select(PlanWish.seat_id, PlanWish.expert_id).where(
            PlanWish.need_id.in_(need_ids), PlanWish.wish == Wish.PIN
        )
    )
    return set(rows)
