"""What programs send and read of an expert's time."""

import marshmallow as ma

from expertpool.availability.rules import SEOUL, BlockKind, ExceptionKind
from expertpool.availability.rules.ics import Note, Skip, WholeDays
from expertpool.availability.rules.remote import CalendarState, Trouble, Way

CLOCK = ma.validate.Regexp(r"^([01]\d|2[0-3]):[0-5]\d$|^24:00$", error="Write HH:MM, up to 24:00.")


class WindowIn(ma.Schema):
    """The period asked about. Units: instants with an offset."""

    start = ma.fields.AwareDateTime(required=True, format="iso")
    end = ma.fields.AwareDateTime(required=True, format="iso")


class SpanOut(ma.Schema):
    """A half-open span."""

    start = ma.fields.AwareDateTime(required=True)
    end = ma.fields.AwareDateTime(required=True)


class BlockedOut(SpanOut):
    """A span that is not free, and why."""

    kind = ma.fields.Enum(BlockKind, by_value=True, required=True)
    reason = ma.fields.String(required=True)


class AvailabilityOut(ma.Schema):
    """A period cut into what is free and what is not."""

    expert_id = ma.fields.UUID(required=True)
    free = ma.fields.List(ma.fields.Nested(SpanOut), required=True)
    blocked = ma.fields.List(ma.fields.Nested(BlockedOut), required=True)


class PatternSchema(ma.Schema):
    """Weekly hours. Units: weekday 0 is Monday; wall clock in `tz`; `valid_until` is the first day after."""

    weekday = ma.fields.Integer(required=True, validate=ma.validate.Range(0, 6))
    start = ma.fields.String(required=True, validate=CLOCK)
    end = ma.fields.String(required=True, validate=CLOCK)
    valid_from = ma.fields.Date(required=True)
    valid_until = ma.fields.Date(load_default=None, allow_none=True)
    tz = ma.fields.String(load_default=SEOUL, validate=ma.validate.Length(1, 64))


class PatternsSchema(ma.Schema):
    """All weekly hours of an expert."""

    patterns = ma.fields.List(
        ma.fields.Nested(PatternSchema), required=True, validate=ma.validate.Length(max=100)
    )


class ExceptionIn(ma.Schema):
    """One day that differs from the weekly hours."""

    day = ma.fields.Date(required=True)
    kind = ma.fields.Enum(ExceptionKind, by_value=True, required=True)
    start = ma.fields.String(load_default="00:00", validate=CLOCK)
    end = ma.fields.String(load_default="24:00", validate=CLOCK)
    tz = ma.fields.String(load_default=SEOUL, validate=ma.validate.Length(1, 64))


class LeaveIn(ma.Schema):
    """Days away, from `first_day` up to, not including, `until`."""

    first_day = ma.fields.Date(required=True)
    until = ma.fields.Date(required=True)
    reason = ma.fields.String(load_default="", validate=ma.validate.Length(max=200))


class BusyIn(ma.Schema):
    """Time taken elsewhere, and the name the expert gives that calendar."""

    start = ma.fields.AwareDateTime(required=True, format="iso")
    end = ma.fields.AwareDateTime(required=True, format="iso")
    source = ma.fields.String(required=True, validate=ma.validate.Length(1, 40))


class NoticeSchema(ma.Schema):
    """How long before the start somebody must ask."""

    notice_minutes = ma.fields.Integer(required=True, validate=ma.validate.Range(0, 43200))


class LeftOutOut(ma.Schema):
    """Entries that take no time, for one reason; of losses also the days on which they begin."""

    why = ma.fields.Enum(Skip, by_value=True, required=True)
    times = ma.fields.Integer(required=True)
    days = ma.fields.List(ma.fields.String(), required=True)
    is_loss = ma.fields.Boolean(required=True)


class GuessedOut(ma.Schema):
    """What was taken for granted, and for how many series."""

    note = ma.fields.Enum(Note, by_value=True, required=True)
    about = ma.fields.String(required=True)
    times = ma.fields.Integer(required=True)


class UnderstoodOut(ma.Schema):
    """A reading in numbers. Units: minutes of busy time in the days that are known."""

    entries = ma.fields.Integer(required=True)
    spans = ma.fields.Integer(required=True)
    minutes = ma.fields.Integer(required=True)
    left_out = ma.fields.List(ma.fields.Nested(LeftOutOut), required=True)
    guessed = ma.fields.List(ma.fields.Nested(GuessedOut), required=True)


class CalendarOut(ma.Schema):
    """A calendar kept elsewhere. Its address is not told again, only the name of the server."""

    id = ma.fields.UUID(required=True)
    name = ma.fields.String(required=True)
    host = ma.fields.String(required=True)
    is_file = ma.fields.Boolean(required=True)
    way = ma.fields.Enum(Way, by_value=True, required=True)
    whole_days = ma.fields.Enum(WholeDays, by_value=True, required=True)
    state = ma.fields.Enum(CalendarState, by_value=True, required=True)
    failures = ma.fields.Integer(required=True)
    trouble = ma.fields.Enum(Trouble, by_value=True, required=True, allow_none=True)
    next_at = ma.fields.AwareDateTime(required=True, allow_none=True)
    read_at = ma.fields.AwareDateTime(required=True, allow_none=True)
    read_until = ma.fields.AwareDateTime(required=True, allow_none=True)
    understood = ma.fields.Nested(UnderstoodOut, required=True, allow_none=True)


class CalendarIn(ma.Schema):
    """What is said of a calendar kept elsewhere, whichever way it comes."""

    name = ma.fields.String(required=True, validate=ma.validate.Length(1, 40))
    whole_days = ma.fields.Enum(WholeDays, by_value=True, load_default=WholeDays.AS_MARKED)


class SubscriptionIn(CalendarIn):
    """A calendar at an address, which is a key: it is kept sealed. With a user name and a password it is read
    by CalDAV; they are kept sealed, too."""

    url = ma.fields.String(required=True, load_only=True, validate=ma.validate.Length(1, 2000))
    user_name = ma.fields.String(load_default="", load_only=True, validate=ma.validate.Length(max=255))
    password = ma.fields.String(load_default="", load_only=True, validate=ma.validate.Length(max=500))


class FileIn(ma.Schema):
    """An iCalendar file."""

    file = ma.fields.Raw(required=True, metadata={"type": "string", "format": "binary"})


class MadeOut(ma.Schema):
    """The key of what was added."""

    id = ma.fields.UUID(required=True)
