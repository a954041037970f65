"""The conflict rules find what was planted in the demo world, and no decoy."""

import datetime as dt

import pytest

from expertpool.conflicts.packs import pack_in_force
from expertpool.conflicts.rules.index import index_case
from expertpool.conflicts.rules.screening import screen_indexed
from expertpool.conflicts.rules.vocabulary import RoleClass, Tier
from expertpool.demo.world import World
from expertpool.demo.world.plants import PLANTS, DecoyKind
from tests.rules.demo.facts import case_facts, references

NOW = dt.date(2026, 11, 23)
PACK = pack_in_force(NOW)


def tiers(world: World, incident: str, expert: str) -> tuple[Tier, ...]:
    """What the rules say of one expert in each role class."""
    refs = references(world)
    index = index_case(case_facts(world, incident, refs), on=NOW, pack=PACK)
    found = (screen_indexed(index, expert_id=refs[expert].id, role_class=role) for role in RoleClass)
    return tuple(screening.tier for screening in found)


@pytest.mark.parametrize("rule", sorted({each.rule for each in PLANTS}))
def test_a_planted_conflict_gets_the_tiers_of_its_rule(world: World, rule: str) -> None:
    planted = [each for each in world.relations.planted if each.rule == rule]

    assert planted
    for each in planted:
        assert tiers(world, each.incident, each.expert) == each.tiers, each.key


@pytest.mark.parametrize("kind", list(DecoyKind))
def test_a_decoy_bars_nobody(world: World, kind: DecoyKind) -> None:
    decoys = [each for each in world.relations.decoys if each.kind is kind]

    assert len(decoys) == 10
    for decoy in decoys:
        assert Tier.BAR not in tiers(world, decoy.incident, decoy.expert), decoy.key
