"""R04a: family of the expert among the parties."""

from expertpool.conflicts.rules.situations import PRINCIPALS, Judgement, Rule, Situation
from expertpool.conflicts.rules.vocabulary import Kinship, RelationType
from expertpool.words import words


def kin_is_party(one: Situation) -> Judgement | None:
    """R04a: a spouse, former spouse or relative, now or before, is a natural-person party.

    Source: Civil Act article 777 for who is a relative.
    """
    same = one.tie.type is RelationType.SAME_PERSON and one.tie.kinship is not Kinship.SELF
    if not same or one.reach.affiliate or one.party.kind not in PRINCIPALS:
        return None
    return Judgement(
        rule="R04a",
        tier=one.tier("R04a", "kin"),
        reach=one.reach,
        party=one.party,
        reckoning=words("Kinship counts without a time limit."),
        timeless=True,
    )


KIN_RULES: tuple[Rule, ...] = (kin_is_party,)
