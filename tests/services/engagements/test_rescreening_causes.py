"""Roles in linked cases and other rules are followed at once; what is kept names what it was found in."""

import datetime as dt
from collections.abc import Callable
from dataclasses import replace

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from expertpool.conflicts import packs
from expertpool.conflicts import service as conflicts
from expertpool.conflicts.rules.dates import ImpreciseDate
from expertpool.conflicts.rules.records import PersonFacts, TieFacts
from expertpool.conflicts.rules.vocabulary import Confidence, Kinship, RelationType
from expertpool.engagements.models import EngagementScreening
from expertpool.engagements.rules import EngagementState
from expertpool.experts import service as experts
from expertpool.experts.models import Expert
from expertpool.incidents import service as incidents
from expertpool.incidents.models import IncidentLink
from expertpool.incidents.rules import IncidentState, PartyKind, PartySide
from expertpool.infra.identity import SYSTEM, Role
from expertpool.scheduling.vocabulary import RoleClass, Tier
from tests.fixtures.accounts import an_actor
from tests.fixtures.conflicts import a_tie, an_organisation
from tests.fixtures.engagements import Case, a_case, a_proposal, a_yes, buys, expert_actor, respondent
from tests.fixtures.experts import an_expert, expert_facts

SECRET = "test-secret-test-secret-test-secret"


@pytest.fixture
def case(session: Session, now: dt.datetime) -> Case:
    return a_case(session)


@pytest.fixture
def expert(session: Session) -> Expert:
    return an_expert(session)


def link(session: Session, case: Case, other: Case, now: dt.datetime) -> None:
    one, two = sorted((case.need.incident_id, other.need.incident_id))
    session.add(IncidentLink(one_id=one, other_id=two, linked_at=now))
    session.flush()


def test_a_role_taken_in_a_linked_case_is_told_where_the_expert_works_already(
    session: Session, now: dt.datetime, case: Case, expert: Expert
) -> None:
    linked, other = a_case(session), a_case(session)
    link(session, case, linked, now)
    engagement = a_yes(session, case, expert)

    a_proposal(session, other, expert, hours=6)
    told_before = session.scalars(sa.select(EngagementScreening)).all()
    a_proposal(session, linked, expert, hours=3)

    (kept,) = session.scalars(sa.select(EngagementScreening)).all()
    assert told_before == []
    assert (kept.engagement_id, kept.tier, kept.because) == (engagement.id, Tier.DISCLOSE, "case")
    assert [each[0] for each in kept.findings] == ["R31"]
    assert engagement.state is EngagementState.CONFIRMED


def test_roles_in_a_linked_case_count_again_once_it_is_reopened(
    session: Session, now: dt.datetime, case: Case, expert: Expert
) -> None:
    linked = a_case(session)
    link(session, case, linked, now)
    a_proposal(session, linked, expert, hours=3).state = EngagementState.CLOSED
    linked.need.incident.state, linked.need.incident.closed_at = IncidentState.CLOSED, now
    session.flush()
    engagement = a_yes(session, case, expert)

    told_before = session.scalars(sa.select(EngagementScreening)).all()
    incidents.reopen_incident(session, linked.need.incident_id, actor=SYSTEM, now=now)

    (kept,) = session.scalars(sa.select(EngagementScreening)).all()
    assert told_before == []
    assert (kept.engagement_id, [each[0] for each in kept.findings]) == (engagement.id, ["R31"])


def test_whoever_is_barred_by_the_rules_a_case_is_moved_to_comes_off(
    session: Session, now: dt.datetime, case: Case, expert: Expert, monkeypatch: pytest.MonkeyPatch
) -> None:
    ours = packs.shipped_packs()[0]
    older = replace(ours.rules["R09"].band("older"), tiers=dict.fromkeys(RoleClass, Tier.BAR))
    posts = replace(ours.rules["R09"], bands=(older,))
    harder = replace(ours, version="harder", rules={**ours.rules, "R09": posts})
    monkeypatch.setattr(packs, "shipped_packs", lambda: (ours, harder))
    a_tie(session, expert, respondent(session, case), RelationType.EMPLOYEE, until="2024-06-30")
    engagement = a_yes(session, case, expert)
    incident = case.need.incident

    incidents.move_rule_pack(
        session, incident.id, pack="harder", version=incident.version, actor=SYSTEM, now=now
    )

    assert engagement.state is EngagementState.CANCELLED
    kept = session.scalars(sa.select(EngagementScreening)).one()
    assert (kept.pack_version, [each[0] for each in kept.findings]) == ("harder", ["R09"])


def test_what_is_kept_names_the_facts_it_was_found_in(
    session: Session, now: dt.datetime, case: Case, expert: Expert
) -> None:
    sister = an_organisation(session, "새롬모터스")
    a_tie(session, expert, sister, RelationType.ADVISER)
    a_yes(session, case, expert)
    other_side = respondent(session, case)

    conflicts.add_alias(session, other_side.id, name="(주)새롬 모터스", actor=SYSTEM, now=now)
    later = now + dt.timedelta(minutes=1)
    buys(session, other_side, sister, later)

    doubt, bar = session.scalars(sa.select(EngagementScreening).order_by(EngagementScreening.screened_at))
    assert (doubt.tier, bar.tier) == (Tier.REVIEW, Tier.BAR)
    assert doubt.facts_digest != bar.facts_digest
    assert {len(each.facts_digest or "") for each in (doubt, bar)} == {64}


def bound_to_secrecy(session: Session, case: Case, expert: Expert, now: dt.datetime) -> None:
    conflicts.record_secrecy(
        session,
        expert.id,
        case.need.incident_id,
        since=ImpreciseDate(2025),
        until=None,
        actor=SYSTEM,
        now=now,
    )


def a_tie_settled(session: Session, case: Case, expert: Expert, now: dt.datetime) -> None:
    tie = a_tie(session, expert, respondent(session, case), confidence=Confidence.NAME_ONLY)
    conflicts.settle_tie(
        session,
        tie.id,
        facts=TieFacts(type=RelationType.EMPLOYEE, since=ImpreciseDate(2015)),
        organisation_id=tie.organisation_id,
        person_id=None,
        version=tie.version,
        actor=an_actor(session, Role.CONFLICT_OFFICER),
        now=now,
    )


def a_brother_named(session: Session, case: Case, expert: Expert, now: dt.datetime) -> None:
    accused = PersonFacts(name_ko="마루한", birth_year=1980)
    stands_accused(session, case, accused, now)
    conflicts.record_relative(
        session,
        expert.id,
        name="마루한",
        kinship=Kinship.SIBLING,
        birth_year=1980,
        secret=SECRET,
        actor=expert_actor(expert),
        now=now,
    )


def the_name_corrected(session: Session, case: Case, expert: Expert, now: dt.datetime) -> None:
    assert expert.birth_year is not None
    stands_accused(session, case, PersonFacts(name_ko="마루한", birth_year=expert.birth_year), now)
    facts = expert_facts(
        session, name_ko="마루한", name_en="Ma Ruhan", birth_year=expert.birth_year, email=expert.email
    )
    experts.change_expert(session, expert.id, actor=SYSTEM, now=now, version=expert.version, facts=facts)


def stands_accused(session: Session, case: Case, facts: PersonFacts, now: dt.datetime) -> None:
    accused = conflicts.add_person(session, facts=facts, secret=SECRET, actor=SYSTEM, now=now)
    incidents.add_party(
        session,
        case.need.incident_id,
        side=PartySide.RESPONDENT,
        kind=PartyKind.ACCUSED,
        person_id=accused.id,
        actor=SYSTEM,
        now=now,
    )


@pytest.mark.parametrize(
    ("cause", "rule"),
    [
        (bound_to_secrecy, "R29"),
        (a_tie_settled, "R02"),
        (a_brother_named, "R04a"),
        (the_name_corrected, "R01"),
    ],
)
def test_a_fact_that_bars_takes_the_expert_off_in_the_same_transaction(
    session: Session,
    now: dt.datetime,
    case: Case,
    expert: Expert,
    cause: Callable[[Session, Case, Expert, dt.datetime], None],
    rule: str,
) -> None:
    engagement = a_yes(session, case, expert)

    cause(session, case, expert, now)

    assert engagement.state is EngagementState.CANCELLED
    kept = session.scalars(sa.select(EngagementScreening)).all()
    assert kept[-1].findings[0][0] == rule
