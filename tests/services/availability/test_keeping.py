"""Keeping an expert's time: who may, what is checked, what follows."""

import datetime as dt

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from expertpool.audit.models import AuditEntry
from expertpool.availability import service
from expertpool.availability.queries import own_busy, own_exceptions, own_leaves, own_patterns
from expertpool.availability.rules import DayException, DayHours, ExceptionKind, Leave, WeeklyPattern
from expertpool.experts.models import Expert
from expertpool.infra.identity import Actor, Role
from expertpool.refusals import Forbidden, Invalid, NotFound, Stale
from tests.fixtures.accounts import an_actor
from tests.fixtures.availability import MONDAY, version_of, weekly_hours
from tests.fixtures.experts import an_expert

TUESDAY = dt.date(2026, 11, 24)
MORNING = (DayHours(1, "09:00", "12:00"),)


def _self(expert: Expert) -> Actor:
    return Actor(roles=frozenset({Role.EXPERT}), expert_id=expert.id)


def _offer(session: Session, expert: Expert, actor: Actor, now: dt.datetime, **changes: object) -> None:
    facts: dict[str, object] = {
        "hours": MORNING,
        "first": MONDAY,
        "until": None,
        "seen": version_of(session, expert.id),
    }
    service.offer_week(session, expert.id, actor=actor, now=now, **(facts | changes))  # type: ignore[arg-type]


def test_offering_a_week_outdates_plans_and_is_recorded(session: Session, now: dt.datetime) -> None:
    expert = an_expert(session)
    before = expert.calendar_version

    _offer(session, expert, _self(expert), now)
    session.commit()

    assert own_patterns(session, expert.id) == (WeeklyPattern(1, "09:00", "12:00", MONDAY),)
    assert expert.calendar_version == before + 1
    noted = sa.select(AuditEntry.detail).where(AuditEntry.verb == "availability.patterns")
    assert session.scalars(noted).all() == [{"count": 1}]


@pytest.mark.parametrize("role", [Role.COORDINATOR, Role.ADMIN])
def test_the_home_ministry_keeps_the_hours_of_its_experts(
    session: Session, now: dt.datetime, role: Role
) -> None:
    expert = an_expert(session, ministry="KFTC")

    _offer(session, expert, an_actor(session, role, ministry="KFTC"), now)

    assert len(own_patterns(session, expert.id)) == 1


@pytest.mark.parametrize(
    ("role", "ministry"),
    [(Role.COORDINATOR, "MSS"), (Role.MINISTRY_VIEWER, "KFTC"), (Role.AUDITOR, None)],
)
def test_nobody_else_changes_them(
    session: Session, now: dt.datetime, role: Role, ministry: str | None
) -> None:
    expert = an_expert(session, ministry="KFTC")
    actor = an_actor(session, role, ministry=ministry)

    with pytest.raises(Forbidden):
        _offer(session, expert, actor, now)


def test_hours_saved_over_a_change_of_somebody_else_are_refused(session: Session, now: dt.datetime) -> None:
    expert = an_expert(session)
    seen = version_of(session, expert.id)
    weekly_hours(session, expert.id)

    with pytest.raises(Stale):
        _offer(session, expert, _self(expert), now, seen=seen)


def test_replacing_all_hours_keeps_nothing_of_before(session: Session, now: dt.datetime) -> None:
    expert = an_expert(session)
    weekly_hours(session, expert.id)
    only = WeeklyPattern(6, "10:00", "11:00", MONDAY, None, "America/New_York")

    service.change_patterns(
        session,
        expert.id,
        patterns=[only],
        seen=version_of(session, expert.id),
        actor=_self(expert),
        now=now,
    )

    assert own_patterns(session, expert.id) == (only,)


def test_a_faulty_line_is_named_as_it_was_entered(session: Session, now: dt.datetime) -> None:
    expert = an_expert(session)
    weekly_hours(session, expert.id)

    with pytest.raises(Invalid) as refused:
        _offer(session, expert, _self(expert), now, hours=(*MORNING, DayHours(2, "12:00", "11:00")))

    assert list(refused.value.fields) == ["patterns.1.end"]


def test_a_changed_day_is_kept_and_taken_back(session: Session, now: dt.datetime) -> None:
    expert = an_expert(session)
    change = DayException(TUESDAY, ExceptionKind.REMOVE, "09:00", "12:00")

    row = service.add_exception(session, expert.id, change=change, actor=_self(expert), now=now)
    kept = own_exceptions(session, expert.id, since=MONDAY)
    service.remove_exception(session, expert.id, row.id, actor=_self(expert), now=now)

    assert [each.change for each in kept] == [change]
    assert own_exceptions(session, expert.id, since=MONDAY) == ()


def test_a_day_cannot_both_gain_and_lose_an_hour(session: Session, now: dt.datetime) -> None:
    expert = an_expert(session)
    change = DayException(TUESDAY, ExceptionKind.REMOVE, "09:00", "12:00")
    service.add_exception(session, expert.id, change=change, actor=_self(expert), now=now)
    other = DayException(TUESDAY, ExceptionKind.ADD, "11:00", "13:00")

    with pytest.raises(Invalid) as refused:
        service.add_exception(session, expert.id, change=other, actor=_self(expert), now=now)

    assert set(refused.value.fields) == {"start"}


def test_a_leave_note_is_read_by_the_expert_alone(session: Session, now: dt.datetime) -> None:
    expert = an_expert(session)
    leave = Leave(TUESDAY, TUESDAY + dt.timedelta(days=2), "수술")

    service.add_leave(session, expert.id, leave=leave, actor=_self(expert), now=now)

    own = own_leaves(session, expert.id, since=MONDAY, with_notes=True)
    others = own_leaves(session, expert.id, since=MONDAY, with_notes=False)
    assert [each.leave.reason for each in (*own, *others)] == ["수술", ""]


def test_busy_time_keeps_when_and_the_name_of_the_calendar(session: Session, now: dt.datetime) -> None:
    expert = an_expert(session)
    end = now + dt.timedelta(hours=2)

    service.add_busy(
        session, expert.id, start=now, end=end, source=" 대학 일정 ", actor=_self(expert), now=now
    )

    (kept,) = own_busy(session, expert.id, since=now)
    assert (kept.busy.span.start, kept.busy.span.end, kept.busy.source) == (now, end, "대학 일정")


@pytest.mark.parametrize("minutes", [0, -60])
def test_busy_time_has_to_end_after_it_starts(session: Session, now: dt.datetime, minutes: int) -> None:
    expert = an_expert(session)

    with pytest.raises(Invalid) as refused:
        service.add_busy(
            session,
            expert.id,
            start=now,
            end=now + dt.timedelta(minutes=minutes),
            source="대학",
            actor=_self(expert),
            now=now,
        )

    assert set(refused.value.fields) == {"end"}


def test_an_entry_of_another_expert_cannot_be_taken_back(session: Session, now: dt.datetime) -> None:
    expert, other = an_expert(session), an_expert(session)
    leave = Leave(TUESDAY, TUESDAY + dt.timedelta(days=2))
    row = service.add_leave(session, other.id, leave=leave, actor=_self(other), now=now)

    with pytest.raises(NotFound):
        service.remove_leave(session, expert.id, row.id, actor=_self(expert), now=now)


def test_the_notice_is_kept_with_the_expert(session: Session, now: dt.datetime) -> None:
    expert = an_expert(session)

    service.change_notice(session, expert.id, minutes=1440, actor=_self(expert), now=now)

    assert expert.minimum_notice_minutes == 1440
