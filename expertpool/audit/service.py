"""Recording who did what. Entries reach their chain just before the commit that makes their change real."""

import datetime as dt
import uuid
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session, SessionTransaction

from expertpool.audit.models import AuditEntry, AuditStream
from expertpool.audit.rules import GENESIS, digest
from expertpool.infra.db import ViewerSession
from expertpool.infra.identity import Actor

SHARED = "shared"


@dataclass(frozen=True, slots=True)
class _Pending:
    actor: Actor
    at: dt.datetime
    verb: str
    kind: str
    thing: uuid.UUID | None
    detail: dict[str, Any]
    within: SessionTransaction | None  # the savepoint it was recorded in


def record(
    session: Session,
    *,
    actor: Actor,
    verb: str,
    kind: str,
    thing: uuid.UUID | None,
    now: dt.datetime,
    **detail: str | int | bool | None,
) -> None:
    """Note that `actor` did `verb` to the `thing` of `kind`, in the caller's transaction.

    `detail` holds ids, states and counts only: never names, addresses or case facts.
    """
    session.connection()  # a transaction has to be open for a rollback to be noticed
    session.info.setdefault("audit", []).append(
        _Pending(actor, now, verb, kind, thing, detail, session.get_nested_transaction())
    )


def init_audit() -> None:
    """Append what was recorded when a session commits: the head row is locked as late as possible."""
    if not event.contains(ViewerSession, "before_commit", _append):
        event.listen(ViewerSession, "before_commit", _append)
        event.listen(ViewerSession, "after_soft_rollback", _forget)


def _append(session: Session) -> None:
    pending: list[_Pending] = session.info.pop("audit", [])
    if not pending:
        return
    session.flush()
    streams: dict[str, list[_Pending]] = {}
    for note in pending:
        streams.setdefault(_stream(note.actor), []).append(note)
    for stream in sorted(streams):  # one fixed order, so two commits never wait for each other in a circle
        _append_to(session, stream, streams[stream])
    session.flush()


def _stream(actor: Actor) -> str:
    """Each ministry has its own chain; what no ministry did goes into the shared one."""
    return str(actor.ministry_id or SHARED)


def _append_to(session: Session, stream: str, notes: list[_Pending]) -> None:
    session.execute(
        insert(AuditStream).values(stream=stream, head_no=0, head_hash=GENESIS).on_conflict_do_nothing()
    )
    locked = sa.select(AuditStream).where(AuditStream.stream == stream).with_for_update()
    head = session.execute(locked.execution_options(populate_existing=True)).scalar_one()
    for note in notes:
        entry = _entry(note, stream, head.head_no + 1, head.head_hash)
        session.add(entry)
        head.head_no, head.head_hash = entry.no, entry.hash


def _forget(session: Session, ended: SessionTransaction) -> None:
    """What is undone was not done: back to a savepoint, or altogether."""
    if ended.nested:
        pending: list[_Pending] = session.info.pop("audit", [])
        session.info["audit"] = [note for note in pending if not _inside(note.within, ended)]
    elif ended.parent is None:
        session.info.pop("audit", None)


def _inside(inner: SessionTransaction | None, outer: SessionTransaction) -> bool:
    while inner is not None and inner is not outer:
        inner = inner.parent
    return inner is outer


def _entry(note: _Pending, stream: str, no: int, previous: bytes) -> AuditEntry:
    entry = AuditEntry(
        stream=stream,
        no=no,
        at=note.at,
        user_id=note.actor.user_id,
        role=",".join(sorted(note.actor.roles)),
        verb=note.verb,
        thing_kind=note.kind,
        thing_id=note.thing,
        detail=note.detail,
        previous_hash=previous,
    )
    entry.hash = digest(entry)
    return entry
