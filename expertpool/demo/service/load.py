"""Loading the world: what was there first, then the past in its order, then what changed lately."""

import datetime as dt
import uuid
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from typing import TypeVar

import sqlalchemy as sa
from sqlalchemy.orm import Session

from expertpool.accounts.models import Account
from expertpool.demo.service import experts, ministries, officers, parties, present
from expertpool.demo.service.acts import Act
from expertpool.demo.service.attempts import Attempt, attempts_of, most_at_once
from expertpool.demo.service.book import Book
from expertpool.demo.service.engagements import engagement_acts
from expertpool.demo.service.incidents import given_up, incident_acts, need_acts
from expertpool.demo.service.tonight import with_night_ahead
from expertpool.demo.world import World, build_world
from expertpool.demo.world.accounts import DOMAIN
from expertpool.demo.world.accounts import Account as SignIn
from expertpool.incidents.rules import NeedState
from expertpool.infra import clock, jobs
from expertpool.infra.db import unit_of_work
from expertpool.infra.identity import SYSTEM, Role, seeded_ids
from expertpool.ministries.models import Ministry
from expertpool.reference import load_reference

PASSWORD = "fictional-data-only"  # noqa: S105 - shown to everybody who starts the demo
SEED = 10
# Made last, so that it tells a finished load from one that was broken off.
LAST = f"admin@{DOMAIN}"
CHUNK = 40

T = TypeVar("T")
Step = Callable[[str], object]


def is_loaded() -> bool:
    """Whether the demo's data is there, all of it."""
    return loaded_at() is not None


def is_begun() -> bool:
    """Whether somebody has an account already: a load that was broken off, or data that is not the demo's."""
    with unit_of_work(SYSTEM) as session:
        return session.scalar(sa.select(sa.exists().select_from(Account))) or False


def loaded_at() -> dt.datetime | None:
    """The moment the data was loaded for, nothing if it is not there."""
    with unit_of_work(SYSTEM) as session:
        return session.scalar(sa.select(Account.confirmed_at).where(Account.email == LAST))


def world_at(now: dt.datetime) -> World:
    """The world the demo shows when it is loaded at `now`."""
    return with_night_ahead(build_world(seed=SEED, now=clock.seoul_date(now)), now)


def load(*, step: Step, now: dt.datetime | None = None) -> None:
    """Fill an empty database with the world as it is at `now`. `step` is told what is being done.

    No job is queued for what is past; what comes to light now has its consequences. A load that was broken
    off cannot be taken up: start with an empty database again.
    """
    now = now or clock.now()
    step("the world")
    book = Book(world_at(now), now)
    password = ministries.hashed(PASSWORD)
    with seeded_ids(SEED):
        with jobs.unheard():
            _write(_past_and_present(book, password), step)
        _write(_from_now_on(book, password), step)


def _write(chunks: Iterable["Chunk"], step: Step) -> None:
    for what, count, chunk in chunks:
        with unit_of_work(SYSTEM) as session:
            step(f"{what} {count}" if count else what)
            chunk(session)


Chunk = tuple[str, str, Callable[[Session], object]]


def _past_and_present(book: Book, password: str) -> Iterator[Chunk]:
    """What one transaction after the other writes: (what, how far, work)."""
    world = book.world
    attempts = attempts_of(world)
    at_once = most_at_once(attempts)
    yield "reference data", "", partial(_reference, book=book)
    yield "accounts", "", _sign_ins(book, password, _officials(book))
    yield "lending agreements", "", partial(ministries.agree, book=book)
    yield from _chunks(
        "experts",
        world.experts,
        lambda session, each: experts.enter_expert(session, book, each, at_once=at_once.get(each.key, 0)),
    )
    yield "organisations", "", partial(parties.record_parties, book=book)
    yield from _chunks(
        "history", _past(book, attempts), lambda session, act: act.do(session, book.past(act.at))
    )
    yield "ties", "", partial(parties.record_ties, book=book)
    yield "mandates of firms", "", partial(parties.record_mandates, book=book)
    yield "confirmed registers", "", partial(parties.confirm_registers, book=book)
    yield "lowered quotas", "", partial(ministries.cut_quotas, book=book)
    yield from _chunks(
        "what changed lately", world.experts, lambda session, each: experts.settle_expert(session, book, each)
    )
    yield "what is under way", "", partial(_under_way, book=book)
    yield "what officers decide", "", partial(officers.officers_work, book=book)


def _from_now_on(book: Book, password: str) -> Iterator[Chunk]:
    """What has its consequences, in the same transaction and in jobs; then whoever signs in with the rest."""
    yield "what comes to light", "", partial(parties.bring_to_light, book=book)
    officials = _officials(book)
    others = [each for each in book.world.accounts if each not in officials]
    yield "more accounts", "", _sign_ins(book, password, others)


def _officials(book: Book) -> list[SignIn]:
    return [each for each in book.world.accounts if each.expert is None and each.email != LAST]


def _sign_ins(book: Book, password: str, wanted: list[SignIn]) -> Callable[[Session], object]:
    return partial(ministries.add_accounts, book=book, password_hash=password, wanted=wanted)


def _under_way(session: Session, book: Book) -> None:
    for booked in present.stepping_down(book):
        present.step_down(session, book, booked)
    present.bring_offer_to_read(session, book, present.bring_teams(session, book))


def _reference(session: Session, book: Book) -> None:
    load_reference(session)
    for ministry in session.scalars(sa.select(Ministry)):
        book.ministries[ministry.code] = ministry.id
        book.rows.append(ministry)


def _past(book: Book, attempts: Sequence[Attempt]) -> list[Act]:
    """Everything that happened, the earliest first; acts of one moment keep the order they are told in."""
    ended: dict[str, dt.datetime] = {}
    for attempt in attempts:
        key = attempt.engagement.need
        ended[key] = max(attempt.ended_at, ended.get(key, attempt.ended_at))
    ended |= {
        each.key: given_up(book, each) for each in book.world.needs if each.state is NeedState.CANCELLED
    }
    told = [
        *parties.ownership_acts(book),
        *incident_acts(book, ended),
        *need_acts(book),
        *engagement_acts(book, attempts),
        *present.story_acts(book),
    ]
    return sorted(told, key=lambda act: act.at)


def _chunks(what: str, things: Sequence[T], work: Callable[[Session, T], object]) -> Iterator[Chunk]:
    for first in range(0, len(things), CHUNK):
        part = things[first : first + CHUNK]

        def all_of(session: Session, part: Sequence[T] = part) -> None:
            for each in part:
                work(session, each)

        yield what, f"{first + len(part)}/{len(things)}", all_of


def sign_ins() -> list[tuple[str, str]]:
    """Who can sign in: what they are, and the address."""
    with unit_of_work(SYSTEM) as session:
        codes = {each.id: each.code for each in session.scalars(sa.select(Ministry))}
        found = session.scalars(sa.select(Account).where(Account.email.endswith(f"@{DOMAIN}"))).all()
        order = [role.value for role in Role]
        found = sorted(found, key=lambda each: (order.index(each.roles[0].name), each.email))
        return [(_who(each, codes), each.email) for each in found]


def _who(account: Account, codes: dict[uuid.UUID, str]) -> str:
    role = account.roles[0].name.replace("_", " ")
    code = codes.get(account.ministry_id) if account.ministry_id else None
    return f"{role} {code}: {account.name_en}" if code else f"{role}: {account.name_en}"
