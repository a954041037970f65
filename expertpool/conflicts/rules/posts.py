"""R01, R02, R03, R09, R10, R32: posts and mandates at a party or in its group, one reading of the dates.

Each rule looks at one `Situation` and gives a `Judgement` or None. They exclude one another; when several
speak, the heaviest counts.
"""

from expertpool.conflicts.rules.lookbacks import LookBack, holds_now, past
from expertpool.conflicts.rules.situations import Judgement, Situation
from expertpool.conflicts.rules.vocabulary import RelationType

OFFICES = frozenset(
    {
        RelationType.REPRESENTATIVE,
        RelationType.OFFICER,
        RelationType.OUTSIDE_DIRECTOR,
        RelationType.AUDITOR,
    }
)
EMPLOYED = OFFICES | {RelationType.EMPLOYEE, RelationType.MEMBER_OF_FIRM}
MANDATES = frozenset({RelationType.ADVISER, RelationType.COUNSEL})
POSTS = EMPLOYED | MANDATES
STAFF_ENDED = LookBack("R09", ("recent", "older"))
OFFICE_ENDED = LookBack("R09", ("recent", "older", "former_officer"))
MANDATE_ENDED = LookBack("R10", ("own_recent", "own_older"))


def own_matter(one: Situation) -> Judgement | None:
    """R01: the expert represents a party, or shares the right or duty at issue with one, now."""
    if one.reach.affiliate or not one.current:
        return None
    return holds_now(one, "R01", "own_matter")


def current_post(one: Situation) -> Judgement | None:
    """R02: officer, employee, outside director, auditor, retained adviser or counsel of a party, now."""
    if one.reach.affiliate or not one.current:
        return None
    return _current(one, "R02")


def current_affiliate_post(one: Situation) -> Judgement | None:
    """R03: the same at a firm now under common control with a party, over any number of links."""
    if not one.reach.affiliate or one.reach.minority:
        return None
    return _current(one, "R03") if one.current and one.in_group_now else None


def current_minority_post(one: Situation) -> Judgement | None:
    """R32: the same at a firm that one holding of 20 to 50 percent joins to the group of a party, now."""
    held = one.reach.minority and one.current and one.in_group_now
    return _current(one, "R32") if held else None


def _current(one: Situation, rule: str) -> Judgement:
    return holds_now(one, rule, "current", in_this_case=one.tie.case_id == one.case.id)


def past_post(one: Situation) -> Judgement | None:
    """R09: employment or office at a party or in its group that has ended."""
    return past(one, OFFICE_ENDED if one.tie.type in OFFICES else STAFF_ENDED)


def past_mandate(one: Situation) -> Judgement | None:
    """R10: advice or representation given in person to a party or in its group, ended."""
    return past(one, MANDATE_ENDED)
