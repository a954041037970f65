"""Tables as files: CSV and XLSX, read with bounds and written so that no cell becomes a formula."""

import csv
import datetime as dt
import io
import re
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import openpyxl
import xlsxwriter

from expertpool.refusals import Invalid
from expertpool.words import Words, words

MOST_ROWS = 10_000
MOST_LINES = 20 * MOST_ROWS  # blank lines are skipped, but not without end
MOST_COLUMNS = 60
MOST_UNPACKED_BYTES = 64 * 1024 * 1024
MOST_PARTS = 200

_STARTS_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_NOT_XML = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


@dataclass(frozen=True, slots=True)
class Table:
    """A heading row and the rows below it, each with its number in the file (the heading is row 1)."""

    headings: tuple[str, ...]
    rows: tuple[tuple[int, tuple[str, ...]], ...]


def read_table(content: bytes, *, most_bytes: int) -> Table:
    """Read CSV (UTF-8 with or without BOM, CP949) or XLSX, told apart by content, not by name.

    Raises: Invalid(fields={"file"}) for what is too large, broken, empty or in another encoding.
    """
    if len(content) > most_bytes:
        raise _unusable(words("The file is too large. Split it and import the parts."))
    lines = _xlsx_lines(content) if content[:4] == b"PK\x03\x04" else _csv_lines(content)
    rows: list[tuple[int, tuple[str, ...]]] = []
    for number, line in enumerate(lines, start=1):
        cells = tuple(_unescaped(cell.strip()) for cell in line)
        if len(cells) > MOST_COLUMNS:
            raise _unusable(words("The file has too many columns. Use the columns of an export."))
        if any(cells):
            rows.append((number, cells))
        if len(rows) > MOST_ROWS + 1 or number > MOST_LINES:
            raise _unusable(
                words("The file has more than %(most)s rows. Split it and import the parts.", most=MOST_ROWS)
            )
    if not rows:
        raise _unusable(words("The file is empty. Start from an export."))
    return Table(rows[0][1], tuple(rows[1:]))


Cell = str | float | int | None


def csv_bytes(lines: Sequence[Sequence[Cell]]) -> bytes:
    """CSV as Korean Excel opens it by a double click: UTF-8 with BOM, CRLF, formulas disarmed."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerows([_escaped(cell) if isinstance(cell, str) else cell for cell in line] for line in lines)
    return text.getvalue().encode("utf-8-sig")


def xlsx_bytes(lines: Sequence[Sequence[Cell]]) -> bytes:
    """A workbook with one sheet. Text is marked so and stays text when saved as CSV; figures stay figures."""
    target = io.BytesIO()
    with xlsxwriter.Workbook(target, {"in_memory": True, "strings_to_formulas": False}) as book:
        sheet = book.add_worksheet()
        head = book.add_format({"bold": True})
        quoted = book.add_format({"quote_prefix": True})
        for row, line in enumerate(lines):
            for column, cell in enumerate(line):
                if not isinstance(cell, str):
                    sheet.write(row, column, cell)
                    continue
                shape = head if row == 0 else quoted if cell.startswith(_STARTS_FORMULA) else None
                sheet.write_string(row, column, _NOT_XML.sub("", cell), shape)
        sheet.freeze_panes(1, 0)
        sheet.autofit()
    return target.getvalue()


def _unusable(sentence: Words) -> Invalid:
    return Invalid(sentence, fields={"file": sentence})


def _csv_lines(content: bytes) -> Iterator[list[str]]:
    try:
        yield from csv.reader(io.StringIO(_text(content), newline=""), strict=True)
    except csv.Error as error:
        raise _unusable(
            words("The file is not proper CSV: a quotation mark is missing or a cell is too long.")
        ) from error


def _text(content: bytes) -> str:
    if b"\x00" not in content:
        for encoding in ("utf-8-sig", "cp949"):
            try:
                return content.decode(encoding)
            except UnicodeDecodeError:
                continue
    raise _unusable(words("The file's characters cannot be read. Save it as CSV UTF-8 or as XLSX."))


def _xlsx_lines(content: bytes) -> Iterator[list[str]]:
    broken = words("The workbook cannot be read. Open it in Excel and save it as XLSX again.")
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as parts:
            listed = parts.infolist()
        # The sizes told in the directory are what zipfile will at most unpack, so they bound the work.
        if len(listed) > MOST_PARTS or sum(part.file_size for part in listed) > MOST_UNPACKED_BYTES:
            raise _unusable(words("The workbook is too large when unpacked. Save it without other content."))
        book = openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=True)
        try:
            sheet = book.worksheets[0]
            sheet.reset_dimensions()
            for line in sheet.iter_rows(max_col=MOST_COLUMNS + 1, values_only=True):
                yield _without_tail([_cell_text(value) for value in line])
        finally:
            book.close()
    except Invalid:
        raise
    except Exception as error:  # a reader of foreign formats fails in more ways than it lists
        raise _unusable(broken) from error


def _cell_text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, dt.datetime):
        return value.date().isoformat()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def _without_tail(cells: list[str]) -> list[str]:
    while cells and not cells[-1]:
        cells.pop()
    return cells


def _escaped(cell: str) -> str:
    return f"'{cell}" if cell.startswith(_STARTS_FORMULA) else cell


def _unescaped(cell: str) -> str:
    return cell[1:] if cell.startswith("'") and cell[1:].startswith(_STARTS_FORMULA) else cell
