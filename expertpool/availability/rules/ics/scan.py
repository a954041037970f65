"""From bytes of any origin to blocks of content lines, within limits and before any library sees them."""

import enum
import re
from dataclasses import dataclass, field

from icalendar.parser import Contentline

_FOLD = re.compile(rb"\r?\n[ \t]")
_BOM = b"\xef\xbb\xbf"
# Everything a line of text has no use for; the tab stays, and ends of lines are taken care of before.
_CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029]")
_NAME = re.compile(r"[A-Za-z0-9-]{1,64}(?=[;:])")
# Nearly all lines: no quotes and no escapes in the parameters. Read so, 10 000 entries take half the time.
_PLAIN = re.compile(r"([A-Za-z0-9-]{1,64})((?:;[A-Za-z0-9-]+=[^\s\"\\%^,;:]+)*):(.*)", re.DOTALL)
# Some programs leave out the quotes that a colon in the name of a zone asks for.
_UNQUOTED = re.compile(r"([A-Z-]{1,64});TZID=([^\";:]+(?::[^\";:]+)+):(\d{8}T\d{6})", re.IGNORECASE)
_KOREAN = "cp949"


class Fault(enum.StrEnum):
    """Why a whole file cannot be read."""

    EMPTY = "empty"
    TOO_LARGE = "too_large"
    NOT_TEXT = "not_text"
    NOT_A_CALENDAR = "not_a_calendar"
    CUT_OFF = "cut_off"
    ENDS_DIFFER = "ends_differ"
    LINE_TOO_LONG = "line_too_long"
    TOO_DEEP = "too_deep"
    TOO_MANY_PARTS = "too_many_parts"
    TOO_MANY_LINES = "too_many_lines"
    TOOK_TOO_LONG = "took_too_long"


class Unreadable(Exception):
    """A file or part that is not read at all."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault.value)
        self.fault = fault


@dataclass(frozen=True, slots=True)
class Limits:
    """How much is read. Units: `size` and `line` are octets, a line counted unfolded; `lines` in a row
    between the beginnings of parts."""

    size: int
    line: int
    parts: int
    lines: int
    depth: int


FILE_LIMITS = Limits(size=5 * 2**20, line=64 * 2**10, parts=20_000, lines=500, depth=4)
MAIL_LIMITS = Limits(size=256 * 2**10, line=16 * 2**10, parts=50, lines=500, depth=4)


@dataclass(frozen=True, slots=True)
class Property:
    """One content line. `value` is as written, with its backslashes. Source: RFC 5545 section 3.1."""

    name: str
    parameters: dict[str, str]
    value: str


@dataclass(frozen=True, slots=True)
class Block:
    """A component: its name in capitals, its own unfolded lines by their names, the components in it."""

    name: str
    lines: dict[str, list[str]] = field(default_factory=dict)
    blocks: list["Block"] = field(default_factory=list)

    def properties(self, name: str) -> list[Property]:
        """The properties of this name. Raises: ValueError if one of them is broken."""
        return [_property(line) for line in self.lines.get(name, ())]

    def only(self, name: str) -> Property | None:
        """The property that may stand at most once. Raises: ValueError if it is broken or repeated."""
        found = self.properties(name)
        if len(found) > 1:
            raise ValueError(f"{name} is repeated")
        return found[0] if found else None


@dataclass(frozen=True, slots=True)
class Scanned:
    """The calendars of a file. `korean_code` says that it was not UTF-8 and read as CP949."""

    calendars: tuple[Block, ...]
    korean_code: bool


def scan(data: bytes, limits: Limits) -> Scanned:
    """The file as blocks. Each line is looked at once, so the work grows with the size and nothing else.

    Lines are unfolded before they are decoded, as programs fold inside characters. A file without its last
    END was cut on the way, and half a calendar would show time as free that is not.
    Raises: Unreadable.
    Source: RFC 5545 sections 3.1 and 3.6.
    """
    if len(data) > limits.size:
        raise Unreadable(Fault.TOO_LARGE)
    unfolded = _FOLD.sub(b"", data.removeprefix(_BOM))
    text, korean_code = _decoded(unfolded)
    lines = [line for line in text.replace("\r\n", "\n").split("\n") if line.strip()]
    if not lines:
        raise Unreadable(Fault.EMPTY)
    return Scanned(_blocks(lines, limits), korean_code)


def _decoded(data: bytes) -> tuple[str, bool]:
    try:
        return data.decode("utf-8"), False
    except UnicodeDecodeError:
        pass
    try:
        return data.decode(_KOREAN), True
    except UnicodeDecodeError:
        raise Unreadable(Fault.NOT_TEXT) from None


def _blocks(lines: list[str], limits: Limits) -> tuple[Block, ...]:
    root = Block("")
    open_blocks = [root]
    parts = own_lines = 0
    for raw in lines:
        line = _CONTROLS.sub("", raw)
        if len(line.encode()) > limits.line:
            raise Unreadable(Fault.LINE_TOO_LONG)
        word, _, name = line.rstrip().upper().partition(":")
        if word == "BEGIN":
            parts, own_lines = parts + 1, 0
            _open(open_blocks, name, limits)
        elif word == "END":
            _close(open_blocks, name)
        elif len(open_blocks) == 1:
            raise Unreadable(Fault.NOT_A_CALENDAR)
        else:
            own_lines += 1
            found = _NAME.match(line)
            open_blocks[-1].lines.setdefault(found[0].upper() if found else "", []).append(line)
        if parts > limits.parts:
            raise Unreadable(Fault.TOO_MANY_PARTS)
        if own_lines > limits.lines:
            raise Unreadable(Fault.TOO_MANY_LINES)
    if len(open_blocks) > 1:
        raise Unreadable(Fault.CUT_OFF)
    return tuple(root.blocks)


def _open(open_blocks: list[Block], name: str, limits: Limits) -> None:
    if len(open_blocks) > limits.depth:
        raise Unreadable(Fault.TOO_DEEP)
    if len(open_blocks) == 1 and name != "VCALENDAR":
        raise Unreadable(Fault.NOT_A_CALENDAR)
    block = Block(name)
    open_blocks[-1].blocks.append(block)
    open_blocks.append(block)


def _close(open_blocks: list[Block], name: str) -> None:
    if len(open_blocks) == 1:
        raise Unreadable(Fault.NOT_A_CALENDAR)
    if open_blocks.pop().name != name:
        raise Unreadable(Fault.ENDS_DIFFER)


def _property(line: str) -> Property:
    """Raises: ValueError."""
    if line.count(":") > 1 and (unquoted := _UNQUOTED.fullmatch(line)):
        return Property(unquoted[1].upper(), {"TZID": unquoted[2]}, unquoted[3])
    if plain := _PLAIN.fullmatch(line):
        pairs = (each.split("=", 1) for each in plain[2].split(";")[1:])
        return Property(plain[1].upper(), {key.upper(): value for key, value in pairs}, plain[3])
    name, parameters, value = Contentline(line).raw_parts()  # type: ignore[no-untyped-call]
    joined = {
        key.upper(): ",".join(each) if isinstance(each, list) else str(each)
        for key, each in parameters.items()
    }
    return Property(name.upper(), joined, value)
