"""Snapshots and plans as files, and tables of them on the terminal.

What is printed comes from files of others: nothing in it is taken for markup.
"""

import datetime as dt
import os
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import BinaryIO, TypeVar

import click
from rich.console import Console
from rich.table import Table
from rich.text import Text

from expertpool.planning.rules import SEOUL, Timeline
from expertpool.refusals import Invalid
from expertpool.scheduling import plan as plans
from expertpool.scheduling import snapshot as snapshots
from expertpool.scheduling.verify import Violation, verify
from expertpool.scheduling.vocabulary import RULE_WORDS, Rule
from expertpool.words import Words, words

EXIT_INVALID = 1
EXIT_UNFILLED = 4

MOST_BYTES = 512 << 20  # ten times the largest board of the benches
PIECE_BYTES = 1 << 20

Read = TypeVar("Read")

console = Console(markup=False, emoji=False)
READABLE = click.Path(exists=True, dir_okay=False, path_type=Path)


class _Writable(click.Path):
    """A file that can be written, known before the work for it is done."""

    def convert(
        self, value: str | os.PathLike[str], param: click.Parameter | None, ctx: click.Context | None
    ) -> Path:
        """The path, if there is a folder for it."""
        path = Path(os.fsdecode(super().convert(value, param, ctx)))
        if not path.parent.is_dir():
            self.fail(f"There is no folder {path.parent}.", param, ctx)
        if not os.access(path if path.exists() else path.parent, os.W_OK):
            self.fail(f"{path} cannot be written.", param, ctx)
        return path


WRITABLE = _Writable(dir_okay=False)


def read_snapshot(path: Path) -> snapshots.Snapshot:
    """The snapshot in a file."""
    return read_file(path, snapshots.loads)


def read_plan(path: Path) -> plans.Plan:
    """The plan in a file, legal or not."""
    return read_file(path, plans.loads)


def read_legal_plan(path: Path, snapshot: snapshots.Snapshot) -> plans.Plan:
    """The plan of a snapshot in a file: of one that breaks rules nothing can be told."""
    plan = read_plan(path)
    if plan.snapshot != snapshots.digest(snapshot):
        raise Invalid(_in_file(path, words("The plan was made from another snapshot.")))
    broken = {told(violation): violation.words for violation in verify(snapshot, plan)}
    if broken:
        raise Invalid(_in_file(path, words("The plan breaks rules.")), fields=broken)
    return plan


def read_file(path: Path, read: Callable[[str], Read]) -> Read:
    """What a file of JSON holds.

    Raises: Invalid, which names the file.
    """
    try:
        with path.open("rb") as file:
            data = _first_of(file, MOST_BYTES + 1)
    except OSError as error:
        raise click.FileError(str(path), error.strerror or "") from error
    if len(data) > MOST_BYTES:
        megabytes = MOST_BYTES >> 20
        raise Invalid(_in_file(path, words("The file has more than %(most)s MB.", most=megabytes)))
    try:
        return read(data.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise Invalid(_in_file(path, words("This is not text in UTF-8."))) from error
    except Invalid as refusal:
        raise Invalid(_in_file(path, refusal.words), fields=refusal.fields) from refusal


def _first_of(file: BinaryIO, most: int) -> bytes:
    """At most so many bytes of a file, in pieces: room is taken for what is there, not for what may be."""
    pieces: list[bytes] = []
    while most > 0 and (piece := file.read(min(most, PIECE_BYTES))):
        pieces.append(piece)
        most -= len(piece)
    return b"".join(pieces)


def write(path: Path, text: str) -> None:
    """Put an answer into a file."""
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise click.FileError(str(path), error.strerror or "") from error


def told(violation: Violation) -> str:
    """A broken rule with where it is broken."""
    where = (violation.rule.value, violation.seat, violation.expert, violation.session)
    return " ".join(filter(None, where))


def _in_file(path: Path, what: Words) -> Words:
    return words("%(file)s: %(what)s", file=path.name, what=what)


class Labels:
    """What a reader is told in place of bare ids and minutes.

    A snapshot carries no names, so that it may be handed on: a seat is told with its role, an expert with
    their ministry, a time as it is in Seoul.
    """

    def __init__(self, snapshot: snapshots.Snapshot) -> None:
        self._timeline = Timeline.of(snapshot.epoch, snapshot.horizon_minutes)
        self._roles = {seat.id: seat.role_kind for need in snapshot.needs for seat in need.seats}
        self._homes = {expert.id: expert.ministry for expert in snapshot.experts}
        self._places = {s.id: s.place for need in snapshot.needs for s in need.sessions}

    def seat(self, seat: str) -> str:
        """A seat with the role it asks for."""
        return f"{seat} ({self._roles.get(seat, '?')})"

    def expert(self, expert: str | None) -> str:
        """An expert with their ministry."""
        return "–" if expert is None else f"{expert} ({self._homes.get(expert, '?')})"

    def session(self, held: plans.HeldSession) -> str:
        """A session with its place and its time in Seoul."""
        start, end = (self._timeline.instant(at).astimezone(SEOUL) for at in (held.start, held.end))
        until = f"{end:%H:%M}" if end.date() == start.date() else f"{end:%Y-%m-%d %H:%M}"
        place = self._places.get(held.session) or "remote"
        return f"{held.session} {start:%a %Y-%m-%d %H:%M}–{until} KST, {place}"

    def sessions(self, held: Iterable[plans.HeldSession]) -> str:
        """Sessions, each on its line, the first one first."""
        return "\n".join(map(self.session, sorted(held, key=lambda one: one.start)))


class Moment(click.ParamType[int | dt.datetime]):
    """A minute of the snapshot, or a time in Seoul such as 2026-09-01T14:00."""

    name = "moment"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> int | dt.datetime:
        """The minute or the instant that was written."""
        text = str(value)
        try:
            return int(text) if text.isdigit() else dt.datetime.fromisoformat(text).replace(tzinfo=SEOUL)
        except ValueError:
            self.fail(f"{text} is neither a minute nor a time such as 2026-09-01T14:00.", param, ctx)


def in_minutes(snapshot: snapshots.Snapshot, given: object) -> object:
    """What was given with every instant as a minute of the snapshot."""
    if isinstance(given, tuple):
        return tuple(in_minutes(snapshot, each) for each in given)
    if isinstance(given, dt.datetime):
        return Timeline.of(snapshot.epoch, snapshot.horizon_minutes).minute(given)
    return given


def tell(snapshot: snapshots.Snapshot, found: plans.Plan) -> None:
    """Print who sits where, what stays empty and why, and how good that is."""
    labels = Labels(snapshot)
    table = sheet("Seats", "seat", "expert", "sessions", "why empty")
    for placed in found.engagements:
        times = labels.sessions(placed.sessions)
        table.add_row(labels.seat(placed.seat), labels.expert(placed.expert), times, "")
    for empty in found.unfilled:
        reasons = "\n".join(map(reason, empty.reasons.items()))
        table.add_row(labels.seat(empty.seat), Text("–", style="red"), "", reasons)
    console.print(table)
    cost = found.objective
    console.print(f"cost {cost.total}, bound {cost.bound}, gap {cost.gap} ({found.status.value})")
    for part in cost.parts:
        if part.amount:
            console.print(f"  {part.part.value}: {part.amount} × {part.weight} = {part.cost}")


def sheet(title: str, *headings: str) -> Table:
    """An empty table with these columns."""
    table = Table(title=title, show_edge=False)
    for heading in headings:
        table.add_column(heading, overflow="fold")
    return table


def reason(counted: tuple[str, int]) -> str:
    """A rule with how many experts it keeps out."""
    rule, count = counted
    return f"{count} × {rule} {RULE_WORDS[Rule(rule)]}"
