"""Tables of the people who sign in. Columns named `fs_…`, `tf_…` and `mf_…` belong to flask-security."""

import datetime as dt
import uuid

import sqlalchemy as sa
from flask_security import RoleMixin, UserMixin
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column, relationship

from expertpool.infra.db import Base, key

account_role = sa.Table(
    "account_role",
    Base.metadata,
    sa.Column("account_id", sa.ForeignKey("account.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("role_id", sa.ForeignKey("role.id"), primary_key=True, index=True),
)


class RoleRow(Base, RoleMixin):
    """A role an account may hold; the names are those of `infra.identity.Role`."""

    __tablename__ = "role"

    id: Mapped[uuid.UUID] = key()  # type: ignore[assignment] # flask-security expects int keys
    name: Mapped[str] = mapped_column(sa.String(40), unique=True)
    permissions: Mapped[list[str] | None] = mapped_column(ARRAY(sa.String(80)))


class Account(Base, UserMixin):
    """One person's sign-in, bound to a ministry, or to an expert of the pool."""

    __tablename__ = "account"

    id: Mapped[uuid.UUID] = key()  # type: ignore[assignment] # flask-security expects int keys
    email: Mapped[str] = mapped_column(sa.String(255), unique=True)
    password: Mapped[str] = mapped_column(sa.String(255))
    active: Mapped[bool] = mapped_column(default=True)
    name_ko: Mapped[str] = mapped_column(sa.String(80))
    name_en: Mapped[str] = mapped_column(sa.String(120))
    language: Mapped[str] = mapped_column(sa.String(2), default="ko")
    ministry_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("ministry.id"), index=True)
    expert_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("expert.id"), index=True, unique=True)
    confirmed_at: Mapped[dt.datetime | None]
    fs_uniquifier: Mapped[str] = mapped_column(sa.String(64), unique=True)
    tf_primary_method: Mapped[str | None] = mapped_column(sa.String(64))
    tf_totp_secret: Mapped[str | None] = mapped_column(sa.String(255))
    mf_recovery_codes: Mapped[list[str] | None] = mapped_column(ARRAY(sa.String(255)))

    roles: Mapped[list[RoleRow]] = relationship(  # type: ignore[assignment] # a narrower row than the mixin's
        secondary=account_role, lazy="selectin"
    )

    __table_args__ = (sa.CheckConstraint("language IN ('ko', 'en')", name="language"),)


class ApiToken(Base):
    """A program's key to the API. Only its hash is kept; the token is shown once."""

    __tablename__ = "api_token"

    id: Mapped[uuid.UUID] = key()
    account_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("account.id", ondelete="CASCADE"), index=True)
    label: Mapped[str] = mapped_column(sa.String(80))
    token_hash: Mapped[bytes] = mapped_column(unique=True)
    writes: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[dt.datetime]
    expires_at: Mapped[dt.datetime]
    revoked_at: Mapped[dt.datetime | None]
    last_used_at: Mapped[dt.datetime | None]


class AppPassword(Base):
    """A password of one calendar program. Only its hash is kept; it opens the calendars and nothing else."""

    __tablename__ = "app_password"

    id: Mapped[uuid.UUID] = key()
    account_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("account.id", ondelete="CASCADE"), index=True)
    label: Mapped[str] = mapped_column(sa.String(80))
    password_hash: Mapped[bytes] = mapped_column(unique=True)
    created_at: Mapped[dt.datetime]
    revoked_at: Mapped[dt.datetime | None]
    last_used_at: Mapped[dt.datetime | None]


class SignInFailure(Base):
    """Failed sign-ins under one keyed hash (of an address, or of a network); no address is stored."""

    __tablename__ = "sign_in_failure"

    key: Mapped[bytes] = mapped_column(primary_key=True)
    failures: Mapped[int]
    since: Mapped[dt.datetime]
    paused_until: Mapped[dt.datetime | None]
