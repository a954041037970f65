"""The life of an engagement as data: one expert bound to one seat, from proposal to closing."""

import datetime as dt
import enum
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from expertpool.availability.rules import SEOUL, Span
from expertpool.experts.rules import ExpertState
from expertpool.refusals import Conflicting, Invalid, WrongState
from expertpool.words import Words, words


class EngagementState(enum.StrEnum):
    """Where an engagement stands."""

    PROPOSED = "proposed"
    OFFERED = "offered"
    ACCEPTED = "accepted"
    CONFIRMED = "confirmed"
    DELIVERED = "delivered"
    CLOSED = "closed"
    DECLINED = "declined"
    LAPSED = "lapsed"
    RECUSED = "recused"
    WITHDRAWN = "withdrawn"
    CANCELLED = "cancelled"


TRANSITIONS: dict[EngagementState, frozenset[EngagementState]] = {
    EngagementState.PROPOSED: frozenset({EngagementState.OFFERED, EngagementState.CANCELLED}),
    EngagementState.OFFERED: frozenset(
        {
            EngagementState.ACCEPTED,
            EngagementState.DECLINED,
            EngagementState.LAPSED,
            EngagementState.RECUSED,
            EngagementState.CANCELLED,
        }
    ),
    EngagementState.ACCEPTED: frozenset(
        {
            EngagementState.CONFIRMED,
            EngagementState.WITHDRAWN,
            EngagementState.RECUSED,
            EngagementState.CANCELLED,
        }
    ),
    EngagementState.CONFIRMED: frozenset(
        {
            EngagementState.DELIVERED,
            EngagementState.WITHDRAWN,
            EngagementState.RECUSED,
            EngagementState.CANCELLED,
        }
    ),
    EngagementState.DELIVERED: frozenset({EngagementState.CLOSED}),
    EngagementState.CLOSED: frozenset(),
    EngagementState.DECLINED: frozenset(),
    EngagementState.LAPSED: frozenset(),
    EngagementState.RECUSED: frozenset(),
    EngagementState.WITHDRAWN: frozenset(),
    EngagementState.CANCELLED: frozenset(),
}

# States in which the seat is taken and the expert's time is held.
LIVE = frozenset(
    {
        EngagementState.PROPOSED,
        EngagementState.OFFERED,
        EngagementState.ACCEPTED,
        EngagementState.CONFIRMED,
        EngagementState.DELIVERED,
    }
)

# States that answer for a seat: somebody said yes, and nobody took it back.
AGREED = frozenset(
    {
        EngagementState.ACCEPTED,
        EngagementState.CONFIRMED,
        EngagementState.DELIVERED,
        EngagementState.CLOSED,
    }
)

# States that count against the number of engagements an expert agreed to have open at a time.
OPEN = LIVE - {EngagementState.DELIVERED}

# What an expert is taken off when they leave: a pause keeps whatever they were asked or said yes to.
RELIEVED: dict[ExpertState, frozenset[EngagementState]] = {
    ExpertState.PAUSED: frozenset({EngagementState.PROPOSED}),
    ExpertState.RETIRED: OPEN,
}

STATE_WORDS: dict[EngagementState, Words] = {
    EngagementState.PROPOSED: words("Proposed"),
    EngagementState.OFFERED: words("Offered"),
    EngagementState.ACCEPTED: words("Accepted"),
    EngagementState.CONFIRMED: words("Confirmed"),
    EngagementState.DELIVERED: words("Delivered"),
    EngagementState.CLOSED: words("Closed"),
    EngagementState.DECLINED: words("Declined"),
    EngagementState.LAPSED: words("Lapsed"),
    EngagementState.RECUSED: words("Recused"),
    EngagementState.WITHDRAWN: words("Withdrawn"),
    EngagementState.CANCELLED: words("Cancelled"),
}


class DeclineReason(enum.StrEnum):
    """Why an expert says no; `busy_until` keeps the planner from asking again before then."""

    BUSY = "busy"
    NOT_MY_FIELD = "not_my_field"
    TERMS = "terms"
    OTHER = "other"


class CardAnswer(enum.StrEnum):
    """The expert's answer to the conflict card."""

    NONE = "none"
    YES = "yes"
    UNCERTAIN = "uncertain"
    CANNOT_SAY = "cannot_say"


DECLINE_WORDS: dict[DeclineReason, Words] = {
    DeclineReason.BUSY: words("I am busy"),
    DeclineReason.NOT_MY_FIELD: words("This is not my field"),
    DeclineReason.TERMS: words("The terms do not suit me"),
    DeclineReason.OTHER: words("Another reason"),
}

CARD_WORDS: dict[CardAnswer, Words] = {
    CardAnswer.NONE: words("No, I have no tie to any of them"),
    CardAnswer.YES: words("Yes, I have a tie"),
    CardAnswer.UNCERTAIN: words("I am not certain"),
    CardAnswer.CANNOT_SAY: words("I may not say"),
}


class TieCategory(enum.StrEnum):
    """What kind of tie an expert declares; the particulars go to the officer, not into the card."""

    WORK = "work"
    OWNERSHIP = "ownership"
    FAMILY = "family"
    CASE = "case"
    RESEARCH = "research"
    MONEY = "money"
    OTHER = "other"


TIE_WORDS: dict[TieCategory, Words] = {
    TieCategory.WORK: words("Work, office or advice, now or in the past"),
    TieCategory.OWNERSHIP: words("Shares or another interest"),
    TieCategory.FAMILY: words("Family or household"),
    TieCategory.CASE: words("Part in this case, for a side or an authority"),
    TieCategory.RESEARCH: words("Joint research, teaching or invention"),
    TieCategory.MONEY: words("Loans, gifts or deals"),
    TieCategory.OTHER: words("Something else"),
}


class ScreenedBecause(enum.StrEnum):
    """Why a live engagement was screened again."""

    REGISTER = "register"
    CASE = "case"
    SCHEDULE = "schedule"
    DELIVERY = "delivery"


class CertificateAnswer(enum.StrEnum):
    """What an expert certifies once the work is handed in."""

    NONE = "none"
    TIE = "tie"


CERTIFICATE_WORDS: dict[CertificateAnswer, Words] = {
    CertificateAnswer.NONE: words("No tie came about during the work"),
    CertificateAnswer.TIE: words("A tie came about, or came to mind"),
}

# The certificate is about the work as a whole, so it follows the hand-in.
CERTIFIABLE = frozenset({EngagementState.DELIVERED, EngagementState.CLOSED})


def check_certificate(answer: CertificateAnswer, *, category: str) -> None:
    """Whether a certificate is complete: a tie has its kind, and only a tie has one.

    Raises: Invalid.
    """
    tied = answer is CertificateAnswer.TIE
    if tied is (category in set(TieCategory)) and (tied or not category):
        return
    sentence = (
        words("Say what kind of tie it is.") if tied else words("Without a tie there is no kind of it.")
    )
    raise Invalid(sentence, fields={"category": sentence})


class CardStanding(enum.StrEnum):
    """What the answers on a card come to. Only `clear` opens the case."""

    UNANSWERED = "unanswered"
    WITH_OFFICER = "with_officer"
    CLEAR = "clear"
    CONFLICTED = "conflicted"


@dataclass(frozen=True, slots=True)
class CardEntry:
    """One answer on a card: the expert's own, or the officer's ruling on it."""

    answer: CardAnswer
    category: str
    pledged: bool
    ruled: bool


def standing(entries: Iterable[CardEntry]) -> CardStanding:
    """What a card says now. The officer's ruling, where there is one, replaces the expert's answer."""
    own: CardEntry | None = None
    for entry in entries:
        if entry.ruled:
            cleared = entry.answer is CardAnswer.NONE
            return CardStanding.CLEAR if cleared else CardStanding.CONFLICTED
        own = entry
    if own is None:
        return CardStanding.UNANSWERED
    if own.answer is CardAnswer.NONE and own.pledged:
        return CardStanding.CLEAR
    return CardStanding.CONFLICTED if own.answer is CardAnswer.CANNOT_SAY else CardStanding.WITH_OFFICER


def check_card(answer: CardAnswer, *, category: str, pledged: bool) -> None:
    """Whether an answer is complete: a tie has its kind, and secrecy is pledged before anything opens.

    Raises: Invalid.
    """
    fields: dict[str, Words] = {}
    if answer is CardAnswer.YES and category not in set(TieCategory):
        fields["category"] = words("Say what kind of tie it is.")
    if answer is not CardAnswer.CANNOT_SAY and not pledged:
        fields["pledged"] = words("Pledge secrecy first: the case is opened to nobody without it.")
    if fields:
        raise Invalid(words("The card is not complete. Correct the fields named below."), fields=fields)


def check_decline(reason: DeclineReason | None, *, busy_until: dt.date | None, today: dt.date) -> None:
    """Whether a no says why, and until when it holds if the expert is busy.

    Raises: Invalid.
    """
    fields: dict[str, Words] = {}
    if reason is None:
        fields["reason"] = words("Say why, so that the next question fits better.")
    if busy_until is not None and reason is not DeclineReason.BUSY:
        fields["busy_until"] = words("A day belongs to the reason that you are busy. Leave it empty.")
    elif busy_until is not None and busy_until <= today:
        fields["busy_until"] = words("Choose a day after today.")
    if fields:
        raise Invalid(words("The answer is not complete. Correct the fields named below."), fields=fields)


def check_step(state: EngagementState, wanted: EngagementState) -> None:
    """Whether an engagement may take a step.

    Raises: WrongState.
    """
    if wanted not in TRANSITIONS[state]:
        raise WrongState(
            words(
                "This step is not open any more: the engagement is now: %(state)s. Reload the page.",
                state=STATE_WORDS[state],
            )
        )


class ChallengeState(enum.StrEnum):
    """Where a party's challenge stands. It lapses when the expert leaves before it is decided."""

    OPEN = "open"
    UPHELD = "upheld"
    REJECTED = "rejected"
    LAPSED = "lapsed"


CHALLENGE_WORDS: dict[ChallengeState, Words] = {
    ChallengeState.OPEN: words("Not decided yet"),
    ChallengeState.UPHELD: words("Upheld: the expert is off"),
    ChallengeState.REJECTED: words("Rejected: the work goes on"),
    ChallengeState.LAPSED: words("Settled: the expert left before"),
}

# An expert who was asked can be challenged until the work is handed in.
CHALLENGEABLE = frozenset({EngagementState.OFFERED, EngagementState.ACCEPTED, EngagementState.CONFIRMED})


def check_not_paused(paused: bool, wanted: EngagementState) -> None:
    """Whether a step may be taken while a challenge is open: only the ways out are.

    Raises: WrongState.
    """
    if paused and wanted in LIVE | {EngagementState.CLOSED}:
        raise WrongState(
            words("A party challenged the expert. Everything waits until the officer has decided.")
        )


def check_grounds(grounds: str, *, field: str = "grounds") -> str:
    """The grounds of a decision without idle spaces.

    Raises: Invalid for none, or too many.
    """
    said = grounds.strip()
    if not said or len(said) > 400:
        sentence = words("Give the grounds, in 400 characters at most. They stay in the record.")
        raise Invalid(sentence, fields={field: sentence})
    return said


_SEOUL = ZoneInfo(SEOUL)

Period = Callable[[dt.datetime], dt.date]


def seoul_week(instant: dt.datetime) -> dt.date:
    """The Monday of the Seoul week an instant falls in."""
    day = instant.astimezone(_SEOUL).date()
    return day - dt.timedelta(days=day.weekday())


def seoul_month(instant: dt.datetime) -> dt.date:
    """The first day of the Seoul month an instant falls in."""
    return instant.astimezone(_SEOUL).date().replace(day=1)


@dataclass(frozen=True, slots=True)
class Work:
    """What a seat asks of an expert: sessions at their times, and minutes outside them before a deadline.

    A session counts where it starts, the other work where the deadline falls; the planner counts alike.
    """

    sessions: tuple[Span, ...]
    effort_minutes: int
    deadline: dt.datetime

    @property
    def minutes_by_week(self) -> Mapping[dt.date, int]:
        """Units: minutes by the Monday of the Seoul week."""
        return self._minutes(seoul_week)

    @property
    def minutes_by_month(self) -> Mapping[dt.date, int]:
        """Units: minutes by the first day of the Seoul month."""
        return self._minutes(seoul_month)

    @property
    def minutes(self) -> int:
        """All of it."""
        return sum(self.minutes_by_month.values())

    def _minutes(self, period: Period) -> Mapping[dt.date, int]:
        counted: Counter[dt.date] = Counter()
        for session in self.sessions:
            counted[period(session.start)] += int(session.length.total_seconds()) // 60
        if self.effort_minutes:
            counted[period(self.deadline - dt.timedelta(minutes=1))] += self.effort_minutes
        return dict(sorted(counted.items()))


def check_lending(
    sessions: Sequence[Span], *, now: dt.datetime, notice: dt.timedelta, blackouts: Sequence[Span]
) -> None:
    """LEND-03, LEND-04: the lender's notice and the times it needs its experts itself.

    Raises: Conflicting.
    """
    if any(session.start < now + notice for session in sessions):
        raise Conflicting(
            words("The lending ministry asks for longer notice. Choose a later time or another expert."),
            rule="LEND-03",
        )
    if any(session.overlaps(blackout) for session in sessions for blackout in blackouts):
        raise Conflicting(
            words("The lending ministry does not lend at that time. Choose another time or another expert."),
            rule="LEND-04",
        )
