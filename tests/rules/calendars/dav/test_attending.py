"""What an expert's program may change in an assignment."""

import datetime as dt
from dataclasses import replace

import pytest

from expertpool.calendars.rules import Answer, EventStatus, Mailbox, Partstat, SeatEvent, resource
from expertpool.calendars.rules.dav import OtherTime, Precondition, Same, Unfit, read_change
from expertpool.calendars.rules.dav.holding import stays_away
from expertpool.refusals import Stale

NOW = dt.datetime(2026, 9, 1, tzinfo=dt.UTC)
TOLD = SeatEvent(
    uid="9f3c1b7e52aa4d06@pool.example",
    sequence=2,
    revision=3,
    changed_at=NOW,
    start=dt.datetime(2026, 9, 7, 0, tzinfo=dt.UTC),
    end=dt.datetime(2026, 9, 7, 2, tzinfo=dt.UTC),
    tzid="Asia/Seoul",
    status=EventStatus.TENTATIVE,
    organizer=Mailbox("desk@desk.example", "전문가풀"),
    attendee=Mailbox("gildong.hong@univ.example", "홍길동"),
    partstat=Partstat.NEEDS_ACTION,
    summary="전문가풀: 면담, 아주 긴 제목이라서 한 줄에 다 들어가지 않아 접어야 하는 일정",
    location="서울; 중구",
    url="https://pool.example/engagements/12",
)
ALARM = b"BEGIN:VALARM\r\nACTION:DISPLAY\r\nTRIGGER:-PT15M\r\nDESCRIPTION:x\r\nEND:VALARM\r\nEND:VEVENT"


def _written(*changes: tuple[bytes, bytes], told: SeatEvent = TOLD) -> bytes:
    body = resource(told)
    for old, new in changes:
        assert old in body
        body = body.replace(old, new, 1)
    return body


def _said(partstat: bytes) -> tuple[bytes, bytes]:
    return b"PARTSTAT=NEEDS-ACTION", b"PARTSTAT=" + partstat


@pytest.mark.parametrize("partstat", [Partstat.ACCEPTED, Partstat.DECLINED, Partstat.TENTATIVE])
def test_the_own_answer_can_be_changed(partstat: Partstat) -> None:
    body = _written(_said(partstat.upper().encode()))

    assert read_change(body, told=TOLD, now=NOW) == Answer(partstat, "")


@pytest.mark.parametrize(
    "change",
    [
        (b"END:VEVENT", ALARM),
        (b"END:VEVENT", b"X-MOZ-GENERATION:1\r\nCREATED:20260901T000000Z\r\nEND:VEVENT"),
        (b"SEQUENCE:2", b"SEQUENCE:3"),
        (b"DTSTAMP:", b"COMMENT:soon\r\nDTSTAMP:"),
        (b"CLASS:PRIVATE\r\n", b""),
        (b"TRANSP:OPAQUE", b"TRANSP:TRANSPARENT"),
        (b"STATUS:TENTATIVE", b"STATUS:CONFIRMED"),
        (b"END:VEVENT", b"DESCRIPTION:\r\nEND:VEVENT"),
        (b"END:VEVENT", b"ATTENDEE;PARTSTAT=ACCEPTED:mailto:desk@desk.example\r\nEND:VEVENT"),
        (b"DTSTART;TZID=Asia/Seoul:20260907T090000", b"DTSTART:20260907T000000Z"),
        (b"DTEND;TZID=Asia/Seoul:20260907T110000", b"DURATION:PT2H"),
    ],
    ids=lambda change: change[1][:20].decode(),
)
def test_what_programs_write_by_themselves_is_passed_over(change: tuple[bytes, bytes]) -> None:
    assert read_change(_written(change), told=TOLD, now=NOW) == Same()


def test_an_event_folded_otherwise_is_the_same() -> None:
    unfolded = resource(TOLD).replace(b"\r\n ", b"")

    assert read_change(unfolded, told=TOLD, now=NOW) == Same()


def test_another_time_is_a_proposal() -> None:
    body = _written(
        (b"Seoul:20260907T090000", b"Seoul:20260908T100000"),
        (b"Seoul:20260907T110000", b"Seoul:20260908T120000"),
        (b"END:VEVENT", b"COMMENT:later\\, please\r\nEND:VEVENT"),
    )

    start = dt.datetime(2026, 9, 8, 1, tzinfo=dt.UTC)
    proposal = OtherTime(start, start + dt.timedelta(hours=2), "later, please")
    assert read_change(body, told=TOLD, now=NOW) == proposal


@pytest.mark.parametrize(
    "change",
    [
        (b"SUMMARY:", b"SUMMARY:My "),
        (b"LOCATION:", b"LOCATION:Not "),
        (b"URL:", b"URL:http://elsewhere.example/"),
        (b"END:VEVENT", b"DESCRIPTION:note\r\nEND:VEVENT"),
        (b"END:VEVENT", b"RRULE:FREQ=DAILY\r\nEND:VEVENT"),
        (b"END:VEVENT", b"RECURRENCE-ID:20260907T000000Z\r\nEND:VEVENT"),
        (b"END:VEVENT", b"ATTACH:https://x.example/f\r\nEND:VEVENT"),
        (b"END:VEVENT", b"ATTENDEE:mailto:friend@home.example\r\nEND:VEVENT"),
        (b"gildong.hong@", b"somebody.else@"),
        (b"desk@desk.example", b"desk@home.example"),
        (b"PARTSTAT=NEEDS-ACTION", b"PARTSTAT=DELEGATED"),
        (b"STATUS:TENTATIVE", b"STATUS:CANCELLED"),
        (b"UID:9", b"UID:x"),
        (b"T090000", b"T030000"),
        (b"DTSTART;TZID=Asia/Seoul:20260907T090000", b"DTSTART;VALUE=DATE:20260907"),
        (b"DTSTART;TZID=Asia/Seoul:20260907T090000", b"DTSTART;TZID=Nowhere:20260907T090000"),
        (b"20260907T090000", b"20260801T090000"),
    ],
    ids=lambda change: change[1][:24].decode(),
)
def test_any_other_change_is_refused(change: tuple[bytes, bytes]) -> None:
    told = replace(TOLD, end=TOLD.start + dt.timedelta(days=6)) if b"T030000" in change[1] else TOLD
    body = _written(change, told=told)
    if b"T030000" in change[1]:  # a proposal of more than a week
        body = body.replace(b"20260913T", b"20260930T")

    with pytest.raises(Unfit) as unfit:
        read_change(body, told=told, now=NOW)

    assert unfit.value.condition is Precondition.ALLOWED_CHANGE


@pytest.mark.parametrize("sequence", [b"SEQUENCE:1", b"X-NONE:1"])
def test_a_change_of_an_old_version_is_stale(sequence: bytes) -> None:
    with pytest.raises(Stale):
        read_change(_written((b"SEQUENCE:2", sequence)), told=TOLD, now=NOW)


@pytest.mark.parametrize(
    ("body", "condition"),
    [
        (b"nothing", Precondition.VALID_DATA),
        (_written((b"SEQUENCE:2", b"SEQUENCE:two")), Precondition.VALID_DATA),
        (_written((b"VERSION:2.0", b"METHOD:REPLY")), Precondition.VALID_OBJECT),
        (resource(TOLD) + resource(TOLD), Precondition.VALID_OBJECT),
        (resource(TOLD).replace(b"VEVENT", b"VTODO"), Precondition.SUPPORTED_COMPONENT),
    ],
)
def test_what_is_no_event_is_refused(body: bytes, condition: Precondition) -> None:
    with pytest.raises(Unfit) as unfit:
        read_change(body, told=TOLD, now=NOW)

    assert unfit.value.condition is condition


def test_what_was_cancelled_cannot_be_answered() -> None:
    off = replace(TOLD, status=EventStatus.CANCELLED)

    with pytest.raises(Unfit):
        read_change(_written(_said(b"ACCEPTED"), told=off), told=off, now=NOW)


@pytest.mark.parametrize(
    ("event", "away"),
    [
        (TOLD, False),
        (replace(TOLD, partstat=Partstat.DECLINED), True),
        (replace(TOLD, status=EventStatus.CANCELLED), True),
        (replace(TOLD, start=NOW - dt.timedelta(days=2), end=NOW), True),
    ],
)
def test_what_was_taken_out_comes_back_when_it_concerns_the_expert_again(
    event: SeatEvent, away: bool
) -> None:
    assert stays_away(event, now=NOW) is away
