"""The forms of an expert's time. Dates and times are those of the expert's own zone."""

import re
from typing import Any

from flask_wtf import FlaskForm
from flask_wtf.file import FileField, FileRequired
from werkzeug.datastructures import MultiDict
from wtforms import (
    DateField,
    DateTimeLocalField,
    DecimalField,
    HiddenField,
    PasswordField,
    RadioField,
    SelectField,
    StringField,
)
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined] # newer than its stubs
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from expertpool.availability.rules import DayHours, ExceptionKind
from expertpool.availability.rules.ics import WholeDays
from expertpool.infra.i18n import lazy, say
from expertpool.refusals import Invalid
from expertpool.words import Words, words

WEEKDAY_KEYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
WEEKDAY_WORDS = (
    words("Monday"),
    words("Tuesday"),
    words("Wednesday"),
    words("Thursday"),
    words("Friday"),
    words("Saturday"),
    words("Sunday"),
)
WEEKS = (0, 1, 2, 4, 8, 12)
_PAINTED = re.compile(r"(\w{3}) (\d\d:\d\d)-(\d\d:\d\d)")
_CLOCK = re.compile(r"\s*(\d{1,2}):?(\d{2})\s*")
_NAME = "hours"


def _how_long(weeks: int) -> Words:
    if weeks == 0:
        return words("From this week on, without an end")
    return words("Only this week") if weeks == 1 else words("For %(weeks)s weeks from this one", weeks=weeks)


class HoursForm(FlaskForm):  # type: ignore[misc] # flask-wtf is untyped
    """The weekly hours; the painted or typed hours themselves are read by `read_hours`."""

    seen = HiddenField()
    first = HiddenField()
    weeks = SelectField(
        lazy(words("How long these hours hold")),
        coerce=int,
        choices=[SelectChoice(str(weeks), lazy(_how_long(weeks))) for weeks in WEEKS],
    )


class ExceptionForm(FlaskForm):  # type: ignore[misc] # flask-wtf is untyped
    """One day that differs."""

    day = DateField(lazy(words("Day")), validators=[InputRequired()])
    kind = RadioField(
        lazy(words("What changes")),
        choices=[
            SelectChoice(ExceptionKind.REMOVE.value, lazy(words("I am not free"))),
            SelectChoice(ExceptionKind.ADD.value, lazy(words("I am free, too"))),
        ],
        default=ExceptionKind.REMOVE.value,
        validators=[InputRequired()],
    )
    start = StringField(lazy(words("Begins at")), default="00:00", validators=[InputRequired()])
    end = StringField(lazy(words("Ends at")), default="24:00", validators=[InputRequired()])


class LeaveForm(FlaskForm):  # type: ignore[misc] # flask-wtf is untyped
    """Days away; people name the last day, not the first day back."""

    first_day = DateField(lazy(words("First day")), validators=[InputRequired()])
    until = DateField(lazy(words("Last day")), validators=[InputRequired()])
    reason = StringField(lazy(words("Note for yourself")), validators=[Optional(), Length(max=200)])


class BusyForm(FlaskForm):  # type: ignore[misc] # flask-wtf is untyped
    """Time taken elsewhere."""

    start = DateTimeLocalField(
        lazy(words("Begins at")), format="%Y-%m-%dT%H:%M", validators=[InputRequired()]
    )
    end = DateTimeLocalField(lazy(words("Ends at")), format="%Y-%m-%dT%H:%M", validators=[InputRequired()])
    source = StringField(lazy(words("Name of that calendar")), validators=[InputRequired(), Length(max=40)])


class NoticeForm(FlaskForm):  # type: ignore[misc] # flask-wtf is untyped
    """How long before the start somebody must ask."""

    notice_minutes = DecimalField(
        lazy(words("Hours of notice")), places=None, validators=[InputRequired(), NumberRange(0, 720)]
    )


_WHOLE_DAYS: dict[WholeDays, Words] = {
    WholeDays.AS_MARKED: words("As they are marked in the calendar"),
    WholeDays.ALWAYS: words("As busy, also those marked as free"),
    WholeDays.NEVER: words("As free, such as birthdays and reminders"),
}


def _name_field() -> StringField:
    return StringField(lazy(words("Name of that calendar")), validators=[InputRequired(), Length(max=40)])


def _whole_days_field() -> RadioField:
    return RadioField(
        lazy(words("How to read entries that last whole days")),
        choices=[SelectChoice(kind.value, lazy(label)) for kind, label in _WHOLE_DAYS.items()],
        default=WholeDays.AS_MARKED.value,
        validators=[InputRequired()],
    )


def _file_field() -> FileField:
    return FileField(lazy(words("Calendar file (.ics)")), validators=[FileRequired()])


class SubscribeForm(FlaskForm):  # type: ignore[misc] # flask-wtf is untyped
    """A calendar at an address. Neither the address nor the password is filled in again: they are keys."""

    name = _name_field()
    url = StringField(lazy(words("Address of the calendar")), validators=[InputRequired(), Length(max=2000)])
    user_name = StringField(lazy(words("User name there")), validators=[Optional(), Length(max=255)])
    password = PasswordField(lazy(words("Password there")), validators=[Optional(), Length(max=500)])
    whole_days = _whole_days_field()


class FileForm(FlaskForm):  # type: ignore[misc] # flask-wtf is untyped
    """A calendar as a file."""

    name = _name_field()
    file = _file_field()
    whole_days = _whole_days_field()


class RenewForm(FlaskForm):  # type: ignore[misc] # flask-wtf is untyped
    """A newer file of the same calendar."""

    file = _file_field()


def read_hours(sent: MultiDict[str, str]) -> tuple[DayHours, ...]:
    """The hours as painted, or as typed where no script runs.

    Raises: Invalid if what was painted is not what the page sends.
    """
    if _NAME in sent:
        return _painted(sent[_NAME])
    typed: list[DayHours] = []
    for weekday, key in enumerate(WEEKDAY_KEYS):
        starts, ends = sent.getlist(f"{_NAME}-{key}-from"), sent.getlist(f"{_NAME}-{key}-to")
        for start, end in zip(starts, ends, strict=False):
            if start.strip() or end.strip():
                typed.append(DayHours(weekday, _clock(start), _clock(end)))
    return tuple(typed)


def _painted(value: str) -> tuple[DayHours, ...]:
    hours: list[DayHours] = []
    for part in value.split(";") if value else ():
        found = _PAINTED.fullmatch(part)
        if found is None or found[1] not in WEEKDAY_KEYS:
            raise Invalid(words("The painted hours could not be read. Reload the page and paint them again."))
        hours.append(DayHours(WEEKDAY_KEYS.index(found[1]), found[2], found[3]))
    return tuple(hours)


def _clock(typed: str) -> str:
    """ "9:00" and "0900" as "09:00"; anything else stays for the check to refuse."""
    found = _CLOCK.fullmatch(typed)
    return f"{int(found[1]):02}:{found[2]}" if found else typed


def show_faults(form: Any, refusal: Invalid, *, hours: tuple[DayHours, ...] = ()) -> None:
    """Put what the service refused beside the fields it names; lines of the week are named by their day."""
    shown = False
    for name, fault in refusal.fields.items():
        if name in form:
            form[name].errors = (*form[name].errors, say(fault))
        else:
            form.form_errors.append(say(_of_line(name, fault, hours)))
        shown = True
    if not shown:
        form.form_errors.append(say(refusal.words))


def _of_line(name: str, fault: Words, hours: tuple[DayHours, ...]) -> Words:
    parts = name.split(".")
    if len(parts) == 3 and parts[1].isdecimal() and int(parts[1]) < len(hours):
        line = hours[int(parts[1])]
        return words(
            "%(day)s %(start)s–%(end)s: %(fault)s",
            day=WEEKDAY_WORDS[line.weekday],
            start=line.start,
            end=line.end,
            fault=fault,
        )
    return fault
