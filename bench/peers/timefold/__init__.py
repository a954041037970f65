"""Timefold beside our planner, in a Java process of its own: `make bench-peers` installs and compiles it."""

import subprocess
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path

import numpy as np

from expertpool.scheduling.candidates import SeatCandidates
from expertpool.scheduling.preferences import Choice, empty_cost, load_units, seat_costs
from expertpool.scheduling.problem import Problem

HOME = Path("build/peers")
CLASSES = HOME / "classes"


class Missing(Exception):
    """Timefold is not installed."""


def search(
    problem: Problem, found: dict[str, SeatCandidates], seconds: float, seed: int
) -> tuple[Choice | None, float]:
    """The plan Timefold finds in some seconds, None if it breaks a rule, and when its first legal one came.

    Raises: Missing.
    """
    jars = sorted(HOME.glob("lib/*/site-packages/timefold/solver/jars/*.jar"))
    if not jars or not (CLASSES / "Peer.class").exists():
        raise Missing
    path = ":".join(str(jar) for jar in (CLASSES, *jars))
    with tempfile.TemporaryDirectory() as folder:
        board, answer = Path(folder) / "board", Path(folder) / "answer"
        board.write_text("\n".join(_lines(problem, found)), encoding="ascii")
        order = ["java", "-Xmx6g", "-cp", path, "Peer", str(board), str(seconds), str(seed), str(answer)]
        subprocess.run(order, check=True, capture_output=True, timeout=3 * seconds + 120)
        return _read(problem, answer.read_text(encoding="ascii").splitlines())


def _lines(problem: Problem, found: dict[str, SeatCandidates]) -> Iterator[str]:
    """The board as lines of whole numbers, in the order `Peer.read` takes them."""
    needs = {need.id: n for n, need in enumerate(problem.snapshot.needs)}
    ministries = {*problem.roster.ministries, *(need.ministry for need in problem.snapshot.needs)}
    code = {name: place for place, name in enumerate(sorted(ministries))}
    number = {name: n for n, name in enumerate(problem.sessions)}
    yield from _pool(problem, code)
    yield from _sessions(problem)
    yield str(len(problem.asked))
    for seat, asked in problem.asked.items():
        candidates = found[seat]
        urgency = empty_cost(problem, asked) // problem.snapshot.policy.weights.unfilled
        units = load_units(problem, asked)
        yield _words((needs[asked.need.id], code[asked.need.ministry], units, asked.minutes, urgency))
        yield _words((len(asked.sessions), *(number[s.id] for s in asked.sessions), len(candidates.rows)))
        costs = seat_costs(problem, asked)[candidates.rows]
        for i, row in enumerate(candidates.rows.tolist()):
            fits = [np.flatnonzero(candidates.fits[s.id][i]).tolist() for s in asked.sessions]
            yield _words((row, int(costs[i]), *(word for fit in fits for word in (len(fit), *fit))))


def _pool(problem: Problem, code: dict[str, int]) -> Iterator[str]:
    """Sizes, the experts, and what each ministry may lend each, -1 for no limit."""
    roster, policy, weeks = problem.roster, problem.snapshot.policy, problem.snapshot.weeks
    yield _words((roster.size, len(weeks), len(code), weeks[0].end - weeks[0].start))
    yield _words((policy.travel_buffer_minutes, policy.weights.fairness, policy.weights.unfilled))
    for row in range(roster.size):
        own = (code[roster.ministry[row]], roster.most_open[row] - roster.open[row], roster.load_units[row])
        yield _words((*own, *roster.room[row]))
    for lender in code:
        pairs = (problem.agreements.get((lender, borrower)) for borrower in code)
        yield _words(sum(problem.remaining(a)) if a else -1 for a in pairs)


def _sessions(problem: Problem) -> Iterator[str]:
    places = sorted({session.place for session in problem.sessions.values() if session.place})
    place = {name: number for number, name in enumerate(places)}
    yield str(len(problem.sessions))
    for name, session in problem.sessions.items():
        starts = problem.starts[name]
        yield _words((session.length_minutes, place.get(session.place or "", -1), len(starts), *starts))


def _words(numbers: Iterable[int]) -> str:
    return " ".join(str(int(one)) for one in numbers)


def _read(problem: Problem, lines: list[str]) -> tuple[Choice | None, float]:
    _, hard, first = lines[0].split()
    if int(hard) < 0:
        return None, float(first)
    seats, starts = list(problem.asked), list(problem.sessions)
    told = [line.split() for line in lines[1:]]
    held = {seats[int(number)]: int(what) for kind, number, what in told if kind == "seat"}
    attended = {session.id for seat in held for session in problem.asked[seat].sessions}
    at = {starts[int(number)]: int(what) for kind, number, what in told if kind == "session"}
    return Choice(held, {name: start for name, start in at.items() if name in attended}), float(first)
