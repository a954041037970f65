"""Snapshots as text: strict in, canonical out, one digest for one content."""

import dataclasses
import json
import random
from pathlib import Path
from typing import Any

import pytest

from expertpool.refusals import Invalid
from expertpool.scheduling import snapshot as sn
from expertpool.scheduling.strict import plain
from tests.scheduling.boards import (
    agreement,
    arrangement,
    at,
    conflict,
    expert,
    need,
    realistic,
    required,
    role,
    seat,
    session,
    snapshot,
    span,
    team_rule,
)

EXAMPLE = Path(__file__).with_name("example_snapshot.json")


def full() -> sn.Snapshot:
    """A small board with something in every list."""
    return snapshot(
        [expert("ann", role("ATT"), firm="f"), expert("bob", ministry="KFTC", used_minutes={"2026-W36": 60})],
        [
            need(
                "n",
                [seat("s", required=(required("role_kind", "ATT"),)), seat("t")],
                [session("k", "s", "t")],
                team_rules=(team_rule("one_per_firm", "s", "t"),),
            )
        ],
        conflicts=(conflict("incident-n", "ann", "disclose"),),
        agreements=(agreement("KFTC", blackouts=(span(3, 0, 24),)),),
        fixed=arrangement({"s": "ann"}, {"k": at(0, 9)}),
        pins=(sn.Placement("t", "bob"),),
        seat_bans=(sn.Placement("t", "ann"),),
        need_bans=(sn.NeedBan("n", "ann"),),
        previous=arrangement({"t": "bob"}, {"k": at(0, 9)}),
    )


def test_text_and_records_say_the_same() -> None:
    board = sn.checked(full())

    assert sn.loads(sn.dumps(board)) == board


def test_a_realistic_board_survives_the_round_trip() -> None:
    board = realistic(experts=40, needs=2, seats=3)

    assert sn.dumps(sn.loads(sn.dumps(board))) == sn.dumps(board)


def test_the_order_of_lists_does_not_matter() -> None:
    board = realistic(experts=30, needs=3, seats=3)
    shuffled: dict[str, Any] = {}
    for field in ("experts", "needs", "conflicts", "agreements", "weeks", "months"):
        items = list(getattr(board, field))
        random.Random(1).shuffle(items)
        shuffled[field] = tuple(items)

    assert sn.digest(dataclasses.replace(board, **shuffled)) == sn.digest(board)


def test_touching_periods_are_one() -> None:
    split = snapshot([expert("ann", free=(span(0, 9, 12), span(0, 12, 18)))], [need("n", [seat("s")])])
    whole = snapshot([expert("ann", free=(span(0, 9, 18),))], [need("n", [seat("s")])])

    assert sn.digest(split) == sn.digest(whole)


def test_any_change_of_content_changes_the_digest() -> None:
    board = full()

    assert sn.digest(dataclasses.replace(board, seed=board.seed + 1)) != sn.digest(board)


def test_the_example_in_the_documentation_is_read() -> None:
    text = EXAMPLE.read_text(encoding="utf-8")

    assert json.loads(sn.dumps(sn.loads(text))) == json.loads(text)


@pytest.mark.parametrize("text", ["", "[", '{"format": 1, "format": 2}', "NaN"])
def test_what_is_not_json_is_refused(text: str) -> None:
    with pytest.raises(Invalid):
        sn.loads(text)


FAULTS: list[tuple[str, Any]] = [
    ("format", "expertpool.snapshot/2"),
    ("taken_at", "2026-08-30 15:00"),
    ("taken_at", "2027-08-30T15:00:00Z"),
    ("epoch", "yesterday"),
    ("horizon_minutes", 0),
    ("cell_minutes", 4),
    ("seed", -1),
    ("seed", True),
    ("policy.weights.unfilled", 0),
    ("policy.weights.lateness", 1.5),
    ("policy.version", ""),
    ("weeks[1].start", 100_000),
    ("weeks", []),
    ("months[1].label", "2026-09"),
    ("experts[1].id", "ann"),
    ("experts[0].id", "a\nb"),
    ("experts[0].active", 1),
    ("experts[0].facets[0].kind", "hobby"),
    ("experts[0].facets[0].level", 5),
    ("experts[0].free[0].end", 540),
    ("experts[0].free[0].end", 999_999_999),
    ("experts[0].used_minutes", {"2030-W01": 5}),
    ("experts[0].appointments[0].end", -10_000_000),
    ("conflicts[0].incident", "unknown"),
    ("conflicts[0].expert", "eve"),
    ("conflicts[0].tier", "fatal"),
    ("conflicts[0].waived", True),
    ("needs[0].urgency", 3),
    ("needs[0].deadline", 0),
    ("needs[0].seats", []),
    ("needs[0].seats[1].id", "s"),
    ("needs[0].sessions[0].windows", []),
    ("needs[0].sessions[0].windows[0].end", 30_000),
    ("needs[0].sessions[0].seats[0]", "unknown"),
    ("needs[0].sessions[0].seats[1]", "s"),
    ("needs[0].team_rules[0].count", 2),
    ("needs[0].team_rules[0].seats[0]", "unknown"),
    ("needs[0].team_rules[0].facets", [{"kind": "role_kind", "code": "ATT", "min_level": 1}]),
    ("agreements[0].borrower", "KFTC"),
    ("agreements[0].remaining_minutes", {"2026-09": 1}),
    ("fixed.engagements[0].seat", "unknown"),
    ("fixed.starts", []),
    ("fixed.starts[0].start", 20_100),
    ("pins[0].expert", "eve"),
    ("seat_bans[0].seat", "unknown"),
    ("need_bans[0].need", "unknown"),
    ("previous.starts[0].session", "unknown"),
]
ELSEWHERE = {  # where the fault shows if not at the field itself
    "weeks[1].start": "weeks[1].end",
    "experts[0].used_minutes": "experts[0].used_minutes.2030-W01",
    "needs[0].seats": "needs[0].seats",
    "fixed.starts": "fixed.engagements[0].seat",
    "needs[0].sessions[0].windows[0].end": "needs[0].sessions[0].windows[0].end",
    "agreements[0].borrower": "agreements[0].borrower",
}


def _put(content: Any, path: str, value: Any) -> None:
    """Set the value at a path such as `experts[0].id`."""
    keys = [int(key) if key.isdigit() else key for key in path.replace("[", ".").replace("]", "").split(".")]
    for key in keys[:-1]:
        content = content[key]
    content[keys[-1]] = value


@pytest.mark.parametrize(("path", "value"), FAULTS, ids=[f"{path} {value}"[:60] for path, value in FAULTS])
def test_a_fault_is_refused_under_its_path(path: str, value: Any) -> None:
    content = plain(full())
    _put(content, path, value)

    with pytest.raises(Invalid) as refusal:
        sn.loads(json.dumps(content))

    assert ELSEWHERE.get(path, path) in refusal.value.fields


def test_unknown_and_missing_fields_are_named() -> None:
    content = plain(full())
    content["colour"] = "red"
    del content["experts"][0]["region"]

    with pytest.raises(Invalid) as refusal:
        sn.loads(json.dumps(content))

    assert set(refusal.value.fields) == {"colour", "experts[0].region"}


def test_records_built_in_memory_are_held_to_the_same_rules() -> None:
    with pytest.raises(Invalid) as refusal:
        sn.checked(dataclasses.replace(full(), cell_minutes=0, seed=-1))

    assert set(refusal.value.fields) == {"cell_minutes", "seed"}


def test_one_expert_is_not_fixed_on_two_seats_of_a_need() -> None:
    board = dataclasses.replace(full(), fixed=arrangement({"s": "ann", "t": "ann"}, {"k": at(0, 9)}))

    with pytest.raises(Invalid) as refusal:
        sn.checked(board)

    assert "fixed.engagements[1].expert" in refusal.value.fields
