"""The registry: experts with what they can, how far they have come, and when they can come."""

import datetime as dt
from dataclasses import replace

from sqlalchemy.orm import Session

from expertpool.availability import service as availability
from expertpool.availability.rules import hours_version
from expertpool.demo.service.book import Book, both
from expertpool.demo.world.experts import Expert
from expertpool.demo.world.seeding import seoul
from expertpool.experts import models, service
from expertpool.experts.rules import (
    AppointmentFacts,
    ExpertFacts,
    ExpertState,
    FacetFacts,
    FacetKind,
    way_to,
)

SEOUL = "Asia/Seoul"


def enter_expert(session: Session, book: Book, expert: Expert, *, at_once: int) -> None:
    """Enter, verify and move one expert as the ministry did when the term began.

    `at_once`: as many engagements as the past asked of the expert at one time.
    """
    at = seoul(expert.appointments[0].starts_on, 9)
    coordinator = book.coordinator(expert.home_ministry)
    row = service.register_expert(
        session,
        actor=coordinator,
        now=at,
        facts=_facts(book, expert, at_once=at_once),
        steps=way_to(ExpertState.APPLIED, ExpertState.ACTIVE) or (),
    )
    book.experts[expert.key] = row.id
    book.rows.append(row)
    for licence in [each for each in row.facets if each.kind is FacetKind.LICENCE]:
        service.verify_facet(session, row.id, licence.id, actor=coordinator, now=at, version=row.version)
    _offer_time(session, book, expert, row, at=at)


def _offer_time(session: Session, book: Book, expert: Expert, row: models.Expert, *, at: dt.datetime) -> None:
    """Weekly hours from the beginning; everything else as the expert keeps it today."""
    calendar, own = book.world.calendars[expert.key], book.as_expert(expert.key)
    availability.change_patterns(
        session, row.id, patterns=calendar.patterns, seen=hours_version(()), actor=own, now=at
    )
    for change in calendar.exceptions:
        availability.add_exception(session, row.id, change=change, actor=own, now=book.now)
    for leave in calendar.leaves:
        availability.add_leave(session, row.id, leave=leave, actor=own, now=book.now)
    if calendar.busy:
        taken = [(busy.span.start, busy.span.end, busy.source) for busy in calendar.busy]
        availability.add_busy_times(session, row.id, times=taken, actor=own, now=book.now)


def settle_expert(session: Session, book: Book, expert: Expert) -> None:
    """What changed lately: fewer hours or engagements than before, and who paused."""
    row = session.get_one(models.Expert, book.experts[expert.key])
    coordinator = book.coordinator(expert.home_ministry)
    wanted = replace(
        row.facts,
        weekly_capacity_minutes=expert.weekly_capacity_minutes,
        max_open_engagements=expert.max_open_engagements,
    )
    if wanted != row.facts:
        service.change_expert(
            session, row.id, actor=coordinator, now=book.now, version=row.version, facts=wanted
        )
    if row.state is not expert.state:
        service.move_expert(session, row.id, expert.state, actor=coordinator, now=book.now)


def _facts(book: Book, expert: Expert, *, at_once: int) -> ExpertFacts:
    return ExpertFacts(
        ministry_id=book.ministries[expert.home_ministry],
        name_ko=expert.name_ko,
        name_en=expert.name_en,
        alias=expert.alias,
        birth_year=expert.birth_year,
        email=expert.email,
        phone=expert.phone,
        region_code=expert.region,
        timezone=SEOUL,
        language="ko",
        minimum_notice_minutes=expert.minimum_notice_minutes,
        weekly_capacity_minutes=expert.previous_capacity_minutes or expert.weekly_capacity_minutes,
        max_open_engagements=max(expert.max_open_engagements, at_once),
        facets=tuple(
            FacetFacts(
                each.kind,
                each.code,
                each.level,
                each.valid_from,
                each.valid_until,
                both(each.evidence_ko, each.evidence_en),
            )
            for each in expert.facets
        ),
        appointments=tuple(
            AppointmentFacts(each.starts_on, each.ends_on, both(each.basis_ko, each.basis_en))
            for each in expert.appointments
        ),
    )
