"""What the API takes and gives: organisations, ties, screenings."""

import re
import uuid
from collections.abc import Mapping
from typing import Any

import marshmallow as ma
from marshmallow import fields, validate

from expertpool.conflicts.rules.dates import ImpreciseDate
from expertpool.conflicts.rules.records import OrganisationFacts, PersonFacts
from expertpool.conflicts.rules.vocabulary import (
    Confidence,
    FactKind,
    FindingStatus,
    Kinship,
    NodeKind,
    OrganisationKind,
    PartyKind,
    RelationType,
    RoleClass,
    Side,
    Source,
    Tier,
)
from expertpool.conflicts.service import MOST_EXPERTS, MOST_PARTIES, Purpose
from expertpool.infra.i18n import say

_NO_NUL = validate.Regexp(re.compile(r"[^\x00]*\Z"), error="Leave out the character NUL.")


def _text(most: int, **options: Any) -> fields.String:
    return fields.String(validate=[validate.Length(max=most), _NO_NUL], **options)


def _one_of(enum: type[Any], **options: Any) -> fields.Enum[Any]:
    return fields.Enum(enum, by_value=True, **options)


class SpokenField(fields.Field[Any]):
    """A sentence in the reader's language."""

    def _serialize(self, value: Any, attr: str | None, obj: Any, **kwargs: Any) -> str | None:
        return None if value is None else say(value)


class UuidOfNumber(fields.UUID):
    """A fact's number, which is its row's UUID."""

    def _serialize(self, value: Any, attr: str | None, obj: Any, **kwargs: Any) -> str | None:
        return None if value is None else str(uuid.UUID(int=value))


class ImpreciseDateField(fields.String):
    """`2024-08-31`, `2024-08`, `2024` or `unknown`."""

    def _deserialize(
        self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any
    ) -> Any:
        text = super()._deserialize(value, attr, data, **kwargs)
        try:
            read = ImpreciseDate.parse(str(text))
        except (ValueError, TypeError) as error:
            raise ma.ValidationError("Write 2024-08-31, 2024-08, 2024 or unknown.") from error
        if read.year is not None and not 1900 <= read.year <= 2100:
            raise ma.ValidationError("Write a year between 1900 and 2100.")
        return read


class OrganisationQuery(ma.Schema):
    """Which organisations."""

    text = _text(200, load_default="")
    kind = _one_of(OrganisationKind, load_default=None, allow_none=True)


class OrganisationIn(ma.Schema):
    """An organisation to be put on record."""

    name_ko = _text(160, load_default="")
    name_en = _text(200, load_default="")
    kind = _one_of(OrganisationKind, load_default=OrganisationKind.COMPANY)
    country = _text(2, load_default="KR")
    biz_no = _text(20, load_default="")
    corp_no = _text(20, load_default="")
    foreign_id = _text(60, load_default="")
    listed = fields.Boolean(load_default=False)
    ministry_id = fields.UUID(load_default=None, allow_none=True)

    @ma.post_load
    def _facts(self, data: dict[str, Any], **_: object) -> OrganisationFacts:
        return OrganisationFacts(**data)


class AliasOut(ma.Schema):
    """Another name, in `[valid_from, valid_until)`."""

    name = fields.String()
    script = fields.String()
    valid_from = fields.Date(allow_none=True)
    valid_until = fields.Date(allow_none=True)


class OrganisationRowOut(ma.Schema):
    """An organisation."""

    id = fields.UUID()
    name_ko = fields.String()
    name_en = fields.String()
    kind = _one_of(OrganisationKind)
    country = fields.String()
    biz_no = fields.String(allow_none=True)
    corp_no = fields.String(allow_none=True)
    foreign_id = fields.String(allow_none=True)
    listed = fields.Boolean()
    ministry_id = fields.UUID(allow_none=True)


class HoldingOut(ma.Schema):
    """A holding; `organisation_id` is the other end. Units: basis points; `[valid_from, valid_until)`."""

    organisation_id = fields.UUID(attribute="other")
    name_ko = fields.String()
    name_en = fields.String()
    share_basis_points = fields.Integer()
    declared_control = fields.Boolean()
    valid_from = fields.Date()
    valid_until = fields.Date(allow_none=True)


class OrganisationOut(OrganisationRowOut):
    """An organisation with its other names, owners and holdings."""

    aliases = fields.List(fields.Nested(AliasOut))
    owners = fields.List(fields.Nested(HoldingOut))
    holdings = fields.List(fields.Nested(HoldingOut))


class TieIn(ma.Schema):
    """A tie of the expert, to an organisation on record or in one's own words. Units: won; basis points."""

    organisation_id = fields.UUID(load_default=None, allow_none=True)
    organisation = _text(160, load_default="")
    number = _text(60, load_default="")
    technology = _text(160, load_default="")
    technology_number = _text(60, load_default="")
    person = _text(80, load_default="")
    person_birth_year = fields.Integer(strict=True, load_default=None, allow_none=True)
    case_number = _text(24, load_default="")
    type = _one_of(RelationType, required=True)
    kinship = _one_of(Kinship, load_default=Kinship.SELF)
    since = ImpreciseDateField(load_default=ImpreciseDate())
    until = ImpreciseDateField(load_default=None, allow_none=True)
    rank = _text(60, load_default="")
    unit = _text(120, load_default="")
    amount_won = fields.Integer(strict=True, load_default=None, allow_none=True)
    share_basis_points = fields.Integer(strict=True, load_default=None, allow_none=True)
    capital_basis_points = fields.Integer(strict=True, load_default=None, allow_none=True)
    group_size = fields.Integer(strict=True, load_default=None, allow_none=True)
    evidence = _text(400, load_default="")


class TieOut(ma.Schema):
    """A tie on record; `until` null: it goes on."""

    id = fields.UUID()
    expert_id = fields.UUID()
    type = _one_of(RelationType)
    kinship = _one_of(Kinship)
    organisation_id = fields.UUID(allow_none=True)
    person_id = fields.UUID(allow_none=True)
    name_ko = fields.String()
    name_en = fields.String()
    since = fields.String()
    until = fields.String(allow_none=True)
    rank = fields.String()
    source = _one_of(Source)
    confidence = _one_of(Confidence)
    evidence = fields.String()
    open_questions = fields.List(SpokenField())


class PersonIn(ma.Schema):
    """Somebody who can stand in a case, with what tells namesakes apart."""

    name_ko = _text(80, load_default="")
    name_en = _text(120, load_default="")
    other_names = fields.List(_text(120), load_default=list, validate=validate.Length(max=10))
    birth_year = fields.Integer(strict=True, load_default=None, allow_none=True)
    email_domain = _text(120, load_default="")

    @ma.post_load
    def _facts(self, data: dict[str, Any], **_: object) -> PersonFacts:
        return PersonFacts(**data | {"other_names": tuple(data["other_names"])})


class PersonOut(ma.Schema):
    """A person of a case."""

    id = fields.UUID()
    name_ko = fields.String()
    name_en = fields.String()
    other_names = fields.List(fields.String())
    birth_year = fields.Integer(allow_none=True)
    email_domain = fields.String(allow_none=True)


class OtherTieIn(ma.Schema):
    """A tie of an organisation or of a person: one holder, one target. Units: basis points."""

    holder_organisation_id = fields.UUID(load_default=None, allow_none=True)
    holder_person_id = fields.UUID(load_default=None, allow_none=True)
    organisation_id = fields.UUID(load_default=None, allow_none=True)
    person_id = fields.UUID(load_default=None, allow_none=True)
    type = _one_of(RelationType, required=True)
    since = ImpreciseDateField(load_default=ImpreciseDate())
    until = ImpreciseDateField(load_default=None, allow_none=True)
    unit = _text(120, load_default="")
    share_basis_points = fields.Integer(strict=True, load_default=None, allow_none=True)
    evidence = _text(400, load_default="")

    @ma.validates_schema
    def _two_ends(self, data: dict[str, Any], **_: object) -> None:
        for prefix in ("holder_", ""):
            if (data[f"{prefix}organisation_id"] is None) == (data[f"{prefix}person_id"] is None):
                raise ma.ValidationError("Name one organisation or one person.", f"{prefix}organisation_id")


class OtherTieOut(ma.Schema):
    """A tie of an organisation or of a person."""

    id = fields.UUID()
    holder_organisation_id = fields.UUID(allow_none=True)
    holder_person_id = fields.UUID(allow_none=True)
    organisation_id = fields.UUID(allow_none=True)
    person_id = fields.UUID(allow_none=True)
    type = _one_of(RelationType)
    unit = fields.String()
    share_basis_points = fields.Integer(allow_none=True)


class EndIn(ma.Schema):
    """The last day of a tie, as precisely as known."""

    until = ImpreciseDateField(required=True)


class PartyIn(ma.Schema):
    """Somebody who stands in the case: exactly one of the two ids."""

    organisation_id = fields.UUID(load_default=None, allow_none=True)
    person_id = fields.UUID(load_default=None, allow_none=True)
    side = _one_of(Side, required=True)
    kind = _one_of(PartyKind, load_default=PartyKind.PARTY)

    @ma.validates_schema
    def _one_subject(self, data: dict[str, Any], **_: object) -> None:
        if (data["organisation_id"] is None) == (data["person_id"] is None):
            raise ma.ValidationError("Name one organisation or one person.", "organisation_id")


class ScreeningIn(ma.Schema):
    """Who is screened against whom, as what, on which day, and what for."""

    expert_ids = fields.List(fields.UUID(), required=True, validate=validate.Length(1, MOST_EXPERTS))
    parties = fields.List(fields.Nested(PartyIn), required=True, validate=validate.Length(1, MOST_PARTIES))
    role_class = _one_of(RoleClass, required=True)
    on = fields.Date(required=True)
    purpose = _one_of(Purpose, required=True)


class StepOut(ma.Schema):
    """A stop of the chain from the expert to the party, and what joins it to the stop before."""

    kind = _one_of(NodeKind)
    id = UuidOfNumber()
    name_ko = fields.String()
    name_en = fields.String()
    link = SpokenField(allow_none=True)
    dates = SpokenField(allow_none=True)
    share = fields.String(allow_none=True)
    fact_kind = _one_of(FactKind, allow_none=True)


class FindingOut(ma.Schema):
    """One rule that applies, its tier, its basis and the ties it rests on."""

    key = fields.String()
    rule = fields.String()
    rule_name = SpokenField()
    tier = _one_of(Tier)
    worst = _one_of(Tier, metadata={"description": "The tier if a doubt is settled against the expert."})
    behind = fields.String(allow_none=True)
    statutory = fields.Boolean()
    basis = SpokenField()
    reckoning = SpokenField(allow_none=True)
    changes = SpokenField()
    lapses_on = fields.Date(allow_none=True)
    status = _one_of(FindingStatus)
    steps = fields.List(fields.Nested(StepOut))


class ApartOut(ma.Schema):
    """Somebody who bears a party's name and is known to be somebody else."""

    name_ko = fields.String()
    name_en = fields.String()
    because = SpokenField()


class ScreeningOut(ma.Schema):
    """What speaks against one expert; the worst finding decides the tier."""

    expert_id = fields.UUID()
    role_class = _one_of(RoleClass)
    on = fields.Date()
    pack_version = fields.String()
    tier = _one_of(Tier)
    findings = fields.List(fields.Nested(FindingOut))
    apart = fields.List(fields.Nested(ApartOut))


class ScreenedOut(ma.Schema):
    """A list that was screened, and until when its tiers and rules are kept under `id`."""

    id = fields.UUID()
    expires_at = fields.AwareDateTime()
    screenings = fields.List(fields.Nested(ScreeningOut))


class KeptFindingOut(ma.Schema):
    """A rule that applied, without the ties behind it."""

    rule = fields.String()
    tier = fields.String()
    worst = fields.String()
    lapses_on = fields.String(allow_none=True)


class KeptResultOut(ma.Schema):
    """What came out for one expert."""

    expert_id = fields.UUID()
    tier = fields.String()
    findings = fields.List(fields.Nested(KeptFindingOut))


class KeptScreeningOut(ma.Schema):
    """A list screened in silence, as it was."""

    id = fields.UUID()
    asked_at = fields.AwareDateTime()
    expires_at = fields.AwareDateTime()
    purpose = fields.String()
    role_class = _one_of(RoleClass)
    screened_on = fields.Date()
    pack_version = fields.String()
    facts_digest = fields.String(allow_none=True)
    results = fields.List(fields.Nested(KeptResultOut))
