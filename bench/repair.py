"""Repairs of a loaded board: `python -m bench.repair [M] [--declines 200] [--resolves 1] [--seed 1]`.

Solves a board, keeps its plan warm, and lets experts drawn by seed decline, each beside the whole plan.
Prints how long an answer takes with the verification of what it touches (medians of three runs over the same
declines, by the clock and by processor time, which others on the machine disturb less) and what changes.

Then what happens to one to five seats at once: so many of a team decline, one after the other, or an expert
who holds so many falls ill. Each is repaired as the service does it (`mended`), the declines also on the
plan kept warm; beside it all is planned anew with the same work, every change at its cost. The loss is by how
much the repair costs more, less what planning anew saves though nothing happened (the first line): this is
the first plan's loss.
"""

import argparse
import statistics
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from typing import TypeVar

import numpy as np

from bench import boards
from expertpool.scheduling import snapshot as sn
from expertpool.scheduling.happenings import Away, facts_after
from expertpool.scheduling.plan import Limits, Plan
from expertpool.scheduling.repair import arrangement, mended, seat_changes
from expertpool.scheduling.solve import solve
from expertpool.scheduling.standing import Mended, Standing
from expertpool.scheduling.verify import verify
from expertpool.scheduling.vocabulary import Part

RUNS = 3
SIZES = (1, 2, 3, 4, 5)  # seats that an event takes
Answer = TypeVar("Answer")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("size", nargs="?", default="M", choices=boards.SIZES)
    parser.add_argument("--declines", type=int, default=200)
    parser.add_argument("--resolves", type=int, default=1, help="events of each kind and size")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--work", type=int, default=10, help="deterministic seconds of each full search")
    chosen = parser.parse_args()
    limits = Limits(deterministic_seconds=chosen.work, most_entries=4_000_000)
    board = sn.checked(boards.board(boards.SIZES[chosen.size], chosen.seed))
    plan = timed("full search", lambda: solve(board, limits=limits))
    assert verify(board, plan) == []
    print(f"  {len(plan.engagements)} seats held, {len(plan.unfilled)} empty, cost {plan.objective.total}")
    standing = timed("plan opened", lambda: Standing(board, plan))
    timed("candidates looked up", standing.warm)
    draw = np.random.default_rng(chosen.seed)
    held = sorted(standing.board.seats)
    seats = draw.choice(held, min(chosen.declines, len(held)), replace=False).tolist()
    declines(standing, seats)
    happened = list(events(board, plan, draw, chosen.resolves))
    if happened:
        compare(board, plan, limits, happened)


def timed(what: str, work: Callable[[], Answer]) -> Answer:
    began = time.perf_counter()
    answer = work()
    print(f"{what}: {time.perf_counter() - began:.2f} s")
    return answer


def declines(standing: Standing, seats: list[str]) -> None:
    """Every decline three times over; the same answers every time."""
    print(f"\n{len(seats)} declines   median ms    p95 ms    max ms")
    runs: list[list[float]] = []
    used: list[list[float]] = []
    answers: dict[str, Mended] = {}
    for run in range(RUNS):
        taken, spent = [], []
        for seat in seats:
            began, worked = time.perf_counter(), time.process_time()
            answer = standing.decline(seat)
            taken.append((time.perf_counter() - began) * 1_000)
            spent.append((time.process_time() - worked) * 1_000)
            assert not answer.violations
            assert answers.setdefault(seat, answer) == answer
        runs.append(figures(taken))
        used.append(figures(spent))
        print(row(f"run {run + 1}", runs[-1]))
    print(row("median", [statistics.median(column) for column in zip(*runs, strict=True)]))
    print(row("processor", [statistics.median(column) for column in zip(*used, strict=True)]))
    ways = Counter(answer.way.value for answer in answers.values())
    sizes = Counter(len(answer.changes) for answer in answers.values())
    print(f"ways: {dict(ways)}; seats changed: {dict(sorted(sizes.items()))}")


def figures(taken: list[float]) -> list[float]:
    """Median, 95th percentile and maximum."""
    return [float(figure) for figure in (np.median(taken), np.quantile(taken, 0.95), max(taken))]


def row(name: str, figures_of: list[float]) -> str:
    return f"{name:12}" + "".join(f"{figure:10.2f}" for figure in figures_of)


@dataclass(frozen=True, slots=True)
class Event:
    """Seats that lose their experts at once; ill: they are all of one expert, who cannot come any more."""

    seats: tuple[str, ...]
    ill: str | None


def events(board: sn.Snapshot, plan: Plan, draw: np.random.Generator, each: int) -> Iterator[Event]:
    """So many of each kind and size, drawn among those there are."""
    need_of = {seat.id: need.id for need in board.needs for seat in need.seats}
    teams: dict[str, list[str]] = {}
    holders: dict[str, list[str]] = {}
    for engagement in plan.engagements:
        teams.setdefault(need_of[engagement.seat], []).append(engagement.seat)
        holders.setdefault(engagement.expert, []).append(engagement.seat)
    for size in SIZES:
        able = sorted(name for name, seats in teams.items() if len(seats) >= size)
        for name in draw.choice(able, min(each, len(able)), replace=False).tolist():
            yield Event(tuple(draw.choice(teams[name], size, replace=False).tolist()), None)
        able = sorted(name for name, seats in holders.items() if len(seats) == size)
        for name in draw.choice(able, min(each, len(able)), replace=False).tolist() if able else ():
            yield Event(tuple(holders[name]), name)


def compare(board: sn.Snapshot, plan: Plan, limits: Limits, happened: list[Event]) -> None:
    """The cost of each repaired plan against a new plan for everybody that also pays for changes."""
    base = plan.objective.total - sum(p.cost for p in plan.objective.parts if p.part is Part.STABILITY)
    head = ("repair s", "costs more", "changed", "anew s", "costs more", "changed", "loss")
    print(f"\n{'event':24}" + "".join(f"{title:>12}" for title in head))
    losses: list[int] = []
    idle = 0
    for event in [Event((), None), *happened]:
        after = without(board, plan, event)
        anew, searched = used(partial(solve, after, limits=limits))
        more = anew.objective.total - base
        idle = idle if event.seats else more
        kind = "of one, ill" if event.ill else "of a team"
        what = f"{len(event.seats)} {kind}" if event.seats else "nothing"
        found, seconds = used(partial(mended, after, limits=limits))
        assert verify(after, found) == []
        repairs = [(what, seconds, found.objective.total - base, len(seat_changes(plan, found)))]
        if event.seats and not event.ill:
            (extra, moved), seconds = used(partial(declined, board, plan, event))
            repairs.append((f"{what}, kept warm", seconds, extra, moved))
        for name, seconds, extra, moved in repairs:
            losses.append(extra - (more - idle))
            figures_of = (seconds, extra, moved, searched, more, len(seat_changes(plan, anew)), losses[-1])
            print(f"{name:24}" + "".join(f"{round(each, 3):12}" for each in figures_of), flush=True)
    print(f"loss of the repairs: median {statistics.median(losses[1:])}, most {max(losses[1:])}")


def used(work: Callable[[], Answer]) -> tuple[Answer, float]:
    """The answer, and the seconds of processor time it took."""
    began = time.process_time()
    answer = work()
    return answer, time.process_time() - began


def declined(board: sn.Snapshot, plan: Plan, event: Event) -> tuple[int, int]:
    """What it costs more that some decline one after the other, and how many seats change hands."""
    standing, before = Standing(board, plan), {e.seat: e.expert for e in plan.engagements}
    extra = 0
    for seat in event.seats:
        answer = standing.decline(seat)
        assert not answer.violations
        standing.carry_out(answer)
        extra += answer.extra
    now = {seat: standing.problem.roster.ids[row] for seat, row in standing.board.seats.items()}
    return extra, sum(before.get(seat) != now.get(seat) for seat in before | now)


def without(board: sn.Snapshot, plan: Plan, event: Event) -> sn.Snapshot:
    """The board after an event, with nobody kept but by what a change costs."""
    before = arrangement(plan, lambda engagement: True)
    if event.ill:
        gone = Away(event.ill, (sn.Span(0, board.horizon_minutes),))
        return sn.checked(replace(facts_after(gone, board), previous=before))
    holder = {engagement.seat: engagement.expert for engagement in plan.engagements}
    need_of = {seat.id: need.id for need in board.needs for seat in need.seats}
    bans = (*board.need_bans, *(sn.NeedBan(need_of[seat], holder[seat]) for seat in event.seats))
    return sn.checked(replace(board, previous=before, need_bans=bans))


if __name__ == "__main__":
    main()
