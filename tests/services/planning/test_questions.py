"""Questions about a plan: asked once, in the plan's own terms, answered by a job."""

import datetime as dt
import uuid
from dataclasses import replace

import pytest
from sqlalchemy.orm import Session

from expertpool.infra.db import act_as
from expertpool.infra.identity import SYSTEM
from expertpool.planning import service
from expertpool.planning.models import PlanQuestion, PlanRun
from expertpool.planning.queries import question_to_answer, question_view
from expertpool.planning.rules import MOST_WAITING, PATIENCE, QuestionKind, QuestionState, Trouble
from expertpool.refusals import Forbidden, Invalid, NotFound, WrongState
from expertpool.scheduling import plan as plans
from expertpool.scheduling.vocabulary import Rule
from tests.fixtures.engagements import waiting_jobs
from tests.fixtures.experts import an_expert
from tests.fixtures.incidents import a_need, an_incident
from tests.fixtures.planning import a_free_expert, a_planner, a_pool, a_proposal_of, a_run, answer, team

pytestmark = pytest.mark.usefixtures("now")


def proposed(session: Session, count: int = 4) -> PlanRun:
    a_pool(session, count)
    return a_proposal_of(session, a_run(session))


def asked(session: Session, run: PlanRun, now: dt.datetime, kind: str, **about: uuid.UUID) -> PlanQuestion:
    return service.ask(session, run.id, kind=QuestionKind(kind), actor=SYSTEM, now=now, **about)


def test_the_same_question_is_worked_out_once(session: Session, now: dt.datetime) -> None:
    run = proposed(session)

    first, again = (asked(session, run, now, "alternatives") for _ in range(2))

    assert first.id == again.id
    assert waiting_jobs(session, "planning.answer") == [{"question_id": str(first.id)}]


def test_a_question_that_failed_or_was_lost_is_worked_out_again(session: Session, now: dt.datetime) -> None:
    run = proposed(session)
    question = asked(session, run, now, "alternatives")
    service.close(session, question.id, answer=None, trouble=Trouble.CRASHED, now=now)
    asked(session, run, now, "alternatives")

    asked(session, run, now + PATIENCE * 2, "alternatives")

    assert question.state is QuestionState.WAITING
    assert len(waiting_jobs(session, "planning.answer")) == 3


def test_an_answer_is_kept_whatever_comes_later(session: Session, now: dt.datetime) -> None:
    run = proposed(session)
    question = answer(session, asked(session, run, now, "alternatives"))

    service.close(session, question.id, answer=None, trouble=Trouble.SLOW, now=now)

    assert question.state is QuestionState.ANSWERED
    assert question_to_answer(session, question.id) is None


def test_every_reason_and_the_smallest_change_are_told(session: Session, now: dt.datetime) -> None:
    pool = a_pool(session, 2)
    only_level_one = a_free_expert(session, roles={"ATT": 3}, max_open_engagements=0)
    run = a_proposal_of(session, a_run(session))
    seat_id = team(session, run.need_id)[0].seat_id

    question = asked(session, run, now, "why_not", seat_id=seat_id, expert_id=only_level_one.id)
    answer(session, question)
    told = question_view(session, run.id, question.id, actor=SYSTEM).why_not

    assert team(session, run.need_id)[0].expert_id == pool[0].id
    assert told is not None
    assert told.rules == (Rule.OPEN_ENGAGEMENTS,)
    assert told.concessions == 1
    assert "take on more than agreed" in str(told.words)


def test_somebody_who_was_no_candidate_gets_every_reason_too(session: Session, now: dt.datetime) -> None:
    run = proposed(session)
    stranger = an_expert(session, roles={"VAL": 3})
    seat_id = team(session, run.need_id)[0].seat_id

    question = asked(session, run, now, "why_not", seat_id=seat_id, expert_id=stranger.id)
    answer(session, question)
    told = question_view(session, run.id, question.id, actor=SYSTEM).why_not

    assert told is not None
    assert set(told.rules) == {Rule.ROLE_KIND_MISSING, Rule.NOT_FREE}
    assert told.concessions is None


def test_an_empty_seat_asks_by_itself_what_would_fill_it(session: Session) -> None:
    a_pool(session, 1)

    run = a_proposal_of(session, a_run(session))

    (question,) = session.query(PlanQuestion).filter_by(run_id=run.id)
    (empty,) = plans.loads(run.plan or "").unfilled
    assert (question.kind, str(question.seat_id)) == (QuestionKind.RELAX, empty.seat)


def test_what_would_fill_a_seat_is_told_with_the_name_of_who_could(
    session: Session, now: dt.datetime
) -> None:
    a_pool(session, 1)
    spent = a_free_expert(session, roles={"DFE": 3}, skills={"imaging": 3}, max_open_engagements=0)
    run = a_proposal_of(session, a_run(session))

    (question,) = session.query(PlanQuestion).filter_by(run_id=run.id)
    answer(session, question)
    (way,) = question_view(session, run.id, question.id, actor=SYSTEM).relaxations

    assert way.person.id == spent.id
    assert "take on more than agreed" in str(way.words)


def test_other_teams_are_told_by_what_differs(session: Session, now: dt.datetime) -> None:
    run = proposed(session)

    question = answer(session, asked(session, run, now, "alternatives"))
    teams = question_view(session, run.id, question.id, actor=SYSTEM).teams

    held = {each.expert_id for each in team(session, run.need_id).values()}
    assert len(teams) == 3
    assert all(change.before and change.before.id in held for team in teams for change in team.changes)
    assert len({tuple((c.seat.number, c.after) for c in team.changes) for team in teams}) == 3


@pytest.mark.parametrize("kind", ["relax", "why_not"])
def test_a_question_about_no_seat_is_refused(session: Session, now: dt.datetime, kind: str) -> None:
    run = proposed(session)

    with pytest.raises(Invalid) as refused:
        asked(session, run, now, kind)

    assert "seat_id" in refused.value.fields


def test_a_question_that_does_not_fit_the_plan_is_refused(session: Session, now: dt.datetime) -> None:
    run = proposed(session)
    held = team(session, run.need_id)[0]

    with pytest.raises(WrongState, match="filled"):
        asked(session, run, now, "relax", seat_id=held.seat_id)
    with pytest.raises(WrongState, match="holds the seat"):
        asked(session, run, now, "why_not", seat_id=held.seat_id, expert_id=held.expert_id)


def test_a_search_without_a_team_answers_nothing(session: Session, now: dt.datetime) -> None:
    with pytest.raises(WrongState, match="no team"):
        asked(session, a_run(session), now, "alternatives")


def test_questions_wait_in_a_line_of_some_length(session: Session, now: dt.datetime) -> None:
    run = proposed(session)
    seat_id = team(session, run.need_id)[0].seat_id
    for other in a_pool(session, MOST_WAITING):
        asked(session, run, now, "why_not", seat_id=seat_id, expert_id=other.id)

    with pytest.raises(WrongState, match="in a minute"):
        asked(session, run, now, "alternatives")


def test_who_may_not_plan_the_need_may_not_ask(session: Session, now: dt.datetime) -> None:
    a_pool(session, 2)
    need = a_need(session, an_incident(session, supporting=("KFTC",)))
    run = a_proposal_of(session, a_run(session, need))
    supporter, stranger = (a_planner(session, ministry=code) for code in ("KFTC", "NIS"))

    for actor, refusal in ((supporter, Forbidden), (replace(stranger, roles=frozenset()), NotFound)):
        with pytest.raises(refusal):
            service.ask(session, run.id, kind=QuestionKind.ALTERNATIVES, actor=actor, now=now)


def test_the_database_hides_questions_from_whoever_may_not_know_the_case(
    session: Session, now: dt.datetime
) -> None:
    asked(session, proposed(session), now, "alternatives")
    stranger = a_planner(session, ministry="NIS")
    session.expire_all()

    act_as(session, stranger)

    assert session.query(PlanQuestion).count() == 0
