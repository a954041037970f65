"""The demo world: invented ministries' days from a seed and a date, the same on every machine.

`build_world` is pure: no database, no clock, no network. Things are named by string keys ("expert-0042",
"org-007", "S2", "need-31") and reference data by its codes.
"""

from expertpool.demo.world.world import World, build_world

__all__ = ["World", "build_world"]
