"""Experts as rows of a table: what is written is read again, in either language."""

import dataclasses
import datetime as dt
import uuid
from typing import Any

import pytest

from expertpool.experts.rules import (
    STATE_WORDS,
    AppointmentFacts,
    ExpertFacts,
    ExpertState,
    FacetFacts,
    FacetKind,
)
from expertpool.experts.rules.table import COLUMNS, Wording, cells_of, column_of, read_row, reading_of

TODAY = dt.date(2026, 11, 23)
SINCE = dt.date(2026, 1, 22)
HOME = uuid.UUID(int=1)
ENGLISH = Wording(
    headings={column: str(label) for column, label in COLUMNS.items()},
    terms={
        (FacetKind.ROLE_KIND, "DFE"): "Digital forensic examiner",
        (FacetKind.ROLE_KIND, "SIM"): "Technical similarity assessor",
        (FacetKind.LICENCE, "attorney"): "Attorney at law",
    },
    regions={"KR-11": "Seoul", "KR-26": "Busan"},
    states={state: str(label) for state, label in STATE_WORDS.items()},
)
READING = reading_of([ENGLISH])
EXPERT = ExpertFacts(
    ministry_id=HOME,
    name_ko="윤슬기",
    name_en="Yun Seulgi",
    alias=None,
    birth_year=1978,
    email="yun@expert.example",
    phone="+82 10 0000 0000",
    region_code="KR-11",
    timezone="Asia/Seoul",
    language="ko",
    weekly_capacity_minutes=450,
    max_open_engagements=4,
    minimum_notice_minutes=90,
    facets=(
        FacetFacts(FacetKind.ROLE_KIND, "DFE", 2, SINCE, None, "certificate"),
        FacetFacts(FacetKind.ROLE_KIND, "SIM", 3, SINCE, dt.date(2027, 4, 1)),
        FacetFacts(FacetKind.LICENCE, "attorney", 2, dt.date(2020, 1, 1), dt.date(2024, 1, 1)),
    ),
    appointments=(AppointmentFacts(SINCE, dt.date(2028, 1, 22), "letter 1"),),
)


def cells(facts: ExpertFacts = EXPERT) -> dict[str, str]:
    return cells_of(facts, ExpertState.ACTIVE, ministry="MSS", wording=ENGLISH, today=TODAY)


def read(change: dict[str, str], before: ExpertFacts | None = EXPERT) -> Any:
    return read_row(change, before=before, ministry_id=HOME, reading=READING, today=TODAY)


def test_a_row_shows_names_levels_and_last_days() -> None:
    row = cells()

    assert row["role_kinds"] == "Technical similarity assessor:3:2027-03-31; Digital forensic examiner:2"
    assert row["licences"] == ""
    assert (row["weekly_hours"], row["notice_hours"]) == ("7.5", "1.5")
    assert (row["appointed_from"], row["appointed_through"]) == ("2026-01-22", "2028-01-21")


def test_reading_what_was_written_changes_nothing() -> None:
    row = read(cells())

    assert (row.faults, row.state) == ({}, ExpertState.ACTIVE)
    assert cells(row.facts) == cells()
    assert set(row.facts.facets) == set(EXPERT.facets)


def test_a_missing_column_leaves_its_fact() -> None:
    row = read({"email": "yun@expert.example", "region": "busan"})

    assert row.facts == dataclasses.replace(EXPERT, region_code="KR-26")


def test_an_empty_cell_clears_what_may_be_empty() -> None:
    row = read({"phone": "", "birth_year": "", "role_kinds": ""})

    assert (row.facts.phone, row.facts.birth_year) == (None, None)
    assert [facet.code for facet in row.facts.facets] == ["attorney"]


def test_codes_are_understood_as_well_as_names() -> None:
    row = read({"role_kinds": "sim:4"})

    assert [(f.code, f.level) for f in row.facts.facets if f.kind is FacetKind.ROLE_KIND] == [("SIM", 4)]


def test_a_facet_that_is_held_keeps_its_start_and_evidence() -> None:
    row = read({"role_kinds": "DFE:4"})

    assert FacetFacts(FacetKind.ROLE_KIND, "DFE", 4, SINCE, None, "certificate") in row.facts.facets


def test_a_new_facet_starts_today() -> None:
    row = read({"licences": "attorney"})

    assert FacetFacts(FacetKind.LICENCE, "attorney", 1, TODAY) in row.facts.facets


def test_a_term_that_starts_on_the_same_day_is_changed_not_doubled() -> None:
    row = read({"appointed_from": "2026-01-22", "appointed_through": "2026-12-31"})

    assert row.facts.appointments == (AppointmentFacts(SINCE, dt.date(2027, 1, 1), "letter 1"),)


def test_another_term_is_added() -> None:
    row = read({"appointed_from": "2028-01-22", "appointed_through": "2030-01-21", "appointment_basis": "2"})

    assert row.facts.appointments == (
        *EXPERT.appointments,
        AppointmentFacts(dt.date(2028, 1, 22), dt.date(2030, 1, 22), "2"),
    )


@pytest.mark.parametrize(
    ("column", "text"),
    [
        ("birth_year", "seventy"),
        ("birth_year", "٣"),
        ("max_open", "-1"),
        ("weekly_hours", "many"),
        ("weekly_hours", "nan"),
        ("weekly_hours", "1e999"),
        ("region", "Atlantis"),
        ("state", "asleep"),
        ("role_kinds", "Wizard:3"),
        ("role_kinds", "DFE"),
        ("role_kinds", "DFE:9"),
        ("role_kinds", "DFE:3:soon"),
        ("role_kinds", "DFE:3:2027-01-01:x"),
        ("appointed_from", "someday"),
        ("appointed_from", "9999-12-31"),
    ],
)
def test_a_faulty_cell_is_named_by_its_column(column: str, text: str) -> None:
    row = read({"appointed_through": "2028-01-21", "appointed_from": "2026-01-22"} | {column: text})

    assert set(row.faults) == {column}


def test_a_new_expert_needs_the_cells_nobody_can_guess() -> None:
    row = read({"email": "new@expert.example"}, before=None)

    assert set(row.faults) == {"name_ko", "name_en", "region", "weekly_hours", "max_open"}


def test_the_fault_of_a_facet_belongs_to_the_column_of_its_kind() -> None:
    assert column_of("facets.2", EXPERT) == "licences"
    assert column_of("weekly_capacity_minutes", EXPERT) == "weekly_hours"
    assert column_of("appointments.0", EXPERT) == "appointed_from"
