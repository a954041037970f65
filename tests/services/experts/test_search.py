"""Finding experts: each filter narrows, each column sorts, and a hidden name stays hidden from both."""

import datetime as dt
from typing import Any

import pytest
from sqlalchemy.orm import Session

from expertpool.experts.queries import (
    Column,
    ExpertFilters,
    Order,
    Page,
    expert_seen_by,
    experts_with_role,
    find_experts,
)
from expertpool.experts.rules import AppointmentFacts, ExpertState
from expertpool.infra.db import act_as
from expertpool.infra.identity import SYSTEM, Actor, Role
from expertpool.refusals import NotFound
from tests.fixtures.accounts import an_actor
from tests.fixtures.experts import an_expert

BY_NAME = Order()
TODAY = dt.date(2026, 11, 23)
SHORT = (AppointmentFacts(dt.date(2026, 2, 1), dt.date(2026, 12, 1)),)


@pytest.fixture
def pool(session: Session, now: dt.datetime) -> None:
    """Three experts who differ in everything."""
    an_expert(
        session,
        name_ko="가온",
        name_en="Zed",
        roles={"DFE": 3},
        technologies={"T08": 4},
        skills={"imaging": 3},
        languages={"en": 2},
        licences={"forensic_examiner": 2},
        clearances={"grade2": 1},
        proceedings={"mediation": 2},
        weekly_capacity_minutes=600,
    )
    an_expert(
        session,
        ministry="KFTC",
        name_ko="나래",
        name_en="Young",
        roles={"SIM": 4},
        technologies={"T15": 2},
        skills={"composition": 2},
        languages={"zh": 2},
        licences={"professional_engineer": 2},
        clearances={"restricted": 1},
        region_code="KR-26",
        weekly_capacity_minutes=120,
        appointments=SHORT,
    )
    an_expert(
        session,
        ministry="NPA",
        name_ko="다솜",
        name_en="Abel",
        roles={"SEC": 1},
        state=ExpertState.PAUSED,
        region_code="KR-30",
        weekly_capacity_minutes=960,
    )


def found(session: Session, order: Order = BY_NAME, viewer: Actor = SYSTEM, **filters: Any) -> list[str]:
    result = find_experts(
        session,
        ExpertFilters(**filters),
        Page(),
        viewer=viewer,
        today=TODAY,
        order=order,
    )
    assert result.total == len(result.experts)
    return [expert.name_ko for expert in result.experts]


@pytest.mark.usefixtures("pool")
@pytest.mark.parametrize(
    ("filters", "names"),
    [
        ({}, ["가온", "나래", "다솜"]),
        ({"text": "나"}, ["나래"]),
        ({"text": "yOUNG"}, ["나래"]),
        ({"text": "%"}, []),
        ({"ministry": "NPA"}, ["다솜"]),
        ({"region": "KR-26"}, ["나래"]),
        ({"role": "DFE"}, ["가온"]),
        ({"role": "DFE", "level": 3}, ["가온"]),
        ({"role": "DFE", "level": 4}, []),
        ({"level": 3}, ["가온", "나래"]),
        ({"technology": "T15"}, ["나래"]),
        ({"technology": "D01"}, ["가온"]),
        ({"technology": "D01", "level": 4}, ["가온"]),
        ({"skill": "imaging"}, ["가온"]),
        ({"proceeding": "mediation"}, ["가온"]),
        ({"language": "zh"}, ["나래"]),
        ({"licence": "professional_engineer"}, ["나래"]),
        ({"clearance": "restricted"}, ["가온", "나래"]),
        ({"clearance": "grade3"}, ["가온"]),
        ({"state": ExpertState.PAUSED}, ["다솜"]),
        ({"appointed_on": dt.date(2026, 12, 1)}, ["가온", "다솜"]),
        ({"appointed_on": dt.date(2026, 1, 31)}, []),
        ({"capacity_minutes": 600}, ["가온", "다솜"]),
        ({"role": "DFE", "technology": "T15"}, []),
    ],
)
def test_each_filter_narrows_the_list(session: Session, filters: dict[str, Any], names: list[str]) -> None:
    assert found(session, **filters) == names


@pytest.mark.usefixtures("pool")
@pytest.mark.parametrize(
    ("column", "names"),
    [
        (Column.NAME, ["가온", "나래", "다솜"]),
        (Column.MINISTRY, ["다솜", "나래", "가온"]),
        (Column.REGION, ["다솜", "나래", "가온"]),
        (Column.ROLE, ["가온", "나래", "다솜"]),
        (Column.LEVEL, ["다솜", "가온", "나래"]),
        (Column.TECHNOLOGY, ["가온", "나래", "다솜"]),
        (Column.SKILL, ["가온", "나래", "다솜"]),
        (Column.LANGUAGE, ["가온", "나래", "다솜"]),
        (Column.LICENCE, ["가온", "나래", "다솜"]),
        (Column.CLEARANCE, ["나래", "가온", "다솜"]),
        (Column.STATE, ["가온", "나래", "다솜"]),
        (Column.APPOINTED, ["나래", "가온", "다솜"]),
        (Column.CAPACITY, ["나래", "가온", "다솜"]),
    ],
)
def test_each_column_sorts_the_list(session: Session, column: Column, names: list[str]) -> None:
    assert found(session, Order(column)) == names


@pytest.mark.usefixtures("pool")
def test_names_are_sorted_as_read_in_the_chosen_language(session: Session) -> None:
    assert found(session, Order(Column.NAME, language="en")) == ["다솜", "나래", "가온"]


@pytest.mark.usefixtures("pool")
def test_who_lacks_what_is_sorted_by_comes_last_both_ways(session: Session) -> None:
    assert found(session, Order(Column.CLEARANCE, descending=True)) == ["가온", "나래", "다솜"]


@pytest.mark.usefixtures("pool")
def test_a_page_holds_its_part_and_the_number_of_all(session: Session) -> None:
    result = find_experts(session, ExpertFilters(), Page(2, 2), viewer=SYSTEM, today=TODAY)

    assert (result.total, [expert.name_ko for expert in result.experts]) == (3, ["다솜"])


def test_an_expired_facet_is_not_found(session: Session, now: dt.datetime) -> None:
    an_expert(session)

    assert (
        find_experts(
            session, ExpertFilters(role="DFE"), Page(), viewer=SYSTEM, today=dt.date(2026, 1, 21)
        ).experts
        == []
    )


@pytest.fixture
def hidden(session: Session, now: dt.datetime) -> None:
    an_expert(session, ministry="NIS", name_ko="비밀", name_en="Secret", alias="NIS-01")


@pytest.mark.usefixtures("hidden")
def test_another_ministry_finds_an_expert_by_alias_but_not_by_name(session: Session) -> None:
    outsider = an_actor(session, Role.COORDINATOR, ministry="MSS")

    assert found(session, viewer=outsider, text="nis-0") == ["NIS-01"]
    assert found(session, viewer=outsider, text="비밀") == []
    assert found(session, viewer=outsider, text="Secret") == []


@pytest.mark.usefixtures("hidden")
def test_the_own_ministry_finds_an_expert_by_name(session: Session) -> None:
    insider = an_actor(session, Role.COORDINATOR, ministry="NIS")

    assert found(session, viewer=insider, text="비밀") == ["비밀"]


@pytest.mark.usefixtures("hidden")
def test_an_alias_brings_no_name_contact_evidence_or_basis(session: Session) -> None:
    outsider = an_actor(session, Role.COORDINATOR, ministry="MSS")

    (view,) = find_experts(session, ExpertFilters(), Page(), viewer=outsider, today=TODAY).experts

    assert view.contact is None
    assert {facet.evidence for facet in view.facets} == {""}
    assert {term.basis for term in view.appointments} == {""}
    assert "비밀" not in repr(view)


def test_contact_data_stay_with_the_ministry(session: Session, now: dt.datetime) -> None:
    expert = an_expert(session)

    for ministry, knows in (("MSS", True), ("KFTC", False)):
        viewer = an_actor(session, Role.COORDINATOR, ministry=ministry)
        view = expert_seen_by(session, viewer, expert.id, today=TODAY)
        assert (view.contact is not None) is knows


def test_an_expert_sees_nobody_but_themselves(session: Session, now: dt.datetime) -> None:
    mine, other = an_expert(session), an_expert(session)
    session.commit()
    session.expunge_all()
    own = Actor(roles=frozenset({Role.EXPERT}), expert_id=mine.id)
    act_as(session, own)

    assert expert_seen_by(session, own, mine.id, today=TODAY).contact is not None
    with pytest.raises(NotFound):
        expert_seen_by(session, own, other.id, today=TODAY)


def test_planning_hears_of_everybody_with_a_role_who_is_not_gone(session: Session, now: dt.datetime) -> None:
    kept = {
        an_expert(session, state=state).id
        for state in (ExpertState.VERIFIED, ExpertState.ACTIVE, ExpertState.PAUSED)
    }
    an_expert(session, state=ExpertState.RETIRED)
    an_expert(session, state=ExpertState.APPLIED)
    an_expert(session, roles={"SIM": 3})

    assert {expert.id for expert in experts_with_role(session, ["DFE"])} == kept
