"""What the loader knows: the world, the moment, which row each thing of the world became, and who acts."""

import datetime as dt
import uuid
from dataclasses import dataclass, field

from expertpool.demo.world import World
from expertpool.infra.identity import Actor, Role

Keys = dict[str, uuid.UUID]


@dataclass(frozen=True, slots=True)
class Book:
    """The world being loaded at `now`, and the rows its keys stand for so far.

    `seats` and `sessions` are kept by "need/seat" and "need/session"; ministries by code. `rows` are kept in
    memory because a session forgets what nobody holds, and would read them again for every act.
    """

    world: World
    now: dt.datetime
    ministries: Keys = field(default_factory=dict)
    agreements: Keys = field(default_factory=dict)
    organisations: Keys = field(default_factory=dict)
    persons: Keys = field(default_factory=dict)
    experts: Keys = field(default_factory=dict)
    incidents: Keys = field(default_factory=dict)
    needs: Keys = field(default_factory=dict)
    seats: Keys = field(default_factory=dict)
    sessions: Keys = field(default_factory=dict)
    coordinators: dict[str, Actor] = field(default_factory=dict)
    officers: list[Actor] = field(default_factory=list)
    rows: list[object] = field(default_factory=list)

    def coordinator(self, ministry: str) -> Actor:
        """Who acts for a ministry."""
        return self.coordinators[ministry]

    def as_expert(self, key: str) -> Actor:
        """An expert who answers."""
        return Actor(roles=frozenset({Role.EXPERT}), expert_id=self.experts[key])

    def past(self, at: dt.datetime) -> dt.datetime:
        """`at`, or now where the world's day has not come so far yet."""
        return min(at, self.now)


def both(ko: str, en: str) -> str:
    """A text for readers of either language, where the tables keep one."""
    return f"{ko} / {en}" if ko and en and ko != en else ko or en
