"""Seats without times on reviewer-assignment data: `python -m bench.reviewers [FOLDER]`.

Reads every set of a folder (`NAME-scores.npy` reviewers × papers, a score of −1 bars; `NAME-covs.npy`
reviewers per paper; `NAME-loads.npy` most papers per reviewer; `NAME-loads-lb.npy` least, if there are any),
or makes a small one without a folder. Prints, beside the highest sum that a flow proves, the division with
the best worst-off paper and its bounds, the order of all papers from the worst-off on, and the order of all
seats from the worst filled on. Seconds are processor time, medians of three runs after one that loads the
solver; where least loads bind, the first two are searches of a minute and are run once.
"""

import statistics
import sys
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import TypeVar

import numpy as np
import numpy.typing as npt

from expertpool.scheduling.inorder import in_order
from expertpool.scheduling.leximin import Division, fairest
from expertpool.scheduling.roster import Bools, Ints
from expertpool.scheduling.seatwise import seat_by_seat
from expertpool.scheduling.split import Split

POINTS = 1_000_000  # of quality, for a score of 1
BARRED = -0.999999
WORK = 10.0  # deterministic seconds; some seven times as many by the clock where parts are many
Answer = TypeVar("Answer")
Floats = npt.NDArray[np.float64]


def main(folder: Path | None) -> None:
    sets = generated() if folder is None else read(folder)
    fairest(next(generated())[1], deterministic_seconds=WORK)
    heading = (
        f"{'set':28} {'sum':>10} {'at most':>10} {'worst':>8} {'at most':>8} {'proven':>7} {'seconds':>8}"
    )
    print(heading, "-" * len(heading), sep="\n")
    for name, split in sets:
        flow, seconds = timed(partial(split.highest_sum, split.quality), runs=3)
        assert flow is not None
        total, worst = split.total(flow), int(split.of_groups(flow).min())
        print(row(f"{name}: flow", total, total, worst, None, seconds))
        runs = 1 if split.least.any() else 3
        found, seconds = timed(partial(fairest, split, deterministic_seconds=WORK), runs=runs)
        assert found is not None
        assert split.keeps_rules(found.seated)
        print(row(f"{name}: fairest", found.total, found.total_bound, found.worst, found, seconds))
        order, seconds = timed(partial(in_order, split, deterministic_seconds=WORK), runs=runs)
        assert order is not None
        assert split.keeps_rules(order.seated)
        print(_line(f"{name}: in order", split, order.seated, seconds, order.proven, len(order.reached)))
        seatwise, seconds = timed(partial(seat_by_seat, split), runs=3)
        assert seatwise is not None
        assert split.keeps_rules(seatwise.seated)
        filled = len(seatwise.reached)
        print(_line(f"{name}: seat by seat", split, seatwise.seated, seconds, filled, filled))


def _line(name: str, split: Split, seated: Bools, seconds: float, proven: int, places: int) -> str:
    """One line of a whole order: how many of its places are proven."""
    total, worst = split.total(seated), int(split.of_groups(seated).min())
    return f"{row(name, total, total, worst, None, seconds)}  places proven: {proven} of {places}"


def row(name: str, total: int, most: int, worst: int, found: Division | None, seconds: float) -> str:
    """One line of the table; scores as in the data."""
    bound = "" if found is None else f"{found.worst_bound / POINTS:.4f}"
    proven = "sum" if found is None else "both" if found.proven else "worst" if found.fair else "no"
    figures = f"{total / POINTS:10.4f} {most / POINTS:10.4f} {worst / POINTS:8.4f} {bound:>8}"
    return f"{name:28} {figures} {proven:>7} {seconds:8.3f}"


def timed(work: Callable[[], Answer], *, runs: int) -> tuple[Answer, float]:
    """The answer, and the median of the seconds it took."""
    seconds = []
    for _ in range(runs):
        began = time.process_time()
        answer = work()
        seconds.append(time.process_time() - began)
    return answer, statistics.median(seconds)


def read(folder: Path) -> Iterator[tuple[str, Split]]:
    """The sets of a folder, each without and with its least loads."""
    for file in sorted(folder.glob("*-scores.npy")):
        name = file.name.removesuffix("-scores.npy")
        scores, seats = np.load(file), np.load(folder / f"{name}-covs.npy")
        most = np.load(folder / f"{name}-loads.npy")
        least = folder / f"{name}-loads-lb.npy"
        yield f"{name} ≤{most.max()}", split_of(scores, seats, np.zeros_like(most), most)
        if least.exists():
            low = np.load(least)
            yield f"{name} {low.min()}–{most.max()}", split_of(scores, seats, low, most)


def generated(reviewers: int = 60, papers: int = 40, seed: int = 1) -> Iterator[tuple[str, Split]]:
    """A small set by seed: reviewers and papers near each other in a space of topics fit well."""
    draw = np.random.default_rng(seed)
    who, what = draw.normal(size=(reviewers, 6)), draw.normal(size=(papers, 6))
    scores = np.clip(who @ what.T / 8, -0.5, 1)
    scores[draw.random(scores.shape) < 0.05] = -1
    most, none = np.full(reviewers, 4), np.zeros(reviewers, dtype=np.int64)
    yield "generated ≤4", split_of(scores, np.full(papers, 3), none, most)
    yield "generated 1–4", split_of(scores, np.full(papers, 3), none + 1, most)


def split_of(scores: Floats, seats: Ints, least: Ints, most: Ints) -> Split:
    """The data in whole numbers."""
    whole = np.int64
    return Split(
        quality=np.rint(scores * POINTS).astype(whole),
        allowed=scores > BARRED,
        seats=seats.astype(whole),
        least=least.astype(whole),
        most=most.astype(whole),
    )


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else None)
