"""Engagements of the past, step by step through the services that did it then."""

import datetime as dt
import uuid
from collections.abc import Iterable, Iterator, Sequence

from sqlalchemy.orm import Session

from expertpool.availability.rules import Span
from expertpool.demo.service.acts import Act
from expertpool.demo.service.attempts import Attempt
from expertpool.demo.service.book import Book, both
from expertpool.demo.world.experts import Expert
from expertpool.demo.world.needs import Need
from expertpool.engagements import service
from expertpool.engagements.rules import CardAnswer, CertificateAnswer, EngagementState, TieCategory
from expertpool.incidents import models
from expertpool.incidents import service as incidents
from expertpool.incidents.rules import NeedState
from expertpool.infra.identity import SYSTEM


def engagement_acts(book: Book, attempts: Iterable[Attempt]) -> Iterator[Act]:
    """What happened to every engagement."""
    for attempt in attempts:
        yield from Told(book, attempt).acts()


Held = tuple[str, Span, str | None]


def put_on_seat(
    session: Session,
    book: Book,
    *,
    need: Need,
    seat: str,
    expert: Expert,
    held: Sequence[Held],
    at: dt.datetime,
) -> uuid.UUID:
    """Propose an expert as a plan does: locks first, then the seat, then the need says that it is proposed.

    Shape: `held` are (session of the need, time, region or None).
    """
    own = expert.home_ministry == need.ministry
    agreement_id = None if own else book.agreements[f"{expert.home_ministry}>{need.ministry}"]
    expert_id, seat_id = book.experts[expert.key], book.seats[f"{need.key}/{seat}"]
    locked = service.lock_for_booking(
        session, expert_ids=[expert_id], agreement_ids=[agreement_id] if agreement_id else []
    )
    row = session.get_one(models.Need, book.needs[need.key])
    engagement = service.propose(
        session,
        run_id=None,
        need=row,
        seat=session.get_one(models.Seat, seat_id),
        expert=locked[expert_id],
        sessions=[(book.sessions[f"{need.key}/{key}"], span, region) for key, span, region in held],
        agreement_id=agreement_id,
        actor=SYSTEM,
        now=at,
    )
    if row.state is NeedState.SUBMITTED:
        incidents.move_need(session, row.id, NeedState.PROPOSED, actor=SYSTEM, now=at)
    return engagement.id


class Told:
    """One engagement as it is told; every step is an act."""

    def __init__(self, book: Book, attempt: Attempt) -> None:
        self._book, self._attempt, self._of = book, attempt, attempt.engagement
        self._id: uuid.UUID | None = None

    def acts(self) -> Iterator[Act]:
        """All its steps, in order."""
        attempt = self._attempt
        yield Act(attempt.proposed_at, self._propose)
        yield Act(attempt.offered_at, self._offer)
        if attempt.answered_at is not None and self._of.card_answer is CardAnswer.NONE:
            yield Act(attempt.answered_at, self._accept)
        if attempt.confirmed_at is not None and attempt.delivered_at is not None:
            yield Act(attempt.confirmed_at, self._consent)
            yield Act(attempt.delivered_at, self._deliver)
        ending = {
            EngagementState.CLOSED: self._close,
            EngagementState.DECLINED: self._decline,
            EngagementState.LAPSED: self._lapse,
            EngagementState.RECUSED: self._step_down,
            EngagementState.WITHDRAWN: self._withdraw,
            EngagementState.CANCELLED: self._cancel,
        }
        yield Act(attempt.ended_at, ending[self._of.state])

    @property
    def _key(self) -> uuid.UUID:
        if self._id is None:
            raise LookupError(f"{self._of.key} was not proposed yet")
        return self._id

    def _propose(self, session: Session, at: dt.datetime) -> None:
        of, world = self._of, self._book.world
        self._id = put_on_seat(
            session,
            self._book,
            need=next(each for each in world.needs if each.key == of.need),
            seat=of.seat,
            expert=next(each for each in world.experts if each.key == of.expert),
            held=[(w.session, Span(w.starts_at, w.ends_at), w.region) for w in self._attempt.held],
            at=at,
        )

    def _offer(self, session: Session, at: dt.datetime) -> None:
        service.offer_by_hand(
            session,
            self._key,
            answer_by=self._attempt.answer_by,
            actor=self._book.coordinator(self._of.borrower),
            now=at,
        )

    def _card(self, session: Session, answer: CardAnswer, at: dt.datetime) -> None:
        service.answer_card(
            session,
            self._key,
            answer=answer,
            category=TieCategory.WORK if answer is CardAnswer.YES else "",
            pledged=True,
            actor=self._book.as_expert(self._of.expert),
            now=at,
        )

    def _answer(self, session: Session, at: dt.datetime, *, accept: bool) -> None:
        of = self._of
        service.answer_offer(
            session,
            self._key,
            accept=accept,
            reason=of.decline_reason,
            note=both(of.decline_note_ko, of.decline_note_en),
            busy_until=of.busy_until,
            actor=self._book.as_expert(of.expert),
            now=at,
        )

    def _accept(self, session: Session, at: dt.datetime) -> None:
        self._card(session, CardAnswer.NONE, at)
        self._answer(session, at, accept=True)

    def _decline(self, session: Session, at: dt.datetime) -> None:
        self._answer(session, at, accept=False)

    def _lapse(self, session: Session, at: dt.datetime) -> None:
        service.lapse_unanswered(session, now=at)

    def _step_down(self, session: Session, at: dt.datetime) -> None:
        self._card(session, CardAnswer.YES, at)
        service.recuse(session, self._key, actor=self._book.as_expert(self._of.expert), now=at)

    def _withdraw(self, session: Session, at: dt.datetime) -> None:
        expert = self._book.as_expert(self._of.expert)
        service.withdraw(session, self._key, note="", actor=expert, now=at)

    def _cancel(self, session: Session, at: dt.datetime) -> None:
        actor = self._book.coordinator(self._of.borrower)
        service.cancel_engagement(session, self._key, actor=actor, now=at)

    def _consent(self, session: Session, at: dt.datetime) -> None:
        """Own experts are confirmed with their yes; a lender's coordinator consents."""
        if self._of.lender != self._of.borrower:
            actor = self._book.coordinator(self._of.lender)
            service.consent(session, self._key, given=True, actor=actor, now=at)

    def _deliver(self, session: Session, at: dt.datetime) -> None:
        service.deliver(
            session,
            self._key,
            worked_minutes=self._of.worked_minutes,
            note="",
            actor=self._book.as_expert(self._of.expert),
            now=at,
        )
        service.certify(
            session,
            self._key,
            answer=CertificateAnswer.NONE,
            category="",
            actor=self._book.as_expert(self._of.expert),
            now=at,
        )

    def _close(self, session: Session, at: dt.datetime) -> None:
        actor = self._book.coordinator(self._of.borrower)
        service.close(session, self._key, actor=actor, now=at)
