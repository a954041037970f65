"""What programs send and get about needs. Unknown fields are refused."""

from typing import Any

import marshmallow as ma

from expertpool.experts.rules import FacetKind
from expertpool.incidents.rules import (
    MOST_FACETS,
    MOST_SEATS,
    MOST_SESSIONS,
    MOST_TEAM_RULES,
    FacetWish,
    NeedDraft,
    NeedState,
    SeatDraft,
    SessionDraft,
    TeamRuleDraft,
    TeamRuleKind,
    Urgency,
)
from expertpool.incidents.schemas.fields import NamedCodeOut, a_number, instant, listed, text, word
from expertpool.scheduling.vocabulary import RoleClass


class SeatFacetSchema(ma.Schema):
    """What a seat requires or prefers."""

    kind = word(FacetKind, required=True)
    code = text(24, required=True)
    required = ma.fields.Boolean(required=True)
    minimum_level = a_number(1, 4, load_default=1)
    weight = a_number(1, 10, load_default=1)

    @ma.post_load
    def _wish(self, data: dict[str, Any], **_: Any) -> FacetWish:
        return FacetWish(**data)


class NeedSeatSchema(ma.Schema):
    """One seat. Units: minutes of work outside the sessions."""

    role_kind = text(24, required=True)
    role_class = word(RoleClass, required=True)
    minimum_level = a_number(1, 4, load_default=1)
    preferred_level = a_number(1, 4, load_default=None, allow_none=True)
    effort_minutes = a_number(0, 60_000, load_default=0)
    facets = listed(SeatFacetSchema, MOST_FACETS, load_default=list)

    @ma.post_load
    def _seat(self, data: dict[str, Any], **_: Any) -> SeatDraft:
        return SeatDraft(**data | {"facets": tuple(data["facets"])})


def _seats(data: dict[str, Any]) -> dict[str, Any]:
    """Programs count seats from 1, as the pages do."""
    numbers = data.pop("seat_numbers")
    return data | {"seats": tuple(number - 1 for number in numbers)}


def seat_numbers() -> ma.fields.List[Any]:
    """Seats by number, the first is 1."""
    return ma.fields.List(
        a_number(1, MOST_SEATS), load_default=list, validate=ma.validate.Length(max=MOST_SEATS)
    )


class NeedSessionFacts(ma.Schema):
    """What a session is, but for who attends; no region means remote."""

    kind = text(24, required=True)
    length_minutes = a_number(30, 720, required=True)
    earliest = instant(required=True)
    latest = instant(required=True)
    region_code = text(12, load_default=None, allow_none=True)


class NeedSessionSchema(NeedSessionFacts):
    """One session."""

    seat_numbers = seat_numbers()

    @ma.post_load
    def _session(self, data: dict[str, Any], **_: Any) -> SessionDraft:
        return SessionDraft(**_seats(data))


class TeamRuleFacts(ma.Schema):
    """What a team rule asks, but for the seats it is about."""

    kind = word(TeamRuleKind, required=True)
    licences = ma.fields.List(text(24), load_default=list, validate=ma.validate.Length(max=20))
    role_kinds = ma.fields.List(text(24), load_default=list, validate=ma.validate.Length(max=20))
    count = a_number(1, MOST_SEATS, load_default=1)


class TeamRuleSchema(TeamRuleFacts):
    """One rule over the team; no seats mean the whole team."""

    seat_numbers = seat_numbers()

    @ma.post_load
    def _rule(self, data: dict[str, Any], **_: Any) -> TeamRuleDraft:
        codes = {name: tuple(data[name]) for name in ("licences", "role_kinds")}
        return TeamRuleDraft(**_seats(data) | codes)


class NeedIn(ma.Schema):
    """What experts are asked for."""

    template_code = text(24, load_default=None, allow_none=True)
    purpose = text(200, required=True)
    urgency = word(Urgency, required=True)
    not_before = instant(required=True)
    deadline = instant(required=True)
    seats = listed(NeedSeatSchema, MOST_SEATS, required=True)
    sessions = listed(NeedSessionSchema, MOST_SESSIONS, load_default=list)
    team_rules = listed(TeamRuleSchema, MOST_TEAM_RULES, load_default=list)

    @ma.post_load
    def _draft(self, data: dict[str, Any], **_: Any) -> NeedDraft:
        return NeedDraft(**data | {name: tuple(data[name]) for name in ("seats", "sessions", "team_rules")})


class NeedRowOut(ma.Schema):
    """A need as one line of a list."""

    id = ma.fields.UUID()
    incident_id = ma.fields.UUID()
    receipt_no = ma.fields.String()
    purpose = ma.fields.String()
    state = word(NeedState)
    urgency = word(Urgency)
    not_before = ma.fields.AwareDateTime()
    deadline = ma.fields.AwareDateTime()
    ministry = ma.fields.String(attribute="ministry.code")
    seat_count = ma.fields.Integer()
    session_count = ma.fields.Integer()
    version = ma.fields.Integer()


class SeatFacetOut(SeatFacetSchema):
    """What a seat requires or prefers."""

    code = ma.fields.String(attribute="term.code")


class NeedSeatOut(ma.Schema):
    """One seat with its key and number."""

    id = ma.fields.UUID()
    number = ma.fields.Integer()
    role_kind = ma.fields.String(attribute="role.code")
    role_class = word(RoleClass)
    minimum_level = ma.fields.Integer()
    preferred_level = ma.fields.Integer(allow_none=True)
    effort_minutes = ma.fields.Integer()
    facets = ma.fields.List(ma.fields.Nested(SeatFacetOut))


class NeedSessionOut(ma.Schema):
    """One session with its key and number."""

    id = ma.fields.UUID()
    number = ma.fields.Integer()
    kind = ma.fields.String()
    length_minutes = ma.fields.Integer()
    earliest = ma.fields.AwareDateTime()
    latest = ma.fields.AwareDateTime()
    region_code = ma.fields.String(attribute="region.code", dump_default=None, allow_none=True)
    seat_numbers = ma.fields.List(ma.fields.Integer())


class TeamRuleOut(ma.Schema):
    """One rule over the team with its key."""

    id = ma.fields.UUID()
    kind = word(TeamRuleKind)
    seat_numbers = ma.fields.List(ma.fields.Integer())
    licences = ma.fields.List(ma.fields.Pluck(NamedCodeOut, "code"))
    role_kinds = ma.fields.List(ma.fields.Pluck(NamedCodeOut, "code"))
    count = ma.fields.Integer()


class NeedOut(NeedRowOut):
    """A need with everything in it."""

    template_code = ma.fields.String(attribute="template.code", dump_default=None, allow_none=True)
    submitted_at = ma.fields.AwareDateTime(allow_none=True)
    filled_at = ma.fields.AwareDateTime(allow_none=True)
    completed_at = ma.fields.AwareDateTime(allow_none=True)
    seats = ma.fields.List(ma.fields.Nested(NeedSeatOut))
    sessions = ma.fields.List(ma.fields.Nested(NeedSessionOut))
    team_rules = ma.fields.List(ma.fields.Nested(TeamRuleOut))


class NeedQuery(ma.Schema):
    """Filters of the list of needs."""

    state = ma.fields.List(word(NeedState), load_default=list)


class NeedStateIn(ma.Schema):
    """The step a ministry takes with a need; all others follow from plans and answers."""

    state = ma.fields.Enum(
        NeedState,
        by_value=ma.fields.String,
        required=True,
        validate=ma.validate.OneOf([NeedState.SUBMITTED, NeedState.CANCELLED]),
    )


class RequestTemplateQuery(ma.Schema):
    """Which template a draft is made from."""

    template = text(24, required=True)


class RequestTemplateOut(NamedCodeOut):
    """A need that is usually asked for."""

    summary_ko = ma.fields.String()
    summary_en = ma.fields.String()
    incident_types = ma.fields.List(ma.fields.String())
    urgency = word(Urgency)


class NeedDraftSessionOut(NeedSessionFacts):
    """A session of a draft."""

    seat_numbers = ma.fields.Function(lambda session: [place + 1 for place in session.seats])


class NeedDraftRuleOut(TeamRuleFacts):
    """A team rule of a draft."""

    seat_numbers = ma.fields.Function(lambda rule: [place + 1 for place in rule.seats])


class NeedDraftOut(NeedIn):
    """A draft in the shape in which it can be sent back."""

    sessions = ma.fields.List(ma.fields.Nested(NeedDraftSessionOut))
    team_rules = ma.fields.List(ma.fields.Nested(NeedDraftRuleOut))
