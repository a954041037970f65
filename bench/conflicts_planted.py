"""The demo's planted conflicts and decoys: what the rules find, and what a plain comparison of sets finds.

The plain checker works like those of the reviewing systems: a profile is a set of organisations, people and
mail domains by year; whoever shares one with a party within three years, or bears a party's name, is in
conflict. It knows no groups, no firms behind firms, no tiers and no second factors.
"""

import datetime as dt
from collections import Counter
from collections.abc import Iterator

from expertpool.conflicts.packs import pack_in_force
from expertpool.conflicts.rules.dates import longest, years_before
from expertpool.conflicts.rules.index import index_case
from expertpool.conflicts.rules.screening import screen_indexed
from expertpool.conflicts.rules.vocabulary import RoleClass, Tier
from expertpool.demo.world import World, build_world
from tests.rules.demo.facts import Refs, case_facts, references

NOW = dt.date(2026, 11, 23)
SEED, YEARS = 10, 3


def planted() -> None:
    world = build_world(seed=SEED, now=NOW)
    refs = references(world)
    conflicts, decoys = world.relations.planted, world.relations.decoys
    right = [each for each in conflicts if by_rules(world, refs, each.incident, each.expert) == each.tiers]
    barred = [each for each in decoys if Tier.BAR in by_rules(world, refs, each.incident, each.expert)]
    missed = [each for each in conflicts if not by_sets(world, each.incident, each.expert)]
    flagged = [each for each in decoys if by_sets(world, each.incident, each.expert)]
    print(f"{'':28}{'the rules':>12}{'plain sets':>12}")
    print(f"{'planted conflicts':28}{len(conflicts):>12}{len(conflicts):>12}")
    print(f"{'  found':28}{len(right):>12}{len(conflicts) - len(missed):>12}")
    print(f"{'  with the right tiers':28}{len(right):>12}{'no tiers':>12}")
    print(f"{'decoys':28}{len(decoys):>12}{len(decoys):>12}")
    print(f"{'  taken for a conflict':28}{len(barred):>12}{len(flagged):>12}")
    print("missed by plain sets:", _counted(each.rule for each in missed))
    print("decoys flagged by plain sets:", _counted(each.kind.value for each in flagged))


def _counted(names: Iterator[str]) -> str:
    return ", ".join(f"{name} {count}" for name, count in sorted(Counter(names).items()))


def by_rules(world: World, refs: Refs, incident: str, expert: str) -> tuple[Tier, ...]:
    """The tier in each role class."""
    index = index_case(case_facts(world, incident, refs), on=NOW, pack=pack_in_force(NOW))
    return tuple(screen_indexed(index, expert_id=refs[expert].id, role_class=role).tier for role in RoleClass)


def by_sets(world: World, incident: str, expert: str) -> bool:
    """Whether the profile and the case share an organisation, a person, a domain or a name."""
    case = world.incidents.of(incident)
    named = {party.organisation or party.person for party in case.parties}
    people = [world.incidents.person(party.person) for party in case.parties if party.person]
    person = next(each for each in world.experts if each.key == expert)
    since = years_before(NOW, YEARS)
    profile = {
        tie.organisation or tie.person
        for tie in world.relations.ties
        if tie.expert == expert and longest(tie.since, tie.until).last >= since
    }
    domain = person.email.rpartition("@")[2]
    names = {(each.name_ko, each.email_domain == domain) for each in people}
    return bool(profile & named) or any(name == person.name_ko or same for name, same in names)
