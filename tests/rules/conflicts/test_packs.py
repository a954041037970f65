"""Rule packs, words for everything, and the format of facts."""

import datetime as dt
import tomllib
from collections.abc import Callable
from dataclasses import replace
from importlib import resources
from typing import Any

import pytest

from expertpool.conflicts import packs
from expertpool.conflicts.packs import pack_in_force, pack_named, pack_to_begin_with, shipped_packs
from expertpool.conflicts.rules.codec import facts_from_plain, facts_to_plain
from expertpool.conflicts.rules.labels import FAMILY, RELATIONS, RULE_NAMES, TIERS, percent
from expertpool.conflicts.rules.packs import RULE_IDS, pack_from_plain, parse_pack
from expertpool.conflicts.rules.screening import screen
from expertpool.conflicts.rules.vocabulary import Kinship, RelationType, RoleClass, Tier
from tests.rules.conflicts.world import EXPERT, ON, VICTIM, tie, world

TEXT = resources.files(packs).joinpath("2026-01.toml").read_text(encoding="utf-8")


def test_the_pack_in_force_is_the_one_of_the_day() -> None:
    assert pack_in_force(ON).version == "2026-01"
    assert pack_in_force(ON) in shipped_packs()


def test_a_pack_is_in_force_from_its_first_day_to_its_last() -> None:
    pack = replace(pack_in_force(ON), effective_from=ON, effective_to=ON)

    assert [pack.in_force(ON + dt.timedelta(days=days)) for days in (-1, 0, 1)] == [False, True, False]


@pytest.mark.parametrize("version", [pack.version for pack in shipped_packs()])
def test_a_pack_says_what_its_text_says(version: str) -> None:
    text = resources.files(packs).joinpath(f"{version}.toml").read_text(encoding="utf-8")

    assert pack_from_plain(tomllib.loads(text)) == pack_named(version)


def test_days_of_a_pack_may_be_text() -> None:
    plain = tomllib.loads(TEXT)
    plain["effective_from"] = str(plain["effective_from"])

    assert pack_from_plain(plain) == parse_pack(TEXT)


def _with_bands_backwards(plain: dict[str, Any]) -> None:
    plain["rules"]["R09"]["bands"].reverse()


def _without_a_rule(plain: dict[str, Any]) -> None:
    del plain["rules"]["R09"]


def _without_control(plain: dict[str, Any]) -> None:
    del plain["control"]


def _with_other_words(plain: dict[str, Any]) -> None:
    plain["rules"]["R09"]["basis"] = "folklore"


def _without_a_role(plain: dict[str, Any]) -> None:
    del plain["rules"]["R09"]["bands"][0]["SUP"]


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (_without_control, "lacks 'control'"),
        (_without_a_rule, "exactly R01, R02, "),
        (_with_bands_backwards, "R09: bands go from the shortest"),
        (_with_other_words, "R09: no words for folklore"),
        (_without_a_role, "recent: a band has a tier for every role class"),
    ],
)
def test_a_pack_that_is_refused_says_where_it_is_wrong(spoil: Callable[[Any], None], said: str) -> None:
    plain = tomllib.loads(TEXT)
    spoil(plain)

    with pytest.raises(ValueError, match=said):
        pack_from_plain(plain)


def test_a_draft_comes_into_force_on_no_day() -> None:
    draft = pack_named("2027-07-draft")

    assert not draft.in_force(draft.effective_from + dt.timedelta(days=1))
    assert pack_in_force(draft.effective_from).version == "2026-01"
    assert pack_to_begin_with(draft.effective_from).version == "2026-01"


@pytest.mark.parametrize(
    ("kind", "ended", "now", "then"),
    [
        (RelationType.EMPLOYEE, "2024-09-01", Tier.BAR, Tier.BAR),
        (RelationType.EMPLOYEE, "2023-09-01", Tier.WAIVABLE, Tier.BAR),
        (RelationType.EMPLOYEE, "2023-08-31", Tier.CLEAR, Tier.WAIVABLE),
        (RelationType.ADVISER, "2024-08-31", Tier.WAIVABLE, Tier.BAR),
        (RelationType.ADVISER, "2021-09-01", Tier.CLEAR, Tier.WAIVABLE),
        (RelationType.ADVISER, "2021-08-31", Tier.CLEAR, Tier.CLEAR),
        (RelationType.CO_AUTHOR, "2021-08-31", Tier.CLEAR, Tier.CLEAR),
    ],
)
def test_the_draft_looks_back_longer_for_posts_and_mandates_alone(
    kind: RelationType, ended: str, now: Tier, then: Tier
) -> None:
    known = world(relations=(tie(VICTIM, kind, until=ended),))
    found = [
        screen(known, expert_id=EXPERT.id, role_class=RoleClass.ADJ, on=ON, pack=pack).tier
        for pack in (pack_in_force(ON), pack_named("2027-07-draft"))
    ]

    assert found == [now, then]


def test_no_pack_is_in_force_before_the_first() -> None:
    with pytest.raises(LookupError):
        pack_in_force(dt.date(2025, 12, 31))


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("[rules.R09]", "[rules.R99]"),
        ('basis = "recusal"', 'basis = "folklore"'),
        ('SUP = "clear"', 'SUP = "perhaps"'),
        (', SUP = "clear"', ""),
        ("within_years = 2", "within_years = 4"),
        ("majority_bp = 5000", ""),
    ],
)
def test_a_pack_no_rule_understands_is_refused(before: str, after: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        parse_pack(TEXT.replace(before, after))


def test_every_word_of_the_lists_can_be_said() -> None:
    assert set(RELATIONS) == set(RelationType)
    assert set(FAMILY) == set(Kinship) - {Kinship.SELF}
    assert set(TIERS) == set(Tier)
    assert set(RULE_NAMES) == set(RULE_IDS)


@pytest.mark.parametrize(
    ("share_bp", "said"), [(5500, "55%"), (1250, "12.5%"), (10_000, "100%"), (1, "0.01%")]
)
def test_a_share_is_said_without_idle_zeros(share_bp: int, said: str) -> None:
    assert percent(share_bp) == said


@pytest.mark.parametrize(
    "change",
    [
        {"nonsense": 1},
        {"parties": "none"},
        {"case": {"id": "1", "reference": "x"}},
        {"case": {"reference": "x"}},
        {"relations": [{"id": 1}]},
    ],
)
def test_plain_values_that_are_no_facts_are_refused(change: dict[str, object]) -> None:
    plain = facts_to_plain(world(relations=(tie(VICTIM),)))

    with pytest.raises(ValueError, match=r"."):
        facts_from_plain({**plain, **change})
