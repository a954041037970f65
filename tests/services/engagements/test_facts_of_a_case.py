"""What is on record about a case, its firms and its people reaches the rules that ask for it."""

import datetime as dt
from collections.abc import Callable

import pytest
from sqlalchemy.orm import Session

from expertpool.conflicts import service as conflicts
from expertpool.conflicts.models import Organisation, Person
from expertpool.conflicts.packs import pack_in_force
from expertpool.conflicts.rules.dates import ImpreciseDate
from expertpool.conflicts.rules.findings import Finding, Screening
from expertpool.conflicts.rules.packs import RULE_IDS
from expertpool.conflicts.rules.records import TieFacts
from expertpool.conflicts.rules.vocabulary import (
    OrganisationKind,
    PanelAct,
    RelationType,
    RoleClass,
    Side,
    Tier,
)
from expertpool.engagements.models import Engagement
from expertpool.engagements.rules import EngagementState
from expertpool.engagements.service import screen_for_case
from expertpool.experts.models import Expert
from expertpool.incidents import service as incidents
from expertpool.incidents.models import Incident, Party
from expertpool.incidents.rules import AtIssue, ConflictFacts, PartyKind, PartySide
from expertpool.infra.db import acting_as
from expertpool.infra.identity import SYSTEM, Role
from expertpool.ministries.queries import ministry_by_code
from expertpool.refusals import Forbidden, Invalid, NotFound, Stale
from tests.fixtures.accounts import an_actor
from tests.fixtures.conflicts import a_person, a_tie, an_organisation, an_other_tie
from tests.fixtures.engagements import a_case
from tests.fixtures.experts import an_expert
from tests.fixtures.incidents import an_incident

R = RelationType
ON = dt.date(2026, 11, 23)


@pytest.fixture
def incident(session: Session, now: dt.datetime) -> Incident:
    return an_incident(session, with_parties=False)


@pytest.fixture
def accused(session: Session, incident: Incident) -> Organisation:
    firm = an_organisation(session, "한들셀", corp_no="1101110000010")
    stands(session, incident, firm)
    return firm


@pytest.fixture
def expert(session: Session) -> Expert:
    return an_expert(session)


def stands(
    session: Session,
    incident: Incident,
    subject: Organisation | Person,
    kind: PartyKind = PartyKind.PARTY,
    side: PartySide = PartySide.RESPONDENT,
) -> None:
    key = "organisation_id" if isinstance(subject, Organisation) else "person_id"
    added = incident.recorded_at
    session.add(Party(incident_id=incident.id, side=side, kind=kind, added_at=added, **{key: subject.id}))
    session.flush()


def screened(
    session: Session, incident: Incident, expert: Expert, role: RoleClass = RoleClass.ADJ
) -> Screening:
    found = screen_for_case(session, incident.id, role_classes=[role], on=ON, expert_ids=[expert.id])
    return found[expert.id, role]


def finding(session: Session, incident: Incident, expert: Expert, rule: str) -> Finding:
    found = screened(session, incident, expert).findings
    return next(each for each in found if each.rule == rule)


def stated(session: Session, incident: Incident, now: dt.datetime, **facts: object) -> Incident:
    return incidents.state_conflict_facts(
        session,
        incident.id,
        facts=ConflictFacts(**facts),  # type: ignore[arg-type] # only what matters is named
        version=incident.version,
        actor=SYSTEM,
        now=now,
    )


Planted = Callable[[Session, Incident, Organisation, Expert, dt.datetime], None]


def capital(session: Session, _: Incident, accused: Organisation, expert: Expert, __: dt.datetime) -> None:
    a_tie(session, expert, accused, R.SHAREHOLDER, capital_basis_points=5_000)


def mandate(session: Session, _: Incident, accused: Organisation, expert: Expert, __: dt.datetime) -> None:
    firm = an_organisation(session, "가온법률", kind=OrganisationKind.PROFESSIONAL_FIRM)
    a_tie(session, expert, firm, R.MEMBER_OF_FIRM)
    an_other_tie(session, firm, accused, R.COUNSEL, since="2025")


def old_mandate(
    session: Session, _: Incident, accused: Organisation, expert: Expert, __: dt.datetime
) -> None:
    firm = an_organisation(session, "가온법률", kind=OrganisationKind.PROFESSIONAL_FIRM)
    a_tie(session, expert, firm, R.MEMBER_OF_FIRM)
    an_other_tie(session, firm, accused, R.ADVISER, since="2022", until="2025-12-01")


def agency_work(
    session: Session, incident: Incident, _: Organisation, expert: Expert, __: dt.datetime
) -> None:
    office = an_organisation(session, "기술보호과", kind=OrganisationKind.PUBLIC_BODY)
    a_tie(session, expert, office, R.INVESTIGATOR, incident_id=incident.id)


def own_invention(
    session: Session, incident: Incident, _: Organisation, expert: Expert, now: dt.datetime
) -> None:
    stated(session, incident, now, technologies=(AtIssue("분리막 공정", "10-0000001"),))
    known = conflicts.record_technology(session, name="", number="10-0000001", actor=SYSTEM, now=now)
    conflicts.record_tie_as_told(
        session,
        expert.id,
        facts=TieFacts(type=R.INVENTOR, since=ImpreciseDate(2020)),
        organisation="",
        number="",
        technology="우리 공정",
        technology_number=known.number or "",
        actor=SYSTEM,
        now=now,
    )


def one_unit(session: Session, incident: Incident, _: Organisation, expert: Expert, __: dt.datetime) -> None:
    institute = an_organisation(session, "누리연구원", kind=OrganisationKind.RESEARCH_INSTITUTE)
    named = a_person(session, "마루한")
    stands(session, incident, named, PartyKind.ACCUSED)
    an_other_tie(session, named, institute, R.EMPLOYEE, since="2019", unit="소재연구실")
    a_tie(session, expert, institute, R.EMPLOYEE, unit="소재연구실")


def counsel_next_door(
    session: Session, incident: Incident, _: Organisation, expert: Expert, __: dt.datetime
) -> None:
    firm = an_organisation(session, "가온법률", kind=OrganisationKind.PROFESSIONAL_FIRM)
    counsel = a_person(session, "마루한")
    stands(session, incident, counsel, PartyKind.COUNSEL)
    an_other_tie(session, counsel, firm, R.MEMBER_OF_FIRM, since="2019")
    a_tie(session, expert, firm, R.MEMBER_OF_FIRM)


def superior(session: Session, incident: Incident, _: Organisation, expert: Expert, __: dt.datetime) -> None:
    officer = a_person(session, "담당자")
    stands(session, incident, officer, PartyKind.CASE_OFFICER, PartySide.OTHER)
    a_tie(session, expert, officer, R.SUPERIOR, since="2020", until="2025-12-01")


def the_very_technology(
    session: Session, incident: Incident, accused: Organisation, expert: Expert, now: dt.datetime
) -> None:
    stated(session, incident, now, technologies=(AtIssue("분리막 공정", "10-0000001"),))
    known = conflicts.record_technology(session, name="", number="10-0000001", actor=SYSTEM, now=now)
    a_tie(
        session, expert, accused, R.PROGRAMME_JUDGE, since="2025-01", until="2025-03", technology_id=known.id
    )


def dependence(session: Session, _: Incident, accused: Organisation, expert: Expert, __: dt.datetime) -> None:
    lab = an_organisation(session, "새봄시험원")
    a_tie(session, expert, lab)
    an_other_tie(session, lab, accused, R.DEPENDS_ON, share_basis_points=1_500)


def secrecy(session: Session, incident: Incident, _: Organisation, expert: Expert, now: dt.datetime) -> None:
    conflicts.record_secrecy(
        session,
        expert.id,
        incident.id,
        since=ImpreciseDate(2026),
        until=None,
        actor=SYSTEM,
        now=now,
    )


def stepping_down(
    session: Session, incident: Incident, _: Organisation, expert: Expert, now: dt.datetime
) -> None:
    an_engagement(session, incident, expert, EngagementState.RECUSED, RoleClass.INV, now)


def linked_case(
    session: Session, incident: Incident, _: Organisation, expert: Expert, now: dt.datetime
) -> None:
    other = an_incident(session)
    an_engagement(session, other, expert, EngagementState.CONFIRMED, RoleClass.SUP, now)
    stated(session, incident, now, linked=(other.receipt_no,))


def an_engagement(
    session: Session,
    incident: Incident,
    expert: Expert,
    state: EngagementState,
    role_class: RoleClass,
    now: dt.datetime,
) -> None:
    need = a_case(session, incident=incident).need
    session.add(
        Engagement(
            incident_id=incident.id,
            need_id=need.id,
            seat_id=need.seats[0].id,
            expert_id=expert.id,
            lender_id=expert.ministry_id,
            borrower_id=need.ministry_id,
            role_kind="DFE",
            role_class=role_class,
            state=state,
            proposed_at=now,
            ended_at=now,
            effort_minutes=0,
        )
    )
    session.flush()


FED: list[tuple[Planted, str, Tier]] = [
    (capital, "R06", Tier.BAR),
    (mandate, "R08", Tier.BAR),
    (old_mandate, "R10", Tier.WAIVABLE),
    (agency_work, "R11", Tier.BAR),
    (own_invention, "R12", Tier.BAR),
    (one_unit, "R16", Tier.BAR),
    (counsel_next_door, "R17", Tier.BAR),
    (superior, "R22", Tier.WAIVABLE),
    (the_very_technology, "R26", Tier.WAIVABLE),
    (dependence, "R27", Tier.WAIVABLE),
    (secrecy, "R29", Tier.BAR),
    (stepping_down, "R30", Tier.BAR),
    (linked_case, "R31", Tier.BAR),
]


@pytest.mark.parametrize(("planted", "rule", "tier"), FED, ids=[each[0].__name__ for each in FED])
def test_a_fact_of_the_tables_is_found_by_its_rule(
    session: Session,
    now: dt.datetime,
    incident: Incident,
    accused: Organisation,
    expert: Expert,
    planted: Planted,
    rule: str,
    tier: Tier,
) -> None:
    planted(session, incident, accused, expert, now)

    found = finding(session, incident, expert, rule)

    assert found.tier is tier
    assert screened(session, incident, an_expert(session)).findings == ()


def test_every_rule_of_the_pack_is_in_force_for_the_tables() -> None:
    assert set(pack_in_force(ON).rules) == set(RULE_IDS)


def test_counsel_who_left_the_handling_ministry_lately_is_barred_from_supporting(
    session: Session, now: dt.datetime, incident: Incident, expert: Expert
) -> None:
    office = an_organisation(
        session,
        "중소벤처기업부",
        kind=OrganisationKind.PUBLIC_BODY,
        ministry_id=ministry_by_code(session, "MSS").id,
    )
    firm = an_organisation(session, "가온법률", kind=OrganisationKind.PROFESSIONAL_FIRM)
    a_tie(session, expert, office, until="2026-03-31")
    a_tie(session, expert, firm, R.MEMBER_OF_FIRM, since="2026-04")

    assert screened(session, incident, expert, RoleClass.SUP).tier is Tier.BAR
    assert screened(session, incident, expert, RoleClass.INV).tier is Tier.CLEAR


@pytest.mark.parametrize(
    ("act", "statutory"), [(PanelAct.WIN_WIN, True), (PanelAct.SME_PROTECTION, False), (None, False)]
)
def test_the_act_of_the_panel_decides_whether_an_exclusion_is_statutory(
    session: Session,
    now: dt.datetime,
    incident: Incident,
    accused: Organisation,
    expert: Expert,
    act: PanelAct | None,
    statutory: bool,
) -> None:
    mandate(session, incident, accused, expert, now)

    stated(session, incident, now, panel_act=act)

    assert finding(session, incident, expert, "R08").statutory is statutory


def test_the_side_that_is_helped_makes_a_mandate_lighter(
    session: Session, now: dt.datetime, incident: Incident, accused: Organisation, expert: Expert
) -> None:
    mandate(session, incident, accused, expert, now)

    stated(session, incident, now, helped_side=Side.RESPONDENT)

    assert screened(session, incident, expert, RoleClass.SUP).tier is Tier.CLEAR


def test_a_link_that_is_taken_away_no_longer_counts(
    session: Session, now: dt.datetime, incident: Incident, accused: Organisation, expert: Expert
) -> None:
    linked_case(session, incident, accused, expert, now)

    stated(session, incident, now)

    assert screened(session, incident, expert).tier is Tier.CLEAR


def test_what_is_stated_is_checked(session: Session, now: dt.datetime, incident: Incident) -> None:
    for linked in (("2026-ZZZZZZ",), (incident.receipt_no,)):
        with pytest.raises(Invalid):
            stated(session, incident, now, linked=linked)
    with pytest.raises(Stale):
        incidents.state_conflict_facts(
            session, incident.id, facts=ConflictFacts(), version=0, actor=SYSTEM, now=now
        )


def test_only_those_of_the_case_state_it(session: Session, now: dt.datetime, incident: Incident) -> None:

    officer = an_actor(session, Role.CONFLICT_OFFICER, ministry="MSS")
    stranger = an_actor(session, Role.CONFLICT_OFFICER, ministry="NPA")
    version = incident.version
    with acting_as(session, stranger), pytest.raises(NotFound):
        incidents.state_conflict_facts(
            session, incident.id, facts=ConflictFacts(), version=version, actor=stranger, now=now
        )

    with acting_as(session, officer):
        incidents.state_conflict_facts(
            session,
            incident.id,
            facts=ConflictFacts(panel_act=PanelAct.WIN_WIN),
            version=version,
            actor=officer,
            now=now,
        )

    assert incident.panel_act is PanelAct.WIN_WIN


def test_a_coordinator_does_not_move_the_rules(
    session: Session, now: dt.datetime, incident: Incident
) -> None:

    coordinator = an_actor(session, Role.COORDINATOR, ministry="MSS")
    with acting_as(session, coordinator), pytest.raises(Forbidden):
        incidents.move_rule_pack(
            session, incident.id, pack="2026-01", version=incident.version, actor=coordinator, now=now
        )
