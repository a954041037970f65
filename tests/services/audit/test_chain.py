"""The audit chain: entries exist exactly when their change does, and each is tied to the one before."""

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Session

from expertpool.audit import rules, service
from expertpool.audit.models import AuditEntry
from expertpool.infra.identity import SYSTEM


def test_entries_of_one_commit_are_chained_in_order(session: Session, now: dt.datetime) -> None:
    service.record(session, actor=SYSTEM, verb="first", kind="thing", thing=None, now=now)
    service.record(session, actor=SYSTEM, verb="second", kind="thing", thing=None, now=now)

    session.commit()

    first, second = session.scalars(sa.select(AuditEntry).order_by(AuditEntry.no)).all()
    assert (first.no, second.no) == (1, 2)
    assert first.previous_hash == rules.GENESIS
    assert second.previous_hash == first.hash
    assert second.hash == rules.digest(second)


def test_what_is_rolled_back_leaves_no_entry(session: Session, now: dt.datetime) -> None:
    service.record(session, actor=SYSTEM, verb="never", kind="thing", thing=None, now=now)

    session.rollback()
    session.commit()

    assert session.scalar(sa.select(sa.func.count()).select_from(AuditEntry)) == 0


def test_what_goes_back_to_a_savepoint_leaves_no_entry(session: Session, now: dt.datetime) -> None:
    service.record(session, actor=SYSTEM, verb="before", kind="thing", thing=None, now=now)
    with session.begin_nested() as savepoint:
        service.record(session, actor=SYSTEM, verb="never", kind="thing", thing=None, now=now)
        savepoint.rollback()
    service.record(session, actor=SYSTEM, verb="after", kind="thing", thing=None, now=now)

    session.commit()

    assert session.scalars(sa.select(AuditEntry.verb).order_by(AuditEntry.no)).all() == ["before", "after"]
