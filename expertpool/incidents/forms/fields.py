"""Fields that speak Seoul time, hours, and the names of codes."""

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any

from flask_babel import gettext
from wtforms import DateTimeLocalField, Field
from wtforms.fields.choices import SelectChoice as SelectChoice  # type: ignore[attr-defined] # newer than its stubs
from wtforms.widgets import NumberInput

from expertpool.experts import data as experts
from expertpool.experts.rules import FacetKind
from expertpool.incidents.data import load_incident_types, load_triggers
from expertpool.infra import clock
from expertpool.infra.i18n import named, say
from expertpool.ministries.data import Named, load_ministries, load_regions
from expertpool.words import Words, words

FACET_KIND_WORDS: dict[FacetKind, Words] = {
    FacetKind.TECHNOLOGY: words("Technology field"),
    FacetKind.SKILL: words("Task skill"),
    FacetKind.LICENCE: words("Licence"),
    FacetKind.PROCEEDING: words("Proceeding"),
    FacetKind.LANGUAGE: words("Language"),
    FacetKind.CLEARANCE: words("Clearance"),
    FacetKind.REGION: words("Region"),
}

LEVEL_WORDS: dict[int, Words] = {
    1: words("1 Assists"),
    2: words("2 Works alone"),
    3: words("3 Leads"),
    4: words("4 Advises others"),
}


class SeoulField(DateTimeLocalField):
    """A date and time on the clock in Seoul; `data` is the instant in UTC."""

    def __init__(self, label: Any = None, validators: Any = None, **kwargs: Any) -> None:
        super().__init__(label, validators, format=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"], **kwargs)

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return f"{clock.seoul(self.data):%Y-%m-%dT%H:%M}" if self.data else ""

    def process_formdata(self, valuelist: Any) -> None:
        """Read the wall clock."""
        super().process_formdata(valuelist)
        if self.data is not None and not 2000 <= self.data.year < 2100:
            self.data = None
            raise ValueError(gettext("Choose a date in this century."))
        if self.data is not None:
            self.data = clock.from_seoul(self.data.date(), self.data.time())


class HoursField(Field):
    """Hours, in half hours; `data` is in minutes."""

    widget = NumberInput(step="0.5", min=0)

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return f"{(self.data or 0) / 60:g}"

    def process_formdata(self, valuelist: Any) -> None:
        """Read hours; nothing written means none."""
        text = str(valuelist[0]).strip() if valuelist else ""
        try:
            self.data = round(float(text or 0) * 60)
        except (ValueError, OverflowError) as error:
            raise ValueError(gettext("Write a number of hours, such as 1.5.")) from error


def worded(entries: Mapping[Any, Words]) -> list[SelectChoice]:
    """Choices of a word list, in its order."""
    return [SelectChoice(str(key), say(sentence)) for key, sentence in entries.items()]


def _listed(rows: Iterable[Named]) -> list[SelectChoice]:
    today = clock.seoul_date(clock.now())
    return [SelectChoice(row.code, named(row)) for row in rows if row.valid_on(today)]


def role_kinds() -> list[SelectChoice]:
    """The kinds of expert."""
    return _listed(experts.load_role_kinds())


def licences() -> list[SelectChoice]:
    """The licences."""
    return _listed(experts.load_licences())


def technologies() -> list[SelectChoice]:
    """The technology fields."""
    return _listed(experts.load_technology_fields())


def regions() -> list[SelectChoice]:
    """The regions."""
    return _listed(load_regions())


def incident_types() -> list[SelectChoice]:
    """The kinds of incident."""
    return _listed(load_incident_types())


def triggers() -> list[SelectChoice]:
    """What can set off a clock."""
    return [SelectChoice(row.code, named(row)) for row in load_triggers()]


def ministries() -> list[SelectChoice]:
    """The ministries that take part."""
    return _listed(row for row in load_ministries() if row.active)


def facets() -> list[SelectChoice]:
    """Everything a seat can ask for besides its role, grouped by kind; values are `kind:code`."""
    lists: dict[FacetKind, Iterable[Named]] = {
        FacetKind.TECHNOLOGY: experts.load_technology_fields(),
        FacetKind.SKILL: experts.load_skills(),
        FacetKind.LICENCE: experts.load_licences(),
        FacetKind.PROCEEDING: experts.load_proceedings(),
        FacetKind.LANGUAGE: experts.load_languages(),
        FacetKind.CLEARANCE: [row for row in experts.load_clearances() if row.rank],
        FacetKind.REGION: load_regions(),
    }
    return [
        SelectChoice(f"{kind}:{choice.value}", choice.label, optgroup=say(FACET_KIND_WORDS[kind]))
        for kind, rows in lists.items()
        for choice in _listed(rows)
    ]


def levels() -> list[SelectChoice]:
    """The four levels."""
    return worded(LEVEL_WORDS)


def lengths() -> list[SelectChoice]:
    """Half an hour to twelve hours."""
    hour = words("%(hours)s hours")
    return [
        SelectChoice(str(minutes), say(Words(hour.text, {"hours": f"{minutes / 60:g}"})))
        for minutes in range(30, 721, 30)
    ]


def moment(instant: dt.datetime | None) -> str:
    """`instant` as a date field writes it."""
    return f"{clock.seoul(instant):%Y-%m-%dT%H:%M}" if instant else ""
