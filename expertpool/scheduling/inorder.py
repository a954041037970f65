"""Sharing out seats in order: the worst-off group as well off as can be, then the next, and so on.

No group can be better off than with the first choice of everybody. While one group after the other gets that,
and all others no less, the order is proven without a search. From where groups stand in each other's way on
it is searched for exactly, threshold by threshold, if the split is small.
"""

from dataclasses import dataclass

import numpy as np

from expertpool.scheduling import cpsat
from expertpool.scheduling.exchange import lifted
from expertpool.scheduling.leximin import MOST_UNDECIDED, highest_above, worst_off
from expertpool.scheduling.model import Model, Objective
from expertpool.scheduling.roster import Bools, Ints
from expertpool.scheduling.split import Split

GIVE_UP = 60  # rounds without a better division before a level is taken as out of reach


@dataclass(frozen=True, slots=True)
class Ordered:
    """Who sits where, the groups' qualities from the worst-off on, and how many of these nobody can better.

    Shape: `seated` is [experts, groups]. proven: with the places before as they are, no division has more at
    any of so many first places; behind them it is the best that was found.
    """

    seated: Bools
    reached: Ints
    proven: int


def in_order(split: Split, *, deterministic_seconds: float) -> Ordered | None:
    """The division whose worst-off group is best off, then the next one, and so on.

    None if not every seat can be filled. Where the order is not settled to its end, a high sum is looked for
    beside what was settled.

    Source: leximin by thresholds, Ogryczak and Sliwinski, European Journal of Operational Research 169 (2006)
    """
    first = split.highest_sum(split.quality)
    if first is None:
        return None
    fair, bound = worst_off(split, first, deterministic_seconds / 4)
    worst = int(split.of_groups(fair).min())
    seated, floor, proven = _by_ceilings(split, fair, worst)
    if proven == 0 and worst == bound:
        proven = 1 if int((split.of_groups(seated) == worst).sum()) == 1 else 0
    if split.allowed.sum() <= MOST_UNDECIDED:
        levels = _Levels(split, floor, seated, int((split.ceilings() <= floor.max()).sum()))
        closed = levels.raised(deterministic_seconds / 2)
        if levels.places > proven:
            return _told(split, levels.seated, len(split.seats) if closed else levels.places)
    best = highest_above(split, seated, floor, deterministic_seconds / 4)
    return _told(split, best, proven)


def _told(split: Split, seated: Bools, proven: int) -> Ordered:
    return Ordered(seated, np.sort(split.of_groups(seated)), proven)


def _by_ceilings(split: Split, seated: Bools, worst: int) -> tuple[Bools, Ints, int]:
    """A division in which as many groups as were reached have their ceilings, and no other has less; the
    floors that it keeps, and how many places of the order that proves."""
    ceilings = split.ceilings()
    levels = np.unique(ceilings)
    reached, out = -1, len(levels)
    while out - reached > 1:
        aim = (reached + out) // 2 if out < len(levels) else min(2 * reached + 2, len(levels) - 1)
        better = lifted(split, seated, np.minimum(ceilings, levels[aim]), patience=GIVE_UP)
        if better is None:
            out = aim
        else:
            seated, reached = better, aim
    if reached < 0:
        return seated, np.full(len(ceilings), worst, dtype=np.int64), 0
    return seated, np.minimum(ceilings, levels[reached]), int((ceilings <= levels[reached]).sum())


class _Levels:
    """The order from its first open place on, raised level by level; every level is a search with proof.

    places: of the order that are settled; thresholds: by them, how much so many groups must reach.
    """

    def __init__(self, split: Split, floor: Ints, seated: Bools, places: int) -> None:
        self.split, self.floor, self.seated, self.places = split, floor, seated, places
        self.thresholds: list[tuple[int, int]] = []
        self.pairs = np.nonzero(split.allowed)

    def raised(self, seconds: float) -> bool:
        """Settle levels until none is left or the work is done; says whether none is left."""
        groups = len(self.split.seats)
        while self.places < groups:
            level, work = self._highest_level(seconds)
            if level is None:
                return False
            self.thresholds.append((level, groups - self.places))
            count, more = self._most_above(level + 1, seconds - work)
            if count is None:
                self.thresholds.pop()
                return False
            seconds -= work + more
            self.thresholds.append((level + 1, count))
            self.places = groups - count
        return True

    def _highest_level(self, seconds: float) -> tuple[int | None, float]:
        """The most that all groups but those settled can reach together."""
        model, quality = self._model()
        top, least = int(self.split.ceilings().max()), int(self.floor.min())
        level = model.column(least, top)
        counted = []
        for terms in quality:
            reaches = model.column()
            counted.append((reaches, 1))
            slack = top - least
            model.row([*terms, (level, -1), (reaches, -slack)], low=-slack)
        model.row(counted, low=len(quality) - self.places)
        outcome = self._search(model, Objective(coefs={level: -1}), seconds)
        return (-outcome.bound if outcome.proven else None), outcome.work

    def _most_above(self, level: int, seconds: float) -> tuple[int | None, float]:
        """How many groups can reach a level."""
        model, quality = self._model()
        reaching = self._reaching(model, quality, level)
        outcome = self._search(model, Objective(coefs=dict.fromkeys(reaching, -1)), seconds)
        return (-outcome.bound if outcome.proven else None), outcome.work

    def _search(self, model: Model, objective: Objective, seconds: float) -> cpsat.Outcome:
        def better(values: list[int], bound: int) -> bool:
            seated = np.zeros_like(self.seated)
            seated[self.pairs] = np.array(values[: len(self.pairs[0])], dtype=bool)
            self.seated = seated
            return True

        hint = dict(enumerate(self.seated[self.pairs].astype(int).tolist()))
        return cpsat.minimise(
            model, objective, hint=hint, deterministic_seconds=max(seconds, 0.01), on_better=better
        )

    def _model(self) -> tuple[Model, list[list[tuple[int, int]]]]:
        """Divisions that keep the rules, the floors and every threshold; what each group gets, as terms."""
        split, model = self.split, Model()
        by_expert: list[list[tuple[int, int]]] = [[] for _ in split.most]
        by_group: list[list[tuple[int, int]]] = [[] for _ in split.seats]
        quality: list[list[tuple[int, int]]] = [[] for _ in split.seats]
        for expert, group in zip(*(axis.tolist() for axis in self.pairs), strict=True):
            column = model.column()
            by_expert[expert].append((column, 1))
            by_group[group].append((column, 1))
            quality[group].append((column, int(split.quality[expert, group])))
        for expert, terms in enumerate(by_expert):
            if terms:
                model.row(terms, low=int(split.least[expert]), high=int(split.most[expert]))
        for group, terms in enumerate(by_group):
            model.row(terms, low=int(split.seats[group]), high=int(split.seats[group]))
            model.row(quality[group], low=int(self.floor[group]))
        for level, count in self.thresholds:
            self._reaching(model, quality, level)
            reaching = range(len(model.low) - len(quality), len(model.low))
            model.row([(column, 1) for column in reaching], low=count)
        return model, quality

    def _reaching(self, model: Model, quality: list[list[tuple[int, int]]], level: int) -> list[int]:
        """A column for each group that may be yes only if the group reaches a level."""
        found = []
        for group, terms in enumerate(quality):
            reaches = model.column()
            least = int(self.floor[group])
            model.row([*terms, (reaches, -max(0, level - least))], low=min(least, level))
            found.append(reaches)
        return found
