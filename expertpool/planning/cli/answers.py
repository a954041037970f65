"""`expertpool plan repair | explain | relax | alternatives`: questions about a plan in a file."""

import sys
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click
from rich.text import Text

from expertpool.planning.cli.files import (
    EXIT_UNFILLED,
    READABLE,
    WRITABLE,
    Labels,
    Moment,
    console,
    in_minutes,
    read_file,
    read_legal_plan,
    read_snapshot,
    sheet,
    tell,
    write,
)
from expertpool.planning.cli.watching import progress, watched
from expertpool.refusals import Invalid
from expertpool.scheduling import plan as plans
from expertpool.scheduling import snapshot as snapshots
from expertpool.scheduling.snapshot.reading import parsed
from expertpool.words import words

if TYPE_CHECKING:
    from expertpool.scheduling.explain import Candidate, SeatReasons
    from expertpool.scheduling.happenings import Happening
    from expertpool.scheduling.repair import SeatChange

MINUTES = "EXPERT FROM TO"
MOST_LISTED = 20  # of those who are kept out
MOMENT = Moment()


@click.command()
@click.argument("snapshot", type=READABLE)
@click.argument("answer", metavar="PLAN", type=READABLE)
@click.option("--declined", metavar="SEAT", help="Whoever holds SEAT leaves it.")
@click.option(
    "--away", nargs=3, type=(str, MOMENT, MOMENT), metavar=MINUTES, help="EXPERT cannot come then: ill."
)
@click.option(
    "--available", nargs=3, type=(str, MOMENT, MOMENT), metavar=MINUTES, help="EXPERT is free then only."
)
@click.option("--unappointed", type=(str, MOMENT), metavar="EXPERT TIME", help="EXPERT's appointment ends.")
@click.option(
    "--window", type=(str, MOMENT, MOMENT), metavar="SESSION FROM TO", help="SESSION must lie in there."
)
@click.option("--deadline", type=(str, MOMENT), metavar="SESSION TIME", help="SESSION's deadline moves.")
@click.option("--arrived", type=READABLE, metavar="FILE", help='A new need: {"need": …, "conflicts": […]}.')
@click.option("-o", "--output", type=WRITABLE, help="Where the repaired plan goes.")
@click.option("-s", "--changed", type=WRITABLE, help="Where the snapshot that it answers goes.")
@click.pass_obj
def repair(
    search_bytes: int,
    /,
    snapshot: Path,
    answer: Path,
    output: Path | None,
    changed: Path | None,
    **happened: object,
) -> None:
    """Mend PLAN of SNAPSHOT after one thing that happened, with the least change.

    Whoever can stay stays. A time is one in Seoul, such as 2026-09-01T14:00, or a minute of the
    snapshot. Exit codes: 0 every seat filled, 4 some empty, 1 unusable.
    """
    from expertpool.planning.rules import LIMITS
    from expertpool.scheduling.repair import repair as repaired

    asked = read_snapshot(snapshot)
    plan = read_legal_plan(answer, asked)
    given = {name: in_minutes(asked, value) for name, value in happened.items()}
    event = _happening(plan, given)
    mend = partial(repaired, asked, plan, event, limits=LIMITS, progress=progress, memory_bytes=search_bytes)
    found = watched(lambda stop: mend(stop=stop))
    if output is not None:
        write(output, plans.dumps(found.plan))
    if changed is not None:
        write(changed, snapshots.dumps(found.snapshot))
    tell(found.snapshot, found.plan)
    _tell_changes(Labels(found.snapshot), found.changes)
    sys.exit(EXIT_UNFILLED if found.plan.unfilled else 0)


def _happening(plan: plans.Plan, given: dict[str, object]) -> "Happening":
    """The one thing that happened, from the options."""
    from expertpool.scheduling import happenings as hp

    said = {name: value for name, value in given.items() if value is not None}
    if len(said) != 1:
        raise click.UsageError("Say exactly one thing that happened.")
    ((what, value),) = said.items()
    match what, value:
        case "declined", str(seat):
            holder = next((e.expert for e in plan.engagements if e.seat == seat), "")
            return hp.Vacated(seat, holder)
        case "away", (str(who), int(start), int(end)):
            return hp.Away(who, (snapshots.Span(start, end),))
        case "available", (str(who), int(start), int(end)):
            return hp.Available(who, (snapshots.Span(start, end),))
        case "unappointed", (str(who), int(minute)):
            return hp.Unappointed(who, minute)
        case "window", (str(session), int(start), int(end)):
            return hp.Rescheduled(session, (snapshots.Span(start, end),), None)
        case "deadline", (str(session), int(minute)):
            return hp.Rescheduled(session, None, minute)
        case _:
            assert isinstance(value, Path)
            return _arrived(value)


def _arrived(path: Path) -> "Happening":
    """A need from a file; whether it fits is for the snapshot's own checks to say."""
    from expertpool.scheduling.happenings import Arrived
    from expertpool.scheduling.strict import Faults, read

    faults: Faults = {}
    arrived = read(Arrived, read_file(path, parsed), faults)
    if faults:
        raise Invalid(words("The need cannot be used."), fields=faults)
    assert isinstance(arrived, Arrived)
    return arrived


def _tell_changes(labels: Labels, changes: "tuple[SeatChange, ...]") -> None:
    table = sheet(f"{len(changes)} seats changed", "seat", "before", "after")
    for change in changes:
        after = f"{labels.expert(change.after)}, other times" if change.moved else labels.expert(change.after)
        table.add_row(labels.seat(change.seat), labels.expert(change.before), after)
    console.print(table)


@click.command()
@click.argument("snapshot", type=READABLE)
@click.argument("answer", metavar="PLAN", type=READABLE)
@click.argument("seat")
@click.option("--expert", help="Say of this expert alone why not, and what would have to change.")
def explain(snapshot: Path, answer: Path, seat: str, expert: str | None) -> None:
    """Tell why SEAT in PLAN of SNAPSHOT has its expert, and what keeps the others out. Exit codes: 0, 1."""
    from expertpool.scheduling.explain import explain as explained

    asked = read_snapshot(snapshot)
    plan = read_legal_plan(answer, asked)
    if expert is not None:
        _tell_why_not(asked, plan, seat, expert)
    else:
        _tell_reasons(Labels(asked), explained(asked, plan, seat))


def _tell_why_not(asked: snapshots.Snapshot, plan: plans.Plan, seat: str, expert: str) -> None:
    from expertpool.planning.rules import LIMITS
    from expertpool.scheduling.remedies import why_not

    found = why_not(asked, plan, seat, expert, limits=LIMITS)
    for reason in found.reasons:
        console.print(f"{reason.rule.value} {reason.words}", soft_wrap=True)
    if found.remedy is None:
        console.print("Nothing that may be conceded would let the expert in.")
    elif not found.remedy:
        console.print("The expert could take the seat.", style="green")
    for step in found.remedy or ():
        console.print(f"→ {step.words}", soft_wrap=True)


def _tell_reasons(labels: Labels, found: "SeatReasons") -> None:
    shown = [each for each in (found.chosen, *found.others[:10]) if each is not None]
    table = sheet(
        f"Who could take {labels.seat(found.seat)}", "expert", "costs more", "levels (asked)", "cost by part"
    )
    for candidate in shown:
        chosen = candidate is found.chosen
        name = labels.expert(candidate.expert)
        table.add_row(
            Text(name, style="green" if chosen else ""),
            "chosen" if chosen else str(candidate.extra),
            *_facts(candidate),
        )
    console.print(table)
    keeps_out = sheet(f"{len(found.left_out)} others are kept out", "expert", "by")
    for out in sorted(found.left_out, key=lambda one: (len(one.reasons), one.expert))[:MOST_LISTED]:
        keeps_out.add_row(
            labels.expert(out.expert), "\n".join(f"{r.rule.value} {r.words}" for r in out.reasons)
        )
    console.print(keeps_out)
    if len(found.left_out) > MOST_LISTED:
        console.print(f"Shown are the {MOST_LISTED} with the fewest reasons; ask for another by --expert.")
    console.print(", ".join(f"{rule} {count}" for rule, count in found.counts.items()))


def _facts(candidate: "Candidate") -> tuple[str, str]:
    levels = (f"{match.code} {match.level} ({match.wanted_level})" for match in candidate.facets)
    cost = (f"{part.value} {cost}" for part, cost in candidate.cost.items() if cost)
    return "\n".join(levels), "\n".join(cost)


@click.command()
@click.argument("snapshot", type=READABLE)
@click.argument("answer", metavar="PLAN", type=READABLE)
@click.argument("seat")
def relax(snapshot: Path, answer: Path, seat: str) -> None:
    """Tell what would fill the empty SEAT in PLAN of SNAPSHOT. Everything shown was solved and verified.

    Exit codes: 0 something would, 4 nothing does, 1 unusable.
    """
    from expertpool.planning.rules import LIMITS
    from expertpool.scheduling.relax import relax as relaxed

    asked = read_snapshot(snapshot)
    found, labels = relaxed(asked, read_legal_plan(answer, asked), seat, limits=LIMITS), Labels(asked)
    table = sheet(f"What would fill {labels.seat(seat)}", "concession", "expert", "sessions")
    for one in found:
        steps = "\n".join(str(step.words) for step in one.steps)
        table.add_row(steps, labels.expert(one.expert), labels.sessions(one.sessions))
    console.print(table if found else "Nothing that may be conceded would fill this seat.")
    sys.exit(0 if found else EXIT_UNFILLED)


@click.command()
@click.argument("snapshot", type=READABLE)
@click.argument("answer", metavar="PLAN", type=READABLE)
@click.argument("need")
@click.option("-k", "--most", default=3, show_default=True, type=click.IntRange(1, 20))
def alternatives(snapshot: Path, answer: Path, need: str, most: int) -> None:
    """Tell the next best teams for NEED, everybody else as in PLAN. Exit codes: 0, 4 there is none, 1."""
    from expertpool.planning.rules import LIMITS
    from expertpool.scheduling.alternatives import alternatives as others

    asked = read_snapshot(snapshot)
    found = others(asked, read_legal_plan(answer, asked), need, most=most, limits=LIMITS)
    labels = Labels(asked)
    for number, team in enumerate(found, 1):
        parts = ", ".join(f"{part.value} {cost:+}" for part, cost in team.parts.items())
        table = sheet(f"Team {number}: costs {team.extra:+} ({parts})", "seat", "in the plan", "here")
        for change in team.changes:
            after = (
                f"{labels.expert(change.after)}, other times" if change.moved else labels.expert(change.after)
            )
            table.add_row(labels.seat(change.seat), labels.expert(change.before), after)
        console.print(table)
    if not found:
        console.print("There is no other team that fills as many seats.")
    sys.exit(0 if found else EXIT_UNFILLED)


commands = [repair, explain, relax, alternatives]
