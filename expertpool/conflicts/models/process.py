"""Tables of what is decided about conflicts: rulings, waivers, lists screened in silence."""

import datetime as dt
import uuid

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column

from expertpool.conflicts.rules.proofs import ProofState
from expertpool.conflicts.rules.vocabulary import FindingStatus, RoleClass, Tier
from expertpool.conflicts.rules.waivers import LIVE_WAIVERS, WaiverGround, WaiverState
from expertpool.infra.db import Base, key, one_of


class FindingRuling(Base):
    """What an officer decided about one finding of one expert in one case. Never changed.

    The newest row of a trace counts; one that says `open` takes the ones before it back. `tier` is what the
    finding weighs at worst, `rule` the rule behind it. Cases stand above this feature: known by name only.
    """

    __tablename__ = "finding_ruling"

    id: Mapped[uuid.UUID] = key()
    incident_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("incident.id"), index=True)
    expert_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("expert.id"), index=True)
    role_class: Mapped[RoleClass] = mapped_column(one_of(RoleClass, "role_class"))
    finding_key: Mapped[str] = mapped_column(sa.String(20))
    trace: Mapped[str] = mapped_column(sa.String(20))
    rule: Mapped[str] = mapped_column(sa.String(4))
    tier: Mapped[Tier] = mapped_column(one_of(Tier, "tier"))
    status: Mapped[FindingStatus] = mapped_column(one_of(FindingStatus, "status"))
    grounds: Mapped[str] = mapped_column(sa.String(400))
    until: Mapped[dt.date | None]
    ruled_by: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("account.id"), index=True)
    ruled_at: Mapped[dt.datetime]

    __table_args__ = (
        sa.CheckConstraint("status <> 'waived'", name="not_waived_here"),
        sa.CheckConstraint("grounds <> ''", name="has_grounds"),
        sa.CheckConstraint("status <> 'dismissed' OR rule <> 'R30'", name="recusal_stands"),
    )


_LIVE_WAIVERS = f"state IN ({', '.join(repr(str(state)) for state in sorted(LIVE_WAIVERS))})"


class Waiver(Base):
    """A request to let an expert serve on one seat in spite of waivable findings, and what became of it.

    The checks keep below the code what the law asks for: two ministries, never the requester, a proof, the
    consents of both sides, and nothing but waivable findings that rest on no statute (ADR 0077).
    """

    __tablename__ = "waiver"

    id: Mapped[uuid.UUID] = key()
    incident_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("incident.id"), index=True)
    need_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("need.id"), index=True)
    seat_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("seat.id", ondelete="CASCADE"), index=True)
    expert_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("expert.id"), index=True)
    using_ministry_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("ministry.id"), index=True)
    compartmented: Mapped[bool]
    role_class: Mapped[RoleClass] = mapped_column(one_of(RoleClass, "role_class"))
    tier: Mapped[Tier] = mapped_column(one_of(Tier, "tier"))
    statutory: Mapped[bool] = mapped_column(default=False)
    rules: Mapped[list[str]] = mapped_column(ARRAY(sa.String(4)))
    finding_keys: Mapped[list[str]] = mapped_column(ARRAY(sa.String(20)))
    ground: Mapped[WaiverGround] = mapped_column(one_of(WaiverGround, "ground"))
    reason: Mapped[str] = mapped_column(sa.String(400))
    monitor_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("account.id"), index=True)
    until: Mapped[dt.date]
    complainant_consent: Mapped[str] = mapped_column(sa.String(120), default="")
    respondent_consent: Mapped[str] = mapped_column(sa.String(120), default="")
    state: Mapped[WaiverState] = mapped_column(one_of(WaiverState, "state"))
    requested_by: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("account.id"), index=True)
    requested_at: Mapped[dt.datetime]
    endorsed_by: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("account.id"), index=True)
    endorsing_ministry_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("ministry.id"), index=True)
    endorsed_at: Mapped[dt.datetime | None]
    granted_by: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("account.id"), index=True)
    granting_ministry_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("ministry.id"), index=True)
    granted_at: Mapped[dt.datetime | None]
    ended_by: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("account.id"), index=True)
    ended_at: Mapped[dt.datetime | None]
    note: Mapped[str] = mapped_column(sa.String(400), default="")
    proof: Mapped[ProofState] = mapped_column(one_of(ProofState, "proof"), default=ProofState.ASKED)
    proof_snapshot: Mapped[str | None] = mapped_column(sa.Text, deferred=True)
    proof_snapshot_digest: Mapped[str | None] = mapped_column(sa.String(64))
    proof_plan: Mapped[str | None] = mapped_column(sa.Text, deferred=True)
    proof_plan_digest: Mapped[str | None] = mapped_column(sa.String(64))
    proved_at: Mapped[dt.datetime | None]
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - SQLAlchemy reads this class attribute
    __table_args__ = (
        sa.Index(
            "uq_waiver_live", "seat_id", "expert_id", unique=True, postgresql_where=sa.text(_LIVE_WAIVERS)
        ),
        sa.CheckConstraint("tier = 'waivable' AND NOT statutory", name="only_waivable"),
        sa.CheckConstraint("cardinality(finding_keys) > 0 AND cardinality(rules) > 0", name="names_findings"),
        sa.CheckConstraint("reason <> ''", name="has_reason"),
        sa.CheckConstraint(
            "endorsed_by <> requested_by AND granted_by <> requested_by AND granted_by <> endorsed_by",
            name="three_people",
        ),
        sa.CheckConstraint(
            "endorsing_ministry_id = using_ministry_id AND granting_ministry_id <> using_ministry_id",
            name="two_ministries",
        ),
        sa.CheckConstraint(
            "(endorsed_by IS NULL) = (endorsing_ministry_id IS NULL)"
            " AND (granted_by IS NULL) = (granting_ministry_id IS NULL)",
            name="approvers_named",
        ),
        sa.CheckConstraint(
            "state <> 'granted' OR (endorsed_by IS NOT NULL AND granted_by IS NOT NULL"
            " AND granted_at IS NOT NULL AND proof = 'stands')",
            name="granted_by_two",
        ),
        sa.CheckConstraint(
            "state <> 'granted' OR role_class <> 'ADJ'"
            " OR (complainant_consent <> '' AND respondent_consent <> '')",
            name="both_sides_consent",
        ),
        sa.CheckConstraint(
            "proof NOT IN ('stands', 'team_found') OR (proof_snapshot_digest IS NOT NULL"
            " AND proof_plan_digest IS NOT NULL AND proved_at IS NOT NULL)",
            name="proof_kept",
        ),
    )


class SilentScreening(Base):
    """A list of experts screened without anybody being told; deleted when it expires.

    Kept is what came out, not the ties behind it: `results` holds the tier and the rules of each expert,
    `facts_digest` the fingerprint of what was looked at.
    """

    __tablename__ = "silent_screening"

    id: Mapped[uuid.UUID] = key()
    asked_by: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("account.id"), index=True)
    asked_at: Mapped[dt.datetime]
    expires_at: Mapped[dt.datetime] = mapped_column(index=True)
    purpose: Mapped[str] = mapped_column(sa.String(20))
    role_class: Mapped[RoleClass] = mapped_column(one_of(RoleClass, "role_class"))
    screened_on: Mapped[dt.date]
    pack_version: Mapped[str] = mapped_column(sa.String(20))
    facts_digest: Mapped[str | None] = mapped_column(sa.String(64))
    parties: Mapped[int]
    results: Mapped[list[dict[str, object]]] = mapped_column(JSONB)

    __table_args__ = (sa.CheckConstraint("expires_at > asked_at", name="expires"),)
