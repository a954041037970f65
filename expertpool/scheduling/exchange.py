"""A division of seats made fairer by exchanges: two experts change places, or a free one takes over a seat.

It proves nothing; it finds what `leximin` then proves, or what stands where a proof is out of reach.
"""

from dataclasses import dataclass

import numpy as np

from expertpool.scheduling.roster import Bools, Ints
from expertpool.scheduling.split import Split

PATIENCE = 400  # rounds without a better division before a floor is given up


@dataclass(frozen=True, slots=True)
class _Exchanges:
    """Every exchange that keeps the rules. Shape: one entry each; `other` is -1 where a free expert comes in.

    The expert `leaves` gives the seat in `group` to `comes`, and takes theirs in `other` (if there is one).
    after, after_other: the two groups' qualities then.
    """

    leaves: Ints
    group: Ints
    comes: Ints
    other: Ints
    after: Ints
    after_other: Ints

    def made(self, seated: Bools, place: int) -> None:
        """Carry one out."""
        leaves, group = self.leaves[place], self.group[place]
        comes, other = self.comes[place], self.other[place]
        seated[leaves, group] = False
        seated[comes, group] = True
        if other >= 0:
            seated[comes, other] = False
            seated[leaves, other] = True


def lifted(split: Split, seated: Bools, floor: Ints, *, patience: int = PATIENCE) -> Bools | None:
    """A division in which every group reaches its floor, found from `seated`; None if patience ran out first.

    Whenever no exchange lessens what is missing, what is still missing weighs more: that leads out of dead
    ends without any draw.

    Source: breakout local search, Morris, AAAI (1993)
    """
    seated = seated.copy()
    weight = np.ones(len(split.seats), dtype=np.int64)
    least, waited = None, 0
    while waited < patience:
        reached = split.of_groups(seated)
        missing = np.maximum(0, floor - reached)
        if not missing.any():
            return seated
        total = int(missing.sum())
        waited = 0 if least is None or total < least else waited + 1
        least = total if least is None else min(least, total)
        found = _exchanges(split, seated, reached, np.flatnonzero(missing))
        gain = (weight * missing)[found.group] - weight[found.group] * np.maximum(
            0, floor[found.group] - found.after
        )
        other = np.maximum(0, floor[found.other] - found.after_other)
        gain += np.where(found.other >= 0, (weight * missing)[found.other] - weight[found.other] * other, 0)
        if len(gain) and gain.max() > 0:
            found.made(seated, int(gain.argmax()))
        else:
            weight[missing > 0] *= 2
            weight = np.minimum(weight, 1 << 20)
    return None


def enriched(split: Split, seated: Bools, floor: Ints) -> Bools:
    """The division with its sum raised by exchanges for as long as any helps, every group above its floor."""
    seated = seated.copy()
    every = np.arange(len(split.seats))
    while True:
        reached = split.of_groups(seated)
        found = _exchanges(split, seated, reached, every)
        gain = found.after - reached[found.group]
        gain += np.where(found.other >= 0, found.after_other - reached[found.other], 0)
        sound = found.after >= floor[found.group]
        sound &= (found.other < 0) | (found.after_other >= floor[found.other])
        gain = np.where(sound, gain, 0)
        if not len(gain) or gain.max() <= 0:
            return seated
        found.made(seated, int(gain.argmax()))


def _exchanges(split: Split, seated: Bools, reached: Ints, groups: Ints) -> _Exchanges:
    """Every exchange in which somebody leaves one of these groups."""
    quality, load = split.quality, seated.sum(axis=1)
    within = np.zeros(len(split.seats), dtype=bool)
    within[groups] = True
    leaves, group = np.nonzero(seated & within)
    there, elsewhere = np.nonzero(seated)
    one, two = np.meshgrid(np.arange(len(leaves)), np.arange(len(there)), indexing="ij")
    can_go = split.allowed & ~seated
    swap = can_go[there[two], group[one]] & can_go[leaves[one], elsewhere[two]]
    a, b = one[swap], two[swap]
    spare = np.flatnonzero(load < split.most)
    free, new = np.meshgrid(np.flatnonzero(load[leaves] > split.least[leaves]), spare, indexing="ij")
    fits = can_go[new, group[free]]
    c, d = free[fits], new[fits]
    after = reached[group[a]] - quality[leaves[a], group[a]] + quality[there[b], group[a]]
    after_other = reached[elsewhere[b]] - quality[there[b], elsewhere[b]] + quality[leaves[a], elsewhere[b]]
    alone = reached[group[c]] - quality[leaves[c], group[c]] + quality[d, group[c]]
    none = np.full(len(c), -1)
    return _Exchanges(
        leaves=np.concatenate([leaves[a], leaves[c]]),
        group=np.concatenate([group[a], group[c]]),
        comes=np.concatenate([there[b], d]),
        other=np.concatenate([elsewhere[b], none]),
        after=np.concatenate([after, alone]),
        after_other=np.concatenate([after_other, none]),
    )
