"""Cheapest flows behind one function. Beside `cpsat` the only file that knows ortools: loaded late.

A network of whole numbers has a whole-numbered cheapest flow, found in milliseconds and the same every time.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from expertpool.scheduling.roster import Ints


@dataclass(frozen=True, slots=True)
class Network:
    """Arcs by number. Shape: four arrays of one length; nodes are whole numbers from 0."""

    tails: Ints
    heads: Ints
    capacities: Ints
    costs: Ints


def cheapest(network: Network, *, source: int, sink: int, amount: int) -> Ints | None:
    """How much runs through each arc when `amount` goes from source to sink at the least cost; None if it
    does not get through.

    Source: ortools/graph/min_cost_flow.h (cost-scaling push-relabel)
    """
    from ortools.graph.python import min_cost_flow

    solver = min_cost_flow.SimpleMinCostFlow()
    arcs = solver.add_arcs_with_capacity_and_unit_cost(
        network.tails.astype(np.int32),
        network.heads.astype(np.int32),
        network.capacities.astype(np.int64),
        network.costs.astype(np.int64),
    )
    solver.set_node_supply(source, amount)
    solver.set_node_supply(sink, -amount)
    if solver.solve() != solver.OPTIMAL:
        return None
    flow: Ints = solver.flows(arcs)
    return flow
