"""The pages of an expert's time, as a browser without scripts meets them."""

import datetime as dt

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from expertpool.availability import service
from expertpool.availability.queries import own_busy, own_exceptions, own_leaves, own_patterns
from expertpool.availability.rules import DayHours, Leave, WeeklyPattern
from expertpool.experts.models import Expert
from expertpool.infra.identity import SYSTEM, Role
from tests.fixtures.accounts import an_account, signed_in
from tests.fixtures.availability import MONDAY, version_of, weekly_hours
from tests.fixtures.experts import an_expert

TUESDAY = dt.date(2026, 11, 24)
PAGE = "/me/availability"


def _as_expert(client: FlaskClient, session: Session, expert: Expert) -> FlaskClient:
    return signed_in(client, an_account(session, Role.EXPERT, expert_id=expert.id))


def _hours(session: Session, expert: Expert, **sent: object) -> dict[str, object]:
    seen = version_of(session, expert.id)
    return {"week-seen": seen, "week-first": "2026-11-23", "week-weeks": "0"} | sent


@pytest.mark.parametrize(
    ("lang", "sentence"), [("ko", "조정관에게 이렇게 보입니다"), ("en", "This is what coordinators see")]
)
def test_an_expert_sees_the_week_as_coordinators_see_it(
    session: Session, client: FlaskClient, now: dt.datetime, lang: str, sentence: str
) -> None:
    expert = an_expert(session)
    weekly_hours(session, expert.id)

    page = _as_expert(client, session, expert).get(f"{PAGE}?lang={lang}").get_data(as_text=True)

    assert sentence in page
    assert 'data-day="tue" data-at="540"' in page


def test_typed_hours_are_saved_without_scripts(
    session: Session, client: FlaskClient, now: dt.datetime
) -> None:
    expert = an_expert(session)
    sent = _hours(session, expert, **{"hours-tue-from": ["9:00", ""], "hours-tue-to": ["12:00", ""]})

    answer = _as_expert(client, session, expert).post(f"/experts/{expert.id}/availability/hours", data=sent)

    assert (answer.status_code, answer.location) == (302, PAGE)
    assert own_patterns(session, expert.id) == (WeeklyPattern(1, "09:00", "12:00", MONDAY),)


def test_painted_hours_alone_count_when_scripts_run(
    session: Session, client: FlaskClient, now: dt.datetime
) -> None:
    expert = an_expert(session)
    sent = _hours(
        session, expert, **{"hours": "fri 09:00-12:00", "hours-tue-from": "9:00", "week-weeks": "2"}
    )

    _as_expert(client, session, expert).post(f"/experts/{expert.id}/availability/hours", data=sent)

    (kept,) = own_patterns(session, expert.id)
    assert (kept.weekday, kept.valid_until) == (4, MONDAY + dt.timedelta(days=14))


def test_a_faulty_line_is_named_by_its_day(session: Session, client: FlaskClient, now: dt.datetime) -> None:
    expert = an_expert(session)
    sent = _hours(session, expert, **{"hours-tue-from": "12:00", "hours-tue-to": "11:00"})

    answer = _as_expert(client, session, expert).post(
        f"/experts/{expert.id}/availability/hours?lang=en", data=sent
    )

    assert answer.status_code == 422
    assert "Tuesday 12:00–11:00: Choose an end after the start." in answer.get_data(as_text=True)


def test_hours_changed_by_somebody_else_are_not_overwritten_unseen(
    session: Session, client: FlaskClient, now: dt.datetime
) -> None:
    expert = an_expert(session)
    sent = _hours(session, expert, **{"hours": "tue 09:00-12:00"})
    weekly_hours(session, expert.id, (DayHours(0, "09:00", "10:00"),))

    answer = _as_expert(client, session, expert).post(f"/experts/{expert.id}/availability/hours", data=sent)

    assert answer.status_code == 412
    assert [pattern.weekday for pattern in own_patterns(session, expert.id)] == [0]
    assert 'aria-selected="true" data-day="tue" data-at="540"' in answer.get_data(as_text=True)


def test_a_usual_week_fills_the_painter_and_saves_nothing(
    session: Session, client: FlaskClient, now: dt.datetime
) -> None:
    expert = an_expert(session)

    page = _as_expert(client, session, expert).get(f"{PAGE}?week=2026-11-23&usual=mornings&lang=en")

    assert 'aria-selected="true" data-day="mon" data-at="540"' in page.get_data(as_text=True)
    assert "Not saved yet" in page.get_data(as_text=True)
    assert own_patterns(session, expert.id) == ()


def test_days_leave_busy_times_and_notice_are_kept(
    session: Session, client: FlaskClient, now: dt.datetime
) -> None:
    expert = an_expert(session)
    browser = _as_expert(client, session, expert)
    base = f"/experts/{expert.id}/availability"

    answers = [
        browser.post(
            f"{base}/days",
            data={"day-day": "2026-11-24", "day-kind": "remove", "day-start": "09:00", "day-end": "24:00"},
        ),
        browser.post(
            f"{base}/leave",
            data={"leave-first_day": "2026-12-01", "leave-until": "2026-12-03", "leave-reason": "여행"},
        ),
        browser.post(
            f"{base}/busy",
            data={
                "busy-start": "2026-11-25T10:00",
                "busy-end": "2026-11-25T12:00",
                "busy-source": "강의",
            },
        ),
        browser.post(f"{base}/notice", data={"notice-notice_minutes": "36"}),
    ]

    assert [answer.status_code for answer in answers] == [302] * 4
    assert [kept.change.day for kept in own_exceptions(session, expert.id, since=MONDAY)] == [TUESDAY]
    (leave,) = own_leaves(session, expert.id, since=MONDAY, with_notes=True)
    assert (leave.leave.until, leave.leave.reason) == (dt.date(2026, 12, 4), "여행")
    (busy,) = own_busy(session, expert.id, since=now)
    assert busy.busy.span.start == dt.datetime(2026, 11, 25, 1, tzinfo=dt.UTC)
    session.expire_all()
    assert expert.minimum_notice_minutes == 36 * 60


def test_a_leave_that_ends_before_it_starts_is_explained(
    session: Session, client: FlaskClient, now: dt.datetime
) -> None:
    expert = an_expert(session)
    sent = {"leave-first_day": "2026-12-03", "leave-until": "2026-12-01"}

    answer = _as_expert(client, session, expert).post(
        f"/experts/{expert.id}/availability/leave?lang=ko", data=sent
    )

    assert answer.status_code == 422
    assert "마지막 날" in answer.get_data(as_text=True)


def test_an_entry_is_removed(session: Session, client: FlaskClient, now: dt.datetime) -> None:
    expert = an_expert(session)
    leave = Leave(TUESDAY, TUESDAY + dt.timedelta(days=2))
    row = service.add_leave(session, expert.id, leave=leave, actor=SYSTEM, now=now)

    answer = _as_expert(client, session, expert).post(
        f"/experts/{expert.id}/availability/leave/{row.id}/remove"
    )

    assert answer.status_code == 302
    assert own_leaves(session, expert.id, since=MONDAY, with_notes=True) == ()


def test_staff_of_another_ministry_see_when_but_not_why_in_private(
    session: Session, client: FlaskClient, now: dt.datetime
) -> None:
    expert = an_expert(session, ministry="KFTC")
    weekly_hours(session, expert.id)
    leave = Leave(TUESDAY, TUESDAY + dt.timedelta(days=1), "병원 진료")
    service.add_leave(session, expert.id, leave=leave, actor=SYSTEM, now=now)
    end = now + dt.timedelta(hours=30)
    service.add_busy(session, expert.id, start=now, end=end, source="소송 준비", actor=SYSTEM, now=now)
    account = an_account(session, Role.COORDINATOR, ministry="MSS")

    page = signed_in(client, account).get(f"/experts/{expert.id}/availability?week=2026-11-23&lang=en")

    text = page.get_data(as_text=True)
    assert page.status_code == 200
    assert "On leave." in text
    assert "Busy in a calendar of their own." in text
    assert "병원" not in text
    assert "소송" not in text
    assert "<form" not in text.partition("<main")[2]


def test_the_home_ministry_edits_but_reads_no_leave_note(
    session: Session, client: FlaskClient, now: dt.datetime
) -> None:
    expert = an_expert(session, ministry="MSS")
    leave = Leave(TUESDAY, TUESDAY + dt.timedelta(days=1), "병원 진료")
    service.add_leave(session, expert.id, leave=leave, actor=SYSTEM, now=now)
    browser = signed_in(client, an_account(session, Role.COORDINATOR, ministry="MSS"))
    sent = _hours(session, expert, hours="tue 09:00-12:00")

    saved = browser.post(f"/experts/{expert.id}/availability/hours?week=2026-11-23", data=sent)
    page = browser.get(saved.location)

    assert saved.location == f"/experts/{expert.id}/availability?week=2026-11-23"
    assert "병원" not in page.get_data(as_text=True)
    assert len(own_patterns(session, expert.id)) == 1


def test_another_expert_finds_nothing(session: Session, client: FlaskClient, now: dt.datetime) -> None:
    expert, other = an_expert(session), an_expert(session)
    sent = {"notice-notice_minutes": "5"}

    answer = _as_expert(client, session, other).post(f"/experts/{expert.id}/availability/notice", data=sent)

    assert answer.status_code == 404


def test_coordinators_of_other_ministries_change_nothing(
    session: Session, client: FlaskClient, now: dt.datetime
) -> None:
    expert = an_expert(session, ministry="KFTC")
    browser = signed_in(client, an_account(session, Role.COORDINATOR, ministry="MSS"))

    answer = browser.post(f"/experts/{expert.id}/availability/notice", data={"notice-notice_minutes": "5"})

    assert answer.status_code == 403
