"""A case laid out for screening: computed once, then asked for every expert."""

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass

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
    Technology,
)
from expertpool.conflicts.rules.findings import Node
from expertpool.conflicts.rules.groups import Groups, Reach
from expertpool.conflicts.rules.identities import Identities
from expertpool.conflicts.rules.packs import RulePack
from expertpool.conflicts.rules.vocabulary import Kinship, NodeKind, RelationType

Reached = dict[Ref, list[tuple[CaseParty, Reach]]]


@dataclass(frozen=True, slots=True)
class CaseIndex:
    """The facts of a case on one day under one pack, looked up by who they concern.

    `longest` and `shortest` say what each party reaches when imprecise ownership dates are read as long,
    or as short, as they allow.
    """

    case: Case
    on: dt.date
    pack: RulePack
    experts: dict[int, Person]
    longest: Reached
    shortest: Reached
    ties: dict[Ref, list[Relation]]
    declarations: dict[Ref, list[Declaration]]
    recusals: dict[Ref, list[Recusal]]
    rulings: dict[tuple[Ref, str], Ruling]
    nodes: dict[Ref, Node]


def index_case(facts: CaseFacts, *, on: dt.date, pack: RulePack) -> CaseIndex:
    """Lay a case out for screening on a day."""
    identities = Identities(facts, on=on, pack=pack)
    longest, shortest = (
        Groups(facts.ownerships, identities, on=on, pack=pack, as_long_as_possible=reading)
        for reading in (True, False)
    )
    ties, declarations, recusals = _by_expert(facts)
    return CaseIndex(
        case=facts.case,
        on=on,
        pack=pack,
        experts={one.ref.id: one for one in facts.experts},
        longest=_reached(facts, longest),
        shortest=_reached(facts, shortest),
        ties=ties,
        declarations=declarations,
        recusals=recusals,
        rulings={
            (ruling.expert, ruling.finding_key): ruling
            for ruling in facts.rulings
            if ruling.until is None or on <= ruling.until
        },
        nodes=_nodes(facts),
    )


def _reached(facts: CaseFacts, groups: Groups) -> Reached:
    reached: Reached = defaultdict(list)
    for party in sorted(facts.parties, key=lambda one: one.id):
        for ref, reaches in groups.reached_from(party.subject).items():
            reached[ref].extend((party, reach) for reach in reaches)
    return dict(reached)


def _by_expert(
    facts: CaseFacts,
) -> tuple[dict[Ref, list[Relation]], dict[Ref, list[Declaration]], dict[Ref, list[Recusal]]]:
    ties: defaultdict[Ref, list[Relation]] = defaultdict(list)
    for relation in sorted(facts.relations, key=lambda one: one.id):
        if relation.holder.kind is NodeKind.EXPERT and not _tells_identity(relation):
            ties[relation.holder].append(relation)
    declarations: defaultdict[Ref, list[Declaration]] = defaultdict(list)
    for declaration in sorted(facts.declarations, key=lambda one: one.id):
        declarations[declaration.expert].append(declaration)
    recusals: defaultdict[Ref, list[Recusal]] = defaultdict(list)
    for recusal in sorted(facts.recusals, key=lambda one: one.id):
        recusals[recusal.expert].append(recusal)
    return dict(ties), dict(declarations), dict(recusals)


def _tells_identity(relation: Relation) -> bool:
    """Who the expert is, not a tie to somebody else; `Identities` reads it."""
    return relation.type is RelationType.SAME_PERSON and relation.kinship is Kinship.SELF


def _nodes(facts: CaseFacts) -> dict[Ref, Node]:
    named: tuple[Person | Organisation | Technology, ...] = (
        *facts.experts,
        *facts.persons,
        *facts.organisations,
        *facts.case.technologies,
    )
    nodes = {one.ref: Node(one.ref, one.name_ko or one.name_en, one.name_en or one.name_ko) for one in named}
    case = Ref(NodeKind.CASE, facts.case.id)
    nodes[case] = Node(case, facts.case.reference, facts.case.reference)
    return nodes
