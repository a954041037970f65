"""One expert's pages: reading, entering, changing, moving, and the own profile, without scripts."""

import datetime as dt
import uuid
from collections.abc import Iterator
from html.parser import HTMLParser
from typing import Any

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from expertpool.audit.models import AuditEntry
from expertpool.experts.models import Expert
from expertpool.experts.queries import ExpertView
from expertpool.experts.rules import ExpertState, FacetKind
from expertpool.experts.web import expert_panels
from expertpool.infra.identity import Actor, Role
from tests.fixtures.accounts import an_account, signed_in
from tests.fixtures.experts import an_expert

PERSON = {
    "name_ko": "가온",
    "name_en": "Gaon",
    "email": "Gaon@Expert.example",
    "region_code": "KR-11",
    "timezone": "Asia/Seoul",
    "language": "ko",
    "weekly_hours": "16.5",
    "max_open_engagements": "3",
    "notice_hours": "24",
}
ROLE = {
    "facets-0-kind": "role_kind",
    "facets-0-code": "DFE",
    "facets-0-level": "3",
    "facets-0-evidence": "certificate",
    "facets-0-since": "2026-01-22",
    "facets-0-through": "2027-01-21",
}
TERM = {"terms-0-since": "2026-02-01", "terms-0-through": "2028-01-31", "terms-0-basis": "letter 1"}


@pytest.fixture
def coordinator(session: Session, client: FlaskClient, now: dt.datetime) -> FlaskClient:
    return signed_in(client, an_account(session, Role.COORDINATOR))


def test_an_expert_is_entered_with_facets_and_a_term(session: Session, coordinator: FlaskClient) -> None:
    answer = coordinator.post("/experts/new", data=PERSON | ROLE | TERM)

    expert = session.scalars(sa.select(Expert)).one()
    assert answer.location == f"/experts/{expert.id}"
    assert (expert.email, expert.weekly_capacity_minutes) == ("gaon@expert.example", 990)
    assert expert.facets[0].valid_until == dt.date(2027, 1, 22)
    assert expert.appointments[0].ends_on == dt.date(2028, 2, 1)


def test_faults_come_back_in_fields_and_rows_with_what_was_typed(
    session: Session, coordinator: FlaskClient
) -> None:
    sent = PERSON | ROLE | TERM | {"email": "nobody", "facets-0-level": "9", "terms-0-through": ""}

    answer = coordinator.post("/experts/new", data=sent)

    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert session.scalar(sa.select(sa.func.count()).select_from(Expert)) == 0
    assert "Write the day as a date." in page
    assert 'value="letter 1"' in page


def test_a_refused_row_is_marked(session: Session, coordinator: FlaskClient) -> None:
    sent = PERSON | ROLE | {"facets-0-level": "9"}

    page = coordinator.post("/experts/new", data=sent).get_data(as_text=True)

    assert "The level runs from 1 (assists) to 4 (advises)." in page
    assert 'href="#facets-0-code"' in page


@pytest.mark.parametrize(("add", "field"), [("skill", "facets-1-code"), ("term", "terms-1-since")])
def test_a_blank_row_is_added_without_saving(
    session: Session, coordinator: FlaskClient, add: str, field: str
) -> None:
    answer = coordinator.post("/experts/new", data=PERSON | ROLE | TERM | {"add": add})

    assert answer.status_code == 200
    assert f'name="{field}"' in answer.get_data(as_text=True)
    assert session.scalar(sa.select(sa.func.count()).select_from(Expert)) == 0


def edited(expert: Expert, **change: str) -> dict[str, str]:
    """What the edit page of `expert` would send."""
    sent = PERSON | ROLE | TERM | {"email": expert.email, "version": str(expert.version)}
    return sent | change


def test_a_row_is_removed_by_its_tick_box(session: Session, coordinator: FlaskClient) -> None:
    expert = an_expert(session, skills={"imaging": 2})
    session.commit()
    sent = edited(expert) | {
        "facets-1-kind": "skill",
        "facets-1-code": "imaging",
        "facets-1-level": "2",
        "facets-1-remove": "1",
    }

    answer = coordinator.post(f"/experts/{expert.id}/edit", data=sent)

    session.expire_all()
    assert answer.status_code == 302
    assert [facet.kind for facet in expert.facets] == [FacetKind.ROLE_KIND]


def test_the_edit_page_saved_unchanged_changes_no_fact(session: Session, coordinator: FlaskClient) -> None:
    expert = an_expert(session)
    session.commit()
    before = expert.facts
    page = coordinator.get(f"/experts/{expert.id}/edit").get_data(as_text=True)

    answer = coordinator.post(f"/experts/{expert.id}/edit", data=form_fields(page))

    session.expire_all()
    assert answer.status_code == 302
    assert expert.facts == before


def form_fields(page: str) -> dict[str, str]:
    """What a browser would send of the page's main form: text fields and chosen options."""

    class Reader(HTMLParser):
        def __init__(self) -> None:
            super().__init__()
            self.fields: dict[str, str] = {}
            self.select = ""

        def handle_starttag(self, tag: str, attrs: Any) -> None:
            told = dict(attrs)
            if tag == "input" and told.get("type") != "checkbox" and "name" in told:
                self.fields[told["name"]] = told.get("value") or ""
            elif tag == "select":
                self.select = told.get("name") or ""
            elif tag == "option" and "selected" in told and self.select:
                self.fields[self.select] = told.get("value") or ""

    reader = Reader()
    reader.feed(page)
    return reader.fields


def test_a_stale_form_is_told_so_and_keeps_what_was_typed(session: Session, coordinator: FlaskClient) -> None:
    expert = an_expert(session)
    session.commit()

    answer = coordinator.post(f"/experts/{expert.id}/edit", data=edited(expert, version="1", phone="010-7"))

    page = answer.get_data(as_text=True)
    assert answer.status_code == 412
    assert "Somebody changed this expert" in page
    assert "010-7" in page


def test_an_expert_of_another_ministry_is_read_but_not_changed(
    session: Session, coordinator: FlaskClient
) -> None:
    expert = an_expert(session, ministry="KFTC")
    session.commit()

    assert coordinator.get(f"/experts/{expert.id}").status_code == 200
    assert coordinator.get(f"/experts/{expert.id}/edit").status_code == 403
    assert coordinator.post(f"/experts/{expert.id}/edit", data=PERSON).status_code == 403
    sent = {"state": "paused", "version": str(expert.version)}
    assert coordinator.post(f"/experts/{expert.id}/state", data=sent).status_code == 403


@pytest.mark.parametrize(("lang", "word"), [("en", "Paused"), ("ko", "활동 중지")])
def test_an_expert_is_paused_from_the_page(
    session: Session, coordinator: FlaskClient, lang: str, word: str
) -> None:
    expert = an_expert(session)
    session.commit()
    sent = {"state": "paused", "version": str(expert.version)}

    coordinator.get(f"/experts?lang={lang}")
    answer = coordinator.post(f"/experts/{expert.id}/state", data=sent, follow_redirects=True)

    session.expire_all()
    assert expert.state is ExpertState.PAUSED
    assert word in answer.get_data(as_text=True)


@pytest.mark.parametrize(
    ("sent", "status"), [({"state": "applied"}, 409), ({"state": "x"}, 412), ({"version": "0"}, 412)]
)
def test_a_step_that_cannot_be_made_is_refused(
    session: Session, coordinator: FlaskClient, sent: dict[str, str], status: int
) -> None:
    expert = an_expert(session)
    session.commit()

    data = {"state": "paused", "version": str(expert.version)} | sent
    assert coordinator.post(f"/experts/{expert.id}/state", data=data).status_code == status


def test_evidence_is_verified_from_the_page(session: Session, coordinator: FlaskClient) -> None:
    expert = an_expert(session)
    session.commit()

    address = f"/experts/{expert.id}/facets/{expert.facets[0].id}/verify"
    answer = coordinator.post(address, data={"version": str(expert.version)}, follow_redirects=True)

    session.expire_all()
    assert expert.facets[0].verified_by is not None
    assert "verified" in answer.get_data(as_text=True)


def test_looking_at_somebody_is_recorded(session: Session, coordinator: FlaskClient) -> None:
    expert = an_expert(session)
    session.commit()

    coordinator.get(f"/experts/{expert.id}")

    entry = session.scalars(sa.select(AuditEntry).where(AuditEntry.verb == "expert.view")).one()
    assert entry.thing_id == expert.id


def test_a_ghost_is_not_found(coordinator: FlaskClient) -> None:
    assert coordinator.get(f"/experts/{uuid.uuid4()}").status_code == 404
    assert coordinator.get(f"/experts/{uuid.uuid4()}/edit").status_code == 404


@pytest.fixture
def panel() -> Iterator[list[ExpertView]]:
    """A panel as a higher feature would register it; gives what it was asked about."""
    asked: list[ExpertView] = []

    def make(
        session: Session, viewer: Actor, expert: ExpertView, now: dt.datetime
    ) -> tuple[str, dict[str, Any]]:
        asked.append(expert)
        return "layout/error.html", {}

    expert_panels.append(make)
    yield asked
    expert_panels.remove(make)


def test_higher_features_are_asked_for_their_panels(
    session: Session, coordinator: FlaskClient, panel: list[ExpertView]
) -> None:
    expert = an_expert(session)
    session.commit()

    coordinator.get(f"/experts/{expert.id}")

    assert [each.id for each in panel] == [expert.id]


@pytest.fixture
def own(session: Session, client: FlaskClient, now: dt.datetime) -> tuple[FlaskClient, Expert]:
    expert = an_expert(session, languages={"ja": 2})
    return signed_in(client, an_account(session, Role.EXPERT, expert_id=expert.id)), expert


def test_experts_change_their_contact_and_languages(
    session: Session, own: tuple[FlaskClient, Expert]
) -> None:
    client, expert = own
    sent = {
        "phone": "010-1111",
        "region_code": "KR-26",
        "timezone": "Asia/Seoul",
        "language": "en",
        "version": str(expert.version),
        "facets-0-kind": "language",
        "facets-0-code": "de",
        "facets-0-level": "2",
        "facets-1-kind": "role_kind",
        "facets-1-code": "CHR",
        "facets-1-level": "4",
    }

    answer = client.post("/me/profile", data=sent)

    session.expire_all()
    assert answer.status_code == 302
    assert (expert.phone, expert.region_code, expert.language) == ("010-1111", "KR-26", "en")
    assert {(facet.kind, facet.code) for facet in expert.facets} == {
        (FacetKind.LANGUAGE, "de"),
        (FacetKind.ROLE_KIND, "DFE"),
    }


@pytest.mark.parametrize(("lang", "heading"), [("en", "My profile"), ("ko", "내 정보")])
def test_experts_read_their_profile(own: tuple[FlaskClient, Expert], lang: str, heading: str) -> None:
    client, expert = own

    page = client.get(f"/me/profile?lang={lang}").get_data(as_text=True)

    assert heading in page
    assert expert.email in page


def test_faults_of_the_own_profile_come_back(own: tuple[FlaskClient, Expert]) -> None:
    client, expert = own

    answer = client.post("/me/profile", data={"timezone": "Mars", "version": str(expert.version)})

    assert answer.status_code == 422


def test_an_expert_opens_no_staff_page(own: tuple[FlaskClient, Expert]) -> None:
    client, expert = own

    assert client.get(f"/experts/{expert.id}").status_code == 403
