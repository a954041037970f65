"""Solve or verify from files: `python -m expertpool.scheduling solve SNAPSHOT.json -o PLAN.json`.

Any plan can be replayed this way from its stored snapshot, without a database.
"""

import argparse
import sys
from collections.abc import Sequence
from contextlib import nullcontext
from dataclasses import replace
from pathlib import Path

from expertpool.refusals import Invalid
from expertpool.scheduling import plan as plans
from expertpool.scheduling import snapshot as snapshots
from expertpool.scheduling.memory import confined
from expertpool.scheduling.solve import DAY, solve
from expertpool.scheduling.verify import verify


def main(arguments: Sequence[str] | None = None) -> int:
    """Exit status: 0 done, 1 the plan breaks a rule, 2 the input cannot be used."""
    chosen = _parser().parse_args(arguments)
    try:
        status: int = chosen.command(chosen)
    except Invalid as refusal:
        faults = [f"{path}: {what}" for path, what in refusal.fields.items()]
        sys.stderr.write("\n".join([str(refusal.words), *faults]) + "\n")
        return 2
    except (OSError, UnicodeDecodeError) as failure:
        sys.stderr.write(f"{failure}\n")
        return 2
    except MemoryError:
        sys.stderr.write("There is no memory even for a first plan; give it more.\n")
        return 2
    return status


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m expertpool.scheduling", description=__doc__)
    commands = parser.add_subparsers(required=True)
    solving = commands.add_parser("solve", help="find the best plan for a snapshot")
    solving.add_argument("snapshot", type=Path)
    solving.add_argument("-o", "--output", type=Path, help="where the plan goes; else it is printed")
    solving.add_argument(
        "--deterministic-seconds",
        type=int,
        default=DAY.deterministic_seconds,
        help="how much work to do, counted independently of the machine (default %(default)s)",
    )
    solving.add_argument(
        "--memory-bytes",
        type=int,
        help="address space it may take; it ends with its best plan at four fifths of it (default: no limit)",
    )
    solving.set_defaults(command=_solve)
    verifying = commands.add_parser("verify", help="check a plan against its snapshot")
    verifying.add_argument("snapshot", type=Path)
    verifying.add_argument("plan", type=Path)
    verifying.set_defaults(command=_verify)
    return parser


def _solve(chosen: argparse.Namespace) -> int:
    snapshot = snapshots.loads(chosen.snapshot.read_text(encoding="utf-8"))
    limits = replace(DAY, deterministic_seconds=chosen.deterministic_seconds)
    most = chosen.memory_bytes
    with nullcontext() if most is None else confined(most) as search_bytes:
        plan = solve(snapshot, limits=limits, memory_bytes=search_bytes)
    text = plans.dumps(plan)
    if chosen.output is None:
        sys.stdout.write(text)
    else:
        chosen.output.write_text(text, encoding="utf-8")
    return _told(snapshot, plan)


def _verify(chosen: argparse.Namespace) -> int:
    snapshot = snapshots.loads(chosen.snapshot.read_text(encoding="utf-8"))
    return _told(snapshot, plans.loads(chosen.plan.read_text(encoding="utf-8")))


def _told(snapshot: snapshots.Snapshot, plan: plans.Plan) -> int:
    """Name every broken rule on the error stream."""
    violations = verify(snapshot, plan)
    for found in violations:
        where = " ".join(filter(None, (found.seat, found.expert, found.session)))
        sys.stderr.write(f"{found.rule.value} {where}: {found.words}\n")
    return 1 if violations else 0


if __name__ == "__main__":
    sys.exit(main())
