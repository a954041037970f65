"""A row of a table of ties: its columns, and what can be read from its cells."""

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import TypeVar

from expertpool.conflicts.rules.dates import UNKNOWN_DAY, ImpreciseDate
from expertpool.conflicts.rules.records import TieFacts, tie_faults, whom_faults
from expertpool.conflicts.rules.vocabulary import Kinship, RelationType
from expertpool.words import Words, words

T = TypeVar("T", bound=StrEnum)
COLUMNS: Mapping[str, tuple[Words, str]] = {
    "expert_email": (words("E-mail address of the expert"), "hong@expert.example"),
    "organisation": (words("Registration number or whole name; empty for a tie to a person"), "101-00-00002"),
    "type": (words("Kind of tie, by its code"), "employee"),
    "kinship": (words("Whose tie it is; empty: the expert's own"), "spouse"),
    "since": (words("First day, month or year"), "2019-03"),
    "until": (words("Last day, month or year, or unknown; empty: it goes on"), "2024-08-31"),
    "rank": (words("Post or title"), "수석연구원"),
    "unit": (words("Smallest unit: team, laboratory, department"), "소재연구실"),
    "amount_won": (words("Amount in won"), "30000000"),
    "share_percent": (words("Share in percent"), "12.5"),
    "capital_percent": (words("Part of the capital in percent"), "50"),
    "group_size": (words("How many authors or board members"), "4"),
    "person": (words("The person the tie leads to, instead of an organisation"), "마루한"),
    "person_birth_year": (words("Year of birth of the person"), "1980"),
    "case_number": (words("Receipt number of the case the tie was about"), "EP-2026-000123"),
    "evidence": (words("How it can be checked"), "경력증명서"),
}
"""What each column holds, and an example; experts leave the first out of tables of their own ties."""
NEEDED = frozenset({"expert_email", "type"})
_LONGEST = {"rank": 60, "unit": 120, "person": 80, "case_number": 24, "evidence": 400}
_WHOLE = re.compile(r"[0-9]{1,18}|[0-9]{1,3}(?:,[0-9]{3}){1,5}")
_PERCENT = re.compile(r"[0-9]{1,3}(?:\.[0-9]{1,2})?%?")


@dataclass(frozen=True, slots=True)
class TieRow:
    """What a row says, still without which expert, organisation and case it means.

    An empty `person` leads to the organisation; an empty `case_number` is about no case.
    """

    facts: TieFacts
    person: str
    birth_year: int | None
    case_number: str


def read_tie_row(cells: Mapping[str, str], *, today: dt.date) -> tuple[TieRow | None, dict[str, Words]]:
    """What the cells say, or None, and what is wrong in which column."""
    faults: dict[str, Words] = {}
    for column, most in _LONGEST.items():
        if len(cells.get(column, "")) > most:
            faults[column] = words("Write at most %(most)s characters.", most=most)
    kind = _one_of(RelationType, cells, "type", faults)
    kinship = _one_of(Kinship, cells, "kinship", faults, default=Kinship.SELF)
    numbers = _numbers(cells, faults)
    since = _date(cells.get("since") or "unknown", "since", faults)
    until = _date(cells["until"], "until", faults) if cells.get("until") else None
    if kind is None or kinship is None or faults:
        return None, faults
    facts = TieFacts(
        type=kind,
        kinship=kinship,
        since=since,
        until=until,
        rank=cells.get("rank", ""),
        unit=cells.get("unit", ""),
        amount_won=numbers["amount_won"],
        share_basis_points=numbers["share_percent"],
        capital_basis_points=numbers["capital_percent"],
        group_size=numbers["group_size"],
        evidence=cells.get("evidence", ""),
    )
    person, year = cells.get("person", "").strip(), numbers["person_birth_year"]
    named = bool(cells.get("organisation", "").strip())
    faults |= tie_faults(facts, today=today)
    faults |= whom_faults(facts, person=person, birth_year=year, organisation_named=named)
    return None if faults else TieRow(facts, person, year, cells.get("case_number", "").strip()), faults


def figures(facts: TieFacts) -> Mapping[str, object]:
    """What a tie says beyond whom it binds and since when, by column."""
    return {
        "unit": facts.unit.strip() or None,
        "amount_won": facts.amount_won,
        "share_percent": facts.share_basis_points,
        "capital_percent": facts.capital_basis_points,
        "group_size": facts.group_size,
    }


def differing(said: Mapping[str, object], known: Mapping[str, object]) -> dict[str, Words]:
    """What a row says otherwise than the same tie on record, by column; empty cells say nothing."""
    sentence = words("The tie is on record with something else here. Have it settled, or leave this empty.")
    return {key: sentence for key, value in said.items() if value is not None and value != known[key]}


def _numbers(cells: Mapping[str, str], faults: dict[str, Words]) -> Mapping[str, int | None]:
    """Won, basis points, people and years; None for an empty cell."""
    read: dict[str, int | None] = {}
    for column in ("amount_won", "group_size", "person_birth_year"):
        text, read[column] = cells.get(column, "").strip(), None
        if _WHOLE.fullmatch(text):
            read[column] = int(text.replace(",", ""))
        elif text:
            faults[column] = words("Write a whole number, such as 30000000.")
    for column in ("share_percent", "capital_percent"):
        text, read[column] = cells.get(column, "").strip(), None
        if _PERCENT.fullmatch(text) and Decimal(text.rstrip("%")) <= 100:
            read[column] = int(Decimal(text.rstrip("%")) * 100)
        elif text:
            faults[column] = words("Write percent between 0 and 100, such as 12.5.")
    return read


def _date(text: str, column: str, faults: dict[str, Words]) -> ImpreciseDate:
    try:
        return ImpreciseDate.parse(text)
    except ValueError:
        faults[column] = words("Write the date as 2024-08-31, 2024-08, 2024 or unknown.")
        return UNKNOWN_DAY


def _one_of(
    kind: type[T], cells: Mapping[str, str], column: str, faults: dict[str, Words], default: T | None = None
) -> T | None:
    written = cells.get(column, "")
    if not written and default is not None:
        return default
    try:
        return kind(written)
    except ValueError:
        faults[column] = words("Write one of: %(known)s.", known=", ".join(kind))
        return None
