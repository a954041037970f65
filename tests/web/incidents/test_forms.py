"""Recording, correcting and asking, as a browser without scripts does it."""

import datetime as dt
import re
from html import unescape
from typing import Any

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from expertpool.incidents.forms import with_row, without_row
from expertpool.incidents.models import Incident, Need
from expertpool.incidents.rules import IncidentState, NeedState
from expertpool.infra.identity import Role
from tests.fixtures.accounts import an_account, ministry_id, signed_in
from tests.fixtures.conflicts import an_organisation
from tests.fixtures.incidents import a_need, an_incident

FACTS: dict[str, Any] = {
    "title": "도면 반출 의심",
    "summary": "협력사가 도면을 다른 곳에 썼다는 신고입니다.",
    "type_code": "subcontract_misuse",
    "urgency": "4",
    "region_code": "KR-11",
    "technologies": ["T08"],
    "evidence_at_risk": "y",
}

NEED: dict[str, Any] = {
    "purpose": "기술동일성 심사",
    "urgency": "2",
    "not_before": "2026-11-23T09:00",
    "deadline": "2026-12-07T18:00",
    "seats-0-role_kind": "SIM",
    "seats-0-role_class": "INV",
    "seats-0-minimum_level": "3",
    "seats-0-preferred_level": "",
    "seats-0-effort_minutes": "4.5",
    "seats-0-facets-0-code": "technology:T08",
    "seats-0-facets-0-use": "required",
    "seats-0-facets-0-minimum_level": "2",
    "seats-0-facets-0-weight": "1",
    "sessions-0-kind": "meeting",
    "sessions-0-length_minutes": "90",
    "sessions-0-earliest": "2026-11-25T09:00",
    "sessions-0-latest": "2026-12-04T18:00",
    "sessions-0-region_code": "",
    "sessions-0-seats": ["0"],
    "team_rules-0-kind": "no_two_of_one_firm",
    "team_rules-0-count": "1",
}


@pytest.fixture
def browser(client: FlaskClient, session: Session, now: dt.datetime) -> FlaskClient:
    return signed_in(client, an_account(session, Role.COORDINATOR))


def values_of(page: str, name: str) -> list[str]:
    """What the inputs called `name` hold."""
    inputs = re.findall(rf'<input[^>]*name="{re.escape(name)}"[^>]*>', page)
    return [unescape(found[1]) for each in inputs if (found := re.search(r'value="([^"]*)"', each))]


def test_recording_leads_to_the_received_case(browser: FlaskClient, session: Session) -> None:
    answer = browser.post("/incidents/new", data=FACTS | {"receive": "1"})

    incident = session.scalars(sa.select(Incident)).one()
    assert answer.headers["Location"].endswith(f"/incidents/{incident.id}")
    assert incident.state is IncidentState.RECEIVED
    assert [row.trigger for row in incident.triggers] == ["urgent_call"]
    assert "도면" not in answer.headers["Location"]


@pytest.mark.parametrize(
    ("lang", "words"), [("ko", "다음 항목을 고쳐 주세요"), ("en", "Check these answers")]
)
def test_a_faulty_record_comes_back_with_what_was_typed(
    browser: FlaskClient, session: Session, lang: str, words: str
) -> None:
    answer = browser.post(f"/incidents/new?lang={lang}", data=FACTS | {"summary": ""})

    assert answer.status_code == 422
    assert words in answer.text
    assert values_of(answer.text, "title") == ["도면 반출 의심"]
    assert session.scalar(sa.select(sa.func.count()).select_from(Incident)) == 0


def test_facts_are_corrected_unless_somebody_was_faster(browser: FlaskClient, session: Session) -> None:
    incident = an_incident(session)
    session.commit()
    address = f"/incidents/{incident.id}/edit"
    version = values_of(browser.get(address).text, "version")[0]

    first = browser.post(address, data=FACTS | {"version": version, "title": "고친 제목"})
    second = browser.post(address, data=FACTS | {"version": version, "title": "늦은 제목"})

    assert (first.status_code, second.status_code) == (302, 412)
    assert values_of(second.text, "title") == ["늦은 제목"]
    session.refresh(incident)
    assert incident.title == "고친 제목"


def test_steps_are_taken_by_their_buttons(browser: FlaskClient, session: Session) -> None:
    incident = an_incident(session, state=IncidentState.RECEIVED)
    session.commit()
    address = f"/incidents/{incident.id}/state"

    for step in ("triaged", "active", "closed", "active"):
        browser.post(address, data={"to": step})

    session.refresh(incident)
    assert incident.state is IncidentState.ACTIVE


def test_a_step_out_of_turn_is_explained_on_the_page(browser: FlaskClient, session: Session) -> None:
    incident = an_incident(session, state=IncidentState.RECEIVED)
    session.commit()

    answer = browser.post(
        f"/incidents/{incident.id}/state?lang=en", data={"to": "active"}, follow_redirects=True
    )

    assert "cannot become" in answer.text
    assert session.get_one(Incident, incident.id).state is IncidentState.RECEIVED


def test_a_party_is_found_by_its_name_without_scripts(browser: FlaskClient, session: Session) -> None:
    incident = an_incident(session, with_parties=False)
    firm = an_organisation(session, "가람누리소프트")
    session.commit()

    answer = browser.post(
        f"/incidents/{incident.id}/parties/new",
        data={"side": "respondent", "kind": "party", "party_text": "가람누리소프트"},
    )

    assert answer.status_code == 302
    session.refresh(incident)
    assert [party.organisation_id for party in incident.parties] == [firm.id]


def test_namesakes_are_offered_for_choice(browser: FlaskClient, session: Session) -> None:
    incident = an_incident(session, with_parties=False)
    one, other = an_organisation(session, "한빛소재"), an_organisation(session, "한빛소재")
    session.commit()
    address = f"/incidents/{incident.id}/parties/new"
    data = {"side": "respondent", "kind": "party", "party_text": "한빛소재"}

    asked = browser.post(address, data=data)
    chosen = browser.post(address, data=data | {"party": f"organisation:{other.id}"})

    assert asked.status_code == 422
    assert {f"organisation:{one.id}", f"organisation:{other.id}"} <= set(values_of(asked.text, "party"))
    assert chosen.status_code == 302


@pytest.mark.parametrize("party", ["", "organisation:nothing", "person:1", "\x00"])
def test_nobody_unknown_becomes_a_party(browser: FlaskClient, session: Session, party: str) -> None:
    incident = an_incident(session, with_parties=False)
    session.commit()

    answer = browser.post(
        f"/incidents/{incident.id}/parties/new",
        data={"side": "respondent", "kind": "party", "party": party, "party_text": "없는 회사\x00"},
    )

    assert answer.status_code == 422


def test_ministries_join_and_leave(browser: FlaskClient, session: Session) -> None:
    incident = an_incident(session)
    session.commit()
    address = f"/incidents/{incident.id}/ministries"

    browser.post(address, data={"ministry": "NPA", "part": "supporting", "task": "압수물 분석"})
    session.refresh(incident)
    joined = {row.ministry.code: row.task for row in incident.ministries}
    browser.post(f"{address}/{ministry_id(session, 'NPA')}/release")
    session.refresh(incident)

    assert joined == {"MSS": "", "NPA": "압수물 분석"}
    assert [row.ministry.code for row in incident.ministries] == ["MSS"]


def test_a_noted_date_is_a_time_in_seoul(browser: FlaskClient, session: Session) -> None:
    incident = an_incident(session)
    session.commit()
    address = f"/incidents/{incident.id}/triggers"

    browser.post(address, data={"trigger": "theft_known", "happened_at": "2026-11-20T09:00"})
    browser.post(address, data={"trigger": "theft_known", "happened_at": "0001-01-01T00:00"})

    session.refresh(incident)
    noted = [(row.trigger, row.happened_at) for row in incident.triggers]
    assert noted == [("theft_known", dt.datetime(2026, 11, 20, 0, 0, tzinfo=dt.UTC))]


def test_a_need_is_saved_and_submitted_in_one_go(browser: FlaskClient, session: Session) -> None:
    incident = an_incident(session)
    session.commit()

    answer = browser.post(f"/incidents/{incident.id}/needs/new", data=NEED | {"submit": "1"})

    need = session.scalars(sa.select(Need)).one()
    assert answer.headers["Location"].endswith(f"/needs/{need.id}")
    assert need.state is NeedState.SUBMITTED
    assert need.seats[0].effort_minutes == 270
    assert need.sessions[0].earliest == dt.datetime(2026, 11, 25, 0, 0, tzinfo=dt.UTC)


def test_what_a_form_shows_can_be_sent_back_unchanged(browser: FlaskClient, session: Session) -> None:
    need = a_need(session)
    session.commit()
    page = browser.get(f"/needs/{need.id}/edit").text

    assert values_of(page, "sessions-0-earliest") == ["2026-11-25T09:00"]
    assert values_of(page, "version") == [str(need.version)]
    assert values_of(page, "purpose") == [need.purpose]


def test_faults_are_listed_and_linked_to_their_fields(browser: FlaskClient, session: Session) -> None:
    incident = an_incident(session)
    session.commit()
    data = NEED | {"sessions-0-latest": "2026-11-25T10:00", "deadline": "soon"}

    unreadable = browser.post(f"/incidents/{incident.id}/needs/new?lang=en", data=data)
    too_short = browser.post(
        f"/incidents/{incident.id}/needs/new", data=data | {"deadline": NEED["deadline"]}
    )

    assert (unreadable.status_code, too_short.status_code) == (422, 422)
    assert 'href="#deadline"' in unreadable.text
    assert values_of(unreadable.text, "deadline") == ["soon"]
    assert 'href="#sessions-0-latest"' in too_short.text
    assert "The window is shorter than the session." in too_short.text


def test_a_row_is_added_and_everything_typed_stays(browser: FlaskClient, session: Session) -> None:
    incident = an_incident(session)
    session.commit()
    address = f"/incidents/{incident.id}/needs/new"

    page = browser.post(address, data=NEED | {"add": "seats", "deadline": "half typed"})
    deeper = browser.post(address, data=NEED | {"add": "seats-0-facets"})
    ruled = browser.post(address, data=NEED | {"add": "team_rules", "rule_kind": "chair_licence"})

    assert page.status_code == 200
    assert values_of(page.text, "deadline") == ["half typed"]
    assert 'name="seats-1-role_kind"' in page.text
    assert 'name="seats-0-facets-1-code"' in deeper.text
    assert values_of(ruled.text, "team_rules-1-kind") == ["chair_licence"]
    assert session.scalar(sa.select(sa.func.count()).select_from(Need)) == 0


def test_removing_a_seat_moves_those_who_attend_along() -> None:
    posted = MultiDict(
        [
            ("purpose", "심사"),
            ("seats-0-role_kind", "ATT"),
            ("seats-1-role_kind", "PAT"),
            ("seats-1-facets-0-code", "skill:imaging"),
            ("seats-2-role_kind", "SIM"),
            ("sessions-0-seats", "0"),
            ("sessions-0-seats", "1"),
            ("sessions-0-seats", "2"),
            ("team_rules-0-seats", "2"),
        ]
    )

    left = without_row(posted, "seats-1")

    assert list(left.items(multi=True)) == [
        ("purpose", "심사"),
        ("seats-0-role_kind", "ATT"),
        ("seats-1-role_kind", "SIM"),
        ("sessions-0-seats", "0"),
        ("sessions-0-seats", "1"),
        ("team_rules-0-seats", "1"),
    ]


def test_a_new_row_stands_after_the_last() -> None:
    posted = MultiDict([("seats-0-role_kind", "ATT"), ("seats-4-role_kind", "PAT")])

    assert with_row(posted, "seats", {"role_kind": "SIM"})["seats-5-role_kind"] == "SIM"


def test_a_need_that_has_a_plan_says_so_in_its_form(browser: FlaskClient, session: Session) -> None:
    need = a_need(session, state=NeedState.PROPOSED)
    session.commit()

    answer = browser.post(f"/needs/{need.id}/edit?lang=en", data=NEED | {"version": str(need.version)})

    assert answer.status_code == 422
    assert "A plan stands on this need." in answer.text


def test_a_need_changed_meanwhile_is_not_overwritten(browser: FlaskClient, session: Session) -> None:
    need = a_need(session)
    session.commit()
    data = NEED | {"version": str(need.version)}

    first = browser.post(f"/needs/{need.id}/edit", data=data)
    second = browser.post(f"/needs/{need.id}/edit", data=data | {"purpose": "늦은 수정"})

    assert (first.status_code, second.status_code) == (302, 412)
    assert values_of(second.text, "purpose") == ["늦은 수정"]


@pytest.mark.parametrize("field", ["team_rules-0-kind", "template_code", "sessions-0-seats", "remove", "add"])
def test_a_form_that_was_tampered_with_is_no_fault(
    browser: FlaskClient, session: Session, field: str
) -> None:
    incident = an_incident(session)
    session.commit()

    answer = browser.post(f"/incidents/{incident.id}/needs/new", data=NEED | {field: "x" * 60})

    assert answer.status_code in (200, 302, 422)


def test_submitting_and_cancelling_by_button(browser: FlaskClient, session: Session) -> None:
    need = a_need(session, state=NeedState.DRAFT)
    session.commit()

    browser.post(f"/needs/{need.id}/submit")
    session.refresh(need)
    submitted = need.state
    browser.post(f"/needs/{need.id}/cancel")
    session.refresh(need)

    assert (submitted, need.state) == (NeedState.SUBMITTED, NeedState.CANCELLED)


def test_a_label_leads_to_its_own_field_because_every_id_stands_once(browser: FlaskClient) -> None:
    page = browser.get("/incidents/new").text

    ids = re.findall(r'\sid="([^"]+)"', page)
    assert len(ids) == len(set(ids))


def test_a_need_is_not_cancelled_before_it_is_said_what_that_does(
    browser: FlaskClient, session: Session
) -> None:
    need = a_need(session)
    session.commit()

    page = browser.get(f"/needs/{need.id}?lang=en").text

    before, dialog = page.split('<dialog class="ep-dialog" id="cancel"')
    assert f"/needs/{need.id}/cancel" not in before
    assert f"/needs/{need.id}/cancel" in dialog
