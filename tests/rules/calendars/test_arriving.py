"""Reading hostile answers."""

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from expertpool.calendars.rules import Arrived, Flaw, Verdict, judge, read_part
from tests.rules.calendars.replies import EXPERT, ORIGIN, SENT, part

GOOD = part(more=("COMMENT:안녕하세요",))
NESTED = b"BEGIN:VCALENDAR\r\n" + b"BEGIN:VEVENT\r\n" * 9
LINES = GOOD.split(b"\r\n")
ODD = [
    b"\x00",
    b"\r",
    b"\n",
    b"\r\n ",
    b"\xff",
    b"\xc2\x85",
    "\u2028".encode(),
    b'"',
    b";",
    b":",
    b"=",
    b"\\",
]


@pytest.mark.parametrize(
    ("data", "flaw"),
    [
        (b"", Flaw.UNREADABLE),
        (b"\r\n \r\n", Flaw.UNREADABLE),
        (b"<html><body>hello</body></html>", Flaw.UNREADABLE),
        (b"/etc/passwd", Flaw.UNREADABLE),
        (b"BEGIN:VCALENDAR", Flaw.UNREADABLE),
        (GOOD.removesuffix(b"END:VCALENDAR\r\n"), Flaw.UNREADABLE),
        (GOOD.replace(b"END:VEVENT", b"END:VTODO"), Flaw.UNREADABLE),
        (NESTED, Flaw.UNREADABLE),
        (b"BEGIN:VCALENDAR\r\n" + b"X:1\r\n" * 501 + b"END:VCALENDAR\r\n", Flaw.UNREADABLE),
        (b"BEGIN:VCALENDAR\r\nX:" + b"\r\n 1" * 20_000 + b"\r\nEND:VCALENDAR\r\n", Flaw.UNREADABLE),
        (b"x" * (256 * 1024 + 1), Flaw.UNREADABLE),
        (GOOD + GOOD, Flaw.NOT_ONE_EVENT),
        (GOOD.replace(b"VEVENT", b"VTODO"), Flaw.NOT_ONE_EVENT),
        (b"BEGIN:VCALENDAR\r\nMETHOD:REPLY\r\nEND:VCALENDAR\r\n", Flaw.NOT_ONE_EVENT),
        (GOOD.replace(b"METHOD:REPLY\r\n", b""), Flaw.INCOMPLETE),
        (GOOD.replace(b"UID:", b"X-UID:"), Flaw.INCOMPLETE),
        (GOOD.replace(b"DTSTAMP:", b"X-DTSTAMP:"), Flaw.INCOMPLETE),
        (GOOD.replace(b"03Z", b"03"), Flaw.INCOMPLETE),
        (GOOD.replace(b"SEQUENCE:2", b"SEQUENCE:-1"), Flaw.INCOMPLETE),
        (GOOD.replace(b"SEQUENCE:2", b"SEQUENCE:" + b"9" * 9000), Flaw.INCOMPLETE),
        (GOOD.replace(b"SEQUENCE:2", "SEQUENCE:²".encode()), Flaw.INCOMPLETE),
        (GOOD.replace(b";PARTSTAT=ACCEPTED", b';PARTSTAT="ACCEPTED'), Flaw.INCOMPLETE),
    ],
)
def test_what_is_wrong_is_told_and_not_raised(data: bytes, flaw: Flaw) -> None:
    assert read_part(data) is flaw


@pytest.mark.parametrize("flaw", list(Flaw))
def test_every_flaw_has_a_verdict(flaw: Flaw) -> None:
    verdict = judge(flaw, origin=ORIGIN, sent=SENT).verdict

    assert verdict in {Verdict.MALFORMED, Verdict.UNSUPPORTED}


def test_a_comment_in_the_old_korean_code_is_read() -> None:
    arrived = read_part(GOOD.decode().encode("cp949"))

    assert isinstance(arrived, Arrived)
    assert arrived.comment == "안녕하세요"


def test_a_fold_inside_a_character_is_mended() -> None:
    first, last = "안".encode()[:1], "안".encode()[1:]
    arrived = read_part(GOOD.replace("안".encode(), first + b"\r\n " + last))

    assert isinstance(arrived, Arrived)
    assert arrived.comment == "안녕하세요"


def test_control_characters_neither_break_a_line_nor_stay() -> None:
    arrived = read_part(part(more=("COMMENT:yes\rATTENDEE:mailto:eve@firm.example\x85\\nno\u2028",)))

    assert isinstance(arrived, Arrived)
    assert [each.address for each in arrived.attendees] == [EXPERT]
    assert arrived.comment == "yesATTENDEE:mailto:eve@firm.example no"


def test_a_long_comment_is_cut() -> None:
    arrived = read_part(part(more=("COMMENT:" + "x" * 9000,)))

    assert isinstance(arrived, Arrived)
    assert len(arrived.comment) == 500


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=400))
@example(b"BEGIN:VCALENDAR\nEND:VCALENDAR")
def test_no_bytes_raise(data: bytes) -> None:
    read_part(data)


@settings(max_examples=400, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.integers(0, len(GOOD)), st.sampled_from(ODD) | st.binary(max_size=6), st.integers(0, 12)
        ),
        min_size=1,
        max_size=5,
    ),
    st.sampled_from([b"REPLY", b"COUNTER", b"REFRESH"]),
)
def test_no_damage_to_an_answer_raises_or_speaks_for_another(
    damages: list[tuple[int, bytes, int]], method: bytes
) -> None:
    data = GOOD
    for at, put, cut in damages:
        data = data[:at] + put + data[at + cut :]

    arrived = read_part(data.replace(b"REPLY", method))
    outcome = judge(arrived, origin=ORIGIN, sent=SENT)

    if outcome.verdict is Verdict.APPLIED:
        assert isinstance(arrived, Arrived)
        assert EXPERT in {each.address for each in arrived.attendees}
        assert arrived.uid == SENT.uid


@settings(max_examples=200, deadline=None)
@given(st.lists(st.sampled_from(LINES) | st.binary(max_size=20), max_size=20))
def test_no_shuffled_lines_raise(lines: list[bytes]) -> None:
    judge(read_part(b"\r\n".join(lines)), origin=ORIGIN, sent=SENT)
