"""Organisations, ties and screenings as programs use them."""

import datetime as dt
import uuid
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from expertpool.infra.identity import Role
from tests.fixtures.accounts import an_account, token_for
from tests.fixtures.conflicts import a_group, a_person, a_tie, an_organisation
from tests.fixtures.experts import an_expert

Headers = dict[str, str]


@pytest.fixture
def officer(session: Session, now: dt.datetime) -> Headers:
    return token_for(session, an_account(session, Role.CONFLICT_OFFICER))


@pytest.fixture
def coordinator(session: Session, now: dt.datetime) -> Headers:
    return token_for(session, an_account(session, Role.COORDINATOR))


def question(session: Session, **changes: Any) -> dict[str, Any]:
    expert = an_expert(session)
    holding, sister = a_group(session, ["가람홀딩스", "미르온세미"])
    a_tie(session, expert, sister)
    session.commit()
    asked: dict[str, Any] = {
        "expert_ids": [str(expert.id)],
        "parties": [{"organisation_id": str(holding.id), "side": "respondent"}],
        "role_class": "ADJ",
        "on": "2026-11-23",
        "purpose": "before_offer",
    }
    return asked | changes


def test_an_organisation_is_made_read_and_changed_by_version(
    client: FlaskClient, coordinator: Headers
) -> None:
    body = {"name_ko": "도담정밀", "name_en": "Dodam Precision", "biz_no": "101-00-00002"}

    made = client.post("/api/v1/organisations", json=body, headers=coordinator)
    assert made.json is not None
    address = f"/api/v1/organisations/{made.json['id']}"
    blind = client.put(address, json=body, headers=coordinator)
    match = coordinator | {"If-Match": made.headers["ETag"]}
    renamed = client.put(address, json=body | {"name_ko": "도담테크"}, headers=match)
    stale = client.put(address, json=body, headers=match)

    assert (made.status_code, made.json["biz_no"]) == (201, "1010000002")
    assert (blind.status_code, renamed.status_code, stale.status_code) == (428, 200, 412)
    assert renamed.json is not None
    assert [alias["name"] for alias in renamed.json["aliases"]] == ["도담정밀"]
    listed = client.get("/api/v1/organisations?text=도담정", headers=coordinator)
    assert listed.json is not None
    assert [one["name_ko"] for one in listed.json] == ["도담테크"]


def test_a_wrong_or_taken_number_is_named(client: FlaskClient, coordinator: Headers) -> None:
    body = {"name_ko": "도담정밀", "biz_no": "1010000002"}
    client.post("/api/v1/organisations", json=body, headers=coordinator)

    for number in ("1010000001", "1010000002"):
        refused = client.post("/api/v1/organisations", json=body | {"biz_no": number}, headers=coordinator)
        assert refused.status_code == 422
        assert refused.json is not None
        assert list(refused.json["errors"]) == ["biz_no"]


def test_experts_keep_their_ties_and_nobody_elses(
    client: FlaskClient, session: Session, now: dt.datetime
) -> None:
    expert, other = an_expert(session), an_expert(session)
    mine = token_for(session, an_account(session, Role.EXPERT, expert_id=expert.id))
    address = f"/api/v1/experts/{expert.id}/ties"
    body = {"organisation": "도담정밀", "type": "employee", "since": "2019-03", "until": "unknown"}

    made = client.post(address, json=body, headers=mine)
    assert made.json is not None
    tie = f"{address}/{made.json['id']}"
    version = client.get(tie, headers=mine).headers["ETag"]
    ended = client.put(f"{tie}/end", json={"until": "2024"}, headers=mine | {"If-Match": version})
    early = client.put(
        f"{tie}/end", json={"until": "2001"}, headers=mine | {"If-Match": ended.headers["ETag"]}
    )

    assert (made.status_code, made.json["until"], len(made.json["open_questions"])) == (201, "unknown", 2)
    assert (ended.status_code, early.status_code) == (200, 422)
    assert client.get(address, headers=mine).json == [ended.json]
    slip = f"{address}/{client.post(address, json=body, headers=mine).get_json()['id']}"
    gone = client.delete(slip, headers=mine | {"If-Match": client.get(slip, headers=mine).headers["ETag"]})
    late = client.delete(tie, headers=mine | {"If-Match": ended.headers["ETag"]})
    assert (gone.status_code, late.status_code) == (204, 409)
    assert client.get(address, headers=mine).json == [ended.json]
    for stranger in (other.id, uuid.uuid4()):
        assert client.get(f"/api/v1/experts/{stranger}/ties", headers=mine).status_code == 404


def test_a_screening_tells_rule_tier_path_and_the_change_ahead(
    client: FlaskClient, officer: Headers, session: Session
) -> None:
    answer = client.post("/api/v1/screenings", json=question(session), headers=officer)

    assert answer.status_code == 200, answer.json
    assert answer.json is not None
    screening = answer.json["screenings"][0]
    assert (screening["tier"], screening["pack_version"]) == ("bar", "2026-01")
    finding = screening["findings"][0]
    assert [step["name_ko"] for step in finding["steps"]] == ["윤슬기", "미르온세미", "가람홀딩스"]
    assert finding["steps"][2]["share"] == "60%"
    assert finding["steps"][1]["dates"] == "since 2015"


def test_experts_and_parties_that_are_not_there_are_refused(
    client: FlaskClient, officer: Headers, session: Session
) -> None:
    ghost = str(uuid.uuid4())
    asked = question(session)
    person = a_person(session, "마루한")
    session.commit()
    both = {"organisation_id": ghost, "person_id": str(person.id), "side": "respondent"}

    for change, status in (
        ({"expert_ids": [ghost]}, 404),
        ({"expert_ids": []}, 422),
        ({"parties": [{"person_id": ghost, "side": "other"}]}, 422),
        ({"parties": [both]}, 422),
        ({"on": "1999-01-01"}, 422),
        ({"purpose": "curiosity"}, 422),
    ):
        assert client.post("/api/v1/screenings", json=asked | change, headers=officer).status_code == status


def test_coordinators_neither_screen_nor_read_ties(
    client: FlaskClient, coordinator: Headers, session: Session
) -> None:
    asked = question(session)

    screened = client.post("/api/v1/screenings", json=asked, headers=coordinator)
    read = client.get(f"/api/v1/experts/{asked['expert_ids'][0]}/ties", headers=coordinator)

    assert (screened.status_code, read.status_code) == (403, 403)
    assert "미르온" not in screened.get_data(as_text=True) + read.get_data(as_text=True)


def test_without_a_token_nothing_is_answered(client: FlaskClient, session: Session) -> None:
    for address in ("/api/v1/organisations", f"/api/v1/experts/{uuid.uuid4()}/ties"):
        assert client.get(address).status_code == 401


def test_an_organisation_nobody_has_is_not_found(client: FlaskClient, coordinator: Headers) -> None:
    assert client.get(f"/api/v1/organisations/{uuid.uuid4()}", headers=coordinator).status_code == 404


def test_an_officer_looks_at_a_branch_of_the_same_name(
    client: FlaskClient, officer: Headers, session: Session
) -> None:
    expert = an_expert(session)
    firm = an_organisation(session, "도담정밀", biz_no="1010000002")
    session.commit()
    body = {"organisation_id": str(firm.id), "type": "adviser"}

    made = client.post(f"/api/v1/experts/{expert.id}/ties", json=body, headers=officer)

    assert made.status_code == 201
    assert made.json is not None
    assert (made.json["source"], made.json["confidence"]) == ("third_party", "matched")
