"""R11 towards a party: the expert already worked on this very matter for it."""

from expertpool.conflicts.rules.lookbacks import for_ever
from expertpool.conflicts.rules.situations import Judgement, Situation
from expertpool.conflicts.rules.vocabulary import RelationType

HEARD = frozenset({RelationType.WITNESS, RelationType.APPRAISER})


def same_matter(one: Situation) -> Judgement | None:
    """R11: witness or appraiser in this case, or at work in it for a party before: counsel, agent, staff."""
    here = one.tie.case_id == one.case.id and one.direct
    if not here or not (one.tie.type in HEARD or one.span.last < one.on):
        return None
    return for_ever(one, "R11", "own_side" if one.helped else "other_side")
