"""Organisations, who owned whom, people named in cases, and the experts' ties to all of them."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator
from functools import partial

from sqlalchemy.orm import Session

from expertpool.config import settings_of_app
from expertpool.conflicts import service
from expertpool.conflicts.rules.facts import organisation
from expertpool.conflicts.rules.records import OrganisationFacts, PersonFacts, TieFacts
from expertpool.conflicts.rules.vocabulary import RelationType, Source
from expertpool.demo.service.acts import Act
from expertpool.demo.service.book import Book, both
from expertpool.demo.world.organisations import Ownership
from expertpool.demo.world.seeding import seoul
from expertpool.demo.world.ties import Tie
from expertpool.incidents.rules import PartySide

KEEPER = "MSS"
# Every so many-th expert has not confirmed the register of ties yet.
UNCONFIRMED_EACH = 9


def record_parties(session: Session, book: Book) -> None:
    """Everybody who can be a party or an employer."""
    keeper, world = book.coordinator(KEEPER), book.world
    for each in world.organisations.organisations:
        facts = OrganisationFacts(
            name_ko=each.name_ko,
            name_en=each.name_en,
            kind=each.kind,
            country=each.country,
            biz_no=each.biz_no or "",
            corp_no=each.corp_no or "",
            foreign_id=each.foreign_id or "",
            listed=each.listed,
        )
        row = service.add_organisation(session, facts=facts, actor=keeper, now=book.now)
        book.organisations[each.key] = row.id
        book.rows.append(row)
    for alias in world.organisations.aliases:
        service.add_alias(
            session,
            book.organisations[alias.organisation],
            name=alias.name,
            valid_from=alias.valid_from,
            valid_until=alias.valid_until,
            actor=keeper,
            now=book.now,
        )
    _record_persons(session, book)


def _record_persons(session: Session, book: Book) -> None:
    keeper, secret = book.coordinator(KEEPER), settings_of_app().secret_key
    for person in book.world.incidents.persons:
        named = PersonFacts(
            name_ko=person.name_ko,
            name_en=person.name_en,
            birth_year=person.birth_year,
            email_domain=person.email_domain,
        )
        employer_id = book.organisations[person.employer]
        found = service.add_person(
            session, facts=named, employer_id=employer_id, secret=secret, actor=keeper, now=book.now
        )
        book.persons[person.key] = found.id
        book.rows.append(found)


def ownership_acts(book: Book) -> Iterator[Act]:
    """Holdings on the day the service came to know of them, but for the one that comes to light now."""
    hidden = _hidden_holding(book)
    for edge in book.world.organisations.ownerships:
        if edge is not hidden:
            yield Act(seoul(edge.recorded_on, 16), partial(_hold, book, edge))


def bring_to_light(session: Session, book: Book) -> None:
    """The sixth story: a filing shows whose firm the respondent is, and what follows from it follows."""
    _hold(book, _hidden_holding(book), session, book.now)


def _hidden_holding(book: Book) -> Ownership:
    respondent = book.world.incidents.of("S6").principal(PartySide.RESPONDENT)
    return next(
        edge
        for edge in book.world.organisations.ownerships
        if edge.child == respondent and edge.recorded_on != edge.valid_from
    )


def _hold(book: Book, edge: Ownership, session: Session, at: dt.datetime) -> None:
    service.add_ownership(
        session,
        parent_id=book.organisations[edge.parent],
        child_id=book.organisations[edge.child],
        share_basis_points=edge.share_basis_points,
        declared_control=edge.declared_control,
        valid_from=edge.valid_from,
        valid_until=edge.valid_until,
        actor=book.coordinator(KEEPER),
        now=at,
    )


def record_mandates(session: Session, book: Book) -> None:
    """Whom law firms act for."""
    for mandate in book.world.relations.mandates:
        service.record_other_tie(
            session,
            facts=TieFacts(type=RelationType.COUNSEL, since=mandate.since, until=mandate.until),
            holder=organisation(book.organisations[mandate.firm].int),
            target=organisation(book.organisations[mandate.client].int),
            source=Source.REGISTRY,
            actor=book.officers[0],
            now=book.now,
        )


def record_ties(session: Session, book: Book) -> None:
    """Ties, entered by the experts themselves, and by the officer from papers and registers."""
    own: defaultdict[str, list[service.NewTie]] = defaultdict(list)
    found: list[service.NewTie] = []
    for tie in book.world.relations.ties:
        (own[tie.expert] if tie.source is Source.SELF else found).append(_new_tie(book, tie))
    for expert, entered in own.items():
        service.record_ties(session, entered, actor=book.as_expert(expert), now=book.now)
    service.record_ties(session, found, actor=book.officers[0], now=book.now)


def _new_tie(book: Book, tie: Tie) -> service.NewTie:
    return service.NewTie(
        expert_id=book.experts[tie.expert],
        facts=TieFacts(
            type=tie.type,
            kinship=tie.kinship,
            since=tie.since,
            until=tie.until,
            rank=both(tie.rank_ko, tie.rank_en),
            unit=both(tie.unit_ko, tie.unit_en),
            amount_won=tie.amount_won,
            share_basis_points=tie.share_basis_points,
            group_size=tie.group_size,
            confidence=tie.confidence,
            evidence=both(tie.evidence_ko, tie.evidence_en),
        ),
        organisation_id=book.organisations[tie.organisation] if tie.organisation else None,
        person_id=book.persons[tie.person] if tie.person else None,
        incident_id=book.incidents[tie.incident] if tie.incident else None,
        source=tie.source,
    )


def confirm_registers(session: Session, book: Book) -> None:
    """Most experts say once a year that their ties are complete and right."""
    for place, expert in enumerate(book.world.experts):
        if place % UNCONFIRMED_EACH:
            service.confirm_ties(
                session, book.experts[expert.key], actor=book.as_expert(expert.key), now=book.now
            )
