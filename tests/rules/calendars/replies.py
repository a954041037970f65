"""Answers as calendar programs write them, and how they come."""

import datetime as dt

from expertpool.calendars.rules import Authentication, Origin, Sent, token_digest

EXPERT = "gildong.hong@univ.example"
ALIAS = "hong@lab.example"
DESK = "desk+4f1c@desk.example"
UID = "9f3c1b7e52aa4d06@pool.example"
TOLD_AT = dt.datetime(2026, 9, 1, 1, 2, 3, tzinfo=dt.UTC)
START = dt.datetime(2026, 9, 7, 0, tzinfo=dt.UTC)
END = dt.datetime(2026, 9, 7, 2, tzinfo=dt.UTC)


def stamp(minutes: int) -> dt.datetime:
    """So many minutes after the invitation."""
    return TOLD_AT + dt.timedelta(minutes=minutes)


TEN_MINUTES_ON = stamp(10)


def part(
    method: str = "REPLY",
    *,
    uid: str = UID,
    sequence: int | None = 2,
    at: dt.datetime = TEN_MINUTES_ON,
    organizer: str = DESK,
    attendees: tuple[str, ...] = (f"PARTSTAT=ACCEPTED:mailto:{EXPERT}",),
    more: tuple[str, ...] = (),
) -> bytes:
    """A calendar part; `more` are further lines of the event."""
    lines = [
        *("BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//somebody//EN", f"METHOD:{method}", "BEGIN:VEVENT"),
        f"UID:{uid}",
        f"DTSTAMP:{at:%Y%m%dT%H%M%SZ}",
        *([] if sequence is None else [f"SEQUENCE:{sequence}"]),
        *([f"ORGANIZER;CN=Desk:mailto:{organizer}"] if organizer else []),
        *(f"ATTENDEE;{each}" for each in attendees),
        *more,
        *("END:VEVENT", "END:VCALENDAR", ""),
    ]
    return "\r\n".join(lines).encode()


SENT = Sent(
    uid=UID,
    sequence=3,
    reset_sequence=2,
    cancelled=False,
    start=START,
    end=END,
    organizers=frozenset({"desk@desk.example"}),
    attendees=frozenset({EXPERT, ALIAS}),
    tokens=frozenset({token_digest("4f1c")}),
)
ORIGIN = Origin(EXPERT, Authentication.PASSED, "4f1c", stamp(20))
