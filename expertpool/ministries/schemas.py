"""Ministries and agreements as programs read and write them. Half-open: `…_until` no longer counts."""

from typing import Any

import marshmallow as ma

from expertpool.ministries.rules import AgreementFacts, BlackoutFacts


class Strict(ma.Schema):
    """Refuses what it does not know."""

    class Meta:
        unknown = ma.RAISE


class MinistryOut(Strict):
    """A ministry that takes part."""

    id = ma.fields.UUID()
    code = ma.fields.String()
    name_ko = ma.fields.String()
    name_en = ma.fields.String()
    kind = ma.fields.String()
    shows_aliases_only = ma.fields.Boolean()


class BlackoutSchema(Strict):
    """A time in which nothing is lent."""

    starts_at = ma.fields.AwareDateTime(required=True)
    ends_at = ma.fields.AwareDateTime(required=True)

    @ma.post_load
    def facts(self, said: dict[str, Any], **_: Any) -> BlackoutFacts:
        """The blackout as facts."""
        return BlackoutFacts(**said)


class AgreementIn(Strict):
    """What one ministry lends another. Units: minutes, percent."""

    lender_id = ma.fields.UUID(required=True)
    borrower_id = ma.fields.UUID(required=True)
    valid_from = ma.fields.Date(required=True)
    valid_until = ma.fields.Date(load_default=None, allow_none=True)
    monthly_quota_minutes = ma.fields.Integer(required=True, strict=True)
    notice_minutes = ma.fields.Integer(required=True, strict=True)
    silent_consent_minutes = ma.fields.Integer(required=True, strict=True)
    cost_share_percent = ma.fields.Integer(load_default=0, strict=True)
    blackouts = ma.fields.List(
        ma.fields.Nested(BlackoutSchema), load_default=(), validate=ma.validate.Length(max=100)
    )

    @ma.post_load
    def facts(self, said: dict[str, Any], **_: Any) -> AgreementFacts:
        """The agreement as facts."""
        return AgreementFacts(**(said | {"blackouts": tuple(said["blackouts"])}))


class AgreementOut(Strict):
    """An agreement as it is kept."""

    id = ma.fields.UUID()
    version = ma.fields.Integer()
    lender = ma.fields.Nested(MinistryOut)
    borrower = ma.fields.Nested(MinistryOut)
    valid_from = ma.fields.Date()
    valid_until = ma.fields.Date(allow_none=True)
    monthly_quota_minutes = ma.fields.Integer()
    notice_minutes = ma.fields.Integer()
    silent_consent_minutes = ma.fields.Integer()
    cost_share_percent = ma.fields.Integer()
    blackouts = ma.fields.List(ma.fields.Nested(BlackoutSchema))


class MonthsIn(Strict):
    """From which month on, and how many; any day names its month."""

    since = ma.fields.Date(required=True)
    months = ma.fields.Integer(load_default=12, validate=ma.validate.Range(1, 36))


class MonthOut(Strict):
    """What of the quota is used in one Seoul month. Units: minutes."""

    month = ma.fields.Date()
    used_minutes = ma.fields.Integer()
    quota_minutes = ma.fields.Integer()
