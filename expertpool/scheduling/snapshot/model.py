"""The planner's whole input as frozen records.

Units: every time is a whole minute since `epoch`; every period is half-open, `[start, end)`; every amount
of work is in minutes. What the engagements of this snapshot's own needs take (fixed ones included) is *not*
part of `free`, `commitments`, `used_minutes`, `open_engagements` or `remaining_minutes`: the planner adds it.
"""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated

from expertpool.scheduling.strict import ADDED, Many, Text, Whole
from expertpool.scheduling.vocabulary import FacetKind, Part, RoleClass, TeamRuleKind, Tier, Urgency

FORMAT = "expertpool.snapshot/1"
LONGEST = 400 * 24 * 60  # minutes; a little more than a year
FAR = 20_000_000  # minutes; appointments and licences may begin or end decades away

Id = Annotated[str, Text(64)]
Label = Annotated[str, Text(64)]
Digest = Annotated[str, Text(64)]
Instant = Annotated[str, Text(20)]
Minute = Annotated[int, Whole(0, LONGEST)]
FarMinute = Annotated[int, Whole(-FAR, FAR)]
Minutes = Annotated[int, Whole(0, LONGEST)]
Weight = Annotated[int, Whole(0, 1_000_000_000)]
Level = Annotated[int, Whole(1, 4)]
Count = Annotated[int, Whole(0, 1_000)]


@dataclass(frozen=True, slots=True)
class Span:
    """A half-open period inside the horizon."""

    start: Minute
    end: Minute


@dataclass(frozen=True, slots=True)
class FarSpan:
    """A half-open period that may reach far outside the horizon."""

    start: FarMinute
    end: FarMinute


@dataclass(frozen=True, slots=True)
class Period:
    """A calendar week or month of Asia/Seoul, given by the caller, known by its label."""

    label: Label
    start: FarMinute
    end: FarMinute


@dataclass(frozen=True, slots=True)
class Weights:
    """What one unit of each cost weighs. Their distance makes the order of what matters.

    unfilled: per point of urgency of an empty seat; lateness: per started hour past a session's deadline;
    quality: per point of preference missed; disclose, waived: per engagement under such a tie; fairness: per
    point of the squared load; travel: per session away from the expert's region; stability: per seat or
    session changed against the previous plan; share: per point of what ministries carry beyond their shares,
    None where shares count for nothing and are no part of the cost.
    """

    unfilled: Annotated[int, Whole(1, 1_000_000_000)]
    lateness: Weight
    quality: Weight
    disclose: Weight
    waived: Weight
    fairness: Weight
    travel: Weight
    stability: Weight
    share: Weight | None = field(default=None, metadata=ADDED)

    @property
    def parts(self) -> tuple[Part, ...]:
        """The parts a plan's cost has under these weights."""
        return tuple(part for part in Part if getattr(self, part.value) is not None)


@dataclass(frozen=True, slots=True)
class Policy:
    """Versioned policy data: the weights, the travel buffer, and the size of one unit of load."""

    version: Label
    weights: Weights
    travel_buffer_minutes: Annotated[int, Whole(0, 24 * 60)]
    fairness_unit_minutes: Annotated[int, Whole(30, 10_000)]


@dataclass(frozen=True, slots=True)
class Facet:
    """One thing an expert is or can, at a level, while it is valid (null: no limit on that side)."""

    kind: FacetKind
    code: Id
    level: Level
    valid_from: FarMinute | None
    valid_until: FarMinute | None


@dataclass(frozen=True, slots=True)
class Commitment:
    """A hold outside this snapshot's needs, already taken out of `free`; kept for the travel buffer."""

    start: Minute
    end: Minute
    place: Id | None


@dataclass(frozen=True, slots=True)
class Expert:
    """A person of the pool. `appointments`: when they may be used; `free`: when they can come."""

    id: Id
    ministry: Id
    firm: Id | None
    region: Id
    active: bool
    appointments: Annotated[tuple[FarSpan, ...], Many(50)]
    facets: Annotated[tuple[Facet, ...], Many(200)]
    weekly_capacity_minutes: Minutes
    used_minutes: Mapping[str, Minutes]
    max_open_engagements: Count | None
    open_engagements: Count
    load_minutes: Annotated[int, Whole(0, 1_000_000)]
    free: Annotated[tuple[Span, ...], Many(2_000)]
    commitments: Annotated[tuple[Commitment, ...], Many(2_000)]


@dataclass(frozen=True, slots=True)
class Conflict:
    """The finding for one expert in one incident and role class. No entry means clear."""

    incident: Id
    expert: Id
    role_class: RoleClass
    tier: Tier
    rules: Annotated[tuple[Id, ...], Many(50)]
    waived: bool


@dataclass(frozen=True, slots=True)
class RequiredFacet:
    """A facet somebody must have, at least at this level."""

    kind: FacetKind
    code: Id
    min_level: Level


@dataclass(frozen=True, slots=True)
class PreferredFacet:
    """A facet that is welcome: every level short of `level` costs `weight` points."""

    kind: FacetKind
    code: Id
    level: Level
    weight: Annotated[int, Whole(1, 1_000)]


@dataclass(frozen=True, slots=True)
class Seat:
    """One place in a team, for one expert. `effort_minutes` is work outside the sessions."""

    id: Id
    role_kind: Id
    role_class: RoleClass
    required: Annotated[tuple[RequiredFacet, ...], Many(20)]
    preferred: Annotated[tuple[PreferredFacet, ...], Many(20)]
    effort_minutes: Minutes


@dataclass(frozen=True, slots=True)
class Session:
    """A timed piece of work. All its seats attend together; `place` is a region, or null when remote."""

    id: Id
    length_minutes: Annotated[int, Whole(1, 24 * 60)]
    windows: Annotated[tuple[Span, ...], Many(200)]
    deadline: Minute
    place: Id | None
    seats: Annotated[tuple[Id, ...], Many(20)]


@dataclass(frozen=True, slots=True)
class TeamRule:
    """What the experts on `seats` must be together. An empty seat never breaks a rule: it could be filled.

    chair, at_least: no fewer than `count` of the seats keep the chance of one of `facets`;
    one_per_firm: nobody shares a firm (`count` is 1); ministry_most: at most `count` from one ministry;
    ministry_least: at least `count` ministries.
    """

    id: Id
    kind: TeamRuleKind
    seats: Annotated[tuple[Id, ...], Many(20)]
    facets: Annotated[tuple[RequiredFacet, ...], Many(20)]
    count: Annotated[int, Whole(1, 20)]


@dataclass(frozen=True, slots=True)
class Need:
    """What one ministry asks for in one incident."""

    id: Id
    incident: Id
    ministry: Id
    urgency: Urgency
    not_before: Minute
    deadline: Minute
    seats: Annotated[tuple[Seat, ...], Many(20)]
    sessions: Annotated[tuple[Session, ...], Many(20)]
    team_rules: Annotated[tuple[TeamRule, ...], Many(20)]


@dataclass(frozen=True, slots=True)
class Agreement:
    """What `lender` lends to `borrower`: minutes left per month label, notice, times without lending."""

    lender: Id
    borrower: Id
    remaining_minutes: Mapping[str, Annotated[int, Whole(0, 10_000_000)]]
    notice_minutes: Minutes
    blackouts: Annotated[tuple[Span, ...], Many(200)]


@dataclass(frozen=True, slots=True)
class Share:
    """How much work a ministry should carry at most, and what it carries without this snapshot's needs.

    Units: minutes of work of its experts, for whomever, in the period the target is meant for.
    """

    ministry: Id
    target_minutes: Annotated[int, Whole(0, 100_000_000)]
    carried_minutes: Annotated[int, Whole(0, 100_000_000)]


@dataclass(frozen=True, slots=True)
class Placement:
    """An expert on a seat."""

    seat: Id
    expert: Id


@dataclass(frozen=True, slots=True)
class Start:
    """A session at its time."""

    session: Id
    start: Minute


@dataclass(frozen=True, slots=True)
class Arrangement:
    """People on seats and sessions at their times."""

    engagements: Annotated[tuple[Placement, ...], Many(20_000)]
    starts: Annotated[tuple[Start, ...], Many(20_000)]


@dataclass(frozen=True, slots=True)
class NeedBan:
    """An expert who must not serve a need at all."""

    need: Id
    expert: Id


@dataclass(frozen=True, slots=True, weakref_slot=True)
class Snapshot:
    """Everything one planning run may know.

    fixed: must stay; pins: the seat takes this expert or stays empty; seat_bans, need_bans: never;
    previous: the running plan, whose changes cost stability; shares: soft targets of ministries, none for
    those not named; wished_bans: those of the seat_bans that somebody only wished for and may take back.
    """

    format: Annotated[str, Text(64)]
    taken_at: Instant
    epoch: Instant
    horizon_minutes: Annotated[int, Whole(1, LONGEST)]
    cell_minutes: Annotated[int, Whole(5, 24 * 60)]
    seed: Annotated[int, Whole(0, 2**63 - 1)]
    policy: Policy
    weeks: Annotated[tuple[Period, ...], Many(80)]
    months: Annotated[tuple[Period, ...], Many(40)]
    experts: Annotated[tuple[Expert, ...], Many(20_000)]
    conflicts: Annotated[tuple[Conflict, ...], Many(500_000)]
    needs: Annotated[tuple[Need, ...], Many(3_000)]
    agreements: Annotated[tuple[Agreement, ...], Many(1_000)]
    fixed: Arrangement
    pins: Annotated[tuple[Placement, ...], Many(20_000)]
    seat_bans: Annotated[tuple[Placement, ...], Many(100_000)]
    need_bans: Annotated[tuple[NeedBan, ...], Many(100_000)]
    previous: Arrangement
    shares: Annotated[tuple[Share, ...], Many(1_000)] = field(default=(), metadata=ADDED)
    wished_bans: Annotated[tuple[Placement, ...], Many(100_000)] = field(default=(), metadata=ADDED)

    @property
    def now(self) -> int:
        """`taken_at` in minutes since `epoch`, rounded up: nothing may start before it."""
        gap = dt.datetime.fromisoformat(self.taken_at) - dt.datetime.fromisoformat(self.epoch)
        return -(-int(gap.total_seconds()) // 60)
