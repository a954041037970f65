"""What a tie rule looks at, and what it answers. Every tie rule is a function from one to the other."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass

from expertpool.conflicts.rules.dates import DaySpan
from expertpool.conflicts.rules.facts import Case, CaseParty, Relation
from expertpool.conflicts.rules.groups import Reach
from expertpool.conflicts.rules.packs import RulePack
from expertpool.conflicts.rules.vocabulary import Kinship, PartyKind, RelationType, RoleClass, Tier
from expertpool.words import Words

PRINCIPALS = frozenset({PartyKind.PARTY, PartyKind.ACCUSED})
"""Those whose own case it is; both sides count alike."""


@dataclass(frozen=True, slots=True)
class Situation:
    """One tie under one reading of its dates, and one way its target hangs together with one party."""

    tie: Relation
    span: DaySpan
    party: CaseParty
    reach: Reach
    case: Case
    on: dt.date
    role_class: RoleClass
    pack: RulePack

    def of_principal(self, types: frozenset[RelationType]) -> bool:
        """Whether it is the expert's own tie, of one of these types, to a principal of the case."""
        own = self.tie.kinship is Kinship.SELF and self.tie.type in types
        return own and self.party.kind in PRINCIPALS

    def tier(self, rule: str, band: str) -> Tier:
        """The tier of one cell of the pack's table."""
        return self.pack.rules[rule].band(band).tiers[self.role_class]

    @property
    def in_group_now(self) -> bool:
        return self.on in self.reach.span


@dataclass(frozen=True, slots=True)
class Judgement:
    """What a rule says about a situation.

    `in_this_case=False` keeps out a statute that asks for acting in this very case; `timeless` says that
    the end of the tie does not matter, so an unknown one is no doubt.
    """

    rule: str
    tier: Tier
    reach: Reach
    party: CaseParty
    reckoning: Words
    lapses_on: dt.date | None = None
    in_this_case: bool = True
    timeless: bool = False


Rule = Callable[[Situation], Judgement | None]
