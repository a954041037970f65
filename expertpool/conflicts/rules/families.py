"""Which rules look at which ties.

Inside a family the rules exclude one another, and the heaviest judgement on a tie counts; families add up.
"""

from dataclasses import dataclass

from expertpool.conflicts.rules.company import COMPANY_RULES
from expertpool.conflicts.rules.dealings import DEALING_RULES
from expertpool.conflicts.rules.earlier import EARLIER_RULES, HEARD
from expertpool.conflicts.rules.firms import (
    COLLEAGUE_RULES,
    EMPLOYER_RULES,
    FIRM_RULES,
    LAW_FIRM_RULES,
    PLACE_RULES,
)
from expertpool.conflicts.rules.kin import KIN_RULES
from expertpool.conflicts.rules.posts import EMPLOYED, MANDATES, OFFICES, OWN_MATTER, POST_RULES, POSTS
from expertpool.conflicts.rules.situations import ADVOCATES, PRINCIPALS, Rule
from expertpool.conflicts.rules.technologies import COMPETITOR_RULES, STAKE_RULES
from expertpool.conflicts.rules.vocabulary import Kinship, PartyKind
from expertpool.conflicts.rules.vocabulary import RelationType as Tie


@dataclass(frozen=True, slots=True)
class Family:
    """Rules that exclude one another, and what they look at: types of tie, whose, to whom in the case.

    `relatives`: ties of the family, or the expert's own.
    """

    types: frozenset[Tie]
    rules: tuple[Rule, ...]
    relatives: bool = False
    parties: frozenset[PartyKind] = frozenset(PartyKind)

    def looks_at(self, kinship: Kinship, party: PartyKind) -> bool:
        """Whether any of the rules can say something."""
        return (kinship is not Kinship.SELF) is self.relatives and party in self.parties


TIE_RULES: tuple[Family, ...] = (
    Family(POSTS | OWN_MATTER, POST_RULES, parties=PRINCIPALS),
    Family(OFFICES | {Tie.SAME_PERSON, Tie.EMPLOYEE}, KIN_RULES, relatives=True, parties=PRINCIPALS),
    Family(
        frozenset(
            {
                Tie.PUBLIC_STANCE,
                Tie.LITIGATION,
                Tie.LOAN,
                Tie.DEAL,
                Tie.GIFT,
                Tie.NEGOTIATION,
                Tie.PROGRAMME_JUDGE,
                Tie.DEPENDS_ON,
            }
        ),
        DEALING_RULES,
        parties=PRINCIPALS | ADVOCATES,
    ),
    Family(
        frozenset({Tie.CO_AUTHOR, Tie.JOINT_RESEARCH, Tie.TEACHER, Tie.STUDENT, Tie.SUPERIOR, Tie.BOARD}),
        COMPANY_RULES,
    ),
    Family(frozenset({Tie.INVENTOR, Tie.LICENSEE}), STAKE_RULES, parties=PRINCIPALS),
    Family(POSTS | {Tie.SHAREHOLDER}, COMPETITOR_RULES, parties=frozenset({PartyKind.COMPETITOR})),
    Family(HEARD | MANDATES, EARLIER_RULES, parties=PRINCIPALS),
    Family(EMPLOYED, LAW_FIRM_RULES, parties=frozenset({PartyKind.LAW_FIRM, PartyKind.COUNSEL})),
)
"""Over a tie of the expert to somebody in the case."""

VIA_RULES: tuple[Family, ...] = tuple(
    Family(EMPLOYED, rules) for rules in (FIRM_RULES, COLLEAGUE_RULES, PLACE_RULES, EMPLOYER_RULES)
)
"""Over a post of the expert at a place that is itself tied to somebody in the case."""
