"""What may be said about an expert, and the sentence for each thing that may not."""

import dataclasses
import datetime as dt
import uuid
from typing import Any

import pytest

from expertpool.experts.rules import (
    AppointmentFacts,
    ExpertFacts,
    FacetFacts,
    FacetKind,
    Vocabulary,
    faults_of,
)

DAY = dt.date(2026, 1, 22)
VOCABULARY = Vocabulary(
    terms={kind: frozenset() for kind in FacetKind} | {FacetKind.ROLE_KIND: frozenset({"DFE", "SIM"})},
    regions=frozenset({"KR-11"}),
)
GOOD = ExpertFacts(
    ministry_id=uuid.UUID(int=1),
    name_ko="윤슬기",
    name_en="Yun Seulgi",
    alias=None,
    birth_year=1978,
    email="yun@expert.example",
    phone=None,
    region_code="KR-11",
    timezone="Asia/Seoul",
    language="ko",
    weekly_capacity_minutes=960,
    max_open_engagements=4,
    minimum_notice_minutes=0,
    facets=(FacetFacts(FacetKind.ROLE_KIND, "DFE", 3, DAY),),
    appointments=(AppointmentFacts(DAY, dt.date(2028, 1, 22)),),
)


def faulty_fields(needs_alias: bool = False, **change: Any) -> set[str]:
    facts = dataclasses.replace(GOOD, **change)
    return set(faults_of(facts, vocabulary=VOCABULARY, needs_alias=needs_alias))


def test_good_facts_have_no_fault() -> None:
    assert faulty_fields() == set()


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name_ko", "  "),
        ("name_ko", "가" * 81),
        ("name_en", "with\x00zero"),
        ("email", "no address"),
        ("email", "two@a.example,b@c.example"),
        ("phone", "0" * 41),
        ("birth_year", 78),
        ("region_code", "KR-99"),
        ("timezone", "Asia/Nowhere"),
        ("language", "de"),
        ("weekly_capacity_minutes", -1),
        ("weekly_capacity_minutes", 7 * 24 * 60 + 1),
        ("max_open_engagements", 51),
        ("minimum_notice_minutes", 30 * 24 * 60 + 1),
    ],
)
def test_what_cannot_be_used_is_named_by_its_field(field: str, value: Any) -> None:
    assert faulty_fields(**{field: value}) == {field}


def test_a_ministry_that_shows_aliases_needs_one() -> None:
    assert faulty_fields(needs_alias=True) == {"alias"}


@pytest.mark.parametrize(
    "facet",
    [
        FacetFacts(FacetKind.ROLE_KIND, "XXX", 3, DAY),
        FacetFacts(FacetKind.SKILL, "DFE", 3, DAY),
        FacetFacts(FacetKind.ROLE_KIND, "SIM", 0, DAY),
        FacetFacts(FacetKind.ROLE_KIND, "SIM", 5, DAY),
        FacetFacts(FacetKind.ROLE_KIND, "SIM", 3, DAY, DAY),
        FacetFacts(FacetKind.ROLE_KIND, "SIM", 3, DAY, None, "x" * 401),
        FacetFacts(FacetKind.ROLE_KIND, "DFE", 2, dt.date(2027, 1, 1)),
    ],
    ids=["unknown code", "code of another kind", "level 0", "level 5", "empty", "long evidence", "twice"],
)
def test_a_faulty_facet_is_named_by_its_place(facet: FacetFacts) -> None:
    assert faulty_fields(facets=(*GOOD.facets, facet)) == {"facets.1"}


def test_a_facet_may_follow_on_the_day_the_same_one_ends() -> None:
    ended = FacetFacts(FacetKind.ROLE_KIND, "DFE", 2, DAY, dt.date(2026, 6, 1))
    renewed = FacetFacts(FacetKind.ROLE_KIND, "DFE", 3, dt.date(2026, 6, 1))

    assert faulty_fields(facets=(ended, renewed)) == set()


def test_terms_must_not_overlap() -> None:
    early = AppointmentFacts(dt.date(2027, 1, 1), dt.date(2029, 1, 1))

    assert faulty_fields(appointments=(*GOOD.appointments, early)) == {"appointments.1"}


def test_a_term_ends_after_it_starts() -> None:
    assert faulty_fields(appointments=(AppointmentFacts(DAY, DAY),)) == {"appointments.0"}
