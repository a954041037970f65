"""The pages a coordinator walks from a need to its team."""

import datetime as dt
import re
import uuid

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from expertpool.accounts.models import Account
from expertpool.engagements.rules import EngagementState
from expertpool.incidents.models import Need
from expertpool.infra.identity import SYSTEM, Role
from expertpool.planning import service
from expertpool.planning.models import PlanRun, PlanWish
from expertpool.planning.rules import RunState, Stage
from tests.fixtures.accounts import an_account, signed_in
from tests.fixtures.engagements import an_offer, an_urgent_case
from tests.fixtures.experts import an_expert
from tests.fixtures.incidents import a_need
from tests.fixtures.ministries import an_agreement
from tests.fixtures.planning import (
    SEED,
    a_claim,
    a_free_expert,
    a_pool,
    a_proposal_of,
    a_run,
    team,
)

pytestmark = pytest.mark.usefixtures("now")


@pytest.fixture
def planner(session: Session) -> Account:
    return an_account(session, Role.COORDINATOR, ministry="MSS")


@pytest.fixture
def browser(client: FlaskClient, planner: Account) -> FlaskClient:
    return signed_in(client, planner)


def newest(session: Session, need: Need) -> PlanRun:
    run = session.query(PlanRun).filter_by(need_id=need.id).order_by(PlanRun.requested_at.desc()).first()
    assert run is not None
    session.refresh(run)
    return run


def proposed(session: Session, count: int = 6) -> PlanRun:
    a_pool(session, count)
    run = a_proposal_of(session, a_run(session))
    session.commit()
    return run


def test_the_page_of_a_need_offers_to_propose_a_team(session: Session, browser: FlaskClient) -> None:
    need = a_need(session)
    session.commit()

    page = browser.get(f"/needs/{need.id}")

    assert page.status_code == 200
    assert f'action="/needs/{need.id}/plan"' in page.text


def test_asking_shows_that_the_search_waits(session: Session, browser: FlaskClient) -> None:
    need = a_need(session)
    session.commit()

    page = browser.post(f"/needs/{need.id}/plan", follow_redirects=True)

    assert newest(session, need).state is RunState.QUEUED
    assert 'hx-trigger="every 1s"' in page.text


def test_the_progress_says_the_stage_and_how_full_the_team_is(session: Session, browser: FlaskClient) -> None:
    run = a_run(session)
    claim = a_claim(session, run)
    progress = service.Progress(Stage.IMPROVING, 9, 3, 1)
    service.keep_up(session, claim, progress, now=run.requested_at)
    session.commit()

    part = browser.get(f"/plans/runs/{run.id}", headers={"HX-Request": "true"})

    assert "<html" not in part.text
    assert "Looking for a better team" in part.text
    assert "Empty seats in the best team so far: 1" in part.text


def test_the_progress_of_an_ended_search_reloads_the_page(session: Session, browser: FlaskClient) -> None:
    run = proposed(session)

    part = browser.get(f"/plans/runs/{run.id}", headers={"HX-Request": "true"})

    assert part.headers["HX-Refresh"] == "true"


@pytest.mark.parametrize("lang", ["ko", "en"])
def test_a_run_shows_its_team_with_reasons(session: Session, browser: FlaskClient, lang: str) -> None:
    run = proposed(session)
    chosen = team(session, run.need_id)[0].expert

    page = browser.get(f"/plans/runs/{run.id}?lang={lang}")

    assert page.status_code == 200
    assert (chosen.name_ko if lang == "ko" else chosen.name_en) in page.text
    assert str(SEED) in page.text


def test_a_run_tells_what_its_team_puts_beyond_a_ministrys_share(
    session: Session, browser: FlaskClient
) -> None:
    """The lender offers most of the hours, but nobody for these roles."""
    an_agreement(session, lender="KFTC", borrower="MSS")
    an_expert(session, ministry="KFTC", roles={"VAL": 3}, weekly_capacity_minutes=2_400)
    run = proposed(session, 2)

    page = browser.get(f"/plans/runs/{run.id}?lang=en")

    assert "Work beyond a ministry&#39;s share, in points: <strong>" in page.text


def test_an_empty_seat_says_how_many_are_kept_out_by_what(session: Session, browser: FlaskClient) -> None:
    run = proposed(session, count=1)

    page = browser.get(f"/plans/runs/{run.id}")

    assert "Nobody can take this seat." in page.text


def test_the_page_before_approving_names_everybody_and_the_deadline(
    session: Session, browser: FlaskClient
) -> None:
    run = proposed(session)

    page = browser.get(f"/plans/runs/{run.id}/approve")

    assert page.text.count("Yun Seulgi") == 2
    assert "Tue 24 Nov 2026, 09:00 KST" in page.text
    assert "may begin on a pledge" not in page.text


def test_the_page_before_approving_says_what_tonight_may_begin_on(
    session: Session, browser: FlaskClient
) -> None:
    a_free_expert(session)
    run = a_proposal_of(session, a_run(session, an_urgent_case(session).need))
    session.commit()

    page = browser.get(f"/plans/runs/{run.id}/approve")

    assert "may begin on a pledge" in page.text


def test_approving_asks_the_experts(session: Session, browser: FlaskClient) -> None:
    run = proposed(session)

    page = browser.post(f"/plans/runs/{run.id}/approve", data={"version": run.version}, follow_redirects=True)

    assert page.request.path == f"/needs/{run.need_id}"
    assert "The team is approved." in page.text
    assert {each.state for each in team(session, run.need_id).values()} == {EngagementState.OFFERED}


def test_approving_what_somebody_changed_is_refused_with_a_page(
    session: Session, browser: FlaskClient
) -> None:
    run = proposed(session)

    page = browser.post(f"/plans/runs/{run.id}/approve", data={"version": run.version + 7})

    assert page.status_code == 412
    assert "Somebody changed this proposal" in page.text


def test_discarding_frees_everybody(session: Session, browser: FlaskClient) -> None:
    run = proposed(session)

    browser.post(f"/plans/runs/{run.id}/discard", data={"version": run.version})

    assert team(session, run.need_id) == {}


def test_stopping_a_waiting_search_ends_it(session: Session, browser: FlaskClient) -> None:
    run = a_run(session)
    session.commit()

    browser.post(f"/plans/runs/{run.id}/stop")

    session.refresh(run)
    assert run.state is RunState.STOPPED


def test_the_seat_page_lists_the_closest_first(session: Session, browser: FlaskClient) -> None:
    run = proposed(session)
    seat = team(session, run.need_id)[0].seat_id

    page = browser.get(f"/plans/runs/{run.id}/seats/{seat}")

    assert page.status_code == 200
    assert page.text.index("Chosen") < page.text.index("Could take it") < page.text.rindex("ELIG-02")


def test_why_not_answers_for_one_expert(session: Session, browser: FlaskClient) -> None:
    run = proposed(session)
    other = team(session, run.need_id)[1]
    seat = team(session, run.need_id)[0].seat_id

    page = browser.get(f"/plans/runs/{run.id}/seats/{seat}?expert={other.expert_id}")

    assert "The expert does not hold this role." in page.text


def test_who_could_take_the_seat_is_offered_to_be_pinned_and_the_chosen_to_be_excluded(
    session: Session, browser: FlaskClient
) -> None:
    run = proposed(session)
    seat = team(session, run.need_id)[0].seat_id
    address = f"/plans/runs/{run.id}/seats/{seat}"
    listed = browser.get(address).text

    picked = []
    for standing in ("Could take it", "Chosen"):
        row = listed[listed.index(standing) :]
        expert = row[row.index("expert=") + 7 :][:36]
        page = browser.get(f"{address}?expert={expert}").text
        picked += [
            each for each in ("pin", "ban") if re.search(rf'<input[^>]*value="{each}"[^>]*checked', page)
        ]

    assert picked == ["pin", "ban"]


def test_experts_are_found_by_a_part_of_the_name(session: Session, browser: FlaskClient) -> None:
    a_pool(session, 1)
    session.commit()

    page = browser.get("/plans/people?expert_text=Seulgi", headers={"HX-Request": "true"})

    assert page.text.count("<li") == 1


def test_a_name_hidden_by_its_ministry_is_not_shown(session: Session, browser: FlaskClient) -> None:
    a_pool(session, 2)
    a_pool(session, 1, ministry="NIS", name_ko="감춘이", name_en="Hidden Name", alias="N-7")
    run = a_proposal_of(session, a_run(session))
    session.commit()
    seat = team(session, run.need_id)[0].seat_id

    page = browser.get(f"/plans/runs/{run.id}/seats/{seat}")

    assert "Hidden Name" not in page.text
    assert "N-7" in page.text


def test_a_wish_is_noted_with_its_reason(session: Session, browser: FlaskClient) -> None:
    run = proposed(session)
    taken = team(session, run.need_id)[0]

    page = browser.post(
        f"/plans/runs/{run.id}/seats/{taken.seat_id}/wishes",
        data={"expert_id": taken.expert_id, "wish": "ban", "reason": "휴식"},
        follow_redirects=True,
    )

    assert session.query(PlanWish).one().reason == "휴식"
    assert "휴식" in page.text


def test_a_wish_without_a_reason_comes_back(session: Session, browser: FlaskClient) -> None:
    run = proposed(session)
    taken = team(session, run.need_id)[0]

    page = browser.post(
        f"/plans/runs/{run.id}/seats/{taken.seat_id}/wishes",
        data={"expert_id": taken.expert_id, "wish": "ban", "reason": ""},
    )

    assert page.status_code == 422
    assert "Check these answers" in page.text


def test_a_wish_is_taken_back(session: Session, browser: FlaskClient) -> None:
    run = proposed(session)
    taken = team(session, run.need_id)[0]
    browser.post(
        f"/plans/runs/{run.id}/seats/{taken.seat_id}/wishes",
        data={"expert_id": taken.expert_id, "wish": "pin", "reason": "경험"},
    )
    wish = session.query(PlanWish).one()

    browser.post(f"/plans/runs/{run.id}/wishes/{wish.id}/remove")

    assert session.query(PlanWish).all() == []


def test_the_second_run_shows_what_changed(session: Session, browser: FlaskClient, now: dt.datetime) -> None:
    first = proposed(session, count=8)
    taken = team(session, first.need_id)[0]
    browser.post(
        f"/plans/runs/{first.id}/seats/{taken.seat_id}/wishes",
        data={"expert_id": taken.expert_id, "wish": "ban", "reason": "휴식"},
    )
    second = service.request_run(
        session, need_id=first.need_id, actor=SYSTEM, now=now + dt.timedelta(minutes=1), seed=SEED
    )
    a_proposal_of(session, second)
    session.commit()

    page = browser.get(f"/plans/runs/{second.id}")

    assert "Another expert" in page.text
    assert "BAN-01" in page.text
    assert "Kept" in page.text


@pytest.mark.parametrize("lang", ["ko", "en"])
def test_the_board_shows_the_needs_of_the_week(session: Session, browser: FlaskClient, lang: str) -> None:
    run = proposed(session)

    page = browser.get(f"/plans?week=2026-11-25&lang={lang}")

    assert page.status_code == 200
    assert f"/plans/runs/{run.id}" in page.text
    assert re.search(r'data-state="proposed"', page.text)


def test_what_begins_at_night_is_drawn_on_the_day_it_begins(session: Session, browser: FlaskClient) -> None:
    late = dt.timedelta(hours=13)  # ten in the evening of a Monday
    an_offer(session, an_urgent_case(session, first=late), an_expert(session))
    session.commit()

    page = browser.get("/plans?week=2026-11-23")

    assert re.findall(r'"ep-block at-(\d+) for-(\d+) ', page.text) == [("2", "12")]


def test_somebody_elses_run_is_not_there(session: Session, client: FlaskClient) -> None:
    run = proposed(session)
    stranger = signed_in(client, an_account(session, Role.COORDINATOR, ministry="KFTC"))

    hidden = stranger.get(f"/plans/runs/{run.id}")
    ghost = stranger.get(f"/plans/runs/{uuid.uuid4()}")

    assert (hidden.status_code, ghost.status_code) == (404, 404)


def test_an_auditor_reads_but_decides_nothing(session: Session, client: FlaskClient) -> None:
    run = proposed(session)
    auditor = signed_in(client, an_account(session, Role.AUDITOR, ministry=None))

    page = auditor.get(f"/plans/runs/{run.id}")
    refused = auditor.post(f"/plans/runs/{run.id}/approve", data={"version": run.version})

    assert page.status_code == 200
    assert "/approve" not in page.text
    assert refused.status_code == 403
