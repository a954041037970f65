"""The pages of calendars kept elsewhere, and the same for programs."""

import datetime as dt
import io

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from expertpool.availability import service
from expertpool.availability.models import BusyTime, ExternalCalendar
from expertpool.availability.rules import Leave, Span
from expertpool.availability.rules.ics import Note, Noted, Skip, Skipped, divide
from expertpool.availability.rules.remote import (
    NOTHING_SEEN,
    Key,
    Login,
    Trouble,
    key_from_text,
    window_at,
)
from expertpool.experts.models import Expert
from expertpool.infra.identity import SYSTEM, Role
from tests.fixtures.accounts import an_account, signed_in, token_for
from tests.fixtures.availability import SEALER, SECRET_URL, a_subscription, weekly_hours
from tests.fixtures.experts import an_expert
from tests.rules.availability.calendar_files import calendar, event

PAGE = "/me/external-calendars"
FILE = calendar(
    event("DTSTART:20261124T000000Z", "DTEND:20261124T010000Z", "SUMMARY:도면 유출 건", uid="a@x"),
    event("DTSTART;VALUE=DATE:20261125", "TRANSP:TRANSPARENT", uid="b@x"),
    event("DTSTART;TZID=Korea Standard Time:20261126T090000", "DURATION:PT1H", uid="c@x"),
    event("DTSTART:20261201T000000Z", "DURATION:PT1H", "RRULE:FREQ=SECONDLY", uid="d@x"),
)


def _as_expert(client: FlaskClient, session: Session, expert: Expert) -> FlaskClient:
    return signed_in(client, an_account(session, Role.EXPERT, expert_id=expert.id))


def _read(session: Session, kept: ExternalCalendar, now: dt.datetime) -> None:
    claimed = service.claim_reading(session, kept.id, sealer=SEALER, now=now)
    assert claimed is not None
    span = Span(now + dt.timedelta(days=1), now + dt.timedelta(days=1, hours=2))
    notes = {Noted(Note.ZONE_GUESSED, "Korea Standard Time"): 3, Noted(Note.WHOLE_DAY): 1}
    skipped = (Skipped(1, "a@x", Skip.FREE, "20261124"), Skipped(2, "b@x", Skip.RULE_TOO_OFTEN, "20261201"))
    read = service.Imported((span,), skipped, notes, 6, None)
    service.record_reading(session, claimed, read, NOTHING_SEEN, now=now)


def _sent(**changes: str) -> dict[str, str]:
    return {"web-name": "강의", "web-url": SECRET_URL, "web-whole_days": "as_marked"} | changes


def test_a_calendar_is_connected_and_its_address_never_shown_again(
    session: Session, client: FlaskClient, now: dt.datetime
) -> None:
    browser = _as_expert(client, session, an_expert(session))

    answer = browser.post(f"{PAGE}/subscribe", data=_sent())
    pages = [browser.get(each).get_data(as_text=True) for each in (answer.location, PAGE)]

    assert answer.status_code == 302
    assert all("calendar.example" in page and "3f9a" not in page for page in pages)
    assert 'hx-trigger="every 2s"' in pages[0]


def test_a_calendar_that_wants_a_sign_in_is_connected_by_caldav(
    session: Session, client: FlaskClient, now: dt.datetime
) -> None:
    expert = an_expert(session)
    browser = _as_expert(client, session, expert)
    login = {"web-user_name": "yun@mail.example", "web-password": "secret-3f9a"}

    half = browser.post(f"{PAGE}/subscribe", data=_sent(**{**login, "web-user_name": ""}))
    answer = browser.post(f"{PAGE}/subscribe", data=_sent(**login))
    page = browser.get(answer.location).get_data(as_text=True)

    assert (half.status_code, answer.status_code) == (422, 302)
    assert "calendar.example (CalDAV)" in page
    assert not any("3f9a" in text or "yun@" in text for text in (page, half.get_data(as_text=True)))
    calendar = session.scalars(sa.select(ExternalCalendar)).one()
    opened = SEALER.unseal(calendar.sealed_key or b"", of=calendar.id)
    assert key_from_text(opened) == Key(SECRET_URL, Login("yun@mail.example", "secret-3f9a"))


@pytest.mark.parametrize(
    ("lang", "sentence"),
    [
        ("ko", "https:// 또는 webcal://"),
        ("en", "Only addresses that begin with https:// or webcal:// are read."),
    ],
)
def test_an_address_that_is_not_read_is_refused_at_its_field_and_not_repeated(
    session: Session, client: FlaskClient, now: dt.datetime, lang: str, sentence: str
) -> None:
    browser = _as_expert(client, session, an_expert(session))

    answer = browser.post(
        f"{PAGE}/subscribe?lang={lang}", data=_sent(**{"web-url": "http://calendar.example/private-3f9a"})
    )

    page = answer.get_data(as_text=True)
    assert (answer.status_code, "3f9a" in page) == (422, False)
    if lang == "en":
        assert sentence in page


def test_a_file_blocks_time_and_is_told_apart(
    session: Session, client: FlaskClient, now: dt.datetime
) -> None:
    browser = _as_expert(client, session, an_expert(session))
    sent = {"file-name": "학회", "file-whole_days": "as_marked", "file-file": (io.BytesIO(FILE), "a.ics")}

    answer = browser.post(f"{PAGE}/file", data=sent)
    page = browser.get(answer.location + "?lang=en").get_data(as_text=True)

    assert answer.status_code == 302
    assert session.scalar(sa.select(sa.func.count()).select_from(BusyTime)) == 2
    assert "The entry is marked as free time." in page
    assert "The entry repeats more often than once a day without a near end." in page
    assert "Tue 1 Dec 2026" in page
    assert "Korea Standard Time" in page
    assert "도면" not in page


@pytest.mark.parametrize(
    ("data", "sentence"),
    [(b"<html>", "The file is no calendar."), (FILE[:-30], "The end of the file is missing.")],
)
def test_a_file_that_cannot_be_read_is_refused_with_a_reason(
    session: Session, client: FlaskClient, now: dt.datetime, data: bytes, sentence: str
) -> None:
    browser = _as_expert(client, session, an_expert(session))
    sent = {"file-name": "학회", "file-whole_days": "as_marked", "file-file": (io.BytesIO(data), "a.ics")}

    answer = browser.post(f"{PAGE}/file?lang=en", data=sent)

    assert answer.status_code == 422
    assert sentence in answer.get_data(as_text=True)
    assert session.scalar(sa.select(sa.func.count()).select_from(ExternalCalendar)) == 0


def test_what_was_understood_is_told_with_losses_apart(
    session: Session, client: FlaskClient, now: dt.datetime
) -> None:
    expert = an_expert(session)
    kept = a_subscription(session, expert)
    _read(session, kept, now)

    page = _as_expert(client, session, expert).get(f"{PAGE}/{kept.id}?lang=en").get_data(as_text=True)

    assert "Some entries could not be read." in page
    assert "Tue 1 Dec 2026" in page
    assert "Tue 24 Nov 2026" not in page  # when free entries are is nobody's business
    assert "hx-trigger" not in page.partition('id="calendar"')[2].partition(">")[0]


def test_a_paused_calendar_says_why_and_what_still_counts(
    session: Session, client: FlaskClient, now: dt.datetime
) -> None:
    expert = an_expert(session)
    kept = a_subscription(session, expert)
    _read(session, kept, now)
    for number in range(1, 4):
        later = now + dt.timedelta(days=number)
        claimed = service.claim_reading(session, kept.id, sealer=SEALER, now=later)
        assert claimed is not None
        service.record_failure(session, claimed, Trouble.NOT_ALLOWED, None, now=later)

    page = _as_expert(client, session, expert).get(f"{PAGE}/{kept.id}?lang=en").get_data(as_text=True)

    assert "Reading is paused" in page
    assert (
        "The server wants a sign-in. Share the calendar by a secret address, or connect it by CalDAV." in page
    )
    assert "Until it works again, what was read at Mon 23 Nov 2026, 09:00 KST counts." in page


def test_a_calendar_is_read_again_and_removed(
    session: Session, client: FlaskClient, now: dt.datetime
) -> None:
    expert = an_expert(session)
    kept = a_subscription(session, expert)
    browser = _as_expert(client, session, expert)

    again = browser.post(f"{PAGE}/{kept.id}/read-again")
    gone = browser.post(f"{PAGE}/{kept.id}/remove")

    assert (again.location, gone.location) == (f"{PAGE}/{kept.id}", PAGE)
    assert browser.get(f"{PAGE}/{kept.id}").status_code == 404


def test_a_calendar_of_another_expert_is_a_ghost(
    session: Session, client: FlaskClient, now: dt.datetime
) -> None:
    kept = a_subscription(session, an_expert(session))
    browser = _as_expert(client, session, an_expert(session))

    answers = [
        browser.get(f"{PAGE}/{kept.id}").status_code,
        browser.post(f"{PAGE}/{kept.id}/read-again").status_code,
        browser.post(f"{PAGE}/{kept.id}/remove").status_code,
        browser.post(f"{PAGE}/{kept.id}/file", data={"file": (io.BytesIO(FILE), "a.ics")}).status_code,
    ]

    assert answers == [404] * 4


def test_programs_do_the_same(session: Session, client: FlaskClient, now: dt.datetime) -> None:
    expert = an_expert(session)
    token = token_for(session, an_account(session, Role.EXPERT, expert_id=expert.id))
    base = f"/api/v1/experts/{expert.id}/external-calendars"

    login = {"user_name": "yun", "password": "word-3f9a"}
    made = client.post(base, json={"name": "강의", "url": SECRET_URL, **login}, headers=token)
    said, form = {"name": "학회", "whole_days": "never"}, {"file": (io.BytesIO(FILE), "a.ics")}
    filed = client.post(f"{base}/files", query_string=said, data=form, headers=token)
    newer = {"file": (io.BytesIO(FILE), "b.ics")}
    renewed = client.put(f"{base}/{filed.get_json()['id']}/file", data=newer, headers=token)
    again = client.post(f"{base}/{made.get_json()['id']}/read-again", headers=token)
    listed = client.get(base, headers=token)

    codes = [each.status_code for each in (made, filed, renewed, again, listed)]
    assert codes == [201, 201, 204, 202, 200]
    assert "3f9a" not in listed.get_data(as_text=True)
    file, web = sorted(listed.get_json(), key=lambda each: not each["is_file"])
    assert (file["understood"]["spans"], web["understood"], web["host"]) == (2, None, "calendar.example")
    assert (file["way"], web["way"]) == ("file", "caldav")
    assert client.delete(f"{base}/{web['id']}", headers=token).status_code == 204


def test_programs_of_others_find_nothing(session: Session, client: FlaskClient, now: dt.datetime) -> None:
    expert, other = an_expert(session), an_expert(session)
    kept = a_subscription(session, expert)
    theirs = token_for(session, an_account(session, Role.EXPERT, expert_id=other.id))
    base = f"/api/v1/experts/{expert.id}/external-calendars"

    answers = {
        client.get(base, headers=theirs).status_code,
        client.post(base, json={"name": "a", "url": SECRET_URL}, headers=theirs).status_code,
        client.delete(f"{base}/{kept.id}", headers=theirs).status_code,
        client.delete(f"/api/v1/experts/{other.id}/external-calendars/{kept.id}", headers=theirs).status_code,
    }

    assert answers == {404}


@pytest.mark.parametrize(("form", "part"), [("hours", "VAVAILABILITY"), ("taken", "VFREEBUSY")])
def test_an_expert_takes_the_own_time_home(
    session: Session, client: FlaskClient, now: dt.datetime, form: str, part: str
) -> None:
    expert = an_expert(session)
    weekly_hours(session, expert.id)
    leave = Leave(dt.date(2026, 12, 1), dt.date(2026, 12, 2), "수술")
    service.add_leave(session, expert.id, leave=leave, actor=SYSTEM, now=now)

    answer = _as_expert(client, session, expert).get(f"/me/availability/{form}.ics")

    assert answer.content_type == "text/calendar; charset=utf-8"
    assert f"BEGIN:{part}" in answer.get_data(as_text=True)
    assert "수술" not in answer.get_data(as_text=True)
    again = divide(answer.data, window=window_at(now), tz="Asia/Seoul", own_domain="expertpool.example")
    assert {each.why for each in again.skipped} == {Skip.OURS}


def test_the_preview_shows_no_more_than_coordinators_see(
    session: Session, client: FlaskClient, now: dt.datetime
) -> None:
    expert = an_expert(session)
    weekly_hours(session, expert.id)
    _read(session, a_subscription(session, expert, name="병원"), now)

    page = _as_expert(client, session, expert).get("/me/availability?lang=en").get_data(as_text=True)
    preview, _, reasons = page.partition("ep-disclosure")

    assert "Busy in a calendar of their own." in preview
    assert "병원" not in preview
    assert "Busy in the calendar “병원”." in reasons
