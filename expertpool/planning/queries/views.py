"""What readers of planning runs are given. Names are those the reader may know."""

import datetime as dt
import uuid
from collections import Counter
from dataclasses import dataclass

from expertpool.engagements.queries import FindingsView
from expertpool.experts.rules import FacetKind
from expertpool.incidents.queries import NamedCode, NeedPage, NeedRow, SeatView
from expertpool.planning.rules import QuestionKind, QuestionState, RunCause, RunKind, RunState, Stage, Trouble
from expertpool.planning.rules.differences import Change
from expertpool.scheduling.vocabulary import Part, Rule, Tier
from expertpool.words import Words


@dataclass(frozen=True, slots=True)
class PersonView:
    """An expert under the name the reader may know; no ministry for somebody who left the registry."""

    id: uuid.UUID
    name_ko: str
    name_en: str
    ministry: NamedCode


@dataclass(frozen=True, slots=True)
class RunRow:
    """A run as one line, with what is known while it is at work. Units: cost points; seats."""

    id: uuid.UUID
    need_id: uuid.UUID
    incident_id: uuid.UUID
    kind: RunKind
    cause: RunCause
    seat_id: uuid.UUID | None
    state: RunState
    stage: Stage | None
    best: int | None
    bound: int | None
    unfilled: int | None
    stop_requested: bool
    trouble: Trouble | None
    requested_at: dt.datetime
    started_at: dt.datetime | None
    finished_at: dt.datetime | None
    seed: int
    snapshot_digest: str | None
    plan_digest: str | None
    version: int

    @property
    def unfinished(self) -> bool:
        """Whether a worker is at it, or will be."""
        return self.state in (RunState.QUEUED, RunState.SOLVING)


@dataclass(frozen=True, slots=True)
class MeetingView:
    """A session at the time the run gives it; no region means remote."""

    id: uuid.UUID
    number: int
    kind: str
    start: dt.datetime
    end: dt.datetime
    region: NamedCode | None
    seat_numbers: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class LevelView:
    """What a seat asks in one facet, and what an expert has: 0 for nothing."""

    kind: FacetKind
    term: NamedCode
    required: bool
    wanted: int
    has: int


@dataclass(frozen=True, slots=True)
class LendingView:
    """What an engagement takes of a lender's month. Units: minutes; `month` is its first day."""

    lender: NamedCode
    month: dt.date
    takes: int
    left_before: int


@dataclass(frozen=True, slots=True)
class MatchView:
    """One expert on one seat: what speaks for them. Units: minutes."""

    person: PersonView
    levels: tuple[LevelView, ...]
    tier: Tier
    conflict_rules: tuple[str, ...]
    load_minutes: int
    travels: bool
    lending: tuple[LendingView, ...]


@dataclass(frozen=True, slots=True)
class ReasonCount:
    """How many experts a rule keeps out of a seat."""

    rule: Rule
    count: int


Name = NamedCode | PersonView


@dataclass(frozen=True, slots=True)
class RelaxationView:
    """Concessions that were tried together and found to fill the seat with this person."""

    person: PersonView
    words: Words


@dataclass(frozen=True, slots=True)
class WhyNotView:
    """Every rule against an expert on a seat. concessions: how few of them let the expert in, tried; None:
    never; words: which, or that there are none."""

    rules: tuple[Rule, ...]
    concessions: int | None
    words: Words


@dataclass(frozen=True, slots=True)
class TeamChangeView:
    """One seat of another team; moved: the same expert at other times."""

    seat: SeatView
    before: PersonView | None
    after: PersonView | None
    moved: bool


@dataclass(frozen=True, slots=True)
class QuestionView:
    """A question about a run's plan, with its answer once there is one."""

    id: uuid.UUID
    run_id: uuid.UUID
    kind: QuestionKind
    state: QuestionState
    trouble: Trouble | None
    seat_id: uuid.UUID | None
    person: PersonView | None
    asked_at: dt.datetime
    answered_at: dt.datetime | None
    why_not: WhyNotView | None
    relaxations: tuple[RelaxationView, ...]
    teams: "tuple[TeamView, ...]"


@dataclass(frozen=True, slots=True)
class TroubleView:
    """Somebody in the plan whom a rule keeps out by now. engagement_id, version: to act on it."""

    seat: SeatView
    person: PersonView
    rules: tuple[Rule, ...]
    engagement_id: uuid.UUID
    version: int
    asked: bool


@dataclass(frozen=True, slots=True)
class WishView:
    """A pin or ban on a seat."""

    id: uuid.UUID
    seat_id: uuid.UUID
    person: PersonView
    pins: bool
    reason: str


@dataclass(frozen=True, slots=True)
class SeatPlan:
    """A seat in a run. `fixed`: somebody was there before and stays."""

    seat: SeatView
    fixed: bool
    chosen: MatchView | None
    runner_up: MatchView | None
    able: int
    counts: tuple[ReasonCount, ...]
    relaxing: QuestionView | None


@dataclass(frozen=True, slots=True)
class DifferenceView:
    """What became of a seat since the proposal before."""

    seat: SeatView
    change: Change
    before: PersonView | None
    after: PersonView | None
    rules: tuple[Rule, ...]


@dataclass(frozen=True, slots=True)
class PartView:
    """One thing a proposal is weighed by, and how much of it there is."""

    part: Part
    amount: int


@dataclass(frozen=True, slots=True)
class TeamView:
    """Another good team: what it is weighed more or less by, and the seats that differ."""

    parts: tuple[PartView, ...]
    changes: tuple[TeamChangeView, ...]


@dataclass(frozen=True, slots=True)
class RunPage:
    """A run with everything its reader may see of it. mended_by: the repair under way of this proposal, which
    is out of date until then."""

    row: RunRow
    need: NeedPage
    seats: tuple[SeatPlan, ...]
    meetings: tuple[MeetingView, ...]
    wishes: tuple[WishView, ...]
    differences: tuple[DifferenceView, ...]
    troubles: tuple[TroubleView, ...]
    mended_by: RunRow | None
    alternatives: QuestionView | None
    parts: tuple[PartView, ...]
    proven: bool
    may_plan: bool

    @property
    def changed(self) -> dict[Change, int]:
        """How many seats each change befell since the proposal before."""
        counted = Counter(each.change for each in self.differences)
        return {change: counted[change] for change in Change}


@dataclass(frozen=True, slots=True)
class CandidateLine:
    """One expert in the table of reasons of a seat; `rank` counts from 1, the closest to eligible first."""

    rank: int
    person: PersonView
    chosen: bool
    rules: tuple[Rule, ...]


@dataclass(frozen=True, slots=True)
class AskedTies:
    """How an expert stood to the parties when the run looked (None: was no candidate), and stands today."""

    tier: Tier | None
    waived: bool
    today: FindingsView


@dataclass(frozen=True, slots=True)
class SeatPage:
    """Why and why not: the candidates of a seat, one page of them."""

    row: RunRow
    need: NeedPage
    seat: SeatView
    lines: tuple[CandidateLine, ...]
    asked: CandidateLine | None
    answered: QuestionView | None
    total: int
    counts: tuple[ReasonCount, ...]
    wishes: tuple[WishView, ...]
    may_plan: bool


@dataclass(frozen=True, slots=True)
class Block:
    """Time of a need that is held for somebody."""

    start: dt.datetime
    end: dt.datetime
    person: PersonView
    role: NamedCode
    state: str
    pinned: bool


@dataclass(frozen=True, slots=True)
class BoardRow:
    """A need on the board, with its latest run and what it holds in the weeks shown."""

    need: NeedRow
    run: RunRow | None
    filled: int
    blocks: tuple[Block, ...]
