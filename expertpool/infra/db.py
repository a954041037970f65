"""The database seam: one declarative base, one session, one place that commits.

Every transaction carries its viewer. PostgreSQL row policies read it, so a query that forgets to ask
"may this person see that?" finds nothing instead of everything.
"""

import contextlib
import datetime as dt
import random
import time
import uuid
from collections.abc import Callable, Iterator
from functools import wraps
from typing import Any, ParamSpec, TypeVar, cast

import sqlalchemy as sa
from flask_sqlalchemy import SQLAlchemy
from flask_sqlalchemy.session import Session as BoundSession
from psycopg import errors
from sqlalchemy import event
from sqlalchemy.dialects.postgresql import UUID
from sqlalchemy.orm import DeclarativeBase, MappedColumn, Session, mapped_column

from expertpool.infra.identity import NOBODY, Actor, new_id
from expertpool.refusals import Conflicting
from expertpool.words import words

P = ParamSpec("P")
T = TypeVar("T")


class Base(DeclarativeBase):
    """Base of all models: predictable constraint names, UTC instants, random keys."""

    metadata = sa.MetaData(
        naming_convention={
            "ix": "ix_%(column_0_N_label)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {  # noqa: RUF012 - SQLAlchemy reads this class attribute
        dt.datetime: sa.DateTime(timezone=True),
        uuid.UUID: UUID(as_uuid=True),
    }


class ViewerSession(BoundSession):
    """The request's session. Honours an explicit bind, which tests use to wrap it in their transaction."""

    def get_bind(self, mapper: Any = None, clause: Any = None, bind: Any = None, **kwargs: Any) -> Any:
        if self.bind is not None:
            return self.bind
        return super().get_bind(mapper=mapper, clause=clause, bind=bind, **kwargs)


db = SQLAlchemy(metadata=Base.metadata, session_options={"class_": ViewerSession, "expire_on_commit": False})


def key() -> MappedColumn[uuid.UUID]:
    """A primary key column with a random identifier."""
    return mapped_column(primary_key=True, default=new_id)


def one_of(enum_class: type, name: str) -> sa.Enum:
    """Checked text: a string enum stored by value with a CHECK, so the database refuses unknown states."""
    return sa.Enum(
        enum_class,
        name=name,
        native_enum=False,
        create_constraint=True,
        length=40,
        values_callable=lambda members: [member.value for member in members],
        validate_strings=True,
    )


def act_as(session: Session, actor: Actor) -> None:
    """Let `session` see and do what `actor` may, from now until told otherwise."""
    if session.info.get("actor") == actor:
        return
    session.info["actor"] = actor
    if session.in_transaction():
        _announce(session.connection(), actor)


def acting(session: Session) -> Actor:
    """The actor the session works for; nobody unless announced."""
    return cast(Actor, session.info.get("actor", NOBODY))


@contextlib.contextmanager
def acting_as(session: Session, actor: Actor) -> Iterator[None]:
    """Do the consequences of an act on another authority, then hand the session back.

    An expert's "no" starts a new search the expert may not see: the no is theirs, the search the system's.
    """
    before = acting(session)
    session.flush()
    act_as(session, actor)
    try:
        yield
        session.flush()
    finally:
        act_as(session, before)


@event.listens_for(ViewerSession, "after_begin")
def _announce_viewer(session: Session, _transaction: object, connection: sa.Connection) -> None:
    _announce(connection, acting(session))


def _announce(connection: sa.Connection, actor: Actor) -> None:
    """Tell the row policies who looks; local to the transaction, so a pooled connection forgets it."""
    connection.execute(
        sa.text(
            "SELECT set_config('expertpool.roles', :roles, true),"
            " set_config('expertpool.user', :user, true),"
            " set_config('expertpool.ministry', :ministry, true),"
            " set_config('expertpool.expert', :expert, true)"
        ),
        {
            "roles": ",".join(sorted(actor.roles)),
            "user": str(actor.user_id or ""),
            "ministry": str(actor.ministry_id or ""),
            "expert": str(actor.expert_id or ""),
        },
    )


@contextlib.contextmanager
def unit_of_work(actor: Actor | None = None) -> Iterator[Session]:
    """One transaction: everything in the block happens, or nothing does.

    Used at the edges only (web, api, jobs, cli). `actor` may be left out in a request, where signing in
    has announced it already.
    """
    session = cast(Session, db.session())
    if actor is not None:
        act_as(session, actor)
    try:
        yield session
        session.commit()
    except BaseException as error:
        session.rollback()
        refusal = _refusal_for(error)
        if refusal is not None:
            raise refusal from error
        raise


# The database keeps these promises even if a service forgets to; the reader still gets a sentence.
_PROMISES = {
    "ex_hold_expert_id_during": words(
        "The expert already has another appointment at that time. Choose another time or another expert."
    ),
    "ck_expert_week_within_capacity": words(
        "The expert's hours for that week are used up. Choose another week or another expert."
    ),
    "ck_lending_month_within_quota": words(
        "The lending quota for that month is used up. Choose another month or ask the lender for more."
    ),
}


def _refusal_for(error: BaseException) -> Conflicting | None:
    if not isinstance(error, sa.exc.IntegrityError):
        return None
    constraint = getattr(getattr(error.orig, "diag", None), "constraint_name", None)
    promise = _PROMISES.get(constraint or "")
    return Conflicting(promise) if promise else None


RETRYABLE = (errors.SerializationFailure, errors.DeadlockDetected, errors.LockNotAvailable)


def retrying(work: Callable[P, T], *, tries: int = 4) -> Callable[P, T]:
    """Run a whole unit of work again when PostgreSQL asks for it (40001, 40P01, 55P03).

    Wraps the function that opens the unit of work, never a single statement.
    """

    @wraps(work)
    def attempt(*args: P.args, **kwargs: P.kwargs) -> T:
        for number in range(1, tries + 1):
            try:
                return work(*args, **kwargs)
            except sa.exc.OperationalError as error:
                if not isinstance(error.orig, RETRYABLE) or number == tries:
                    raise
                time.sleep(random.uniform(0.01, 0.05) * 2**number)  # noqa: S311 - jitter, not a secret
        raise AssertionError("unreachable")

    return attempt


def in_one_go(work: Callable[[Session], T]) -> T:
    """Do `work` in one transaction of the present actor, again if PostgreSQL asks for it."""

    def attempt() -> T:
        with unit_of_work() as session:
            return work(session)

    return retrying(attempt)()
