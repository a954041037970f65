"""The format pages say what the code does."""

import dataclasses
import re
from pathlib import Path
from typing import Any

import pytest

from expertpool.scheduling import plan as plans
from expertpool.scheduling.snapshot import model
from expertpool.scheduling.vocabulary import Part, Rule, TeamRuleKind

FORMATS = Path(__file__).parents[2] / "docs" / "formats"
SNAPSHOT_PAGE = (FORMATS / "snapshot.md").read_text(encoding="utf-8")
PLAN_PAGE = (FORMATS / "plan.md").read_text(encoding="utf-8")


def records(module: Any) -> list[Any]:
    """The dataclasses a module defines."""
    found = [one for one in vars(module).values() if isinstance(one, type) and dataclasses.is_dataclass(one)]
    return [one for one in found if one.__module__ == module.__name__]


@pytest.mark.parametrize(
    ("page", "record"),
    [(SNAPSHOT_PAGE, one) for one in records(model)] + [(PLAN_PAGE, one) for one in records(plans)],
    ids=lambda value: value.__name__ if isinstance(value, type) else "",
)
def test_every_field_is_on_its_page(page: str, record: Any) -> None:
    named = set(re.findall(r"`(\w+)`", page))

    assert {field.name for field in dataclasses.fields(record)} - named == set()


def test_the_pages_name_every_weight_and_team_rule() -> None:
    first_cells = set(re.findall(r"^\| `(\w+)` \|", SNAPSHOT_PAGE, re.MULTILINE))

    assert {part.value for part in Part} | {kind.value for kind in TeamRuleKind} <= first_cells


def test_the_table_of_rules_is_the_vocabulary() -> None:
    rows = re.findall(r"^\| ([A-Z]+-\d\d) \| (\w+) \|", PLAN_PAGE, re.MULTILINE)

    assert rows == [(rule.value, rule.code) for rule in Rule]
