import datetime as dt
from collections import Counter

import pytest

from expertpool.conflicts.rules.vocabulary import OrganisationKind
from expertpool.demo.world import World, build_world
from expertpool.demo.world.availability import HORIZON_WEEKS
from expertpool.demo.world.cases import Stage
from expertpool.demo.world.experts import Circumstance, homonyms
from expertpool.demo.world.lending import PAIRS, Lent, lent_by_month, month_before
from expertpool.demo.world.organisations import Profession
from expertpool.demo.world.registry_numbers import business_check_digit, corporate_check_digit
from expertpool.demo.world.roster import ASSESSORS
from expertpool.demo.world.seeding import seoul
from expertpool.demo.world.world import busiest_weeks
from expertpool.experts import data as expert_data
from expertpool.experts.rules import ExpertState, FacetKind
from expertpool.incidents import data as incident_data
from expertpool.incidents.rules import NeedState, PartySide
from expertpool.infra.identity import Role
from expertpool.ministries import data as ministry_data


def test_the_same_seed_and_day_give_the_same_world(world: World) -> None:
    again = build_world(seed=world.seed, now=world.now)

    assert again == world


def test_another_seed_gives_another_world(world: World) -> None:
    other = build_world(seed=world.seed + 1, now=world.now)

    assert other.experts != world.experts


def test_the_totals_are_those_of_the_plan(world: World) -> None:
    totals = {
        "organisations": len(world.organisations.organisations),
        "experts": len(world.experts),
        "incidents": len(world.incidents.incidents),
        "needs": len(world.needs),
        "agreements": len(world.agreements),
        "accounts": len(world.accounts),
        "planted": len(world.relations.planted),
        "decoys": len(world.relations.decoys),
    }

    assert totals == {
        "organisations": 140,
        "experts": 300,
        "incidents": 60,
        "needs": 90,
        "agreements": 14,
        "accounts": 19,
        "planted": 45,
        "decoys": 30,
    }
    assert 2_350 <= len(world.relations.ties) <= 2_500
    assert 215 <= len(world.engagements) <= 275


@pytest.mark.parametrize(
    ("kinds", "count"),
    [
        (("DFE",), 40), (("ATT",), 44), (("PAT",), 42), (("SIM",), 72), (("VAL",), 20), (("SEC",), 24),
        (("MED", "ARB"), 20), (("ITP",), 14), (("OVS",), 6), (("EXP",), 8), (("INV",), 10),
    ],
)  # fmt: skip
def test_role_kinds_are_spread_as_planned(world: World, kinds: tuple[str, ...], count: int) -> None:
    assert sum(each.role_kind in kinds for each in world.experts) == count


def test_home_ministries_are_spread_as_planned(world: World) -> None:
    homes = Counter(each.home_ministry for each in world.experts)

    assert homes == {"MSS": 90, "MOIP": 70, "KFTC": 40, "MOTIR": 40, "NPA": 40, "NIS": 20}


def test_every_desk_has_its_assessors_and_two_are_thin(world: World) -> None:
    desks = Counter(each.desk for each in world.experts if each.role_kind == "SIM")

    assert desks == ASSESSORS
    assert (desks["D07"], desks["D13"]) == (2, 2)


def test_twelve_may_chair_and_hold_a_licence_for_it(world: World) -> None:
    chairs = [each for each in world.experts if each.has(FacetKind.ROLE_KIND, "CHR")]

    assert len(chairs) == 12
    for chair in chairs:
        held = {facet.code for facet in chair.facets if facet.kind is FacetKind.LICENCE}
        assert held & {"attorney", "patent_attorney"}, chair.key


def test_only_intelligence_experts_go_by_an_alias(world: World) -> None:
    assert {each.home_ministry for each in world.experts if each.alias} == {"NIS"}
    assert all(each.alias for each in world.experts if each.home_ministry == "NIS")


def test_eleven_pairs_of_experts_share_a_name_and_nothing_else(world: World) -> None:
    people = {each.key: each for each in world.experts}

    pairs = homonyms(world.experts)

    assert len(pairs) == 11
    for first, second in pairs:
        assert people[first].birth_year != people[second].birth_year
        assert people[first].email != people[second].email


def test_circumstances_are_spread_as_planned(world: World) -> None:
    found = Counter(each.circumstance for each in world.experts)

    assert found[Circumstance.LICENCE_EXPIRED] == 24
    assert found[Circumstance.PAUSED] == 18
    assert found[Circumstance.OVER_CAPACITY] == 30
    assert found[Circumstance.LONG_LEAVE] == 2


def test_an_expired_licence_is_expired_and_a_pause_is_a_pause(world: World) -> None:
    for each in world.experts:
        licences = [facet for facet in each.facets if facet.kind is FacetKind.LICENCE]
        expired = any(facet.valid_until and facet.valid_until <= world.now for facet in licences)
        assert expired == (each.circumstance is Circumstance.LICENCE_EXPIRED), each.key
        assert (each.state is ExpertState.PAUSED) == (each.circumstance is Circumstance.PAUSED), each.key


def test_whoever_is_over_capacity_worked_more_in_a_week_than_is_now_offered(world: World) -> None:
    busiest = busiest_weeks(world.engagements)

    for each in world.experts:
        if each.circumstance is Circumstance.OVER_CAPACITY:
            assert busiest[each.key] > each.weekly_capacity_minutes
            assert each.previous_capacity_minutes is not None
            assert busiest[each.key] <= each.previous_capacity_minutes
        else:
            assert busiest.get(each.key, 0) <= each.weekly_capacity_minutes


def test_weekly_hours_and_addresses_are_sound(world: World) -> None:
    emails = [each.email for each in world.experts]

    assert len(set(emails)) == 300
    assert all(email.isascii() and email.endswith("@expert.example") for email in emails)
    assert all(180 <= each.weekly_capacity_minutes <= 1_200 for each in world.experts)


def test_facets_use_known_codes_and_sane_days(world: World) -> None:
    known = {
        FacetKind.ROLE_KIND: expert_data.load_role_kinds(),
        FacetKind.TECHNOLOGY: expert_data.load_technology_fields(),
        FacetKind.SKILL: expert_data.load_skills(),
        FacetKind.PROCEEDING: expert_data.load_proceedings(),
        FacetKind.LANGUAGE: expert_data.load_languages(),
        FacetKind.REGION: ministry_data.load_regions(),
        FacetKind.CLEARANCE: expert_data.load_clearances(),
        FacetKind.LICENCE: expert_data.load_licences(),
    }
    codes = {kind: {row.code for row in rows} for kind, rows in known.items()}

    for each in world.experts:
        assert len({(facet.kind, facet.code) for facet in each.facets}) == len(each.facets)
        for facet in each.facets:
            assert facet.code in codes[facet.kind], facet
            assert 1 <= facet.level <= 4
            assert facet.valid_until is None or facet.valid_from < facet.valid_until


def test_registration_numbers_check_and_cannot_exist(world: World) -> None:
    for each in world.organisations.organisations:
        if each.country == "KR":
            assert each.biz_no
            assert each.corp_no
            assert each.biz_no.startswith("000")
            assert int(each.biz_no[-1]) == business_check_digit(each.biz_no[:-1])
            assert each.corp_no.startswith("0000")
            assert int(each.corp_no[-1]) == corporate_check_digit(each.corp_no[:-1])
        else:
            assert each.biz_no is None
            assert each.foreign_id


def test_organisations_are_of_the_planned_kinds(world: World) -> None:
    found = world.organisations

    assert len(found.firms(Profession.LAW)) + len(found.firms(Profession.PATENT)) == 20
    assert len(found.academia()) == 18
    assert len(found.foreign()) == 12
    assert all(each.departments for each in found.academia() if each.kind is OrganisationKind.UNIVERSITY)


def test_six_groups_have_nine_to_seventeen_firms(world: World) -> None:
    sizes = Counter(each.group for each in world.organisations.organisations if each.group)

    assert len(sizes) == 6
    assert all(9 <= size <= 17 for size in sizes.values())


def test_every_group_sold_bought_and_renamed_somebody(world: World) -> None:
    groups = {each.key: each.group for each in world.organisations.organisations}
    yesterday = world.now - dt.timedelta(days=600)

    sold = {groups[child] for _, child, _ in world.organisations.sold()}
    bought = {groups[o.child] for o in world.organisations.ownerships if o.valid_from > yesterday}
    renamed = {groups[alias.organisation] for alias in world.organisations.aliases}

    assert len(sold) == len(renamed) == 6
    assert sold | {None} == bought | {None}


def test_types_and_stages_of_incidents_are_spread_as_planned(world: World) -> None:
    types = Counter(each.type for each in world.incidents.incidents)
    stages = Counter(each.stage for each in world.incidents.incidents)

    assert types == {
        "leaver": 24, "subcontract_misuse": 12, "joint_rnd_dispute": 6, "hacking": 6,
        "bid_idea_theft": 5, "overseas_leak": 4, "supplier_copy": 3,
    }  # fmt: skip
    assert stages == {
        Stage.NEW: 6, Stage.TRIAGE: 8, Stage.ACTIVE: 14, Stage.PANEL: 10, Stage.STABLE: 6, Stage.CLOSED: 16,
    }  # fmt: skip


def test_marks_of_incidents_are_spread_as_planned(world: World) -> None:
    incidents = world.incidents.incidents

    assert sum(each.core_technology for each in incidents) == 5
    assert sum(each.compartmented for each in incidents) == 3
    assert sum(each.anonymous for each in incidents) == 2
    assert sum(each.reopened_at is not None for each in incidents) == 1
    assert sum(each.linked is not None for each in incidents) == 8


def test_linked_incidents_name_each_other_and_share_the_respondent(world: World) -> None:
    for each in world.incidents.incidents:
        if each.linked:
            other = world.incidents.of(each.linked)
            assert other.linked == each.key
            assert other.principal(PartySide.RESPONDENT) == each.principal(PartySide.RESPONDENT)


def test_twenty_clocks_are_due_within_ten_days_and_three_are_overdue(world: World) -> None:
    days = [
        (clock.due_at.date() - world.now).days for each in world.incidents.incidents for clock in each.clocks
    ]

    assert sum(0 <= day <= 10 for day in days) == 20
    assert sum(day < 0 for day in days) == 3


def test_titles_and_summaries_name_no_party(world: World) -> None:
    firms = [name for o in world.organisations.organisations for name in (o.name_ko, o.name_en)]
    names = [*firms, *(name for p in world.incidents.persons for name in (p.name_ko, p.name_en))]

    for each in world.incidents.incidents:
        text = " ".join((each.title_ko, each.title_en, each.summary_ko, each.summary_en))
        assert not [name for name in names if name in text], each.key


def test_incidents_use_known_codes(world: World) -> None:
    clocks = {clock.code for clock in incident_data.load_clocks()}
    types = {kind.code for kind in incident_data.load_incident_types()}
    desks = {desk.code: desk.fields for desk in expert_data.load_desks()}
    ministries = {each.code for each in ministry_data.load_ministries()}

    for each in world.incidents.incidents:
        assert each.type in types
        assert each.technology in desks[each.desk], each.key
        assert {each.lead, *each.supporting} <= ministries
        assert each.lead not in each.supporting
        assert {clock.clock for clock in each.clocks} <= clocks


def test_nothing_is_received_closed_or_begun_after_now(world: World) -> None:
    tonight = seoul(world.now, 23, 59)

    for each in world.incidents.incidents:
        assert each.received_at <= tonight
        assert each.closed_at is None or each.received_at < each.closed_at <= tonight
        for clock in each.clocks:
            assert each.received_at - dt.timedelta(days=1) <= clock.starts_at < clock.due_at


def test_only_closed_incidents_are_closed_and_all_their_needs_have_ended(world: World) -> None:
    stages = {each.key: each.stage for each in world.incidents.incidents}
    ended = {NeedState.COMPLETED, NeedState.CANCELLED}

    for need in world.needs:
        if stages[need.incident] in (Stage.CLOSED, Stage.STABLE):
            assert need.state in ended, need.key


def test_needs_fit_the_tables_they_will_be_kept_in(world: World) -> None:
    for need in world.needs:
        keys = [seat.key for seat in need.seats]
        assert len(set(keys)) == len(keys)
        assert need.not_before < need.deadline
        for session in need.sessions:
            assert set(session.seats) <= set(keys)
            assert session.length_minutes % 30 == 0
            length = dt.timedelta(minutes=session.length_minutes)
            assert session.earliest + length <= session.latest <= need.deadline
        for seat in need.seats:
            assert any(seat.key in session.seats for session in need.sessions), (need.key, seat.key)


def test_there_are_seven_hundred_busy_times_over_twelve_weeks(world: World) -> None:
    busy = [busy.span for calendar in world.calendars.values() for busy in calendar.busy]
    end = seoul(world.now + dt.timedelta(weeks=HORIZON_WEEKS), 0)

    assert len(busy) == 700
    assert all(seoul(world.now, 0) <= span.start < span.end <= end for span in busy)


def test_fourteen_pairs_lend_and_three_lent_more_than_they_now_agree_to(world: World) -> None:
    lent = [
        Lent(each.lender, each.borrower, worked.starts_at, worked.minutes)
        for each in world.engagements
        for worked in each.worked
    ]
    used = lent_by_month(lent)
    over = []
    for each in world.agreements:
        months = used.get((each.lender, each.borrower), {})
        assert all(minutes <= each.previous_quota_minutes for minutes in months.values())
        if months.get(month_before(each.quota_since), 0) > each.monthly_quota_minutes:
            over.append(each.key)

    assert {(each.lender, each.borrower) for each in world.agreements} == set(PAIRS)
    assert len(over) == 3


def test_every_kind_of_account_is_there_and_bound(world: World) -> None:
    roles = Counter(each.role for each in world.accounts)

    assert roles == {
        Role.COORDINATOR: 6,
        Role.EXPERT: 3,
        Role.MINISTRY_VIEWER: 6,
        Role.CONFLICT_OFFICER: 2,
        Role.AUDITOR: 1,
        Role.ADMIN: 1,
    }
    assert "coordinator.mss@demo.example" in {each.email for each in world.accounts}
    for each in world.accounts:
        assert (each.expert is None) == (each.role is not Role.EXPERT)
        assert (each.ministry is None) == (each.role is Role.EXPERT)
