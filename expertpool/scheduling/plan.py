"""The planner's answer as frozen records, with its canonical text. No clock time is in it: the same snapshot
and limits give the same bytes."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated

from expertpool.refusals import Invalid
from expertpool.scheduling import strict
from expertpool.scheduling.snapshot.model import Digest, Id, Minute
from expertpool.scheduling.snapshot.reading import parsed
from expertpool.scheduling.strict import Many, Text, Whole
from expertpool.scheduling.vocabulary import Part
from expertpool.words import words

FORMAT = "expertpool.plan/1"

Cost = Annotated[int, Whole(0, 2**62)]
Number = Annotated[int, Whole(0, 2**62)]


class Status(StrEnum):
    """optimal: no plan costs less, proven; feasible: legal, and `bound` says how much better one could be."""

    OPTIMAL = "optimal"
    FEASIBLE = "feasible"


@dataclass(frozen=True, slots=True)
class HeldSession:
    """A session at its time; the same for everybody in it."""

    session: Id
    start: Minute
    end: Minute


@dataclass(frozen=True, slots=True)
class Engagement:
    """An expert on a seat, with the sessions the seat takes part in."""

    seat: Id
    expert: Id
    sessions: Annotated[tuple[HeldSession, ...], Many(20)]


@dataclass(frozen=True, slots=True)
class Unfilled:
    """A seat that stays empty: how many experts each rule keeps out (one may be kept out by many)."""

    seat: Id
    reasons: Mapping[str, Number]


@dataclass(frozen=True, slots=True)
class CostPart:
    """One cost by name: `cost` is `amount` times `weight`."""

    part: Part
    amount: Number
    weight: Number
    cost: Cost


@dataclass(frozen=True, slots=True)
class PlanCost:
    """What the plan costs and what the best plan must cost at least; `gap` is the difference."""

    parts: Annotated[tuple[CostPart, ...], Many(20)]
    total: Cost
    bound: Cost
    gap: Cost


@dataclass(frozen=True, slots=True)
class Limits:
    """How much work a search may do, counted so that it does not depend on the machine's speed.

    deterministic_seconds: the solver's own count of work, about three seconds each on one core.
    most_entries: the largest model it may build, in pairs of an expert and a start; beyond it the first plan
    stands.
    """

    deterministic_seconds: Annotated[int, Whole(0, 100_000)]
    most_entries: Annotated[int, Whole(0, 1_000_000_000)]


@dataclass(frozen=True, slots=True)
class Search:
    """What the search looked at: experts who could take a seat, summed over seats; starts; model size.

    ties_settled: among plans of equal cost this is proven to be the one that earliness and lots choose.
    """

    pairs: Number
    starts: Number
    columns: Number
    rows: Number
    ties_settled: bool


@dataclass(frozen=True, slots=True)
class Plan:
    """Who serves where and when, which seats stay empty and why, and how good that is."""

    format: Annotated[str, Text(64)]
    snapshot: Digest
    seed: Annotated[int, Whole(0, 2**63 - 1)]
    limits: Limits
    status: Status
    engagements: Annotated[tuple[Engagement, ...], Many(20_000)]
    unfilled: Annotated[tuple[Unfilled, ...], Many(20_000)]
    objective: PlanCost
    search: Search


def dumps(plan: Plan) -> str:
    """The plan's canonical text."""
    return strict.canonical_json(plan)


def loads(text: str) -> Plan:
    """The plan a JSON text holds. Whether it is legal is `verify`'s to say.

    Raises: Invalid, with every fault under its field path.
    """
    faults: strict.Faults = {}
    plan = strict.read(Plan, parsed(text), faults)
    if not faults and plan.format != FORMAT:
        faults["format"] = words("Only %(format)s can be read.", format=FORMAT)
    if faults:
        raise Invalid(words("The plan cannot be used."), fields=faults)
    assert isinstance(plan, Plan)
    return plan
