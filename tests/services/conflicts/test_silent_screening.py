"""A list screened in silence: one entry in the record, kept for a while, then gone."""

import datetime as dt

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from expertpool.audit.models import AuditEntry
from expertpool.conflicts import queries, service
from expertpool.conflicts.models import SilentScreening
from expertpool.conflicts.rules.vocabulary import RoleClass
from expertpool.infra.db import acting_as
from expertpool.infra.identity import Role
from expertpool.refusals import NotFound
from tests.fixtures.accounts import an_account, an_actor, token_for
from tests.fixtures.conflicts import a_tie, an_organisation
from tests.fixtures.experts import an_expert

MONTH = dt.timedelta(days=30)


def test_a_list_is_one_entry_no_message_and_forgotten_after_a_month(
    client: FlaskClient, session: Session, now: dt.datetime
) -> None:
    firm, tied, free = an_organisation(session), an_expert(session), an_expert(session)
    a_tie(session, tied, firm)
    headers = token_for(session, an_account(session, Role.CONFLICT_OFFICER))
    body = {
        "expert_ids": [str(tied.id), str(free.id)],
        "parties": [{"organisation_id": str(firm.id), "side": "respondent"}],
        "role_class": "ADJ",
        "on": "2026-11-23",
        "purpose": "before_offer",
    }

    made = client.post("/api/v1/screenings", json=body, headers=headers)
    address = f"/api/v1/screenings/{(made.json or {})['id']}"
    kept = client.get(address, headers=headers).json or {}
    listed = client.get("/api/v1/screenings", headers=headers).json or []
    others = client.get(address, headers=token_for(session, an_account(session, Role.CONFLICT_OFFICER)))
    entries = session.scalars(sa.select(AuditEntry).where(AuditEntry.verb == "conflict.screen")).all()
    messages = session.scalar(sa.text("SELECT count(*) FROM outbox_mail"))
    forgotten = [service.forget_screenings(session, now=now + wait) for wait in (MONTH / 2, MONTH)]

    assert {line["expert_id"]: line["tier"] for line in kept["results"]} == {
        str(tied.id): "bar",
        str(free.id): "clear",
    }
    assert "name" not in str(kept["results"])
    assert len(kept["facts_digest"]) == 64
    assert [line["id"] for line in listed] == [kept["id"]]
    assert others.status_code == 404
    assert [entry.detail["purpose"] for entry in entries] == ["before_offer"]
    assert set(str(entries[0].detail["experts"]).split()) == {str(tied.id), str(free.id)}
    assert messages == 0
    assert forgotten == [0, 1]
    assert session.query(SilentScreening).count() == 0


def test_an_expired_list_is_gone_even_before_it_is_deleted(session: Session, now: dt.datetime) -> None:
    officer = an_actor(session, Role.CONFLICT_OFFICER)
    expert = an_expert(session)
    found = queries.screen_experts(
        session, incident_id=None, parties=[], role_class=RoleClass.INV, on=now.date(), expert_ids=[expert.id]
    )
    with acting_as(session, officer):
        kept = service.keep_screening(
            session, found, parties=1, purpose=service.Purpose.RECHECK, actor=officer, now=now
        )

    assert queries.silent_screening(session, kept.id, now=now + MONTH - dt.timedelta(seconds=1)) is kept
    with pytest.raises(NotFound):
        queries.silent_screening(session, kept.id, now=now + MONTH)
