"""Moving a deadline or a window from the page of a need."""

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from expertpool.incidents.models import Need
from expertpool.infra.identity import Role
from expertpool.planning.models import PlanRun
from expertpool.planning.rules import RunCause
from tests.fixtures.accounts import an_account, signed_in
from tests.fixtures.planning import a_pool, a_proposal_of, a_run

pytestmark = pytest.mark.usefixtures("now")


@pytest.fixture
def run(session: Session) -> PlanRun:
    a_pool(session, 4)
    run = a_proposal_of(session, a_run(session))
    session.commit()
    return run


@pytest.fixture
def browser(session: Session, client: FlaskClient) -> FlaskClient:
    return signed_in(client, an_account(session, Role.COORDINATOR, ministry="MSS"))


def typed(session: Session, run: PlanRun, **changes: str) -> dict[str, str]:
    need = session.get_one(Need, run.need_id)
    return {
        "version": str(need.version),
        "deadline": "2026-12-21T09:00",
        "sessions-0-id": str(need.sessions[0].id),
        "sessions-0-earliest": "2026-12-10T09:00",
        "sessions-0-latest": "2026-12-18T18:00",
    } | changes


def test_the_page_of_a_planned_need_leads_to_its_times(
    session: Session, browser: FlaskClient, run: PlanRun
) -> None:
    assert f'href="/needs/{run.need_id}/times"' in browser.get(f"/needs/{run.need_id}").text

    page = browser.get(f"/needs/{run.need_id}/times")

    assert page.status_code == 200
    assert 'name="sessions-0-latest"' in page.text


def test_moving_the_times_shows_the_repair_and_that_the_proposal_is_out_of_date(
    session: Session, browser: FlaskClient, run: PlanRun
) -> None:
    done = browser.post(f"/needs/{run.need_id}/times", data=typed(session, run))

    repair = session.query(PlanRun).filter_by(need_id=run.need_id, cause=RunCause.MOVED).one()
    assert done.headers["Location"] == f"/plans/runs/{repair.id}"
    page = browser.get(f"/plans/runs/{run.id}").text
    assert "This proposal is out of date" in page
    assert f'href="/plans/runs/{run.id}/approve"' not in page


def test_what_cannot_be_is_told_at_its_field(session: Session, browser: FlaskClient, run: PlanRun) -> None:
    page = browser.post(f"/needs/{run.need_id}/times", data=typed(session, run, deadline="2026-12-15T09:00"))

    assert page.status_code == 422
    assert "The session must end by the deadline of the need." in page.text
