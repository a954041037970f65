"""Importing on the page: check, look, confirm; nothing is kept between, and nothing slips through."""

import datetime as dt
import io
import random
import re

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from expertpool.experts import service
from expertpool.experts.models import Expert
from expertpool.experts.rules import ExpertState
from expertpool.infra.identity import SYSTEM, Role
from tests.fixtures.accounts import an_account, signed_in
from tests.fixtures.experts import an_expert

HEADING = "email,name_ko,name_en,region,weekly_hours,max_open,role_kinds,state\n"
ROW = "new@expert.example,가온,Gaon,서울특별시,16,4,디지털포렌식 전문가:3,applied\n"


@pytest.fixture
def coordinator(session: Session, client: FlaskClient, now: dt.datetime) -> FlaskClient:
    return signed_in(client, an_account(session, Role.COORDINATOR))


def check(client: FlaskClient, text: str | bytes) -> TestResponse:
    content = text.encode() if isinstance(text, str) else text
    answer = client.post("/experts/import", data={"file": (io.BytesIO(content), "experts.csv")})
    answer.request.environ["wsgi.input"].close()  # the client keeps a large body in a file and leaves it open
    return answer


def hidden(page: str) -> dict[str, str]:
    return dict(re.findall(r'<input type="hidden" name="(table|digest)" value="([^"]*)">', page))


def count(session: Session) -> int:
    return session.scalar(sa.select(sa.func.count()).select_from(Expert)) or 0


def test_a_table_is_checked_then_imported(session: Session, coordinator: FlaskClient) -> None:
    checked = check(coordinator, HEADING + ROW)
    assert checked.status_code == 200
    assert count(session) == 0

    answer = coordinator.post(
        "/experts/import/confirm", data=hidden(checked.get_data(as_text=True)), follow_redirects=True
    )

    assert "Imported: 1 new, 0 changed." in answer.get_data(as_text=True)
    assert session.scalars(sa.select(Expert.email)).one() == "new@expert.example"


@pytest.mark.parametrize(("lang", "heading"), [("en", "Region"), ("ko", "지역")])
def test_faults_are_shown_with_row_and_column_and_nothing_to_confirm(
    session: Session, coordinator: FlaskClient, lang: str, heading: str
) -> None:
    coordinator.get(f"/experts/import?lang={lang}")

    page = check(coordinator, HEADING + ROW.replace("서울특별시", "Atlantis")).get_data(as_text=True)

    assert heading in page
    assert hidden(page) == {}


@pytest.mark.parametrize(
    "content", [b"", b"\xff\xfe\x00", b'email\n"open', b"shoe size\n41\n", b"PK\x03\x04nothing"]
)
def test_a_file_that_cannot_be_read_is_refused_on_the_page(coordinator: FlaskClient, content: bytes) -> None:
    assert check(coordinator, content).status_code == 422


def test_choosing_no_file_is_told(coordinator: FlaskClient) -> None:
    assert coordinator.post("/experts/import", data={}).status_code == 422


def test_the_check_is_shown_again_when_the_pool_changed(
    session: Session, coordinator: FlaskClient, now: dt.datetime
) -> None:
    expert = an_expert(session)
    session.commit()
    page = check(coordinator, f"email,weekly_hours\n{expert.email},10\n").get_data(as_text=True)
    service.move_expert(session, expert.id, ExpertState.PAUSED, actor=SYSTEM, now=now)
    session.commit()

    answer = coordinator.post("/experts/import/confirm", data=hidden(page))

    assert answer.status_code == 412
    assert "The pool changed after the table was checked." in answer.get_data(as_text=True)
    assert expert.weekly_capacity_minutes == 960


def test_a_table_nobody_signed_is_refused(session: Session, coordinator: FlaskClient) -> None:
    page = check(coordinator, HEADING + ROW).get_data(as_text=True)
    sent = hidden(page)

    answer = coordinator.post("/experts/import/confirm", data=sent | {"table": sent["table"][:-2] + "xx"})

    assert answer.status_code == 422
    assert count(session) == 0


def test_a_check_is_confirmed_by_the_person_who_made_it(
    session: Session, coordinator: FlaskClient, now: dt.datetime
) -> None:
    sent = hidden(check(coordinator, HEADING + ROW).get_data(as_text=True))
    other = signed_in(coordinator, an_account(session, Role.COORDINATOR))

    assert other.post("/experts/import/confirm", data=sent).status_code == 422


def test_a_large_table_comes_back_whole(session: Session, coordinator: FlaskClient) -> None:
    """More than the half megabyte Flask lets a form field hold by default."""
    rows = [
        f"{number:05}{'x' * 40}@expert.example,가온,Gaon{number * 7919},KR-11,16,4,DFE:3,applied\n"
        for number in range(3000)
    ]
    random.Random(4).shuffle(rows)
    noise = "".join(chr(0xAC00 + random.Random(n).randrange(11172)) for n in range(3000 * 60))
    rows = [row.replace("가온", noise[60 * n : 60 * n + 60]) for n, row in enumerate(rows)]

    sent = hidden(check(coordinator, HEADING + "".join(rows)).get_data(as_text=True))
    answer = coordinator.post("/experts/import/confirm", data=sent)

    assert len(sent["table"]) > 500_000
    assert answer.status_code == 302
    assert count(session) == 3000


def test_other_staff_import_nothing(session: Session, client: FlaskClient, now: dt.datetime) -> None:
    viewer = signed_in(client, an_account(session, Role.MINISTRY_VIEWER))

    assert viewer.get("/experts/import").status_code == 403
    assert check(viewer, HEADING + ROW).status_code == 403
