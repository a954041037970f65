"""Files as tables: both formats, the encodings of Korean Excel, and everything a hostile file may try."""

import datetime as dt
import io
import zipfile
from collections.abc import Callable

import openpyxl
import pytest

from expertpool.experts.service import csv_bytes, read_table, xlsx_bytes
from expertpool.experts.service.sheets import MOST_ROWS
from expertpool.refusals import Invalid

MOST_BYTES = 5 * 1024 * 1024
LINES = [["email", "phone", "note"], ["a@b.example", "+82 10 1234", "=1+1"], ["가@나.example", "", "-"]]


@pytest.mark.parametrize("write", [csv_bytes, xlsx_bytes], ids=["csv", "xlsx"])
def test_what_is_written_is_read_again(write: Callable[[list[list[str]]], bytes]) -> None:
    table = read_table(write(LINES), most_bytes=MOST_BYTES)

    assert table.headings == ("email", "phone", "note")
    padded = [[*cells, "", ""][:3] for _, cells in table.rows]
    assert padded == LINES[1:]


def test_csv_opens_in_korean_excel_and_disarms_formulas() -> None:
    content = csv_bytes(LINES)

    assert content.startswith(b"\xef\xbb\xbf")
    assert b"'=1+1" in content
    assert b"'+82" in content


def test_a_workbook_holds_text_where_a_formula_could_stand() -> None:
    book = openpyxl.load_workbook(io.BytesIO(xlsx_bytes(LINES)))

    cell = book.worksheets[0]["C2"]
    assert (cell.value, cell.data_type, cell.quotePrefix) == ("=1+1", "s", True)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp949"])
def test_korean_is_read_in_each_of_the_usual_encodings(encoding: str) -> None:
    table = read_table("이메일,이름\r\na@b.example,윤슬기\r\n".encode(encoding), most_bytes=MOST_BYTES)

    assert table.headings == ("이메일", "이름")
    assert table.rows == ((2, ("a@b.example", "윤슬기")),)


def test_rows_keep_their_number_when_blank_lines_are_skipped() -> None:
    table = read_table(b"email\n\n,,\na@b.example\n", most_bytes=MOST_BYTES)

    assert table.rows == ((4, ("a@b.example",)),)


def test_dates_and_numbers_of_a_workbook_become_text() -> None:
    book = openpyxl.Workbook()
    book.active.append(["email", "year", "from"])  # type: ignore[union-attr] # a fresh workbook has a sheet
    book.active.append(["a@b.example", 1978, dt.datetime(2026, 1, 22)])  # type: ignore[union-attr]
    target = io.BytesIO()
    book.save(target)

    table = read_table(target.getvalue(), most_bytes=MOST_BYTES)

    assert table.rows == ((2, ("a@b.example", "1978", "2026-01-22")),)


def _bomb() -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as parts:
        parts.writestr("xl/worksheets/sheet1.xml", b"0" * (65 * 1024 * 1024))
    return target.getvalue()


def _many_parts() -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as parts:
        for number in range(300):
            parts.writestr(f"part{number}", b"")
    return target.getvalue()


def _workbook_with(sheet: bytes) -> bytes:
    """A workbook whose only sheet says `sheet`."""
    source = io.BytesIO(xlsx_bytes([["email"]]))
    target = io.BytesIO()
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
        for part in old.infolist():
            content = sheet if part.filename.endswith("sheet1.xml") else old.read(part)
            new.writestr(part.filename, content)
    return target.getvalue()


_NAMESPACE = b'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
_FAR_ROW = (
    b"<worksheet " + _NAMESPACE + b'><sheetData><row r="999999999"><c r="A999999999" t="inlineStr">'
    b"<is><t>x</t></is></c></row></sheetData></worksheet>"
)
_LAUGHS = (
    b'<!DOCTYPE w [<!ENTITY a "ha">'
    + b"".join(b'<!ENTITY %c "%s">' % (98 + number, b"&%c;" % (97 + number) * 10) for number in range(12))
    + b"]><worksheet "
    + _NAMESPACE
    + b'><sheetData><row r="1"><c r="A1" t="inlineStr"><is><t>&m;</t></is></c></row></sheetData></worksheet>'
)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\n\n",
        b'email\n"never closed',
        b"email\n" + b"x" * 200_000,
        b"\xff\xfee\x00m\x00",
        b"email\n\xff\xfe\xfa",
        b"PK\x03\x04 no workbook",
        _bomb(),
        _many_parts(),
        _workbook_with(_FAR_ROW),
        _workbook_with(_LAUGHS),
        _workbook_with(b"<worksheet"),
        b"email\n" + b"a@b.example\n" * (MOST_ROWS + 1),
        xlsx_bytes([["email"], *([["a@b.example"]] * (MOST_ROWS + 1))]),
        b",".join([b"x"] * 61),
        b"x" * (MOST_BYTES + 1),
    ],
    ids=[
        "empty",
        "blank",
        "open quote",
        "endless cell",
        "utf-16",
        "no encoding",
        "broken zip",
        "zip bomb",
        "many parts",
        "far row",
        "entity bomb",
        "broken sheet",
        "too many rows",
        "too many rows in a workbook",
        "too many columns",
        "too many bytes",
    ],
)
def test_what_cannot_be_used_is_refused_with_a_sentence(content: bytes) -> None:
    with pytest.raises(Invalid) as refused:
        read_table(content, most_bytes=MOST_BYTES)

    assert set(refused.value.fields) == {"file"}


def test_the_most_rows_are_still_read() -> None:
    table = read_table(b"email\n" + b"a@b.example\n" * MOST_ROWS, most_bytes=MOST_BYTES)

    assert len(table.rows) == MOST_ROWS
