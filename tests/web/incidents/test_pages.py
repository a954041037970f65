"""The pages of incidents and needs, in both languages, and what strangers find there."""

import datetime as dt
import re
import uuid

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from expertpool.incidents import service
from expertpool.incidents.rules import IncidentState, NeedState
from expertpool.infra.identity import Role
from tests.fixtures.accounts import an_account, signed_in
from tests.fixtures.experts import an_expert
from tests.fixtures.incidents import a_need, an_incident

CANARY = "CANARY-7731"


def as_coordinator(client: FlaskClient, session: Session, ministry: str = "MSS") -> FlaskClient:
    return signed_in(client, an_account(session, Role.COORDINATOR, ministry=ministry))


def without(key: uuid.UUID, page: str) -> str:
    """The page without the key in its address and without the token that tells the second."""
    return re.sub(r'name="csrf_token" value="[^"]*"', "", page.replace(str(key), ""))


@pytest.mark.parametrize("lang", ["ko", "en"])
def test_every_page_of_a_case_opens(
    client: FlaskClient, session: Session, now: dt.datetime, lang: str
) -> None:
    need = a_need(session, an_incident(session, evidence_at_risk=True, supporting=("NPA",)))
    as_coordinator(client, session)
    client.get(f"/desk?lang={lang}")
    case = f"/incidents/{need.incident_id}"
    addresses = [
        "/desk",
        "/incidents",
        "/incidents/new",
        case,
        f"{case}/edit",
        f"{case}/parties/new",
        f"{case}/needs/new",
        f"{case}/needs/new?template=mediation_panel",
        f"{case}/needs/new?template=blank",
        f"{case}/needs/new?copy={need.id}",
        f"/needs/{need.id}",
        f"/needs/{need.id}/edit",
    ]

    answers = {address: client.get(address) for address in addresses}

    for address, answer in answers.items():
        assert answer.status_code == 200, address
        assert f'<html lang="{lang}">' in answer.text
        assert "%(" not in answer.text


@pytest.mark.parametrize(("lang", "word"), [("ko", "배정 대기"), ("en", "Needs waiting for a plan")])
def test_the_desk_shows_what_waits(
    client: FlaskClient, session: Session, now: dt.datetime, lang: str, word: str
) -> None:
    need = a_need(session)
    as_coordinator(client, session)

    page = client.get(f"/desk?lang={lang}").text

    assert word in page
    assert f"/needs/{need.id}" in page


@pytest.mark.parametrize("state", list(NeedState))
def test_a_need_opens_in_every_state(
    client: FlaskClient, session: Session, now: dt.datetime, state: NeedState
) -> None:
    need = a_need(session, state=state)
    as_coordinator(client, session)

    assert client.get(f"/needs/{need.id}").status_code == 200


@pytest.mark.parametrize("state", list(IncidentState))
def test_an_incident_opens_in_every_state(
    client: FlaskClient, session: Session, now: dt.datetime, state: IncidentState
) -> None:
    incident = an_incident(session, state=state)
    as_coordinator(client, session)

    assert client.get(f"/incidents/{incident.id}").status_code == 200


def test_strangers_find_a_hidden_case_as_empty_as_one_that_never_was(
    client: FlaskClient, session: Session, now: dt.datetime
) -> None:
    need = a_need(session, an_incident(session, title=CANARY, summary=CANARY), purpose=CANARY)
    as_coordinator(client, session, ministry="KFTC")
    ghost = uuid.uuid4()

    for address in (
        "/incidents/{}",
        "/incidents/{}/edit",
        "/incidents/{}/needs/new",
        "/incidents/{}/parties/new",
    ):
        hidden, never = client.get(address.format(need.incident_id)), client.get(address.format(ghost))
        assert (hidden.status_code, never.status_code) == (404, 404), address
        assert without(need.incident_id, hidden.text) == without(ghost, never.text), address
    assert client.get(f"/needs/{need.id}").status_code == 404
    for address in ("/desk", "/incidents", "/incidents?q=CANARY", "/incidents.csv"):
        shown = client.get(address).text
        assert CANARY not in shown.replace('value="CANARY"', "")


def test_strangers_change_nothing(client: FlaskClient, session: Session, now: dt.datetime) -> None:
    need = a_need(session, state=NeedState.DRAFT)
    as_coordinator(client, session, ministry="KFTC")

    for address in (
        f"/incidents/{need.incident_id}/state",
        f"/needs/{need.id}/submit",
        f"/needs/{need.id}/cancel",
    ):
        assert client.post(address, data={"to": "closed"}).status_code == 404


def test_a_compartmented_case_is_on_no_list_of_a_supporting_ministry(
    client: FlaskClient, session: Session, now: dt.datetime
) -> None:
    incident = an_incident(session, title=CANARY, compartmented=True, supporting=("NPA",))
    as_coordinator(client, session, ministry="NPA")

    assert client.get(f"/incidents/{incident.id}").status_code == 404
    assert CANARY not in client.get("/incidents").text


def test_an_auditor_reads_everything_but_the_story(
    client: FlaskClient, session: Session, now: dt.datetime
) -> None:
    need = a_need(session, an_incident(session, summary=CANARY))
    signed_in(client, an_account(session, Role.AUDITOR, ministry=None))

    page = client.get(f"/incidents/{need.incident_id}")

    assert page.status_code == 200
    assert CANARY not in page.text
    assert client.get(f"/needs/{need.id}").status_code == 200
    assert client.get("/desk").status_code == 403


def test_a_conflict_officer_reads_but_finds_no_buttons(
    client: FlaskClient, session: Session, now: dt.datetime
) -> None:
    incident = an_incident(session, summary=CANARY)
    signed_in(client, an_account(session, Role.CONFLICT_OFFICER))

    page = client.get(f"/incidents/{incident.id}")

    assert CANARY in page.text
    assert f"/incidents/{incident.id}/edit" not in page.text
    assert client.post(f"/incidents/{incident.id}/state", data={"to": "closed"}).status_code == 403


def test_an_expert_reads_the_case_only_after_the_card(
    client: FlaskClient, session: Session, now: dt.datetime
) -> None:
    need = a_need(session, an_incident(session, summary=CANARY), purpose="비공개 요청")
    expert = an_expert(session)
    signed_in(client, an_account(session, Role.EXPERT, expert_id=expert.id))
    address = f"/incidents/{need.incident_id}"

    before = client.get(address).status_code
    service.open_to_expert(session, need.incident_id, expert.id, now=now)
    session.commit()
    page = client.get(address)

    assert (before, page.status_code) == (404, 200)
    assert CANARY in page.text
    assert "비공개 요청" not in page.text
    assert client.get(f"/needs/{need.id}").status_code == 403


def test_a_ministry_viewer_has_no_way_in(client: FlaskClient, session: Session, now: dt.datetime) -> None:
    incident = an_incident(session)
    signed_in(client, an_account(session, Role.MINISTRY_VIEWER))

    assert client.get("/incidents").status_code == 403
    assert client.get(f"/incidents/{incident.id}").status_code == 403


def test_the_address_holds_the_filters(client: FlaskClient, session: Session, now: dt.datetime) -> None:
    an_incident(session, title="첫 사건", region_code="KR-26")
    an_incident(session, title="둘째 사건", type_code="hacking")
    as_coordinator(client, session)

    by_region = client.get("/incidents?region=KR-26").text
    by_text = client.get("/incidents?q=둘째&sort=title").text
    nonsense = client.get("/incidents?urgency=x&state=y&sort=z&page=-3&region=%00&q=%00")

    assert ("첫 사건" in by_region, "둘째 사건" in by_region) == (True, False)
    assert ("첫 사건" in by_text, "둘째 사건" in by_text) == (False, True)
    assert nonsense.status_code == 200


def test_the_csv_is_for_korean_excel_and_holds_no_formula(
    client: FlaskClient, session: Session, now: dt.datetime
) -> None:
    an_incident(session, title="=HYPERLINK(1)")
    as_coordinator(client, session)

    answer = client.get("/incidents.csv?lang=ko")

    assert answer.data.startswith(b"\xef\xbb\xbf")
    assert "접수번호" in answer.text
    assert ",'=HYPERLINK(1)," in answer.text
    assert answer.headers["Content-Disposition"].endswith("incidents-2026-11-23.csv")


def test_higher_features_add_panels_and_buttons(
    client: FlaskClient, session: Session, now: dt.datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    from expertpool.incidents.web import Panel, PanelAction
    from expertpool.words import Words

    def panel(*_: object) -> Panel:
        action = PanelAction(Words("Look elsewhere"), "/elsewhere", posts=True)
        return Panel("components/icon.html", {}, (action,))

    need = a_need(session)
    as_coordinator(client, session)
    monkeypatch.setattr("expertpool.incidents.web.incidents.incident_panels", [panel])
    monkeypatch.setattr("expertpool.incidents.web.needs.need_panels", [panel, lambda *_: None])

    for address in (f"/incidents/{need.incident_id}", f"/needs/{need.id}"):
        assert 'action="/elsewhere"' in client.get(address).text
