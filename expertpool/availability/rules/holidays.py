"""Public holidays of Korea, substitute holidays included."""

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache
from types import MappingProxyType

from holidays import country_holidays

from expertpool.words import Words, words

_NAMES: Mapping[str, Words] = MappingProxyType(
    {
        named.text: named
        for named in (
            words("New Year's Day"),
            words("Korean New Year"),
            words("Independence Movement Day"),
            words("Labor Day"),
            words("Children's Day"),
            words("Buddha's Birthday"),
            words("Memorial Day"),
            words("Constitution Day"),
            words("Liberation Day"),
            words("Chuseok"),
            words("National Foundation Day"),
            words("Hangul Day"),
            words("Christmas Day"),
            words("Presidential Election Day"),
            words("National Assembly Election Day"),
            words("Local Election Day"),
        )
    }
)

_DERIVED: Mapping[str, Callable[[Words], Words]] = MappingProxyType(
    {
        "Alternative holiday for ": lambda name: words("Substitute holiday for %(name)s", name=name),
        "The day preceding ": lambda name: words("Day before %(name)s", name=name),
        "The second day of ": lambda name: words("Day after %(name)s", name=name),
    }
)


def korean_holidays(years: Iterable[int]) -> Mapping[dt.date, Words]:
    """Each public holiday of these years with its name.

    Source: 관공서의 공휴일에 관한 규정 (Regulation on Public Holidays of Government Offices), as kept by
    the `holidays` package; a holiday proclaimed after its release is unknown to it.
    """
    return {day: name for year in years for day, name in _holidays_of(year).items()}


@lru_cache(maxsize=256)
def _holidays_of(year: int) -> Mapping[dt.date, Words]:
    known = country_holidays("KR", years=year, language="en_US")
    return MappingProxyType({day: _named(name) for day, name in sorted(known.items())})


def _named(name: str) -> Words:
    """Two holidays on one day are told by the first of them."""
    first = name.split("; ")[0]
    if first in _NAMES:
        return _NAMES[first]
    for prefix, told in _DERIVED.items():
        original = _NAMES.get(first.removeprefix(prefix))
        if original is not None:
            return told(original)
    return words("Public holiday")
