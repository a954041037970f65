"""Incidents and needs as programs use them: versions, pages, problems, and what stays hidden."""

import datetime as dt
import uuid
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from expertpool.incidents.rules import IncidentState, NeedState
from expertpool.infra.identity import Role
from tests.fixtures.accounts import an_account, token_for
from tests.fixtures.conflicts import an_organisation
from tests.fixtures.incidents import a_need, an_incident

Headers = dict[str, str]

FACTS: dict[str, Any] = {
    "title": "도면 반출 의심",
    "summary": "협력사가 도면을 다른 곳에 썼다는 신고입니다.",
    "type_code": "subcontract_misuse",
    "urgency": 4,
    "region_code": "KR-11",
    "technologies": ["T08"],
}


def need_body(**changes: Any) -> dict[str, Any]:
    body: dict[str, Any] = {
        "purpose": "기술동일성 심사",
        "urgency": 2,
        "not_before": "2026-11-23T09:00:00+09:00",
        "deadline": "2026-12-07T18:00:00+09:00",
        "seats": [{"role_kind": "SIM", "role_class": "INV", "minimum_level": 3}],
        "sessions": [
            {
                "kind": "meeting",
                "length_minutes": 90,
                "earliest": "2026-11-25T09:00:00+09:00",
                "latest": "2026-12-04T18:00:00+09:00",
                "seat_numbers": [1],
            }
        ],
    }
    return body | changes


@pytest.fixture
def coordinator(session: Session, now: dt.datetime) -> Headers:
    return token_for(session, an_account(session, Role.COORDINATOR))


@pytest.fixture
def stranger(session: Session, now: dt.datetime) -> Headers:
    return token_for(session, an_account(session, Role.COORDINATOR, ministry="KFTC"))


def test_without_a_token_nothing_is_answered(client: FlaskClient, session: Session) -> None:
    answer = client.get("/api/v1/incidents")

    assert answer.status_code == 401
    assert answer.content_type == "application/problem+json"


def test_a_recorded_incident_comes_back_with_its_number_and_version(
    client: FlaskClient, coordinator: Headers
) -> None:
    made = client.post("/api/v1/incidents", json=FACTS, headers=coordinator)

    assert made.status_code == 201
    assert made.json is not None
    assert made.json["state"] == "draft"
    assert made.json["receipt_no"].startswith("EP-2026-")
    assert made.json["lead_ministry"] == "MSS"
    again = client.get(f"/api/v1/incidents/{made.json['id']}", headers=coordinator)
    assert again.json == made.json
    assert again.headers["ETag"] == made.headers["ETag"]


def test_faulty_facts_are_named_by_field(client: FlaskClient, coordinator: Headers) -> None:
    body = FACTS | {"type_code": "nothing", "region_code": "KR-99"}

    answer = client.post("/api/v1/incidents", json=body, headers=coordinator)

    assert answer.status_code == 422
    assert answer.json is not None
    assert set(answer.json["errors"]) == {"type_code", "region_code"}


def test_unknown_fields_are_refused(client: FlaskClient, coordinator: Headers) -> None:
    answer = client.post("/api/v1/incidents", json=FACTS | {"secret": 1}, headers=coordinator)

    assert answer.status_code == 422


@pytest.mark.parametrize("step", ["", "/state"])
def test_a_change_needs_the_version_that_was_read(
    client: FlaskClient, session: Session, coordinator: Headers, step: str
) -> None:
    incident = an_incident(session, state=IncidentState.RECEIVED)
    session.commit()
    body = {"state": "triaged"} if step else FACTS
    address = f"/api/v1/incidents/{incident.id}"
    read = client.get(address, headers=coordinator).headers["ETag"]

    unsaid = client.put(address + step, json=body, headers=coordinator)
    first = client.put(address + step, json=body, headers=coordinator | {"If-Match": read})
    second = client.put(address + step, json=body, headers=coordinator | {"If-Match": read})

    assert (unsaid.status_code, first.status_code, second.status_code) == (428, 200, 412)


def test_a_step_out_of_turn_is_a_conflict(
    client: FlaskClient, session: Session, coordinator: Headers
) -> None:
    incident = an_incident(session, state=IncidentState.DRAFT)
    session.commit()
    address = f"/api/v1/incidents/{incident.id}"
    etag = client.get(address, headers=coordinator).headers["ETag"]

    answer = client.put(
        f"{address}/state", json={"state": "active"}, headers=coordinator | {"If-Match": etag}
    )

    assert answer.status_code == 409


def test_a_hidden_incident_answers_like_one_that_never_was(
    client: FlaskClient, session: Session, stranger: Headers
) -> None:
    need = a_need(session)
    session.commit()
    ghost = uuid.uuid4()

    for hidden, never in (
        (f"/api/v1/incidents/{need.incident_id}", f"/api/v1/incidents/{ghost}"),
        (f"/api/v1/incidents/{need.incident_id}/parties", f"/api/v1/incidents/{ghost}/parties"),
        (f"/api/v1/needs/{need.id}", f"/api/v1/needs/{ghost}"),
    ):
        seen, unseen = client.get(hidden, headers=stranger), client.get(never, headers=stranger)
        assert (seen.status_code, seen.data) == (404, unseen.data)


def test_lists_hold_only_what_is_visible_in_pages(
    client: FlaskClient, session: Session, coordinator: Headers, stranger: Headers
) -> None:
    for _ in range(3):
        an_incident(session)
    session.commit()

    mine = client.get("/api/v1/incidents?page_size=2", headers=coordinator)
    theirs = client.get("/api/v1/incidents", headers=stranger)

    assert mine.json is not None
    assert len(mine.json) == 2
    assert '"total": 3' in mine.headers["X-Pagination"]
    assert theirs.json == []


def test_parties_come_and_go(client: FlaskClient, session: Session, coordinator: Headers) -> None:
    incident = an_incident(session, with_parties=False)
    firm = an_organisation(session)
    session.commit()
    address = f"/api/v1/incidents/{incident.id}/parties"
    body = {"side": "respondent", "kind": "party", "organisation_id": str(firm.id)}

    made = client.post(address, json=body, headers=coordinator)
    twice = client.post(address, json=body, headers=coordinator)
    assert made.json is not None
    gone = client.delete(f"{address}/{made.json['id']}", headers=coordinator)

    assert (made.status_code, twice.status_code, gone.status_code) == (201, 422, 204)
    assert client.get(address, headers=coordinator).json == []


def test_a_ministry_that_joins_sees_the_case_and_one_that_leaves_does_not(
    client: FlaskClient, session: Session, coordinator: Headers, stranger: Headers
) -> None:
    incident = an_incident(session)
    session.commit()
    address = f"/api/v1/incidents/{incident.id}"

    client.put(f"{address}/ministries/KFTC", json={"part": "supporting"}, headers=coordinator)
    joined = client.get(address, headers=stranger)
    client.delete(f"{address}/ministries/KFTC", headers=coordinator)
    left = client.get(address, headers=stranger)

    assert (joined.status_code, left.status_code) == (200, 404)


def test_only_the_lead_ministry_closes(
    client: FlaskClient, session: Session, coordinator: Headers, stranger: Headers
) -> None:
    incident = an_incident(session, supporting=("KFTC",))
    session.commit()
    address = f"/api/v1/incidents/{incident.id}"
    etag = client.get(address, headers=stranger).headers["ETag"]

    answer = client.put(f"{address}/state", json={"state": "closed"}, headers=stranger | {"If-Match": etag})

    assert answer.status_code == 403


def test_a_noted_date_shows_when_its_clock_runs_out(
    client: FlaskClient, session: Session, coordinator: Headers
) -> None:
    incident = an_incident(session, type_code="joint_rnd_dispute")
    session.commit()

    answer = client.put(
        f"/api/v1/incidents/{incident.id}/triggers/mediation_applied",
        json={"happened_at": "2026-11-20T15:00:00+09:00"},
        headers=coordinator,
    )

    assert answer.json is not None
    due = {clock["code"]: clock["due_on"] for clock in answer.json}
    assert due["C01"] == "2026-12-05"
    assert due["C06"] == "2026-12-04"


def test_a_template_gives_a_draft_that_can_be_sent_back(
    client: FlaskClient, session: Session, coordinator: Headers
) -> None:
    incident = an_incident(session, type_code="joint_rnd_dispute")
    session.commit()
    address = f"/api/v1/incidents/{incident.id}"

    draft = client.get(f"{address}/need-draft?template=mediation_panel", headers=coordinator).json
    made = client.post(f"{address}/needs", json=draft, headers=coordinator)

    assert made.status_code == 201
    assert made.json is not None
    assert [seat["role_kind"] for seat in made.json["seats"]] == ["CHR", "MED", "MED"]
    assert made.json["team_rules"][0] | {"id": ""} == {
        "id": "",
        "kind": "chair_licence",
        "seat_numbers": [1],
        "licences": ["attorney", "patent_attorney"],
        "role_kinds": [],
        "count": 1,
    }


def test_faults_of_a_need_name_seat_and_session(
    client: FlaskClient, session: Session, coordinator: Headers
) -> None:
    incident = an_incident(session)
    session.commit()
    body = need_body()
    body["seats"][0]["role_kind"] = "XXX"
    body["sessions"][0]["latest"] = body["sessions"][0]["earliest"]

    answer = client.post(f"/api/v1/incidents/{incident.id}/needs", json=body, headers=coordinator)

    assert answer.status_code == 422
    assert answer.json is not None
    assert set(answer.json["errors"]) == {"seats-0-role_kind", "sessions-0-latest"}


def test_a_need_is_changed_submitted_and_cancelled_by_version(
    client: FlaskClient, session: Session, coordinator: Headers
) -> None:
    incident = an_incident(session)
    session.commit()
    made = client.post(f"/api/v1/incidents/{incident.id}/needs", json=need_body(), headers=coordinator)
    assert made.json is not None
    address = f"/api/v1/needs/{made.json['id']}"

    def put(step: str, body: dict[str, Any], etag: str) -> Any:
        return client.put(address + step, json=body, headers=coordinator | {"If-Match": etag})

    changed = put("", need_body(purpose="심사와 비교"), made.headers["ETag"])
    stale = put("/state", {"state": "submitted"}, made.headers["ETag"])
    submitted = put("/state", {"state": "submitted"}, changed.headers["ETag"])
    cancelled = put("/state", {"state": "cancelled"}, submitted.headers["ETag"])

    assert (changed.status_code, stale.status_code) == (200, 412)
    assert changed.json["purpose"] == "심사와 비교"
    assert submitted.json["state"] == "submitted"
    assert cancelled.json["state"] == "cancelled"


def test_programs_cannot_fill_a_need_by_hand(
    client: FlaskClient, session: Session, coordinator: Headers
) -> None:
    need = a_need(session, state=NeedState.APPROVED)
    session.commit()
    address = f"/api/v1/needs/{need.id}"
    etag = client.get(address, headers=coordinator).headers["ETag"]

    answer = client.put(
        f"{address}/state", json={"state": "filled"}, headers=coordinator | {"If-Match": etag}
    )

    assert answer.status_code == 422


def test_needs_are_listed_by_state(client: FlaskClient, session: Session, coordinator: Headers) -> None:
    need = a_need(session)
    a_need(session, need.incident, state=NeedState.DRAFT)
    session.commit()

    answer = client.get("/api/v1/needs?state=submitted", headers=coordinator)
    of_case = client.get(f"/api/v1/incidents/{need.incident_id}/needs", headers=coordinator)

    assert answer.json is not None
    assert of_case.json is not None
    assert [row["id"] for row in answer.json] == [str(need.id)]
    assert len(of_case.json) == 2


def test_an_auditor_reads_a_case_without_its_story(
    client: FlaskClient, session: Session, now: dt.datetime
) -> None:
    incident = an_incident(session, summary="CANARY-STORY")
    hidden = an_incident(session, compartmented=True)
    auditor = token_for(session, an_account(session, Role.AUDITOR, ministry=None))

    shown = client.get(f"/api/v1/incidents/{incident.id}", headers=auditor)
    compartmented = client.get(f"/api/v1/incidents/{hidden.id}", headers=auditor)

    assert shown.json is not None
    assert shown.json["summary"] is None
    assert "CANARY-STORY" not in shown.text
    assert compartmented.status_code == 404


@pytest.mark.parametrize("role", [Role.MINISTRY_VIEWER, Role.ADMIN, Role.EXPERT])
def test_the_list_is_closed_to(client: FlaskClient, session: Session, now: dt.datetime, role: Role) -> None:
    from tests.fixtures.experts import an_expert

    expert_id = an_expert(session).id if role is Role.EXPERT else None
    headers = token_for(session, an_account(session, role, expert_id=expert_id))

    assert client.get("/api/v1/incidents", headers=headers).status_code == 403


def test_a_token_that_only_reads_changes_nothing(
    client: FlaskClient, session: Session, now: dt.datetime
) -> None:
    headers = token_for(session, an_account(session, Role.COORDINATOR), writes=False)

    assert client.post("/api/v1/incidents", json=FACTS, headers=headers).status_code == 403
