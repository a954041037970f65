"""What programs send to planning and get from it."""

import marshmallow as ma
from marshmallow import fields, validate

from expertpool.infra.i18n import say
from expertpool.planning.queries import QuestionView
from expertpool.planning.rules import (
    QuestionKind,
    QuestionState,
    RunCause,
    RunKind,
    RunState,
    Stage,
    Trouble,
    Wish,
)
from expertpool.planning.rules.differences import Change
from expertpool.scheduling.vocabulary import Part, Rule, Tier

LARGEST_SEED = 2**63 - 1


class _Out(ma.Schema):
    """Base of answers: fields come from frozen views, enums by value."""


class RunIn(ma.Schema):
    """A wish for a search. `seed` decides draws among equals; without it one is drawn."""

    need_id = fields.UUID(required=True)
    seed = fields.Integer(
        load_default=None, allow_none=True, validate=validate.Range(0, LARGEST_SEED), strict=True
    )


class RunQuery(ma.Schema):
    """Which runs."""

    need_id = fields.UUID(required=True)


class WindowIn(ma.Schema):
    """Between which instants a session lies."""

    session_id = fields.UUID(required=True)
    earliest = fields.AwareDateTime(required=True)
    latest = fields.AwareDateTime(required=True)


class TimesIn(ma.Schema):
    """Another deadline, and other windows; sessions not named keep theirs."""

    deadline = fields.AwareDateTime(required=True)
    windows = fields.List(fields.Nested(WindowIn), load_default=list, validate=validate.Length(0, 20))


class DecisionIn(ma.Schema):
    """What becomes of a proposal."""

    state = fields.String(
        required=True, validate=validate.OneOf([RunState.APPROVED.value, RunState.DISCARDED.value])
    )


class WishIn(ma.Schema):
    """A pin or ban of one expert on one seat, with the reason the record keeps."""

    seat_id = fields.UUID(required=True)
    expert_id = fields.UUID(required=True)
    wish = fields.Enum(Wish, by_value=True, required=True)
    reason = fields.String(required=True, validate=validate.Length(1, 200))


class ReasonQuery(ma.Schema):
    """Which candidates: those a rule keeps out, page by page of 25, the closest to eligible first."""

    rule = fields.Enum(Rule, by_value=True, load_default=None)
    page = fields.Integer(load_default=1, validate=validate.Range(1, 100_000), strict=True)


class PlanMinistryOut(_Out):
    code = fields.String()
    name_ko = fields.String()
    name_en = fields.String()


class PlanPersonOut(_Out):
    """An expert under the name you may know."""

    id = fields.UUID()
    name_ko = fields.String()
    name_en = fields.String()
    ministry = fields.Nested(PlanMinistryOut)


class PlanMatchOut(_Out):
    """One expert on one seat. Units: minutes of work in the last 90 days."""

    person = fields.Nested(PlanPersonOut)
    tier = fields.Enum(Tier, by_value=True)
    conflict_rules = fields.List(fields.String())
    load_minutes = fields.Integer()
    travels = fields.Boolean()


class PlanCountOut(_Out):
    rule = fields.Enum(Rule, by_value=True)
    count = fields.Integer()


def _sentences(question: QuestionView | None) -> list[str] | None:
    """What would fill a seat, in words; None until it is worked out."""
    if question is None or question.state is not QuestionState.ANSWERED:
        return None
    return [say(each.words) for each in question.relaxations]


class PlanSeatOut(_Out):
    """A seat in a run; `able` counts the experts who could take it. `relaxations`: what would fill it if it
    is empty, each tried; null until that was worked out."""

    seat_id = fields.UUID(attribute="seat.id")
    number = fields.Integer(attribute="seat.number")
    role_kind = fields.String(attribute="seat.role.code")
    fixed = fields.Boolean()
    chosen = fields.Nested(PlanMatchOut, allow_none=True)
    runner_up = fields.Nested(PlanMatchOut, allow_none=True)
    able = fields.Integer()
    counts = fields.List(fields.Nested(PlanCountOut))
    relaxations = fields.Function(lambda seat: _sentences(seat.relaxing), allow_none=True)


class PlanMeetingOut(_Out):
    """A session at its time; no region means remote."""

    session_id = fields.UUID(attribute="id")
    start = fields.AwareDateTime()
    end = fields.AwareDateTime()
    region_code = fields.String(attribute="region.code", allow_none=True)
    seat_numbers = fields.List(fields.Integer())


class PlanDifferenceOut(_Out):
    """What became of a seat since the proposal before."""

    seat_id = fields.UUID(attribute="seat.id")
    change = fields.Enum(Change, by_value=True)
    before = fields.Nested(PlanPersonOut, allow_none=True)
    after = fields.Nested(PlanPersonOut, allow_none=True)
    rules = fields.List(fields.Enum(Rule, by_value=True))


class PlanTroubleOut(_Out):
    """Somebody in the plan whom a rule keeps out by now; `asked`: they have their offer, people decide."""

    seat_id = fields.UUID(attribute="seat.id")
    person = fields.Nested(PlanPersonOut)
    rules = fields.List(fields.Enum(Rule, by_value=True))
    engagement_id = fields.UUID()
    asked = fields.Boolean()


class QuestionIn(ma.Schema):
    """A question about a run's plan. `why_not` needs a seat and an expert, `relax` an empty seat."""

    kind = fields.Enum(QuestionKind, by_value=True, required=True)
    seat_id = fields.UUID(load_default=None, allow_none=True)
    expert_id = fields.UUID(load_default=None, allow_none=True)


class PlanWhyNotOut(_Out):
    """Every rule against the expert. `concessions`: how few would let them in, tried; null: never."""

    rules = fields.List(fields.Enum(Rule, by_value=True))
    concessions = fields.Integer(allow_none=True)
    words = fields.Function(lambda answer: say(answer.words))


class PlanRelaxationOut(_Out):
    person = fields.Nested(PlanPersonOut)
    words = fields.Function(lambda each: say(each.words))


class PlanPartOut(_Out):
    """By how much more or less another team is weighed."""

    part = fields.Enum(Part, by_value=True)
    amount = fields.Integer()


class PlanTeamChangeOut(_Out):
    seat_id = fields.UUID(attribute="seat.id")
    before = fields.Nested(PlanPersonOut, allow_none=True)
    after = fields.Nested(PlanPersonOut, allow_none=True)
    moved = fields.Boolean()


class PlanTeamOut(_Out):
    """Another good team, by what differs from the plan."""

    parts = fields.List(fields.Nested(PlanPartOut))
    changes = fields.List(fields.Nested(PlanTeamChangeOut))


class PlanQuestionOut(_Out):
    """A question with its answer once `state` is answered; which part is filled follows from `kind`."""

    id = fields.UUID()
    kind = fields.Enum(QuestionKind, by_value=True)
    state = fields.Enum(QuestionState, by_value=True)
    trouble = fields.Enum(Trouble, by_value=True, allow_none=True)
    seat_id = fields.UUID(allow_none=True)
    person = fields.Nested(PlanPersonOut, allow_none=True)
    asked_at = fields.AwareDateTime()
    answered_at = fields.AwareDateTime(allow_none=True)
    why_not = fields.Nested(PlanWhyNotOut, allow_none=True)
    relaxations = fields.List(fields.Nested(PlanRelaxationOut))
    teams = fields.List(fields.Nested(PlanTeamOut))


class PlanRunRowOut(_Out):
    """A run, with what is known while it is at work. Units: cost points; seats."""

    id = fields.UUID()
    need_id = fields.UUID()
    incident_id = fields.UUID()
    kind = fields.Enum(RunKind, by_value=True)
    cause = fields.Enum(RunCause, by_value=True)
    seat_id = fields.UUID(allow_none=True)
    state = fields.Enum(RunState, by_value=True)
    stage = fields.Enum(Stage, by_value=True, allow_none=True)
    best = fields.Integer(allow_none=True)
    bound = fields.Integer(allow_none=True)
    unfilled = fields.Integer(allow_none=True)
    stop_requested = fields.Boolean()
    trouble = fields.Enum(Trouble, by_value=True, allow_none=True)
    requested_at = fields.AwareDateTime()
    started_at = fields.AwareDateTime(allow_none=True)
    finished_at = fields.AwareDateTime(allow_none=True)
    seed = fields.Integer()
    snapshot_digest = fields.String(allow_none=True)
    plan_digest = fields.String(allow_none=True)


class MovedOut(_Out):
    """What moving the times began: a repair, or nothing, because nobody may move."""

    repair = fields.Nested(PlanRunRowOut, allow_none=True)


class PlanRunOut(PlanRunRowOut):
    """A run with its team and the reasons."""

    seats = fields.List(fields.Nested(PlanSeatOut))
    sessions = fields.List(fields.Nested(PlanMeetingOut))
    differences = fields.List(fields.Nested(PlanDifferenceOut))
    changed = fields.Function(
        lambda run: {change.value: count for change, count in run["changed"].items()},
        metadata={"type": "object", "description": "How many seats each change befell."},
    )
    troubles = fields.List(fields.Nested(PlanTroubleOut))
    mended_by = fields.UUID(
        allow_none=True, metadata={"description": "The repair under way: until it ends this is out of date."}
    )
    proven = fields.Boolean()


class PlanWishOut(_Out):
    """A pin or ban on a seat."""

    id = fields.UUID()
    seat_id = fields.UUID()
    person = fields.Nested(PlanPersonOut)
    pins = fields.Boolean()
    reason = fields.String()


class PlanCandidateOut(_Out):
    """One expert in the list of a seat; `rank` counts from 1, the closest to eligible first."""

    rank = fields.Integer()
    person = fields.Nested(PlanPersonOut)
    chosen = fields.Boolean()
    rules = fields.List(fields.Enum(Rule, by_value=True))


class PlanReasonsOut(_Out):
    """Why and why not: one page of the candidates of a seat, and how many each rule keeps out."""

    total = fields.Integer()
    counts = fields.List(fields.Nested(PlanCountOut))
    lines = fields.List(fields.Nested(PlanCandidateOut))
