"""Need-to-know: the row policies and the queries keep the same lines, and texts do not leak past them."""

import datetime as dt
import uuid
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from expertpool.incidents import queries, service
from expertpool.incidents.models import (
    Incident,
    IncidentAccess,
    IncidentMinistry,
    IncidentTechnology,
    IncidentTrigger,
    Need,
    NeedSession,
    Party,
    Seat,
    SeatFacet,
    SessionSeat,
    TeamRule,
)
from expertpool.incidents.rules import TeamRuleDraft, TeamRuleKind
from expertpool.infra.db import act_as
from expertpool.infra.identity import SYSTEM, Actor, Role
from expertpool.refusals import Forbidden, NotFound
from tests.fixtures.accounts import an_actor
from tests.fixtures.experts import an_expert
from tests.fixtures.incidents import a_need, an_incident, incident_facts, need_draft

TABLES = (
    Incident,
    IncidentAccess,
    IncidentMinistry,
    IncidentTechnology,
    IncidentTrigger,
    Need,
    NeedSession,
    Party,
    Seat,
    SeatFacet,
    SessionSeat,
    TeamRule,
)


def a_full_case(session: Session, **facts: Any) -> Need:
    """A case with a row in every table."""
    incident = an_incident(session, evidence_at_risk=True, **facts)
    return a_need(session, incident, team_rules=(TeamRuleDraft(TeamRuleKind.NO_TWO_OF_ONE_FIRM),))


def rows_seen(session: Session, actor: Actor) -> dict[str, int]:
    session.flush()
    session.expunge_all()
    act_as(session, actor)
    return {
        table.__tablename__: session.scalar(sa.select(sa.func.count()).select_from(table)) or 0
        for table in TABLES
    }


@pytest.mark.parametrize(
    ("role", "ministry"),
    [
        (Role.COORDINATOR, "KFTC"),
        (Role.CONFLICT_OFFICER, "KFTC"),
        (Role.MINISTRY_VIEWER, "MSS"),
        (Role.ADMIN, "MSS"),
    ],
)
def test_the_database_shows_no_row_of_a_case_to(
    session: Session, now: dt.datetime, role: Role, ministry: str
) -> None:
    a_full_case(session)

    seen = rows_seen(session, an_actor(session, role, ministry=ministry))

    # The grant to one's own ministry may be known; it opens nothing to these roles.
    assert {table: count for table, count in seen.items() if count and table != "incident_access"} == {}


@pytest.mark.parametrize("role", [Role.COORDINATOR, Role.CONFLICT_OFFICER])
def test_the_lead_ministry_sees_every_row(session: Session, now: dt.datetime, role: Role) -> None:
    a_full_case(session)

    assert all(rows_seen(session, an_actor(session, role)).values())


def test_a_supporting_ministry_sees_the_case_unless_it_is_compartmented(
    session: Session, now: dt.datetime
) -> None:
    helper = an_actor(session, Role.COORDINATOR, ministry="NPA")
    shared = an_incident(session, supporting=("NPA",))
    an_incident(session, supporting=("NPA",), compartmented=True)

    session.expunge_all()
    act_as(session, helper)

    assert [row.id for row in queries.open_incidents(session, actor=helper)] == [shared.id]
    assert session.scalars(sa.select(Incident.id)).all() == [shared.id]


def test_a_hidden_case_and_a_ghost_are_refused_in_the_same_words(session: Session, now: dt.datetime) -> None:
    need = a_full_case(session)
    stranger = an_actor(session, Role.COORDINATOR, ministry="KFTC")
    act_as(session, stranger)

    for hidden, ghost in ((need.incident_id, uuid.uuid4()),):
        with pytest.raises(NotFound) as seen:
            queries.incident_page(session, hidden, actor=stranger, now=now)
        with pytest.raises(NotFound) as never:
            queries.incident_page(session, ghost, actor=stranger, now=now)
        assert seen.value.words == never.value.words
    with pytest.raises(NotFound):
        queries.need_page(session, need.id, actor=stranger)
    with pytest.raises(NotFound):
        service.cancel_need(session, need.id, actor=stranger, now=now)


def test_an_auditor_sees_all_but_the_story_and_nothing_compartmented(
    session: Session, now: dt.datetime
) -> None:
    shown = an_incident(session, summary="CANARY-STORY")
    hidden = an_incident(session, compartmented=True)
    auditor = an_actor(session, Role.AUDITOR, ministry=None)
    session.expunge_all()
    act_as(session, auditor)

    page = queries.incident_page(session, shown.id, actor=auditor, now=now)

    assert page.summary is None
    assert "CANARY-STORY" not in repr(page)
    with pytest.raises(NotFound):
        queries.incident_page(session, hidden.id, actor=auditor, now=now)


@pytest.mark.parametrize("role", [Role.AUDITOR, Role.CONFLICT_OFFICER])
def test_readers_do_not_change_a_case(session: Session, now: dt.datetime, role: Role) -> None:
    incident = an_incident(session)
    reader = an_actor(session, role)
    act_as(session, reader)

    with pytest.raises(Forbidden):
        service.add_need(session, actor=reader, now=now, incident_id=incident.id, draft=need_draft())
    with pytest.raises(Forbidden):
        service.change_incident(
            session,
            incident.id,
            facts=incident_facts(),
            version=incident.version,
            actor=reader,
            now=now,
        )


def test_an_expert_reads_the_case_from_the_card_until_the_end(session: Session, now: dt.datetime) -> None:
    need = a_full_case(session)
    expert = an_expert(session)
    reader = Actor(roles=frozenset({Role.EXPERT}), expert_id=expert.id)

    before = rows_seen(session, reader)["incident"]
    service.open_to_expert(session, need.incident_id, expert.id, now=now)
    service.open_to_expert(session, need.incident_id, expert.id, now=now)
    page = queries.incident_page(session, need.incident_id, actor=reader, now=now)
    open_rows = rows_seen(session, reader)
    service.close_to_expert(session, need.incident_id, expert.id, now=now)
    after = rows_seen(session, reader)["incident"]

    assert (before, open_rows["incident"], after) == (0, 1, 0)
    assert open_rows["incident_access"] == 1
    assert page.summary is not None
    assert page.parties
    assert (page.needs, page.activity, page.may_work) == ((), (), False)


def test_an_expert_reads_no_need_page(session: Session, now: dt.datetime) -> None:
    need = a_full_case(session)
    expert = an_expert(session)
    service.open_to_expert(session, need.incident_id, expert.id, now=now)
    reader = Actor(roles=frozenset({Role.EXPERT}), expert_id=expert.id)
    act_as(session, reader)

    with pytest.raises(NotFound):
        queries.need_page(session, need.id, actor=reader)


def test_the_history_shows_who_did_what_to_those_who_see_the_case(session: Session, now: dt.datetime) -> None:
    incident = an_incident(session)
    coordinator = an_actor(session, Role.COORDINATOR)
    act_as(session, coordinator)
    later = now + dt.timedelta(hours=1)
    service.close_incident(session, incident.id, actor=coordinator, now=later)
    session.commit()

    page = queries.incident_page(session, incident.id, actor=coordinator, now=now)

    closing = page.activity[0]
    assert str(closing.what) == "Closed the incident."
    assert closing.who_en == "Han Garam"
    assert len(page.activity) > 4


def test_a_desk_holds_what_waits_for_ones_own_ministry(session: Session, now: dt.datetime) -> None:
    a_full_case(session)
    mine, theirs = (
        an_actor(session, Role.COORDINATOR),
        an_actor(session, Role.COORDINATOR, ministry="KFTC"),
    )

    def waiting(actor: Actor) -> dict[str, int]:
        act_as(session, actor)
        groups = queries.desk_of(session, actor=actor, now=now)
        return {group.code: len(group.items) for group in groups if group.items}

    own = ("clocks", "proposed", "submitted", "approved", "received", "draft_needs", "draft_incidents")
    assert {code: count for code, count in waiting(mine).items() if code in own} == {
        "clocks": 2,
        "submitted": 1,
    }
    assert waiting(theirs) == {}


def test_the_system_sees_everything(session: Session, now: dt.datetime) -> None:
    a_full_case(session, compartmented=True)

    assert all(rows_seen(session, SYSTEM).values())
