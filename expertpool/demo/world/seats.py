"""From a request template and an incident to seats, sessions and team rules with fixed times."""

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from expertpool.demo.world.cases import Incident
from expertpool.demo.world.seeding import DAY, SEOUL, is_working_day
from expertpool.experts.rules import FacetKind
from expertpool.incidents.data import Place, RequestTemplate, SeatTemplate, SessionTemplate, Use
from expertpool.incidents.rules import TeamRuleKind
from expertpool.scheduling.vocabulary import RoleClass

# Where each ministry meets.
OFFICES = {"MSS": "KR-50", "MOTIR": "KR-50", "KFTC": "KR-50", "MOIP": "KR-30", "NPA": "KR-11", "NIS": "KR-11"}


@dataclass(frozen=True, slots=True)
class Required:
    """A facet the expert must have, at least at `minimum_level`."""

    kind: FacetKind
    code: str
    minimum_level: int


@dataclass(frozen=True, slots=True)
class Preferred:
    """A welcome facet; every level short of `level` costs `weight`."""

    kind: FacetKind
    code: str
    level: int
    weight: int


@dataclass(frozen=True, slots=True)
class Seat:
    """One place in the team. `key` is unique in the need; `template_seat` names what it was made from."""

    key: str
    ordinal: int
    template_seat: str
    name_ko: str
    name_en: str
    role_kind: str
    role_class: RoleClass
    required: tuple[Required, ...]
    preferred: tuple[Preferred, ...]


@dataclass(frozen=True, slots=True)
class Session:
    """A timed piece of work inside `[earliest, latest)`; all its seats come together. Units: minutes.

    `region` is None where people meet online.
    """

    key: str
    ordinal: int
    kind: str
    name_ko: str
    name_en: str
    length_minutes: int
    earliest: dt.datetime
    latest: dt.datetime
    region: str | None
    seats: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class TeamRule:
    """A rule over some seats of the need; which of the last three it uses depends on its kind."""

    kind: TeamRuleKind
    seats: tuple[str, ...]
    licences: tuple[str, ...]
    role_kinds: tuple[str, ...]
    minimum: int | None


def seats_of(template: RequestTemplate, incident: Incident) -> tuple[Seat, ...]:
    """One seat per person asked for."""
    asked = [(seat, number) for seat in template.seats for number in range(1, seat.count + 1)]
    return tuple(
        Seat(
            key=seat.key if seat.count == 1 else f"{seat.key}-{number}",
            ordinal=ordinal,
            template_seat=seat.key,
            name_ko=seat.name_ko,
            name_en=seat.name_en,
            role_kind=seat.role_kind,
            role_class=seat.role_class,
            required=tuple(_required(seat, incident)),
            preferred=tuple(_preferred(seat, incident)),
        )
        for ordinal, (seat, number) in enumerate(asked, start=1)
    )


def _required(seat: SeatTemplate, incident: Incident) -> Iterator[Required]:
    yield Required(FacetKind.ROLE_KIND, seat.role_kind, seat.min_level)
    if seat.technology is Use.REQUIRED:
        yield Required(FacetKind.TECHNOLOGY, incident.technology, seat.facet_level)
    if seat.language is Use.REQUIRED:
        yield Required(FacetKind.LANGUAGE, incident.language or "en", seat.facet_level)
    if seat.region is Use.REQUIRED:
        yield Required(FacetKind.REGION, incident.region, 1)
    if seat.clearance is Use.REQUIRED and incident.clearance:
        yield Required(FacetKind.CLEARANCE, incident.clearance, 1)
    for skill in seat.skills:
        yield Required(FacetKind.SKILL, skill, seat.facet_level)
    if len(seat.licences) == 1:  # any one of several is a matter of the team's rules
        yield Required(FacetKind.LICENCE, seat.licences[0], 1)


def _preferred(seat: SeatTemplate, incident: Incident) -> Iterator[Preferred]:
    if seat.technology is Use.PREFERRED:
        yield Preferred(FacetKind.TECHNOLOGY, incident.technology, 3, 5)
    if seat.region is Use.PREFERRED:
        yield Preferred(FacetKind.REGION, incident.region, 1, 3)
    if seat.language is Use.PREFERRED and incident.language:
        yield Preferred(FacetKind.LANGUAGE, incident.language, 3, 4)
    for skill in seat.preferred_skills:
        yield Preferred(FacetKind.SKILL, skill, 3, 3)
    for proceeding in seat.preferred_proceedings:
        yield Preferred(FacetKind.PROCEEDING, proceeding, 3, 2)


Later = Callable[[dt.datetime, int], dt.datetime]


def days_later(instant: dt.datetime, days: int) -> dt.datetime:
    """So many days of the calendar after."""
    return instant + days * DAY


def working_days_later(instant: dt.datetime, days: int) -> dt.datetime:
    """So many working days in Seoul after, at the same time of day."""
    for _ in range(days):
        instant += DAY
        while not is_working_day(instant.astimezone(SEOUL).date()):
            instant += DAY
    return instant


def sessions_of(
    template: RequestTemplate,
    incident: Incident,
    seats: tuple[Seat, ...],
    *,
    since: dt.datetime,
    later: Later = days_later,
) -> tuple[Session, ...]:
    """Sessions with their windows counted from `since`; work done alone is one session per seat."""
    made: list[Session] = []
    for part in template.sessions:
        members = [seat.key for seat in seats if not part.seats or seat.template_seat in part.seats]
        groups = [tuple(members)] if part.together else [(key,) for key in members]
        for group in groups:
            window = later(since, part.window_days[0]), later(since, part.window_days[1])
            made.append(_session(part, incident, group, len(made) + 1, window))
    return tuple(made)


def _session(
    part: SessionTemplate,
    incident: Incident,
    seats: tuple[str, ...],
    ordinal: int,
    window: tuple[dt.datetime, dt.datetime],
) -> Session:
    region = {Place.ONSITE: incident.region, Place.OFFICE: OFFICES[incident.lead], Place.ONLINE: None}
    return Session(
        key=part.key if part.together else f"{part.key}/{seats[0]}",
        ordinal=ordinal,
        kind=part.key,
        name_ko=part.name_ko,
        name_en=part.name_en,
        length_minutes=part.minutes,
        earliest=window[0],
        latest=window[1],
        region=region[part.place],
        seats=seats,
    )


def rules_of(template: RequestTemplate, seats: tuple[Seat, ...]) -> tuple[TeamRule, ...]:
    """The chair's licence concerns the chair; every other rule the whole team."""
    everybody = tuple(seat.key for seat in seats)
    chairs = tuple(seat.key for seat in seats if seat.role_kind == "CHR")
    return tuple(
        TeamRule(
            kind=rule.kind,
            seats=chairs if rule.kind is TeamRuleKind.CHAIR_LICENCE else everybody,
            licences=rule.licences,
            role_kinds=rule.role_kinds,
            minimum=rule.minimum,
        )
        for rule in template.team_rules
    )
