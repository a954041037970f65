"""Mails that come to the desk, true and false."""

from email.message import EmailMessage
from email.policy import SMTP

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from expertpool.calendars.rules import (
    Arrived,
    Authentication,
    Delivered,
    Flaw,
    Verdict,
    Why,
    judge,
    read_mail,
)
from tests.rules.calendars.replies import DESK, EXPERT, SENT, part, stamp

SERVER = "mx.desk.example"
PASS = f"{SERVER}; spf=pass smtp.mailfrom={EXPERT}; dmarc=pass (p=none) header.from=univ.example"


def mail(
    *parts: bytes,
    sender: str = f"Gil <{EXPERT}>",
    to: str = DESK,
    results: tuple[str, ...] = (PASS,),
) -> bytes:
    """An answer as a mail program sends it, with what our server wrote on top."""
    message = EmailMessage(policy=SMTP)
    for each in results:
        message["Authentication-Results"] = each
    message["From"], message["To"], message["Subject"] = sender, to, "수락: 일정"
    message.set_content("수락합니다.")
    for calendar in parts:
        message.add_attachment(calendar, maintype="text", subtype="calendar", params={"method": "REPLY"})
    return message.as_bytes()


def read(raw: bytes) -> Delivered:
    return read_mail(raw, desk="desk@desk.example", server=SERVER, received_at=stamp(20))


def test_a_true_answer_counts() -> None:
    delivered = read(mail(part()))

    assert judge(delivered.message, origin=delivered.origin, sent=SENT).why is Why.ANSWERED
    assert delivered.origin.token == "4f1c"


def test_the_same_calendar_twice_is_one_answer() -> None:
    assert isinstance(read(mail(part(), part())).message, Arrived)


def test_the_same_calendar_in_other_lines_is_one_answer() -> None:
    assert isinstance(read(mail(part(), part().replace(b"\r\n", b"\n"))).message, Arrived)


def test_two_different_calendars_are_no_answer() -> None:
    assert read(mail(part(), part(sequence=3))).message is Flaw.NOT_ONE_EVENT


def test_a_mail_without_a_calendar_is_no_answer() -> None:
    assert read(mail()).message is Flaw.FOREIGN_METHOD


@pytest.mark.parametrize(
    ("results", "authentication"),
    [
        ((PASS,), Authentication.PASSED),
        ((), Authentication.NONE),
        ((PASS.replace("dmarc=pass", "dmarc=fail"),), Authentication.FAILED),
        ((PASS.replace("dmarc=pass", "dmarc=none"),), Authentication.NONE),
        ((PASS.replace("from=univ", "from=evil"),), Authentication.NONE),
        ((PASS.replace("from=univ", "from=niv"),), Authentication.NONE),
        ((PASS.replace("header.from", "smtp.from"),), Authentication.NONE),
        ((PASS.replace("mx.desk", "mx.evil"),), Authentication.NONE),
        ((PASS.replace("mx.desk", "mx.evil"), PASS), Authentication.PASSED),
        ((f"{SERVER}; dmarc=fail header.from=univ.example", PASS), Authentication.FAILED),
        ((f"{SERVER}; none", PASS), Authentication.NONE),
        ((f"{SERVER}; none (; dmarc=pass header.from=univ.example)",), Authentication.NONE),
        ((f"{SERVER}; none (a (b) ; dmarc=pass header.from=univ.example)",), Authentication.NONE),
        ((f"{SERVER}; none ( ; dmarc=pass header.from=univ.example",), Authentication.NONE),
        ((f'{SERVER}; spf=pass x="; dmarc=pass header.from=univ.example;"',), Authentication.NONE),
        ((f"{SERVER}; dmarc=pass header.from=univ.example; dmarc=fail",), Authentication.NONE),
    ],
)
def test_only_what_our_own_server_found_counts(
    results: tuple[str, ...], authentication: Authentication
) -> None:
    assert read(mail(part(), results=results)).origin.authentication is authentication


@pytest.mark.parametrize("sender", [f"{EXPERT}, eve@firm.example", "undisclosed:;"])
def test_not_exactly_one_sender_is_nobody(sender: str) -> None:
    assert read(mail(part(), sender=sender)).origin.sender == ""


def test_two_from_lines_are_nobody() -> None:
    raw = mail(part(), sender="eve@firm.example").replace(
        b"From:", b"From: " + EXPERT.encode() + b"\r\nFrom:"
    )

    assert read(raw).origin.sender == ""


@pytest.mark.parametrize(
    ("to", "why"),
    [
        ("desk@desk.example", Why.ANSWERED),
        ("desk+0000@desk.example", Why.WRONG_ADDRESS),
        ("desk+4f1c@desk.example, desk+4f1d@desk.example", Why.WRONG_ADDRESS),
        ("desk+4f1c@evil.example", Why.ANSWERED),
    ],
)
def test_tokens_cannot_be_tried_out_in_bulk(to: str, why: Why) -> None:
    delivered = read(mail(part(), to=to))

    assert judge(delivered.message, origin=delivered.origin, sent=SENT).why is why


@pytest.mark.parametrize(
    "raw", [b"boundary=x\r\n" * 41, b"x" * (2 * 2**20 + 1)], ids=["too many parts", "too large"]
)
def test_what_would_cost_too_much_is_not_read(raw: bytes) -> None:
    assert read(raw).message is Flaw.UNREADABLE


GOOD = mail(part())
FORGED = mail(part(), sender="eve@firm.example", to="desk@desk.example", results=())


@settings(max_examples=150, deadline=None)
@given(st.integers(0, len(GOOD)), st.binary(max_size=12), st.integers(0, 40))
def test_no_damage_to_a_mail_raises(at: int, put: bytes, cut: int) -> None:
    delivered = read(GOOD[:at] + put + GOOD[at + cut :])

    judge(delivered.message, origin=delivered.origin, sent=SENT)


@settings(max_examples=100, deadline=None)
@given(st.integers(0, len(FORGED)), st.binary(max_size=30) | st.just(b'\r\n("'))
def test_no_damage_makes_a_false_mail_true(at: int, put: bytes) -> None:
    delivered = read(FORGED[:at] + put + FORGED[at:])

    assert judge(delivered.message, origin=delivered.origin, sent=SENT).verdict is not Verdict.APPLIED
