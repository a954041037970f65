"""One plain event; tests replace what matters to them."""

import datetime as dt

import pytest

from expertpool.calendars.rules import EventStatus, Mailbox, Partstat, SeatEvent


@pytest.fixture(scope="session")
def event() -> SeatEvent:
    return SeatEvent(
        uid="9f3c1b7e52aa4d06@pool.example",
        sequence=0,
        revision=0,
        changed_at=dt.datetime(2026, 9, 1, 1, 2, 3, tzinfo=dt.UTC),
        start=dt.datetime(2026, 9, 7, 0, tzinfo=dt.UTC),
        end=dt.datetime(2026, 9, 7, 2, tzinfo=dt.UTC),
        tzid="Asia/Seoul",
        status=EventStatus.TENTATIVE,
        organizer=Mailbox("desk+4f1c@desk.example", "기술보호 전문가 지원 데스크"),
        attendee=Mailbox("gildong.hong@univ.example", "홍길동"),
        partstat=Partstat.NEEDS_ACTION,
        summary="전문가 지원 일정",
        location="서울",
        url="https://pool.example/engagements/12",
    )
