"""Other times that experts propose: kept, looked at together, accepted or declined."""

import datetime as dt
import uuid

import sqlalchemy as sa
from sqlalchemy.orm import Session

from expertpool.audit import service as audit
from expertpool.calendars.models import CounterProposal
from expertpool.calendars.models import SeatEvent as EventRow
from expertpool.calendars.rules import FARTHEST_PROPOSAL, ProposalState, Why
from expertpool.calendars.service.answers import lock_seat
from expertpool.calendars.service.queueing import Desk, Writer, queue_declining
from expertpool.engagements import access, service
from expertpool.engagements.models import Engagement
from expertpool.engagements.rules import EngagementState
from expertpool.infra import jobs
from expertpool.infra.db import acting_as
from expertpool.infra.identity import SYSTEM, Actor
from expertpool.refusals import Invalid, NotFound, WrongState
from expertpool.words import words

_MOVABLE = frozenset({EngagementState.OFFERED, EngagementState.ACCEPTED, EngagementState.CONFIRMED})
_NOTE_CHARACTERS = 400
_GONE = words("This proposal is not open any more. Reload the page.")


def propose(
    session: Session,
    row: EventRow,
    *,
    start: dt.datetime,
    end: dt.datetime,
    base_sequence: int,
    comment: str,
    now: dt.datetime,
) -> Why:
    """Keep the time an expert proposes instead of the one told; an earlier open proposal gives way.

    Says why it was taken, or why a person has to look. The caller holds the lock of the seat.
    """
    engagement = session.get_one(Engagement, row.engagement_id)
    if row.session_id is None:
        return Why.NO_SESSION
    if engagement.state not in _MOVABLE or row.cancelled_at is not None:
        return Why.NOT_OPEN
    with acting_as(session, SYSTEM):
        _end(session, CounterProposal.event_id == row.id, ProposalState.SUPERSEDED, now=now)
        session.add(
            CounterProposal(
                event_id=row.id,
                starts_at=start,
                ends_at=end,
                base_sequence=base_sequence,
                comment=comment,
                state=ProposalState.OPEN,
                proposed_at=now,
            )
        )
    return Why.PROPOSED


def propose_start(session: Session, row: EventRow, *, start: dt.datetime, note: str, now: dt.datetime) -> Why:
    """Keep another start for a session, given by the expert; it takes as long as it was told.

    Says as `propose`. Raises: Invalid for a start that has passed, is the same, or is too far ahead.
    """
    if not now < start < now + FARTHEST_PROPOSAL or start == row.starts_at:
        fault = words("Choose another time than the one you were asked for, within two years from now.")
        raise Invalid(fault, fields={"start": fault})
    return propose(
        session,
        row,
        start=start,
        end=start + (row.ends_at - row.starts_at),
        base_sequence=row.sequence,
        comment=note[:_NOTE_CHARACTERS],
        now=now,
    )


def accept_time(
    session: Session, session_id: uuid.UUID, *, start: dt.datetime, actor: Actor, now: dt.datetime
) -> None:
    """Move a session to a time somebody proposed, or to one at which everybody can come.

    Everybody is told and asked again, so the open proposals for it are settled: those of that time are
    accepted, the others give way to the new time.
    Raises: as `engagements.service.move_session`.
    """
    everybody = service.move_session(session, session_id, start=start, actor=actor, now=now)
    with acting_as(session, SYSTEM):
        mine = sa.select(EventRow.id).where(
            EventRow.session_id == session_id,
            EventRow.engagement_id.in_([engagement.id for engagement in everybody]),
        )
        ours = CounterProposal.event_id.in_(mine)
        taken = sa.and_(ours, CounterProposal.starts_at == start)
        _end(session, taken, ProposalState.ACCEPTED, now=now, by=actor.user_id)
        _end(session, ours, ProposalState.SUPERSEDED, now=now, by=actor.user_id)


def decline_proposal(
    session: Session, proposal_id: uuid.UUID, *, actor: Actor, now: dt.datetime
) -> uuid.UUID:
    """Say no to a proposal: what was told stands, and the expert's calendar will be told so.

    Shape: the session it was about.
    Raises: NotFound; Forbidden; WrongState if it is settled already.
    Source: RFC 5546 section 3.2.8.
    """
    proposal = session.get(CounterProposal, proposal_id)
    row = session.get(EventRow, proposal.event_id) if proposal is not None else None
    if proposal is None or row is None or row.session_id is None:
        raise NotFound(access.NOTHING_HERE)
    engagement = service.lock_engagement(session, row.engagement_id, actor=actor)
    access.check_uses(actor, engagement)
    with acting_as(session, SYSTEM):
        session.refresh(row, with_for_update={"key_share": True})
        session.refresh(proposal)
        if proposal.state is not ProposalState.OPEN or row.cancelled_at is not None:
            raise WrongState(_GONE)
        proposal.state, proposal.decided_by, proposal.decided_at = ProposalState.DECLINED, actor.user_id, now
        jobs.defer(session, "calendars.tell_declined", proposal_id=str(proposal.id))
    audit.record(
        session, actor=actor, verb="proposal.decline", kind="engagement", thing=engagement.id, now=now
    )
    return row.session_id


def tell_declined(
    session: Session, proposal_id: uuid.UUID, *, desk: Desk, write: Writer, now: dt.datetime
) -> None:
    """Queue the DECLINECOUNTER of a proposal that was declined. Doing it again changes nothing.

    Runs as the system.
    """
    proposal = session.get(CounterProposal, proposal_id)
    row = session.get(EventRow, proposal.event_id) if proposal is not None else None
    if proposal is None or row is None:
        return
    lock_seat(session, row)
    session.refresh(proposal)
    told = proposal.told_revision is not None
    if proposal.state is not ProposalState.DECLINED or told or row.cancelled_at is not None:
        return
    engagement = session.get_one(Engagement, row.engagement_id)
    queue_declining(session, engagement, row, proposal, desk, write, now=now)
    proposal.told_revision = row.revision
    session.flush()


def _end(
    session: Session,
    which: sa.ColumnElement[bool],
    state: ProposalState,
    *,
    now: dt.datetime,
    by: uuid.UUID | None = None,
) -> None:
    session.execute(
        sa.update(CounterProposal)
        .where(which, CounterProposal.state == ProposalState.OPEN)
        .values(state=state, decided_by=by, decided_at=now)
        .execution_options(synchronize_session="fetch")
    )
