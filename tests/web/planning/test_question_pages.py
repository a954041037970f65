"""Questions about a plan where they are asked and answered, and what was found against a team later."""

import datetime as dt

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from expertpool.infra.identity import SYSTEM, Role
from expertpool.planning import service
from expertpool.planning.models import PlanQuestion, PlanRun
from expertpool.planning.rules import QuestionKind
from tests.fixtures.accounts import an_account, signed_in
from tests.fixtures.planning import (
    SEED,
    a_free_expert,
    a_pool,
    a_proposal_of,
    a_run,
    answer,
    approved,
    team,
)

pytestmark = pytest.mark.usefixtures("now")


@pytest.fixture
def browser(session: Session, client: FlaskClient) -> FlaskClient:
    return signed_in(client, an_account(session, Role.COORDINATOR, ministry="MSS"))


def proposed(session: Session, count: int = 6) -> PlanRun:
    a_pool(session, count)
    run = a_proposal_of(session, a_run(session))
    session.commit()
    return run


def test_a_question_is_asked_by_a_button_and_waited_for(session: Session, browser: FlaskClient) -> None:
    run = proposed(session)

    asked = browser.post(f"/plans/runs/{run.id}/questions", data={"kind": "alternatives"})
    page = browser.get(f"/plans/runs/{run.id}")

    (question,) = session.query(PlanQuestion).filter_by(run_id=run.id)
    part = browser.get(f"/plans/runs/{run.id}/questions/{question.id}", headers={"HX-Request": "true"})
    whole = browser.get(f"/plans/runs/{run.id}/questions/{question.id}")
    assert asked.headers["Location"].endswith(f"/plans/runs/{run.id}#teams")
    assert f'hx-get="/plans/runs/{run.id}/questions/{question.id}"' in page.text
    assert "Looking for other good teams" in part.text
    assert "<noscript>" in part.text
    assert whole.headers["Location"].endswith(f"/plans/runs/{run.id}#teams")


@pytest.mark.parametrize("lang", ["ko", "en"])
def test_other_teams_are_shown_by_what_differs(
    session: Session, browser: FlaskClient, now: dt.datetime, lang: str
) -> None:
    run = proposed(session, count=8)
    answer(session, service.ask(session, run.id, kind=QuestionKind.ALTERNATIVES, actor=SYSTEM, now=now))

    page = browser.get(f"/plans/runs/{run.id}?lang={lang}")

    assert page.status_code == 200
    assert page.text.count("<caption") >= 4


def test_why_not_tells_the_smallest_change(session: Session, browser: FlaskClient, now: dt.datetime) -> None:
    a_pool(session, 2)
    spent = a_free_expert(session, roles={"ATT": 3}, max_open_engagements=0)
    run = a_proposal_of(session, a_run(session))
    seat = team(session, run.need_id)[0].seat_id
    session.commit()
    place = f"/plans/runs/{run.id}/seats/{seat}?expert={spent.id}"

    before = browser.get(place)
    data = {"kind": "why_not", "seat_id": str(seat), "expert_id": str(spent.id)}
    browser.post(f"/plans/runs/{run.id}/questions", data=data)
    answer(session, session.query(PlanQuestion).filter_by(run_id=run.id).one())
    after = browser.get(place)

    assert "What would have to change?" in before.text
    assert "CAP-02" in before.text
    assert "The smallest change" in after.text
    assert "take on more than agreed" in after.text


def test_an_expert_no_concession_helps_is_told_never(session: Session, browser: FlaskClient) -> None:
    run = proposed(session)
    members = team(session, run.need_id)
    seat, other = members[0].seat_id, members[1].expert_id
    data = {"kind": "why_not", "seat_id": str(seat), "expert_id": str(other)}
    browser.post(f"/plans/runs/{run.id}/questions", data=data)
    answer(session, session.query(PlanQuestion).filter_by(run_id=run.id).one())

    page = browser.get(f"/plans/runs/{run.id}/seats/{seat}?expert={other}")

    assert "Never, as the rules stand" in page.text
    assert "ELIG-02" in page.text


def test_an_empty_seat_shows_what_would_fill_it(session: Session, browser: FlaskClient) -> None:
    a_pool(session, 1)
    a_free_expert(session, roles={"DFE": 3}, skills={"imaging": 3}, max_open_engagements=0)
    run = a_proposal_of(session, a_run(session))
    session.commit()

    waiting = browser.get(f"/plans/runs/{run.id}")
    answer(session, session.query(PlanQuestion).filter_by(run_id=run.id).one())
    page = browser.get(f"/plans/runs/{run.id}")

    assert "Working out what would fill the seat" in waiting.text
    assert "tried and found to work" in page.text


def test_a_question_nobody_can_ask_is_refused_where_it_was_asked(
    session: Session, browser: FlaskClient
) -> None:
    run = proposed(session)

    page = browser.post(f"/plans/runs/{run.id}/questions", data={"kind": "tea"}, follow_redirects=True)

    assert "Choose what to ask." in page.text


def test_trouble_found_later_is_shown_with_the_way_out(session: Session, browser: FlaskClient) -> None:
    a_pool(session, 4)
    run = approved(session, a_proposal_of(session, a_run(session)))
    held = team(session, run.need_id)[0]
    found = {str(held.seat_id): (str(held.expert_id), ("TIME-01",))}
    service.note_troubles(session, run.id, found, now=run.requested_at)
    session.commit()

    page = browser.get(f"/plans/runs/{run.id}")
    desk = browser.get("/desk")

    assert "Changed since the plan" in desk.text
    assert f'href="/plans/runs/{run.id}"' in desk.text
    assert "Something changed for 1 in this team" in page.text
    assert f'action="/engagements/{held.id}/cancel"' in page.text


def test_the_second_run_counts_what_changed(session: Session, browser: FlaskClient, now: dt.datetime) -> None:
    first = proposed(session)
    later = now + dt.timedelta(minutes=1)
    second = service.request_run(session, need_id=first.need_id, actor=SYSTEM, now=later, seed=SEED)
    a_proposal_of(session, second)
    session.commit()

    page = browser.get(f"/plans/runs/{second.id}")

    assert "Kept: 2 · changed: 0 · newly filled: 0 · newly empty: 0" in page.text
