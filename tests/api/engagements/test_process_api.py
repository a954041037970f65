"""Findings, rulings, waivers and challenges as programs use them."""

import datetime as dt

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from expertpool.conflicts.models import Waiver
from expertpool.infra.identity import Role
from tests.fixtures.accounts import an_account, token_for
from tests.fixtures.conflict_process import Tied, a_tied_case, a_waiver, a_wish, proven
from tests.fixtures.engagements import PARTIES, PURPOSE, a_case, an_offer, an_urgent_case
from tests.fixtures.experts import an_expert

Headers = dict[str, str]


@pytest.fixture
def tied(session: Session, now: dt.datetime) -> Tied:
    return a_tied_case(session)


def as_role(session: Session, *roles: Role, ministry: str = "MSS") -> Headers:
    return token_for(session, an_account(session, *roles, ministry=ministry))


def a_body(session: Session, tied: Tied) -> dict[str, str]:
    wish = a_wish(tied)
    return {
        "need_id": str(tied.case.need.id),
        "seat_id": str(tied.seat_id),
        "expert_id": str(tied.expert.id),
        "ground": wish.ground.value,
        "reason": wish.reason,
        "monitor_id": str(wish.monitor_id),
        "until": wish.until.isoformat(),
    }


def decide(
    client: FlaskClient, waiver: TestResponse, headers: Headers, act: str, note: str = ""
) -> TestResponse:
    assert waiver.json is not None
    address = f"/api/v1/waivers/{waiver.json['id']}"
    etag = client.get(address, headers=headers).headers.get("ETag", '"none"')
    return client.put(
        f"{address}/decision", json={"act": act, "note": note}, headers=headers | {"If-Match": etag}
    )


def test_a_waiver_is_asked_for_proven_endorsed_and_granted(
    client: FlaskClient, session: Session, tied: Tied
) -> None:
    coordinator, officer = (as_role(session, role) for role in (Role.COORDINATOR, Role.CONFLICT_OFFICER))
    other = as_role(session, Role.CONFLICT_OFFICER, ministry="KFTC")

    asked = client.post("/api/v1/waivers", json=a_body(session, tied), headers=coordinator)
    again = client.post("/api/v1/waivers", json=a_body(session, tied), headers=coordinator)
    hidden = client.get(f"/api/v1/waivers/{(asked.json or {})['id']}", headers=other)
    self_approved = decide(client, asked, coordinator, "endorse")
    endorsed = decide(client, asked, officer, "endorse")
    unproven = decide(client, asked, other, "grant")
    session.commit()  # what follows is the system's again
    proven(session, session.query(Waiver).one())
    session.commit()
    granted = decide(client, asked, other, "grant")

    assert (asked.status_code, again.status_code, hidden.status_code) == (201, 409, 404)
    assert (self_approved.status_code, endorsed.status_code, unproven.status_code) == (403, 200, 409)
    assert granted.status_code == 200
    told = granted.json or {}
    assert (told["state"], told["proof"], len(told["proof_plan_digest"])) == ("granted", "stands", 64)
    assert not any(word in granted.get_data(as_text=True) for word in (*PARTIES, PURPOSE))


def test_a_bar_is_409_with_the_rule(client: FlaskClient, session: Session, now: dt.datetime) -> None:
    tied = a_tied_case(session, until=None)
    headers = as_role(session, Role.COORDINATOR)

    answer = client.post("/api/v1/waivers", json=a_body(session, tied), headers=headers)

    assert answer.status_code == 409
    assert answer.content_type == "application/problem+json"
    assert (answer.json or {})["rule"] == "R02"


def test_a_decision_on_an_old_version_is_refused(client: FlaskClient, session: Session, tied: Tied) -> None:
    waiver = a_waiver(session, tied)
    headers = as_role(session, Role.CONFLICT_OFFICER) | {"If-Match": '"old"'}

    answer = client.put(f"/api/v1/waivers/{waiver.id}/decision", json={"act": "endorse"}, headers=headers)

    assert answer.status_code == 412


def test_coordinators_read_the_tier_and_officers_the_path(
    client: FlaskClient, session: Session, tied: Tied
) -> None:
    address = (
        f"/api/v1/incidents/{tied.case.need.incident_id}/experts/{tied.expert.id}/findings?role_class=INV"
    )

    answers = [
        client.get(address, headers=as_role(session, role)).json or {}
        for role in (Role.COORDINATOR, Role.CONFLICT_OFFICER)
    ]
    stranger = client.get(address, headers=as_role(session, Role.CONFLICT_OFFICER, ministry="KFTC"))

    assert [answer["tier"] for answer in answers] == ["waivable"] * 2
    assert [len(answer["findings"]) for answer in answers] == [0, 1]
    assert [step["name_ko"] for step in answers[1]["findings"][0]["steps"]][1:] == ["미르온세미"]
    assert stranger.status_code == 404


@pytest.mark.parametrize(("until", "expected"), [("unknown", (201, "clear")), ("2026-01-31", (409, None))])
def test_an_officer_rules_on_a_doubt_and_a_certain_tie_needs_a_waiver(
    client: FlaskClient, session: Session, now: dt.datetime, until: str, expected: tuple[int, str | None]
) -> None:
    tied, headers = a_tied_case(session, until=until), as_role(session, Role.CONFLICT_OFFICER)
    address = f"/api/v1/incidents/{tied.case.need.incident_id}/experts/{tied.expert.id}"
    found = client.get(f"{address}/findings?role_class=INV", headers=headers).json or {}
    ruling = {
        "role_class": "INV",
        "finding_key": found["findings"][0]["key"],
        "status": "dismissed",
        "grounds": "퇴직증명서 확인",
    }

    answer = client.post(f"{address}/rulings", json=ruling, headers=headers)

    assert (answer.status_code, (answer.json or {}).get("tier")) == expected


def test_a_challenge_is_recorded_listed_and_decided(
    client: FlaskClient, session: Session, tied: Tied
) -> None:
    offer = an_offer(session, tied.case, an_expert(session))
    coordinator, officer = (as_role(session, role) for role in (Role.COORDINATOR, Role.CONFLICT_OFFICER))
    entered = {"side": "respondent", "grounds": "동업 관계"}

    made = client.post(f"/api/v1/engagements/{offer.id}/challenges", json=entered, headers=coordinator)
    paused = client.get(f"/api/v1/engagements/{offer.id}", headers=coordinator).json or {}
    listed = client.get("/api/v1/challenges?state=open", headers=officer)
    address = f"/api/v1/challenges/{(made.json or {})['id']}/decision"
    decision = {"upheld": False, "grounds": "근거 없음"}
    decided = [client.put(address, json=decision, headers=officer).status_code for _ in range(2)]

    assert (made.status_code, len(listed.json or [])) == (201, 1)
    assert paused["paused_at"] is not None
    assert decided == [200, 409]


def test_securing_evidence_tonight_is_accepted_on_a_pledge_and_declared_later(
    client: FlaskClient, session: Session, now: dt.datetime
) -> None:
    expert = an_expert(session)
    urgent, other = (
        an_offer(session, an_urgent_case(session), expert),
        an_offer(session, a_case(session), expert),
    )
    headers = token_for(session, an_account(session, Role.EXPERT, expert_id=expert.id))
    paths = [f"/api/v1/engagements/{each.id}" for each in (urgent, other)]
    none = {"answer": "none", "pledged": True}

    begun, refused = (
        client.put(f"{path}/urgent-acceptance", json={"pledged": True}, headers=headers) for path in paths
    )
    card = client.get(f"{paths[0]}/card", headers=headers).json or {}
    declared = client.put(f"{paths[0]}/card", json=none, headers=headers).json or {}

    said = begun.json or {}
    due = (now + dt.timedelta(hours=24)).isoformat()
    assert (begun.status_code, said["state"], said["card"]) == (200, "confirmed", "deferred")
    assert (said["declare_by"], card["due_at"], card["standing"]) == (due, due, "deferred")
    assert (refused.status_code, (refused.json or {})["rule"]) == (409, "NIGHT-01")
    assert (declared["card"], declared["declare_by"]) == ("clear", None)
