"""Sharing out seats so that the worst-off group is as well off as can be, and the sum highest beside that.

The highest sum is a flow. A floor under every group is not: its price is found by Lagrange multipliers, each
step again a flow; what the prices leave undecided is small enough for an exact search, which is the proof.
"""

from dataclasses import dataclass, replace

import numpy as np

from expertpool.scheduling import branching, cpsat
from expertpool.scheduling.exchange import enriched, lifted
from expertpool.scheduling.model import FREE, Model, Objective
from expertpool.scheduling.roster import Bools, Ints
from expertpool.scheduling.split import Split

UNIT = 4_096  # a multiplier of 1; prices are whole numbers so that every bound is exact
ROUNDS = 80  # flows spent on the prices of a floor
HALVINGS = 5  # floors tried between the best reached and the least out of reach
MOST_UNDECIDED = 4_000  # pairs an exact search is asked to settle
MOST_BRANCHED = 30_000  # pairs that branch and bound is asked to settle
NODES = 5_000  # of its tree at most
FEW_UNDECIDED = 600  # so few are settled in no time
PART = 24  # groups shared out anew at a time
PART_SECONDS = 0.4
LEAST_SECONDS = 0.02  # what a part counts for at least, so that the search ends


@dataclass(frozen=True, slots=True)
class Division:
    """Who sits where, and how good that is beside what nobody can better.

    Shape: `seated` is [experts, groups]. worst_bound: no division has a better worst-off group; total_bound:
    none whose worst-off group is as good has a higher sum; highest: none has a higher sum at all.
    """

    seated: Bools
    worst: int
    worst_bound: int
    total: int
    total_bound: int
    highest: int

    @property
    def fair(self) -> bool:
        """Whether it is proven that no worst-off group can be better off."""
        return self.worst == self.worst_bound

    @property
    def proven(self) -> bool:
        """Whether nothing is fairer, and nothing as fair is better."""
        return self.fair and self.total == self.total_bound


@dataclass(slots=True)
class _Priced:
    """The multipliers that prove most about floors, and the best division that keeps them.

    bound: no division above the floors has a higher sum; value: quality under the prices, in units; seated:
    the best division by `value`.
    """

    bound: int
    value: Ints
    seated: Bools
    best: Bools | None


def fairest(split: Split, *, deterministic_seconds: float) -> Division | None:
    """The division with the best worst-off group and, among those, the highest sum; None if not every seat
    can be filled. What could not be proven within the work allowed is told by the bounds.

    Source: reviewer assignment by maximin, Garg et al., "Assigning Papers to Referees", Algorithmica (2010)
    """
    first = split.highest_sum(split.quality)
    if first is None:
        return None
    seated, bound = worst_off(split, first, deterministic_seconds / 2)
    floor = _everywhere(split, int(split.of_groups(seated).min()))
    highest, seconds = split.total(first), deterministic_seconds / 2
    return _highest_above(split, seated, floor, bound, highest, seconds, most_branched=MOST_BRANCHED)


def highest_above(split: Split, seated: Bools, floor: Ints, seconds: float) -> Bools:
    """The division with the highest sum that was found with every group at its floor or above.

    `seated` keeps the floors already.
    """
    highest = int(split.ceilings().sum())
    return _highest_above(split, seated, floor, highest, highest, seconds, most_branched=0).seated


def worst_off(split: Split, first: Bools, seconds: float) -> tuple[Bools, int]:
    """A division with the best worst-off group that was found, and a bound for every worst-off group."""
    bound = int(split.ceilings().min())
    seated, floor = first, int(split.of_groups(first).min())
    out_of_reach = bound + 1
    for attempt in range(1 + HALVINGS):
        aim = bound if attempt == 0 else (floor + out_of_reach) // 2
        if aim <= floor:
            break
        better = _reached(split, seated, _everywhere(split, aim))
        if better is None:
            out_of_reach = aim
        else:
            seated, floor = better, int(split.of_groups(better).min())
    if floor < bound and split.allowed.sum() <= MOST_UNDECIDED:
        part = _Part(split, np.zeros_like(first), split.allowed, _everywhere(split, floor))
        part.raise_floor(bound)
        seated, bound = part.fairest(seated, seconds)
    return seated, bound


def _everywhere(split: Split, floor: int) -> Ints:
    """The same floor for every group."""
    return np.full(len(split.seats), floor, dtype=np.int64)


def _reached(split: Split, seated: Bools, floor: Ints) -> Bools | None:
    """A division with every group at its floor or above, if one is found."""
    priced = _priced(split, floor, ROUNDS // 4)
    if priced.best is not None:
        return priced.best
    from_prices = lifted(split, priced.seated, floor)
    return lifted(split, seated, floor) if from_prices is None else from_prices


def _highest_above(
    split: Split,
    seated: Bools,
    floor: Ints,
    worst_bound: int,
    highest: int,
    seconds: float,
    *,
    most_branched: int,
) -> Division:
    """The highest sum with every group at its floor or above, proven if it can be.

    Up to `most_branched` undecided pairs are settled by branch and bound, which may take a minute.
    """
    best = enriched(split, seated, floor)
    priced = _priced(split, floor, ROUNDS)
    if priced.best is not None:
        best = max(best, enriched(split, priced.best, floor), key=split.total)
    bound = priced.bound
    kept, undecided = _undecided(split, priced, split.total(best))
    if split.total(best) < bound and undecided.sum() <= MOST_UNDECIDED:
        part = _Part(split, kept, undecided, floor)
        best, proven, spent = part.best(best, seconds)
        bound = split.total(best) if proven else bound
        seconds -= spent
    elif split.total(best) < bound and undecided.sum() <= most_branched:
        best, bound = _Part(split, kept, undecided, floor).branched(best, bound)
    if split.total(best) < bound:
        best = _by_parts(split, best, floor, seconds)
    worst = int(split.of_groups(best).min())
    return Division(best, worst, worst_bound, split.total(best), bound, highest)


def _priced(split: Split, floor: Ints, rounds: int) -> _Priced:
    """Prices for the groups below their floors, by steps against what is missing.

    Source: Held, Wolfe and Crowder, "Validation of subgradient optimization", Math. Programming 6 (1974)
    """
    multiplier = np.zeros(len(split.seats))
    found: _Priced | None = None
    best: Bools | None = None
    for step in range(rounds):
        weight = np.rint((1 + multiplier) * UNIT).astype(np.int64)
        value = split.quality * weight
        seated = split.highest_sum(value)
        assert seated is not None
        reached = split.of_groups(seated)
        bound = int((reached * weight).sum() - (floor * (weight - UNIT)).sum()) // UNIT
        if (reached >= floor).all() and (best is None or split.total(seated) > split.total(best)):
            best = seated
        if found is None or bound < found.bound:
            found = _Priced(bound, value, seated, None)
        total = bound - bound // 1_000 if best is None else split.total(best)
        missing = (floor - reached).astype(float)
        length = float((missing**2)[(missing > 0) | (multiplier > 0)].sum())
        if bound <= total or length == 0 or (best is not None and _nearly(split, found, total, step)):
            break
        stride = 0.7 if step < rounds // 3 else 0.3
        multiplier = np.maximum(0, multiplier + stride * (bound - total) / length * missing)
    assert found is not None
    found.best = best
    return found


def _nearly(split: Split, priced: _Priced, total: int, step: int) -> bool:
    """Whether so little is undecided that an exact search is quicker than more prices; asked now and then."""
    return step % 10 == 9 and int(_undecided(split, priced, total)[1].sum()) <= FEW_UNDECIDED


def _undecided(split: Split, priced: _Priced, total: int) -> tuple[Bools, Bools]:
    """The pairs that every division with a higher sum than `total` holds, and those it may hold."""
    worth = split.reduced(priced.value, priced.seated)
    gap = (priced.bound + 1 - total) * UNIT
    kept = priced.seated & (worth > gap)
    return kept, split.allowed & ~kept & (worth >= -gap)


def _by_parts(split: Split, best: Bools, floor: Ints, seconds: float) -> Bools:
    """The division bettered part by part: the seats of some groups at a time, shared out anew exactly.

    Source: large neighbourhood search, Shaw (1998); the groups are drawn with a fixed seed.
    """
    draw = np.random.default_rng(1)
    size = min(PART, len(split.seats))
    while seconds > 0:
        chosen = np.zeros(len(split.seats), dtype=bool)
        chosen[draw.choice(len(split.seats), size, replace=False)] = True
        people = (best & chosen).any(axis=1) | (best.sum(axis=1) < split.most)
        part = _Part(split, best & ~chosen, split.allowed & chosen & people[:, None], floor)
        best, _, spent = part.best(best, min(seconds, PART_SECONDS))
        seconds -= max(spent, LEAST_SECONDS)
    return best


class _Part:
    """The rest of a division as a model: one column per open pair; seats, loads and the floor as rows."""

    def __init__(self, split: Split, kept: Bools, undecided: Bools, floor: Ints) -> None:
        self.split, self.kept, self.floor = split, kept, floor
        self.rows, self.groups = np.nonzero(undecided)
        self.model = Model()
        self.objective = Objective(constant=-split.total(kept))
        by_expert: dict[int, list[tuple[int, int]]] = {}
        by_group: dict[int, list[tuple[int, int]]] = {}
        for expert, group in zip(self.rows.tolist(), self.groups.tolist(), strict=True):
            column, quality = self.model.column(), int(split.quality[expert, group])
            self.objective.add(column, -quality)
            by_expert.setdefault(expert, []).append((column, 1))
            by_group.setdefault(group, []).append((column, quality))
        load, taken, reached = kept.sum(axis=1), kept.sum(axis=0), split.of_groups(kept)
        for expert, terms in by_expert.items():
            low, high = split.least[expert] - load[expert], split.most[expert] - load[expert]
            self.model.row(terms, low=int(low), high=int(high))
        for group, terms in by_group.items():
            left = int(split.seats[group] - taken[group])
            self.model.row([(column, 1) for column, _ in terms], low=left, high=left)
            self.model.row(terms, low=int(floor[group] - reached[group]))

    def best(self, seated: Bools, seconds: float) -> tuple[Bools, bool, float]:
        """The best division of this part, from `seated` on; whether that is proven; and the work it took."""
        found, outcome = self._searched(seated, seconds)
        return max(found, key=self.split.total), outcome.proven, outcome.work

    def branched(self, seated: Bools, most: int) -> tuple[Bools, int]:
        """The best division, from `seated` on, and a bound of the sum that is no worse than `most`."""
        found = branching.minimise(self.model, self.objective, nodes=NODES)
        if found is None:
            return seated, most
        if found.values is not None:
            other = self._division(found.values)
            legal = self.split.keeps_rules(other) and bool((self.split.of_groups(other) >= self.floor).all())
            seated = max(seated, other, key=self.split.total) if legal else seated
        return seated, min(most, max(-found.bound, self.split.total(seated)))

    def _division(self, values: list[int]) -> Bools:
        division = self.kept.copy()
        division[self.rows, self.groups] = np.array(values[: len(self.rows)], dtype=bool)
        return division

    def raise_floor(self, most: int) -> None:
        """Let the floor of all groups, up to `most`, be what is searched for instead of the sum."""
        floor = int(self.floor[0])
        above = self.model.column(0, most - floor)
        self.model.rows = [
            replace(row, columns=(*row.columns, above), coefs=(*row.coefs, -1)) if row.high == FREE else row
            for row in self.model.rows
        ]
        self.objective = Objective(constant=-floor, coefs={above: -1})

    def fairest(self, seated: Bools, seconds: float) -> tuple[Bools, int]:
        """The division with the best worst-off group, and a bound for it. After `raise_floor`."""
        found, outcome = self._searched(seated, seconds)
        return max(found, key=lambda one: int(self.split.of_groups(one).min())), -outcome.bound

    def _searched(self, seated: Bools, seconds: float) -> tuple[list[Bools], cpsat.Outcome]:
        """The divisions that were met, beginning with `seated`."""
        found = [seated]

        def better(values: list[int], bound: int) -> bool:
            found.append(self._division(values))
            return True

        hint = dict(enumerate(seated[self.rows, self.groups].astype(int).tolist()))
        outcome = cpsat.minimise(
            self.model, self.objective, hint=hint, deterministic_seconds=seconds, on_better=better
        )
        return found, outcome
