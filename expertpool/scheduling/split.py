"""Seats without times, shared out by quality: who may sit in which group, how much each may carry.

A group is a need (or a paper) with some seats of one kind; an expert takes at most one seat of a group. This
is the planner's problem where nobody has to meet: reviewers and papers, opinions in writing.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from expertpool.scheduling import flows
from expertpool.scheduling.roster import Bools, Ints

FAR = 1 << 60


@dataclass(frozen=True, slots=True)
class Split:
    """What is to be shared out.

    Shape: `quality` and `allowed` are [experts, groups], `seats` [groups], `least` and `most` [experts].
    Units: quality in whole points; the quality of a group is the sum over its seats.
    """

    quality: Ints
    allowed: Bools
    seats: Ints
    least: Ints
    most: Ints

    def of_groups(self, seated: Bools) -> Ints:
        """The quality each group gets."""
        total: Ints = np.where(seated, self.quality, 0).sum(axis=0)
        return total

    def total(self, seated: Bools) -> int:
        """The quality of all groups together."""
        return int(self.quality[seated].sum())

    def ceilings(self) -> Ints:
        """The quality each group would get if it had the first choice."""
        ranked = -np.sort(-np.where(self.allowed, self.quality, -FAR // 1_000), axis=0)
        places = np.arange(len(ranked))[:, None]
        best: Ints = np.where(places < self.seats, ranked, 0).sum(axis=0)
        return best

    def keeps_rules(self, seated: Bools) -> bool:
        """Whether every seat is filled by somebody allowed, within everybody's loads."""
        loads = seated.sum(axis=1)
        fits = bool((loads >= self.least).all() and (loads <= self.most).all())
        return (
            fits
            and not bool((seated & ~self.allowed).any())
            and bool((seated.sum(axis=0) == self.seats).all())
        )

    def highest_sum(self, value: Ints) -> Bools | None:
        """Who sits where for the highest sum of `value`; None if the seats cannot all be filled.

        Shape: [experts, groups] each. A flow: whole-numbered at once, and its value is a proof.
        """
        experts, groups = self.quality.shape
        rows, columns = np.nonzero(self.allowed)
        bonus = (int(np.abs(value).max(initial=0)) + 1) * (experts + groups)
        root, places = experts + groups, np.arange(experts)
        network = flows.Network(
            tails=np.concatenate([np.full(2 * experts, root), rows, experts + np.arange(groups)]),
            heads=np.concatenate([places, places, experts + columns, np.full(groups, root + 1)]),
            capacities=np.concatenate([self.least, self.most - self.least, np.ones_like(rows), self.seats]),
            costs=np.concatenate(
                [np.full(experts, -bonus), np.zeros(experts), -value[rows, columns], np.zeros(groups)]
            ).astype(np.int64),
        )
        flow = flows.cheapest(network, source=root, sink=root + 1, amount=int(self.seats.sum()))
        if flow is None or (flow[:experts] < self.least).any():
            return None
        seated = np.zeros(self.quality.shape, dtype=bool)
        seated[rows, columns] = flow[2 * experts : 2 * experts + len(rows)] > 0
        return seated

    def reduced(self, value: Ints, seated: Bools) -> Ints:
        """What each pair is worth beyond the prices that prove `seated` to have the highest sum of `value`.

        No other division that uses a pair outside `seated` comes nearer to the sum than the pair's worth
        below nought; the same for leaving out a pair of `seated`, above.

        Shape: [experts, groups]; at most 0 outside `seated`, at least 0 inside.
        Source: potentials of a minimum-cost flow, Ahuja, Magnanti and Orlin, Network Flows (1993), ch. 9.
        """
        expert, group, _ = self._potentials(value, seated)
        worth: Ints = value - expert[:, None] + group[None, :]
        return worth

    def without(self, pairs: Bools) -> Split:
        """What is left to be shared out once these pairs are settled."""
        loads = pairs.sum(axis=1)
        return replace(
            self,
            allowed=self.allowed & ~pairs,
            seats=self.seats - pairs.sum(axis=0),
            least=np.maximum(0, self.least - loads),
            most=self.most - loads,
        )

    def narrowed(self, value: Ints, seated: Bools) -> tuple[Split, Bools]:
        """The split whose divisions are just those with the highest sum of `value`, which `seated` has.

        It is told as the pairs that all of them hold, and what is left beside these.

        Source: complementary slackness, Ahuja, Magnanti and Orlin, Network Flows (1993), ch. 9.4
        """
        expert, group, root = self._potentials(value, seated)
        worth, load = value - expert[:, None] + group[None, :], seated.sum(axis=1)
        face = replace(
            self,
            allowed=self.allowed & (seated | (worth >= 0)),
            least=np.where(expert > root, load, self.least),
            most=np.where(expert < root, load, self.most),
        )
        held = seated & (worth > 0)
        return face.without(held), held

    def _potentials(self, value: Ints, seated: Bools) -> tuple[Ints, Ints, int]:
        """Prices of experts, groups and the root that prove `seated` to have the highest sum of `value`."""
        load = seated.sum(axis=1)
        to_group = np.where(seated | ~self.allowed, FAR // 8, -value)
        to_expert = np.where(seated, value, FAR // 8)
        expert = np.zeros(len(load), dtype=np.int64)
        group = np.zeros(len(self.seats), dtype=np.int64)
        root = 0
        while True:
            nearer = np.minimum(group, (expert[:, None] + to_group).min(axis=0, initial=FAR))
            back = np.minimum(expert, (nearer[None, :] + to_expert).min(axis=1, initial=FAR))
            first = min(root, int(back[load > self.least].min(initial=FAR)))
            back = np.where(load < self.most, np.minimum(back, first), back)
            if first == root and np.array_equal(nearer, group) and np.array_equal(back, expert):
                return expert, group, root
            expert, group, root = back, nearer, first
