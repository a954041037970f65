"""What an event may consist of."""

import datetime as dt
from dataclasses import replace

import pytest

from expertpool.calendars.rules import Mailbox, SeatEvent
from expertpool.refusals import Invalid


@pytest.mark.parametrize(
    "url",
    [
        "https://pool.example/engagements/12?token=abc",
        "https://pool.example/engagements/12#abc",
        "https://user:word@pool.example/engagements/12",
        "javascript:alert(1)",
        "https://pool.example/\r\nX-EVIL:1",
        "",
    ],
)
def test_a_link_carries_no_token_and_no_second_line(event: SeatEvent, url: str) -> None:
    with pytest.raises(ValueError, match="plain web address"):
        replace(event, url=url)


@pytest.mark.parametrize("uid", ["", "short", "한글로-된-식별자", "abcdefgh\r\nX:1", "two words1", "x" * 201])
def test_a_uid_is_plain_letters_and_digits(event: SeatEvent, uid: str) -> None:
    with pytest.raises(ValueError, match="UID"):
        replace(event, uid=uid)


def test_an_event_ends_after_it_starts(event: SeatEvent) -> None:
    with pytest.raises(ValueError, match="before it ends"):
        replace(event, end=event.start)


def test_an_event_is_kept_in_utc(event: SeatEvent) -> None:
    local = event.start.astimezone(dt.timezone(dt.timedelta(hours=9)))

    with pytest.raises(ValueError, match="aware UTC"):
        replace(event, start=local)


def test_the_time_of_the_last_change_is_kept_in_utc(event: SeatEvent) -> None:
    with pytest.raises(ValueError, match="changed_at"):
        replace(event, changed_at=event.changed_at.astimezone(dt.timezone(dt.timedelta(hours=9))))


def test_counters_are_never_negative(event: SeatEvent) -> None:
    with pytest.raises(ValueError, match="count from zero"):
        replace(event, sequence=-1)


def test_an_unknown_zone_is_refused(event: SeatEvent) -> None:
    with pytest.raises(KeyError):
        replace(event, tzid="KST")


@pytest.mark.parametrize(
    "address",
    [
        "",
        "nobody",
        "a b@x.example",
        "a@x.example\r\nBcc: b@y.example",
        "홍길동@x.example",
        '"a,b"@x.example',
        "a@",
    ],
)
def test_a_mail_address_that_needs_quoting_is_refused(address: str) -> None:
    with pytest.raises(Invalid) as refused:
        Mailbox(address, "Name")

    assert set(refused.value.fields) == {"address"}
