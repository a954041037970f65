"""Tampering with the record shows: only the owner role can even try."""

import datetime as dt

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import ProgrammingError
from sqlalchemy.orm import Session

from expertpool.audit import queries, service
from expertpool.audit.models import AuditEntry, AuditStream
from expertpool.infra.db import ViewerSession, db
from expertpool.infra.identity import SYSTEM


def _three_entries(session: Session, now: dt.datetime) -> None:
    for verb in ("one", "two", "three"):
        service.record(session, actor=SYSTEM, verb=verb, kind="thing", thing=None, now=now, count=1)
    session.commit()


def test_an_honest_chain_holds(session: Session, now: dt.datetime) -> None:
    _three_entries(session, now)

    assert queries.broken_chains(session) == []


def test_the_application_role_cannot_change_an_entry(session: Session, now: dt.datetime) -> None:
    _three_entries(session, now)

    with pytest.raises(ProgrammingError, match="permission denied"):
        session.execute(sa.update(AuditEntry).values(verb="other"))


@pytest.mark.parametrize(
    ("tampering", "first_fault"),
    [
        ("UPDATE audit_entry SET verb = 'other' WHERE no = 2", 2),
        ("UPDATE audit_entry SET detail = '{\"count\": 2}' WHERE no = 3", 3),
        ("DELETE FROM audit_entry WHERE no = 2", 2),
        ("DELETE FROM audit_entry WHERE no = 3", 3),
        ("UPDATE audit_entry SET at = at + interval '1 microsecond' WHERE no = 1", 1),
    ],
)
def test_what_the_owner_changes_by_hand_shows(
    owner_engine: sa.Engine, now: dt.datetime, tampering: str, first_fault: int
) -> None:
    with ViewerSession(db, bind=owner_engine) as session:
        session.info["actor"] = SYSTEM
        _three_entries(session, now)
        session.execute(sa.text(tampering))
        session.commit()

        faults = queries.broken_chains(session)

    assert faults == [queries.Broken("shared", first_fault)]


def test_a_head_that_was_moved_back_shows(owner_engine: sa.Engine, now: dt.datetime) -> None:
    with ViewerSession(db, bind=owner_engine) as session:
        session.info["actor"] = SYSTEM
        _three_entries(session, now)
        session.execute(sa.update(AuditStream).values(head_no=2))
        session.commit()

        assert queries.broken_chains(session) == [queries.Broken("shared", 4)]
