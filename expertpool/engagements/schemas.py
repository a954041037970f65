"""What programs send and read of engagements. No fact of a case has a field here."""

import re
from typing import Any

import marshmallow as ma

from expertpool.conflicts.rules.proofs import ProofState
from expertpool.conflicts.rules.vocabulary import FindingStatus, RoleClass, Tier
from expertpool.conflicts.rules.waivers import WaiverAct, WaiverGround, WaiverState
from expertpool.conflicts.schemas import ApartOut, FindingOut
from expertpool.conflicts.service import MOST_EXPERTS, Purpose
from expertpool.engagements.rules import (
    CardAnswer,
    CardStanding,
    CertificateAnswer,
    ChallengeState,
    DeclineReason,
    EngagementState,
    TieCategory,
)
from expertpool.incidents.rules import PartySide

_NO_NUL = ma.validate.Regexp(re.compile(r"[^\x00]*\Z"), error="Leave out the character NUL.")


def _text(most: int, least: int = 0, **options: Any) -> ma.fields.String:
    return ma.fields.String(validate=[ma.validate.Length(least, most), _NO_NUL], **options)


class StartIn(ma.Schema):
    """When a session shall begin. Units: an instant with an offset."""

    session_id = ma.fields.UUID(required=True)
    starts_at = ma.fields.AwareDateTime(required=True, format="iso")


class ProposalIn(ma.Schema):
    """An expert on a seat, at the times a coordinator chose."""

    need_id = ma.fields.UUID(required=True)
    seat_id = ma.fields.UUID(required=True)
    expert_id = ma.fields.UUID(required=True)
    starts = ma.fields.List(ma.fields.Nested(StartIn), required=True, validate=ma.validate.Length(max=20))


class OfferIn(ma.Schema):
    """Until when the expert may answer."""

    answer_by = ma.fields.AwareDateTime(required=True, format="iso")


class CardIn(ma.Schema):
    """The answer to the conflict card; `category` belongs to the answer `yes`."""

    answer = ma.fields.Enum(CardAnswer, by_value=True, required=True)
    category = ma.fields.Enum(TieCategory, by_value=True, load_default=None, allow_none=True)
    pledged = ma.fields.Boolean(required=True)


class PledgeIn(ma.Schema):
    """The short pledge: secrecy, and no tie the expert knows of."""

    pledged = ma.fields.Boolean(required=True)


class AnswerIn(ma.Schema):
    """Yes or no; a no says why, and until when the expert is busy."""

    accept = ma.fields.Boolean(required=True)
    reason = ma.fields.Enum(DeclineReason, by_value=True, load_default=None, allow_none=True)
    note = ma.fields.String(load_default="", validate=ma.validate.Length(max=400))
    busy_until = ma.fields.Date(load_default=None, allow_none=True)


class RulingIn(ma.Schema):
    """The conflict officer's decision about a card."""

    cleared = ma.fields.Boolean(required=True)
    grounds = _text(400, 1, required=True)


class GroundsIn(ma.Schema):
    """Why an officer decided as they did; it stays in the record."""

    grounds = _text(400, 1, required=True)


class ConsentIn(ma.Schema):
    """The lender's word."""

    given = ma.fields.Boolean(required=True)


class NoteIn(ma.Schema):
    """A few words about why."""

    note = ma.fields.String(load_default="", validate=ma.validate.Length(max=400))


class DeliveryIn(ma.Schema):
    """The work done. Units: minutes, sessions included."""

    worked_minutes = ma.fields.Integer(required=True, strict=True, validate=ma.validate.Range(1, 60_000))
    note = ma.fields.String(load_default="", validate=ma.validate.Length(max=400))


class CertificateIn(ma.Schema):
    """What the expert certifies after the work; a tie says of what kind."""

    answer = ma.fields.Enum(CertificateAnswer, by_value=True, required=True)
    category = ma.fields.String(load_default="", validate=ma.validate.OneOf(["", *TieCategory]))


class HeldSessionOut(ma.Schema):
    """One session at its time; no region means remote."""

    starts_at = ma.fields.AwareDateTime(required=True)
    ends_at = ma.fields.AwareDateTime(required=True)
    region_code = ma.fields.String(required=True, allow_none=True)


class EngagementOut(ma.Schema):
    """One expert on one seat. What it is for and what the card says is null for readers beside the case."""

    id = ma.fields.UUID(required=True)
    state = ma.fields.Enum(EngagementState, by_value=True, required=True)
    expert_id = ma.fields.UUID(required=True)
    role_kind = ma.fields.String(required=True)
    role_class = ma.fields.String(required=True)
    lender = ma.fields.String(required=True, metadata={"description": "Code of the lending ministry."})
    borrower = ma.fields.String(required=True, metadata={"description": "Code of the using ministry."})
    sessions = ma.fields.List(ma.fields.Nested(HeldSessionOut), required=True)
    effort_minutes = ma.fields.Integer(required=True, metadata={"description": "Work outside sessions."})
    proposed_at = ma.fields.AwareDateTime(required=True)
    offered_at = ma.fields.AwareDateTime(required=True, allow_none=True)
    answer_by = ma.fields.AwareDateTime(required=True, allow_none=True)
    answered_at = ma.fields.AwareDateTime(required=True, allow_none=True)
    confirmed_at = ma.fields.AwareDateTime(required=True, allow_none=True)
    delivered_at = ma.fields.AwareDateTime(required=True, allow_none=True)
    ended_at = ma.fields.AwareDateTime(required=True, allow_none=True)
    decline_reason = ma.fields.Enum(DeclineReason, by_value=True, required=True, allow_none=True)
    worked_minutes = ma.fields.Integer(required=True, allow_none=True)
    need_id = ma.fields.UUID(required=True, allow_none=True)
    seat_id = ma.fields.UUID(required=True, allow_none=True)
    card = ma.fields.Enum(CardStanding, by_value=True, required=True, allow_none=True)
    declare_by = ma.fields.AwareDateTime(
        required=True,
        allow_none=True,
        metadata={"description": "Until when the card is owed after an urgent night."},
    )
    paused_at = ma.fields.AwareDateTime(
        required=True,
        allow_none=True,
        metadata={"description": "Since when everything waits for the conflict officer's decision."},
    )


class TwoNamesOut(ma.Schema):
    """A name in both languages."""

    name_ko = ma.fields.String(required=True)
    name_en = ma.fields.String(required=True)


class CardOut(ma.Schema):
    """What the card asks about; a compartmented case names nobody. `due_at`: owed after an urgent night."""

    standing = ma.fields.Enum(CardStanding, by_value=True, required=True)
    compartmented = ma.fields.Boolean(required=True)
    parties = ma.fields.List(ma.fields.Nested(TwoNamesOut), required=True)
    answer = ma.fields.Enum(CardAnswer, by_value=True, required=True, allow_none=True)
    category = ma.fields.Enum(TieCategory, by_value=True, required=True, allow_none=True)
    due_at = ma.fields.AwareDateTime(required=True, allow_none=True)


class CaseScreeningIn(ma.Schema):
    """Who is screened against a case on record, as what, on which day, and what for."""

    incident_id = ma.fields.UUID(required=True)
    expert_ids = ma.fields.List(ma.fields.UUID(), required=True, validate=ma.validate.Length(1, MOST_EXPERTS))
    role_class = ma.fields.Enum(RoleClass, by_value=True, required=True)
    on = ma.fields.Date(required=True)
    purpose = ma.fields.Enum(Purpose, by_value=True, required=True)


class RuleChangesQuery(ma.Schema):
    """A case, and the version of the conflict rules to compare with the one it keeps."""

    incident_id = ma.fields.UUID(required=True)
    pack = ma.fields.String(required=True, validate=ma.validate.Length(max=20))


class TierChangeOut(ma.Schema):
    """Somebody who would change tier; `at_work`: has a live engagement in the case."""

    expert_id = ma.fields.UUID()
    role_class = ma.fields.Enum(RoleClass, by_value=True)
    before = ma.fields.Enum(Tier, by_value=True)
    after = ma.fields.Enum(Tier, by_value=True)
    at_work = ma.fields.Boolean()


class EngagementQuery(ma.Schema):
    """Which engagements to list; `state` may be given several times."""

    state = ma.fields.List(ma.fields.Enum(EngagementState, by_value=True), load_default=list)
    need_id = ma.fields.UUID(load_default=None)


class ChallengeIn(ma.Schema):
    """A party's challenge of an expert, without names of people."""

    side = ma.fields.Enum(PartySide, by_value=True, required=True)
    grounds = _text(400, 1, required=True)


class ChallengeQuery(ma.Schema):
    """Which challenges to list; `state` may be given several times."""

    state = ma.fields.List(ma.fields.Enum(ChallengeState, by_value=True), load_default=list)


class ChallengeOut(ma.Schema):
    """A party's challenge and what was decided about it."""

    id = ma.fields.UUID(required=True)
    engagement_id = ma.fields.UUID(required=True)
    expert_id = ma.fields.UUID(required=True)
    side = ma.fields.Enum(PartySide, by_value=True, required=True)
    grounds = ma.fields.String(required=True)
    entered_at = ma.fields.AwareDateTime(required=True)
    state = ma.fields.Enum(ChallengeState, by_value=True, required=True)
    decided_at = ma.fields.AwareDateTime(required=True, allow_none=True)
    decision = ma.fields.String(required=True)


class ChallengeDecisionIn(ma.Schema):
    """The officer's word about a challenge."""

    upheld = ma.fields.Boolean(required=True)
    grounds = _text(400, 1, required=True)


class WaiverIn(ma.Schema):
    """A waiver asked for: whom, on which seat, why, under whose eyes and until which day."""

    need_id = ma.fields.UUID(required=True)
    seat_id = ma.fields.UUID(required=True)
    expert_id = ma.fields.UUID(required=True)
    ground = ma.fields.Enum(WaiverGround, by_value=True, required=True)
    reason = _text(400, 1, required=True)
    monitor_id = ma.fields.UUID(required=True)
    until = ma.fields.Date(required=True)
    complainant_consent = _text(120, load_default="")
    respondent_consent = _text(120, load_default="")


class ConsentsIn(ma.Schema):
    """Where the written consents of the two sides are kept."""

    complainant = _text(120, required=True)
    respondent = _text(120, required=True)


class WaiverDecisionIn(ma.Schema):
    """One act on a waiver; `refuse`, `withdraw` and `revoke` give grounds."""

    act = ma.fields.Enum(
        WaiverAct,
        by_value=True,
        required=True,
        validate=ma.validate.NoneOf([WaiverAct.EXPIRE], error="A waiver expires by itself."),
    )
    note = _text(400, load_default="")


class WaiverQuery(ma.Schema):
    """Which waivers to list; `state` may be given several times."""

    state = ma.fields.List(ma.fields.Enum(WaiverState, by_value=True), load_default=list)
    need_id = ma.fields.UUID(load_default=None)


class WaiverOut(ma.Schema):
    """A waiver without any fact of the case."""

    id = ma.fields.UUID(required=True)
    need_id = ma.fields.UUID(required=True)
    seat_id = ma.fields.UUID(required=True)
    expert_id = ma.fields.UUID(required=True)
    role_class = ma.fields.Enum(RoleClass, by_value=True, required=True)
    rules = ma.fields.List(ma.fields.String(), required=True)
    ground = ma.fields.Enum(WaiverGround, by_value=True, required=True)
    reason = ma.fields.String(required=True)
    until = ma.fields.Date(required=True)
    complainant_consent = ma.fields.String(required=True)
    respondent_consent = ma.fields.String(required=True)
    state = ma.fields.Enum(WaiverState, by_value=True, required=True)
    requested_at = ma.fields.AwareDateTime(required=True)
    endorsed_at = ma.fields.AwareDateTime(required=True, allow_none=True)
    granted_at = ma.fields.AwareDateTime(required=True, allow_none=True)
    ended_at = ma.fields.AwareDateTime(required=True, allow_none=True)
    note = ma.fields.String(required=True)
    proof = ma.fields.Enum(ProofState, by_value=True, required=True)
    proof_snapshot_digest = ma.fields.String(required=True, allow_none=True)
    proof_plan_digest = ma.fields.String(required=True, allow_none=True)
    proved_at = ma.fields.AwareDateTime(required=True, allow_none=True)


class FindingsQuery(ma.Schema):
    """In which capacity the expert is looked at."""

    role_class = ma.fields.Enum(RoleClass, by_value=True, required=True)


class FindingsOut(ma.Schema):
    """What speaks against an expert in a case today; `findings` is empty for readers of the tier only."""

    expert_id = ma.fields.UUID(required=True)
    role_class = ma.fields.Enum(RoleClass, by_value=True, required=True)
    on = ma.fields.Date(required=True)
    tier = ma.fields.Enum(Tier, by_value=True, required=True)
    findings = ma.fields.List(ma.fields.Nested(FindingOut), required=True)
    apart = ma.fields.List(ma.fields.Nested(ApartOut), required=True)


class FindingRulingIn(ma.Schema):
    """A ruling on one finding; `open` takes the one before back. `until`: its last day, null for no end."""

    role_class = ma.fields.Enum(RoleClass, by_value=True, required=True)
    finding_key = _text(20, 1, required=True)
    status = ma.fields.Enum(
        FindingStatus,
        by_value=True,
        required=True,
        validate=ma.validate.NoneOf([FindingStatus.WAIVED], error="A finding is waived by a waiver."),
    )
    grounds = _text(400, 1, required=True)
    until = ma.fields.Date(load_default=None, allow_none=True)
