"""Sharing out seats so that the worst filled seat is as good as can be, then the next one, and so on.

Seat by seat the whole order can be proven, for it asks only how many seats are filled no better than a
value: a flow says that. Values are taken from the worst on. While another division does without a value, its
pairs go; where none does, as few seats as possible have it, and what all such divisions share is settled.
"""

from dataclasses import dataclass, replace

import numpy as np

from expertpool.scheduling.roster import Bools, Ints
from expertpool.scheduling.split import Split


@dataclass(frozen=True, slots=True)
class Seatwise:
    """Who sits where, and the quality of each filled seat from the worst on.

    No division has more at the first place that differs.
    Shape: `seated` is [experts, groups], `reached` [seats].
    """

    seated: Bools
    reached: Ints


def seat_by_seat(split: Split) -> Seatwise | None:
    """The division whose worst filled seat is best, then the next one, to the last.

    None if not every seat can be filled. Always proven, and the same every time.

    Source: lexicographic bottleneck assignment, Burkard and Rendl, Operations Research Letters 10 (1991)
    """
    seated = split.highest_sum(split.quality)
    if seated is None:
        return None
    held, rest = np.zeros_like(seated), split
    last = int(split.quality.min(initial=0)) - 1
    while True:
        better = split.quality > last
        ahead = split.quality[seated & better]
        if not len(ahead):
            both = seated | held
            return Seatwise(both, np.sort(split.quality[both]))
        level = int(ahead.min())
        rest = replace(rest, allowed=rest.allowed & ~(better & (split.quality < level)))
        rest, seated, settled = _settled(rest, seated, level)
        held, last = held | settled, level


def _settled(rest: Split, seated: Bools, level: int) -> tuple[Split, Bools, Bools]:
    """With the fewest seats at a level: what is left to share out, who sits there, and what is settled."""
    at_level = rest.allowed & (rest.quality == level)
    none = np.zeros_like(seated)
    if at_level.sum() == 1:
        other = _rerouted(rest, seated, at_level)
        if other is None:
            return rest.without(at_level), seated & ~at_level, at_level
        return replace(rest, allowed=rest.allowed & ~at_level), other, none
    value = -at_level.astype(np.int64)
    fewest = rest.highest_sum(value)
    assert fewest is not None
    if not (fewest & at_level).any():
        return replace(rest, allowed=rest.allowed & ~at_level), fewest, none
    face, settled = rest.narrowed(value, fewest)
    return face, fewest & ~settled, settled


def _rerouted(rest: Split, seated: Bools, pair: Bools) -> Bools | None:
    """A division without a pair of `seated`, which loads other experts instead; None if there is none.

    A shortest chain of changes is looked for: an expert takes a seat of a group, somebody of this group
    leaves it, and takes another, or carries less; then another may carry more.
    """
    (expert,), (group,) = np.nonzero(pair)
    load, free = seated.sum(axis=1), rest.allowed & ~seated
    came_to = np.full(len(rest.seats), -1)  # by which expert a group is reached
    left = np.full(len(load), -2)  # which group an expert is reached by; -1: by the load of another
    left[expert], lighter, frontier = len(rest.seats), -1, np.array([expert])
    while len(frontier):
        reached = np.flatnonzero(free[frontier].any(axis=0) & (came_to < 0))
        came_to[reached] = frontier[free[np.ix_(frontier, reached)].argmax(axis=0)]
        if came_to[group] >= 0:
            return _changed(seated, int(expert), int(group), came_to, left, lighter)
        leaving = np.zeros_like(seated)
        leaving[:, reached] = seated[:, reached] & (left == -2)[:, None]
        following = np.flatnonzero(leaving.any(axis=1))
        left[following] = leaving[following].argmax(axis=1)
        able = frontier[load[frontier] > rest.least[frontier]]
        if lighter < 0 and len(able):
            lighter = int(able[0])
            heavier = np.flatnonzero((load < rest.most) & (left == -2))
            left[heavier] = -1
            following = np.concatenate([following, heavier])
        frontier = following
    return None


def _changed(seated: Bools, expert: int, group: int, came_to: Ints, left: Ints, lighter: int) -> Bools:
    """The division after the chain of changes that was found, from its end on."""
    changed = seated.copy()
    changed[expert, group] = False
    while True:
        comes = int(came_to[group])
        changed[comes, group] = True
        if left[comes] == -1:
            comes = lighter
        if comes == expert:
            return changed
        group = int(left[comes])
        changed[comes, group] = False
