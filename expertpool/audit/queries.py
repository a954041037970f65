"""Reading the audit record, and proving that nobody rewrote it."""

import contextlib
import uuid
from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from expertpool.audit.models import AuditEntry, AuditStream
from expertpool.audit.rules import GENESIS, digest


@dataclass(frozen=True, slots=True)
class Broken:
    """The first entry of a stream that does not fit the one before, or its own hash."""

    stream: str
    no: int


def entries(
    session: Session, *, verb: str = "", thing: uuid.UUID | None = None, page: int, size: int
) -> tuple[Sequence[AuditEntry], int]:
    """Entries newest first, optionally of one verb or one thing; and how many there are."""
    wanted = sa.select(AuditEntry)
    if verb:
        wanted = wanted.where(AuditEntry.verb.startswith(verb, autoescape=True))
    if thing is not None:
        wanted = wanted.where(AuditEntry.thing_id == thing)
    count = session.scalar(sa.select(sa.func.count()).select_from(wanted.subquery())) or 0
    ordered = wanted.order_by(AuditEntry.at.desc(), AuditEntry.stream, AuditEntry.no.desc())
    return session.scalars(ordered.limit(size).offset((page - 1) * size)).all(), count


def history_of(session: Session, things: Sequence[uuid.UUID], *, most: int = 100) -> Sequence[AuditEntry]:
    """What happened to `things`, newest first."""
    found = sa.select(AuditEntry).where(AuditEntry.thing_id.in_(things))
    return session.scalars(found.order_by(AuditEntry.at.desc(), AuditEntry.no.desc()).limit(most)).all()


def broken_chains(session: Session) -> list[Broken]:
    """Every stream's first fault: a changed entry, a gap, or a head that points elsewhere."""
    heads = session.scalars(sa.select(AuditStream).order_by(AuditStream.stream)).all()
    return [Broken(head.stream, no) for head in heads if (no := _first_fault(session, head)) is not None]


def _first_fault(session: Session, head: AuditStream) -> int | None:
    chain = sa.select(AuditEntry).where(AuditEntry.stream == head.stream).order_by(AuditEntry.no)
    previous, no = GENESIS, 0
    with contextlib.closing(session.scalars(chain.execution_options(yield_per=1000))) as found:
        for no, entry in enumerate(found, start=1):
            if entry.no != no or entry.previous_hash != previous or entry.hash != digest(entry):
                return no
            previous = entry.hash
    return None if (head.head_no, head.head_hash) == (no, previous) else no + 1
