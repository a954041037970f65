"""The demo world as the conflict rules read it."""

import datetime as dt

from expertpool.conflicts.rules import facts
from expertpool.conflicts.rules.dates import ImpreciseDate
from expertpool.conflicts.rules.vocabulary import PartyKind, RelationType, Side
from expertpool.demo.world import World

Refs = dict[str, facts.Ref]


def references(world: World) -> Refs:
    """A reference for every expert, person and organisation, by key."""
    found = {each.key: facts.expert(n) for n, each in enumerate(world.experts, start=1)}
    found |= {each.key: facts.person(n) for n, each in enumerate(world.incidents.persons, start=1)}
    organisations = world.organisations.organisations
    return found | {each.key: facts.organisation(n) for n, each in enumerate(organisations, start=1)}


def case_facts(world: World, incident_key: str, refs: Refs) -> facts.CaseFacts:
    """Everything the rules may look at for one incident."""
    incident = world.incidents.of(incident_key)
    case_ids = {each.key: n for n, each in enumerate(world.incidents.incidents, start=1)}
    return facts.CaseFacts(
        case=facts.Case(id=case_ids[incident_key], reference=incident.receipt_no),
        parties=tuple(
            facts.CaseParty(
                id=n,
                subject=refs[party.organisation or party.person or ""],
                side=Side(party.side),
                kind=PartyKind(party.kind),
                added_on=party.added_on,
            )
            for n, party in enumerate(incident.parties, start=1)
        ),
        experts=tuple(
            facts.Person(refs[e.key], e.name_ko, e.name_en, birth_year=e.birth_year) for e in world.experts
        ),
        persons=tuple(
            facts.Person(refs[p.key], p.name_ko, p.name_en, birth_year=p.birth_year)
            for p in world.incidents.persons
        ),
        organisations=_organisations(world, refs),
        aliases=tuple(
            facts.OrganisationAlias(
                refs[a.organisation], a.name, a.script, _day(a.valid_from), _day(a.valid_until)
            )
            for a in world.organisations.aliases
        ),
        ownerships=_ownerships(world, refs),
        relations=(*_relations(world, refs, case_ids), *_mandates(world, refs)),
        recusals=tuple(
            facts.Recusal(n, refs[each.expert], each.recused_on)
            for n, each in enumerate(world.relations.recusals, start=1)
            if each.incident == incident_key
        ),
    )


def _day(day: dt.date) -> ImpreciseDate:
    return ImpreciseDate.of(day)


def _organisations(world: World, refs: Refs) -> tuple[facts.Organisation, ...]:
    return tuple(
        facts.Organisation(
            refs[each.key],
            each.name_ko,
            each.name_en,
            biz_no=each.biz_no or "",
            corp_no=each.corp_no or "",
            foreign_no=each.foreign_id or "",
            country=each.country,
            kind=each.kind,
            listed=each.listed,
        )
        for each in world.organisations.organisations
    )


def _ownerships(world: World, refs: Refs) -> tuple[facts.Ownership, ...]:
    """The last day of an edge is the one before the first day it no longer holds."""
    return tuple(
        facts.Ownership(
            n,
            refs[edge.parent],
            refs[edge.child],
            edge.share_basis_points,
            edge.declared_control,
            _day(edge.valid_from),
            _day(edge.valid_until - dt.timedelta(days=1)) if edge.valid_until else None,
        )
        for n, edge in enumerate(world.organisations.ownerships, start=1)
    )


def _mandates(world: World, refs: Refs) -> tuple[facts.Relation, ...]:
    first = len(world.relations.ties) + 1
    return tuple(
        facts.Relation(
            n, refs[each.firm], RelationType.COUNSEL, refs[each.client], since=each.since, until=each.until
        )
        for n, each in enumerate(world.relations.mandates, start=first)
    )


def _relations(world: World, refs: Refs, case_ids: dict[str, int]) -> tuple[facts.Relation, ...]:
    return tuple(
        facts.Relation(
            id=n,
            holder=refs[tie.expert],
            type=tie.type,
            target=refs[tie.organisation or tie.person or ""],
            since=tie.since,
            until=tie.until,
            kinship=tie.kinship,
            amount_krw=tie.amount_won,
            share_bp=tie.share_basis_points,
            group_size=tie.group_size,
            case_id=case_ids[tie.incident] if tie.incident else None,
            source=tie.source,
            confidence=tie.confidence,
        )
        for n, tie in enumerate(world.relations.ties, start=1)
    )
