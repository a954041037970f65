"""A fact that comes to light in mid-case: who is barred by it is taken off in the same transaction."""

import datetime as dt

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from expertpool.audit.models import AuditEntry
from expertpool.availability.models import Hold
from expertpool.conflicts import service as conflicts
from expertpool.conflicts.models import Organisation
from expertpool.conflicts.rules import facts
from expertpool.conflicts.rules.dates import ImpreciseDate
from expertpool.conflicts.rules.records import OrganisationFacts, TieFacts
from expertpool.conflicts.rules.vocabulary import FindingStatus, OrganisationKind, RelationType, Source
from expertpool.engagements import jobs, queries, service
from expertpool.engagements.models import Engagement, EngagementScreening
from expertpool.engagements.rules import EngagementState, ScreenedBecause
from expertpool.experts.models import Expert
from expertpool.incidents import service as incidents
from expertpool.incidents.models import IncidentAccess, Party
from expertpool.incidents.rules import NeedState, PartyKind, PartySide
from expertpool.infra.db import acting_as
from expertpool.infra.identity import SYSTEM, Role
from expertpool.infra.jobs import unheard
from expertpool.scheduling.vocabulary import RoleClass, Tier
from tests.fixtures.accounts import an_actor
from tests.fixtures.conflicts import a_person, a_tie, an_organisation, an_ownership
from tests.fixtures.engagements import (
    Case,
    a_case,
    a_proposal,
    a_yes,
    an_offer,
    buys,
    expert_actor,
    respondent,
    waiting_jobs,
)
from tests.fixtures.experts import an_expert

MINUTE = dt.timedelta(minutes=1)


@pytest.fixture
def case(session: Session, now: dt.datetime) -> Case:
    return a_case(session)


@pytest.fixture
def expert(session: Session) -> Expert:
    return an_expert(session)


@pytest.fixture
def sister(session: Session, expert: Expert) -> Organisation:
    """A firm the expert advises, which nobody knows to have anything to do with the case."""
    firm = an_organisation(session, "새롬모터스")
    a_tie(session, expert, firm, RelationType.ADVISER)
    return firm


def verbs_about(session: Session, engagement: Engagement) -> list[tuple[str, dict[str, str]]]:
    session.commit()  # the chain is written last
    rows = session.scalars(sa.select(AuditEntry).where(AuditEntry.thing_id == engagement.id))
    return [(row.verb, dict(row.detail)) for row in rows]


def open_access(session: Session, engagement: Engagement) -> bool:
    grants = sa.exists().where(
        IncidentAccess.expert_id == engagement.expert_id, IncidentAccess.revoked_at.is_(None)
    )
    return bool(session.scalar(sa.select(grants)))


def test_a_holding_that_comes_to_light_takes_the_expert_off_and_seeks_another(
    session: Session, now: dt.datetime, case: Case, expert: Expert, sister: Organisation
) -> None:
    engagement = a_yes(session, case, expert)
    assert open_access(session, engagement)
    later = now + dt.timedelta(hours=3)

    buys(session, respondent(session, case), sister, later)

    assert (engagement.state, engagement.conflict_found_at) == (EngagementState.CANCELLED, later)
    assert not open_access(session, engagement)
    assert session.scalars(sa.select(Hold).where(Hold.engagement_id == engagement.id, Hold.live)).all() == []
    assert waiting_jobs(session, "planning.repair_seat") == [
        {"seat_id": str(engagement.seat_id), "engagement_id": str(engagement.id)}
    ]
    assert case.need.state is NeedState.APPROVED
    suspended = [detail for verb, detail in verbs_about(session, engagement) if verb == "engagement.suspend"]
    assert suspended == [{"state": "cancelled", "rule": "R03", "because": "register"}]


def test_the_change_and_what_follows_are_one_transaction(
    session: Session, now: dt.datetime, case: Case, expert: Expert, sister: Organisation
) -> None:
    engagement = a_yes(session, case, expert)
    session.commit()

    attempt = session.begin_nested()
    buys(session, respondent(session, case), sister, now)
    while_it_lasted = engagement.state
    attempt.rollback()

    session.refresh(engagement)
    assert while_it_lasted is EngagementState.CANCELLED
    assert engagement.state is EngagementState.CONFIRMED
    assert open_access(session, engagement)
    assert waiting_jobs(session, "planning.repair_seat") == []


def test_a_new_party_bars_whoever_works_for_it(
    session: Session, now: dt.datetime, case: Case, expert: Expert, sister: Organisation
) -> None:
    engagement = a_yes(session, case, expert)

    with acting_as(session, case.coordinator):
        incidents.add_party(
            session,
            case.need.incident_id,
            side=PartySide.RESPONDENT,
            kind=PartyKind.PARTY,
            organisation_id=sister.id,
            actor=case.coordinator,
            now=now,
        )

    assert engagement.state is EngagementState.CANCELLED
    suspended = [detail for verb, detail in verbs_about(session, engagement) if verb == "engagement.suspend"]
    assert suspended == [{"state": "cancelled", "rule": "R02", "because": "case"}]


def test_a_tie_entered_in_mid_case_bars_its_expert_alone(
    session: Session, now: dt.datetime, case: Case, expert: Expert
) -> None:
    two = a_case(session, roles=("DFE", "DFE"))
    mine, others = a_yes(session, two, expert), a_yes(session, two, an_expert(session), seat=1)

    conflicts.record_tie(
        session,
        expert.id,
        facts=TieFacts(type=RelationType.OFFICER, since=ImpreciseDate(2020)),
        organisation_id=respondent(session, two).id,
        source=Source.REGISTRY,
        actor=SYSTEM,
        now=now,
    )

    assert (mine.state, others.state) == (EngagementState.CANCELLED, EngagementState.CONFIRMED)


def test_another_name_only_makes_it_a_case_for_review_and_nobody_is_taken_off(
    session: Session, now: dt.datetime, case: Case, expert: Expert, sister: Organisation
) -> None:
    engagement = a_yes(session, case, expert)

    conflicts.add_alias(session, respondent(session, case).id, name="(주)새롬 모터스", actor=SYSTEM, now=now)

    assert engagement.state is EngagementState.CONFIRMED
    kept = session.scalars(sa.select(EngagementScreening)).one()
    assert (kept.tier, [each[0] for each in kept.findings]) == (Tier.REVIEW, ["R28"])


@pytest.mark.parametrize(
    ("status", "left"),
    [
        (FindingStatus.CONFIRMED, EngagementState.CANCELLED),
        (FindingStatus.DISMISSED, EngagementState.CONFIRMED),
    ],
)
def test_a_doubt_an_officer_confirms_takes_the_expert_off(
    session: Session,
    now: dt.datetime,
    case: Case,
    expert: Expert,
    sister: Organisation,
    status: FindingStatus,
    left: EngagementState,
) -> None:
    engagement = a_yes(session, case, expert)
    conflicts.add_alias(session, respondent(session, case).id, name="(주)새롬 모터스", actor=SYSTEM, now=now)
    (found,) = session.scalars(sa.select(EngagementScreening)).one().findings
    officer = an_actor(session, Role.CONFLICT_OFFICER)

    with acting_as(session, officer):
        service.rule_on_finding(
            session,
            incident_id=case.need.incident_id,
            expert_id=expert.id,
            role_class=RoleClass(engagement.role_class),
            finding_key=found[2],
            status=status,
            grounds="등기부 확인",
            until=None,
            actor=officer,
            now=now,
        )

    assert engagement.state is left


def test_a_number_that_is_corrected_settles_it_and_bars(
    session: Session, now: dt.datetime, case: Case, expert: Expert, sister: Organisation
) -> None:
    other_side = respondent(session, case)
    other_side.corp_no = "1101110000010"
    session.flush()
    engagement = a_yes(session, case, expert)

    conflicts.change_organisation(
        session,
        sister.id,
        facts=OrganisationFacts(name_ko=sister.name_ko, corp_no="1101110000010"),
        version=sister.version,
        actor=SYSTEM,
        now=now,
    )

    assert engagement.state is EngagementState.CANCELLED


def test_a_mandate_of_the_own_firm_bars_through_the_firm(
    session: Session, now: dt.datetime, expert: Expert
) -> None:
    panel = a_case(session, role_class=RoleClass.ADJ)
    firm = an_organisation(session, "가온법률사무소", kind=OrganisationKind.PROFESSIONAL_FIRM)
    a_tie(session, expert, firm, RelationType.MEMBER_OF_FIRM)
    engagement = a_yes(session, panel, expert)

    conflicts.record_other_tie(
        session,
        facts=TieFacts(type=RelationType.COUNSEL, since=ImpreciseDate(2025)),
        holder=facts.organisation(firm.id.int),
        target=facts.organisation(respondent(session, panel).id.int),
        source=Source.REGISTRY,
        actor=SYSTEM,
        now=now,
    )

    assert engagement.state is EngagementState.CANCELLED
    assert session.scalars(sa.select(EngagementScreening.findings)).one()[0][0] == "R08"


def test_work_handed_in_stays_and_is_marked_as_done_before_the_conflict(
    session: Session, now: dt.datetime, case: Case, expert: Expert, sister: Organisation
) -> None:
    engagement = a_yes(session, case, expert)
    engagement.state, engagement.delivered_at = EngagementState.DELIVERED, now
    session.flush()

    buys(session, respondent(session, case), sister, now)

    assert (engagement.state, engagement.conflict_found_at) == (EngagementState.DELIVERED, now)
    session.commit()  # the chain is written last
    noted = sa.select(AuditEntry.thing_id).where(AuditEntry.verb == "incident.mark_earlier_work")
    assert session.scalars(noted).all() == [engagement.incident_id]
    assert not open_access(session, engagement)
    assert waiting_jobs(session, "planning.repair_seat") == []


def test_a_proposal_nobody_was_asked_about_is_dropped(
    session: Session, now: dt.datetime, case: Case, expert: Expert, sister: Organisation
) -> None:
    engagement = a_proposal(session, case, expert)

    buys(session, respondent(session, case), sister, now)

    assert engagement.state is EngagementState.CANCELLED


def test_a_bar_between_others_touches_nobody_here(
    session: Session, now: dt.datetime, case: Case, expert: Expert, sister: Organisation
) -> None:
    engagement = an_offer(session, case, expert)

    buys(session, an_organisation(session, "다온상사"), sister, now)

    assert engagement.state is EngagementState.OFFERED
    assert session.scalars(sa.select(EngagementScreening)).all() == []


def test_the_past_is_written_down_without_anything_following(
    session: Session, now: dt.datetime, case: Case, expert: Expert, sister: Organisation
) -> None:
    engagement = a_yes(session, case, expert)

    with unheard():
        buys(session, respondent(session, case), sister, now)

    assert engagement.state is EngagementState.CONFIRMED


def test_the_daily_round_finds_a_holding_that_began_meanwhile_and_tells_once(
    session: Session, now: dt.datetime, case: Case, expert: Expert, sister: Organisation
) -> None:
    engagement = a_yes(session, case, expert)
    an_ownership(session, respondent(session, case), sister, valid_from=dt.date(2026, 1, 1))
    session.commit()

    jobs.rescreen()
    jobs.rescreen()

    session.expire_all()
    assert engagement.state is EngagementState.CANCELLED
    kept = session.scalars(sa.select(EngagementScreening)).all()
    assert [(row.tier, row.because) for row in kept] == [(Tier.BAR, "schedule")]


def test_who_is_taken_off_is_not_let_in_again(
    session: Session, now: dt.datetime, case: Case, expert: Expert, sister: Organisation
) -> None:
    engagement = a_yes(session, case, expert)

    buys(session, respondent(session, case), sister, now)

    with acting_as(session, expert_actor(expert)):
        assert session.scalars(sa.select(Party)).all() == []
    assert engagement.need.state is NeedState.APPROVED


def test_an_accused_with_the_post_of_a_namesake_is_the_expert(
    session: Session, now: dt.datetime, case: Case, sister: Organisation
) -> None:
    namesake = an_expert(session, name_ko="마루한", name_en="Ma Ruhan", birth_year=1975)
    a_tie(session, namesake, sister)
    accused = a_person(session, "마루한")
    session.add(
        Party(
            incident_id=case.need.incident_id,
            side=PartySide.RESPONDENT,
            kind=PartyKind.ACCUSED,
            person_id=accused.id,
            added_at=now,
        )
    )
    session.flush()
    engagement = Engagement(
        incident_id=case.need.incident_id,
        need_id=case.need.id,
        seat_id=case.need.seats[0].id,
        expert_id=namesake.id,
        lender_id=namesake.ministry_id,
        borrower_id=case.need.ministry_id,
        role_kind="DFE",
        role_class="INV",
        state=EngagementState.OFFERED,
        proposed_at=now,
        offered_at=now,
        effort_minutes=0,
    )
    session.add(engagement)
    session.flush()

    conflicts.record_other_tie(
        session,
        facts=TieFacts(type=RelationType.EMPLOYEE, since=ImpreciseDate(2016)),
        holder=facts.person(accused.id.int),
        target=facts.organisation(sister.id.int),
        source=Source.REGISTRY,
        actor=SYSTEM,
        now=now,
    )

    assert engagement.state is EngagementState.CANCELLED


def test_a_doubt_about_somebody_at_work_waits_for_the_officer_until_it_is_settled(
    session: Session, now: dt.datetime, case: Case, expert: Expert
) -> None:
    officer = an_actor(session, Role.CONFLICT_OFFICER, ministry="MSS")
    engagement = a_yes(session, case, expert)
    tie = a_tie(session, expert, respondent(session, case), RelationType.ADVISER, until="unknown")
    service.rescreen_case(session, engagement.incident_id, because=ScreenedBecause.SCHEDULE, now=now)

    with acting_as(session, officer):
        (line,) = queries.decisions_waiting(session, actor=officer, now=now)
    session.delete(tie)
    service.rescreen_case(session, engagement.incident_id, because=ScreenedBecause.SCHEDULE, now=now + MINUTE)

    assert engagement.state is EngagementState.CONFIRMED
    assert line.values == {"incident_id": engagement.incident_id, "expert_id": expert.id, "role": "INV"}
    with acting_as(session, officer):
        assert queries.decisions_waiting(session, actor=officer, now=now) == []
