"""What a tie rule looks at, and what it answers. Every tie rule is a function from one to the other.

All three are tuples: a pool makes them by the ten thousand, and frozen dataclasses take three times as long.
"""

import datetime as dt
from collections.abc import Callable
from typing import NamedTuple

from expertpool.conflicts.rules.dates import DaySpan
from expertpool.conflicts.rules.facts import Case, CaseParty, Ref, Relation
from expertpool.conflicts.rules.groups import Reach
from expertpool.conflicts.rules.packs import RulePack
from expertpool.conflicts.rules.vocabulary import (
    NodeKind,
    PartyKind,
    RoleClass,
    Tier,
)
from expertpool.words import Words

PRINCIPALS = frozenset({PartyKind.PARTY, PartyKind.ACCUSED})
"""Those whose own case it is; both sides count alike."""
ADVOCATES = frozenset({PartyKind.REPRESENTATIVE, PartyKind.COUNSEL, PartyKind.LAW_FIRM})
"""Those who act for a party."""
NAMED = PRINCIPALS | ADVOCATES | {PartyKind.INVENTOR}
"""Those whose closeness to an expert matters whether the case is their own or not."""


class Chain(NamedTuple):
    """What leads from the expert to a party: the own tie, and where it goes on, a tie of its target.

    `second` is held by the target (a firm advises a party), or leads to it (a named person works there).
    """

    own: Relation
    second: Relation | None = None

    @property
    def ties(self) -> tuple[Relation, ...]:
        return (self.own, self.second) if self.second else (self.own,)

    @property
    def end(self) -> Ref:
        """The far end, from which the party is looked for."""
        if self.second is None:
            return self.own.target
        staff = self.second.holder.kind is NodeKind.PERSON
        return self.second.holder if staff else self.second.target


class Situation(NamedTuple):
    """One chain under one reading of its dates, and one way its end hangs together with one party.

    `tie` and `span` are the last tie of the chain and its days, `first_span` the days of the expert's own.
    """

    chain: Chain
    tie: Relation
    span: DaySpan
    first_span: DaySpan
    party: CaseParty
    reach: Reach
    case: Case
    on: dt.date
    role_class: RoleClass
    pack: RulePack

    @property
    def helped(self) -> bool:
        """Whether the party stands on the side that experts of the supporting class help."""
        return self.case.helped_side is not None and self.party.side is self.case.helped_side

    @property
    def direct(self) -> bool:
        """Whether the tie leads to the party itself, not to its group."""
        return not self.reach.affiliate

    @property
    def current(self) -> bool:
        return self.on in self.span

    def tier(self, rule: str, band: str) -> Tier:
        """The tier of one cell of the pack's table."""
        return self.pack.rules[rule].band(band).tiers[self.role_class]

    @property
    def in_group_now(self) -> bool:
        return self.on in self.reach.span


class Judgement(NamedTuple):
    """What a rule says about a situation.

    `in_this_case=False` keeps out a statute that asks for acting in this very case; `timeless` says that
    the end of the tie does not matter, so an unknown one is no doubt; `doubt` names a missing fact that
    leaves the judgement open.
    """

    rule: str
    tier: Tier
    reach: Reach
    party: CaseParty | None
    reckoning: Words
    lapses_on: dt.date | None = None
    in_this_case: bool = True
    timeless: bool = False
    doubt: Words | None = None


Rule = Callable[[Situation], Judgement | None]
