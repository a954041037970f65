"""R12, R13: a stake in the technology at issue, or in a firm that competes with it."""

from expertpool.conflicts.rules.dealings import SHARE_UNKNOWN
from expertpool.conflicts.rules.lookbacks import for_ever, holds_now
from expertpool.conflicts.rules.posts import POSTS
from expertpool.conflicts.rules.situations import Judgement, Situation
from expertpool.conflicts.rules.vocabulary import RelationType


def own_technology(one: Situation) -> Judgement | None:
    """R12: inventor or applicant, at any time, or licensee now, of what a party's case is about."""
    if not one.direct or one.tie.case_id not in (None, one.case.id):
        return None
    band = "own_side" if one.helped else "other_side"
    if one.tie.type is RelationType.INVENTOR:
        return for_ever(one, "R12", band)
    return holds_now(one, "R12", band) if one.current else None


def competitor(one: Situation) -> Judgement | None:
    """R13: the expert works for a direct competitor, or holds a set share of it, now."""
    if not one.direct or not one.current:
        return None
    if one.tie.type in POSTS:
        return holds_now(one, "R13", "current")
    share_bp = one.tie.share_bp
    if share_bp is not None and share_bp < one.pack.rules["R13"].thresholds["own_bp"]:
        return None
    return holds_now(one, "R13", "current")._replace(doubt=SHARE_UNKNOWN if share_bp is None else None)
