"""Rows of a table of ties."""

import datetime as dt

import pytest

from expertpool.conflicts.rules.records import TieFacts
from expertpool.conflicts.rules.tie_table import COLUMNS, differing, figures, read_tie_row
from expertpool.conflicts.rules.vocabulary import Kinship, RelationType

TODAY = dt.date(2026, 9, 1)
TO_FIRM = {"organisation": "도담정밀", "type": "shareholder"}
TO_PERSON = {"type": "co_author", "person": "마루한"}


def test_every_cell_of_a_row_reaches_the_tie() -> None:
    cells = TO_FIRM | {
        "kinship": "spouse",
        "unit": "소재연구실",
        "amount_won": "30,000,000",
        "share_percent": "12.5",
        "capital_percent": "50%",
        "group_size": "4",
        "case_number": "EP-2026-000123",
    }

    row, faults = read_tie_row(cells, today=TODAY)

    assert faults == {}
    assert row is not None
    assert row.facts == TieFacts(
        type=RelationType.SHAREHOLDER,
        kinship=Kinship.SPOUSE,
        unit="소재연구실",
        amount_won=30_000_000,
        share_basis_points=1_250,
        capital_basis_points=5_000,
        group_size=4,
    )
    assert row.case_number == "EP-2026-000123"


def test_a_row_may_lead_to_a_person() -> None:
    row, faults = read_tie_row(TO_PERSON | {"person_birth_year": "1980", "group_size": "5"}, today=TODAY)

    assert faults == {}
    assert row is not None
    assert (row.person, row.birth_year) == ("마루한", 1980)


@pytest.mark.parametrize(
    ("cells", "column"),
    [
        (TO_FIRM | {"amount_won": "3 Mio"}, "amount_won"),
        (TO_FIRM | {"amount_won": "1,5"}, "amount_won"),
        (TO_FIRM | {"amount_won": "9" * 18}, "amount_won"),
        (TO_FIRM | {"share_percent": "101"}, "share_percent"),
        (TO_FIRM | {"capital_percent": "-1"}, "capital_percent"),
        (TO_FIRM | {"group_size": "0"}, "group_size"),
        (TO_FIRM | {"unit": "가" * 121}, "unit"),
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


def test_a_row_says_what_it_says_and_empty_cells_nothing() -> None:
    on_record = figures(TieFacts(type=RelationType.SHAREHOLDER, amount_won=5, share_basis_points=100))
    row = figures(TieFacts(type=RelationType.SHAREHOLDER, share_basis_points=200))

    assert set(differing(row, on_record)) == {"share_percent"}
