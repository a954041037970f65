"""Reading what came in: the log for the desk, and the page behind an answering link."""

import datetime as dt
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

import sqlalchemy as sa
from sqlalchemy.orm import Session

from expertpool.calendars.access import own_expert_id
from expertpool.calendars.models import AttendeeAlias, DeskLook, EventToken, InboxMail
from expertpool.calendars.models import SeatEvent as EventRow
from expertpool.calendars.queries.told import Named
from expertpool.calendars.rules import REASONS, Authentication, Partstat, Verdict, token_digest
from expertpool.engagements.models import WITHOUT_PROFILE, Engagement
from expertpool.engagements.queries.names import card_says, declarations_of
from expertpool.engagements.rules import CardStanding, EngagementState
from expertpool.experts.models import FacetTerm
from expertpool.experts.rules import FacetKind, shown_name
from expertpool.infra.db import acting_as
from expertpool.infra.identity import SYSTEM, Actor, Role
from expertpool.ministries.models import Region
from expertpool.refusals import NotFound
from expertpool.words import Words, words

PARTSTAT_WORDS: Mapping[Partstat, Words] = MappingProxyType(
    {
        Partstat.NEEDS_ACTION: words("No answer yet"),
        Partstat.ACCEPTED: words("Said yes"),
        Partstat.DECLINED: words("Said no"),
        Partstat.TENTATIVE: words("Perhaps"),
    }
)
VERDICT_WORDS: Mapping[Verdict, Words] = MappingProxyType(
    {
        Verdict.APPLIED: words("Counted"),
        Verdict.DUPLICATE: words("Repeated"),
        Verdict.STALE: words("Out of date"),
        Verdict.UNKNOWN_UID: words("Not ours"),
        Verdict.NOT_ATTENDEE: words("From somebody else"),
        Verdict.UNAUTHENTICATED: words("Not proven"),
        Verdict.MALFORMED: words("Not readable"),
        Verdict.UNSUPPORTED: words("Not an answer"),
        Verdict.NEEDS_DESK: words("Needs you"),
    }
)
SAID_WORDS: Mapping[str, Words] = MappingProxyType(
    {each.value.upper(): sentence for each, sentence in PARTSTAT_WORDS.items()}
)

_Mails = sa.Select[InboxMail, EventRow | None, Engagement | None, DeskLook | None]


@dataclass(frozen=True, slots=True)
class Came:
    """A mail that came, as the desk sees it."""

    id: uuid.UUID
    received_at: dt.datetime
    sender: str
    authentication: Authentication
    method: str
    said: str
    comment: str
    verdict: Verdict
    reason: Words
    need_id: uuid.UUID | None
    expert: Named | None
    starts_at: dt.datetime | None
    looked_at: dt.datetime | None


@dataclass(frozen=True, slots=True)
class Asked:
    """One session on the answering page; without a place it is remote. `told`: its event's version."""

    id: uuid.UUID
    told: tuple[int, int]
    starts_at: dt.datetime
    ends_at: dt.datetime
    place: Named | None
    partstat: Partstat


@dataclass(frozen=True, slots=True)
class AnswerPage:
    """What somebody who read the invitation may see: what the mail said, and what was answered."""

    engagement_id: uuid.UUID
    role: Named | None
    state: EngagementState
    card: CardStanding
    answer_by: dt.datetime | None
    sessions: tuple[Asked, ...]
    timezone: str
    version: int

    @property
    def standing(self) -> dict[str, object]:
        """What an answer is an answer to, and what was answered: it changes with all of that."""
        said = [[str(each.id), *each.told, each.partstat.value] for each in self.sessions]
        return {"version": self.version, "said": said}

    @property
    def open(self) -> bool:
        """Whether there is anything to answer."""
        agreed = (EngagementState.OFFERED, EngagementState.ACCEPTED, EngagementState.CONFIRMED)
        return bool(self.sessions) and self.state in agreed


def came_in(
    session: Session, *, verdict: Verdict | None, actor: Actor, first: int, size: int
) -> tuple[Sequence[Came], int]:
    """A page of the mails the actor looks after, newest first, and how many there are.

    Coordinators look after those to invitations of their ministry, administrators after those to none.
    """
    query = _mails(actor)
    if verdict is not None:
        query = query.where(InboxMail.verdict == verdict)
    count = session.scalar(sa.select(sa.func.count()).select_from(query.subquery())) or 0
    ordered = query.order_by(InboxMail.received_at.desc(), InboxMail.id).limit(size).offset(first)
    return _read(session, ordered, actor), count


def to_look_at(
    session: Session, *, actor: Actor, need_id: uuid.UUID | None = None, most: int = 50
) -> Sequence[Came]:
    """The mails that need a person and had none yet, oldest first; of one need, or all."""
    waiting = InboxMail.verdict == Verdict.NEEDS_DESK, DeskLook.inbox_id.is_(None)
    query = _mails(actor).where(*waiting)
    if need_id is not None:
        query = query.where(Engagement.need_id == need_id)
    return _read(session, query.order_by(InboxMail.received_at, InboxMail.id).limit(most), actor)


def aliases_of(session: Session, expert_id: uuid.UUID) -> Sequence[tuple[uuid.UUID, str]]:
    """The other addresses an expert answers from, and the keys to remove them."""
    mine = sa.select(AttendeeAlias.id, AttendeeAlias.address).where(AttendeeAlias.expert_id == expert_id)
    return [(key, address) for key, address in session.execute(mine.order_by(AttendeeAlias.address))]


def answer_page(session: Session, token: str) -> AnswerPage:
    """The page behind an answering link, on the system's authority: the link is the permission.

    Raises: NotFound for a link that was never given out.
    """
    with acting_as(session, SYSTEM):
        given = sa.select(EventToken.event_id).where(
            EventToken.token_hash == token_digest(token), EventToken.purpose == "page"
        )
        own = session.scalar(sa.select(EventRow).where(EventRow.id.in_(given)))
        if own is None:
            raise NotFound(words("There is nothing here that you can see. Check the address."))
        return _asked_of(session, own.engagement_id)


def own_invitation(session: Session, engagement_id: uuid.UUID, *, actor: Actor) -> AnswerPage:
    """One invitation of the expert who asks. Raises: NotFound, also for those of others."""
    mine = _mine(own_expert_id(actor)).where(Engagement.id == engagement_id)
    with acting_as(session, SYSTEM):
        if session.scalar(mine) is None:
            raise NotFound(words("There is nothing here that you can see. Check the address."))
        return _asked_of(session, engagement_id)


def own_invitations(
    session: Session, *, actor: Actor, first: int, size: int
) -> tuple[Sequence[AnswerPage], int]:
    """A page of the invitations of the expert who asks that were not called off, and how many there are."""
    mine = _mine(own_expert_id(actor))
    with acting_as(session, SYSTEM):
        count = session.scalar(sa.select(sa.func.count()).select_from(mine.subquery())) or 0
        ordered = mine.order_by(Engagement.offered_at.desc(), Engagement.id).limit(size).offset(first)
        return [_asked_of(session, engagement_id) for engagement_id in session.scalars(ordered)], count


def _mine(expert_id: uuid.UUID) -> sa.Select[uuid.UUID]:
    told = sa.exists().where(EventRow.engagement_id == Engagement.id, EventRow.cancelled_at.is_(None))
    return sa.select(Engagement.id).where(Engagement.expert_id == expert_id, told)


def _asked_of(session: Session, engagement_id: uuid.UUID) -> AnswerPage:
    engagement = session.get_one(Engagement, engagement_id, populate_existing=True)
    term = session.get(FacetTerm, (FacetKind.ROLE_KIND, engagement.role_kind))
    events = sa.select(EventRow).where(
        EventRow.engagement_id == engagement.id, EventRow.cancelled_at.is_(None)
    )
    rows = session.scalars(
        events.order_by(EventRow.starts_at, EventRow.id).execution_options(populate_existing=True)
    )
    places: dict[uuid.UUID | None, Named | None] = {
        each.session_id: _place(session, each.region_code) for each in engagement.holds
    }
    return AnswerPage(
        engagement_id=engagement.id,
        role=None if term is None else Named(term.name_ko, term.name_en),
        state=engagement.state,
        card=card_says(declarations_of(session, [engagement.id]).get(engagement.id, [])),
        answer_by=engagement.answer_by,
        sessions=tuple(
            Asked(
                row.id,
                (row.sequence, row.revision),
                row.starts_at,
                row.ends_at,
                places.get(row.session_id),
                row.partstat,
            )
            for row in rows
        ),
        timezone=engagement.expert.timezone,
        version=engagement.version,
    )


def _place(session: Session, region_code: str | None) -> Named | None:
    region = session.get(Region, region_code) if region_code else None
    return None if region is None else Named(region.name_ko, region.name_en)


def _mails(actor: Actor) -> _Mails:
    looked_after = []
    if actor.is_a(Role.COORDINATOR):
        looked_after.append(Engagement.borrower_id == actor.ministry_id)
    if actor.is_a(Role.ADMIN):
        looked_after.append(InboxMail.event_id.is_(None))
    return (
        sa.select(InboxMail, EventRow, Engagement, DeskLook)
        .outerjoin(EventRow, EventRow.id == InboxMail.event_id)
        .outerjoin(Engagement, Engagement.id == EventRow.engagement_id)
        .outerjoin(DeskLook, DeskLook.inbox_id == InboxMail.id)
        .where(sa.or_(sa.false(), *looked_after))
        .options(WITHOUT_PROFILE)
    )


def _read(session: Session, query: _Mails, actor: Actor) -> list[Came]:
    rows = session.execute(query).unique()
    return [_came(mail, event, engagement, look, actor) for mail, event, engagement, look in rows]


def _came(
    mail: InboxMail,
    event: EventRow | None,
    engagement: Engagement | None,
    look: DeskLook | None,
    actor: Actor,
) -> Came:
    """An expert known by an alias only is not betrayed by the address a mail came from."""
    name = shown_name(engagement.expert, actor.ministry_id) if engagement is not None else None
    return Came(
        id=mail.id,
        received_at=mail.received_at,
        sender="" if name is not None and name.is_alias else mail.sender,
        authentication=mail.authentication,
        method=mail.method,
        said=mail.said,
        comment=mail.comment,
        verdict=mail.verdict,
        reason=REASONS[mail.why][1],
        need_id=engagement.need_id if engagement is not None else None,
        expert=Named(name.name_ko, name.name_en) if name is not None else None,
        starts_at=event.starts_at if event is not None else None,
        looked_at=look.looked_at if look is not None else None,
    )
