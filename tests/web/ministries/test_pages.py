"""The pages of the lending agreements, walked without scripts in both languages."""

import datetime as dt
import uuid

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from expertpool.infra.identity import Role
from expertpool.ministries import service
from expertpool.ministries.models import LendingAgreement
from expertpool.ministries.rules import BlackoutFacts
from tests.fixtures.accounts import an_account, ministry_id, signed_in
from tests.fixtures.ministries import an_agreement

TERMS = {
    "quota_hours": "40",
    "notice_hours": "72",
    "silent_consent_hours": "24",
    "cost_share_percent": "50",
}


@pytest.fixture
def lender(session: Session, client: FlaskClient, now: dt.datetime) -> FlaskClient:
    return signed_in(client, an_account(session, Role.COORDINATOR, ministry="KFTC"))


@pytest.mark.parametrize(("lang", "heading"), [("en", "Lending agreements"), ("ko", "대여 협약")])
def test_the_list_shows_what_is_used_this_month(
    session: Session, lender: FlaskClient, lang: str, heading: str
) -> None:
    agreement = an_agreement(session)
    service.take_quota(session, agreement.id, month=dt.date(2026, 11, 1), minutes=90)
    session.commit()

    page = lender.get(f"/lending-agreements?lang={lang}").get_data(as_text=True)

    assert heading in page
    assert "1.5" in page
    assert 'value="90"' in page


def test_a_third_ministry_finds_an_empty_list(
    session: Session, client: FlaskClient, now: dt.datetime
) -> None:
    agreement = an_agreement(session)
    outsider = signed_in(client, an_account(session, Role.MINISTRY_VIEWER, ministry="NPA"))

    assert str(agreement.id) not in outsider.get("/lending-agreements").get_data(as_text=True)
    assert outsider.get(f"/lending-agreements/{agreement.id}").status_code == 404


def test_a_coordinator_agrees_to_lend_and_reads_it_back(session: Session, lender: FlaskClient) -> None:
    sent = TERMS | {
        "lender": str(ministry_id(session, "KFTC")),
        "borrower": str(ministry_id(session, "MSS")),
        "valid_from": "2026-12-01",
        "valid_through": "2027-11-30",
        "blackouts-0-start": "2026-12-24T09:00",
        "blackouts-0-end": "2026-12-31T18:00",
    }

    answer = lender.post("/lending-agreements/new", data=sent, follow_redirects=True)

    agreement = session.scalars(sa.select(LendingAgreement)).one()
    assert answer.request.path == f"/lending-agreements/{agreement.id}"
    assert agreement.valid_until == dt.date(2027, 12, 1)
    assert agreement.blackouts[0].starts_at == dt.datetime(2026, 12, 24, 0, 0, tzinfo=dt.UTC)


def test_a_coordinator_cannot_choose_another_lender(session: Session, lender: FlaskClient) -> None:
    sent = TERMS | {
        "lender": str(ministry_id(session, "MSS")),
        "borrower": str(ministry_id(session, "NPA")),
        "valid_from": "2026-12-01",
    }

    assert lender.post("/lending-agreements/new", data=sent).status_code == 422


def test_faults_come_back_beside_their_fields_with_what_was_typed(
    session: Session, lender: FlaskClient
) -> None:
    sent = TERMS | {
        "lender": str(ministry_id(session, "KFTC")),
        "borrower": str(ministry_id(session, "KFTC")),
        "valid_from": "2026-12-01",
        "blackouts-0-start": "2026-12-24T09:00",
        "blackouts-0-end": "",
    }

    answer = lender.post("/lending-agreements/new", data=sent)

    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert "Write both days with their time." in page
    assert "2026-12-24T09:00" in page


def test_a_blank_row_is_added_without_saving(session: Session, lender: FlaskClient) -> None:
    agreement = an_agreement(session)
    session.commit()

    answer = lender.post(f"/lending-agreements/{agreement.id}/edit", data=TERMS | {"add": "blackout"})

    assert answer.status_code == 200
    assert "blackouts-0-start" in answer.get_data(as_text=True)


def test_the_terms_are_changed_and_a_blackout_removed(
    session: Session, lender: FlaskClient, now: dt.datetime
) -> None:
    agreement = an_agreement(session, blackouts=(BlackoutFacts(now, now + dt.timedelta(days=1)),))
    session.commit()
    sent = TERMS | {
        "quota_hours": "7.5",
        "version": "1",
        "blackouts-0-start": "2026-11-23T09:00",
        "blackouts-0-end": "2026-11-24T09:00",
        "blackouts-0-remove": "1",
    }

    answer = lender.post(f"/lending-agreements/{agreement.id}/edit", data=sent)

    session.expire_all()
    assert answer.status_code == 302
    assert (agreement.monthly_quota_minutes, agreement.blackouts) == (450, [])


def test_a_stale_form_is_told_so_and_keeps_what_was_typed(session: Session, lender: FlaskClient) -> None:
    agreement = an_agreement(session)
    session.commit()

    answer = lender.post(
        f"/lending-agreements/{agreement.id}/edit", data=TERMS | {"version": "0", "quota_hours": "13"}
    )

    page = answer.get_data(as_text=True)
    assert answer.status_code == 412
    assert "Somebody changed this agreement" in page
    assert 'value="13"' in page


def test_the_borrower_reads_but_does_not_change(
    session: Session, client: FlaskClient, now: dt.datetime
) -> None:
    agreement = an_agreement(session)
    borrower = signed_in(client, an_account(session, Role.COORDINATOR, ministry="MSS"))

    assert borrower.get(f"/lending-agreements/{agreement.id}").status_code == 200
    assert borrower.get(f"/lending-agreements/{agreement.id}/edit").status_code == 403


def test_a_ghost_is_not_found(lender: FlaskClient) -> None:
    assert lender.get(f"/lending-agreements/{uuid.uuid4()}").status_code == 404
