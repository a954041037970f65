"""Engagements for programs: who reads what, answers that can be sent twice, versions that have to match."""

import datetime as dt
import uuid
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from expertpool.engagements.models import Engagement
from expertpool.engagements.rules import CardAnswer
from expertpool.experts.models import Expert
from expertpool.infra import clock
from expertpool.infra.identity import Role
from tests.fixtures.accounts import an_account, token_for
from tests.fixtures.engagements import (
    FIRST_DAY,
    PARTIES,
    PURPOSE,
    SUMMARY,
    TITLE,
    Case,
    a_card,
    a_case,
    a_proposal,
    a_yes,
    an_offer,
)
from tests.fixtures.experts import an_expert
from tests.fixtures.ministries import an_agreement

BASE = "/api/v1/engagements"
Headers = dict[str, str]


@pytest.fixture
def case(session: Session, now: dt.datetime) -> Case:
    return a_case(session)


@pytest.fixture
def expert(session: Session, now: dt.datetime) -> Expert:
    return an_expert(session)


def as_role(session: Session, role: Role, ministry: str = "MSS") -> Headers:
    return token_for(session, an_account(session, role, ministry=ministry))


def as_expert(session: Session, expert: Expert) -> Headers:
    return token_for(session, an_account(session, Role.EXPERT, expert_id=expert.id))


def body_of(answer: TestResponse) -> Any:
    """What the API said, whatever its shape."""
    return answer.get_json()


def proposal_of(case: Case, expert: Expert, **changes: Any) -> dict[str, Any]:
    body = {
        "need_id": str(case.need.id),
        "seat_id": str(case.need.seats[0].id),
        "expert_id": str(expert.id),
        "starts": [
            {"session_id": str(case.session_id), "starts_at": case.starts(2)[case.session_id].isoformat()}
        ],
    }
    return body | changes


def put(
    client: FlaskClient, engagement: Engagement, what: str, headers: Headers, body: dict[str, Any] | None
) -> tuple[int, Any]:
    answer = client.put(f"{BASE}/{engagement.id}/{what}", json=body, headers=headers)
    return answer.status_code, answer.get_json()


def test_a_coordinator_proposes_and_gets_the_version(
    client: FlaskClient, session: Session, case: Case, expert: Expert
) -> None:
    answer = client.post(BASE, json=proposal_of(case, expert), headers=as_role(session, Role.COORDINATOR))

    assert answer.status_code == 201
    assert body_of(answer)["state"] == "proposed"
    assert body_of(answer)["sessions"][0]["starts_at"] == "2026-11-30T02:00:00+00:00"
    assert answer.headers["ETag"]


def test_a_taken_seat_is_a_problem_with_its_rule(
    client: FlaskClient, session: Session, case: Case, expert: Expert
) -> None:
    a_proposal(session, case, an_expert(session))

    answer = client.post(BASE, json=proposal_of(case, expert), headers=as_role(session, Role.COORDINATOR))

    assert answer.status_code == 409
    assert answer.content_type == "application/problem+json"
    assert body_of(answer)["rule"] == "FIX-01"


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"seat_id": str(uuid.uuid4())}, "seat_id"),
        ({"starts": []}, "starts"),
        ({"expert_id": "nobody"}, "json"),
        ({"surprise": 1}, "json"),
    ],
)
def test_a_faulty_proposal_names_the_field(
    client: FlaskClient, session: Session, case: Case, expert: Expert, changes: dict[str, Any], field: str
) -> None:
    answer = client.post(
        BASE, json=proposal_of(case, expert, **changes), headers=as_role(session, Role.COORDINATOR)
    )

    assert answer.status_code == 422
    assert field in body_of(answer)["errors"]


def test_a_hidden_need_and_a_ghost_get_the_same_answer(
    client: FlaskClient, session: Session, case: Case, expert: Expert
) -> None:
    headers = as_role(session, Role.COORDINATOR, "MOIP")

    hidden = client.post(BASE, json=proposal_of(case, expert), headers=headers)
    ghost = client.post(BASE, json=proposal_of(case, expert, need_id=str(uuid.uuid4())), headers=headers)

    assert (hidden.status_code, ghost.status_code) == (404, 404)
    assert body_of(hidden) == body_of(ghost)


def test_nobody_reads_without_a_token(client: FlaskClient, app: object) -> None:
    assert client.get(BASE).status_code == 401


def test_an_offer_needs_the_version_that_was_read(
    client: FlaskClient, session: Session, case: Case, expert: Expert
) -> None:
    engagement, headers = a_proposal(session, case, expert), as_role(session, Role.COORDINATOR)
    body = {"answer_by": "2026-11-25T09:00:00+09:00"}
    etag = client.get(f"{BASE}/{engagement.id}", headers=headers).headers["ETag"]

    missing, _ = put(client, engagement, "offer", headers, body)
    stale, _ = put(client, engagement, "offer", headers | {"If-Match": '"old"'}, body)
    done, offered = put(client, engagement, "offer", headers | {"If-Match": etag}, body)
    again, _ = put(client, engagement, "offer", headers | {"If-Match": etag}, body)

    assert (missing, stale, done, again) == (428, 412, 200, 412)
    assert (offered["state"], offered["answer_by"]) == ("offered", "2026-11-25T00:00:00+00:00")


def test_an_expert_answers_card_and_offer_and_may_say_so_twice(
    client: FlaskClient, session: Session, case: Case, expert: Expert
) -> None:
    offer, headers = an_offer(session, case, expert), as_expert(session, expert)
    card = {"answer": "none", "pledged": True}

    early = put(client, offer, "answer", headers, {"accept": True})[0]
    cards = [put(client, offer, "card", headers, card)[0] for _ in range(2)]
    other_card = put(client, offer, "card", headers, {"answer": "uncertain", "pledged": True})[0]
    answers = [put(client, offer, "answer", headers, {"accept": True}) for _ in range(2)]
    other = put(client, offer, "answer", headers, {"accept": False, "reason": "busy"})[0]

    assert (early, cards, other_card) == (409, [200, 200], 409)
    assert [(status, body["state"]) for status, body in answers] == [(200, "confirmed")] * 2
    assert other == 409


def test_a_no_names_its_reason(client: FlaskClient, session: Session, case: Case, expert: Expert) -> None:
    offer, headers = an_offer(session, case, expert), as_expert(session, expert)

    missing, problem = put(client, offer, "answer", headers, {"accept": False})
    no = {"accept": False, "reason": "busy", "busy_until": "2026-12-12"}
    done, body = put(client, offer, "answer", headers, no)

    assert (missing, list(problem["errors"])) == (422, ["reason"])
    assert (done, body["state"], body["decline_reason"]) == (200, "declined", "busy")


def test_a_card_without_the_pledge_names_the_field(
    client: FlaskClient, session: Session, case: Case, expert: Expert
) -> None:
    offer = an_offer(session, case, expert)

    status, problem = put(
        client, offer, "card", as_expert(session, expert), {"answer": "none", "pledged": False}
    )

    assert (status, list(problem["errors"])) == (422, ["pledged"])


def test_the_card_names_parties_and_nothing_of_the_case_is_read_before(
    client: FlaskClient, session: Session, case: Case, expert: Expert
) -> None:
    offer, headers = an_offer(session, case, expert), as_expert(session, expert)

    card = client.get(f"{BASE}/{offer.id}/card", headers=headers)
    rest = client.get(f"{BASE}/{offer.id}", headers=headers).text + client.get(BASE, headers=headers).text

    assert [party["name_en"] for party in body_of(card)["parties"]] == ["Mireon Semi", "Handeul Cell"]
    assert not [word for word in (TITLE, SUMMARY, PURPOSE) if word in card.text + rest]
    assert not [word for word in (*PARTIES, str(case.need.id), str(case.need.incident_id)) if word in rest]


def test_a_compartmented_card_names_nobody(
    client: FlaskClient, session: Session, now: dt.datetime, expert: Expert
) -> None:
    offer = an_offer(session, a_case(session, compartmented=True), expert)

    card = body_of(client.get(f"{BASE}/{offer.id}/card", headers=as_expert(session, expert)))

    assert (card["compartmented"], card["parties"]) == (True, [])


def test_nobody_but_the_expert_reads_the_card(
    client: FlaskClient, session: Session, case: Case, expert: Expert
) -> None:
    offer = an_offer(session, case, expert)

    coordinator = client.get(f"{BASE}/{offer.id}/card", headers=as_role(session, Role.COORDINATOR))
    stranger = client.get(f"{BASE}/{offer.id}/card", headers=as_expert(session, an_expert(session)))

    assert (coordinator.status_code, stranger.status_code) == (403, 404)


def test_the_officer_rules_and_may_say_so_twice(
    client: FlaskClient, session: Session, case: Case, expert: Expert
) -> None:
    offer, headers = an_offer(session, case, expert), as_role(session, Role.CONFLICT_OFFICER)
    a_card(session, offer, CardAnswer.YES, category="work")

    clear, off = ({"cleared": cleared, "grounds": "동명이인"} for cleared in (True, False))
    rulings = [put(client, offer, "ruling", headers, clear) for _ in range(2)]
    other, _ = put(client, offer, "ruling", headers, off)

    assert [(status, body["card"]) for status, body in rulings] == [(200, "clear")] * 2
    assert other == 409


def test_a_lender_consents_and_reads_nothing_of_the_case(
    client: FlaskClient, session: Session, case: Case
) -> None:
    an_agreement(session, silent_consent_minutes=60)
    agreed = a_yes(session, case, an_expert(session, ministry="KFTC"))
    headers = as_role(session, Role.COORDINATOR, "KFTC")

    listed = body_of(client.get(f"{BASE}?need_id={case.need.id}", headers=headers))
    status, body = put(client, agreed, "consent", headers, {"given": True})

    assert listed == []
    assert (status, body["state"]) == (200, "confirmed")
    assert (body["need_id"], body["seat_id"], body["card"]) == (None, None, None)


def test_a_viewer_does_not_consent(client: FlaskClient, session: Session, case: Case) -> None:
    an_agreement(session, silent_consent_minutes=60)
    agreed = a_yes(session, case, an_expert(session, ministry="KFTC"))

    status, _ = put(
        client, agreed, "consent", as_role(session, Role.MINISTRY_VIEWER, "KFTC"), {"given": True}
    )

    assert status == 403


def test_an_expert_lists_only_the_own_offers(
    client: FlaskClient, session: Session, now: dt.datetime, expert: Expert
) -> None:
    case = a_case(session, roles=("DFE", "DFE"))
    own = a_yes(session, case, expert)
    an_offer(session, case, an_expert(session), seat=1)

    listed = body_of(client.get(BASE, headers=as_expert(session, expert)))

    assert [each["id"] for each in listed] == [str(own.id)]


def test_a_list_is_filtered_and_paged(client: FlaskClient, session: Session, now: dt.datetime) -> None:
    case = a_case(session, roles=("DFE", "DFE", "DFE"))
    for seat in range(3):
        a_proposal(session, case, an_expert(session), seat=seat)
    headers = as_role(session, Role.COORDINATOR)

    page = client.get(f"{BASE}?state=proposed&page=2&page_size=2", headers=headers)
    none = client.get(f"{BASE}?state=offered&state=closed", headers=headers)

    assert (len(body_of(page)), body_of(none)) == (1, [])
    assert '"total": 3' in page.headers["X-Pagination"]


def test_a_page_has_at_most_a_hundred(client: FlaskClient, session: Session, now: dt.datetime) -> None:
    answer = client.get(f"{BASE}?page_size=101", headers=as_role(session, Role.COORDINATOR))

    assert answer.status_code == 422


def test_withdrawal_and_recusal_end_it(
    client: FlaskClient, session: Session, case: Case, expert: Expert
) -> None:
    agreed = a_yes(session, case, expert)
    asked = an_offer(session, a_case(session), expert, hours=8)
    headers = as_expert(session, expert)

    withdrawn = put(client, agreed, "withdrawal", headers, {"note": "입원"})
    recused = put(client, asked, "recusal", headers, None)
    again = put(client, asked, "recusal", headers, None)

    assert (withdrawn[1]["state"], recused[1]["state"], again[0]) == ("withdrawn", "recused", 409)


def test_work_is_delivered_and_closed_on_the_version_read(
    client: FlaskClient,
    session: Session,
    case: Case,
    expert: Expert,
    now: dt.datetime,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    agreed = a_yes(session, case, expert)
    monkeypatch.setattr(clock, "now", lambda: now + FIRST_DAY + dt.timedelta(hours=3))
    headers = as_role(session, Role.COORDINATOR)

    def versioned() -> Headers:
        return headers | {"If-Match": client.get(f"{BASE}/{agreed.id}", headers=headers).headers["ETag"]}

    faulty, _ = put(client, agreed, "delivery", versioned(), {"worked_minutes": 0})
    stale, _ = put(client, agreed, "delivery", headers | {"If-Match": '"1"'}, {"worked_minutes": 150})
    delivered = put(client, agreed, "delivery", versioned(), {"worked_minutes": 150})
    closed = put(client, agreed, "closing", versioned(), None)
    tie = {"answer": "tie", "category": "work"}
    certified = put(client, agreed, "certificate", as_expert(session, expert), tie)
    officer, said = as_role(session, Role.CONFLICT_OFFICER), {"grounds": "감정 결과에 영향 없음"}
    unsaid, _ = put(client, agreed, "certificate/ruling", officer, {"grounds": ""})
    ruled = [put(client, agreed, "certificate/ruling", officer, said)[0] for _ in range(2)]

    assert (faulty, stale) == (422, 412)
    assert (delivered[1]["state"], delivered[1]["worked_minutes"]) == ("delivered", 150)
    assert (closed[0], closed[1]["state"]) == (200, "closed")
    assert certified[0] == 200
    assert (unsaid, ruled) == (422, [200, 409])


def test_a_lender_does_not_cancel(client: FlaskClient, session: Session, case: Case) -> None:
    an_agreement(session)
    offer = an_offer(session, case, an_expert(session, ministry="KFTC"))
    lender = as_role(session, Role.COORDINATOR, "KFTC")
    etag = client.get(f"{BASE}/{offer.id}", headers=lender).headers["ETag"]

    refused, _ = put(client, offer, "cancellation", lender | {"If-Match": etag}, None)
    done, body = put(
        client, offer, "cancellation", as_role(session, Role.COORDINATOR) | {"If-Match": etag}, None
    )

    assert (refused, done, body["state"]) == (403, 200, "cancelled")


def test_an_engagement_of_another_ministry_is_like_none_at_all(
    client: FlaskClient, session: Session, case: Case, expert: Expert
) -> None:
    offer, headers = an_offer(session, case, expert), as_role(session, Role.COORDINATOR, "MOIP")

    hidden = client.get(f"{BASE}/{offer.id}", headers=headers)
    ghost = client.get(f"{BASE}/{uuid.uuid4()}", headers=headers)

    assert (hidden.status_code, body_of(hidden)) == (404, body_of(ghost))
