"""The rows a snapshot is made of, each kind read with one question to the database."""

import datetime as dt
import uuid
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from expertpool.availability.models import ExpertWeek, Hold
from expertpool.availability.rules import Span
from expertpool.conflicts.models import Tie
from expertpool.conflicts.rules.vocabulary import Kinship, RelationType
from expertpool.engagements.models import Engagement, span_of
from expertpool.engagements.rules import LIVE, EngagementState
from expertpool.experts.models import Expert
from expertpool.experts.queries import experts_with_role
from expertpool.incidents.models import Need
from expertpool.incidents.queries import NeedForPlanning, PlannedSeat
from expertpool.incidents.rules import OVER
from expertpool.planning.models import PlanRun, PlanWish
from expertpool.planning.rules import Wish

# Whose employee or member somebody is, in the order in which one firm is chosen for them.
_BELONGS = (
    RelationType.MEMBER_OF_FIRM,
    RelationType.REPRESENTATIVE,
    RelationType.OFFICER,
    RelationType.EMPLOYEE,
)
# After these, the same person is not asked for the same seat again.
_SAID_NO = frozenset(
    {
        EngagementState.DECLINED,
        EngagementState.LAPSED,
        EngagementState.RECUSED,
        EngagementState.WITHDRAWN,
    }
)


@dataclass(frozen=True, slots=True)
class Standing:
    """What already stands on a need: who is kept, who may be moved, who must not come back.

    fixed, movable: live engagements; left: the last one of the seat that a repair is for; closed: work that
    is done; yielding: proposals of less urgent needs that give way to this one; recused: experts who stepped
    down from the incident; said_no: (seat, expert); other_class: (expert, role class) of other work in the
    incident.
    """

    fixed: tuple[Engagement, ...]
    movable: tuple[Engagement, ...]
    left: Engagement | None
    closed: tuple[Engagement, ...]
    recused: frozenset[uuid.UUID]
    said_no: tuple[tuple[uuid.UUID, uuid.UUID], ...]
    other_class: tuple[tuple[uuid.UUID, str], ...]
    yielding: tuple[Engagement, ...] = ()

    @property
    def given_back(self) -> tuple[Engagement, ...]:
        """Whose time, hours and places count as free: the planner counts them anew, or they give way."""
        return (*self.live, *self.yielding)

    @property
    def live(self) -> tuple[Engagement, ...]:
        """Everybody whose time this need holds now."""
        return (*self.fixed, *self.movable)


def standing_of(session: Session, run: PlanRun) -> Standing:
    """What stands on the run's need, and in its incident beside it."""
    every = session.scalars(sa.select(Engagement).where(Engagement.incident_id == run.incident_id)).all()
    rows = [row for row in every if row.state is not EngagementState.CANCELLED]
    own = [row for row in rows if row.need_id == run.need_id]
    live = [row for row in own if row.state in LIVE]
    movable = [row for row in live if _movable(row)]
    busy_elsewhere = LIVE | {EngagementState.CLOSED}
    return Standing(
        fixed=tuple(row for row in live if row not in movable),
        movable=tuple(movable),
        left=_left(every, run) if run.seat_id not in {row.seat_id for row in live} else None,
        closed=tuple(row for row in own if row.state is EngagementState.CLOSED),
        recused=frozenset(row.expert_id for row in rows if row.state is EngagementState.RECUSED),
        said_no=tuple((row.seat_id, row.expert_id) for row in own if row.state in _SAID_NO),
        other_class=tuple(
            (row.expert_id, row.role_class)
            for row in rows
            if row.need_id != run.need_id and row.state in busy_elsewhere
        ),
    )


def yielding_to(session: Session, need: NeedForPlanning) -> tuple[Engagement, ...]:
    """Proposals of less urgent needs nobody was asked about, and nobody pinned."""
    pinned = sa.exists().where(
        PlanWish.seat_id == Engagement.seat_id,
        PlanWish.expert_id == Engagement.expert_id,
        PlanWish.wish == Wish.PIN,
    )
    waiting = (
        sa.select(Engagement)
        .join(Need, Need.id == Engagement.need_id)
        .where(
            Engagement.state == EngagementState.PROPOSED,
            Engagement.plan_run_id.is_not(None),
            Need.urgency < need.urgency,
            Need.state.not_in(OVER),
            ~pinned,
        )
        .order_by(Engagement.id)
    )
    return tuple(session.scalars(waiting))


def _movable(engagement: Engagement) -> bool:
    """A plan's proposal nobody was asked about may change."""
    return engagement.state is EngagementState.PROPOSED and engagement.plan_run_id is not None


def _left(rows: Iterable[Engagement], run: PlanRun) -> Engagement | None:
    """Who held the run's seat last."""
    ended = [row for row in rows if row.seat_id == run.seat_id and row.ended_at is not None]
    return max(ended, key=lambda row: (row.ended_at, row.id), default=None)


def wishes_for(session: Session, need_id: uuid.UUID) -> list[PlanWish]:
    """The pins and bans of a need."""
    return list(session.scalars(sa.select(PlanWish).where(PlanWish.need_id == need_id)))


def candidates(session: Session, seats: Iterable[PlannedSeat], known: Collection[uuid.UUID]) -> list[Expert]:
    """Whoever holds a role of the seats, and the `known` ones, so that a pin always gets its answer."""
    found = experts_with_role(session, sorted({seat.role_kind for seat in seats}))
    have = {expert.id for expert in found}
    return [*found, *known_experts(session, [expert_id for expert_id in known if expert_id not in have])]


def known_experts(session: Session, ids: Collection[uuid.UUID]) -> list[Expert]:
    """Experts by id, without a question if there are none."""
    if not ids:
        return []
    return list(session.scalars(sa.select(Expert).where(Expert.id.in_(ids)).order_by(Expert.id)))


def held_by(engagement: Engagement) -> dict[uuid.UUID, Span]:
    """The time an engagement holds, by session; of one that ended, the time it held."""
    ended = engagement.state not in LIVE
    return {hold.session_id: span_of(hold) for hold in engagement.holds if hold.live or ended}


@dataclass(frozen=True, slots=True)
class Held:
    """Time of an expert that another engagement holds, and where."""

    span: Span
    region_code: str | None


def held_elsewhere(
    session: Session, expert_ids: Collection[uuid.UUID], *, window: Span, own: Collection[uuid.UUID]
) -> dict[uuid.UUID, list[Held]]:
    """Live holds in the window by expert; those of the engagements `own` are left out."""
    during = sa.func.tstzrange(window.start, window.end, "[)")
    rows = session.scalars(
        sa.select(Hold).where(
            Hold.live,
            Hold.expert_id.in_(expert_ids),
            Hold.during.op("&&")(during),
            Hold.engagement_id.not_in(own),
        )
    )
    found: dict[uuid.UUID, list[Held]] = defaultdict(list)
    for hold in rows:
        found[hold.expert_id].append(Held(span_of(hold), hold.region_code))
    return found


def used_weeks(
    session: Session, expert_ids: Collection[uuid.UUID], first: dt.date
) -> dict[uuid.UUID, dict[dt.date, int]]:
    """Minutes used by expert and week, from the week `first` on."""
    rows = session.execute(
        sa.select(ExpertWeek.expert_id, ExpertWeek.week, ExpertWeek.used_minutes).where(
            ExpertWeek.expert_id.in_(expert_ids), ExpertWeek.week >= first, ExpertWeek.used_minutes > 0
        )
    )
    found: dict[uuid.UUID, dict[dt.date, int]] = defaultdict(dict)
    for expert_id, week, minutes in rows:
        found[expert_id][week] = minutes
    return found


def firms_of(session: Session, expert_ids: Collection[uuid.UUID], on: dt.date) -> Mapping[uuid.UUID, str]:
    """The firm each expert belongs to on `on`, where one is known."""
    rows = session.execute(
        sa.select(Tie.expert_id, Tie.type, Tie.organisation_id).where(
            Tie.expert_id.in_(expert_ids),
            Tie.taken_back_at.is_(None),
            Tie.organisation_id.is_not(None),
            Tie.type.in_(_BELONGS),
            Tie.kinship == Kinship.SELF,
            sa.or_(Tie.starts_on.is_(None), Tie.starts_on <= on),
            sa.or_(Tie.ends_precision == "open", Tie.ends_on >= on),
        )
    )
    ranked = sorted(rows, key=lambda row: (_BELONGS.index(row.type), str(row.organisation_id)))
    firms: dict[uuid.UUID, str] = {}
    for expert_id, _, organisation_id in ranked:
        firms.setdefault(expert_id, str(organisation_id))
    return firms


def pins_and_bans(
    wishes: Collection[PlanWish], standing: Standing
) -> tuple[dict[uuid.UUID, uuid.UUID], set[tuple[uuid.UUID, uuid.UUID]]]:
    """Pins by seat and bans as (seat, expert). A no beats a pin, and a seat that is kept needs none."""
    bans = set(standing.said_no)
    bans |= {(wish.seat_id, wish.expert_id) for wish in wishes if wish.wish is Wish.BAN}
    kept = {engagement.seat_id for engagement in standing.fixed}
    pins = {
        wish.seat_id: wish.expert_id
        for wish in wishes
        if wish.wish is Wish.PIN and wish.seat_id not in kept and (wish.seat_id, wish.expert_id) not in bans
    }
    return pins, bans - {(engagement.seat_id, engagement.expert_id) for engagement in standing.fixed}


def wished_bans(wishes: Collection[PlanWish], standing: Standing) -> set[tuple[uuid.UUID, uuid.UUID]]:
    """The bans that a coordinator only wished for: taking the wish back is enough."""
    wished = {(wish.seat_id, wish.expert_id) for wish in wishes if wish.wish is Wish.BAN}
    return wished - set(standing.said_no)
