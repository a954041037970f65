"""Lending agreements for programs."""

import datetime as dt
import uuid
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from expertpool.infra.identity import Role
from expertpool.ministries import service
from tests.fixtures.accounts import an_account, ministry_id, token_for
from tests.fixtures.ministries import an_agreement

Headers = dict[str, str]
ADDRESS = "/api/v1/lending-agreements"


@pytest.fixture
def lender(session: Session, now: dt.datetime) -> Headers:
    return token_for(session, an_account(session, Role.COORDINATOR, ministry="KFTC"))


def terms(session: Session, **change: object) -> dict[str, Any]:
    """What a program would send."""
    return {
        "lender_id": str(ministry_id(session, "KFTC")),
        "borrower_id": str(ministry_id(session, "MSS")),
        "valid_from": "2026-01-22",
        "monthly_quota_minutes": 2400,
        "notice_minutes": 4320,
        "silent_consent_minutes": 1440,
        "blackouts": [{"starts_at": "2026-12-24T00:00:00+09:00", "ends_at": "2026-12-31T00:00:00+09:00"}],
    } | change


def test_an_agreement_is_made_read_and_changed(
    client: FlaskClient, session: Session, lender: Headers
) -> None:
    made = client.post(ADDRESS, json=terms(session), headers=lender)
    assert made.status_code == 201
    address = f"{ADDRESS}/{made.get_json()['id']}"
    read = client.get(address, headers=lender)

    changed = client.put(
        address,
        json=terms(session, monthly_quota_minutes=60),
        headers=lender | {"If-Match": read.headers["ETag"]},
    )

    assert changed.status_code == 200
    assert changed.get_json()["monthly_quota_minutes"] == 60
    assert changed.headers["ETag"] != read.headers["ETag"]


def test_a_change_says_which_version_it_changes(
    client: FlaskClient, session: Session, lender: Headers
) -> None:
    agreement = an_agreement(session)
    session.commit()
    address = f"{ADDRESS}/{agreement.id}"

    bare = client.put(address, json=terms(session), headers=lender)
    stale = client.put(address, json=terms(session), headers=lender | {"If-Match": '"old"'})

    assert (bare.status_code, stale.status_code) == (428, 412)


def test_the_borrower_reads_and_does_not_change(
    client: FlaskClient, session: Session, now: dt.datetime
) -> None:
    agreement = an_agreement(session)
    borrower = token_for(session, an_account(session, Role.COORDINATOR, ministry="MSS"))
    read = client.get(f"{ADDRESS}/{agreement.id}", headers=borrower)

    change = client.put(
        f"{ADDRESS}/{agreement.id}",
        json=terms(session),
        headers=borrower | {"If-Match": read.headers["ETag"]},
    )

    assert (read.status_code, change.status_code) == (200, 403)


def test_a_third_ministry_finds_nothing(client: FlaskClient, session: Session, now: dt.datetime) -> None:
    agreement = an_agreement(session)
    outsider = token_for(session, an_account(session, Role.COORDINATOR, ministry="NPA"))

    assert client.get(f"{ADDRESS}/{agreement.id}", headers=outsider).status_code == 404
    assert (
        client.get(f"{ADDRESS}/{agreement.id}/months?since=2026-11-01", headers=outsider).status_code == 404
    )
    assert client.get(ADDRESS, headers=outsider).get_json() == []


def test_an_auditor_reads_all_agreements(client: FlaskClient, session: Session, now: dt.datetime) -> None:
    an_agreement(session)
    auditor = token_for(session, an_account(session, Role.AUDITOR, ministry=None))

    assert len(client.get(ADDRESS, headers=auditor).get_json()) == 1


def test_use_is_told_month_by_month(client: FlaskClient, session: Session, lender: Headers) -> None:
    agreement = an_agreement(session)
    service.take_quota(session, agreement.id, month=dt.date(2026, 12, 1), minutes=90)
    session.commit()

    answer = client.get(f"{ADDRESS}/{agreement.id}/months?since=2026-11-23&months=3", headers=lender)

    assert [(each["month"], each["used_minutes"]) for each in answer.get_json()] == [
        ("2026-11-01", 0),
        ("2026-12-01", 90),
        ("2027-01-01", 0),
    ]


@pytest.mark.parametrize(
    "change",
    [{"monthly_quota_minutes": -1}, {"shoe_size": 41}, {"blackouts": [{"starts_at": "2026-12-24T00:00:00"}]}],
)
def test_what_cannot_be_used_is_a_problem(
    client: FlaskClient, session: Session, lender: Headers, change: dict[str, Any]
) -> None:
    answer = client.post(ADDRESS, json=terms(session, **change), headers=lender)

    assert (answer.status_code, answer.content_type) == (422, "application/problem+json")


def test_without_a_token_nothing_is_told(client: FlaskClient, session: Session) -> None:
    assert client.get(ADDRESS).status_code == 401
    assert client.post(ADDRESS, json={}).status_code == 401


def test_a_ghost_is_not_found(client: FlaskClient, lender: Headers) -> None:
    assert client.get(f"{ADDRESS}/{uuid.uuid4()}", headers=lender).status_code == 404


def test_ministries_that_take_part_are_listed(client: FlaskClient, lender: Headers) -> None:
    found = client.get("/api/v1/ministries", headers=lender).get_json()

    assert {each["code"] for each in found} == {"MSS", "MOTIR", "KFTC", "MOIP", "NPA", "NIS", "SEC"}
