"""Which rules look at which ties.

Inside a family the rules exclude one another, and the heaviest judgement on a tie counts; families add up.
The type of the tie, whose it is and the kind of the party are settled here, so the rules do not ask again.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from expertpool.conflicts.rules.company import (
    JOINT_WORK,
    SUPERIOR,
    former_superior,
    joint_work,
    shared_board,
    taught,
)
from expertpool.conflicts.rules.dealings import (
    GIFT,
    JUDGED,
    LOAN_OR_DEAL,
    STANCE,
    SUIT_ENDED,
    depends_on,
    gift,
    litigation,
    loan_or_deal,
    negotiation,
    programme_judge,
    public_stance,
)
from expertpool.conflicts.rules.earlier import HEARD, same_matter
from expertpool.conflicts.rules.firms import (
    FIRM_ACTED,
    counsel_of_same_firm,
    firm_acted,
    firm_acts_now,
    law_firm_in_case,
    same_place,
)
from expertpool.conflicts.rules.kin import household_employed, kin_in_office, kin_is_party
from expertpool.conflicts.rules.lookbacks import LookBack
from expertpool.conflicts.rules.posts import (
    EMPLOYED,
    MANDATE_ENDED,
    MANDATES,
    OFFICE_ENDED,
    OFFICES,
    POSTS,
    STAFF_ENDED,
    current_affiliate_post,
    current_minority_post,
    current_post,
    own_matter,
    past_mandate,
    past_post,
)
from expertpool.conflicts.rules.situations import ADVOCATES, NAMED, PRINCIPALS, Rule
from expertpool.conflicts.rules.technologies import competitor, own_technology
from expertpool.conflicts.rules.vocabulary import Kinship, PartyKind
from expertpool.conflicts.rules.vocabulary import RelationType as Tie


@dataclass(frozen=True, slots=True)
class Family:
    """Rules that exclude one another, and what they look at: types of tie, whose, to whom in the case.

    `relatives`: ties of the family, or the expert's own. `back`: by which bands ended ties count, None for
    rules that count them by something else, or for ever. `in_this_case`: only ties about this very case.
    """

    types: frozenset[Tie]
    rules: tuple[Rule, ...]
    relatives: bool
    parties: frozenset[PartyKind]
    back: LookBack | None
    in_this_case: bool

    def looks_at(self, kinship: Kinship, party: PartyKind) -> bool:
        """Whether any of the rules can say something."""
        return (kinship is not Kinship.SELF) is self.relatives and party in self.parties


def _family(
    types: Iterable[Tie],
    parties: frozenset[PartyKind],
    *rules: Rule,
    relatives: bool = False,
    back: LookBack | None = None,
    in_this_case: bool = False,
) -> Family:
    return Family(frozenset(types), rules, relatives, parties, back, in_this_case)


_AT_LAW = frozenset({PartyKind.LAW_FIRM, PartyKind.COUNSEL})
_NOW = (current_post, current_affiliate_post, current_minority_post)

TIE_RULES: tuple[Family, ...] = (
    _family({Tie.REPRESENTATIVE}, PRINCIPALS, own_matter, *_NOW, past_post, back=OFFICE_ENDED),
    _family({Tie.RIGHT_HOLDER}, PRINCIPALS, own_matter),
    _family(OFFICES - {Tie.REPRESENTATIVE}, PRINCIPALS, *_NOW, past_post, back=OFFICE_ENDED),
    _family(EMPLOYED - OFFICES, PRINCIPALS, *_NOW, past_post, back=STAFF_ENDED),
    _family(MANDATES, PRINCIPALS, *_NOW, past_mandate, back=MANDATE_ENDED),
    _family({Tie.SAME_PERSON}, PRINCIPALS, kin_is_party, relatives=True),
    _family(OFFICES, PRINCIPALS, kin_in_office, relatives=True),
    _family({Tie.EMPLOYEE}, PRINCIPALS, household_employed, relatives=True),
    _family({Tie.PUBLIC_STANCE}, PRINCIPALS, public_stance, back=STANCE),
    _family({Tie.LITIGATION}, PRINCIPALS, litigation, back=SUIT_ENDED),
    _family({Tie.LOAN, Tie.DEAL}, PRINCIPALS, loan_or_deal, back=LOAN_OR_DEAL),
    _family({Tie.GIFT}, PRINCIPALS | ADVOCATES, gift, back=GIFT),
    _family({Tie.NEGOTIATION}, PRINCIPALS, negotiation),
    _family({Tie.PROGRAMME_JUDGE}, PRINCIPALS, programme_judge, back=JUDGED),
    _family({Tie.DEPENDS_ON}, PRINCIPALS, depends_on),
    _family({Tie.CO_AUTHOR, Tie.JOINT_RESEARCH}, NAMED, joint_work, back=JOINT_WORK),
    _family({Tie.TEACHER, Tie.STUDENT}, NAMED, taught),
    _family({Tie.BOARD}, NAMED, shared_board),
    _family({Tie.SUPERIOR}, frozenset({PartyKind.CASE_OFFICER}), former_superior, back=SUPERIOR),
    _family({Tie.INVENTOR, Tie.LICENSEE}, PRINCIPALS, own_technology),
    _family(POSTS | {Tie.SHAREHOLDER}, frozenset({PartyKind.COMPETITOR}), competitor),
    _family(HEARD | POSTS, PRINCIPALS, same_matter, in_this_case=True),
    _family(EMPLOYED, _AT_LAW, law_firm_in_case),
)
"""Over a tie of the expert to somebody in the case."""

VIA_RULES: tuple[Family, ...] = (
    _family(EMPLOYED, PRINCIPALS, firm_acts_now, firm_acted, back=FIRM_ACTED),
    _family(EMPLOYED, ADVOCATES, counsel_of_same_firm),
    _family(EMPLOYED, NAMED, same_place),
    _family(EMPLOYED, PRINCIPALS, depends_on),
)
"""Over a post of the expert at a place that is itself tied to somebody in the case."""
