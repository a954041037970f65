"""What every form of conflicts is made of: imprecise dates, choices in words, faults beside their fields."""

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any

from flask_wtf import FlaskForm
from wtforms import (
    Field,
)
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined] # newer than its stubs
from wtforms.validators import ValidationError
from wtforms.widgets import TextInput

from expertpool.conflicts.rules.dates import ImpreciseDate
from expertpool.infra.i18n import say
from expertpool.words import Words, words


def worded(entries: Mapping[Any, Words]) -> list[SelectChoice]:
    """Choices of a word list, in its order."""
    return [SelectChoice(str(key), say(sentence)) for key, sentence in entries.items()]


class ImpreciseDateField(Field):
    """A day, a month or a year as people write it; `data` is None when left empty."""

    widget = TextInput()

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return str(self.data) if self.data is not None and self.data.known else ""

    def process_formdata(self, valuelist: Any) -> None:
        """Read `2024-08-31`, `2024.8` or `2024`."""
        text = str(valuelist[0]).strip().rstrip(".") if valuelist else ""
        self.data = None
        if not text:
            return
        try:
            read = ImpreciseDate.parse("-".join(part.strip() for part in text.replace(".", "-").split("-")))
        except (ValueError, TypeError) as error:
            raise ValidationError(say(WRITE_DATE)) from error
        if read.year is None or not 1900 <= read.year <= 2100:
            raise ValidationError(say(WRITE_DATE))
        self.data = read


WRITE_DATE = words("Write a day, a month or a year, such as 2024-08-31, 2024-08 or 2024.")


def day_after(last_day: dt.date | None) -> dt.date | None:
    """People name the last day; tables keep the first day after."""
    return last_day + dt.timedelta(days=1) if last_day else None


def show_faults(form: FlaskForm, faults: Mapping[str, Words], fields: Iterable[str] = ()) -> None:
    """Put what a use case refused beside the fields it names; the rest above the form."""
    for name, sentence in faults.items():
        field = form._fields.get(name)
        if field is None or (fields and name not in fields):
            form.form_errors.append(say(sentence))
        else:
            field.errors = [*field.errors, say(sentence)]
