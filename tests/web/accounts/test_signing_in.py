"""Signing in: equal answers, throttling, two steps, signing out, both languages."""

import datetime as dt
import re
import uuid

import pytest
from flask.testing import FlaskClient
from passlib.totp import TOTP
from sqlalchemy.orm import Session

from expertpool.accounts import service
from expertpool.accounts.models import Account
from expertpool.accounts.rules import NOT_RECOGNISED, PER_ACCOUNT, TOO_MANY
from expertpool.audit import service as audit
from expertpool.infra.identity import SYSTEM, Role
from tests.fixtures.accounts import PASSWORD, an_account, signed_in


@pytest.fixture
def account(session: Session) -> Account:
    made = an_account(session, Role.AUDITOR, ministry=None)
    session.commit()
    return made


def _sign_in(client: FlaskClient, email: str, password: str) -> str:
    answer = client.post("/login?lang=en", data={"email": email, "password": password}, follow_redirects=True)
    return re.sub(r'name="csrf_token" value="[^"]*"', "", answer.get_data(as_text=True))


def test_the_right_password_leads_to_the_first_page(client: FlaskClient, account: Account) -> None:
    page = _sign_in(client, account.email, PASSWORD)

    assert "Audit record" in page


def test_unknown_address_and_wrong_password_get_the_same_answer(
    client: FlaskClient, account: Account
) -> None:
    wrong = _sign_in(client, account.email, "not-the-password")
    unknown = _sign_in(client, "nobody@staff.example", "not-the-password")

    assert str(NOT_RECOGNISED) in wrong
    assert wrong.replace(account.email, "") == unknown.replace("nobody@staff.example", "")


@pytest.mark.parametrize("known", [True, False], ids=["known", "unknown"])
def test_too_many_wrong_tries_pause_the_account(client: FlaskClient, account: Account, known: bool) -> None:
    email = account.email if known else "nobody@staff.example"
    for _ in range(PER_ACCOUNT.failures):
        _sign_in(client, email, "not-the-password")

    page = _sign_in(client, email, PASSWORD)

    assert str(TOO_MANY) in page


def test_the_pause_ends(client: FlaskClient, account: Account, session: Session) -> None:
    instant = dt.datetime(2026, 11, 23, tzinfo=dt.UTC)
    for _ in range(PER_ACCOUNT.failures):
        service.note_failure(session, b"key", PER_ACCOUNT, now=instant)

    during = service.is_paused(session, [b"key"], now=instant + dt.timedelta(minutes=14))
    after = service.is_paused(session, [b"key"], now=instant + dt.timedelta(minutes=15))

    assert (during, after) == (True, False)


def test_failures_long_apart_do_not_add_up(session: Session) -> None:
    instant = dt.datetime(2026, 11, 23, tzinfo=dt.UTC)
    for hour in range(PER_ACCOUNT.failures + 2):
        service.note_failure(session, b"key", PER_ACCOUNT, now=instant + dt.timedelta(hours=hour))

    assert not service.is_paused(session, [b"key"], now=instant + dt.timedelta(hours=7))


def test_a_switched_off_account_loses_its_session_at_once(
    client: FlaskClient, account: Account, session: Session
) -> None:
    signed_in(client, account)
    assert client.get("/audit").status_code == 200

    service.switch(session, account.id, on=False, actor=SYSTEM, now=dt.datetime.now(dt.UTC))
    session.commit()

    assert client.get("/audit").status_code == 302


def test_the_record_leads_from_an_act_to_the_thing(
    client: FlaskClient, account: Account, session: Session
) -> None:
    thing, now = uuid.uuid4(), dt.datetime(2026, 11, 23, tzinfo=dt.UTC)
    audit.record(session, actor=SYSTEM, verb="need.submit", kind="need", thing=thing, now=now)
    session.commit()

    page = signed_in(client, account).get(f"/audit?thing={thing}&lang=en").text

    assert f'<a href="/needs/{thing}">Need</a>' in page
    assert "The system" in page


def test_signing_out_needs_a_post(client: FlaskClient, account: Account) -> None:
    signed_in(client, account)

    assert client.get("/logout").status_code == 405
    client.post("/logout")
    assert client.get("/audit").status_code == 302


def test_the_page_comes_in_korean(client: FlaskClient) -> None:
    page = client.get("/login?lang=ko").get_data(as_text=True)

    assert '<html lang="ko">' in page
    assert "로그인" in page


def _found(pattern: str, page: str) -> str:
    match = re.search(pattern, page)
    assert match is not None
    return re.sub(r"\s", "", match.group(1))


def test_two_steps_ask_for_a_code(client: FlaskClient, account: Account) -> None:
    _sign_in(client, account.email, PASSWORD)
    page = client.post("/tf-setup", data={"setup": "authenticator"}).get_data(as_text=True)
    totp = TOTP(key=_found(r"<code>([^<]+)</code>", page), format="base32")
    setup = _found(r'action="(/tf-[^"]+)"', page)
    client.post(setup, data={"code": totp.generate().token})
    client.post("/logout")

    second = _sign_in(client, account.email, PASSWORD)

    assert "Second step" in second
    assert client.get("/audit").status_code == 302
