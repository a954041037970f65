"""R08, R10, R16, R17, R27: what comes with the place the expert works at."""

from expertpool.conflicts.rules.lookbacks import LookBack, holds_now, past_at_party
from expertpool.conflicts.rules.posts import EMPLOYED, MANDATES
from expertpool.conflicts.rules.situations import Judgement, Situation
from expertpool.conflicts.rules.vocabulary import NodeKind, RelationType
from expertpool.words import words

SAME_UNIT = words("Both work in the same unit now.")
SAME_INSTITUTION = words("Both work at the same place now; that it is the same unit is not on record.")
ACTS_FOR = MANDATES | {RelationType.REPRESENTATIVE}
FIRM_ACTED = LookBack("R10", ("firm_recent", "firm_older"))


def firm_acts_now(one: Situation) -> Judgement | None:
    """R08: the firm or employer of the expert represents or advises a party, now."""
    if not _firm_acts(one) or not one.current or one.on not in one.first_span:
        return None
    return holds_now(one, "R08", "same_client" if one.helped else "other_client")


def firm_acted(one: Situation) -> Judgement | None:
    """R10: the firm, not the expert, advised a party. Who left answers for the days shared with the firm."""
    if not _firm_acts(one):
        return None
    together = one.span.shared(one.first_span)
    left = one.first_span.last < one.on
    if one.on < one.first_span.first or (left and together is None):
        return None
    ended = together.last if together else one.span.last
    return past_at_party(one, FIRM_ACTED, ended=ended)


def _firm_acts(one: Situation) -> bool:
    return one.tie.type in ACTS_FOR and one.direct


def same_place(one: Situation) -> Judgement | None:
    """R16: the expert and a person named in the case work at one institution, now; more in one unit."""
    if not _colleagues(one):
        return None
    unit = one.chain.own.unit.strip().casefold()
    together = bool(unit) and unit == one.tie.unit.strip().casefold()
    said = SAME_UNIT if together else SAME_INSTITUTION
    return holds_now(one, "R16", "same_unit" if together else "same_institution")._replace(reckoning=said)


def counsel_of_same_firm(one: Situation) -> Judgement | None:
    """R17, over a person: somebody who acts for a party in the case works at the expert's firm, now."""
    if not _colleagues(one):
        return None
    return holds_now(one, "R17", "own_side" if one.helped else "other_side")


def _colleagues(one: Situation) -> bool:
    works = one.chain.end.kind is NodeKind.PERSON and one.tie.type in EMPLOYED and one.direct
    return works and one.current and one.on in one.first_span


def law_firm_in_case(one: Situation) -> Judgement | None:
    """R17: the expert's firm itself is named as acting for a party in the case, now."""
    if not one.direct or not one.current:
        return None
    return holds_now(one, "R17", "own_side" if one.helped else "other_side")
