"""The conflict card, what its answers come to, and the certificate after the work."""

import datetime as dt
import enum
from collections.abc import Iterable
from dataclasses import dataclass

from expertpool.engagements.rules.states import EngagementState
from expertpool.refusals import Invalid
from expertpool.words import Words, words


class CardAnswer(enum.StrEnum):
    """The expert's answer to the conflict card."""

    NONE = "none"
    YES = "yes"
    UNCERTAIN = "uncertain"
    CANNOT_SAY = "cannot_say"


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
    """What the answers on a card come to. Only `clear` opens the case; `deferred` opens one urgent task."""

    UNANSWERED = "unanswered"
    DEFERRED = "deferred"
    WITH_OFFICER = "with_officer"
    CLEAR = "clear"
    CONFLICTED = "conflicted"


@dataclass(frozen=True, slots=True)
class CardEntry:
    """One answer on a card: the expert's own, or the officer's ruling on it.

    `due_at` makes it the short pledge of an urgent night: the full answer is due by then.
    """

    answer: CardAnswer
    category: str
    pledged: bool
    ruled: bool
    answered_at: dt.datetime
    due_at: dt.datetime | None = None


def standing(entries: Iterable[CardEntry]) -> CardStanding:
    """What a card says now. The officer's ruling, where there is one, replaces the expert's answer.

    A full answer replaces the short pledge. One that came late waits for the officer, whatever it says.
    """
    own: CardEntry | None = None
    pledge: CardEntry | None = None
    for entry in entries:
        if entry.ruled:
            cleared = entry.answer is CardAnswer.NONE
            return CardStanding.CLEAR if cleared else CardStanding.CONFLICTED
        if entry.due_at is None:
            own = entry
        else:
            pledge = entry
    if own is None:
        return CardStanding.UNANSWERED if pledge is None else CardStanding.DEFERRED
    if own.answer is CardAnswer.NONE and own.pledged and not _came_late(own, pledge):
        return CardStanding.CLEAR
    return CardStanding.CONFLICTED if own.answer is CardAnswer.CANNOT_SAY else CardStanding.WITH_OFFICER


def _came_late(own: CardEntry, pledge: CardEntry | None) -> bool:
    return pledge is not None and pledge.due_at is not None and own.answered_at > pledge.due_at


def owed_until(entries: Iterable[CardEntry]) -> dt.datetime | None:
    """Until when the full answer is owed after a short pledge; None once it is in, or ruled on."""
    found = list(entries)
    if standing(found) is not CardStanding.DEFERRED:
        return None
    return next(entry.due_at for entry in found if entry.due_at is not None)


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
