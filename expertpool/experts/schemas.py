"""The registry as programs read and write it. Days are half-open: `…_until` and `ends_on` no longer count."""

from typing import Any

import marshmallow as ma

from expertpool.experts.queries import Column, ExpertFilters
from expertpool.experts.rules import (
    AppointmentFacts,
    ExpertFacts,
    ExpertState,
    FacetFacts,
    FacetKind,
)

SORTS = [sign + column.value for column in Column for sign in ("", "-")]


class Strict(ma.Schema):
    """Refuses what it does not know."""

    class Meta:
        unknown = ma.RAISE


class NameSchema(Strict):
    """A code and what it is called."""

    code = ma.fields.String()
    name_ko = ma.fields.String()
    name_en = ma.fields.String()


class FacetIn(Strict):
    """Something an expert can do."""

    kind = ma.fields.Enum(FacetKind, by_value=True, required=True)
    code = ma.fields.String(required=True)
    level = ma.fields.Integer(required=True, strict=True, metadata={"description": "1 assists … 4 advises"})
    evidence = ma.fields.String(load_default="")
    valid_from = ma.fields.Date(required=True)
    valid_until = ma.fields.Date(load_default=None, allow_none=True)

    @ma.post_load
    def facts(self, said: dict[str, Any], **_: Any) -> FacetFacts:
        """The facet as facts."""
        return FacetFacts(**said)


class FacetOut(Strict):
    """A facet as it is kept."""

    id = ma.fields.UUID()
    kind = ma.fields.Enum(FacetKind, by_value=True)
    term = ma.fields.Nested(NameSchema)
    level = ma.fields.Integer()
    evidence = ma.fields.String()
    verified = ma.fields.Boolean()
    valid_from = ma.fields.Date()
    valid_until = ma.fields.Date(allow_none=True)
    in_force = ma.fields.Boolean()


class AppointmentSchema(Strict):
    """A term of appointment."""

    starts_on = ma.fields.Date(required=True)
    ends_on = ma.fields.Date(required=True)
    basis = ma.fields.String(load_default="")

    @ma.post_load
    def facts(self, said: dict[str, Any], **_: Any) -> AppointmentFacts:
        """The term as facts."""
        return AppointmentFacts(**said)


class ContactSchema(Strict):
    """What only the expert's own ministry knows."""

    email = ma.fields.String()
    phone = ma.fields.String(allow_none=True)
    birth_year = ma.fields.Integer(allow_none=True)
    alias = ma.fields.String(allow_none=True)
    timezone = ma.fields.String()
    language = ma.fields.String()


class ExpertIn(Strict):
    """Everything a ministry says about one of its experts."""

    ministry_id = ma.fields.UUID(required=True)
    name_ko = ma.fields.String(required=True)
    name_en = ma.fields.String(required=True)
    alias = ma.fields.String(load_default=None, allow_none=True)
    birth_year = ma.fields.Integer(load_default=None, allow_none=True, strict=True)
    email = ma.fields.String(required=True)
    phone = ma.fields.String(load_default=None, allow_none=True)
    region_code = ma.fields.String(required=True)
    timezone = ma.fields.String(load_default="Asia/Seoul")
    language = ma.fields.String(load_default="ko")
    weekly_capacity_minutes = ma.fields.Integer(required=True, strict=True)
    max_open_engagements = ma.fields.Integer(required=True, strict=True)
    minimum_notice_minutes = ma.fields.Integer(load_default=0, strict=True)
    facets = ma.fields.List(ma.fields.Nested(FacetIn), required=True, validate=ma.validate.Length(max=200))
    appointments = ma.fields.List(
        ma.fields.Nested(AppointmentSchema), required=True, validate=ma.validate.Length(max=50)
    )

    @ma.post_load
    def facts(self, said: dict[str, Any], **_: Any) -> ExpertFacts:
        """The entry as facts."""
        rows = {name: tuple(said[name]) for name in ("facets", "appointments")}
        return ExpertFacts(**(said | rows | {"email": said["email"].strip().lower()}))


class ExpertOut(Strict):
    """An expert as the caller may see them; `contact` is null outside the own ministry."""

    id = ma.fields.UUID()
    version = ma.fields.Integer()
    name_ko = ma.fields.String()
    name_en = ma.fields.String()
    is_alias = ma.fields.Boolean()
    ministry_id = ma.fields.UUID()
    ministry = ma.fields.Nested(NameSchema)
    region = ma.fields.Nested(NameSchema)
    state = ma.fields.Enum(ExpertState, by_value=True)
    weekly_capacity_minutes = ma.fields.Integer()
    max_open_engagements = ma.fields.Integer()
    minimum_notice_minutes = ma.fields.Integer()
    facets = ma.fields.List(ma.fields.Nested(FacetOut))
    appointments = ma.fields.List(ma.fields.Nested(AppointmentSchema))
    contact = ma.fields.Nested(ContactSchema, allow_none=True)


class StateSchema(Strict):
    """Where an expert shall stand."""

    state = ma.fields.Enum(ExpertState, by_value=True, required=True)


class ExpertsIn(Strict):
    """What the list is narrowed to and sorted by; codes throughout."""

    text = ma.fields.String(validate=ma.validate.Length(max=100))
    ministry = ma.fields.String()
    region = ma.fields.String()
    role = ma.fields.String()
    technology = ma.fields.String(metadata={"description": "Code of a field (T08) or of a desk (D01)."})
    skill = ma.fields.String()
    proceeding = ma.fields.String()
    language = ma.fields.String()
    licence = ma.fields.String()
    clearance = ma.fields.String(metadata={"description": "This one or a higher one."})
    level = ma.fields.Integer(validate=ma.validate.Range(1, 4))
    state = ma.fields.Enum(ExpertState, by_value=True)
    appointed_on = ma.fields.Date()
    capacity_minutes = ma.fields.Integer(validate=ma.validate.Range(0, 10_080))
    sort = ma.fields.String(load_default="name", validate=ma.validate.OneOf(SORTS))

    @ma.post_load
    def asked(self, said: dict[str, Any], **_: Any) -> dict[str, Any]:
        """Filters and sorting apart."""
        sort = said.pop("sort")
        return {"filters": ExpertFilters(**said), "sort": sort}


class FacetTermsIn(Strict):
    """Which list of codes."""

    kind = ma.fields.Enum(FacetKind, by_value=True)


class FacetTermOut(NameSchema):
    """One code of one kind."""

    kind = ma.fields.Enum(FacetKind, by_value=True)


class DeskOut(NameSchema):
    """A desk, and the technology fields it stands for."""

    fields_of_technology = ma.fields.List(ma.fields.String())
