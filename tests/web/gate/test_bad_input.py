"""What cannot be used is told in the reader's language, and nothing of it stays behind."""

import datetime as dt
import io
import re

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from expertpool.experts.models import Expert
from expertpool.incidents.models import Need
from expertpool.infra.identity import Role
from tests.fixtures.accounts import an_account, signed_in, token_for
from tests.fixtures.incidents import an_incident


@pytest.fixture
def coordinator(session: Session, client: FlaskClient, now: dt.datetime) -> FlaskClient:
    return signed_in(client, an_account(session, Role.COORDINATOR))


@pytest.mark.parametrize(("lang", "sentence"), [("ko", "너무 큽니다"), ("en", "too large")])
def test_an_oversized_upload_is_refused(
    app: Flask, session: Session, coordinator: FlaskClient, lang: str, sentence: str
) -> None:
    big = io.BytesIO(b"x" * (app.config["MAX_CONTENT_LENGTH"] + 1))

    answer = coordinator.post(f"/experts/import?lang={lang}", data={"file": (big, "experts.csv")})
    answer.request.environ["wsgi.input"].close()  # the client keeps a large body in a file and leaves it open

    assert answer.status_code == 413
    assert sentence in answer.get_data(as_text=True)


@pytest.mark.parametrize(("lang", "sentence"), [("ko", "너무 오래"), ("en", "for too long")])
def test_an_expired_form_is_refused_and_saves_nothing(
    app: Flask,
    session: Session,
    coordinator: FlaskClient,
    monkeypatch: pytest.MonkeyPatch,
    lang: str,
    sentence: str,
) -> None:
    monkeypatch.setitem(app.config, "WTF_CSRF_ENABLED", True)
    page = coordinator.get(f"/experts/new?lang={lang}").get_data(as_text=True)
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)
    assert token is not None

    monkeypatch.setitem(app.config, "WTF_CSRF_TIME_LIMIT", -1)
    answer = coordinator.post("/experts/new", data={"csrf_token": token[1], "name_ko": "가온"})

    assert answer.status_code == 400
    assert sentence in answer.get_data(as_text=True)
    assert session.scalar(sa.select(sa.func.count()).select_from(Expert)) == 0


@pytest.mark.parametrize("lang", ["ko", "en"])
def test_an_impossible_need_is_told_field_by_field_and_not_kept(
    session: Session, client: FlaskClient, now: dt.datetime, lang: str
) -> None:
    incident = an_incident(session)
    headers = token_for(session, an_account(session, Role.COORDINATOR))
    seat = {
        "role_kind": "SIM",
        "role_class": "INV",
        "minimum_level": 3,
        "facets": [{"kind": "skill", "code": "NO-SUCH", "required": True, "minimum_level": 2}],
    }
    meeting = {
        "kind": "meeting",
        "length_minutes": 90,
        "earliest": "2026-12-04T18:00:00+09:00",
        "latest": "2026-12-04T09:00:00+09:00",
        "seat_numbers": [1],
    }
    body = {
        "purpose": "심사",
        "urgency": 2,
        "not_before": "2026-11-23T09:00:00+09:00",
        "deadline": "2026-12-07T18:00:00+09:00",
        "seats": [seat],
        "sessions": [meeting],
    }

    answer = client.post(f"/api/v1/incidents/{incident.id}/needs?lang={lang}", json=body, headers=headers)

    assert answer.status_code == 422
    assert answer.content_type == "application/problem+json"
    told = answer.get_json()
    assert set(told["errors"]) == {"seats-0-facets-0-code", "sessions-0-latest"}
    assert any("가" <= letter <= "힣" for letter in told["detail"]) == (lang == "ko")
    assert session.scalar(sa.select(sa.func.count()).select_from(Need)) == 0


@pytest.mark.parametrize(("lang", "sentence"), [("ko", "바꿨습니다"), ("en", "changed this")])
def test_a_stale_version_is_refused_in_words(
    session: Session, client: FlaskClient, now: dt.datetime, lang: str, sentence: str
) -> None:
    incident = an_incident(session)
    headers = token_for(session, an_account(session, Role.COORDINATOR))

    answer = client.put(
        f"/api/v1/incidents/{incident.id}/state?lang={lang}",
        json={"state": "triaged"},
        headers=headers | {"If-Match": '"old"'},
    )

    assert answer.status_code == 412
    assert sentence in answer.get_json()["detail"]
