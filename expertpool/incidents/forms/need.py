"""The form of a need: seats, sessions and team rules, each a list that grows and shrinks."""

import dataclasses
import datetime as dt
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from flask_wtf import FlaskForm
from werkzeug.datastructures import MultiDict
from wtforms import (
    Field,
    FieldList,
    Form,
    FormField,
    HiddenField,
    IntegerField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
)
from wtforms.validators import InputRequired, Length, Optional
from wtforms.widgets import HiddenInput

from expertpool.experts.rules import FacetKind
from expertpool.incidents.forms import fields
from expertpool.incidents.forms.fields import HoursField, SelectChoice, SeoulField, worded
from expertpool.incidents.rules import (
    ROLE_CLASS_WORDS,
    SESSION_KIND_WORDS,
    URGENCY_WORDS,
    FacetWish,
    NeedDraft,
    SeatDraft,
    SessionDraft,
    TeamRuleDraft,
    TeamRuleKind,
    Urgency,
)
from expertpool.infra.i18n import lazy, say
from expertpool.scheduling.vocabulary import RoleClass
from expertpool.words import Words, words


def _level_or_none() -> list[SelectChoice]:
    return [SelectChoice("", say(words("No preference"))), *fields.levels()]


def _region_or_remote() -> list[SelectChoice]:
    return [SelectChoice("", say(words("Remote"))), *fields.regions()]


def _known_rule(kind: str | None) -> str:
    """The kind of a rule row; what is no kind becomes the one that asks for nothing more."""
    return kind if kind in list(TeamRuleKind) else TeamRuleKind.NO_TWO_OF_ONE_FIRM.value


class FacetForm(Form):
    """One thing a seat asks for; `code` is `kind:code`."""

    code = SelectField(lazy(words("Asked for")), choices=fields.facets)
    use = SelectField(
        lazy(words("How much")),
        choices=lambda: worded({"required": words("Required"), "preferred": words("Preferred")}),
    )
    minimum_level = SelectField(lazy(words("Level")), choices=fields.levels, coerce=int)
    weight = IntegerField(widget=HiddenInput(), default=1, validators=[Optional()])


class SeatForm(Form):
    """One seat."""

    role_kind = SelectField(lazy(words("Role")), choices=fields.role_kinds)
    role_class = SelectField(lazy(words("Works as")), choices=lambda: worded(ROLE_CLASS_WORDS))
    minimum_level = SelectField(lazy(words("Lowest level")), choices=fields.levels, coerce=int, default=2)
    preferred_level = SelectField(lazy(words("Preferred level")), choices=_level_or_none, default="")
    effort_minutes = HoursField(lazy(words("Hours of work outside sessions")), default=0)
    facets = FieldList(FormField(FacetForm))


class SessionForm(Form):
    """One session."""

    kind = SelectField(lazy(words("What for")), choices=lambda: worded(SESSION_KIND_WORDS))
    length_minutes = SelectField(lazy(words("Length")), choices=fields.lengths, coerce=int, default=120)
    earliest = SeoulField(lazy(words("Not before")), validators=[InputRequired()])
    latest = SeoulField(lazy(words("Ends by")), validators=[InputRequired()])
    region_code = SelectField(lazy(words("Place")), choices=_region_or_remote, default="")
    seats = SelectMultipleField(lazy(words("Who attends")), coerce=int, validate_choice=False)


class TeamRuleForm(Form):
    """One rule over the team; which fields count depends on its kind."""

    kind = HiddenField(filters=[_known_rule])
    seats = SelectMultipleField(lazy(words("Seats")), coerce=int, validate_choice=False)
    licences = SelectMultipleField(lazy(words("Licences, any one of them")), choices=fields.licences)
    role_kinds = SelectMultipleField(lazy(words("Roles")), choices=fields.role_kinds)
    count = IntegerField(lazy(words("How many")), default=1, validators=[Optional()])


class NeedForm(FlaskForm):  # type: ignore[misc] # flask-wtf is untyped
    """A need."""

    version = IntegerField(widget=HiddenInput(), validators=[Optional()])
    template_code = HiddenField()
    purpose = StringField(
        lazy(words("What experts are asked to do")),
        description=lazy(words("In one line, without names of parties.")),
        validators=[InputRequired(), Length(max=200)],
    )
    urgency = RadioField(
        lazy(words("Urgency")),
        choices=lambda: worded({int(key): text for key, text in URGENCY_WORDS.items()}),
        default=str(int(Urgency.RAISED)),
    )
    not_before = SeoulField(lazy(words("Not before")), validators=[InputRequired()])
    deadline = SeoulField(lazy(words("Deadline")), validators=[InputRequired()])
    seats = FieldList(FormField(SeatForm))
    sessions = FieldList(FormField(SessionForm))
    team_rules = FieldList(FormField(TeamRuleForm))


def need_form(
    *, posted: MultiDict[str, str] | None = None, draft: NeedDraft | None = None, version: int | None = None
) -> NeedForm:
    """The form, filled with what was posted or else with `draft`; seats can be chosen by role and number."""
    form = NeedForm(formdata=posted, data=_data_of(draft, version) if draft else None)
    roles = {choice.value: choice.label for choice in fields.role_kinds()}
    chosen = [seat.form.role_kind.data for seat in form.seats]
    seats = [
        SelectChoice(str(place), f"{place + 1}. {roles.get(role, role)}") for place, role in enumerate(chosen)
    ]
    for row in (*form.sessions, *form.team_rules):
        row.form.seats.choices = seats
    return form


def _data_of(draft: NeedDraft, version: int | None) -> dict[str, Any]:
    data = dataclasses.asdict(draft) | {"version": version, "urgency": str(int(draft.urgency))}
    for seat in data["seats"]:
        seat["preferred_level"] = str(seat["preferred_level"] or "")
        for facet in seat["facets"]:
            facet["code"] = f"{facet['kind']}:{facet['code']}"
            facet["use"] = "required" if facet["required"] else "preferred"
    for session in data["sessions"]:
        session["region_code"] = session["region_code"] or ""
    return data


def draft_from(form: NeedForm) -> NeedDraft:
    """The need as it was typed; call it once the form is valid."""
    return NeedDraft(
        purpose=form.purpose.data or "",
        urgency=Urgency(int(form.urgency.data)),
        not_before=_given(form.not_before),
        deadline=_given(form.deadline),
        seats=tuple(_seat(row.form) for row in form.seats),
        sessions=tuple(
            SessionDraft(
                kind=row.form.kind.data,
                length_minutes=row.form.length_minutes.data,
                earliest=_given(row.form.earliest),
                latest=_given(row.form.latest),
                region_code=row.form.region_code.data or None,
                seats=tuple(row.form.seats.data or ()),
            )
            for row in form.sessions
        ),
        team_rules=tuple(
            TeamRuleDraft(
                kind=TeamRuleKind(row.form.kind.data or ""),
                seats=tuple(row.form.seats.data or ()),
                licences=tuple(row.form.licences.data or ()),
                role_kinds=tuple(row.form.role_kinds.data or ()),
                count=row.form.count.data or 1,
            )
            for row in form.team_rules
        ),
        template_code=form.template_code.data or None,
    )


def _given(field: SeoulField) -> dt.datetime:
    """The instant of a required field of a valid form."""
    assert field.data is not None
    return field.data


def _seat(form: SeatForm) -> SeatDraft:
    return SeatDraft(
        role_kind=form.role_kind.data,
        role_class=RoleClass(form.role_class.data),
        minimum_level=form.minimum_level.data,
        preferred_level=int(form.preferred_level.data) if form.preferred_level.data else None,
        effort_minutes=form.effort_minutes.data,
        facets=tuple(_facet(row.form) for row in form.facets),
    )


def _facet(form: FacetForm) -> FacetWish:
    kind, _, code = form.code.data.partition(":")
    return FacetWish(
        kind=FacetKind(kind),
        code=code,
        required=form.use.data == "required",
        minimum_level=form.minimum_level.data,
        weight=form.weight.data or 1,
    )


class Problem(NamedTuple):
    """One thing to mend: the id of its field (empty for the form as a whole), its label, what is wrong."""

    id: str
    label: str
    text: str


def show_faults(form: FlaskForm, faults: Mapping[str, Words]) -> None:
    """Hang each fault of a refusal on its field: paths are the names of the fields."""
    named = {field.name: field for field in _fields(form)}
    for path, sentence in faults.items():
        field = named.get(path)
        if field is None or isinstance(field, FieldList):
            form.form_errors.append(say(sentence))
        else:
            field.errors = [*field.errors, say(sentence)]


def problems_of(form: FlaskForm) -> list[Problem]:
    """Everything to mend, in the order of the page."""
    whole = [Problem("", "", str(error)) for error in form.form_errors]
    return whole + [
        Problem(field.id, str(field.label.text), str(error))
        for field in _fields(form)
        for error in field.errors
        if not isinstance(error, dict | list)
    ]


def _fields(form: Form) -> Iterator[Field]:
    for field in form:
        if isinstance(field, FieldList):
            yield field
            for row in field:
                yield from _fields(row.form)
        else:
            yield field
