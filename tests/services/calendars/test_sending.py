"""Handing mail over: leases, order, retries, and what stays visible when it fails."""

import datetime as dt
import itertools

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from expertpool.calendars import jobs, service
from expertpool.calendars.models import OutboxMail, SeatEvent
from expertpool.calendars.queries import Delivery, told_of_need
from expertpool.calendars.rules import (
    POLICY,
    OutboxState,
    after_trouble,
    may_have_arrived,
)
from expertpool.engagements.models import Engagement
from expertpool.infra.db import acting_as
from expertpool.infra.identity import Role
from expertpool.infra.mail import Undeliverable
from expertpool.refusals import Forbidden, NotFound, WrongState
from tests.fixtures.accounts import an_actor
from tests.fixtures.calendars import MailServer, outbox, tell
from tests.fixtures.engagements import a_case, an_offer
from tests.fixtures.experts import an_expert

SECOND = dt.timedelta(seconds=1)
BUSY = Undeliverable("SMTP 451", permanent=False)
GONE = Undeliverable("recipient refused (550)", permanent=True)


def _offer(session: Session) -> Engagement:
    offer = an_offer(session, a_case(session), an_expert(session, roles={"DFE": 3}))
    tell(session, offer)
    session.commit()
    return offer


def _newer(session: Session, mail: OutboxMail) -> OutboxMail:
    """A mail that tells of the next change to the same event."""
    facts = {c.name: getattr(mail, c.name) for c in sa.inspect(OutboxMail).columns if c.name != "id"}
    changes = {
        "sequence": mail.sequence + 1,
        "revision": mail.revision + 1,
        "message_id": f"<next.{mail.message_id[1:]}",
        "attempts": 0,
        "lease_token": None,
        "lease_until": None,
        "state": OutboxState.QUEUED,
    }
    newer = OutboxMail(**(facts | changes))
    session.add(newer)
    session.flush()
    return newer


def test_a_mail_is_handed_over_once(session: Session, now: dt.datetime) -> None:
    _offer(session)
    server = MailServer()

    first, again = (jobs.send_due(server, policy=POLICY) for _ in range(2))

    (mail,) = outbox(session)
    assert (first, again) == (1, 0)
    assert server.taken == [(mail.recipient, mail.message)]
    assert (mail.state, mail.sent_at, mail.lease_token) == (OutboxState.SENT, now, None)


def test_a_mail_under_way_is_given_to_nobody_else(session: Session, now: dt.datetime) -> None:
    _offer(session)

    first = service.claim(session, now=now, policy=POLICY)
    second = service.claim(session, now=now + POLICY.lease - SECOND, policy=POLICY)

    assert first is not None
    assert second is None


def test_a_lease_that_ended_is_taken_over_with_the_same_bytes(session: Session, now: dt.datetime) -> None:
    _offer(session)
    first = service.claim(session, now=now, policy=POLICY)

    second = service.claim(session, now=now + POLICY.lease, policy=POLICY)

    assert first is not None
    assert second is not None
    assert first.message == second.message
    assert not service.note_sent(session, first, now=now)
    assert service.note_sent(session, second, now=now)


def test_a_newer_mail_waits_for_an_older_one_under_way(session: Session, now: dt.datetime) -> None:
    _offer(session)
    older = service.claim(session, now=now, policy=POLICY)
    newer = _newer(session, outbox(session)[0])

    meanwhile = service.claim(session, now=now, policy=POLICY)
    assert older is not None
    service.note_sent(session, older, now=now)
    afterwards = service.claim(session, now=now, policy=POLICY)

    assert meanwhile is None
    assert afterwards is not None
    assert afterwards.id == newer.id


def test_an_older_mail_whose_sender_died_gives_way_to_a_newer_one(session: Session, now: dt.datetime) -> None:
    _offer(session)
    service.claim(session, now=now, policy=POLICY)
    newer = _newer(session, outbox(session)[0])

    claimed = service.claim(session, now=now + POLICY.lease, policy=POLICY)

    assert claimed is not None
    assert claimed.id == newer.id
    assert outbox(session)[0].state is OutboxState.SUPERSEDED


def test_a_busy_server_is_asked_again_later(session: Session, now: dt.datetime) -> None:
    _offer(session)
    jobs.send_due(MailServer([BUSY]), policy=POLICY)

    (mail,) = outbox(session)

    assert (mail.state, mail.attempts, mail.trouble) == (OutboxState.QUEUED, 1, "SMTP 451")
    assert mail.not_before == now + POLICY.first_retry


def test_an_address_that_does_not_exist_is_shown_as_failed(session: Session, now: dt.datetime) -> None:
    offer = _offer(session)
    jobs.send_due(MailServer([GONE]), policy=POLICY)

    (told,) = told_of_need(session, offer.need_id)

    assert (told.delivery, told.trouble) == (Delivery.FAILED, "recipient refused (550)")


def test_a_round_ends_when_the_server_seems_down(session: Session, now: dt.datetime) -> None:
    for _ in range(jobs.GIVE_UP_ROUND + 1):
        _offer(session)
    server = MailServer([BUSY] * 10)

    jobs.send_due(server, policy=POLICY)

    assert len(server.troubles) == 10 - jobs.GIVE_UP_ROUND


def test_waits_double_up_to_an_hour_and_end_after_a_day() -> None:
    now = dt.datetime(2026, 11, 23, tzinfo=dt.UTC)
    later = [
        after_trouble(attempt, permanent=False, now=now, policy=POLICY)
        for attempt in range(1, POLICY.most_attempts + 1)
    ]
    waits = [not_before - now for state, not_before in later if state is OutboxState.QUEUED]

    assert waits[:3] == [30 * SECOND, 60 * SECOND, 120 * SECOND]
    assert max(waits) == dt.timedelta(hours=1)
    assert all(one <= other for one, other in itertools.pairwise(waits))
    assert dt.timedelta(hours=20) < sum(waits, dt.timedelta()) < dt.timedelta(hours=28)
    assert later[-1][0] is OutboxState.FAILED


@pytest.mark.parametrize(
    ("state", "attempts", "arrived"),
    [
        (OutboxState.SENT, 1, True),
        (OutboxState.QUEUED, 0, False),
        (OutboxState.QUEUED, 1, True),
        (OutboxState.SUPERSEDED, 0, False),
        (OutboxState.FAILED, 1, False),
        (OutboxState.FAILED, 32, True),
    ],
)
def test_only_what_was_never_taken_certainly_did_not_arrive(
    state: OutboxState, attempts: int, arrived: bool
) -> None:
    assert may_have_arrived([OutboxMail(state=state, attempts=attempts)]) is arrived


def test_a_failed_mail_is_sent_again_by_the_coordinator(session: Session, now: dt.datetime) -> None:
    _offer(session)
    jobs.send_due(MailServer([GONE]), policy=POLICY)
    (mail,) = outbox(session)
    coordinator = an_actor(session, Role.COORDINATOR)
    server = MailServer()

    with acting_as(session, coordinator):
        service.resend(session, mail.id, actor=coordinator, now=now)
    session.commit()
    jobs.send_due(server, policy=POLICY)

    assert [message for _, message in server.taken] == [mail.message]
    assert outbox(session)[0].state is OutboxState.SENT


def test_a_mail_that_did_not_fail_is_not_sent_again(session: Session, now: dt.datetime) -> None:
    _offer(session)
    coordinator = an_actor(session, Role.COORDINATOR)

    with acting_as(session, coordinator), pytest.raises(WrongState):
        service.resend(session, outbox(session)[0].id, actor=coordinator, now=now)


def test_others_cannot_send_again(session: Session, now: dt.datetime) -> None:
    _offer(session)
    (mail,) = outbox(session)
    viewer = an_actor(session, Role.MINISTRY_VIEWER)
    stranger = an_actor(session, Role.COORDINATOR, ministry="KFTC")

    with acting_as(session, viewer), pytest.raises(Forbidden):
        service.resend(session, mail.id, actor=viewer, now=now)
    with acting_as(session, stranger), pytest.raises(NotFound):
        service.resend(session, mail.id, actor=stranger, now=now)


def test_the_schema_refuses_a_second_standing_event(session: Session, now: dt.datetime) -> None:
    _offer(session)
    row = session.scalars(sa.select(SeatEvent)).one()
    facts = {c.name: getattr(row, c.name) for c in sa.inspect(SeatEvent).columns if c.name != "id"}

    session.add(SeatEvent(**(facts | {"uid": "another-uid@example.org"})))
    with pytest.raises(sa.exc.IntegrityError, match="uq_seat_event_standing"):
        session.flush()
