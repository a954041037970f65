"""Other times experts propose: checked with everybody, accepted for all, or declined to the one who asked."""

import datetime as dt
import uuid
from dataclasses import dataclass

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from expertpool.calendars import jobs, queries, service
from expertpool.calendars.models import CounterProposal, SeatEvent
from expertpool.calendars.queries import ProposalsPage
from expertpool.calendars.rules import POLICY, OutboxState, Partstat, ProposalState
from expertpool.engagements.models import Engagement
from expertpool.experts.models import Expert
from expertpool.infra import clock
from expertpool.infra.db import acting_as
from expertpool.infra.identity import SYSTEM, Role
from expertpool.refusals import Conflicting, Forbidden, WrongState
from tests.fixtures.accounts import an_actor
from tests.fixtures.answers import answering, taken_in
from tests.fixtures.calendars import calendar_of, outbox, tell
from tests.fixtures.engagements import FIRST_DAY, Case, a_case, an_offer, waiting_jobs
from tests.fixtures.planning import a_free_expert

HOUR = dt.timedelta(hours=1)


@dataclass(frozen=True)
class Team:
    """Two experts on one session, both told of it."""

    case: Case
    offers: tuple[Engagement, Engagement]

    def page(self, session: Session) -> ProposalsPage:
        with acting_as(session, self.case.coordinator):
            return queries.proposals_page(
                session, self.case.session_id, actor=self.case.coordinator, now=clock.now()
            )

    def accept(self, session: Session, start: dt.datetime) -> None:
        actor = self.case.coordinator
        with acting_as(session, actor):
            service.accept_time(session, self.case.session_id, start=start, actor=actor, now=clock.now())


@pytest.fixture
def team(session: Session, now: dt.datetime) -> Team:
    case = a_case(session, roles=("DFE", "ATT"))
    experts: list[Expert] = [a_free_expert(session, roles={role: 3}) for role in ("DFE", "ATT")]
    first, second = (an_offer(session, case, expert, seat=seat) for seat, expert in enumerate(experts))
    for offer in (first, second):
        tell(session, offer)
    for mail in outbox(session):
        mail.state, mail.attempts = OutboxState.SENT, 1
    session.flush()
    return Team(case, (first, second))


def _propose(session: Session, offer: Engagement, start: dt.datetime, place: str) -> None:
    event = session.scalars(sa.select(SeatEvent).where(SeatEvent.engagement_id == offer.id)).one()
    invitation = next(mail.message for mail in outbox(session) if mail.event_id == event.id)
    times = (f"DTSTART:{start:%Y%m%dT%H%M%SZ}", "DURATION:PT2H", "COMMENT:Not before ten")
    taken_in(session, answering(invitation, "TENTATIVE", method="COUNTER", more=times), place=place)


def _states(session: Session) -> list[ProposalState]:
    return list(session.scalars(sa.select(CounterProposal.state).order_by(CounterProposal.proposed_at)))


def test_proposals_for_one_session_are_checked_with_everybody(session: Session, team: Team) -> None:
    good, late = clock.now() + FIRST_DAY + 2 * HOUR, clock.now() + FIRST_DAY + 12 * HOUR
    _propose(session, team.offers[0], good, "maildir:1")
    _propose(session, team.offers[1], late, "maildir:2")

    page = team.page(session)

    assert [(option.start, option.possible) for option in page.options] == [(good, True), (late, False)]
    assert len(page.options[1].hindered) == 2
    assert page.options[0].proposed[0].comment == "Not before ten"
    assert all(option.possible for option in page.common)


def test_an_accepted_time_is_told_to_everybody_and_asks_anew(session: Session, team: Team) -> None:
    start = clock.now() + FIRST_DAY + 2 * HOUR
    _propose(session, team.offers[0], start, "maildir:1")

    team.accept(session, start)
    for offer in team.offers:
        tell(session, offer)

    updates = [calendar_of(mail.message)[1] for mail in outbox(session) if mail.sequence == 1]
    assert [event.start for event in updates] == [start, start]
    events = session.scalars(sa.select(SeatEvent)).all()
    assert {(each.reset_sequence, each.partstat) for each in events} == {(1, Partstat.NEEDS_ACTION)}
    assert _states(session) == [ProposalState.ACCEPTED]


def test_hours_and_time_move_with_the_session(session: Session, team: Team) -> None:
    start = clock.now() + FIRST_DAY + 2 * HOUR

    team.accept(session, start)

    for offer in team.offers:
        session.refresh(offer)
        assert [span.start for span in offer.sessions] == [start]
    used = sa.text("SELECT used_minutes FROM expert_week")
    assert list(session.scalars(used)) == [120, 120]
    with acting_as(session, SYSTEM):
        left = service.untold(session, now=clock.now())
    assert set(left) == {offer.id for offer in team.offers}  # what a lost job would leave untold


def test_a_time_at_which_somebody_is_taken_moves_nobody(session: Session, team: Team) -> None:
    start = clock.now() + FIRST_DAY + 2 * HOUR
    an_offer(session, a_case(session, roles=("ATT",)), team.offers[1].expert, hours=2.5)

    with pytest.raises(Conflicting), session.begin_nested():
        team.accept(session, start)

    session.expire_all()
    assert {offer.sessions[0].start for offer in team.offers} == {clock.now() + FIRST_DAY}


def test_a_declined_proposal_is_told_once_and_nothing_moves(session: Session, team: Team) -> None:
    _propose(session, team.offers[0], clock.now() + FIRST_DAY + 12 * HOUR, "maildir:1")
    (proposal,) = session.scalars(sa.select(CounterProposal))

    _decline(session, team, proposal.id)
    for _ in range(2):
        with acting_as(session, SYSTEM):
            service.tell_declined(session, proposal.id, desk=jobs.desk(), write=jobs.write, now=clock.now())

    (mail,) = [mail for mail in outbox(session) if mail.method == "DECLINECOUNTER"]
    method, event = calendar_of(mail.message)
    assert (method, event["SEQUENCE"], "DTSTART" in event) == ("DECLINECOUNTER", 0, False)
    assert mail.recipient == team.offers[0].expert.email
    assert len(waiting_jobs(session, "calendars.tell_declined")) == 1


def test_a_settled_proposal_is_not_declined_again(session: Session, team: Team) -> None:
    _propose(session, team.offers[0], clock.now() + FIRST_DAY + 12 * HOUR, "maildir:1")
    (proposal,) = session.scalars(sa.select(CounterProposal))
    _decline(session, team, proposal.id)

    with pytest.raises(WrongState):
        _decline(session, team, proposal.id)


def test_only_the_using_ministry_decides(session: Session, team: Team) -> None:
    other = an_actor(session, Role.COORDINATOR, ministry="KFTC")

    with pytest.raises(Forbidden), acting_as(session, SYSTEM):
        queries.proposals_page(session, team.case.session_id, actor=other, now=clock.now())


def _decline(session: Session, team: Team, proposal_id: uuid.UUID) -> None:
    actor = team.case.coordinator
    with acting_as(session, actor):
        service.decline_proposal(session, proposal_id, actor=actor, now=clock.now())


def test_a_declining_mail_neither_replaces_nor_overtakes_the_invitation(session: Session, team: Team) -> None:
    _propose(session, team.offers[0], clock.now() + FIRST_DAY + 12 * HOUR, "maildir:1")
    (proposal,) = session.scalars(sa.select(CounterProposal))
    waiting = next(mail for mail in outbox(session) if mail.event_id == proposal.event_id)
    waiting.state = OutboxState.QUEUED
    _decline(session, team, proposal.id)
    with acting_as(session, SYSTEM):
        service.tell_declined(session, proposal.id, desk=jobs.desk(), write=jobs.write, now=clock.now())
    sent: list[str] = []

    class _Server:
        def send(self, message: bytes, *, sender: str, recipient: str) -> None:
            sent.append(calendar_of(message)[0])

    jobs.send_due(_Server(), policy=POLICY)

    assert sent == ["REQUEST", "DECLINECOUNTER"]
