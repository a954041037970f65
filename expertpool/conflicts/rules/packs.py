"""A rule pack: the thresholds, look-backs and tier tables in force on a day, as dated data.

The text is read elsewhere; this turns it into frozen terms and refuses what no rule understands.
"""

import datetime as dt
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from expertpool.conflicts.rules.labels import BASES
from expertpool.conflicts.rules.vocabulary import PanelAct, RoleClass, Tier

RULE_IDS = (
    *(
        "R01",
        "R02",
        "R03",
        "R04a",
        "R04b",
        "R05",
        "R06",
        "R07",
        "R08",
        "R09",
        "R10",
        "R11",
        "R12",
        "R13",
        "R14",
    ),
    *(
        "R15",
        "R16",
        "R17",
        "R18",
        "R19",
        "R20",
        "R21",
        "R22",
        "R23",
        "R24",
        "R25",
        "R26",
        "R27",
        "R28",
        "R29",
    ),
    *("R30", "R31", "R32"),
)
"""The rules that have code; a pack must give terms for exactly these."""

_LONGEST_YEARS = 100


@dataclass(frozen=True, slots=True)
class Band:
    """One cell of a rule's table: the tier per role class, and the look-back it holds for.

    `within_years=None` has no end.
    """

    name: str
    within_years: int | None
    tiers: Mapping[RoleClass, Tier]


@dataclass(frozen=True, slots=True)
class RuleTerms:
    """What a pack says about one rule. `basis` and the values of `statutory` are keys of `BASES`."""

    rule: str
    basis: str
    bands: tuple[Band, ...]
    statutory: Mapping[PanelAct, str]
    thresholds: Mapping[str, int]

    def band(self, name: str) -> Band:
        for band in self.bands:
            if band.name == name:
                return band
        raise LookupError(f"{self.rule} has no band {name}")


@dataclass(frozen=True, slots=True)
class RulePack:
    """All terms of one version. `effective_to` is the last day it applies, None while it is in force.

    A draft never is: it shows what it would change.
    """

    version: str
    effective_from: dt.date
    effective_to: dt.date | None
    majority_bp: int
    factors_needed: int
    public_mail: frozenset[str]
    affiliate_recent_years: int
    affiliate_recent_tier: Tier
    rules: Mapping[str, RuleTerms]
    draft: bool = False

    def in_force(self, on: dt.date) -> bool:
        begun = self.effective_from <= on and not self.draft
        return begun and (self.effective_to is None or on <= self.effective_to)


def parse_pack(text: str) -> RulePack:
    """Read a rule pack from its text.

    Raises: ValueError as `pack_from_plain`, or when the text is no TOML.
    """
    return pack_from_plain(tomllib.loads(text))


def pack_from_plain(raw: Mapping[str, Any]) -> RulePack:
    """Read a rule pack from plain values; its days are dates, or text such as 2026-01-01.

    Raises: ValueError when the values are no pack: a rule missing or unknown, a tier no table has, a
    basis without words, bands out of order.
    """
    try:
        pack = RulePack(
            version=raw["version"],
            effective_from=_day(raw["effective_from"]),
            effective_to=_day(raw["effective_to"]) if raw.get("effective_to") else None,
            majority_bp=raw["control"]["majority_bp"],
            factors_needed=raw["identity"]["factors_needed"],
            public_mail=frozenset(raw["identity"]["public_mail"]),
            affiliate_recent_years=raw["affiliate"]["recent_years"],
            affiliate_recent_tier=Tier(raw["affiliate"]["recent_tier"]),
            rules={rule: _terms(rule, dict(terms)) for rule, terms in raw["rules"].items()},
            draft=raw.get("draft", False),
        )
    except (KeyError, TypeError, AttributeError) as fault:
        raise ValueError(f"a rule pack lacks {fault}") from fault
    numbers = (pack.majority_bp, pack.factors_needed, pack.affiliate_recent_years)
    if any(type(number) is not int or number < 0 for number in numbers):
        raise ValueError("a threshold is a whole number")
    if set(pack.rules) != set(RULE_IDS):
        raise ValueError(f"a rule pack has terms for exactly {', '.join(RULE_IDS)}")
    return pack


def _day(value: Any) -> dt.date:
    return value if isinstance(value, dt.date) else dt.date.fromisoformat(value)


def _terms(rule: str, raw: dict[str, Any]) -> RuleTerms:
    bands = tuple(_band(dict(band)) for band in raw.pop("bands"))
    limits = [band.within_years or 10_000 for band in bands]
    if limits != sorted(limits):
        raise ValueError(f"{rule}: bands go from the shortest look-back to the longest")
    statutory = {PanelAct(act): basis for act, basis in raw.pop("statutory", {}).items()}
    basis = raw.pop("basis")
    if not all(type(value) is int and value >= 0 for value in raw.values()):
        raise ValueError(f"{rule}: a threshold is a whole number")
    if missing := {basis, *statutory.values()} - set(BASES):
        raise ValueError(f"{rule}: no words for {', '.join(sorted(missing))}")
    return RuleTerms(rule=rule, basis=basis, bands=bands, statutory=statutory, thresholds=raw)


def _band(raw: dict[str, Any]) -> Band:
    name, within_years = raw.pop("name"), raw.pop("within_years", None)
    if within_years is not None and not (type(within_years) is int and 0 < within_years <= _LONGEST_YEARS):
        raise ValueError(f"{name}: a look-back is 1 to {_LONGEST_YEARS} years")
    tiers = {RoleClass(role): Tier(tier) for role, tier in raw.items()}
    if set(tiers) != set(RoleClass):
        raise ValueError(f"{name}: a band has a tier for every role class")
    return Band(name=name, within_years=within_years, tiers=tiers)
