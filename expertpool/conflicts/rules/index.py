"""A case laid out for screening: computed once, then asked for every expert."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TypeVar

from expertpool.conflicts.rules.facts import (
    Case,
    CaseFacts,
    CaseParty,
    Declaration,
    Organisation,
    Person,
    Recusal,
    Ref,
    Relation,
    Ruling,
    SecrecyDuty,
    Technology,
)
from expertpool.conflicts.rules.families import TIE_RULES, VIA_RULES
from expertpool.conflicts.rules.findings import Namesake, Node
from expertpool.conflicts.rules.groups import Groups, Reach
from expertpool.conflicts.rules.identities import EMPLOYMENT, Identities
from expertpool.conflicts.rules.labels import BORN_APART, NUMBERED_APART, WITHHELD
from expertpool.conflicts.rules.lookbacks import LookBack
from expertpool.conflicts.rules.packs import RulePack
from expertpool.conflicts.rules.vocabulary import Kinship, NodeKind, RelationType

_Fact = TypeVar("_Fact", Relation, Declaration, Recusal, SecrecyDuty)
Reached = dict[Ref, list[tuple[CaseParty, list[Reach]]]]
"""By what a party reaches: each such party, in order of the ids, and the ways to it."""


@dataclass(frozen=True, slots=True)
class CaseIndex:
    """The facts of a case on one day under one pack, looked up by who they concern.

    `oldest` says by look-back which last day of a tie still counts, None for rules without one;
    `longest` and `shortest` say what each party reaches when imprecise ownership dates are read as long,
    or as short, as they allow. `firm_ties` are the ties organisations hold, by holder; `staff` the posts
    of persons, by employer; `stated` whom anything but a tie joins to the case: a name, an answer, a duty,
    a role, a ruling; `apart` namesakes of parties, by the expert who is one or has a tie to one.
    """

    case: Case
    on: dt.date
    pack: RulePack
    oldest: dict[LookBack | None, dt.date]
    experts: dict[int, Person]
    listed: frozenset[Ref]
    identities: Identities
    longest: Reached
    shortest: Reached
    facts: CaseFacts
    firm_ties: dict[Ref, list[Relation]]
    staff: dict[Ref, list[Relation]]
    ties: dict[Ref, list[Relation]]
    declarations: dict[Ref, list[Declaration]]
    recusals: dict[Ref, list[Recusal]]
    secrecies: dict[Ref, list[SecrecyDuty]]
    rulings: dict[tuple[Ref, str], Ruling]
    pinned: dict[Ref, list[Ruling]]
    nodes: dict[Ref, Node]
    stated: frozenset[Ref]
    apart: dict[Ref, tuple[Namesake, ...]]


def index_case(facts: CaseFacts, *, on: dt.date, pack: RulePack) -> CaseIndex:
    """Lay a case out for screening on a day."""
    identities = Identities(facts, on=on, pack=pack)
    longest, shortest = (
        Groups(facts.ownerships, identities, on=on, pack=pack, as_long_as_possible=reading)
        for reading in (True, False)
    )
    in_force = [one for one in facts.rulings if one.until is None or on <= one.until]
    longest_reached = _reached(facts, longest)
    others = [one for one in identities.told_of if one.holder.kind is not NodeKind.EXPERT]
    firm_ties = _grouped((one.holder, one) for one in others if one.holder.kind is NodeKind.ORGANISATION)
    staff = _grouped(
        (one.target, one) for one in others if one.holder.kind is NodeKind.PERSON and one.type in EMPLOYMENT
    )
    ends = longest_reached.keys() | _places(identities, firm_ties.keys() | staff.keys())
    ties = _grouped((one.holder, one) for one in _ties_that_lead(facts, ends) if not _tells_identity(one))
    return CaseIndex(
        case=facts.case,
        on=on,
        pack=pack,
        oldest=_oldest(pack, on),
        experts={one.ref.id: one for one in facts.experts},
        listed=frozenset(one.ref for one in facts.organisations if one.listed),
        identities=identities,
        facts=facts,
        firm_ties=firm_ties,
        staff=staff,
        longest=longest_reached,
        shortest=_reached(facts, shortest),
        ties=ties,
        declarations=_grouped((one.expert, one) for one in facts.declarations),
        recusals=_grouped((one.expert, one) for one in facts.recusals),
        secrecies=_grouped((one.expert, one) for one in facts.secrecies),
        rulings={(ruling.expert, ruling.finding_key): ruling for ruling in in_force},
        pinned=_pinned(in_force),
        nodes=_nodes(facts),
        apart=_apart(facts, identities),
        stated=frozenset({*longest_reached, *_stated(facts)}),
    )


def _oldest(pack: RulePack, on: dt.date) -> dict[LookBack | None, dt.date]:
    looking_back = {family.back for family in (*TIE_RULES, *VIA_RULES)}
    return {back: back.oldest(pack, on=on) if back else dt.date.min for back in looking_back}


def _apart(facts: CaseFacts, identities: Identities) -> dict[Ref, tuple[Namesake, ...]]:
    known = {ref for party in facts.parties for ref in identities.told_apart(party.subject)}
    if not known:  # nearly always: no need to look at every tie of a pool
        return {}
    met: defaultdict[Ref, set[Ref]] = defaultdict(set)
    for one in facts.experts:
        if one.ref in known:
            met[one.ref].add(one.ref)
    for tie in facts.relations:
        if tie.target in known and tie.holder.kind is NodeKind.EXPERT:
            met[tie.holder].add(tie.target)
    nodes = _nodes(facts)
    return {expert: tuple(_namesake(nodes[ref]) for ref in sorted(refs)) for expert, refs in met.items()}


def _namesake(node: Node) -> Namesake:
    because = NUMBERED_APART if node.ref.kind is NodeKind.ORGANISATION else BORN_APART
    return Namesake(node.ref, node.name_ko, node.name_en, because)


def _stated(facts: CaseFacts) -> Iterator[Ref]:
    """Experts about whom the case itself says something."""
    said: tuple[Declaration | Recusal | SecrecyDuty | Ruling, ...] = (
        *facts.declarations,
        *facts.recusals,
        *facts.secrecies,
        *facts.rulings,
    )
    yield from (one.expert for one in said)
    for case in facts.linked:
        yield from (role.expert for role in case.roles)


def _places(identities: Identities, named: set[Ref]) -> set[Ref]:
    """Places with ties or people of their own, under every record that is the same."""
    return {ref for one in named for ref in identities.surely(one)}


def _ties_that_lead(facts: CaseFacts, ends: set[Ref]) -> list[Relation]:
    """The experts' ties a rule can find anything by: most of a pool's lead nowhere near the case."""
    case = facts.case
    technologies = {one.ref for one in case.technologies}
    agencies = set(case.agencies)
    ends = ends | technologies | agencies
    found = [  # asked of every tie of the pool: most name neither a matter nor a technology
        one
        for one in facts.relations
        if one.target in ends
        or (one.case_id is not None and one.case_id == case.id)
        or (one.technology is not None and one.technology in technologies)
    ]
    former = {one.holder for one in found if one.target in agencies}
    if former:  # R22 asks whether they are counsel now, wherever that is
        known = {one.id for one in found}
        found += [one for one in facts.relations if one.holder in former and one.id not in known]
    return [one for one in found if one.holder.kind is NodeKind.EXPERT]


def _reached(facts: CaseFacts, groups: Groups) -> Reached:
    reached: Reached = defaultdict(list)
    for party in sorted(facts.parties, key=lambda one: one.id):
        for ref, reaches in groups.reached_from(party.subject).items():
            reached[ref].append((party, reaches))
    return dict(reached)


def _grouped(pairs: Iterable[tuple[Ref, _Fact]]) -> dict[Ref, list[_Fact]]:
    """Facts by whom they concern, in order of their ids."""
    found: defaultdict[Ref, list[_Fact]] = defaultdict(list)
    for ref, fact in pairs:
        found[ref].append(fact)
    return {ref: sorted(facts, key=lambda one: one.id) for ref, facts in found.items()}


def _pinned(rulings: Iterable[Ruling]) -> dict[Ref, list[Ruling]]:
    found: defaultdict[Ref, list[Ruling]] = defaultdict(list)
    for ruling in rulings:
        if ruling.pin is not None:
            found[ruling.expert].append(ruling)
    return dict(found)


def _tells_identity(relation: Relation) -> bool:
    """Who the expert is, not a tie to somebody else; `Identities` reads it."""
    return relation.type is RelationType.SAME_PERSON and relation.kinship is Kinship.SELF


def _names(one: Person | Organisation | Technology) -> tuple[str, str]:
    """In Korean and in English; relatives have no name to show."""
    if not (one.name_ko or one.name_en):
        return WITHHELD
    return one.name_ko or one.name_en, one.name_en or one.name_ko


def _nodes(facts: CaseFacts) -> dict[Ref, Node]:
    named: tuple[Person | Organisation | Technology, ...] = (
        *facts.experts,
        *facts.persons,
        *facts.organisations,
        *facts.case.technologies,
    )
    nodes = {one.ref: Node(one.ref, *_names(one)) for one in named}
    case = Ref(NodeKind.CASE, facts.case.id)
    nodes[case] = Node(case, facts.case.reference, facts.case.reference)
    return nodes
