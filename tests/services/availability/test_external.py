"""Calendars kept elsewhere: whose they are, what is kept of them, and what a failure leaves alone."""

import datetime as dt
import uuid

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from expertpool.audit.models import AuditEntry
from expertpool.availability import service
from expertpool.availability.models import BusyTime, ExternalCalendar
from expertpool.availability.queries import calendars_of, own_busy, own_calendar, own_calendars
from expertpool.availability.rules import Span, free
from expertpool.availability.rules.ics import WholeDays
from expertpool.availability.rules.remote import NOTHING_SEEN, CalendarState, Seen, Trouble
from expertpool.experts.models import Expert
from expertpool.infra.db import act_as
from expertpool.infra.identity import SYSTEM, Actor, Role
from expertpool.infra.sealing import Sealer, Unsealable
from expertpool.refusals import Invalid, NotFound, Refusal, WrongState
from tests.fixtures.availability import SEALER, SECRET_URL, a_subscription, as_read, weekly_hours
from tests.fixtures.experts import an_expert

HOUR, DAY = dt.timedelta(hours=1), dt.timedelta(days=1)


def _hour(now: dt.datetime, n: int) -> Span:
    return Span(now + n * HOUR, now + (n + 1) * HOUR)


def _expert(expert: Expert) -> Actor:
    return Actor(frozenset({Role.EXPERT}), expert_id=expert.id)


def _claim(session: Session, calendar: ExternalCalendar, now: dt.datetime) -> service.Claimed:
    claimed = service.claim_reading(session, calendar.id, sealer=SEALER, now=now)
    assert claimed is not None
    return claimed


def _version(session: Session, expert: Expert) -> int:
    session.expire(expert)
    return expert.calendar_version


def test_the_address_is_in_no_column_and_in_no_record(session: Session, now: dt.datetime) -> None:
    a_subscription(session, an_expert(session))
    session.commit()

    rows = session.execute(sa.text("SELECT external_calendar::text FROM external_calendar")).scalars().all()
    records = [f"{entry.verb} {entry.detail}" for entry in session.scalars(sa.select(AuditEntry))]

    assert "calendar.example" in rows[0]
    assert any("availability.subscribe" in record for record in records)
    assert not any("3f9a" in text for text in [*rows, *records])


def test_a_sealed_address_opens_for_its_row_and_key_only(session: Session, now: dt.datetime) -> None:
    calendar = a_subscription(session, an_expert(session))
    sealed = calendar.sealed_key or b""

    assert SEALER.unseal(sealed, of=calendar.id) == SECRET_URL
    for sealer, row, text in (
        (SEALER, uuid.uuid4(), sealed),
        (Sealer("x" * 32, purpose=service.SEALED_FOR), calendar.id, sealed),
        (Sealer("test-secret-test-secret-test-secret", purpose="other"), calendar.id, sealed),
        (SEALER, calendar.id, sealed[:-1]),
        (SEALER, calendar.id, b""),
    ):
        with pytest.raises(Unsealable):
            sealer.unseal(text, of=row)


def test_only_the_expert_connects_a_calendar(session: Session, now: dt.datetime) -> None:
    expert = an_expert(session)

    for actor in (_expert(an_expert(session)), SYSTEM, Actor(frozenset({Role.COORDINATOR}))):
        with pytest.raises(NotFound):
            service.subscribe(
                session,
                expert.id,
                name="강의",
                url=SECRET_URL,
                user_name="",
                password="",
                whole_days=WholeDays.AS_MARKED,
                sealer=SEALER,
                actor=actor,
                now=now,
            )


def test_row_policies_show_a_calendar_to_its_expert_alone(session: Session, now: dt.datetime) -> None:
    expert, other = an_expert(session), an_expert(session)
    a_subscription(session, expert)
    session.flush()
    session.expire_all()
    seen = {}

    for name, actor in (
        ("own", _expert(expert)),
        ("other", _expert(other)),
        ("staff", Actor(frozenset(set(Role) - {Role.SYSTEM, Role.EXPERT}), ministry_id=expert.ministry_id)),
    ):
        act_as(session, actor)
        seen[name] = session.scalar(sa.select(sa.func.count()).select_from(ExternalCalendar))

    assert seen == {"own": 1, "other": 0, "staff": 0}


def test_five_calendars_are_enough_and_names_differ(session: Session, now: dt.datetime) -> None:
    expert = an_expert(session)
    for number in range(5):
        a_subscription(session, expert, name=f"달력 {number}")

    with pytest.raises(Invalid):
        a_subscription(session, expert, name="달력 6")
    with pytest.raises(Invalid) as same:
        a_subscription(session, expert, name=" 달력 0 ")

    assert set(same.value.fields) == {"name"}


def test_what_was_read_blocks_time_and_outdates_plans(session: Session, now: dt.datetime) -> None:
    expert = an_expert(session)
    weekly_hours(session, expert.id)
    calendar = a_subscription(session, expert)
    before = _version(session, expert)
    window = Span(now, now + 9 * HOUR)

    service.record_reading(
        session, _claim(session, calendar, now), as_read(_hour(now, 1)), Seen('"v1"'), now=now
    )

    known = calendars_of(session, [expert.id], window=window)[expert.id]
    assert free(window, known, now=now) == (_hour(now, 0), Span(now + 2 * HOUR, now + 9 * HOUR))
    assert _version(session, expert) == before + 1
    assert (calendar.etag, calendar.next_at) == ('"v1"', now + HOUR)
    assert own_busy(session, expert.id, since=now) == ()


def test_reading_the_same_times_again_changes_nothing_but_the_age(session: Session, now: dt.datetime) -> None:
    expert = an_expert(session)
    calendar = a_subscription(session, expert)
    service.record_reading(
        session, _claim(session, calendar, now), as_read(_hour(now, 1)), NOTHING_SEEN, now=now
    )
    rows = set(session.scalars(sa.select(BusyTime.id)))
    before, later = _version(session, expert), now + 2 * HOUR

    claimed = _claim(session, calendar, later)
    service.record_reading(session, claimed, as_read(_hour(now, 1)), NOTHING_SEEN, now=later)

    assert (_version(session, expert), set(session.scalars(sa.select(BusyTime.id)))) == (before, rows)
    assert calendar.read_at == later


def test_a_failure_keeps_what_was_read_and_the_third_pauses(session: Session, now: dt.datetime) -> None:
    expert = an_expert(session)
    calendar = a_subscription(session, expert)
    service.record_reading(
        session, _claim(session, calendar, now), as_read(_hour(now, 1)), NOTHING_SEEN, now=now
    )
    states = []

    for number in range(1, 4):
        later = now + number * DAY
        service.record_failure(session, _claim(session, calendar, later), Trouble.NO_ANSWER, None, now=later)
        states.append((calendar.state, calendar.failures))

    assert [state for state, _ in states] == [CalendarState.ACTIVE] * 2 + [CalendarState.PAUSED]
    assert calendar.read_at == now
    assert session.scalar(sa.select(sa.func.count()).select_from(BusyTime)) == 1
    assert service.due_calendars(session, now=now + 9 * DAY) == ()
    assert service.claim_reading(session, calendar.id, sealer=SEALER, now=now + 9 * DAY) is None


def test_a_success_in_between_begins_the_count_anew(session: Session, now: dt.datetime) -> None:
    calendar = a_subscription(session, an_expert(session))
    for number in range(2):
        later = now + number * DAY
        service.record_failure(session, _claim(session, calendar, later), Trouble.TOO_SLOW, None, now=later)

    later = now + 3 * DAY
    service.record_reading(session, _claim(session, calendar, later), as_read(), NOTHING_SEEN, now=later)

    assert (calendar.failures, calendar.trouble) == (0, None)


def test_an_address_that_cannot_be_unsealed_pauses_at_once(session: Session, now: dt.datetime) -> None:
    calendar = a_subscription(session, an_expert(session))
    other_key = Sealer("x" * 32, purpose=service.SEALED_FOR)

    claimed = service.claim_reading(session, calendar.id, sealer=other_key, now=now)
    assert claimed is not None
    service.record_failure(session, claimed, Trouble.ADDRESS_LOST, None, now=now)

    assert (claimed.key, calendar.state) == (None, CalendarState.PAUSED)


def test_one_process_at_a_time_reads_a_calendar(session: Session, now: dt.datetime) -> None:
    calendar = a_subscription(session, an_expert(session))
    first = _claim(session, calendar, now)

    assert service.claim_reading(session, calendar.id, sealer=SEALER, now=now) is None
    second = _claim(session, calendar, now + HOUR)
    assert not service.record_reading(session, first, as_read(_hour(now, 1)), NOTHING_SEEN, now=now + HOUR)
    assert service.record_reading(session, second, as_read(), NOTHING_SEEN, now=now + HOUR)
    assert session.scalar(sa.select(sa.func.count()).select_from(BusyTime)) == 0


def test_a_paused_calendar_is_read_again_when_its_expert_says_so(session: Session, now: dt.datetime) -> None:
    expert = an_expert(session)
    calendar = a_subscription(session, expert)
    for number in range(3):
        later = now + number * DAY
        service.record_failure(session, _claim(session, calendar, later), Trouble.NO_ANSWER, None, now=later)

    service.read_again(session, expert.id, calendar.id, actor=_expert(expert), now=now + 3 * DAY)

    assert service.due_calendars(session, now=now + 3 * DAY) == (calendar.id,)
    _claim(session, calendar, now + 3 * DAY)
    with pytest.raises(WrongState):
        service.read_again(session, expert.id, calendar.id, actor=_expert(expert), now=now + 3 * DAY)


def test_removing_a_calendar_gives_its_time_back(session: Session, now: dt.datetime) -> None:
    expert = an_expert(session)
    calendar = a_subscription(session, expert)
    service.record_reading(
        session, _claim(session, calendar, now), as_read(_hour(now, 1)), NOTHING_SEEN, now=now
    )
    before = _version(session, expert)

    service.remove_calendar(session, expert.id, calendar.id, actor=_expert(expert), now=now)

    assert own_calendars(session, expert.id, now=now) == ()
    assert session.scalar(sa.select(sa.func.count()).select_from(BusyTime)) == 0
    assert _version(session, expert) == before + 1


def test_a_file_is_renewed_by_a_newer_one_and_never_asked_for(session: Session, now: dt.datetime) -> None:
    expert = an_expert(session)
    made = service.add_file(
        session,
        expert.id,
        name="학회",
        read=as_read(_hour(now, 1)),
        whole_days=WholeDays.NEVER,
        actor=_expert(expert),
        now=now,
    )

    service.renew_file(
        session, expert.id, made.id, read=as_read(_hour(now, 2)), actor=_expert(expert), now=now
    )

    (row,) = session.scalars(sa.select(BusyTime))
    assert (row.starts_at, row.source) == (now + 2 * HOUR, "학회")
    assert service.due_calendars(session, now=now + 9 * DAY) == ()
    with pytest.raises(WrongState):
        service.read_again(session, expert.id, made.id, actor=_expert(expert), now=now + HOUR)


def test_nobody_touches_the_calendar_of_another(session: Session, now: dt.datetime) -> None:
    expert, other = an_expert(session), an_expert(session)
    calendar = a_subscription(session, expert)
    acts = (service.read_again, service.remove_calendar)

    for act in acts:
        for owner, actor in ((expert, other), (other, other)):
            with pytest.raises(Refusal):
                act(session, owner.id, calendar.id, actor=_expert(actor), now=now + HOUR)
    with pytest.raises(NotFound):
        own_calendar(session, other.id, calendar.id, now=now)
