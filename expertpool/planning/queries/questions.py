"""Questions about a plan: what the solver is told of one, and what readers are told of the answer."""

import datetime as dt
import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

import sqlalchemy as sa
from sqlalchemy.orm import Session

from expertpool.availability.rules import Span
from expertpool.experts.models import Expert
from expertpool.incidents.access import NOTHING_HERE
from expertpool.incidents.queries import NeedPage, need_for_planning, need_page
from expertpool.infra.identity import SYSTEM, Actor
from expertpool.planning import access
from expertpool.planning.models import PlanQuestion, PlanRun
from expertpool.planning.queries import facts, work
from expertpool.planning.queries.matching import names_known, seat_of, spoken
from expertpool.planning.queries.people import experts_of
from expertpool.planning.queries.runs import people_of, places_of, stored_run
from expertpool.planning.queries.ties import conflicts_of
from expertpool.planning.queries.views import (
    Name,
    PartView,
    PersonView,
    QuestionView,
    RelaxationView,
    TeamChangeView,
    TeamView,
    WhyNotView,
)
from expertpool.planning.rules import QuestionKind, QuestionState, Timeline, Trouble
from expertpool.planning.rules.questions import Answer, Relaxed, Team, WhyNot, loads
from expertpool.refusals import NotFound
from expertpool.scheduling import plan as plans
from expertpool.scheduling import snapshot as sn
from expertpool.scheduling.vocabulary import Part, Rule
from expertpool.words import words


@dataclass(frozen=True, slots=True)
class Asked:
    """A question as the solver's process is told it: texts, and ids that are empty where it asks for none."""

    kind: QuestionKind
    snapshot: str
    plan: str
    seat: str
    expert: str


def question_to_answer(session: Session, question_id: uuid.UUID) -> Asked | None:
    """A question that waits for its answer, with what the run knew; None if nothing is to be done.

    An expert who was no candidate of the run is told of as known by now.
    """
    question = session.get(PlanQuestion, question_id)
    if question is None or question.state is not QuestionState.WAITING:
        return None
    run = stored_run(session, question.run_id, actor=SYSTEM)
    assert run.snapshot is not None
    assert run.plan is not None
    seat, expert = (str(each) if each else "" for each in (question.seat_id, question.expert_id))
    text, plan = run.snapshot, run.plan
    if question.expert_id is not None and f'"id":"{expert}"' not in text:
        whole = _with_expert(session, run, sn.loads(text), question.expert_id)
        text = sn.dumps(whole)
        plan = plans.dumps(replace(plans.loads(plan), snapshot=sn.digest(whole)))
    return Asked(question.kind, text, plan, seat, expert)


def _with_expert(session: Session, run: PlanRun, known: sn.Snapshot, expert_id: uuid.UUID) -> sn.Snapshot:
    """A run's snapshot with one expert more, seen from the instant it was taken at."""
    now = dt.datetime.fromisoformat(known.taken_at)
    timeline = Timeline.of(known.epoch, known.horizon_minutes)
    standing, need = facts.standing_of(session, run), need_for_planning(session, run.need_id)
    expert = session.get_one(Expert, expert_id)
    window = Span(timeline.epoch, work.calendar_end(timeline, now))
    entries = experts_of(
        session, [expert], standing, timeline, window=window, works={}, busy_until={}, now=now
    )
    found = conflicts_of(session, need, [expert], standing, now=now).conflicts
    return sn.checked(
        replace(
            known,
            experts=(*known.experts, *entries),
            conflicts=(*known.conflicts, *(each for each in found if each.expert == str(expert_id))),
        )
    )


def question(session: Session, run_id: uuid.UUID, question_id: uuid.UUID, *, actor: Actor) -> PlanQuestion:
    """A question of a run. Raises: NotFound."""
    access.visible_run(session, run_id, actor=actor)
    found = session.get(PlanQuestion, question_id, populate_existing=True)
    if found is None or found.run_id != run_id:
        raise NotFound(NOTHING_HERE)
    return found


def question_view(
    session: Session, run_id: uuid.UUID, question_id: uuid.UUID, *, actor: Actor
) -> QuestionView:
    """A question of a run with its answer, as its reader may see it. Raises: NotFound."""
    found = question(session, run_id, question_id, actor=actor)
    need_id = access.visible_run(session, run_id, actor=actor).need_id
    (view,) = seen(session, [found], need_page(session, need_id, actor=actor), actor=actor)
    return view


def questions_of(session: Session, run_id: uuid.UUID) -> list[PlanQuestion]:
    """Every question of a run whose reader is known to be one."""
    query = sa.select(PlanQuestion).where(PlanQuestion.run_id == run_id).order_by(PlanQuestion.asked_at)
    return list(session.scalars(query.execution_options(populate_existing=True)))


def seen(
    session: Session, asked: Iterable[PlanQuestion], need: NeedPage, *, actor: Actor
) -> tuple[QuestionView, ...]:
    """Questions with their answers, under the names the reader may know."""
    rows = [(each, loads(each.kind, each.answer) if each.answer else None) for each in asked]
    ids = {str(row.expert_id) for row, _ in rows if row.expert_id}
    for _, answer in rows:
        ids |= _named(answer)
    people, places = people_of(session, ids, actor=actor), places_of(session)
    return tuple(_view(row, answer, need, people, places) for row, answer in rows)


def _named(answer: Answer | None) -> set[str]:
    """The experts an answer speaks of."""
    if not isinstance(answer, tuple):
        return set()
    found: set[str | None] = set()
    for each in answer:
        if isinstance(each, Relaxed):
            found.add(each.expert)
        else:
            found |= {who for change in each.changes for who in (change.before, change.after)}
    return {who for who in found if who is not None}


def _view(
    row: PlanQuestion,
    answer: Answer | None,
    need: NeedPage,
    people: Mapping[str, PersonView],
    places: Mapping[str, Name],
) -> QuestionView:
    seat = seat_of(need, row.seat_id) if row.seat_id else None
    names = names_known(seat, people, places)
    person = people.get(str(row.expert_id))
    relaxed = [each for each in answer if isinstance(each, Relaxed)] if isinstance(answer, tuple) else []
    teams = [each for each in answer if isinstance(each, Team)] if isinstance(answer, tuple) else []
    return QuestionView(
        id=row.id,
        run_id=row.run_id,
        kind=row.kind,
        state=row.state,
        trouble=Trouble(row.trouble) if row.trouble else None,
        seat_id=row.seat_id,
        person=person,
        asked_at=row.asked_at,
        answered_at=row.answered_at,
        why_not=_why_not(answer, person, names) if isinstance(answer, WhyNot) and person else None,
        relaxations=tuple(
            RelaxationView(people[each.expert], spoken(each.steps, people[each.expert], names))
            for each in relaxed
            if each.expert in people
        ),
        teams=tuple(_team(each, need, people) for each in teams),
    )


def _why_not(answer: WhyNot, person: PersonView, names: Mapping[str, Name]) -> WhyNotView:
    rules = tuple(Rule(rule) for rule in answer.rules)
    if answer.remedy is None:
        return WhyNotView(
            rules, None, words("No concession that may be made would let %(who)s in.", who=person)
        )
    return WhyNotView(rules, len(answer.remedy), spoken(answer.remedy, person, names))


def _team(team: Team, need: NeedPage, people: Mapping[str, PersonView]) -> TeamView:
    seats = {str(seat.id): seat for seat in need.seats}
    return TeamView(
        parts=tuple(PartView(Part(part), amount) for part, amount in team.amounts.items() if amount),
        changes=tuple(
            TeamChangeView(
                seats[each.seat], people.get(each.before or ""), people.get(each.after or ""), each.moved
            )
            for each in team.changes
            if each.seat in seats
        ),
    )
