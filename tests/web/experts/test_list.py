"""The list of experts: filters, sorting and files hold what the address says, and nothing hidden."""

import csv
import datetime as dt
import io

import openpyxl
import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from expertpool.audit.models import AuditEntry
from expertpool.infra.identity import Role
from tests.fixtures.accounts import an_account, signed_in
from tests.fixtures.experts import an_expert


@pytest.fixture
def coordinator(session: Session, client: FlaskClient, now: dt.datetime) -> FlaskClient:
    return signed_in(client, an_account(session, Role.COORDINATOR))


def page(client: FlaskClient, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return answer.get_data(as_text=True)


@pytest.mark.parametrize(
    ("lang", "texts"),
    [
        ("en", ["Experts", "Yun Seulgi", "Seoul", "Active"]),
        ("ko", ["전문가", "윤슬기", "서울특별시", "활동"]),
    ],
)
def test_the_list_speaks_both_languages(
    session: Session, coordinator: FlaskClient, lang: str, texts: list[str]
) -> None:
    an_expert(session)
    session.commit()

    shown = page(coordinator, f"/experts?lang={lang}")

    assert [text for text in texts if text not in shown] == []


def test_the_address_narrows_and_sorts(session: Session, coordinator: FlaskClient) -> None:
    an_expert(session, name_en="First", weekly_capacity_minutes=60)
    an_expert(session, name_en="Second", weekly_capacity_minutes=600)
    an_expert(session, name_en="Third", roles={"SIM": 3})
    session.commit()

    shown = page(coordinator, "/experts?role=DFE&sort=-capacity")

    assert "Third" not in shown
    assert shown.index("Second") < shown.index("First")
    assert 'aria-sort="descending"' in shown


def test_filters_nobody_understands_narrow_nothing(session: Session, coordinator: FlaskClient) -> None:
    an_expert(session)
    session.commit()

    shown = page(coordinator, "/experts?level=x&state=x&appointed_on=x&hours=x&page=x&sort=x")

    assert "Yun Seulgi" in shown


def test_a_stranger_in_the_address_reaches_no_link(session: Session, coordinator: FlaskClient) -> None:
    an_expert(session)
    session.commit()

    shown = page(coordinator, "/experts?_scheme=javascript&_external=1&form=x&endpoint=x&_anchor=y")

    assert "javascript:" not in shown.lower()
    assert "#y" not in shown


def test_seldom_columns_come_when_they_are_asked_for(session: Session, coordinator: FlaskClient) -> None:
    an_expert(session, languages={"ja": 2})
    session.commit()

    assert 'data-label="Languages"' not in page(coordinator, "/experts")
    for address in ("/experts?columns=all", "/experts?language=ja", "/experts?sort=language"):
        assert 'data-label="Languages"' in page(coordinator, address)


def test_no_match_and_a_page_too_far_are_told_apart(session: Session, coordinator: FlaskClient) -> None:
    an_expert(session)
    session.commit()

    assert "Nobody matches these filters" in page(coordinator, "/experts?text=zzz")
    assert "This page does not exist" in page(coordinator, "/experts?page=9")


def test_an_alias_is_all_another_ministry_sees(session: Session, coordinator: FlaskClient) -> None:
    expert = an_expert(session, ministry="NIS", name_en="Hidden Name", name_ko="숨김", alias="NIS-07")
    session.commit()

    for address in ("/experts", f"/experts/{expert.id}", "/experts/export.csv"):
        shown = page(coordinator, address)
        assert "NIS-07" in shown
        for secret in ("Hidden Name", "숨김", expert.email, "자격증 사본", "위촉장"):
            assert secret not in shown


def test_csv_holds_exactly_the_narrowed_list(session: Session, coordinator: FlaskClient) -> None:
    expert = an_expert(session, name_en="In", email="in@expert.example")
    an_expert(session, name_en="Out", roles={"SIM": 2})
    session.commit()

    answer = coordinator.get("/experts/export.csv?role=DFE")

    assert answer.data.startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(io.StringIO(answer.data.decode("utf-8-sig"))))
    assert [(row["Name in English"], row["E-mail"]) for row in rows] == [("In", expert.email)]
    assert rows[0]["Role kinds"] == "Digital forensic examiner:3"


def test_contact_of_other_ministries_is_blank_in_the_file(session: Session, coordinator: FlaskClient) -> None:
    expert = an_expert(session, ministry="KFTC")
    session.commit()

    content = coordinator.get("/experts/export.csv").data.decode("utf-8-sig")

    assert "Yun Seulgi" in content
    assert expert.email not in content


def test_xlsx_opens_and_the_export_is_recorded(session: Session, coordinator: FlaskClient) -> None:
    an_expert(session)
    session.commit()

    answer = coordinator.get("/experts/export.xlsx?lang=ko")

    sheet = openpyxl.load_workbook(io.BytesIO(answer.data)).worksheets[0]
    assert (sheet["B1"].value, sheet["B2"].value) == ("한글 이름", "윤슬기")
    entry = session.scalars(sa.select(AuditEntry).where(AuditEntry.verb == "expert.export")).one()
    assert entry.detail == {"rows": 1}


@pytest.mark.parametrize(
    ("role", "status"), [(Role.MINISTRY_VIEWER, 200), (Role.AUDITOR, 200), (Role.CONFLICT_OFFICER, 200)]
)
def test_all_staff_read_and_are_offered_no_change(
    session: Session, client: FlaskClient, now: dt.datetime, role: Role, status: int
) -> None:
    expert = an_expert(session)
    reader = signed_in(client, an_account(session, role))

    shown = reader.get("/experts")
    assert shown.status_code == status
    assert "Enter an expert" not in shown.get_data(as_text=True)
    assert reader.get(f"/experts/{expert.id}/edit").status_code == 403


def test_an_expert_does_not_read_the_list(session: Session, client: FlaskClient, now: dt.datetime) -> None:
    expert = an_expert(session)
    session.flush()
    own = signed_in(client, an_account(session, Role.EXPERT, expert_id=expert.id))

    assert own.get("/experts").status_code == 403
