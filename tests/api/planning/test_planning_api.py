"""Planning runs and wishes as programs use them."""

import datetime as dt
import hashlib
import uuid

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from expertpool.engagements.rules import EngagementState
from expertpool.incidents.models import Need
from expertpool.infra.identity import Role
from expertpool.planning.models import PlanQuestion, PlanRun, PlanWish
from expertpool.planning.rules import RunState
from tests.fixtures.accounts import an_account, token_for
from tests.fixtures.incidents import a_need
from tests.fixtures.planning import SEED, a_pool, a_proposal_of, a_run, answer, team

pytestmark = pytest.mark.usefixtures("now")
Headers = dict[str, str]
RUNS = "/api/v1/plan-runs"


@pytest.fixture
def planner(session: Session) -> Headers:
    return token_for(session, an_account(session, Role.COORDINATOR, ministry="MSS"))


def proposed(session: Session, count: int = 6) -> PlanRun:
    a_pool(session, count)
    run = a_proposal_of(session, a_run(session))
    session.commit()
    return run


def test_a_search_is_asked_for_with_a_seed(session: Session, client: FlaskClient, planner: Headers) -> None:
    need = a_need(session)
    session.commit()

    answer = client.post(RUNS, json={"need_id": str(need.id), "seed": SEED}, headers=planner)

    assert answer.status_code == 202
    body = answer.get_json()
    assert (body["state"], body["seed"], body["need_id"]) == ("queued", SEED, str(need.id))


def test_a_second_search_while_one_is_under_way_is_refused(
    session: Session, client: FlaskClient, planner: Headers
) -> None:
    run = a_run(session)
    session.commit()

    answer = client.post(RUNS, json={"need_id": str(run.need_id)}, headers=planner)

    assert answer.status_code == 409
    assert answer.content_type == "application/problem+json"


def test_unknown_fields_are_refused(client: FlaskClient, planner: Headers) -> None:
    answer = client.post(RUNS, json={"need_id": str(uuid.uuid4()), "speed": 9}, headers=planner)

    assert answer.status_code == 422


def test_a_run_tells_its_team_and_the_reasons(
    session: Session, client: FlaskClient, planner: Headers
) -> None:
    run = proposed(session)
    members = team(session, run.need_id)

    body = client.get(f"{RUNS}/{run.id}", headers=planner).get_json()

    assert body["state"] == "proposed"
    chosen = [seat["chosen"]["person"]["id"] for seat in body["seats"]]
    assert chosen == [str(members[place].expert_id) for place in (0, 1)]
    assert body["seats"][0]["able"] == 3
    assert body["sessions"][0]["start"].endswith("+00:00")


def test_the_runs_of_a_need_are_listed_page_by_page(
    session: Session, client: FlaskClient, planner: Headers
) -> None:
    run = proposed(session)
    a_proposal_of(session, a_run(session, session.get_one(Need, run.need_id)))
    session.commit()

    answer = client.get(f"{RUNS}?need_id={run.need_id}&page_size=1", headers=planner)

    assert len(answer.get_json()) == 1
    assert '"total": 2' in answer.headers["X-Pagination"]


def test_approving_asks_for_the_version_that_was_read(
    session: Session, client: FlaskClient, planner: Headers
) -> None:
    run = proposed(session)
    etag = client.get(f"{RUNS}/{run.id}", headers=planner).headers["ETag"]
    where, body = f"{RUNS}/{run.id}/state", {"state": "approved"}

    blind = client.put(where, json=body, headers=planner)
    stale = client.put(where, json=body, headers=planner | {"If-Match": '"other"'})
    done = client.put(where, json=body, headers=planner | {"If-Match": etag})

    assert (blind.status_code, stale.status_code, done.status_code) == (428, 412, 200)
    assert {each.state for each in team(session, run.need_id).values()} == {EngagementState.OFFERED}


def test_discarding_frees_everybody(session: Session, client: FlaskClient, planner: Headers) -> None:
    run = proposed(session)
    etag = client.get(f"{RUNS}/{run.id}", headers=planner).headers["ETag"]

    answer = client.put(
        f"{RUNS}/{run.id}/state", json={"state": "discarded"}, headers=planner | {"If-Match": etag}
    )

    assert answer.get_json()["state"] == "discarded"
    assert team(session, run.need_id) == {}


def test_stopping_a_waiting_search_ends_it(session: Session, client: FlaskClient, planner: Headers) -> None:
    run = a_run(session)
    session.commit()

    answer = client.post(f"{RUNS}/{run.id}/stop", headers=planner)

    assert answer.get_json()["state"] == RunState.STOPPED


def test_the_snapshot_comes_as_the_bytes_that_were_digested(
    session: Session, client: FlaskClient, planner: Headers
) -> None:
    run = proposed(session)

    answer = client.get(f"{RUNS}/{run.id}/snapshot", headers=planner)
    again = client.get(
        f"{RUNS}/{run.id}/snapshot", headers=planner | {"If-None-Match": answer.headers["ETag"]}
    )

    assert answer.headers["ETag"].strip('"') == hashlib.sha256(answer.data).hexdigest()
    assert again.status_code == 304


def test_the_reasons_of_a_seat_name_every_rule(
    session: Session, client: FlaskClient, planner: Headers
) -> None:
    run = proposed(session)
    seat = team(session, run.need_id)[0].seat_id

    body = client.get(f"{RUNS}/{run.id}/seats/{seat}/reasons", headers=planner).get_json()

    assert body["total"] == 6
    assert body["counts"] == [{"rule": "ELIG-02", "count": 3}, *body["counts"][1:]]
    assert body["lines"][0]["rules"] == []


def test_wishes_are_set_read_and_taken_back(session: Session, client: FlaskClient, planner: Headers) -> None:
    run = proposed(session)
    taken = team(session, run.need_id)[0]
    where = f"/api/v1/needs/{run.need_id}/wishes"
    wish = {
        "seat_id": str(taken.seat_id),
        "expert_id": str(taken.expert_id),
        "wish": "ban",
        "reason": "휴식",
    }

    made = client.post(where, json=wish, headers=planner)
    listed = client.get(where, headers=planner).get_json()
    gone = client.delete(f"{where}/{made.get_json()['id']}", headers=planner)

    assert (made.status_code, gone.status_code) == (201, 204)
    assert [each["reason"] for each in listed] == ["휴식"]
    assert session.query(PlanWish).all() == []


def test_a_wish_about_a_seat_of_another_need_is_refused(
    session: Session, client: FlaskClient, planner: Headers
) -> None:
    run = proposed(session)
    taken = team(session, run.need_id)[0]
    other = a_need(session)
    session.commit()
    wish = {
        "seat_id": str(taken.seat_id),
        "expert_id": str(taken.expert_id),
        "wish": "pin",
        "reason": "경험",
    }

    answer = client.post(f"/api/v1/needs/{other.id}/wishes", json=wish, headers=planner)

    assert answer.status_code == 422
    assert "seat_id" in answer.get_json()["errors"]


@pytest.mark.parametrize("tail", ["", "/snapshot"])
def test_somebody_elses_run_and_no_run_look_the_same(
    session: Session, client: FlaskClient, tail: str
) -> None:
    run = proposed(session)
    stranger = token_for(session, an_account(session, Role.COORDINATOR, ministry="KFTC"))

    hidden = client.get(f"{RUNS}/{run.id}{tail}", headers=stranger)
    ghost = client.get(f"{RUNS}/{uuid.uuid4()}{tail}", headers=stranger)

    assert (hidden.status_code, ghost.status_code) == (404, 404)
    assert hidden.data == ghost.data


def test_nobody_comes_in_without_a_token(client: FlaskClient) -> None:
    assert client.get(f"{RUNS}/{uuid.uuid4()}").status_code == 401


def test_an_expert_sees_no_runs(session: Session, client: FlaskClient) -> None:
    run = proposed(session)
    expert = team(session, run.need_id)[0].expert_id
    headers = token_for(session, an_account(session, Role.EXPERT, expert_id=expert))

    assert client.get(f"{RUNS}/{run.id}", headers=headers).status_code == 403


def test_an_auditor_decides_nothing(session: Session, client: FlaskClient) -> None:
    run = proposed(session)
    headers = token_for(session, an_account(session, Role.AUDITOR, ministry=None))

    answer = client.put(
        f"{RUNS}/{run.id}/state", json={"state": "approved"}, headers=headers | {"If-Match": '"any"'}
    )

    assert answer.status_code == 403


def test_other_teams_are_asked_for_and_read(session: Session, client: FlaskClient, planner: Headers) -> None:
    run = proposed(session)

    asked = client.post(f"{RUNS}/{run.id}/questions", json={"kind": "alternatives"}, headers=planner)
    answer(session, session.query(PlanQuestion).one())
    told = client.get(f"{RUNS}/{run.id}/questions/{asked.get_json()['id']}", headers=planner).get_json()

    assert (asked.status_code, asked.get_json()["state"]) == (202, "waiting")
    assert told["state"] == "answered"
    assert len(told["teams"]) == 3
    assert {"seat_id", "before", "after", "moved"} == set(told["teams"][0]["changes"][0])


def test_why_not_tells_every_rule_and_whether_anything_helps(
    session: Session, client: FlaskClient, planner: Headers
) -> None:
    run = proposed(session)
    members = team(session, run.need_id)
    body = {"kind": "why_not", "seat_id": str(members[0].seat_id), "expert_id": str(members[1].expert_id)}

    client.post(f"{RUNS}/{run.id}/questions", json=body, headers=planner)
    question = session.query(PlanQuestion).one()
    answer(session, question)
    told = client.get(f"{RUNS}/{run.id}/questions/{question.id}", headers=planner).get_json()

    assert "ELIG-02" in told["why_not"]["rules"]
    assert told["why_not"]["concessions"] is None


def test_what_would_fill_an_empty_seat_stands_at_the_seat(
    session: Session, client: FlaskClient, planner: Headers
) -> None:
    run = proposed(session, count=1)
    before = client.get(f"{RUNS}/{run.id}", headers=planner).get_json()

    answer(session, session.query(PlanQuestion).one())
    after = client.get(f"{RUNS}/{run.id}", headers=planner).get_json()

    assert [seat["relaxations"] for seat in before["seats"]] == [None, None]
    assert [seat["relaxations"] for seat in after["seats"]] == [None, []]


def test_a_question_without_its_seat_is_refused(
    session: Session, client: FlaskClient, planner: Headers
) -> None:
    run = proposed(session)

    refused = client.post(f"{RUNS}/{run.id}/questions", json={"kind": "relax"}, headers=planner)

    assert refused.status_code == 422
    assert refused.content_type == "application/problem+json"


def test_a_later_run_counts_what_changed(session: Session, client: FlaskClient, planner: Headers) -> None:
    first = proposed(session)
    again = a_run(session, session.get_one(Need, first.need_id))
    again.requested_at += dt.timedelta(minutes=1)
    a_proposal_of(session, again)
    session.commit()

    body = client.get(f"{RUNS}/{again.id}", headers=planner).get_json()

    assert body["changed"] == {"kept": 2, "moved": 0, "replaced": 0, "filled": 0, "emptied": 0}
    assert body["troubles"] == []


def test_a_deadline_moves_and_the_repair_is_told(
    session: Session, client: FlaskClient, planner: Headers
) -> None:
    run = proposed(session)
    need = client.get(f"/api/v1/needs/{run.need_id}", headers=planner)
    (meeting,) = need.get_json()["sessions"]
    later = {
        "deadline": "2026-12-21T00:00:00+00:00",
        "windows": [
            {
                "session_id": meeting["id"],
                "earliest": "2026-12-10T00:00:00+00:00",
                "latest": "2026-12-18T00:00:00+00:00",
            }
        ],
    }
    address = f"/api/v1/needs/{run.need_id}/times"

    unseen = client.put(address, json=later, headers=planner)
    moved = client.put(address, json=later, headers=planner | {"If-Match": need.headers["ETag"]})

    assert (unseen.status_code, moved.status_code) == (428, 200)
    repair = moved.get_json()["repair"]
    assert (repair["kind"], repair["cause"], repair["state"]) == ("repair", "moved", "queued")
    shown = client.get(f"{RUNS}/{run.id}", headers=planner).get_json()
    assert shown["mended_by"] == repair["id"]
