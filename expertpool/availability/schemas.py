"""What programs send and read of an expert's time."""

import marshmallow as ma

from expertpool.availability.rules import SEOUL, BlockKind, ExceptionKind

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


class MadeOut(ma.Schema):
    """The key of what was added."""

    id = ma.fields.UUID(required=True)
