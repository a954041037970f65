"""Passwords for calendar programs: shown once, ended at once, never the one to sign in with."""

import datetime as dt
import re

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from expertpool.accounts.models import Account, AppPassword, SignInFailure
from expertpool.accounts.rules import PER_CALENDAR_PROGRAM
from expertpool.infra import clock
from expertpool.infra.identity import Role
from tests.fixtures.accounts import PASSWORD, an_account, signed_in
from tests.fixtures.dav import app_password, basic
from tests.fixtures.experts import an_expert

PAGE = "/account/calendar-passwords"


@pytest.fixture
def account(session: Session, now: dt.datetime) -> Account:
    made = an_account(session, Role.EXPERT, expert_id=an_expert(session).id)
    session.commit()
    return made


def _opens(client: FlaskClient, name: str, password: str) -> int:
    return client.open("/dav/", method="PROPFIND", headers=basic(name, password)).status_code


def test_a_password_is_shown_once_and_only_its_hash_is_kept(
    session: Session, client: FlaskClient, account: Account
) -> None:
    signed_in(client, account)

    page = client.post(PAGE, data={"label": "My phone"}).get_data(as_text=True)

    shown = re.search(r"<code>((?:[a-z2-9]{5}-){3}[a-z2-9]{5})</code>", page)
    assert shown is not None
    again = client.get(PAGE).get_data(as_text=True)
    kept = session.scalars(sa.select(AppPassword)).one()
    assert shown[1] not in again
    assert "My phone" in again
    assert shown[1].encode() not in kept.password_hash
    assert _opens(client, account.email, shown[1]) == 207
    assert _opens(client, account.email.upper(), shown[1].replace("-", " ").upper()) == 207
    assert session.scalars(sa.select(AppPassword.last_used_at)).one() == clock.now()


def test_passwords_and_cookies_open_what_they_are_for_and_nothing_else(
    session: Session, client: FlaskClient, account: Account
) -> None:
    secret = app_password(session, account)
    other = an_account(session, Role.EXPERT, expert_id=an_expert(session).id)
    headers = basic(account.email, secret)
    session.commit()

    assert _opens(client, account.email, PASSWORD) == 401
    assert _opens(client, other.email, secret) == 401
    assert client.get("/me/calendar", headers=headers).status_code == 302
    assert client.get("/api/v1/experts", headers=headers).status_code == 401
    assert client.get("/api/v1/experts", headers={"Authorization": f"Bearer {secret}"}).status_code == 401
    signed_in(client, account)  # with a cookie another site could write
    assert client.open("/dav/", method="PROPFIND").status_code == 401
    account.active = False
    session.commit()
    assert _opens(client, account.email, secret) == 401


def test_an_ended_password_opens_nothing_and_only_its_owner_ends_it(
    session: Session, client: FlaskClient, account: Account
) -> None:
    secret = app_password(session, account)
    kept = session.scalars(sa.select(AppPassword)).one()
    signed_in(client, an_account(session, Role.EXPERT, expert_id=an_expert(session).id))
    assert client.post(f"{PAGE}/{kept.id}/revoke").status_code == 404
    assert _opens(client, account.email, secret) == 207

    signed_in(client, account)
    client.post(f"{PAGE}/{kept.id}/revoke")

    assert _opens(client, account.email, secret) == 401
    assert session.scalar(sa.select(sa.func.count()).select_from(SignInFailure)) == 0  # it is no guess


def test_no_form_of_another_site_reaches_a_calendar(
    app: Flask, session: Session, client: FlaskClient, account: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(app.config, "WTF_CSRF_ENABLED", True)
    headers = basic(account.email, app_password(session, account))
    home = f"/dav/calendars/{account.expert_id}/"

    posted = [
        client.post(place, headers=headers).status_code for place in ("/dav/", home, f"{home}busy/a.ics")
    ]
    written = client.delete(f"{home}busy/a.ics", headers=headers)

    assert posted == [405, 405, 405]
    assert written.status_code == 404  # a calendar program needs no token of a form


def test_guessing_is_paused_and_the_right_password_waits_too(
    session: Session, client: FlaskClient, account: Account, monkeypatch: pytest.MonkeyPatch, now: dt.datetime
) -> None:
    secret = app_password(session, account)
    for number in range(PER_CALENDAR_PROGRAM.failures):
        assert _opens(client, account.email, f"guess-{number}") == 401

    assert _opens(client, account.email, secret) == 429

    monkeypatch.setattr(clock, "now", lambda: now + PER_CALENDAR_PROGRAM.pause + dt.timedelta(seconds=1))
    assert _opens(client, account.email, secret) == 207


def test_there_can_be_too_many(session: Session, client: FlaskClient, account: Account) -> None:
    for _ in range(20):
        app_password(session, account)
    signed_in(client, account)

    assert client.post(PAGE, data={"label": "one more"}).status_code == 422


def test_only_experts_have_calendars(session: Session, client: FlaskClient, now: dt.datetime) -> None:
    coordinator = an_account(session, Role.COORDINATOR)
    secret = app_password(session, coordinator)
    signed_in(client, coordinator)

    assert client.get(PAGE).status_code == 403
    assert _opens(client, coordinator.email, secret) == 401
