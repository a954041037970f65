"""R04a, R04b, R05: family of the expert among the parties, in their offices or in their employ."""

from expertpool.conflicts.rules.lookbacks import holds_now
from expertpool.conflicts.rules.situations import Judgement, Situation
from expertpool.conflicts.rules.vocabulary import Kinship
from expertpool.words import words

CLOSE = frozenset(Kinship) - {Kinship.SELF, Kinship.RELATIVE}
"""Whose office at a party counts: spouse, former spouse, lineal relative, sibling, household."""

LIVES_IN = frozenset({Kinship.HOUSEHOLD, Kinship.SPOUSE})
"""Who shares the household; of spouses the law says so (Civil Act article 826)."""


def kin_is_party(one: Situation) -> Judgement | None:
    """R04a: a spouse, former spouse or relative, now or before, is a natural-person party.

    Source: Civil Act article 777 for who is a relative.
    """
    if one.reach.affiliate:
        return None
    return Judgement(
        rule="R04a",
        tier=one.tier("R04a", "kin"),
        reach=one.reach,
        party=one.party,
        reckoning=words("Kinship counts without a time limit."),
        timeless=True,
    )


def kin_in_office(one: Situation) -> Judgement | None:
    """R04b: somebody of the close family is an officer of a party, now."""
    close = one.tie.kinship in CLOSE and one.direct and one.current
    return holds_now(one, "R04b", "current") if close else None


def household_employed(one: Situation) -> Judgement | None:
    """R05: a member of the household is an ordinary employee of a party, now."""
    lives_in = one.tie.kinship in LIVES_IN and one.direct and one.current
    return holds_now(one, "R05", "current") if lives_in else None
