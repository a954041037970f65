"""Tables of engagements and of the experts' answers to the conflict card."""

import datetime as dt
import uuid
from typing import Any, cast

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from expertpool.availability.models import Hold
from expertpool.availability.rules import Span
from expertpool.engagements.rules import (
    LIVE,
    CardAnswer,
    CardEntry,
    CertificateAnswer,
    ChallengeState,
    DeclineReason,
    EngagementState,
    ScreenedBecause,
)
from expertpool.experts.models import Expert
from expertpool.incidents.models import Need
from expertpool.incidents.rules import PartySide
from expertpool.infra.db import Base, key, one_of
from expertpool.ministries.models import Ministry
from expertpool.scheduling.vocabulary import Tier

_LIVE_SQL = f"state IN ({', '.join(repr(str(state)) for state in sorted(LIVE))})"


class Engagement(Base):
    """One expert on one seat. At most one live engagement per seat, kept by a partial unique index.

    `conflict_found_at`: when a bar was found in mid-case; whatever was done earlier was done before that.
    """

    __tablename__ = "engagement"

    id: Mapped[uuid.UUID] = key()
    incident_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("incident.id"), index=True)
    need_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("need.id"), index=True)
    seat_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("seat.id"), index=True)
    expert_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("expert.id"), index=True)
    plan_run_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("plan_run.id"), index=True)
    lender_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("ministry.id"), index=True)
    borrower_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("ministry.id"), index=True)
    agreement_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("lending_agreement.id"), index=True)
    role_kind: Mapped[str] = mapped_column(sa.String(24))
    role_class: Mapped[str] = mapped_column(sa.String(3))
    compartmented: Mapped[bool] = mapped_column(default=False)
    state: Mapped[EngagementState] = mapped_column(one_of(EngagementState, "state"))
    proposed_at: Mapped[dt.datetime]
    offered_at: Mapped[dt.datetime | None]
    answer_by: Mapped[dt.datetime | None]
    answered_at: Mapped[dt.datetime | None]
    confirmed_at: Mapped[dt.datetime | None]
    delivered_at: Mapped[dt.datetime | None]
    ended_at: Mapped[dt.datetime | None]
    decline_reason: Mapped[DeclineReason | None] = mapped_column(one_of(DeclineReason, "decline_reason"))
    decline_note: Mapped[str] = mapped_column(sa.String(400), default="")
    busy_until: Mapped[dt.date | None]
    paused_at: Mapped[dt.datetime | None]
    effort_minutes: Mapped[int]
    worked_minutes: Mapped[int | None]
    delivery_note: Mapped[str] = mapped_column(sa.String(400), default="")
    conflict_found_at: Mapped[dt.datetime | None]
    version: Mapped[int] = mapped_column(default=1)

    need: Mapped[Need] = relationship(lazy="select")
    expert: Mapped[Expert] = relationship(lazy="joined")
    lender: Mapped[Ministry] = relationship(foreign_keys=lender_id, lazy="joined")
    borrower: Mapped[Ministry] = relationship(foreign_keys=borrower_id, lazy="joined")
    holds: Mapped[list[Hold]] = relationship(
        lazy="selectin", cascade="all, delete-orphan", order_by="Hold.during"
    )

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - SQLAlchemy reads this class attribute
    __table_args__ = (
        sa.Index("uq_engagement_live_seat", "seat_id", unique=True, postgresql_where=sa.text(_LIVE_SQL)),
        sa.CheckConstraint("worked_minutes >= 0", name="worked"),
    )

    @property
    def sessions(self) -> tuple[Span, ...]:
        """When the expert is asked to come, in order."""
        return tuple(span_of(hold) for hold in self.holds)

    @property
    def begins(self) -> dt.datetime | None:
        """When the first session starts; nothing for work outside sessions."""
        return min((span.start for span in self.sessions), default=None)


def span_of(hold: Hold) -> Span:
    """The time of a hold; the schema refuses holds without a beginning or an end."""
    start, end = cast(tuple[dt.datetime, dt.datetime], (hold.during.lower, hold.during.upper))
    return Span(start.astimezone(dt.UTC), end.astimezone(dt.UTC))


# Readers of engagements want to know who it is, not all the person can do.
WITHOUT_PROFILE = sa.orm.defaultload(Engagement.expert).options(
    sa.orm.lazyload(Expert.facets), sa.orm.lazyload(Expert.appointments)
)


class Declaration(Base):
    """An answer to the conflict card of one offer. Never changed; a new answer is a new row.

    `ruled_by` is empty for the expert's own answer; the conflict officer's ruling on it is a later row with
    the answer that holds from then on. `due_at` makes a row the short pledge of an urgent night: the full
    answer, a later row, is due by then, and `screening` is what the record said when the pledge was given.
    A trigger of migration 0019 refuses such a row for anything but securing evidence tonight.
    """

    __tablename__ = "declaration"

    id: Mapped[uuid.UUID] = key()
    engagement_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("engagement.id"), index=True)
    answer: Mapped[CardAnswer] = mapped_column(one_of(CardAnswer, "answer"))
    category: Mapped[str] = mapped_column(sa.String(40), default="")
    pledged: Mapped[bool]
    ruled_by: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("account.id"), index=True)
    answered_at: Mapped[dt.datetime]
    screening: Mapped[dict[str, Any] | None] = mapped_column(sa.JSON)
    grounds: Mapped[str] = mapped_column(sa.String(400), default="", server_default="")
    due_at: Mapped[dt.datetime | None]

    __table_args__ = (
        sa.Index(
            "uq_declaration_pledge",
            "engagement_id",
            unique=True,
            postgresql_where=sa.text("due_at IS NOT NULL"),
        ),
        sa.CheckConstraint(
            "due_at IS NULL OR (answer = 'none' AND pledged AND ruled_by IS NULL AND due_at > answered_at"
            " AND due_at <= answered_at + interval '24 hours'"
            " AND coalesce(screening ->> 'tier', '') IN ('clear', 'disclose'))",
            name="pledge",
        ),
    )

    @property
    def entry(self) -> CardEntry:
        """The row as the rules read it."""
        ruled = self.ruled_by is not None
        return CardEntry(self.answer, self.category, self.pledged, ruled, self.answered_at, self.due_at)


class Certificate(Base):
    """What an expert certified about an engagement after the work. Never changed, one an engagement."""

    __tablename__ = "certificate"

    id: Mapped[uuid.UUID] = key()
    engagement_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("engagement.id"), unique=True)
    answer: Mapped[CertificateAnswer] = mapped_column(one_of(CertificateAnswer, "answer"))
    category: Mapped[str] = mapped_column(sa.String(40), default="")
    certified_at: Mapped[dt.datetime]

    __table_args__ = (sa.CheckConstraint("(answer = 'tie') = (category <> '')", name="tie_has_kind"),)


class CertificateRuling(Base):
    """What the officer decided about a tie that came about during the work. Never changed."""

    __tablename__ = "certificate_ruling"

    id: Mapped[uuid.UUID] = key()
    certificate_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("certificate.id"), unique=True)
    ruled_by: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("account.id"), index=True)
    ruled_at: Mapped[dt.datetime]
    grounds: Mapped[str] = mapped_column(sa.String(400))

    __table_args__ = (sa.CheckConstraint("grounds <> ''", name="has_grounds"),)


class EngagementScreening(Base):
    """What screening a live engagement again found, kept whenever it differs from the time before.

    `findings` lists [rule, tier, key]; `facts_digest` is the fingerprint of the facts they were found in.
    """

    __tablename__ = "engagement_screening"

    id: Mapped[uuid.UUID] = key()
    engagement_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("engagement.id"), index=True)
    screened_at: Mapped[dt.datetime]
    on: Mapped[dt.date]
    because: Mapped[ScreenedBecause] = mapped_column(one_of(ScreenedBecause, "because"))
    pack_version: Mapped[str] = mapped_column(sa.String(20))
    facts_digest: Mapped[str | None] = mapped_column(sa.String(64))
    tier: Mapped[Tier] = mapped_column(one_of(Tier, "tier"))
    findings: Mapped[list[list[str]]] = mapped_column(sa.JSON)


class Challenge(Base):
    """A party's challenge of an expert, entered by the ministry the expert works for.

    While it is open the engagement stands still and the case is shut to the expert (ADR 0079).
    """

    __tablename__ = "challenge"

    id: Mapped[uuid.UUID] = key()
    incident_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("incident.id"), index=True)
    engagement_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("engagement.id"), index=True)
    side: Mapped[PartySide] = mapped_column(one_of(PartySide, "side"))
    grounds: Mapped[str] = mapped_column(sa.String(400))
    entered_by: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("account.id"), index=True)
    entered_at: Mapped[dt.datetime]
    state: Mapped[ChallengeState] = mapped_column(one_of(ChallengeState, "state"))
    decided_by: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("account.id"), index=True)
    decided_at: Mapped[dt.datetime | None]
    decision: Mapped[str] = mapped_column(sa.String(400), default="")

    engagement: Mapped[Engagement] = relationship(lazy="select")

    __table_args__ = (
        sa.Index(
            "uq_challenge_open", "engagement_id", unique=True, postgresql_where=sa.text("state = 'open'")
        ),
        sa.CheckConstraint("grounds <> ''", name="has_grounds"),
        sa.CheckConstraint("state = 'lapsed' OR (state = 'open') = (decided_by IS NULL)", name="decided"),
        sa.CheckConstraint(
            "state NOT IN ('upheld', 'rejected') OR decision <> ''", name="decided_with_grounds"
        ),
    )
