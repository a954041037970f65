"""The command that screens a case from a file, without a database."""

import contextlib
import json
import tomllib
from importlib import resources
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from click.testing import CliRunner, Result

from expertpool.cli import main
from expertpool.conflicts import packs
from expertpool.conflicts.rules.case_file import case_file_from_plain, case_schema

CASE: dict[str, Any] = {
    "case": {"id": 1, "reference": "2026-0001"},
    "parties": [
        {
            "id": 1,
            "subject": "organisation:1",
            "side": "complainant",
            "kind": "party",
            "added_on": "2026-08-20",
        }
    ],
    "experts": [{"ref": "expert:1", "name_ko": "나루온", "name_en": "Na Ruon"}],
    "organisations": [{"ref": "organisation:1", "name_ko": "도담정밀", "name_en": "Dodam Precision"}],
    "relations": [
        {
            "id": 1,
            "holder": "expert:1",
            "type": "employee",
            "target": "organisation:1",
            "since": "2010-03",
            "until": "2024-09-01",
        }
    ],
}


def screened(folder: Path, *options: str, text: str | None = None) -> Result:
    file = folder / "case.json"
    file.write_text(text if text is not None else json.dumps(CASE), encoding="utf-8")
    return CliRunner().invoke(main, ["conflicts", "screen", str(file), *options])


def test_findings_come_as_json_for_every_role(tmp_path: Path) -> None:
    said = json.loads(screened(tmp_path, "--on", "2026-09-01").stdout)

    assert [(one["role_class"], one["tier"]) for one in said] == [
        ("ADJ", "bar"),
        ("INV", "waivable"),
        ("SUP", "waivable"),
    ]
    assert [step["ref"] for step in said[0]["findings"][0]["path"]] == ["expert:1", "organisation:1"]


@pytest.mark.parametrize(("language", "words"), [("ko", "결과: 제척"), ("en", "Result: Barred")])
def test_findings_come_in_words(tmp_path: Path, language: str, words: str) -> None:
    said = screened(tmp_path, "--on", "2026-09-01", "--role", "ADJ", "--words", language).stdout

    assert words in said
    assert "R09" in said


def test_the_file_may_say_role_day_and_rules_and_options_go_before_it(tmp_path: Path) -> None:
    asked = CASE | {"on": "2026-09-01", "role_class": "ADJ", "pack": "2027-07-draft"}
    asked["relations"] = [asked["relations"][0] | {"until": "2024-08-31"}]

    by_file = json.loads(screened(tmp_path, text=json.dumps(asked)).stdout)
    by_options = json.loads(
        screened(tmp_path, "--role", "INV", "--pack", "2026-01", text=json.dumps(asked)).stdout
    )

    assert [(one["role_class"], one["tier"], one["pack"]) for one in by_file] == [
        ("ADJ", "bar", "2027-07-draft")
    ]
    assert [(one["role_class"], one["tier"], one["pack"]) for one in by_options] == [
        ("INV", "disclose", "2026-01")
    ]


def test_the_file_may_bring_its_own_rules(tmp_path: Path) -> None:
    rules = tomllib.loads(resources.files(packs).joinpath("2026-01.toml").read_text(encoding="utf-8"))
    rules["rules"]["R09"]["bands"][0]["ADJ"] = "disclose"
    rules |= {"version": "ours", "effective_from": "2020-01-01"}
    asked = CASE | {"on": "2026-09-01", "role_class": "ADJ", "pack": rules}

    (found,) = json.loads(screened(tmp_path, text=json.dumps(asked)).stdout)

    assert (found["pack"], found["tier"]) == ("ours", "disclose")


@pytest.mark.parametrize(
    "change",
    [{"on": 5}, {"on": "yesterday"}, {"role_class": "JUDGE"}, {"pack": []}, {"pack": {}}, {"pack": "1999"}],
)
def test_an_unusable_question_in_the_file_is_refused(tmp_path: Path, change: dict[str, object]) -> None:
    result = screened(tmp_path, text=json.dumps(CASE | {"on": "2026-09-01"} | change))

    assert result.exit_code == 1
    assert "Traceback" not in result.output


_TIE, _PARTY, _EXPERT, _FIRM = (
    CASE[name][0] for name in ("relations", "parties", "experts", "organisations")
)

_BOUND = {"id": 1, "expert": "expert:1"}
_LEFT = _BOUND | {"recused_on": "2026-08-20"}
_SAID = _BOUND | {"answer": "none", "answered_on": "2026-08-20"}


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"relations": [_TIE | {"target": "organisation:9"}]}, "there is no row for organisation:9"),
        ({"relations": [_TIE | {"holder": "expert:9"}]}, "there is no row for expert:9"),
        ({"parties": [_PARTY | {"subject": "organisation:9"}]}, "there is no row for organisation:9"),
        ({"aliases": [{"organisation": "organisation:9", "name": "도담"}]}, "there is no row"),
        ({"experts": [_EXPERT, _EXPERT]}, "two rows for expert:1"),
        ({"relations": [_TIE, _TIE]}, "two rows have one id"),
        ({"linked": [{"id": 2}, {"id": 2}]}, "linked: two rows have one id"),
        ({"recusals": [_LEFT, _LEFT]}, "recusals: two rows have one id"),
        ({"secrecies": [_BOUND, _BOUND]}, "secrecies: two rows have one id"),
        ({"declarations": [_SAID, _SAID]}, "declarations: two rows have one id"),
        ({"organisations": [_FIRM, _FIRM | {"ref": "person:1"}]}, "person:1 is no organisation"),
        ({"relations": [_TIE | {"until": "2009-12-31"}]}, "lies before since"),
        ({"relations": [_TIE | {"until": "2024-08-31-01"}]}, "is no day, month or year"),
        ({"relations": [_TIE | {"until": "0"}]}, "is no day, month or year"),
        ({"relations": [_TIE | {"share_bp": -3000}]}, "an amount is nothing or more"),
        ({"relations": [_TIE | {"share_bp": 10_001}]}, "a share is 10 000 basis points at most"),
        ({"relations": [_TIE | {"capital_bp": 10_001}]}, "a share is 10 000 basis points at most"),
        ({"organisations": [_FIRM | {"name_en": "a" + " co" * 200}]}, "longer than 400 characters"),
        ({"organisations": [_FIRM | {"name_en": "a\x1b[2J"}]}, "control characters"),
        ({"on": "2026-W36-2"}, "is no day"),
        ({"on": "9999-12-31"}, "the day lies between"),
        (
            {"ownerships": [{"id": 1, "parent": "expert:1", "child": "organisation:1", "share_bp": 6000}]},
            "experts hold by a relation",
        ),
    ],
)
def test_rows_that_do_not_hang_together_are_refused_and_never_read_as_clear(
    tmp_path: Path, change: dict[str, object], said: str
) -> None:
    result = screened(tmp_path, text=json.dumps(CASE | {"on": "2026-09-01"} | change))

    assert result.exit_code == 1
    assert said in result.output


@pytest.mark.parametrize("where", ["", '"case": {"id": 1, "id": 2, "reference": "2026-0001"}, '])
def test_a_name_given_twice_is_refused_and_neither_is_read_alone(tmp_path: Path, where: str) -> None:
    twice = "{" + where + '"relations": [], ' + json.dumps(CASE)[1:]

    result = screened(tmp_path, "--on", "2026-09-01", text=twice)

    assert result.exit_code == 1
    assert "stands there twice" in result.output


def test_a_file_nested_without_end_is_refused_and_one_with_a_byte_order_mark_is_read(tmp_path: Path) -> None:
    nested = screened(tmp_path, text="[" * 100_000)
    marked = screened(tmp_path, "--on", "2026-09-01", text="\ufeff" + json.dumps(CASE))

    assert (nested.exit_code, marked.exit_code) == (1, 0)
    assert "nested too deeply" in nested.output


@pytest.mark.parametrize(("rule", "table"), [("R06", {"share_bp": "much"}), ("R09", {"bands": []})])
def test_rules_of_ones_own_that_lack_a_part_are_refused(
    tmp_path: Path, rule: str, table: dict[str, object]
) -> None:
    rules = tomllib.loads(resources.files(packs).joinpath("2026-01.toml").read_text(encoding="utf-8"))
    rules["rules"][rule] |= table
    rules |= {"version": "ours", "effective_from": "2020-01-01"}

    result = screened(tmp_path, text=json.dumps(CASE | {"on": "2026-09-01", "pack": rules}))

    assert result.exit_code == 1
    assert "Traceback" not in result.output


def test_a_file_without_a_day_is_refused(tmp_path: Path) -> None:
    assert screened(tmp_path).exit_code == 1


def test_the_schema_beside_the_docs_is_the_one_of_the_reader() -> None:
    kept = Path(__file__).parents[3] / "docs/formats/conflict-case.schema.json"

    printed = CliRunner().invoke(main, ["conflicts", "schema"]).stdout

    assert json.loads(printed) == json.loads(kept.read_text(encoding="utf-8"))


@pytest.mark.parametrize(
    ("change", "fits"),
    [
        ({}, True),
        ({"on": "2026-09-01", "role_class": "SUP", "pack": "2026-01"}, True),
        ({"on": "1 September"}, False),
        ({"pack": {"version": "1"}}, False),
        ({"nonsense": 1}, False),
        ({"experts": [{"ref": "somebody:1"}]}, False),
        ({"case": {"id": 1}}, False),
    ],
)
def test_the_schema_takes_what_the_reader_takes(change: dict[str, object], fits: bool) -> None:
    plain = CASE | change

    assert jsonschema.Draft202012Validator(case_schema()).is_valid(plain) is fits
    with contextlib.nullcontext() if fits else pytest.raises(ValueError, match=r"."):
        case_file_from_plain(plain)


def test_a_rule_pack_fits_the_schema() -> None:
    rules = tomllib.loads(resources.files(packs).joinpath("2027-07-draft.toml").read_text(encoding="utf-8"))
    plain = CASE | {"pack": rules | {"effective_from": "2027-07-01"}}

    assert jsonschema.Draft202012Validator(case_schema()).is_valid(plain)
    assert case_file_from_plain(plain).pack == packs.pack_named("2027-07-draft")


@pytest.mark.parametrize(
    ("text", "on"), [("[]", "2026-09-01"), ("{", "2026-09-01"), ("{}", "2026-09-01"), (None, "1999-01-01")]
)
def test_what_cannot_be_screened_is_refused_in_a_sentence(tmp_path: Path, text: str | None, on: str) -> None:
    result = screened(tmp_path, "--on", on, text=text)

    assert result.exit_code == 1
    assert "Traceback" not in result.output
