"""What was worked, declined and left unanswered in the past: about 250 engagements in their last states.

Teams of the past are put together the way a planner would: required facets, lending agreements, no tie to
anybody in the case, hours that are free and within the weekly capacity, team times free for all members.
"""

import datetime as dt
import random
from collections.abc import Iterator
from dataclasses import dataclass, replace

from expertpool.demo.world.experts import Expert
from expertpool.demo.world.needs import Need
from expertpool.demo.world.seats import Seat
from expertpool.demo.world.seeding import DAY, seoul, stream
from expertpool.demo.world.teams import Bench, Bookings, People
from expertpool.engagements.rules import CardAnswer, DeclineReason, EngagementState
from expertpool.scheduling.vocabulary import RoleClass

ANSWER_DAYS = 1


@dataclass(frozen=True, slots=True)
class Worked:
    """A session that took place. `session` is its key in the need."""

    session: str
    starts_at: dt.datetime
    ends_at: dt.datetime
    region: str | None

    @property
    def minutes(self) -> int:
        return int((self.ends_at - self.starts_at).total_seconds()) // 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Engagement:
    """One expert on one seat of the past, in a final state. Units: minutes; level of appraisal 1 to 5."""

    key: str
    expert: str
    incident: str
    need: str
    seat: str
    lender: str
    borrower: str
    role_kind: str
    role_class: RoleClass
    state: EngagementState
    proposed_at: dt.datetime
    offered_at: dt.datetime
    answer_by: dt.datetime
    answered_at: dt.datetime | None
    card_answer: CardAnswer | None
    confirmed_at: dt.datetime | None
    delivered_at: dt.datetime | None
    ended_at: dt.datetime
    decline_reason: DeclineReason | None
    decline_note_ko: str
    decline_note_en: str
    busy_until: dt.date | None
    worked: tuple[Worked, ...]
    worked_minutes: int
    appraisal: int | None


@dataclass(frozen=True, slots=True)
class History:
    """Everything that is over, and the needs nobody could be found for."""

    engagements: tuple[Engagement, ...]
    unmet: tuple[str, ...]


REASONS: tuple[tuple[DeclineReason, int, str, str], ...] = (
    (DeclineReason.BUSY, 6, "다른 일정과 겹칩니다.", "Other work at that time."),
    (DeclineReason.NOT_MY_FIELD, 2, "제 분야가 아닙니다.", "Not my field."),
    (DeclineReason.TERMS, 1, "조건이 맞지 않습니다.", "The terms do not suit me."),
    (DeclineReason.OTHER, 1, "개인 사정이 있습니다.", "Personal reasons."),
)
# How engagements that came to nothing ended, and how many.
WITHOUT_WORK: tuple[tuple[EngagementState, int], ...] = (
    (EngagementState.DECLINED, 36),
    (EngagementState.LAPSED, 18),
    (EngagementState.RECUSED, 9),
    (EngagementState.WITHDRAWN, 4),
    (EngagementState.CANCELLED, 8),
)


@dataclass(frozen=True, slots=True)
class _Done:
    """A need that was staffed."""

    need: Need
    bookings: Bookings
    people: People


def generate_history(bench: Bench, needs: tuple[Need, ...], *, seed: int, now: dt.date) -> History:
    """`needs` are those asked for in the past; each is staffed, or named among the unmet."""
    rng = stream(seed, "engagements")
    met: list[_Done] = []
    unmet: list[str] = []
    for need in needs:
        team = bench.team(rng, need)
        if team is None:
            unmet.append(need.key)
        else:
            met.append(_Done(need, *team))
    found = [_closed(rng, done, seat, now) for done in met for seat in done.need.seats]
    found += _without_work(rng, bench, met)
    found.sort(key=lambda each: (each.offered_at, each.need, each.seat, each.expert))
    numbered = (replace(each, key=f"engagement-{n:03d}") for n, each in enumerate(found, start=1))
    return History(tuple(numbered), tuple(unmet))


def _closed(rng: random.Random, done: _Done, seat: Seat, now: dt.date) -> Engagement:
    """Worked, delivered, appraised. The offer was answered in time before the first session."""
    booked = sorted(done.bookings[seat.key], key=lambda each: each.span.start)
    worked = tuple(
        Worked(each.session.key, each.span.start, each.span.end, each.session.region) for each in booked
    )
    asked = done.need.not_before
    lead = min(worked[0].starts_at - asked, 2 * DAY)
    delivered = min(worked[-1].ends_at + rng.randint(0, 2) * DAY, seoul(now, 0))
    minutes = sum(each.minutes for each in worked) + rng.choice((-30, 0, 0, 0, 30, 60))
    return replace(
        _offered(done.need, seat, done.people[seat.key]),
        state=EngagementState.CLOSED,
        offered_at=asked + lead / 5,
        answered_at=asked + lead / 2,
        card_answer=CardAnswer.NONE,
        confirmed_at=asked + lead * 4 / 5,
        delivered_at=delivered,
        ended_at=min(delivered + rng.randint(1, 3) * DAY, seoul(now, 0)),
        worked=worked,
        worked_minutes=minutes,
        appraisal=rng.choices((2, 3, 4, 5), (3, 12, 45, 40))[0],
    )


def _offered(need: Need, seat: Seat, expert: Expert) -> Engagement:
    """An offer that went out an hour after the need was submitted and was never answered."""
    offered = need.not_before + dt.timedelta(hours=1)
    return Engagement(
        key="",
        expert=expert.key,
        incident=need.incident,
        need=need.key,
        seat=seat.key,
        lender=expert.home_ministry,
        borrower=need.ministry,
        role_kind=seat.role_kind,
        role_class=seat.role_class,
        state=EngagementState.LAPSED,
        proposed_at=need.not_before + dt.timedelta(minutes=5),
        offered_at=offered,
        answer_by=offered + ANSWER_DAYS * DAY,
        answered_at=None,
        card_answer=None,
        confirmed_at=None,
        delivered_at=None,
        ended_at=offered + ANSWER_DAYS * DAY,
        decline_reason=None,
        decline_note_ko="",
        decline_note_en="",
        busy_until=None,
        worked=(),
        worked_minutes=0,
        appraisal=None,
    )


def _without_work(rng: random.Random, bench: Bench, met: list[_Done]) -> Iterator[Engagement]:
    """Offers to others before somebody was found; nobody was asked twice for the same need."""
    asked = {(done.need.key, each.key) for done in met for each in done.people.values()}
    for state, count in WITHOUT_WORK:
        found = 0
        while found < count:
            done = rng.choice(met)
            seat = rng.choice(done.need.seats)
            others = [
                each for each in bench.candidates(done.need, seat) if (done.need.key, each.key) not in asked
            ]
            if others:
                expert = rng.choice(others)
                asked.add((done.need.key, expert.key))
                yield _ended(rng, _offered(done.need, seat, expert), state)
                found += 1


def _ended(rng: random.Random, offer: Engagement, state: EngagementState) -> Engagement:
    """The offer, ended in this state within the time there was to answer."""
    at = offer.offered_at + dt.timedelta(minutes=rng.randint(20, 1_300))
    ended = replace(offer, state=state, answered_at=at, ended_at=at)
    match state:
        case EngagementState.LAPSED:
            return offer
        case EngagementState.DECLINED:
            reason, _, ko, en = rng.choices(REASONS, [weight for _, weight, _, _ in REASONS])[0]
            busy = at.date() + rng.randint(5, 40) * DAY if reason is DeclineReason.BUSY else None
            return replace(
                ended, decline_reason=reason, decline_note_ko=ko, decline_note_en=en, busy_until=busy
            )
        case EngagementState.RECUSED:
            return replace(ended, card_answer=CardAnswer.YES)
        case EngagementState.WITHDRAWN:
            return replace(ended, card_answer=CardAnswer.NONE, ended_at=at + dt.timedelta(hours=6))
        case _:
            return replace(ended, answered_at=None)
