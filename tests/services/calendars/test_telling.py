"""What an expert's calendar is told, step by step."""

import datetime as dt

import pytest
from sqlalchemy.orm import Session

from expertpool.accounts.models import Account
from expertpool.calendars import jobs, service
from expertpool.calendars.queries import feed_events
from expertpool.calendars.rules import OutboxState
from expertpool.engagements import service as engagements
from expertpool.engagements.models import Engagement
from expertpool.engagements.rules import DeclineReason
from expertpool.experts.models import Expert
from expertpool.infra import clock
from expertpool.infra.db import acting_as
from expertpool.infra.identity import SYSTEM
from tests.fixtures.calendars import calendar_of, outbox, read_mail, tell, words_of
from tests.fixtures.engagements import (
    PARTIES,
    PURPOSE,
    SUMMARY,
    TITLE,
    Case,
    a_case,
    a_proposal,
    a_yes,
    an_offer,
    expert_actor,
    waiting_jobs,
)
from tests.fixtures.experts import an_expert

HOUR = dt.timedelta(hours=1)


def _case(session: Session) -> tuple[Case, Expert]:
    return a_case(session), an_expert(session, roles={"DFE": 3})


def _cancel(session: Session, case: Case, engagement: Engagement) -> None:
    with acting_as(session, case.coordinator):
        engagements.cancel_engagement(session, engagement.id, actor=case.coordinator, now=clock.now())


def _decline(session: Session, engagement: Engagement) -> None:
    actor = expert_actor(engagement.expert)
    with acting_as(session, actor):
        engagements.answer_offer(
            session,
            engagement.id,
            accept=False,
            reason=DeclineReason.BUSY,
            note="",
            busy_until=None,
            actor=actor,
            now=clock.now(),
        )


def test_an_offer_invites_tentatively_and_asks_for_an_answer(session: Session, now: dt.datetime) -> None:
    case, expert = _case(session)
    offer = an_offer(session, case, expert)

    count = tell(session, offer)

    (mail,) = outbox(session)
    method, event = calendar_of(mail.message)
    assert (count, mail.recipient, mail.state) == (1, expert.email, OutboxState.QUEUED)
    assert (method, event["STATUS"], event["SEQUENCE"]) == ("REQUEST", "TENTATIVE", 0)
    assert event["ATTENDEE"].params["PARTSTAT"] == "NEEDS-ACTION"
    assert event.start == offer.sessions[0].start
    assert len(waiting_jobs(session, "calendars.send_outbox")) == 1


def test_telling_again_changes_nothing(session: Session, now: dt.datetime) -> None:
    case, expert = _case(session)
    offer = an_offer(session, case, expert)
    tell(session, offer)

    assert tell(session, offer) == 0
    assert len(outbox(session)) == 1


def test_a_proposal_is_not_told(session: Session, now: dt.datetime) -> None:
    case, expert = _case(session)

    assert tell(session, a_proposal(session, case, expert)) == 0
    assert outbox(session) == []


def test_a_yes_confirms_the_same_event_with_the_next_sequence(session: Session, now: dt.datetime) -> None:
    case, expert = _case(session)
    offer = an_offer(session, case, expert)
    tell(session, offer)
    outbox(session)[0].state = OutboxState.SENT
    outbox(session)[0].attempts = 1
    session.flush()

    tell(session, a_yes_to(session, case, offer))

    first, second = outbox(session)
    (_, before), (method, event) = calendar_of(first.message), calendar_of(second.message)
    assert (method, event["STATUS"], event["UID"]) == ("REQUEST", "CONFIRMED", before["UID"])
    assert event["SEQUENCE"] == 1
    assert event["ATTENDEE"].params["PARTSTAT"] == "ACCEPTED"


def a_yes_to(session: Session, case: Case, offer: Engagement) -> Engagement:
    """The expert of an offer that was made already accepts it."""
    from expertpool.engagements.rules import CardAnswer
    from tests.fixtures.engagements import a_card

    a_card(session, offer, CardAnswer.NONE)
    actor = expert_actor(offer.expert)
    with acting_as(session, actor):
        return engagements.answer_offer(
            session,
            offer.id,
            accept=True,
            reason=None,
            note="",
            busy_until=None,
            actor=actor,
            now=clock.now(),
        )


def test_who_may_hold_the_invitation_is_told_that_it_is_off(session: Session, now: dt.datetime) -> None:
    case, expert = _case(session)
    offer = an_offer(session, case, expert)
    tell(session, offer)
    (sent,) = outbox(session)
    sent.state, sent.attempts = OutboxState.SENT, 1
    _cancel(session, case, offer)

    tell(session, offer)

    method, event = calendar_of(outbox(session)[-1].message)
    assert (method, event["STATUS"], event["SEQUENCE"]) == ("CANCEL", "CANCELLED", 1)


def test_who_never_got_the_invitation_is_not_told_that_it_is_off(session: Session, now: dt.datetime) -> None:
    case, expert = _case(session)
    offer = an_offer(session, case, expert)
    tell(session, offer)
    _cancel(session, case, offer)

    count = tell(session, offer)

    assert count == 0
    assert [mail.state for mail in outbox(session)] == [OutboxState.SUPERSEDED]


def test_a_mail_that_waits_is_superseded_by_a_newer_one(session: Session, now: dt.datetime) -> None:
    case, expert = _case(session)
    offer = an_offer(session, case, expert)
    tell(session, offer)
    tell(session, a_yes_to(session, case, offer))

    assert [mail.state for mail in outbox(session)] == [OutboxState.SUPERSEDED, OutboxState.QUEUED]


def test_declining_cancels_the_entry_with_the_answer(session: Session, now: dt.datetime) -> None:
    case, expert = _case(session)
    offer = an_offer(session, case, expert)
    tell(session, offer)
    outbox(session)[0].attempts = 1
    _decline(session, offer)

    tell(session, offer)

    method, event = calendar_of(outbox(session)[-1].message)
    assert (method, event["ATTENDEE"].params["PARTSTAT"]) == ("CANCEL", "DECLINED")


def test_another_address_gets_an_event_of_its_own(session: Session, now: dt.datetime) -> None:
    case, expert = _case(session)
    offer = an_offer(session, case, expert)
    tell(session, offer)
    outbox(session)[0].attempts = 1
    expert.email = "moved@expert.example"
    session.flush()

    tell(session, offer)

    told = [(mail.recipient, *calendar_of(mail.message)) for mail in outbox(session)]
    by_address = {(to, method): event["UID"] for to, method, event in told}
    assert set(by_address) == {
        (told[0][0], "REQUEST"),
        (told[0][0], "CANCEL"),
        ("moved@expert.example", "REQUEST"),
    }
    assert by_address[(told[0][0], "CANCEL")] == told[0][2]["UID"]
    assert by_address[("moved@expert.example", "REQUEST")] != told[0][2]["UID"]


@pytest.mark.parametrize(
    ("lang", "subject", "where"), [("ko", "와 주실 수 있나요", "서울"), ("en", "Can you come?", "Seoul")]
)
def test_the_mail_speaks_the_language_of_the_expert(
    session: Session, now: dt.datetime, lang: str, subject: str, where: str
) -> None:
    case = a_case(session)
    expert = an_expert(session, roles={"DFE": 3}, language=lang)
    tell(session, an_offer(session, case, expert))

    (mail,) = outbox(session)

    assert subject in read_mail(mail.message)["Subject"]
    assert where in words_of(mail.message)


def test_an_expert_elsewhere_reads_both_clocks(session: Session, now: dt.datetime) -> None:
    case = a_case(session)
    expert = an_expert(session, roles={"DFE": 3}, timezone="Europe/Berlin", language="en")
    tell(session, an_offer(session, case, expert))

    text = words_of(outbox(session)[0].message)

    assert "Mon 30 Nov 2026, 09:00 KST" in text
    assert "Mon 30 Nov 2026 01:00" in text
    assert "(Europe/Berlin)" in text


def test_neither_mail_nor_feed_says_a_word_of_the_case(
    session: Session, now: dt.datetime, caplog: pytest.LogCaptureFixture
) -> None:
    case, expert = _case(session)
    tell(session, a_yes(session, case, expert))

    said = "\n".join(words_of(mail.message) for mail in outbox(session))
    fed = "\n".join(repr(event) for event in feed_events(session, expert.id, now=now))

    secrets = (TITLE, SUMMARY, PURPOSE, *PARTIES, case.need.incident.receipt_no)
    assert [secret for secret in secrets if secret in said + fed + caplog.text] == []


def test_an_expert_known_by_an_alias_is_invited_under_it(session: Session, now: dt.datetime) -> None:
    case = a_case(session, ministry="NIS")
    expert = an_expert(session, ministry="NIS", roles={"DFE": 3})
    tell(session, an_offer(session, case, expert))

    text = words_of(outbox(session)[0].message)

    assert expert.alias is not None
    assert expert.alias in text
    assert expert.name_ko not in text


def test_what_a_lost_job_left_untold_is_found(session: Session, now: dt.datetime) -> None:
    case, expert = _case(session)
    offer = an_offer(session, case, expert)

    before = service.untold(session, now=now)
    tell(session, offer)
    after = service.untold(session, now=now)
    _cancel(session, case, offer)

    assert (before, after) == ([offer.id], [])
    assert service.untold(session, now=now) == [offer.id]


def test_an_official_who_acts_is_named_as_sender(session: Session, now: dt.datetime) -> None:
    case, expert = _case(session)
    offer = an_offer(session, case, expert)

    with acting_as(session, SYSTEM):
        desk = jobs.desk(case.coordinator.user_id)
        service.tell(session, offer.id, desk=desk, write=jobs.write, now=now)

    account = session.get_one(Account, case.coordinator.user_id)
    _, event = calendar_of(outbox(session)[0].message)
    assert event["ORGANIZER"].params["SENT-BY"] == f"mailto:{account.email}"


def test_a_mail_to_an_expert_elsewhere_names_both_clocks(session: Session, now: dt.datetime) -> None:
    case, expert = _case(session)
    expert.timezone = "Asia/Tashkent"

    tell(session, an_offer(session, case, expert))

    said = words_of(outbox(session)[0].message)
    assert "2026.11.30(월) 09:00" in said
    assert "2026.11.30(월) 05:00" in said
    assert "(Asia/Tashkent)" in said
