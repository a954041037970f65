"""The command that screens a case from a file, without a database."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from expertpool.cli import main

CASE = {
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


@pytest.mark.parametrize(
    ("text", "on"), [("[]", "2026-09-01"), ("{", "2026-09-01"), ("{}", "2026-09-01"), (None, "1999-01-01")]
)
def test_what_cannot_be_screened_is_refused_in_a_sentence(tmp_path: Path, text: str | None, on: str) -> None:
    result = screened(tmp_path, "--on", on, text=text)

    assert result.exit_code == 1
    assert "Traceback" not in result.output
