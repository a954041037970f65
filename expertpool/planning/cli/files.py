"""Snapshots and plans as files, and tables of them on the terminal."""

from pathlib import Path

import click
from rich.console import Console
from rich.table import Table

from expertpool.scheduling import plan as plans
from expertpool.scheduling import snapshot as snapshots
from expertpool.scheduling.vocabulary import RULE_WORDS, Rule

EXIT_INVALID = 1
EXIT_UNFILLED = 4

console = Console()
READABLE = click.Path(exists=True, dir_okay=False, path_type=Path)
WRITABLE = click.Path(dir_okay=False, path_type=Path)


def read_snapshot(path: Path) -> snapshots.Snapshot:
    """The snapshot in a file."""
    return snapshots.loads(path.read_text(encoding="utf-8"))


def read_plan(path: Path) -> plans.Plan:
    """The plan in a file."""
    return plans.loads(path.read_text(encoding="utf-8"))


def tell(found: plans.Plan) -> None:
    """Print who sits where, what stays empty and why, and how good that is."""
    table = sheet("Seats", "seat", "expert", "sessions", "why empty")
    for placed in found.engagements:
        times = "\n".join(f"{held.session} {held.start}–{held.end}" for held in placed.sessions)
        table.add_row(placed.seat, placed.expert, times, "")
    for empty in found.unfilled:
        table.add_row(empty.seat, "[red]–[/]", "", "\n".join(map(reason, empty.reasons.items())))
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
