"""R11 towards a party: the expert already worked on this very matter for it."""

from expertpool.conflicts.rules.lookbacks import for_ever
from expertpool.conflicts.rules.posts import MANDATES
from expertpool.conflicts.rules.situations import Judgement, Rule, Situation
from expertpool.conflicts.rules.vocabulary import RelationType

HEARD = frozenset({RelationType.WITNESS, RelationType.APPRAISER})


def same_matter(one: Situation) -> Judgement | None:
    """R11: witness or appraiser in this case, or adviser or counsel of a party in it before."""
    mandate_ended = one.tie.type in MANDATES and one.span.last < one.on
    here = one.of_principal(HEARD | MANDATES) and one.tie.case_id == one.case.id
    if not here or not one.direct or not (one.tie.type in HEARD or mandate_ended):
        return None
    return for_ever(one, "R11", "own_side" if one.helped else "other_side")


EARLIER_RULES: tuple[Rule, ...] = (same_matter,)
