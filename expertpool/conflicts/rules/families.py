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
from expertpool.conflicts.rules.situations import Rule
from expertpool.conflicts.rules.technologies import TECHNOLOGY_RULES
from expertpool.conflicts.rules.vocabulary import RelationType as Tie


@dataclass(frozen=True, slots=True)
class Family:
    """Rules that exclude one another, and the types of tie they look at."""

    types: frozenset[Tie]
    rules: tuple[Rule, ...]


TIE_RULES: tuple[Family, ...] = (
    Family(POSTS | OWN_MATTER, POST_RULES),
    Family(OFFICES | {Tie.SAME_PERSON, Tie.EMPLOYEE}, KIN_RULES),
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
    ),
    Family(
        frozenset({Tie.CO_AUTHOR, Tie.JOINT_RESEARCH, Tie.TEACHER, Tie.STUDENT, Tie.SUPERIOR, Tie.BOARD}),
        COMPANY_RULES,
    ),
    Family(POSTS | {Tie.INVENTOR, Tie.LICENSEE, Tie.SHAREHOLDER}, TECHNOLOGY_RULES),
    Family(HEARD | MANDATES, EARLIER_RULES),
    Family(EMPLOYED, LAW_FIRM_RULES),
)
"""Over a tie of the expert to somebody in the case."""

VIA_RULES: tuple[Family, ...] = tuple(
    Family(EMPLOYED, rules) for rules in (FIRM_RULES, COLLEAGUE_RULES, PLACE_RULES, EMPLOYER_RULES)
)
"""Over a post of the expert at a place that is itself tied to somebody in the case."""
