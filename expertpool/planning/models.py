"""Tables of planning runs. Snapshot and plan are kept as the exact bytes that were digested."""

import datetime as dt
import uuid

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from expertpool.infra.db import Base, key, one_of
from expertpool.planning.rules import QuestionKind, QuestionState, RunCause, RunKind, RunState, Wish


class PlanRun(Base):
    """One run of the planner for one need."""

    __tablename__ = "plan_run"

    id: Mapped[uuid.UUID] = key()
    incident_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("incident.id"), index=True)
    need_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("need.id"), index=True)
    kind: Mapped[RunKind] = mapped_column(one_of(RunKind, "kind"))
    cause: Mapped[RunCause] = mapped_column(one_of(RunCause, "cause"))
    seat_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("seat.id"), index=True)
    state: Mapped[RunState] = mapped_column(one_of(RunState, "state"))
    requested_by: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("account.id"), index=True)
    requested_at: Mapped[dt.datetime]
    started_at: Mapped[dt.datetime | None]
    finished_at: Mapped[dt.datetime | None]
    # A worker that lost its lease holds an old fence and may no longer write.
    fence: Mapped[int] = mapped_column(default=0)
    lease_until: Mapped[dt.datetime | None]
    stop_requested: Mapped[bool] = mapped_column(default=False)
    seed: Mapped[int] = mapped_column(sa.BigInteger)
    stage: Mapped[str] = mapped_column(sa.String(40), default="")
    best: Mapped[int | None] = mapped_column(sa.BigInteger)
    bound: Mapped[int | None] = mapped_column(sa.BigInteger)
    unfilled: Mapped[int | None]
    snapshot: Mapped[str | None] = mapped_column(sa.Text, deferred=True)
    snapshot_digest: Mapped[str | None] = mapped_column(sa.String(64))
    plan: Mapped[str | None] = mapped_column(sa.Text, deferred=True)
    plan_digest: Mapped[str | None] = mapped_column(sa.String(64))
    reasons: Mapped[str | None] = mapped_column(sa.Text, deferred=True)
    trouble: Mapped[str] = mapped_column(sa.String(400), default="")
    # What a later look found against whoever stands in the plan.
    troubles: Mapped[str | None] = mapped_column(sa.Text, deferred=True)
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - SQLAlchemy reads this class attribute


class PlanQuestion(Base):
    """A question about a run's plan, and its answer: what a search in the solver's process found.

    The same question of the same run is asked once: what it is about does not change any more.
    """

    __tablename__ = "plan_question"

    id: Mapped[uuid.UUID] = key()
    incident_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("incident.id"), index=True)
    run_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("plan_run.id"))
    kind: Mapped[QuestionKind] = mapped_column(one_of(QuestionKind, "kind"))
    seat_id: Mapped[uuid.UUID | None] = mapped_column(
        sa.ForeignKey("seat.id", ondelete="CASCADE"), index=True
    )
    expert_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("expert.id"), index=True)
    state: Mapped[QuestionState] = mapped_column(one_of(QuestionState, "state"))
    answer: Mapped[str | None] = mapped_column(sa.Text)
    trouble: Mapped[str] = mapped_column(sa.String(40), default="")
    asked_by: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("account.id"), index=True)
    asked_at: Mapped[dt.datetime]
    answered_at: Mapped[dt.datetime | None]

    __table_args__ = (
        sa.UniqueConstraint("run_id", "kind", "seat_id", "expert_id", postgresql_nulls_not_distinct=True),
    )


class PlanWish(Base):
    """A pin or ban a coordinator set for a seat, with the reason."""

    __tablename__ = "plan_wish"

    id: Mapped[uuid.UUID] = key()
    incident_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("incident.id"), index=True)
    need_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("need.id", ondelete="CASCADE"), index=True)
    seat_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("seat.id", ondelete="CASCADE"))
    expert_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("expert.id"), index=True)
    wish: Mapped[Wish] = mapped_column(one_of(Wish, "wish"))
    reason: Mapped[str] = mapped_column(sa.String(200))
    wished_by: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("account.id"), index=True)
    wished_at: Mapped[dt.datetime]

    __table_args__ = (
        sa.UniqueConstraint("seat_id", "expert_id"),
        sa.Index("uq_plan_wish_one_pin", "seat_id", unique=True, postgresql_where=sa.text("wish = 'pin'")),
    )
