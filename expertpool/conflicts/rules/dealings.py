"""R19, R20, R21, R24, R25, R26, R27: what happened, or is under way, between the expert and a party."""

from dataclasses import replace

from expertpool.conflicts.rules.lookbacks import LookBack, holds_now, now_or_past, past
from expertpool.conflicts.rules.situations import Judgement, Situation
from expertpool.conflicts.rules.vocabulary import RelationType
from expertpool.words import Words, words

AMOUNT_UNKNOWN = words("The amount is unknown, so it is read as over the limit.")
SHARE_UNKNOWN = words("The share is unknown, so it is read as over the limit.")
STANCE = LookBack("R19", ("recent",))
SUIT_ENDED = LookBack("R20", ("ended",))
LOAN_OR_DEAL = LookBack("R21", ("recent",))
GIFT = LookBack("R24", ("recent",))
JUDGED_TECHNOLOGY = LookBack("R26", ("same_technology",))
JUDGED_OTHER = LookBack("R26", ("other",))
JUDGED = LookBack("R26", JUDGED_TECHNOLOGY.bands + JUDGED_OTHER.bands)


def public_stance(one: Situation) -> Judgement | None:
    """R19: the expert took a public stance on a party or on the case."""
    return now_or_past(one, STANCE) if one.direct else None


def litigation(one: Situation) -> Judgement | None:
    """R20: a suit or open hostility between the expert and a party, under way or ended."""
    if one.current and (one.direct or (one.in_group_now and not one.reach.minority)):
        return holds_now(one, "R20", "ongoing")
    return past(one, SUIT_ENDED)


def loan_or_deal(one: Situation) -> Judgement | None:
    """R21: a loan, or a deal outside the market, between the expert and a party."""
    return now_or_past(one, LOAN_OR_DEAL)


def gift(one: Situation) -> Judgement | None:
    """R24: a gift or hospitality over the limit from a party, its group or those who act for it.

    A firm of the group counts like the party, so nothing is lighter there.
    """
    if one.reach.minority:
        return None
    limit = one.pack.rules["R24"].thresholds["limit_krw"]
    if one.tie.amount_krw is not None and one.tie.amount_krw <= limit:
        return None
    together = one.span.shared(one.reach.span)
    if together is None:
        return None
    given = one._replace(span=together, reach=replace(one.reach, affiliate=False))
    found = now_or_past(given, GIFT)
    doubt = AMOUNT_UNKNOWN if one.tie.amount_krw is None else None
    return found._replace(doubt=doubt) if found else None


def negotiation(one: Situation) -> Judgement | None:
    """R25: a post or mandate under negotiation with a party or a firm of its group."""
    within = one.direct or (one.in_group_now and not one.reach.minority)
    return holds_now(one, "R25", "current") if one.current and within else None


def programme_judge(one: Situation) -> Judgement | None:
    """R26: the expert judged a public programme of the party; more when it was the very technology."""
    at_issue = one.tie.technology in {each.ref for each in one.case.technologies}
    return now_or_past(one, JUDGED_TECHNOLOGY if at_issue else JUDGED_OTHER)


def depends_on(one: Situation) -> Judgement | None:
    """R27: the expert's own laboratory, or the employer, lives to a set part on a party, now."""
    lives_on = one.tie.type is RelationType.DEPENDS_ON and one.direct
    if not lives_on or not one.current or one.on not in one.first_span:
        return None
    share_bp = one.tie.share_bp
    if share_bp is not None and share_bp < one.pack.rules["R27"].thresholds["limit_bp"]:
        return None
    return holds_now(one, "R27", "current")._replace(doubt=_unless_known(share_bp))


def _unless_known(share_bp: int | None) -> Words | None:
    return SHARE_UNKNOWN if share_bp is None else None
