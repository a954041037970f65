"""The forms of an expert's entry. People name last days; inside, the day after counts."""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any

from flask_wtf import FlaskForm
from flask_wtf.file import FileField, FileRequired
from werkzeug.datastructures import MultiDict
from wtforms import DecimalField, IntegerField, SelectField, StringField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined] # newer than its stubs
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from expertpool.experts.rules import (
    AppointmentFacts,
    ContactFacts,
    ExpertFacts,
    FacetFacts,
    FacetKind,
)
from expertpool.infra.i18n import lazy, say
from expertpool.words import Words, words

_DAY = dt.timedelta(days=1)
_MOST_ROWS = 200
_WRITE_DATE = words("Write the day as a date.")


class ContactForm(FlaskForm):  # type: ignore[misc] # flask-wtf is untyped
    """What experts keep current themselves."""

    phone = StringField(lazy(words("Phone")), validators=[Optional(), Length(max=40)])
    region_code = SelectField(lazy(words("Region")), validators=[InputRequired()])
    timezone = StringField(lazy(words("Time zone")), validators=[InputRequired(), Length(max=64)])
    language = SelectField(
        lazy(words("Language of messages")),
        choices=[SelectChoice("ko", "한국어"), SelectChoice("en", "English")],
        validators=[InputRequired()],
    )

    def contact(self) -> dict[str, Any]:
        """The fields as facts."""
        said: dict[str, Any] = self.data
        return {
            "phone": _text(said["phone"]) or None,
            "region_code": said["region_code"],
            "timezone": _text(said["timezone"]),
            "language": said["language"],
        }


class ExpertForm(ContactForm):
    """The plain fields of the entry; facets and terms are rows, read by `read_facets` and `read_terms`."""

    name_ko = StringField(lazy(words("Name in Korean")), validators=[InputRequired(), Length(max=80)])
    name_en = StringField(lazy(words("Name in English")), validators=[InputRequired(), Length(max=120)])
    alias = StringField(lazy(words("Alias")), validators=[Optional(), Length(max=40)])
    birth_year = IntegerField(lazy(words("Year of birth")), validators=[Optional(), NumberRange(1900, 2100)])
    email = StringField(lazy(words("E-mail")), validators=[InputRequired(), Length(max=255)])
    weekly_hours = DecimalField(
        lazy(words("Hours a week")), places=None, validators=[InputRequired(), NumberRange(0, 168)]
    )
    max_open_engagements = IntegerField(
        lazy(words("Most open assignments")), validators=[InputRequired(), NumberRange(0, 50)]
    )
    notice_hours = DecimalField(
        lazy(words("Notice in hours")), places=None, validators=[InputRequired(), NumberRange(0, 720)]
    )

    def facts(
        self, *, ministry_id: Any, facets: Sequence[FacetFacts], terms: Sequence[AppointmentFacts]
    ) -> ExpertFacts:
        """Everything the page says about the expert."""
        said: dict[str, Any] = self.data
        return ExpertFacts(
            ministry_id=ministry_id,
            name_ko=_text(said["name_ko"]),
            name_en=_text(said["name_en"]),
            alias=_text(said["alias"]) or None,
            birth_year=said["birth_year"],
            email=_text(said["email"]).lower(),
            weekly_capacity_minutes=_minutes(said["weekly_hours"]),
            max_open_engagements=said["max_open_engagements"],
            minimum_notice_minutes=_minutes(said["notice_hours"]),
            facets=tuple(facets),
            appointments=tuple(terms),
            **self.contact(),
        )


class ImportForm(FlaskForm):  # type: ignore[misc] # flask-wtf is untyped
    """A table to check."""

    file = FileField(lazy(words("CSV or XLSX file")), validators=[FileRequired()])


@dataclass(frozen=True, slots=True)
class FacetRow:
    """One facet as typed. `through` is the last day; `fault` says what is wrong with the row."""

    kind: FacetKind
    code: str = ""
    level: str = ""
    evidence: str = ""
    since: str = ""
    through: str = ""
    fault: str = ""


@dataclass(frozen=True, slots=True)
class TermRow:
    """One term of appointment as typed."""

    since: str = ""
    through: str = ""
    basis: str = ""
    fault: str = ""


@dataclass(frozen=True, slots=True)
class Typed:
    """The rows of the page, and which of them hold the facts that were read."""

    facets: list[FacetRow] = field(default_factory=list)
    terms: list[TermRow] = field(default_factory=list)

    @property
    def faulty(self) -> bool:
        """Whether a row could not be read, or was refused."""
        return any(row.fault for row in self.facets) or any(row.fault for row in self.terms)


def typed_of(facts: ExpertFacts, kinds: Iterable[FacetKind] = FacetKind) -> Typed:
    """The rows that say `facts`."""
    chosen = frozenset(kinds)
    facets = [
        FacetRow(
            each.kind,
            each.code,
            str(each.level),
            each.evidence,
            each.valid_from.isoformat(),
            _last(each.valid_until),
        )
        for each in facts.facets
        if each.kind in chosen
    ]
    terms = [
        TermRow(term.starts_on.isoformat(), _last(term.ends_on), term.basis) for term in facts.appointments
    ]
    return Typed(facets, terms)


def read_typed(sent: MultiDict[str, str]) -> Typed:
    """The rows as sent, without those to remove and those left blank."""
    facets: list[FacetRow] = []
    terms: list[TermRow] = []
    for number in range(_MOST_ROWS):
        part = _parts(sent, f"facets-{number}-")
        if part.get("kind") in set(FacetKind) and part.get("code") and not part.get("remove"):
            names = ("code", "level", "evidence", "since", "through")
            facets.append(FacetRow(FacetKind(part["kind"]), *(part.get(name, "") for name in names)))
        part = _parts(sent, f"terms-{number}-")
        if any(part.get(name) for name in ("since", "through", "basis")) and not part.get("remove"):
            terms.append(TermRow(*(part.get(name, "") for name in ("since", "through", "basis"))))
    return Typed(facets, terms)


def read_facts(typed: Typed, *, today: dt.date) -> tuple[Typed, list[FacetFacts], list[AppointmentFacts]]:
    """The facts the rows say, and the rows with a fault where a day or a level cannot be read."""
    facets: list[FacetFacts] = []
    terms: list[AppointmentFacts] = []
    checked = Typed()
    for row in typed.facets:
        try:
            since = dt.date.fromisoformat(row.since) if row.since else today
            facts = FacetFacts(
                row.kind, row.code, int(row.level), since, _after(row.through), row.evidence.strip()
            )
        except (ValueError, OverflowError):
            checked.facets.append(replace(row, fault=say(_WRITE_DATE)))
        else:
            facets.append(facts)
            checked.facets.append(row)
    for term in typed.terms:
        try:
            end = _after(term.through)
            if end is None:
                raise ValueError("no last day")
            facts_of_term = AppointmentFacts(dt.date.fromisoformat(term.since), end, term.basis.strip())
        except (ValueError, OverflowError):
            checked.terms.append(replace(term, fault=say(_WRITE_DATE)))
        else:
            terms.append(facts_of_term)
            checked.terms.append(term)
    return checked, facets, terms


_FIELDS = {
    "weekly_capacity_minutes": "weekly_hours",
    "minimum_notice_minutes": "notice_hours",
}


def show_faults(form: FlaskForm, typed: Typed, faults: Mapping[str, Words]) -> Typed:
    """Put each fault where the reader finds it: beside its field, in its row, or on top."""
    facets, terms = list(typed.facets), list(typed.terms)
    for name, sentence in faults.items():
        group, _, place = name.partition(".")
        if group == "facets" and place:
            facets[int(place)] = replace(facets[int(place)], fault=say(sentence))
        elif group == "appointments" and place:
            terms[int(place)] = replace(terms[int(place)], fault=say(sentence))
        elif (known := getattr(form, _FIELDS.get(name, name), None)) is not None:
            known.errors = [*known.errors, say(sentence)]
        else:
            form.form_errors.append(say(sentence))
    return Typed(facets, terms)


def contact_of(form: ContactForm) -> ContactFacts:
    """What experts say about how to reach them."""
    return ContactFacts(**form.contact())


def plain_of(facts: ExpertFacts) -> dict[str, Any]:
    """The plain fields of `ExpertForm` that say `facts`."""
    names = ("name_ko", "name_en", "alias", "birth_year", "email", "max_open_engagements")
    contact = ("phone", "region_code", "timezone", "language")
    plain = {name: getattr(facts, name) for name in (*names, *contact)}
    return plain | {
        "weekly_hours": _hours(facts.weekly_capacity_minutes),
        "notice_hours": _hours(facts.minimum_notice_minutes),
    }


def _parts(sent: MultiDict[str, str], prefix: str) -> dict[str, str]:
    names = ("kind", "code", "level", "evidence", "since", "through", "basis", "remove")
    return {name: sent[prefix + name].strip() for name in names if prefix + name in sent}


def _text(text: str | None) -> str:
    return (text or "").strip()


def _minutes(hours: Decimal) -> int:
    return round(hours * 60)


def _hours(minutes: int) -> Decimal:
    return (Decimal(minutes) / 60).quantize(Decimal("0.01")).normalize() + 0


def _last(end: dt.date | None) -> str:
    return (end - _DAY).isoformat() if end else ""


def _after(through: str) -> dt.date | None:
    return dt.date.fromisoformat(through) + _DAY if through else None
