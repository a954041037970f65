"""Rows of a table of ties."""

import datetime as dt
from dataclasses import replace
from typing import Any

import pytest

from expertpool.conflicts.rules.dates import UNKNOWN_DAY, ImpreciseDate
from expertpool.conflicts.rules.records import TieFacts
from expertpool.conflicts.rules.tie_table import COLUMNS, TieRow, differing, figures, read_tie_row
from expertpool.conflicts.rules.vocabulary import Kinship, RelationType

TODAY = dt.date(2026, 9, 1)
TO_FIRM = {"organisation": "도담정밀", "type": "shareholder"}
TO_PERSON = {"type": "co_author", "person": "마루한"}


def test_every_cell_of_a_row_reaches_the_tie() -> None:
    cells = TO_FIRM | {
        "kinship": "spouse",
        "since": "2019-03",
        "until": "2024-08-31",
        "rank": "수석연구원",
        "unit": "소재연구실",
        "amount_won": " 30,000,000 ",
        "share_percent": " 12.5 ",
        "capital_percent": "50%",
        "group_size": "4",
        "case_number": " EP-2026-000123 ",
        "evidence": "경력증명서",
    }

    row, faults = read_tie_row(cells, today=TODAY)

    assert faults == {}
    facts = TieFacts(
        type=RelationType.SHAREHOLDER,
        kinship=Kinship.SPOUSE,
        since=ImpreciseDate(2019, 3),
        until=ImpreciseDate(2024, 8, 31),
        rank="수석연구원",
        unit="소재연구실",
        amount_won=30_000_000,
        share_basis_points=1_250,
        capital_basis_points=5_000,
        group_size=4,
        evidence="경력증명서",
    )
    assert row == TieRow(facts, person="", birth_year=None, case_number="EP-2026-000123")


def test_a_row_needs_no_more_than_a_kind_and_whom() -> None:
    row, faults = read_tie_row(TO_FIRM, today=TODAY)

    assert faults == {}
    assert row == TieRow(TieFacts(type=RelationType.SHAREHOLDER), "", None, "")


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        ({"until": "unknown"}, {"until": UNKNOWN_DAY}),
        ({"since": "unknown"}, {"since": UNKNOWN_DAY}),
        ({"since": "2026-09-01"}, {"since": ImpreciseDate(2026, 9, 1)}),
        ({"share_percent": "100"}, {"share_basis_points": 10_000}),
        ({"share_percent": "0.01%"}, {"share_basis_points": 1}),
        ({"capital_percent": "0"}, {"capital_basis_points": 0}),
        ({"amount_won": "0"}, {"amount_won": 0}),
        ({"amount_won": "1,000"}, {"amount_won": 1_000}),
        ({"amount_won": "1,000,000,000,000,000"}, {"amount_won": 10**15}),
        ({"rank": "가" * 60}, {"rank": "가" * 60}),
        ({"unit": "가" * 120}, {"unit": "가" * 120}),
        ({"evidence": "가" * 400}, {"evidence": "가" * 400}),
    ],
)
def test_a_cell_is_read_up_to_its_end(cells: dict[str, str], expected: dict[str, Any]) -> None:
    row, faults = read_tie_row(TO_FIRM | cells, today=TODAY)

    assert faults == {}
    assert row is not None
    assert row.facts == replace(TieFacts(type=RelationType.SHAREHOLDER), **expected)


def test_a_row_may_lead_to_a_person() -> None:
    cells = TO_PERSON | {
        "person": " 마루한 ",
        "organisation": " ",
        "person_birth_year": "1980",
        "group_size": "5",
    }

    row, faults = read_tie_row(cells, today=TODAY)

    assert faults == {}
    assert row == TieRow(TieFacts(type=RelationType.CO_AUTHOR, group_size=5), "마루한", 1980, "")


@pytest.mark.parametrize(
    ("cells", "column"),
    [
        (TO_FIRM | {"amount_won": "3 Mio"}, "amount_won"),
        (TO_FIRM | {"amount_won": "1,5"}, "amount_won"),
        (TO_FIRM | {"amount_won": "9" * 18}, "amount_won"),
        (TO_FIRM | {"share_percent": "101"}, "share_percent"),
        (TO_FIRM | {"capital_percent": "-1"}, "capital_percent"),
        (TO_FIRM | {"group_size": "0"}, "group_size"),
        (TO_FIRM | {"share_percent": "100.01"}, "share_percent"),
        (TO_FIRM | {"share_percent": "1.125"}, "share_percent"),
        (TO_FIRM | {"capital_percent": "half"}, "capital_percent"),
        (TO_FIRM | {"rank": "가" * 61}, "rank"),
        (TO_FIRM | {"unit": "가" * 121}, "unit"),
        (TO_FIRM | {"evidence": "가" * 401}, "evidence"),
        (TO_FIRM | {"case_number": "1" * 25}, "case_number"),
        (TO_PERSON | {"person": "가" * 81}, "person"),
        (TO_FIRM | {"since": "soon"}, "since"),
        (TO_FIRM | {"since": "2026-09-02"}, "since"),
        (TO_FIRM | {"until": "2024-13"}, "until"),
        (TO_FIRM | {"since": "2020", "until": "2019"}, "until"),
        (TO_FIRM | {"kinship": "cousin"}, "kinship"),
        (TO_FIRM | {"type": "friend"}, "type"),
        ({"organisation": "도담정밀"}, "type"),
        (TO_PERSON | {"organisation": "도담정밀"}, "person"),
        (TO_FIRM | {"person": "마루한"}, "person"),
        (TO_FIRM | {"type": "teacher"}, "person"),
        (TO_PERSON | {"kinship": "spouse"}, "person"),
        (TO_PERSON | {"person_birth_year": "80"}, "person_birth_year"),
    ],
)
def test_what_cannot_be_kept_is_said_at_its_column(cells: dict[str, str], column: str) -> None:
    row, faults = read_tie_row(cells, today=TODAY)

    assert row is None
    assert set(faults) == {column} <= set(COLUMNS)


def test_everything_that_is_wrong_is_said_at_once() -> None:
    cells = {"type": "friend", "kinship": "cousin", "since": "soon", "until": "late", "rank": "가" * 61}

    _row, faults = read_tie_row(cells | {"group_size": "some", "share_percent": "half"}, today=TODAY)

    assert {column: str(said) for column, said in faults.items()} == {
        "type": f"Write one of: {', '.join(RelationType)}.",
        "kinship": f"Write one of: {', '.join(Kinship)}.",
        "since": "Write the date as 2024-08-31, 2024-08, 2024 or unknown.",
        "until": "Write the date as 2024-08-31, 2024-08, 2024 or unknown.",
        "rank": "Write at most 60 characters.",
        "group_size": "Write a whole number, such as 30000000.",
        "share_percent": "Write percent between 0 and 100, such as 12.5.",
    }


def test_figures_stand_under_their_columns() -> None:
    facts = TieFacts(
        type=RelationType.SHAREHOLDER,
        unit=" 소재연구실 ",
        amount_won=1,
        share_basis_points=2,
        capital_basis_points=3,
        group_size=4,
    )

    assert figures(facts) == {
        "unit": "소재연구실",
        "amount_won": 1,
        "share_percent": 2,
        "capital_percent": 3,
        "group_size": 4,
    }
    assert figures(TieFacts(type=RelationType.SHAREHOLDER, unit=" "))["unit"] is None


def test_a_row_says_what_it_says_and_empty_cells_nothing() -> None:
    on_record = {"unit": "소재연구실", "amount_won": 5, "share_percent": 100, "group_size": 4}
    row = {"unit": None, "amount_won": 0, "share_percent": 200, "group_size": 4}

    assert set(differing(row, on_record)) == {"amount_won", "share_percent"}
