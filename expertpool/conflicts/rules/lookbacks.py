"""What an ended tie weighs: the bands of a rule counted back from the screening day, to the day.

A past tie to a controlled affiliate is one tier lighter than one to the party, and is counted from the last
day on which the tie and the common control held together. A firm that left the group before the tie began
is no tie to the group. A firm that joined it after the tie ended, and is in it now, weighs what a recent tie
to an affiliate weighs at least.
"""

import datetime as dt
from collections.abc import Callable
from functools import partial
from typing import NamedTuple

from expertpool.conflicts.rules.dates import first_day_outside, within_years, years_before
from expertpool.conflicts.rules.packs import Band, RulePack
from expertpool.conflicts.rules.situations import Judgement, Situation
from expertpool.conflicts.rules.vocabulary import Tier, lighter, mildest, severity, worst
from expertpool.words import Words, words

Bands = tuple[Band, ...]
_Ease = Callable[[Tier, dt.date], Tier]


class LookBack(NamedTuple):
    """The bands of one rule by which ended ties count, from the shortest to the longest."""

    rule: str
    bands: tuple[str, ...]

    def within(self, pack: RulePack) -> Bands:
        return tuple([band for band in pack.rules[self.rule].bands if band.name in self.bands])

    def oldest(self, pack: RulePack, *, on: dt.date) -> dt.date:
        """The earliest last day with which a tie still counts on a day."""
        years = [band.within_years for band in self.within(pack)]
        return min(dt.date.min if limit is None else years_before(on, limit) for limit in years)


def holds_now(one: Situation, rule: str, band: str, *, in_this_case: bool = True) -> Judgement:
    """What a tie that holds today weighs."""
    return Judgement(
        rule=rule,
        tier=one.tier(rule, band),
        reach=one.reach,
        party=one.party,
        reckoning=words("Holds on %(on)s.", on=one.on),
        in_this_case=in_this_case,
    )


def for_ever(one: Situation, rule: str, band: str) -> Judgement:
    """What weighs the same whenever it was, from the day it began."""
    return Judgement(
        rule=rule,
        tier=one.tier(rule, band) if one.span.first <= one.on else Tier.CLEAR,
        reach=one.reach,
        party=one.party,
        reckoning=words("Counts without a time limit."),
        timeless=True,
    )


def now_or_past(one: Situation, back: LookBack) -> Judgement | None:
    """A tie that holds today weighs like one ended today; an ended one by its band. Party or group alike."""
    if one.current and (one.direct or (one.in_group_now and not one.reach.minority)):
        return holds_now(one, back.rule, back.bands[0])
    return past(one, back)


def past(one: Situation, back: LookBack) -> Judgement | None:
    """A tie that has ended, to the party or to its group."""
    if one.direct:
        return past_at_party(one, back, ended=one.span.last)
    return _past_at_affiliate(one, back.rule, back.within(one.pack))


def past_at_party(one: Situation, back: LookBack, *, ended: dt.date) -> Judgement | None:
    """A tie to the party itself whose last day was `ended`."""
    if ended >= one.on:
        return None
    bands = back.within(one.pack)
    said = partial(ended_words, bands, ended, on=one.on)
    return _banded(one, back.rule, bands, ended, said, lambda tier, _day: tier)


def _past_at_affiliate(one: Situation, rule: str, bands: Bands) -> Judgement | None:
    if one.reach.minority:
        return None
    together = one.span.shared(one.reach.span)
    if together is None:
        joined_later = one.span.last < one.reach.span.first and one.in_group_now
        return _joined_later(one, rule, bands) if joined_later else None
    if together.last >= one.on:
        return None
    said = partial(_lighter_words, bands, together.last, on=one.on)
    return _banded(one, rule, bands, together.last, said, _lighter(one, together.last))


def _lighter_words(bands: Bands, ended: dt.date, *, on: dt.date) -> Words:
    return words(
        "%(counted)s One tier lighter, because the tie was to an affiliate.",
        counted=ended_words(bands, ended, on=on),
    )


def _joined_later(one: Situation, rule: str, bands: Bands) -> Judgement | None:
    ended = one.span.last

    def at_most_disclosed(tier: Tier, day: dt.date) -> Tier:
        return mildest((tier, _recent_floor(one, ended, day)))

    def said() -> Words:
        return words(
            "The firm joined the group on %(joined)s, after the tie ended on %(ended)s.",
            joined=one.reach.span.first,
            ended=ended,
        )

    return _banded(one, rule, bands, ended, said, at_most_disclosed)


def _lighter(one: Situation, ended: dt.date) -> _Ease:
    """One tier lighter, yet within the recent years not below the pack's tier for recent ties."""
    return lambda tier, day: worst((lighter(tier), mildest((tier, _recent_floor(one, ended, day)))))


def _recent_floor(one: Situation, ended: dt.date, day: dt.date) -> Tier:
    recent = within_years(ended, one.pack.affiliate_recent_years, on=day)
    return one.pack.affiliate_recent_tier if recent else Tier.CLEAR


def _banded(
    one: Situation, rule: str, bands: Bands, ended: dt.date, said: Callable[[], Words], ease: _Ease
) -> Judgement | None:
    def tier_on(day: dt.date) -> Tier:
        band = _band(bands, ended, day)
        return ease(band.tiers[one.role_class], day) if band else Tier.CLEAR

    tier = tier_on(one.on)
    if tier is Tier.CLEAR:
        return None
    limits = sorted({one.pack.affiliate_recent_years, *filter(None, (band.within_years for band in bands))})
    ahead = (first_day_outside(ended, limit) for limit in limits if within_years(ended, limit, on=one.on))
    return Judgement(
        rule=rule,
        tier=tier,
        reach=one.reach,
        party=one.party,
        reckoning=said(),
        lapses_on=next((day for day in ahead if severity(tier_on(day)) < severity(tier)), None),
    )


def _band(bands: Bands, ended: dt.date, on: dt.date) -> Band | None:
    for band in bands:
        if band.within_years is None or within_years(ended, band.within_years, on=on):
            return band
    return None


def ended_words(bands: Bands, ended: dt.date, *, on: dt.date) -> Words:
    """The arithmetic of the shortest look-back the last day lies in."""
    for band in bands:
        if band.within_years and within_years(ended, band.within_years, on=on):
            return words(
                "Ended on %(ended)s, inside the %(years)s years from %(start)s to %(on)s.",
                ended=ended,
                years=band.within_years,
                start=years_before(on, band.within_years),
                on=on,
            )
    return words("Ended on %(ended)s; a former office counts without a time limit.", ended=ended)
