"""What a mail does, from its bytes to the seat, and that it does it once."""

import datetime as dt
from dataclasses import dataclass

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from expertpool.calendars.models import (
    AttendeeAlias,
    CounterProposal,
    HeardMessage,
    InboxMail,
    OutboxMail,
    SeatEvent,
)
from expertpool.calendars.rules import Channel, OutboxState, Partstat, ProposalState, Verdict, Why
from expertpool.engagements.models import Engagement
from expertpool.engagements.rules import CardAnswer, EngagementState
from expertpool.infra import clock
from tests.fixtures.answers import answering, bounce_of, mail_with, taken_in
from tests.fixtures.calendars import calendar_of, outbox, read_mail, tell
from tests.fixtures.engagements import a_card, a_case, an_offer, waiting_jobs
from tests.fixtures.experts import an_expert

LATER = dt.timedelta(minutes=2)


@dataclass(frozen=True)
class Invited:
    """An expert who was told of an offer, and the mail."""

    engagement: Engagement
    mail: OutboxMail

    @property
    def invitation(self) -> bytes:
        return self.mail.message


@pytest.fixture
def invited(session: Session, now: dt.datetime) -> Invited:
    offer = an_offer(session, a_case(session), an_expert(session, roles={"DFE": 3}))
    tell(session, offer)
    (mail,) = outbox(session)
    mail.state, mail.attempts = OutboxState.SENT, 1
    session.flush()
    return Invited(offer, mail)


def _event(session: Session, invited: Invited) -> SeatEvent:
    return session.get_one(SeatEvent, invited.mail.event_id, populate_existing=True)


def _why(session: Session, raw: bytes, place: str = "maildir:1") -> Why:
    mail = taken_in(session, raw, place=place)
    assert mail is not None
    return mail.why


def test_a_no_by_mail_frees_the_seat_and_asks_for_a_substitute(session: Session, invited: Invited) -> None:
    why = _why(session, answering(invited.invitation, "DECLINED"))

    session.refresh(invited.engagement)
    assert (why, invited.engagement.state) == (Why.ANSWERED, EngagementState.DECLINED)
    assert len(waiting_jobs(session, "planning.repair_seat")) == 1


def test_a_yes_by_mail_takes_the_seat_once_the_card_is_clear(session: Session, invited: Invited) -> None:
    a_card(session, invited.engagement, CardAnswer.NONE)

    why = _why(session, answering(invited.invitation))

    session.refresh(invited.engagement)
    assert (why, invited.engagement.state) == (Why.ANSWERED, EngagementState.CONFIRMED)


def test_a_yes_before_the_card_is_noted_and_needs_the_desk(session: Session, invited: Invited) -> None:
    mail = taken_in(session, answering(invited.invitation))

    session.refresh(invited.engagement)
    assert mail is not None
    assert (mail.verdict, mail.why) == (Verdict.NEEDS_DESK, Why.CARD_FIRST)
    assert invited.engagement.state is EngagementState.OFFERED
    assert _event(session, invited).partstat is Partstat.ACCEPTED


def test_perhaps_is_kept_and_changes_no_seat(session: Session, invited: Invited) -> None:
    why = _why(session, answering(invited.invitation, "TENTATIVE"))

    session.refresh(invited.engagement)
    assert (why, invited.engagement.state) == (Why.ANSWERED, EngagementState.OFFERED)
    assert _event(session, invited).partstat is Partstat.TENTATIVE


def test_a_no_after_a_yes_is_looked_at_by_a_person(session: Session, invited: Invited) -> None:
    a_card(session, invited.engagement, CardAnswer.NONE)
    _why(session, answering(invited.invitation))

    no = answering(invited.invitation, "DECLINED", at=clock.now() + LATER)

    assert _why(session, no, "maildir:2") is Why.TAKEN_BACK
    session.refresh(invited.engagement)
    assert invited.engagement.state is EngagementState.CONFIRMED


@pytest.mark.parametrize(
    ("via", "minutes", "why"),
    [
        (Channel.LINK, 10, Why.OLDER_MESSAGE),
        (Channel.LINK, 3, Why.ANSWERED),
        (Channel.MAIL, 10, Why.ANSWERED),
    ],
    ids=["elsewhere and later", "clocks may differ", "mails order themselves"],
)
def test_a_mail_on_its_way_does_not_undo_a_later_answer_given_elsewhere(
    session: Session, invited: Invited, via: Channel, minutes: int, why: Why
) -> None:
    event = _event(session, invited)
    event.partstat, event.answered_at, event.answered_via = Partstat.ACCEPTED, clock.now(), via
    session.flush()

    late = answering(invited.invitation, "DECLINED", at=clock.now() - minutes * dt.timedelta(minutes=1))

    assert _why(session, late) is why


def test_the_same_mail_found_again_is_not_taken_again(session: Session, invited: Invited) -> None:
    raw = answering(invited.invitation, "TENTATIVE")
    taken_in(session, raw)

    assert taken_in(session, raw) is None
    assert session.scalar(sa.select(sa.func.count()).select_from(InboxMail)) == 1


def test_the_same_answer_in_a_second_mail_is_a_duplicate(session: Session, invited: Invited) -> None:
    raw = answering(invited.invitation, "TENTATIVE")
    taken_in(session, raw)

    assert _why(session, raw, "maildir:2") is Why.REPEATED
    assert session.scalar(sa.select(sa.func.count()).select_from(HeardMessage)) == 1


VERDICTS: tuple[tuple[dict[str, str], Why], ...] = (
    ({"uid": "nobody-knows-this-one"}, Why.UNKNOWN_UID),
    ({"attendee": "somebody@else.example"}, Why.NOT_INVITED),
    ({"to": f"desk+{'a' * 26}@expertpool.example"}, Why.WRONG_ADDRESS),
    ({"to": "desk@expertpool.example"}, Why.UNPROVEN),
    ({"dmarc": "fail"}, Why.FORGED),
    ({"sender": "assistant@univ.example"}, Why.FOR_ANOTHER),
    ({"method": "ADD"}, Why.FOREIGN_METHOD),
    ({"partstat": "DELEGATED"}, Why.DELEGATED),
    ({"to": "desk@expertpool.example", "dmarc": "pass"}, Why.ANSWERED),
    ({}, Why.REPEATED),
)


def test_every_verdict_is_a_row_and_only_an_answer_changes_the_seat(
    session: Session, invited: Invited
) -> None:
    told = []
    for number, (changes, _) in enumerate(VERDICTS):
        facts = {"partstat": "TENTATIVE"} | changes
        mail = answering(invited.invitation, **facts)  # type: ignore[arg-type]
        told.append(_why(session, mail, f"maildir:{number}"))

    rows = session.scalars(sa.select(InboxMail.why).order_by(InboxMail.place))
    assert told == list(rows) == [why for _, why in VERDICTS]
    session.refresh(invited.engagement)
    assert invited.engagement.state is EngagementState.OFFERED


def test_an_answer_to_a_version_that_was_never_sent_needs_the_desk(
    session: Session, invited: Invited
) -> None:
    mail = taken_in(session, answering(invited.invitation, "DECLINED", sequence=7))

    assert mail is not None
    assert (mail.verdict, mail.why) == (Verdict.NEEDS_DESK, Why.NEVER_SENT)


def test_what_cannot_be_read_is_kept_as_it_came(session: Session, invited: Invited) -> None:
    raw = mail_with(b"BEGIN:VCALENDAR\r\n", "REPLY", sender="a@b.example", to="desk@expertpool.example")

    mail = taken_in(session, raw)

    assert mail is not None
    assert (mail.verdict, mail.raw, mail.octets) == (Verdict.MALFORMED, raw, len(raw))


def test_an_answer_to_times_that_no_longer_stand_is_stale(session: Session, invited: Invited) -> None:
    event = _event(session, invited)
    event.sequence = event.reset_sequence = 1
    session.flush()

    assert _why(session, answering(invited.invitation, "DECLINED")) is Why.OLD_VERSION


def test_an_answer_from_an_address_the_expert_named_counts(session: Session, invited: Invited) -> None:
    alias = AttendeeAlias(
        expert_id=invited.engagement.expert_id, address="gild@lab.example", added_at=clock.now()
    )
    session.add(alias)
    session.flush()

    raw = answering(invited.invitation, "DECLINED", sender="gild@lab.example", attendee="gild@lab.example")

    assert _why(session, raw) is Why.ANSWERED


def test_a_refresh_sends_the_stored_mail_again(session: Session, invited: Invited) -> None:
    why = _why(session, answering(invited.invitation, "NEEDS-ACTION", method="REFRESH"))

    (mail,) = outbox(session)
    assert (why, mail.state, mail.message) == (Why.ASKED_FOR_COPY, OutboxState.QUEUED, invited.invitation)


def test_another_time_is_kept_for_the_desk_and_a_later_one_takes_its_place(
    session: Session, invited: Invited
) -> None:
    for number, day in enumerate((1, 2)):
        start = clock.now() + dt.timedelta(days=8 + day)
        times = (f"DTSTART:{start:%Y%m%dT%H%M%SZ}", "DURATION:PT2H")
        at = clock.now() + number * LATER
        raw = answering(invited.invitation, "TENTATIVE", method="COUNTER", at=at, more=times)
        assert _why(session, raw, f"maildir:{number}") is Why.PROPOSED

    states = session.scalars(sa.select(CounterProposal.state).order_by(CounterProposal.starts_at))
    assert list(states) == [ProposalState.SUPERSEDED, ProposalState.OPEN]


@pytest.mark.parametrize("headers_only", [False, True])
def test_a_bounce_makes_the_delivery_failed(session: Session, invited: Invited, headers_only: bool) -> None:
    why = _why(session, bounce_of(invited.invitation, headers_only=headers_only))

    (mail,) = outbox(session)
    assert (why, mail.state, mail.trouble) == (Why.BOUNCED, OutboxState.FAILED, "bounced (5.1.1)")


@pytest.mark.parametrize(
    ("action", "known", "why"),
    [("delayed", True, Why.DELAYED), ("failed", False, Why.UNKNOWN_MAIL)],
)
def test_other_reports_change_nothing(
    session: Session, invited: Invited, action: str, known: bool, why: Why
) -> None:
    raw = bounce_of(invited.invitation, action=action)
    if not known:
        raw = raw.replace(str(read_mail(invited.invitation)["Message-ID"]).encode(), b"<other@x.example>")

    assert _why(session, raw) is why
    assert outbox(session)[0].state is OutboxState.SENT


def test_the_organizer_address_carries_a_token(session: Session, invited: Invited) -> None:
    _, event = calendar_of(invited.invitation)

    organizer = str(event["ORGANIZER"])
    assert organizer.startswith("mailto:desk+")
    assert organizer.endswith("@expertpool.example")
    assert len(organizer) == len("mailto:desk+@expertpool.example") + 26


def test_the_log_cannot_be_changed(session: Session, invited: Invited) -> None:
    taken_in(session, answering(invited.invitation, "TENTATIVE"))

    with pytest.raises(sa.exc.ProgrammingError, match="permission denied"):
        session.execute(sa.update(InboxMail).values(comment="other"))
