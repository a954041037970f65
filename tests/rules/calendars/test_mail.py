"""The mail around an invitation."""

import datetime as dt
from dataclasses import replace
from email import message_from_bytes, policy
from email.header import decode_header, make_header
from email.message import EmailMessage
from email.parser import HeaderParser
from email.utils import parseaddr

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from expertpool.calendars.rules import (
    EventStatus,
    Mailbox,
    MailTexts,
    SeatEvent,
    cancel,
    invitation_mail,
    message_id,
    request,
)
from expertpool.refusals import Invalid

TEXTS = MailTexts("전문가 지원 일정 안내", "안녕하세요.\n참석 여부를 알려 주세요.\n", "<p>안녕하세요.</p>")
SENDER = Mailbox("no-reply@pool.example", "전문가 지원 서비스")
DATE = dt.datetime(2026, 9, 1, 2, tzinfo=dt.UTC)


def written(event: SeatEvent, texts: MailTexts = TEXTS, sender: Mailbox = SENDER) -> bytes:
    return invitation_mail(event, texts=texts, sender=sender, date=DATE).as_bytes(policy=policy.SMTP)


def decoded(mail: bytes, header: str) -> str:
    """As RFC 2047 has it; the reader behind `policy` in Python 3.11 puts spaces between encoded words."""
    return str(make_header(decode_header(HeaderParser().parsestr(mail.decode())[header])))


def received(event: SeatEvent) -> EmailMessage:
    return message_from_bytes(written(event), policy=policy.SMTP)


def part(mail: EmailMessage, content_type: str) -> EmailMessage:
    (found,) = [one for one in mail.walk() if one.get_content_type() == content_type]
    assert isinstance(found, EmailMessage)
    return found


def test_the_parts_are_nested_as_mail_programs_expect(event: SeatEvent) -> None:
    assert [one.get_content_type() for one in received(event).walk()] == [
        "multipart/mixed",
        "multipart/alternative",
        "text/plain",
        "text/html",
        "text/calendar",
        "application/ics",
    ]


def test_the_calendar_part_names_its_method_and_character_set(event: SeatEvent) -> None:
    parameters = part(received(event), "text/calendar")["Content-Type"].params

    assert dict(parameters) == {"method": "REQUEST", "charset": "utf-8"}


def test_a_cancelled_event_is_mailed_as_a_cancellation(event: SeatEvent) -> None:
    gone = replace(event, status=EventStatus.CANCELLED, sequence=1)

    calendar = part(received(gone), "text/calendar")

    assert calendar["Content-Type"].params["method"] == "CANCEL"
    assert calendar.get_payload(decode=True) == cancel(gone)


def test_the_calendar_part_and_its_copy_arrive_byte_for_byte(event: SeatEvent) -> None:
    mail = received(event)

    for content_type in ("text/calendar", "application/ics"):
        assert part(mail, content_type).get_payload(decode=True) == request(event)


def test_the_copy_has_a_neutral_name(event: SeatEvent) -> None:
    copy = part(received(event), "application/ics")

    assert (copy.get_filename(), copy.get_content_disposition()) == ("invite.ics", "attachment")


def test_words_arrive_as_written(event: SeatEvent) -> None:
    mail = received(event)

    assert mail["Subject"] == TEXTS.subject
    assert part(mail, "text/plain").get_content().replace("\r\n", "\n") == TEXTS.plain


def test_it_goes_from_the_sender_to_the_attendee_alone(event: SeatEvent) -> None:
    mail = received(event)

    assert mail["From"].addresses[0].addr_spec == SENDER.address
    assert [address.addr_spec for address in mail["To"].addresses] == [event.attendee.address]
    assert mail["Cc"] is None
    assert mail["Bcc"] is None


def test_a_plain_reply_reaches_the_desk_like_a_calendar_reply(event: SeatEvent) -> None:
    assert received(event)["Reply-To"].addresses[0].addr_spec == event.organizer.address


def test_the_date_is_the_one_given(event: SeatEvent) -> None:
    assert received(event)["Date"].datetime == DATE


def test_absence_notes_are_asked_not_to_answer(event: SeatEvent) -> None:
    assert received(event)["Auto-Submitted"] == "auto-generated"


def test_every_line_ends_with_cr_and_lf(event: SeatEvent) -> None:
    mail = written(event)

    assert b"\n" not in mail.replace(b"\r\n", b"")
    assert b"\r" not in mail.replace(b"\r\n", b"")


def test_a_server_that_knows_only_ascii_can_carry_it(event: SeatEvent) -> None:
    assert written(event).isascii()


def test_a_second_attempt_is_the_same_mail(event: SeatEvent) -> None:
    assert written(event) == written(replace(event))


def test_an_attempt_and_its_repeat_share_a_message_id(event: SeatEvent) -> None:
    assert received(event)["Message-ID"] == message_id(event, domain="pool.example")


@pytest.mark.parametrize(
    "change",
    [
        {"sequence": 1},
        {"revision": 1},
        {"uid": "another-uid-0001"},
        {"attendee": Mailbox("other@univ.example", "홍길동")},
    ],
)
def test_another_message_has_another_message_id(event: SeatEvent, change: dict[str, object]) -> None:
    other = replace(event, **change)  # type: ignore[arg-type]

    assert message_id(other, domain="pool.example") != message_id(event, domain="pool.example")


def test_a_message_id_tells_neither_uid_nor_address(event: SeatEvent) -> None:
    told = message_id(event, domain="pool.example")

    assert event.uid.partition("@")[0] not in told
    assert "hong" not in told


@pytest.mark.parametrize("evil", ["A\r\nBcc: spy@evil.example", "A\nB", "A\rB", "A\x00B", "A\u2028B"])
def test_a_subject_of_two_lines_is_refused(event: SeatEvent, evil: str) -> None:
    with pytest.raises(Invalid) as refused:
        written(event, replace(TEXTS, subject=evil))

    assert set(refused.value.fields) == {"subject"}


@pytest.mark.parametrize("who", ["attendee", "organizer"])
def test_a_name_of_two_lines_is_refused(event: SeatEvent, who: str) -> None:
    evil = Mailbox("a@b.example", "A\r\nBcc: spy@evil.example")

    with pytest.raises(Invalid) as refused:
        written(replace(event, **{who: evil}))  # type: ignore[arg-type]

    assert set(refused.value.fields) == {who}


def test_a_sender_of_two_lines_is_refused(event: SeatEvent) -> None:
    with pytest.raises(Invalid) as refused:
        written(event, sender=Mailbox("a@b.example", "A\r\nB"))

    assert set(refused.value.fields) == {"sender"}


@given(
    subject=st.text(st.sampled_from('기술보호 전문가 지원 일정　안내 abc 12,;:<>"()@👩‍🔬🇰🇷'), max_size=80),
    name=st.text(st.sampled_from('홍길동 Gildong ,;:<>"()@.👩‍🔬'), max_size=60),
)
@settings(deadline=None, max_examples=200)
def test_any_subject_and_name_arrive(event: SeatEvent, subject: str, name: str) -> None:
    named = replace(event, attendee=Mailbox(event.attendee.address, name))
    mail = written(named, replace(TEXTS, subject=subject))

    # Blanks are not compared: where it folds between two encoded words, the standard library may lose one.
    assert "".join(decoded(mail, "Subject").split()) == "".join(subject.split())
    shown, address = parseaddr(str(HeaderParser().parsestr(mail.decode())["To"]))
    assert address == event.attendee.address
    assert "".join(str(make_header(decode_header(shown))).split()) == "".join(name.split())
