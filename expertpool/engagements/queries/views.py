"""What readers of engagements are given."""

import datetime as dt
import uuid
from dataclasses import dataclass

from expertpool.engagements.rules import (
    CardAnswer,
    CardStanding,
    CertificateAnswer,
    DeclineReason,
    EngagementState,
    TieCategory,
)


@dataclass(frozen=True, slots=True)
class Named:
    """Something with a name in both languages."""

    name_ko: str
    name_en: str


@dataclass(frozen=True, slots=True)
class SessionView:
    """One session at its time; no place means remote."""

    starts_at: dt.datetime
    ends_at: dt.datetime
    region: Named | None
    region_code: str | None


@dataclass(frozen=True, slots=True)
class EngagementView:
    """An engagement without any fact of the case.

    `need_id`, `seat_id`, `card` and `declare_by` are empty for readers who are not on the case side.
    """

    id: uuid.UUID
    state: EngagementState
    version: int
    expert_id: uuid.UUID
    role_kind: str
    role_class: str
    lender: str
    borrower: str
    sessions: tuple[SessionView, ...]
    effort_minutes: int
    proposed_at: dt.datetime
    offered_at: dt.datetime | None
    answer_by: dt.datetime | None
    answered_at: dt.datetime | None
    confirmed_at: dt.datetime | None
    delivered_at: dt.datetime | None
    ended_at: dt.datetime | None
    decline_reason: DeclineReason | None
    worked_minutes: int | None
    need_id: uuid.UUID | None
    seat_id: uuid.UUID | None
    card: CardStanding | None
    declare_by: dt.datetime | None
    paused_at: dt.datetime | None


@dataclass(frozen=True, slots=True)
class OfferLine:
    """An offer as its expert sees it in the inbox: what, when, where, for whom; nothing of the case.

    `declare_by`: until when the conflict card is owed after an urgent night.
    """

    id: uuid.UUID
    state: EngagementState
    role: Named
    ministry: Named
    sessions: tuple[SessionView, ...]
    effort_minutes: int
    minutes: int
    deadline: dt.datetime
    answer_by: dt.datetime | None
    card: CardStanding
    declare_by: dt.datetime | None
    worked_minutes: int | None
    paused: bool

    @property
    def begins(self) -> dt.datetime | None:
        """When the first session starts."""
        return self.sessions[0].starts_at if self.sessions else None


@dataclass(frozen=True, slots=True)
class Inbox:
    """An expert's offers: those that wait for an answer, those agreed, those that are over.

    `owed`: those of them whose conflict card is still to be answered after an urgent night.
    """

    owed: tuple[OfferLine, ...]
    waiting: tuple[OfferLine, ...]
    upcoming: tuple[OfferLine, ...]
    past: tuple[OfferLine, ...]


@dataclass(frozen=True, slots=True)
class CardPage:
    """What the conflict card asks about: names of parties, or nothing at all in a compartmented case.

    `due_at`: until when it is owed after an urgent night.
    """

    standing: CardStanding
    compartmented: bool
    parties: tuple[Named, ...]
    answer: CardAnswer | None
    category: TieCategory | None
    due_at: dt.datetime | None


@dataclass(frozen=True, slots=True)
class CaseView:
    """The case, for an expert it was opened to."""

    receipt_no: str
    title: str
    summary: str
    purpose: str
    parties: tuple[Named, ...]


@dataclass(frozen=True, slots=True)
class TaskView:
    """What securing evidence tonight needs of a case: where to report, what for, whose things."""

    receipt_no: str
    purpose: str
    parties: tuple[Named, ...]


@dataclass(frozen=True, slots=True)
class OfferPage:
    """An offer with everything its expert may know now; `case` is empty until the card is clear.

    `may_declare_later`: the work may begin on a short pledge; `task` is what is shown then.
    """

    line: OfferLine
    version: int
    fields: tuple[Named, ...]
    card: CardPage
    case: CaseView | None
    may_declare_later: bool
    task: TaskView | None
    decline_reason: DeclineReason | None
    busy_until: dt.date | None
    delivery_note: str
    certificate: CertificateAnswer | None


@dataclass(frozen=True, slots=True)
class ConsentLine:
    """What a lender sees of one engagement of its expert: who, for whom, how much in which month."""

    id: uuid.UUID
    version: int
    expert: Named
    borrower: Named
    state: EngagementState
    minutes_by_month: tuple[tuple[dt.date, int], ...]
    silent_from: dt.datetime | None

    @property
    def waits(self) -> bool:
        """Whether the lender's word is awaited."""
        return self.state is EngagementState.ACCEPTED


@dataclass(frozen=True, slots=True)
class QueuedCard:
    """A card the conflict officer has to decide about.

    `due_at`: when the answer was due of an expert who began on a short pledge; `answer` is empty as long as
    none came. `since`: what waits, waits from then on.
    """

    id: uuid.UUID
    version: int
    expert_id: uuid.UUID
    expert: Named
    role: Named
    answer: CardAnswer | None
    category: TieCategory | None
    since: dt.datetime
    due_at: dt.datetime | None
    begins: dt.datetime | None
    incident_id: uuid.UUID
    receipt_no: str
    parties: tuple[Named, ...]

    @property
    def is_late(self) -> bool:
        """Whether it waits because the answer did not come in time, not for what it says."""
        return self.due_at is not None and self.answer in {None, CardAnswer.NONE}


@dataclass(frozen=True, slots=True)
class TakenSeat:
    """One engagement on a seat, as the using ministry sees it.

    `conflict_found_at`: whatever was done earlier was done before a conflict was known.
    """

    id: uuid.UUID
    version: int
    expert_id: uuid.UUID
    expert: Named
    lender: Named
    lent: bool
    state: EngagementState
    by_hand: bool
    sessions: tuple[SessionView, ...]
    answer_by: dt.datetime | None
    card: CardStanding
    declare_by: dt.datetime | None
    decline_reason: DeclineReason | None
    note: str
    busy_until: dt.date | None
    worked_minutes: int | None
    delivery_note: str
    paused: bool
    conflict_found_at: dt.datetime | None
    certificate: CertificateAnswer | None


@dataclass(frozen=True, slots=True)
class SeatLine:
    """A seat of a need: who is on it now, and who was before, newest first."""

    id: uuid.UUID
    ordinal: int
    role: Named
    now: TakenSeat | None
    before: tuple[TakenSeat, ...]


@dataclass(frozen=True, slots=True)
class SessionToPlace:
    """A session whose time a coordinator chooses, and the window it has to lie in."""

    id: uuid.UUID
    length_minutes: int
    earliest: dt.datetime
    latest: dt.datetime
    region: Named | None


@dataclass(frozen=True, slots=True)
class Candidate:
    """An expert who holds the role of a seat, as the coordinator may know the person."""

    id: uuid.UUID
    name: Named
    ministry: Named


@dataclass(frozen=True, slots=True)
class SeatToFill:
    """A seat a coordinator fills by hand."""

    id: uuid.UUID
    ordinal: int
    role: Named
    effort_minutes: int
    work_ends_on: dt.date
    sessions: tuple[SessionToPlace, ...]
    experts: tuple[Candidate, ...]


@dataclass(frozen=True, slots=True)
class HandedIn:
    """Work that waits to be accepted."""

    id: uuid.UUID
    need_id: uuid.UUID
    expert: Named
