"""The forms of an incident: its facts, its parties, its ministries, the dates that start clocks."""

from typing import Any

from flask_wtf import FlaskForm
from wtforms import (
    BooleanField,
    HiddenField,
    IntegerField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.validators import InputRequired, Length, Optional
from wtforms.widgets import HiddenInput

from expertpool.incidents.forms import fields
from expertpool.incidents.forms.fields import SeoulField, worded
from expertpool.incidents.rules import (
    MINISTRY_PART_WORDS,
    PARTY_KIND_WORDS,
    PARTY_SIDE_WORDS,
    URGENCY_WORDS,
    IncidentFacts,
    Urgency,
)
from expertpool.infra.i18n import lazy
from expertpool.words import words


class IncidentForm(FlaskForm):  # type: ignore[misc] # flask-wtf is untyped
    """The facts of an incident."""

    version = IntegerField(widget=HiddenInput(), validators=[Optional()])
    title = StringField(
        lazy(words("Title")),
        description=lazy(words("Without names of parties: it is shown in lists.")),
        validators=[InputRequired(), Length(max=200)],
    )
    type_code = SelectField(lazy(words("Kind of incident")), choices=fields.incident_types)
    summary = TextAreaField(
        lazy(words("What happened")),
        description=lazy(words("Who did what, when, with which technology; what is missing or at risk.")),
        validators=[InputRequired(), Length(max=8000)],
    )
    region_code = SelectField(lazy(words("Region")), choices=fields.regions)
    urgency = RadioField(
        lazy(words("Urgency")),
        choices=lambda: worded({int(key): text for key, text in URGENCY_WORDS.items()}),
        default=str(int(Urgency.RAISED)),
        validators=[InputRequired()],
    )
    technologies = SelectMultipleField(lazy(words("Technology fields")), choices=fields.technologies)
    evidence_at_risk = BooleanField(
        lazy(words("Evidence is at risk")),
        description=lazy(words("A device may be reused or material deleted soon.")),
    )
    core_technology = BooleanField(lazy(words("A national core technology may be concerned")))
    compartmented = BooleanField(
        lazy(words("Compartmented")),
        description=lazy(
            words("Only the lead ministry sees the case; it appears in no list or count of others.")
        ),
    )


def fill_incident(facts: IncidentFacts, version: int) -> dict[str, Any]:
    """What `IncidentForm` starts with to change an incident."""
    return {
        "version": version,
        "title": facts.title,
        "type_code": facts.type_code,
        "summary": facts.summary,
        "region_code": facts.region_code,
        "urgency": str(int(facts.urgency)),
        "technologies": list(facts.technologies),
        "evidence_at_risk": facts.evidence_at_risk,
        "core_technology": facts.core_technology,
        "compartmented": facts.compartmented,
    }


def facts_from(form: IncidentForm) -> IncidentFacts:
    """The facts as they were typed."""
    return IncidentFacts(
        title=form.title.data or "",
        summary=form.summary.data or "",
        type_code=form.type_code.data,
        urgency=Urgency(int(form.urgency.data)),
        region_code=form.region_code.data,
        evidence_at_risk=form.evidence_at_risk.data,
        core_technology=form.core_technology.data,
        compartmented=form.compartmented.data,
        technologies=tuple(form.technologies.data or ()),
    )


class PartyForm(FlaskForm):  # type: ignore[misc] # flask-wtf is untyped
    """Who joins the case. `party` is `organisation:<id>` or `person:<id>`; `party_text` is what was typed."""

    side = RadioField(
        lazy(words("Side")), choices=lambda: worded(PARTY_SIDE_WORDS), validators=[InputRequired()]
    )
    kind = SelectField(lazy(words("Capacity")), choices=lambda: worded(PARTY_KIND_WORDS))
    party = HiddenField()
    party_text = StringField(lazy(words("Organisation or person")), validators=[Length(max=200)])


class MinistryForm(FlaskForm):  # type: ignore[misc] # flask-wtf is untyped
    """A ministry and its part."""

    ministry = SelectField(lazy(words("Ministry")), choices=fields.ministries)
    part = RadioField(
        lazy(words("Part")),
        choices=lambda: worded(dict(reversed(MINISTRY_PART_WORDS.items()))),
        default="supporting",
        validators=[InputRequired()],
    )
    task = StringField(lazy(words("Its task")), validators=[Length(max=200)])


class TriggerForm(FlaskForm):  # type: ignore[misc] # flask-wtf is untyped
    """Something that sets off a clock, and when."""

    trigger = SelectField(lazy(words("What happened or will happen")), choices=fields.triggers)
    happened_at = SeoulField(lazy(words("When")), validators=[InputRequired()])
