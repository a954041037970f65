"""Organisations, who owned whom, people named in cases, and the experts' ties to all of them."""

import datetime as dt
from collections.abc import Iterator

from sqlalchemy.orm import Session

from expertpool.conflicts import models
from expertpool.conflicts.queries import precision_of
from expertpool.conflicts.rules.dates import ImpreciseDate
from expertpool.conflicts.rules.vocabulary import RelationType
from expertpool.demo.service.book import Book, both
from expertpool.demo.world.seeding import seoul
from expertpool.demo.world.ties import Tie
from expertpool.infra.identity import new_id


def record_parties(session: Session, book: Book) -> None:
    """Everybody who can be a party or an employer, and who owned whom."""
    world = book.world
    for each in world.organisations.organisations:
        row = models.Organisation(
            id=new_id(),
            name_ko=each.name_ko,
            name_en=each.name_en,
            kind=each.kind,
            country=each.country,
            biz_no=each.biz_no,
            corp_no=each.corp_no,
            foreign_id=each.foreign_id,
            listed=each.listed,
        )
        session.add(row)
        book.organisations[each.key] = row.id
    session.flush()
    for alias in world.organisations.aliases:
        session.add(
            models.OrganisationAlias(
                organisation_id=book.organisations[alias.organisation],
                name=alias.name,
                script=alias.script,
                valid_from=alias.valid_from,
                valid_until=alias.valid_until,
            )
        )
    for edge in world.organisations.ownerships:
        session.add(
            models.Ownership(
                parent_id=book.organisations[edge.parent],
                child_id=book.organisations[edge.child],
                share_basis_points=edge.share_basis_points,
                declared_control=edge.declared_control,
                valid_from=edge.valid_from,
                valid_until=edge.valid_until,
            )
        )
    for person in world.incidents.persons:
        found = models.Person(
            id=new_id(),
            name_ko=person.name_ko,
            name_en=person.name_en,
            other_names=[],
            birth_year=person.birth_year,
            email_domain=person.email_domain,
            employer_id=book.organisations[person.employer],
        )
        session.add(found)
        book.persons[person.key] = found.id


def record(session: Session, book: Book, tie: Tie) -> None:
    """One tie of an expert."""
    session.add(
        models.Tie(
            id=new_id(),
            expert_id=book.experts[tie.expert],
            kinship=tie.kinship,
            organisation_id=book.organisations[tie.organisation] if tie.organisation else None,
            person_id=book.persons[tie.person] if tie.person else None,
            type=tie.type,
            rank=both(tie.rank_ko, tie.rank_en),
            unit=both(tie.unit_ko, tie.unit_en),
            amount_won=tie.amount_won,
            share_basis_points=tie.share_basis_points,
            group_size=tie.group_size,
            incident_id=book.incidents[tie.incident] if tie.incident else None,
            starts_on=tie.since.earliest if tie.since.year else None,
            starts_precision=precision_of(tie.since),
            ends_on=tie.until.latest if tie.until and tie.until.year else None,
            ends_precision="open" if tie.until is None else precision_of(tie.until),
            source=tie.source,
            confidence=tie.confidence,
            evidence=both(tie.evidence_ko, tie.evidence_en),
            recorded_at=book.now,
        )
    )
