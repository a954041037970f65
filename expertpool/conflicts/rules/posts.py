"""R01, R02, R03, R09, R32: posts and mandates at a party or in its group, under one reading of the dates.

Each rule looks at one `Situation` and gives a `Judgement` or None. They exclude one another; when several
speak, the heaviest counts.
"""

import datetime as dt
from collections.abc import Callable

from expertpool.conflicts.rules.dates import first_day_outside, within_years, years_before
from expertpool.conflicts.rules.packs import Band, RuleTerms
from expertpool.conflicts.rules.situations import Judgement, Rule, Situation
from expertpool.conflicts.rules.vocabulary import RelationType, Tier, lighter, mildest, severity, worst
from expertpool.words import Words, words

OFFICES = frozenset(
    {
        RelationType.REPRESENTATIVE,
        RelationType.OFFICER,
        RelationType.OUTSIDE_DIRECTOR,
        RelationType.AUDITOR,
    }
)
EMPLOYED = OFFICES | {RelationType.EMPLOYEE, RelationType.MEMBER_OF_FIRM}
POSTS = EMPLOYED | {RelationType.ADVISER, RelationType.COUNSEL}
OWN_MATTER = frozenset({RelationType.REPRESENTATIVE, RelationType.RIGHT_HOLDER})


def own_matter(one: Situation) -> Judgement | None:
    """R01: the expert represents a party, or shares the right or duty at issue with one, now."""
    if one.reach.affiliate or one.on not in one.span or not one.of_principal(OWN_MATTER):
        return None
    return _current(one, "R01", "own_matter")


def current_post(one: Situation) -> Judgement | None:
    """R02: officer, employee, outside director, auditor, retained adviser or counsel of a party, now."""
    if one.reach.affiliate or one.on not in one.span or not one.of_principal(POSTS):
        return None
    return _current(one, "R02", "current")


def current_affiliate_post(one: Situation) -> Judgement | None:
    """R03: the same at a firm now under common control with a party, over any number of links."""
    if not one.reach.affiliate or one.reach.minority or not one.of_principal(POSTS):
        return None
    return _current(one, "R03", "current") if one.on in one.span and one.in_group_now else None


def current_minority_post(one: Situation) -> Judgement | None:
    """R32: the same at a firm that one holding of 20 to 50 percent joins to the group of a party, now."""
    if not one.reach.minority or not one.of_principal(POSTS):
        return None
    return _current(one, "R32", "current") if one.on in one.span and one.in_group_now else None


def _current(one: Situation, rule: str, band: str) -> Judgement:
    return Judgement(
        rule=rule,
        tier=one.tier(rule, band),
        reach=one.reach,
        party=one.party,
        reckoning=words("Holds on %(on)s.", on=one.on),
        in_this_case=rule == "R01" or one.tie.case_id == one.case.id,
    )


def past_post(one: Situation) -> Judgement | None:
    """R09: employment or office at a party that has ended (look-back inclusive, to the day)."""
    if one.reach.affiliate or not one.span.last < one.on or not one.of_principal(EMPLOYED):
        return None
    return _past(one, one.span.last, _ended(one, one.span.last), lambda tier, _day: tier)


def past_affiliate_post(one: Situation) -> Judgement | None:
    """R09 applied to the group: one tier lighter than at the party, counted from the last day in common.

    A firm that left the group before the tie began is no tie to the group. A firm that joined it after the
    tie ended, and is in it now, weighs what a recent tie to an affiliate weighs at least.
    """
    if not one.reach.affiliate or one.reach.minority or not one.of_principal(EMPLOYED):
        return None
    together = one.span.shared(one.reach.span)
    if together is None:
        return _joined_later(one) if one.span.last < one.reach.span.first and one.in_group_now else None
    if together.last >= one.on:
        return None
    reckoning = words(
        "%(counted)s One tier lighter, because the tie was to an affiliate.",
        counted=_ended(one, together.last),
    )
    return _past(one, together.last, reckoning, _lighter(one, together.last))


def _joined_later(one: Situation) -> Judgement | None:
    ended = one.span.last

    def at_most_disclosed(tier: Tier, day: dt.date) -> Tier:
        return mildest((tier, _recent_floor(one, ended, day)))

    reckoning = words(
        "The firm joined the group on %(joined)s, after the tie ended on %(ended)s.",
        joined=one.reach.span.first,
        ended=ended,
    )
    return _past(one, ended, reckoning, at_most_disclosed)


_Ease = Callable[[Tier, dt.date], Tier]


def _lighter(one: Situation, ended: dt.date) -> _Ease:
    """One tier lighter, yet within the recent years not below the pack's tier for recent ties."""
    return lambda tier, day: worst((lighter(tier), mildest((tier, _recent_floor(one, ended, day)))))


def _recent_floor(one: Situation, ended: dt.date, day: dt.date) -> Tier:
    recent = within_years(ended, one.pack.affiliate_recent_years, on=day)
    return one.pack.affiliate_recent_tier if recent else Tier.CLEAR


def _past(one: Situation, ended: dt.date, reckoning: Words, ease: _Ease) -> Judgement | None:
    terms = one.pack.rules["R09"]

    def tier_on(day: dt.date) -> Tier:
        band = _band(terms, one.tie.type, ended, day)
        return ease(band.tiers[one.role_class], day) if band else Tier.CLEAR

    tier = tier_on(one.on)
    if tier is Tier.CLEAR:
        return None
    years = {band.within_years for band in terms.bands} | {one.pack.affiliate_recent_years}
    steps = sorted(first_day_outside(ended, limit) for limit in years if limit)
    return Judgement(
        rule="R09",
        tier=tier,
        reach=one.reach,
        party=one.party,
        reckoning=reckoning,
        lapses_on=next((day for day in steps if severity(tier_on(day)) < severity(tier)), None),
    )


def _band(terms: RuleTerms, kind: RelationType, ended: dt.date, on: dt.date) -> Band | None:
    for band in terms.bands:
        if band.within_years is None:
            return band if kind in OFFICES else None
        if within_years(ended, band.within_years, on=on):
            return band
    return None


def _ended(one: Situation, ended: dt.date) -> Words:
    for band in one.pack.rules["R09"].bands:
        if band.within_years and within_years(ended, band.within_years, on=one.on):
            return words(
                "Ended on %(ended)s, inside the %(years)s years from %(start)s to %(on)s.",
                ended=ended,
                years=band.within_years,
                start=years_before(one.on, band.within_years),
                on=one.on,
            )
    return words("Ended on %(ended)s; a former office counts without a time limit.", ended=ended)


POST_RULES: tuple[Rule, ...] = (
    own_matter,
    current_post,
    current_affiliate_post,
    current_minority_post,
    past_post,
    past_affiliate_post,
)
