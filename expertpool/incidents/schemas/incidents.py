"""What programs send and get about incidents. Unknown fields are refused."""

from typing import Any

import marshmallow as ma

from expertpool.incidents.rules import (
    IncidentFacts,
    IncidentState,
    MinistryPart,
    PartyKind,
    PartySide,
    Urgency,
)
from expertpool.incidents.schemas.fields import NamedCodeOut, instant, text, word
from expertpool.ministries.data import Certainty


class IncidentQuery(ma.Schema):
    """Filters of the list."""

    state = ma.fields.List(word(IncidentState), load_default=list)
    type_code = text(24, load_default="")
    urgency = word(Urgency, load_default=None)
    region_code = text(12, load_default="")
    ministry = text(12, load_default="")
    text = text(100, load_default="")
    sort = ma.fields.String(
        load_default="-recorded",
        validate=ma.validate.OneOf(
            [
                sign + key
                for key in ("recorded", "received", "urgency", "title", "receipt")
                for sign in ("", "-")
            ]
        ),
    )


class IncidentIn(ma.Schema):
    """The facts of an incident."""

    title = text(200, required=True)
    summary = text(8000, required=True)
    type_code = text(24, required=True)
    urgency = word(Urgency, required=True)
    region_code = text(12, required=True)
    evidence_at_risk = ma.fields.Boolean(load_default=False)
    core_technology = ma.fields.Boolean(load_default=False)
    compartmented = ma.fields.Boolean(load_default=False)
    technologies = ma.fields.List(text(24), load_default=list, validate=ma.validate.Length(max=35))

    @ma.post_load
    def _facts(self, data: dict[str, Any], **_: Any) -> IncidentFacts:
        return IncidentFacts(**data | {"technologies": tuple(data["technologies"])})


class IncidentRowOut(ma.Schema):
    """An incident as one line of a list."""

    id = ma.fields.UUID()
    receipt_no = ma.fields.String()
    title = ma.fields.String()
    type_code = ma.fields.String(attribute="type.code")
    state = word(IncidentState)
    urgency = word(Urgency)
    evidence_at_risk = ma.fields.Boolean()
    core_technology = ma.fields.Boolean()
    compartmented = ma.fields.Boolean()
    region_code = ma.fields.String(attribute="region.code")
    lead_ministry = ma.fields.String(attribute="lead.code")
    recorded_at = ma.fields.AwareDateTime()
    received_at = ma.fields.AwareDateTime(allow_none=True)
    closed_at = ma.fields.AwareDateTime(allow_none=True)
    version = ma.fields.Integer()


class IncidentMinistryOut(ma.Schema):
    """A ministry's part."""

    ministry = ma.fields.String(attribute="ministry.code")
    part = word(MinistryPart)
    task = ma.fields.String()


class IncidentMinistryIn(ma.Schema):
    """The part a ministry is given."""

    part = word(MinistryPart, required=True)
    task = text(200, load_default="")


class IncidentPartyOut(ma.Schema):
    """Who stands in the case."""

    id = ma.fields.UUID()
    side = word(PartySide)
    kind = word(PartyKind)
    organisation_id = ma.fields.UUID(allow_none=True)
    person_id = ma.fields.UUID(allow_none=True)
    name_ko = ma.fields.String()
    name_en = ma.fields.String()


class IncidentPartyIn(ma.Schema):
    """Who joins the case: exactly one of the two keys."""

    side = word(PartySide, required=True)
    kind = word(PartyKind, required=True)
    organisation_id = ma.fields.UUID(load_default=None)
    person_id = ma.fields.UUID(load_default=None)


class IncidentOut(IncidentRowOut):
    """An incident; `summary` is null where it is withheld."""

    summary = ma.fields.String(allow_none=True)
    technologies = ma.fields.List(ma.fields.Nested(NamedCodeOut))
    ministries = ma.fields.List(ma.fields.Nested(IncidentMinistryOut))
    parties = ma.fields.List(ma.fields.Nested(IncidentPartyOut))


class IncidentStateIn(ma.Schema):
    """The state to bring an incident to."""

    state = word(IncidentState, required=True)


class ClockOut(ma.Schema):
    """A clock as a date; without one until what sets it off is noted."""

    code = ma.fields.String()
    kind = ma.fields.String()
    name_ko = ma.fields.String()
    name_en = ma.fields.String()
    effect = ma.fields.Nested(NamedCodeOut)
    source = ma.fields.Nested(NamedCodeOut)
    certainty = word(Certainty)
    trigger = ma.fields.String(attribute="trigger.code")
    started_at = ma.fields.AwareDateTime(allow_none=True)
    due_at = ma.fields.AwareDateTime(attribute="due.at", dump_default=None, allow_none=True)
    due_on = ma.fields.Date(attribute="due.on", dump_default=None, allow_none=True)
    days_left = ma.fields.Integer(allow_none=True)


class TriggerIn(ma.Schema):
    """When something happened that sets off a clock."""

    happened_at = instant(required=True)
