import datetime as dt
import random
from dataclasses import replace

import pytest

from expertpool.availability.rules import Span
from expertpool.conflicts.rules.vocabulary import RelationType
from expertpool.demo.service.load import SEED
from expertpool.demo.world import World, build_world
from expertpool.demo.world.availability import battery_chairs
from expertpool.demo.world.needs import Need
from expertpool.demo.world.seeding import DAY, ago, seoul
from expertpool.demo.world.stories import STORIES
from expertpool.demo.world.teams import Bench
from expertpool.experts.rules import FacetKind
from expertpool.incidents.rules import NeedState, PartySide

KEYS = [story.key for story in STORIES]


@pytest.fixture
def bench(world: World) -> Bench:
    return bench_of(world)


def bench_of(world: World) -> Bench:
    """Everybody's time from this morning on."""
    return Bench(
        world.experts,
        world.calendars,
        world.organisations,
        world.incidents,
        world.relations.ties,
        world.relations.mandates,
        apart=world.relations.apart(world.incidents),
        window=Span(seoul(world.now, 9), seoul(ago(world.now, -60), 0)),
    )


def open_needs(world: World, incident: str) -> list[Need]:
    waiting = (NeedState.SUBMITTED, NeedState.DRAFT)
    return [each for each in world.needs if each.incident == incident and each.state in waiting]


def test_there_are_eight_stories_told_in_both_languages() -> None:
    assert [f"S{n}" for n in range(1, 9)] == KEYS
    for story in STORIES:
        told = (
            story.facts_ko,
            story.facts_en,
            story.shows_ko,
            story.shows_en,
            story.title_ko,
            story.title_en,
        )
        assert all(told), story.key


@pytest.mark.parametrize("key", [key for key in KEYS if key != "S2"])
def test_the_needs_of_a_story_can_be_met(world: World, bench: Bench, key: str) -> None:
    needs = open_needs(world, key)

    assert needs
    for need in needs:
        assert bench.team(random.Random(1), need) is not None, need.template


def test_s1_came_in_last_night_and_standby_examiners_are_near_and_awake(world: World) -> None:
    incident = world.incidents.of("S1")
    standby = [each for each in world.experts if each.standby]

    assert incident.received_at == seoul(ago(world.now, 1), 22, 40)
    assert incident.evidence_at_risk
    assert len(standby) == 3
    for each in standby:
        assert each.region == incident.region
        assert each.has(FacetKind.SKILL, "imaging", level=2)
        assert each.minimum_notice_minutes == 0
        assert any(pattern.end == "24:00" for pattern in world.calendars[each.key].patterns)


def test_s2_has_two_chairs_of_whom_one_sits_on_the_respondents_board(world: World) -> None:
    conflicted, away = battery_chairs(world.experts)
    respondent = world.incidents.of("S2").principal(PartySide.RESPONDENT)

    ties = [t for t in world.relations.ties if (t.expert, t.organisation) == (conflicted.key, respondent)]

    assert [(tie.type, tie.until) for tie in ties] == [(RelationType.OUTSIDE_DIRECTOR, None)]
    assert not [t for t in world.relations.ties if (t.expert, t.organisation) == (away.key, respondent)]


def test_s2_cannot_be_met_before_its_clock_and_can_once_the_second_chair_is_back(
    world: World, bench: Bench
) -> None:
    (need,) = open_needs(world, "S2")
    chair = next(seat for seat in need.seats if seat.role_kind == "CHR")
    longer = tuple(replace(session, latest=session.latest + 8 * DAY) for session in need.sessions)

    now, later = (
        bench.team(random.Random(1), each)
        for each in (need, replace(need, sessions=longer, deadline=need.deadline + 8 * DAY))
    )

    assert [each.key for each in bench.candidates(need, chair)] == [battery_chairs(world.experts)[1].key]
    assert now is None
    assert later is not None


def test_s3_joins_two_ministries_against_one_respondent(world: World) -> None:
    third = world.incidents.of("S3")
    other = world.incidents.of(third.linked or "")

    assert {third.lead, other.lead} == {"KFTC", "MOIP"}
    assert third.principal(PartySide.RESPONDENT) == other.principal(PartySide.RESPONDENT)


def test_s4_needs_a_cleared_adviser(world: World) -> None:
    (need,) = open_needs(world, "S4")
    clearances = [f.code for seat in need.seats for f in seat.required if f.kind is FacetKind.CLEARANCE]

    assert world.incidents.of("S4").core_technology
    assert clearances == ["grade3", "grade3", "grade3"]


def test_s5_asks_for_german_against_a_german_parent(world: World) -> None:
    (need,) = open_needs(world, "S5")
    respondent = world.organisations.named(world.incidents.of("S5").principal(PartySide.RESPONDENT))
    languages = [f.code for seat in need.seats for f in seat.required if f.kind is FacetKind.LANGUAGE]

    assert respondent.country == "DE"
    assert languages == ["de", "de"]


def test_s6_an_affiliate_came_to_light_two_days_ago(world: World) -> None:
    respondent = world.incidents.of("S6").principal(PartySide.RESPONDENT)
    (edge,) = [each for each in world.organisations.ownerships if each.child == respondent]
    (planted,) = [each for each in world.relations.planted if each.incident == "S6"]
    (tie,) = [each for each in world.relations.ties if each.key in planted.ties]

    assert edge.recorded_on == world.now - dt.timedelta(days=2)
    assert tie.organisation in world.organisations.affiliates(respondent)
    assert planted.rule == "R03"


def test_s7_has_no_money_and_a_chain_of_programmes(world: World) -> None:
    incident = world.incidents.of("S7")

    assert incident.support_budget_won == 0
    assert incident.programmes == ("P10", "P09", "P11", "P12")
    assert [need.template for need in world.needs if need.incident == "S7"] == [
        "forensics",
        "legal_support",
        "damage_valuation",
        "mediation_panel",
    ]


def test_s8_is_compartmented_and_led_by_the_intelligence_service(world: World) -> None:
    incident = world.incidents.of("S8")

    assert incident.compartmented
    assert incident.lead == "NIS"
    assert incident.title_en == "Restricted case"


@pytest.mark.parametrize("day", [dt.date(2026, 12, 24), dt.date(2027, 2, 5)], ids=["christmas", "new year"])
def test_stories_can_be_met_in_a_week_of_holidays(day: dt.date) -> None:
    world = build_world(seed=SEED, now=day)
    everybody = bench_of(world)

    told = [need for key in KEYS if key not in ("S1", "S2") for need in open_needs(world, key)]
    unmet = [need.incident for need in told if everybody.team(random.Random(1), need) is None]

    assert unmet == []
