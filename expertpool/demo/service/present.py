"""What is under way today: seats proposed, asked about, accepted or firm, and two who stepped down lately.

Everybody is chosen as the teams of the past were, now with free hours in the coming weeks.
"""

import datetime as dt
import random
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import cycle, islice

from sqlalchemy.orm import Session

from expertpool.availability.rules import Span
from expertpool.demo.service.acts import Act
from expertpool.demo.service.book import Book
from expertpool.demo.service.engagements import put_on_seat
from expertpool.demo.world.coming import LOOK_AHEAD, PREPARING, coming_weeks
from expertpool.demo.world.experts import Expert
from expertpool.demo.world.needs import Need
from expertpool.demo.world.seats import Seat
from expertpool.demo.world.seeding import stream
from expertpool.demo.world.teams import Bench, Booking, first_seat
from expertpool.engagements import service
from expertpool.engagements.rules import CardAnswer, TieCategory
from expertpool.incidents.rules import NeedState
from expertpool.infra.identity import Role
from expertpool.refusals import Conflicting

MINUTE = dt.timedelta(minutes=1)
ANSWERING = dt.timedelta(hours=20)
TEAMS = 6
FEW = 9
# The ministry whose officer's queue shows every kind of decision.
OFFICERS_MINISTRY = "MSS"


class Stage(StrEnum):
    """How far a team of today has come.

    Of an accepted team those from other ministries said yes and wait for their lender; the last one asked
    declares a tie where an officer rules on it.
    """

    PROPOSED = "proposed"
    ASKED = "asked"
    ACCEPTED = "accepted"
    FIRM = "firm"


@dataclass(frozen=True, slots=True)
class Booked:
    """An expert on a seat of an open need, at times that are free."""

    need: Need
    seat: Seat
    expert: Expert
    bookings: tuple[Booking, ...]


def bring_teams(session: Session, book: Book) -> list[Booked]:
    """Whole teams for some of the needs that wait, in every stage; nobody is asked twice in these days.

    The world drew its lending and its weeks without these teams: one that finds no room is left out. Of the
    officer's own ministry one team at least is asked, and one is firm.
    """
    stages, owed = list(islice(cycle(Stage), TEAMS)), [Stage.ASKED, Stage.FIRM]
    asked = {_story_of_the_group(book).expert.key}
    booked: list[Booked] = []
    for team in _possible_teams(book):
        own = team[0].need.ministry == OFFICERS_MINISTRY
        due = owed if own and owed else stages
        passing = not due or (due[0] is Stage.ACCEPTED and not any(_is_lent(each) for each in team))
        if passing or asked & {each.expert.key for each in team}:
            continue
        if not _is_brought(session, book, due[0], team):
            continue
        asked |= {each.expert.key for each in team}
        booked += team
        due.pop(0)
        if not stages and not owed:
            break
    return booked


def _possible_teams(book: Book) -> Iterator[tuple[Booked, ...]]:
    spared = _needed_by_stories(book) | _with_something_planted(book)
    others = tuple(each for each in book.world.experts if each.key not in spared)
    rng, bench = stream(book.world.seed, "today"), _bench(book, others)
    for need in _waiting(book):
        found = bench.team(rng, need) if need.incident.startswith("I") else None
        if found is not None:
            bookings, people = found
            yield tuple(
                Booked(need, seat, people[seat.key], tuple(bookings[seat.key])) for seat in need.seats
            )


def _needed_by_stories(book: Book) -> set[str]:
    """Who fits a seat of a story that few fit; asked elsewhere, they would be missing there."""
    bench = _bench(book, book.world.experts)
    told = [each for each in _waiting(book) if not each.incident.startswith("I")]
    fitting = [bench.candidates(need, seat) for need in told for seat in need.seats]
    return {each.key for people in fitting if len(people) <= FEW for each in people}


def _with_something_planted(book: Book) -> set[str]:
    """Whose ties are to be found as they were planted: work in a linked case would add to them."""
    relations = book.world.relations
    return {each.expert for each in relations.planted} | {each.expert for each in relations.decoys}


def _is_brought(session: Session, book: Book, stage: Stage, team: tuple[Booked, ...]) -> bool:
    """Whether there was room for the team; otherwise nothing of it stays."""
    try:
        with session.begin_nested():
            bring_to(session, book, stage, team)
    except Conflicting:
        return False
    return True


def _is_lent(booked: Booked) -> bool:
    return booked.expert.home_ministry != booked.need.ministry


def story_acts(book: Book) -> Iterator[Act]:
    """The sixth story: an assessor said yes before the tie to the respondent's group came to light."""
    found = _story_of_the_group(book)
    at = (found.need.submitted_at or found.need.created_at) + 30 * MINUTE
    yield Act(at, lambda session, now: bring_to(session, book, Stage.FIRM, (found,)))


def _story_of_the_group(book: Book) -> Booked:
    planted = next(each for each in book.world.relations.planted if each.incident == "S6")
    need = next(each for each in _waiting(book) if each.incident == "S6")
    expert = next(each for each in book.world.experts if each.key == planted.expert)
    found = _alone(book, need, expert, unknown_ties=True)
    if found is None:
        raise LookupError("the assessor of the sixth story has no time")
    return found


def stepping_down(book: Book) -> Iterator[Booked]:
    """Who stepped down of their own accord these days, in a need that still waits."""
    for each in book.world.relations.recusals:
        expert = next(one for one in book.world.experts if one.key == each.expert)
        for need in _waiting(book):
            found = _alone(book, need, expert, unknown_ties=True) if need.incident == each.incident else None
            if found is not None:
                yield found
                break


def step_down(session: Session, book: Book, booked: Booked) -> None:
    """Asked, the expert declares a tie and steps down at once."""
    at = book.past((booked.need.submitted_at or booked.need.created_at) + 10 * MINUTE)
    key = _propose(session, book, booked, at)
    _offer(session, book, booked.need, key, book.past(at + MINUTE))
    _declare(session, book, booked, key, book.past(at + 15 * MINUTE))
    service.recuse(session, key, actor=book.as_expert(booked.expert.key), now=book.past(at + 16 * MINUTE))


def bring_offer_to_read(session: Session, book: Book, booked: Sequence[Booked]) -> None:
    """An offer for the assessor who can sign in, unless a team has it already; in a need that still waits."""
    key = next(
        account.expert
        for account in reversed(book.world.accounts)
        if account.role is Role.EXPERT and account.expert
    )
    expert = next(each for each in book.world.experts if each.key == key)
    if any(each.expert.key == key for each in booked):
        return
    taken = {each.need.key for each in booked}
    for need in _waiting(book):
        if need.key not in taken and need.incident.startswith("I"):
            found = _alone(book, need, expert, unknown_ties=False)
            if found is not None and _is_brought(session, book, Stage.ASKED, (found,)):
                return


def _waiting(book: Book) -> list[Need]:
    return [each for each in book.world.needs if each.state is NeedState.SUBMITTED]


def _bench(book: Book, experts: tuple[Expert, ...], *, unknown_ties: bool = False) -> Bench:
    world = book.world
    return Bench(
        experts,
        {each.key: world.calendars[each.key] for each in experts},
        world.organisations,
        world.incidents,
        () if unknown_ties else world.relations.ties,
        () if unknown_ties else world.relations.mandates,
        apart=frozenset() if unknown_ties else world.relations.apart(world.incidents),
        window=coming_weeks(book.now) if unknown_ties else Span(book.now + PREPARING, book.now + LOOK_AHEAD),
    )


def _alone(book: Book, need: Need, expert: Expert, *, unknown_ties: bool) -> Booked | None:
    """One seat of a need for one expert, if the expert fits and has time for its sessions."""
    rng = random.Random(book.world.seed)  # noqa: S311 - repeatable on purpose
    found = first_seat(_bench(book, (expert,), unknown_ties=unknown_ties), rng, need)
    return Booked(need, found[0], expert, tuple(found[1])) if found else None


def bring_to(session: Session, book: Book, stage: Stage, team: tuple[Booked, ...]) -> None:
    """Propose the team, ask, and let them answer, as far as the stage goes."""
    need = team[0].need
    at = book.past((need.submitted_at or need.created_at) + 30 * MINUTE)
    ids = [_propose(session, book, each, at) for each in team]
    if stage is Stage.PROPOSED:
        return
    for key in ids:
        _offer(session, book, need, key, book.past(at + 5 * MINUTE))
    for key, each in zip(ids, team, strict=True):
        if stage is Stage.ASKED or (stage is Stage.ACCEPTED and not _is_lent(each)):
            continue
        accept(session, book, each, key, book.past(at + 40 * MINUTE))
        if stage is Stage.FIRM and _is_lent(each):
            lender = book.coordinator(each.expert.home_ministry)
            service.consent(session, key, given=True, actor=lender, now=book.past(at + 90 * MINUTE))
    if stage is Stage.ASKED and need.ministry == OFFICERS_MINISTRY:
        _declare(session, book, team[-1], ids[-1], book.past(at + 60 * MINUTE))


def _propose(session: Session, book: Book, booked: Booked, at: dt.datetime) -> uuid.UUID:
    return put_on_seat(
        session,
        book,
        need=booked.need,
        seat=booked.seat.key,
        expert=booked.expert,
        held=[(each.session.key, each.span, each.session.region) for each in booked.bookings],
        at=at,
    )


def _offer(session: Session, book: Book, need: Need, key: uuid.UUID, at: dt.datetime) -> None:
    actor = book.coordinator(need.ministry)
    service.offer_by_hand(session, key, answer_by=book.now + ANSWERING, actor=actor, now=at)


def accept(session: Session, book: Book, booked: Booked, key: uuid.UUID, at: dt.datetime) -> None:
    """A clear card and a yes."""
    own = book.as_expert(booked.expert.key)
    service.answer_card(session, key, answer=CardAnswer.NONE, category="", pledged=True, actor=own, now=at)
    service.answer_offer(session, key, accept=True, reason=None, note="", busy_until=None, actor=own, now=at)


def _declare(session: Session, book: Book, booked: Booked, key: uuid.UUID, at: dt.datetime) -> None:
    """A tie for the officer to rule on."""
    service.answer_card(
        session,
        key,
        answer=CardAnswer.YES,
        category=TieCategory.RESEARCH,
        pledged=True,
        actor=book.as_expert(booked.expert.key),
        now=at,
    )
