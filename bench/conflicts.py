"""Screening a whole pool: `python -m bench.conflicts [pool|growth|planted|database] [EXPERTS ...]`.

Each prints one table; `growth` takes the sizes to grow through, `database` how many experts there are.

`pool`: 10 000 experts with 60 relations each against a case of 8 parties, 6 of them in groups of 15 firms.
`growth`: time for each expert and for each of the expert's pairs with a party as the pool grows from 1 000 to
100 000, handed over in lots of 10 000; a larger size goes on from the lots of the one before. Beside it a
plain comparison of sets.
`planted`: the demo's planted conflicts and decoys, found by the rules and by a plain comparison of sets.
`database`: the same question asked of the tables (`bench.conflicts_database`).
"""

import datetime as dt
import gc
import random
import resource
import sys
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from expertpool.conflicts.packs import pack_in_force
from expertpool.conflicts.rules import facts
from expertpool.conflicts.rules.dates import ImpreciseDate, years_before
from expertpool.conflicts.rules.screening import screen_many
from expertpool.conflicts.rules.vocabulary import PartyKind, RelationType, RoleClass, Side, Tier
from expertpool.infra.garbage import settle

ON = dt.date(2026, 9, 1)
PACK = pack_in_force(ON)
GROUPS, FIRMS_EACH, LONE_FIRMS, PERSONS = 6, 15, 2_910, 500
RELATIONS_EACH, LOT, YEARS = 60, 10_000, 3
SIZES = (1_000, 3_000, 10_000, 30_000, 100_000)
SYLLABLES = "가나다라마바사아자차카타파하거너더러머버서어저처커터퍼허고노도로모보소오조초코토포호"
TO_FIRMS = (
    RelationType.EMPLOYEE,
    RelationType.OFFICER,
    RelationType.ADVISER,
    RelationType.COUNSEL,
    RelationType.SHAREHOLDER,
    RelationType.GIFT,
    RelationType.PROGRAMME_JUDGE,
    RelationType.APPOINTED_BY,
)
TO_PERSONS = (RelationType.CO_AUTHOR, RelationType.TEACHER, RelationType.JOINT_RESEARCH)


@dataclass(frozen=True)
class Surroundings:
    """Everything but the experts: firms, who owns whom, people, and who stands in the case."""

    organisations: tuple[facts.Organisation, ...]
    ownerships: tuple[facts.Ownership, ...]
    persons: tuple[facts.Person, ...]
    parties: tuple[facts.CaseParty, ...]


def surroundings(rng: random.Random) -> Surroundings:
    """Six groups with a party in each, a lone party, and a person in the case."""
    count = GROUPS * FIRMS_EACH + LONE_FIRMS
    firms = tuple(
        facts.Organisation(facts.organisation(number), f"{name(rng, 4)}{number}", f"Firm {number}")
        for number in range(count)
    )
    people = tuple(facts.Person(facts.person(number), name(rng, 3)) for number in range(PERSONS))
    named = [firms[group * FIRMS_EACH + 7].ref for group in range(GROUPS)]
    named += [firms[GROUPS * FIRMS_EACH].ref, people[0].ref]
    parties = tuple(
        facts.CaseParty(number, ref, Side.COMPLAINANT if number % 2 else Side.RESPONDENT, PartyKind.PARTY, ON)
        for number, ref in enumerate(named)
    )
    return Surroundings(firms, tuple(_holdings(firms)), people, parties)


def name(rng: random.Random, length: int) -> str:
    return "".join(rng.choices(SYLLABLES, k=length))


def _holdings(firms: Sequence[facts.Organisation]) -> Iterator[facts.Ownership]:
    """In each group every firm but the first is held by one before it, one in five by a minority share."""
    for place in range(GROUPS * FIRMS_EACH):
        within = place % FIRMS_EACH
        if within:
            share = 3_000 if within % 5 == 0 else 6_000
            parent = firms[place - within + (within - 1) // 2]
            yield facts.Ownership(place, parent.ref, firms[place].ref, share, since=ImpreciseDate(2012))


def a_lot(rng: random.Random, around: Surroundings, first: int, count: int) -> facts.CaseFacts:
    """The case with `count` experts and their relations."""
    experts = tuple(
        facts.Person(facts.expert(number), name(rng, 3), birth_year=rng.randint(1955, 1995))
        for number in range(first, first + count)
    )
    relations = tuple(
        _relation(rng, around, expert.ref, place)
        for place, expert in enumerate(each for each in experts for _ in range(RELATIONS_EACH))
    )
    return facts.CaseFacts(
        case=facts.Case(1, "2026-0001"),
        parties=around.parties,
        experts=experts,
        persons=around.persons,
        organisations=around.organisations,
        ownerships=around.ownerships,
        relations=relations,
    )


def _relation(rng: random.Random, around: Surroundings, holder: facts.Ref, number: int) -> facts.Relation:
    began = rng.randint(1995, 2020)
    ended = None if rng.random() < 0.2 else ImpreciseDate(rng.randint(began, 2026), rng.randint(1, 8))
    to_person = rng.random() < 0.1
    target = rng.choice(around.persons).ref if to_person else rng.choice(around.organisations).ref
    kind = rng.choice(TO_PERSONS if to_person else TO_FIRMS)
    return facts.Relation(number, holder, kind, target, ImpreciseDate(began, 3), ended, amount_krw=100_000)


def screened(known: facts.CaseFacts, role_class: RoleClass) -> tuple[float, dict[Tier, int]]:
    """Processor seconds of one screening of everybody, and how many got which tier."""
    settle()  # as a serving process does (`create_served_app`): the pool stays, no use looking through it
    started = time.process_time()
    found = screen_many(known, role_class=role_class, on=ON, pack=PACK)
    seconds = time.process_time() - started
    return seconds, {tier: sum(one.tier is tier for one in found) for tier in Tier}


def pool() -> None:
    rng = random.Random(7)
    known = a_lot(rng, surroundings(rng), 0, LOT)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"{len(known.experts)} experts, {len(known.relations)} relations, {len(known.parties)} parties,")
    print(f"{GROUPS} groups of {FIRMS_EACH} firms, all {len(PACK.rules)} rules, one core")
    for role_class in RoleClass:
        runs = [screened(known, role_class) for _ in range(3)]
        tiers = ", ".join(f"{count} {tier}" for tier, count in runs[0][1].items() if count)
        print(f"{role_class}  {min(seconds for seconds, _ in runs):6.2f} s   {tiers}")
    after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"peak memory {after:.0f} MB, of which {before:.0f} MB before the first screening (the facts)")


def compared(known: facts.CaseFacts) -> float:
    """Processor seconds of a plain comparison: whoever shares a party's record within three years.

    As `conflicts_planted.by_sets` does for one expert, without names and domains.
    """
    settle()
    started = time.process_time()
    named = {party.subject for party in known.parties}
    since = years_before(ON, YEARS)
    profiles: defaultdict[facts.Ref, set[facts.Ref]] = defaultdict(set)
    for tie in known.relations:
        if tie.until is None or tie.until.latest >= since:
            profiles[tie.holder].add(tie.target)
    in_conflict = {one.ref for one in known.experts if not named.isdisjoint(profiles[one.ref])}
    seconds = time.process_time() - started
    assert in_conflict  # a pool without one would compare nothing
    return seconds


def growth(sizes: Sequence[int]) -> None:
    print("processor seconds; a pair is an expert and a party")
    titles = ("experts", "rules s", "µs expert", "µs pair", "sets s", "µs pair", "peak MB")
    print("".join(f"{title:>11}" for title in titles))
    done = 0
    for size in sorted(sizes):
        if done % LOT or not done:  # only whole lots can be gone on from
            rng = random.Random(7)
            around = surroundings(rng)
            rules = sets = 0.0
            done = 0
        for first in range(done, size, LOT):
            lot = a_lot(rng, around, first, min(LOT, size - first))
            rules += screened(lot, RoleClass.ADJ)[0]
            sets += compared(lot)
            del lot
            gc.unfreeze()
        done = size
        each, pairs = rules / size * 1e6, size * len(around.parties)
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        row = (rules, each, rules / pairs * 1e6, sets, sets / pairs * 1e6)
        print(f"{size:>11}" + "".join(f"{one:>11.2f}" for one in row) + f"{peak:>11.0f}", flush=True)


def main(wanted: str, experts: Sequence[int]) -> None:
    if wanted == "planted":
        from bench.conflicts_planted import planted

        planted()
    elif wanted == "database":
        from bench.conflicts_database import database

        database(*(experts or (LOT,)))
    elif wanted == "growth":
        growth(experts or SIZES)
    else:
        pool()


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else "pool", [int(each) for each in sys.argv[2:]])
