"""A real Thunderbird: invitations come by mail, somebody clicks, and our state follows."""

import datetime as dt
import uuid

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from expertpool.calendars.models import InboxMail, OutboxMail, SeatEvent
from expertpool.calendars.rules import FeedScope, OutboxState, Partstat, Verdict
from expertpool.engagements import service
from expertpool.engagements.rules import AGREED, EngagementState
from expertpool.infra import clock
from expertpool.infra.db import acting_as
from tests.fixtures.engagements import FIRST_DAY
from tests.fixtures.house import House, Offered
from tests.fixtures.mail_lab import until
from tests.fixtures.thunderbird import Thunderbird

pytestmark = pytest.mark.peers
SECONDS = 10  # tries of `until` a second
INVITED = pytest.mark.peer("Thunderbird", "invited by mail: shown, answered, moved, off")


def _mailed(house: House, offer: Offered, *, sequence: int = 0, method: str = "REQUEST") -> str:
    """The Message-ID of the newest such mail to the expert, once it is sent."""

    def sent(session: Session) -> str | None:
        return session.scalar(
            sa.select(OutboxMail.message_id)
            .join(SeatEvent, SeatEvent.id == OutboxMail.event_id)
            .where(
                SeatEvent.engagement_id == offer.id,
                OutboxMail.state == OutboxState.SENT,
                OutboxMail.method == method,
                OutboxMail.sequence >= sequence,
            )
            .order_by(OutboxMail.revision.desc())
        )

    return until(lambda: house.read(sent), tries=30 * SECONDS)


def _state(house: House, offer: Offered) -> EngagementState:
    return house.engagement(offer.id).state


def _verdicts(house: House, event_id: uuid.UUID) -> list[Verdict]:
    order = sa.select(InboxMail.verdict).where(InboxMail.event_id == event_id).order_by(InboxMail.received_at)
    return house.read(lambda session: list(session.scalars(order)))


def _moved(house: House, offer: Offered, hours: int) -> None:
    with house.work() as session, acting_as(session, offer.coordinator):
        start = clock.now() + FIRST_DAY + dt.timedelta(hours=hours)
        service.move_session(session, offer.session_id, start=start, actor=offer.coordinator, now=clock.now())


@INVITED
@pytest.mark.parametrize(
    ("button", "states", "partstat"),
    [
        ("Accept", AGREED, Partstat.ACCEPTED),
        ("Decline", {EngagementState.DECLINED}, Partstat.DECLINED),
    ],
)
def test_a_click_on_the_invitation_is_our_answer(
    house: House, thunderbird: Thunderbird, button: str, states: set[EngagementState], partstat: Partstat
) -> None:
    offer = house.offer()

    shown = thunderbird.open(_mailed(house, offer))
    thunderbird.click(button)

    assert {"Accept", "Tentative", "Decline"} <= set(shown)
    until(lambda: _state(house, offer) in states, tries=30 * SECONDS)
    assert house.event(offer).partstat is partstat
    assert _verdicts(house, house.event(offer).id) == [Verdict.APPLIED]


@INVITED
def test_an_answer_to_old_times_does_not_count_and_the_new_ones_are_asked(
    house: House, thunderbird: Thunderbird
) -> None:
    offer = house.offer()
    old = _mailed(house, offer)
    thunderbird.open(old)
    _moved(house, offer, hours=60)
    new = _mailed(house, offer, sequence=1)

    thunderbird.click("Accept")
    until(lambda: _verdicts(house, house.event(offer).id), tries=30 * SECONDS)
    after_the_old = _verdicts(house, house.event(offer).id), _state(house, offer)
    thunderbird.open(new)
    thunderbird.click("Accept")
    until(lambda: _state(house, offer) in AGREED, tries=30 * SECONDS)

    event = house.event(offer)
    assert after_the_old == ([Verdict.STALE], EngagementState.OFFERED)
    assert _verdicts(house, event.id) == [Verdict.STALE, Verdict.APPLIED]
    (shown,) = [each for uid, each in thunderbird.events().items() if uid == event.uid]
    assert (shown["start"], shown["sequence"]) == (f"{event.starts_at.astimezone(dt.UTC):%Y%m%dT%H%M%SZ}", 1)


@INVITED
def test_an_old_invitation_does_not_put_a_moved_appointment_back(
    house: House, thunderbird: Thunderbird
) -> None:
    offer = house.offer()
    old = _mailed(house, offer)
    _moved(house, offer, hours=63)
    thunderbird.open(_mailed(house, offer, sequence=1))
    thunderbird.click("Accept")
    until(lambda: _state(house, offer) in AGREED, tries=30 * SECONDS)

    shown = thunderbird.open(old)

    assert not {"Accept", "Update"} & set(shown)
    assert thunderbird.events()[house.event(offer).uid]["sequence"] == 1


@INVITED
def test_a_cancellation_takes_the_appointment_out(house: House, thunderbird: Thunderbird) -> None:
    offer = house.offer()
    thunderbird.open(_mailed(house, offer))
    thunderbird.click("Accept")
    until(lambda: _state(house, offer) in AGREED, tries=30 * SECONDS)
    uid = house.event(offer).uid
    until(lambda: uid in thunderbird.events())

    with house.work() as session, acting_as(session, offer.coordinator):
        service.cancel_engagement(session, offer.id, actor=offer.coordinator, now=clock.now())
    shown = thunderbird.open(_mailed(house, offer, method="CANCEL"))
    thunderbird.click("Delete")

    assert "Delete" in shown
    until(lambda: uid not in thunderbird.events())


@pytest.mark.peer("Thunderbird", "feed: subscribed, looked at again")
def test_a_feed_is_shown_and_not_sent_twice(house: House, thunderbird: Thunderbird) -> None:
    offer = house.offer()
    _mailed(house, offer)
    path = house.feed(FeedScope.OWN)

    thunderbird.subscribe("ics", house.settings.base_url + path)
    until(lambda: house.event(offer).uid in thunderbird.events(), tries=30 * SECONDS)
    first = house.asked(path)
    thunderbird.refresh()
    until(lambda: len(house.asked(path)) > len(first), tries=30 * SECONDS)

    assert first[0] == 200
    assert house.asked(path)[-1] == 304
    assert thunderbird.events()[house.event(offer).uid]["status"] == "TENTATIVE"
