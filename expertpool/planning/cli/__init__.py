"""`expertpool plan …`: solve, check, mend, ask about, export and replay plans."""

import hashlib
import sys
import uuid
from functools import partial
from pathlib import Path
from typing import Any

import click

from expertpool.config import SOLVER_MEMORY_BYTES, variable
from expertpool.planning.cli import answers
from expertpool.planning.cli.files import (
    EXIT_INVALID,
    EXIT_UNFILLED,
    READABLE,
    WRITABLE,
    console,
    read_plan,
    read_snapshot,
    tell,
    told,
    write,
)
from expertpool.planning.cli.watching import progress, watched
from expertpool.planning.rules import TROUBLE_WORDS, Trouble
from expertpool.refusals import NotFound
from expertpool.scheduling import plan as plans
from expertpool.scheduling import snapshot as snapshots
from expertpool.scheduling.memory import confined
from expertpool.words import words


class _Confined(click.Group):
    """Its commands get no more memory than a search of the service; told is how much a search may take."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command."""
        with confined(ctx.params["memory_bytes"]) as ctx.obj:
            try:
                return super().invoke(ctx)
            except MemoryError as error:
                raise click.ClickException(f"{TROUBLE_WORDS[Trouble.MEMORY]}") from error


LEAST_BYTES = 512 * 1024**2  # below it the libraries do not load


@click.group(cls=_Confined)
@click.option(
    "--memory-bytes",
    envvar=variable("solver_memory_bytes"),
    default=SOLVER_MEMORY_BYTES,
    show_default=True,
    show_envvar=True,
    type=click.IntRange(min=LEAST_BYTES),
    help="Address space it may take; a search ends with its best plan at four fifths of it.",
)
def plan(memory_bytes: int) -> None:
    """Solve a snapshot, check and mend a plan, ask about it, replay a run."""


@plan.command()
@click.argument("snapshot", type=READABLE)
@click.option("-o", "--output", type=WRITABLE, help="Where the plan goes.")
@click.pass_obj
def solve(search_bytes: int, snapshot: Path, output: Path | None) -> None:
    """Find the best team for SNAPSHOT; Ctrl-C ends the search with the best one so far.

    Exit codes: 0 every seat filled, 4 some empty, 1 unusable.
    """
    from expertpool.planning.rules import LIMITS
    from expertpool.scheduling.solve import solve as solved

    asked = read_snapshot(snapshot)
    search = partial(solved, asked, limits=LIMITS, progress=progress, memory_bytes=search_bytes)
    found = watched(lambda stop: search(stop=stop))
    if output is not None:
        write(output, plans.dumps(found))
    tell(asked, found)
    sys.exit(EXIT_UNFILLED if found.unfilled else 0)


@plan.command()
@click.argument("snapshot", type=READABLE)
@click.argument("answer", metavar="PLAN", type=READABLE)
def verify(snapshot: Path, answer: Path) -> None:
    """Check PLAN against SNAPSHOT with code that is not the search. Exit codes: 0, 1 if broken."""
    from expertpool.scheduling.verify import verify as verified

    violations = verified(read_snapshot(snapshot), read_plan(answer))
    for violation in violations:
        console.print(f"{told(violation)}: {violation.words}", style="red", soft_wrap=True)
    _conclude(not violations, "The plan keeps every rule.", "The plan breaks rules.")


@plan.command()
@click.argument("run", type=click.UUID)
@click.option("-o", "--output", type=WRITABLE, required=True, help="Where the snapshot goes.")
def export(run: uuid.UUID, output: Path) -> None:
    """Write the snapshot of RUN exactly as it was searched."""
    snapshot, digest, _, _ = _stored(run)
    write(output, snapshot)
    console.print(f"sha256 {digest}")


@plan.command()
@click.argument("run", type=click.UUID)
@click.pass_obj
def replay(search_bytes: int, run: uuid.UUID) -> None:
    """Search the stored snapshot of RUN again and compare the bytes. Exit codes: 0 the same, 1 not."""
    from expertpool.scheduling.repair import mended
    from expertpool.scheduling.solve import solve as solved

    snapshot, digest, stored, kind = _stored(run)
    if stored is None:
        raise NotFound(words("This run has no plan to compare with."))
    kept, search = plans.loads(stored), solved if kind == "solve" else mended
    again = plans.dumps(search(snapshots.loads(snapshot), limits=kept.limits, memory_bytes=search_bytes))
    same = hashlib.sha256(snapshot.encode()).hexdigest() == digest and again == stored
    console.print(f"stored   sha256 {hashlib.sha256(stored.encode()).hexdigest()}")
    console.print(f"replayed sha256 {hashlib.sha256(again.encode()).hexdigest()}")
    _conclude(same, "The same, byte for byte.", "They differ.")


def _conclude(good: bool, yes: str, no: str) -> None:
    """Say how it ended, and end so."""
    console.print(yes if good else no, style="green" if good else "red")
    sys.exit(0 if good else EXIT_INVALID)


def _stored(run_id: uuid.UUID) -> tuple[str, str, str | None, str]:
    """Snapshot, digest, plan and kind of a run, as the system sees it."""
    from expertpool import create_app
    from expertpool.infra.db import unit_of_work
    from expertpool.infra.identity import SYSTEM
    from expertpool.planning.queries import snapshot_of, stored_run

    with create_app().app_context(), unit_of_work(SYSTEM) as session:
        snapshot, digest = snapshot_of(session, run_id, actor=SYSTEM)
        run = stored_run(session, run_id, actor=SYSTEM)
        return snapshot, digest, run.plan, run.kind.value


for _command in answers.commands:
    plan.add_command(_command)

commands = [plan]
