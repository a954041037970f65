"""Reports of mail servers: which mail came back, and whether for good."""

import pytest

from expertpool.calendars.rules import Bounce, read_bounce

OURS = f"<{'a1' * 20}@desk.example>"


def report(*fields: str, original: str = f"Message-ID: {OURS}", kind: str = "message/rfc822") -> bytes:
    """A report whose machine part has these fields about one recipient."""
    lines = (
        'Content-Type: multipart/report; report-type=delivery-status; boundary="b"',
        *("", "--b", "Content-Type: message/delivery-status", "", "Reporting-MTA: dns; mx.example", ""),
        *fields,
        *("", "--b", f"Content-Type: {kind}", "", original, "", "--b--", ""),
    )
    return "\r\n".join(lines).encode()


def test_a_failure_names_our_mail_and_the_code() -> None:
    assert read_bounce(report("Action: failed", "Status: 5.1.1")) == Bounce(OURS, failed=True, status="5.1.1")


def test_a_delay_is_no_failure() -> None:
    bounce = read_bounce(report("Action: delayed", "Status: 4.4.1"))

    assert bounce is not None
    assert not bounce.failed


@pytest.mark.parametrize("original", ["Message-ID: <other@x.example>", "Subject: nothing", ""])
def test_a_mail_that_is_not_ours_is_not_named(original: str) -> None:
    bounce = read_bounce(report("Action: failed", original=original, kind="text/rfc822-headers"))

    assert bounce == Bounce("", failed=True, status="")


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"Subject: I am away\r\n\r\nBack on Monday",
        b"Content-Type: multipart/report; boundary=b\r\n\r\n--b\r\n\r\nhello\r\n--b--\r\n",
        report("Nothing: here"),
        b"boundary" * 50,
    ],
)
def test_what_is_no_report_is_none(raw: bytes) -> None:
    bounce = read_bounce(raw)

    assert bounce is None or not bounce.failed
