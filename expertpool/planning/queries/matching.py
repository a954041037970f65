"""How an expert matches a seat, told from what the run knew."""

import uuid
from collections.abc import Mapping, Sequence

from expertpool.experts.rules import FacetKind
from expertpool.incidents.queries import NeedPage, SeatView
from expertpool.planning.queries.stored import Expert, Stored
from expertpool.planning.queries.views import (
    LendingView,
    LevelView,
    MatchView,
    Name,
    PersonView,
    QuestionView,
    ReasonCount,
    SeatPlan,
)
from expertpool.planning.rules import SeatReasons
from expertpool.planning.rules.questions import Step
from expertpool.scheduling.vocabulary import Rule
from expertpool.words import Words, words

People = Mapping[str, PersonView]


def seat_plan(planned: Stored, seat: SeatView, people: People, relaxing: QuestionView | None) -> SeatPlan:
    """A seat with whoever the plan chose, the next best beside them, and what keeps the others out.

    Shape: `people` by id; `relaxing` is what would fill the seat, if that was asked.
    """
    name = str(seat.id)
    assert planned.plan is not None
    chosen = next((each.expert for each in planned.plan.engagements if each.seat == name), None)
    reasons = planned.reasons.get(name)
    second = reasons.runner_up.expert if reasons and reasons.runner_up else None
    experts = planned.experts(each for each in (chosen, second) if each)
    return SeatPlan(
        seat=seat,
        fixed=name in planned.fixed,
        chosen=_match(planned, seat, experts.get(chosen or ""), people),
        runner_up=_match(planned, seat, experts.get(second or ""), people),
        able=sum(not each.rules for each in reasons.candidates) if reasons else 0,
        counts=counts_of(reasons),
        relaxing=relaxing,
    )


def counts_of(reasons: SeatReasons | None) -> tuple[ReasonCount, ...]:
    """The rules that keep experts out, the ones that keep most out first."""
    counts = reasons.counts if reasons else {}
    return tuple(ReasonCount(Rule(rule), count) for rule, count in counts.items())


def names_known(seat: SeatView | None, people: People, places: Mapping[str, Name]) -> dict[str, Name]:
    """Names by the codes and ids that concessions about a seat may speak of.

    Shape: `people` by id, `places` by code of the region.
    """
    names: dict[str, Name] = {person.ministry.code: person.ministry for person in people.values()}
    if seat is not None:
        names |= {facet.term.code: facet.term for facet in seat.facets} | {seat.role.code: seat.role}
    return {**names, **places, **people}


def spoken(steps: Sequence[Step], person: PersonView, names: Mapping[str, Name]) -> Words:
    """Concessions in one sentence each, and that the expert can take the seat then."""
    told = words("Then %(who)s can take the seat.", who=person)
    for step in reversed(steps):
        named = {key: names.get(str(value), value) for key, value in step.fields.items()}
        told = words("%(first)s %(then)s", first=Words(step.text, named), then=told)
    return told


def _match(planned: Stored, seat: SeatView, expert: Expert | None, people: People) -> MatchView | None:
    if expert is None or expert["id"] not in people:
        return None
    name, person = str(seat.id), people[expert["id"]]
    tier, rules = planned.conflict(expert["id"], seat.role_class.value)
    return MatchView(
        person=person,
        levels=_levels(planned, seat, expert),
        tier=tier,
        conflict_rules=rules,
        load_minutes=expert["load_minutes"],
        travels=planned.travels(name, expert),
        lending=tuple(
            LendingView(person.ministry, month, takes, left)
            for month, (takes, left) in planned.lent(name, expert).items()
        ),
    )


def _levels(planned: Stored, seat: SeatView, expert: Expert) -> tuple[LevelView, ...]:
    role = LevelView(
        FacetKind.ROLE_KIND,
        seat.role,
        True,
        seat.minimum_level,
        planned.level(expert, FacetKind.ROLE_KIND.value, seat.role.code),
    )
    others = (
        LevelView(
            facet.kind,
            facet.term,
            facet.required,
            facet.minimum_level,
            planned.level(expert, facet.kind.value, facet.term.code),
        )
        for facet in seat.facets
    )
    return (role, *others)


def seat_of(need: NeedPage, seat_id: uuid.UUID) -> SeatView | None:
    """A seat of the need by its id."""
    return next((seat for seat in need.seats if seat.id == seat_id), None)
