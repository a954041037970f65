"""Rules of the house that no other tool checks."""

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po

ROOT = Path(__file__).resolve().parents[2]
CODE = sorted(
    path
    for folder in ("expertpool", "tests", "bench", "migrations")
    for path in (ROOT / folder).rglob("*.py")
    if "vendor" not in path.parts
)
LINES_OF_A_FILE = 400
LINES_OF_A_FUNCTION = 40


@pytest.mark.parametrize("path", CODE, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_file_stays_under_400_lines(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) < LINES_OF_A_FILE


def _functions(path: Path) -> list[ast.FunctionDef | ast.AsyncFunctionDef]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]


def test_a_function_stays_under_40_lines() -> None:
    long = [
        f"{path.relative_to(ROOT)}:{function.lineno} {function.name}"
        for path in CODE
        # Migrations list columns and tests list cases; neither hides a decision in its length.
        if path.is_relative_to(ROOT / "expertpool")
        for function in _functions(path)
        if (function.end_lineno or 0) - function.lineno + 1 > LINES_OF_A_FUNCTION
    ]

    assert long == []


def _catalogue() -> Catalog:
    path = ROOT / "expertpool/translations/ko/LC_MESSAGES/messages.po"
    with path.open("rb") as file:
        return read_po(file, locale="ko")


def test_every_sentence_has_korean_with_the_same_fields() -> None:
    faults = []
    for message in _catalogue():
        if not message.id:
            continue
        english = message.id if isinstance(message.id, str) else message.id[0]
        korean = message.string if isinstance(message.string, str) else (message.string or [""])[0]
        field = re.compile(r"%\((\w+)\)[sd]")
        if not korean or set(field.findall(english)) != set(field.findall(korean)):
            faults.append(english)

    assert faults == []


def test_no_korean_sentence_uses_a_banned_phrase() -> None:
    banned = re.compile(r"을\(를\)|이\(가\)|은\(는\)|오류가 발생했습니다|하십시오")
    faults = [str(message.string) for message in _catalogue() if banned.search(str(message.string))]

    assert faults == []


def test_the_catalogue_holds_exactly_the_sentences_of_the_code(tmp_path: Path) -> None:
    extracted = tmp_path / "messages.pot"
    command = [sys.executable, "-m", "babel.messages.frontend", "--quiet", "extract", "-F", "babel.cfg"]
    command += ["-k", "words", "-k", "gettext", "-k", "_", "--no-location", "-o", str(extracted), "."]
    subprocess.run(command, cwd=ROOT, check=True)
    with extracted.open("rb") as file:
        in_code = {message.id for message in read_po(file) if message.id}

    in_catalogue = {message.id for message in _catalogue() if message.id}

    assert in_code == in_catalogue


def test_no_committed_file_names_a_package_registry() -> None:
    files = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True).stdout
    host = re.compile(rb"https?://[\w.-]*(pypi|pythonhosted|npmjs|registry\.|debian)[\w.-]*", re.IGNORECASE)
    named = [
        name.decode()
        for name in files.split(b"\0")
        if name and (ROOT / name.decode()).is_file() and host.search((ROOT / name.decode()).read_bytes())
    ]

    assert named == []
