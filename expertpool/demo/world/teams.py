"""Puts together the teams of the past, by the rules a planner follows."""

import datetime as dt
import random
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from expertpool.availability.rules import ExpertCalendar, Span, Spans, free, intersect, merge, subtract
from expertpool.conflicts.rules.dates import within_years
from expertpool.conflicts.rules.vocabulary import RelationType
from expertpool.demo.world.cases import Incidents
from expertpool.demo.world.experts import Expert
from expertpool.demo.world.lending import PAIRS
from expertpool.demo.world.needs import Need
from expertpool.demo.world.organisations import Organisations
from expertpool.demo.world.seats import Seat, Session
from expertpool.demo.world.seeding import DAY, SEOUL
from expertpool.demo.world.ties import FirmMandate, Tie
from expertpool.experts.rules import FacetKind
from expertpool.incidents.rules import TeamRuleKind

ATTEMPTS = 120
GAP = dt.timedelta(minutes=60)
STEP = dt.timedelta(minutes=30)
# Ties too light to keep somebody from a team of the past.
LIGHT = frozenset({RelationType.SCHOOL, RelationType.PROGRAMME_JUDGE, RelationType.SHAREHOLDER})
LOOK_BACK_YEARS = 3

People = dict[str, Expert]
Apart = frozenset[tuple[str, str]]
"""Experts who are not asked in an incident, whether or not a tie says why: (expert, incident)."""


@dataclass(frozen=True, slots=True)
class Booking:
    """A session of a need at its time."""

    session: Session
    span: Span


Bookings = dict[str, list[Booking]]


class Nearby:
    """Who is in an incident, and everybody under one roof with them; worked out when it is asked for."""

    def __init__(self, organisations: Organisations, incidents: Incidents) -> None:
        self._organisations, self._incidents = organisations, incidents
        self._known: dict[str, frozenset[str]] = {}

    def to(self, incident: str) -> frozenset[str]:
        """Keys of the organisations near an incident."""
        if incident not in self._known:
            named = self._incidents.of(incident).organisations()
            self._known[incident] = self._organisations.around(named)
        return self._known[incident]


class Bench:
    """Everybody who could have been asked, and when they were free."""

    def __init__(
        self,
        experts: tuple[Expert, ...],
        calendars: Mapping[str, ExpertCalendar],
        organisations: Organisations,
        incidents: Incidents,
        ties: Iterable[Tie],
        mandates: Iterable[FirmMandate],
        *,
        apart: Apart,
        window: Span,
    ) -> None:
        self._experts, self._apart = experts, apart
        self._free: dict[str, Spans] = {
            key: free(window, calendar, now=window.start - 90 * DAY) for key, calendar in calendars.items()
        }
        self._near = Nearby(organisations, incidents)
        self._tied: dict[str, list[Tie]] = defaultdict(list)
        for tie in ties:
            if tie.organisation and tie.type not in LIGHT:
                self._tied[tie.expert].append(tie)
        self._clients: dict[str, set[str]] = defaultdict(set)
        for mandate in mandates:
            self._clients[mandate.firm].add(mandate.client)
        self._minutes: dict[tuple[str, dt.date], int] = defaultdict(int)

    def candidates(self, need: Need, seat: Seat) -> list[Expert]:
        """Who fits a seat, may be lent, was appointed and has no stake in the case."""
        day = need.not_before.astimezone(SEOUL).date()
        return [
            each
            for each in self._experts
            if (each.key, need.incident) not in self._apart
            if each.home_ministry == need.ministry or (each.home_ministry, need.ministry) in PAIRS
            if each.appointments[0].starts_on <= day
            if all(each.has(f.kind, f.code, level=f.minimum_level, on=day) for f in seat.required)
            if _may_chair(each, need, seat, day)
            if not self._has_stake(each, need.incident, day)
        ]

    def _has_stake(self, expert: Expert, incident: str, day: dt.date) -> bool:
        near = self._near.to(incident)
        if expert.employer and self._clients[expert.employer] & near:
            return True
        return any(
            tie.organisation in near
            and (tie.until is None or within_years(tie.until.latest, LOOK_BACK_YEARS, on=day))
            for tie in self._tied[expert.key]
        )

    def team(self, rng: random.Random, need: Need) -> tuple[Bookings, People] | None:
        """A team and its times, or None where nobody was found in `ATTEMPTS` tries."""
        choices = {seat.key: self.candidates(need, seat) for seat in need.seats}
        if not all(choices.values()):
            return None
        for _ in range(ATTEMPTS):
            people = _pick(rng, need, choices)
            bookings = self._times(rng, need, people) if people else None
            if people and bookings is not None:
                self._take(people, bookings)
                return bookings, people
        return None

    def _times(self, rng: random.Random, need: Need, people: People) -> Bookings | None:
        found: Bookings = {seat.key: [] for seat in need.seats}
        for session in need.sessions:
            taken = [booking.span for key in session.seats for booking in found[key]]
            common: Spans = (Span(session.earliest, session.latest),)
            for key in session.seats:
                common = intersect(common, self._free[people[key].key])
            starts = _starts(subtract(common, _padded(taken)), session.length_minutes)
            span = self._first_fit(rng, session, [people[key] for key in session.seats], starts, found)
            if span is None:
                return None
            for key in session.seats:
                found[key].append(Booking(session, span))
        return found

    def _first_fit(
        self,
        rng: random.Random,
        session: Session,
        members: list[Expert],
        starts: list[dt.datetime],
        found: Bookings,
    ) -> Span | None:
        """A start, drawn among the early ones, in a week in which all members have hours left."""
        length = dt.timedelta(minutes=session.length_minutes)
        early = starts[:12]
        rng.shuffle(early)
        for start in early:
            if all(self._has_hours(member, start, session, found) for member in members):
                return Span(start, start + length)
        return None

    def _has_hours(self, member: Expert, start: dt.datetime, session: Session, found: Bookings) -> bool:
        week = week_of(start)
        new = sum(
            booking.session.length_minutes
            for bookings in found.values()
            for booking in bookings
            if week_of(booking.span.start) == week and set(booking.session.seats) & set(session.seats)
        )
        used = self._minutes[member.key, week] + new + session.length_minutes
        return used <= member.weekly_capacity_minutes

    def _take(self, people: People, bookings: Bookings) -> None:
        for key, booked in bookings.items():
            expert = people[key].key
            for booking in booked:
                self._minutes[expert, week_of(booking.span.start)] += booking.session.length_minutes
            taken = _padded([booking.span for booking in booked])
            self._free[expert] = subtract(self._free[expert], taken)


def first_seat(bench: Bench, rng: random.Random, need: Need) -> tuple[Seat, list[Booking]] | None:
    """The first seat of a need somebody of the bench could take alone, with its times."""
    for seat in need.seats:
        sessions = (each for each in need.sessions if seat.key in each.seats)
        small = replace(
            need,
            seats=(seat,),
            sessions=tuple(replace(each, seats=(seat.key,)) for each in sessions),
            team_rules=(),
        )
        found = bench.team(rng, small)
        if found is not None:
            return seat, found[0][seat.key]
    return None


def week_of(instant: dt.datetime) -> dt.date:
    """The Monday of the week in Seoul."""
    day = instant.astimezone(SEOUL).date()
    return day - day.weekday() * DAY


def _may_chair(expert: Expert, need: Need, seat: Seat, day: dt.date) -> bool:
    """Whether the expert holds one of the licences the rules ask of the chair."""
    return all(
        any(expert.has(FacetKind.LICENCE, licence, on=day) for licence in rule.licences)
        for rule in need.team_rules
        if rule.kind is TeamRuleKind.CHAIR_LICENCE and seat.key in rule.seats
    )


def _pick(rng: random.Random, need: Need, choices: dict[str, list[Expert]]) -> People | None:
    """One expert a seat, the ministry's own more often than others'; None where a team rule is broken."""
    kinds = {rule.kind: rule for rule in need.team_rules}
    people: People = {}
    for seat in sorted(need.seats, key=lambda each: len(choices[each.key])):
        firms = {each.employer for each in people.values()} - {None}
        chosen = {each.key for each in people.values()}
        left = [each for each in choices[seat.key] if each.key not in chosen]
        if TeamRuleKind.NO_TWO_OF_ONE_FIRM in kinds:
            left = [each for each in left if each.employer not in firms]
        own = [each for each in left if each.home_ministry == need.ministry]
        if not left:
            return None
        people[seat.key] = rng.choice(own if own and rng.random() < 0.5 else left)
    mix = kinds.get(TeamRuleKind.MINISTRY_MIX)
    homes = {each.home_ministry for each in people.values()}
    return people if mix is None or len(homes) >= (mix.minimum or 1) else None


def _padded(spans: list[Span]) -> Spans:
    """With room to travel on both sides."""
    return merge(Span(span.start - GAP, span.end + GAP) for span in spans)


def _starts(spans: Spans, minutes: int) -> list[dt.datetime]:
    """Every half hour at which something this long still fits."""
    length = dt.timedelta(minutes=minutes)
    found: list[dt.datetime] = []
    for span in spans:
        start = _on_the_half_hour(span.start)
        while start + length <= span.end:
            found.append(start)
            start += STEP
    return found


def _on_the_half_hour(instant: dt.datetime) -> dt.datetime:
    """The instant, or the first half hour after it."""
    over = dt.timedelta(minutes=instant.minute % 30, seconds=instant.second, microseconds=instant.microsecond)
    return instant + (STEP - over if over else dt.timedelta())
