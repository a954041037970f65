"""What an answer that arrived is worth: facts in, a verdict and the wanted act out."""

import datetime as dt
import enum
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from expertpool.calendars.rules.arriving import Answering, Arrived, Flaw
from expertpool.calendars.rules.event import Partstat
from expertpool.words import Words, words

CLOCK_TOLERANCE = dt.timedelta(minutes=5)
LONGEST_PROPOSAL = dt.timedelta(days=7)
FARTHEST_PROPOSAL = dt.timedelta(days=730)
_PASSED_ON = "DELEGATED"


class Verdict(enum.StrEnum):
    """What becomes of a message."""

    APPLIED = "applied"
    DUPLICATE = "duplicate"
    STALE = "stale"
    UNKNOWN_UID = "unknown_uid"
    NOT_ATTENDEE = "not_attendee"
    UNAUTHENTICATED = "unauthenticated"
    MALFORMED = "malformed"
    UNSUPPORTED = "unsupported"
    NEEDS_DESK = "needs_desk"


class Why(enum.StrEnum):
    """The reason of a verdict; `REASONS` has the verdict and the sentence of each."""

    ANSWERED = "answered"
    PROPOSED = "proposed"
    ASKED_FOR_COPY = "asked_for_copy"
    REPEATED = "repeated"
    OLD_VERSION = "old_version"
    OLDER_MESSAGE = "older_message"
    CALLED_OFF = "called_off"
    UNKNOWN_UID = "unknown_uid"
    NOT_INVITED = "not_invited"
    FORGED = "forged"
    WRONG_ADDRESS = "wrong_address"
    UNPROVEN = "unproven"
    UNREADABLE = "unreadable"
    NOT_ONE_EVENT = "not_one_event"
    INCOMPLETE = "incomplete"
    NOT_ONE_ATTENDEE = "not_one_attendee"
    ANOTHER_ORGANIZER = "another_organizer"
    FOREIGN_METHOD = "foreign_method"
    ONE_OF_MANY = "one_of_many"
    NO_ANSWER = "no_answer"
    FOR_ANOTHER = "for_another"
    NEVER_SENT = "never_sent"
    CLOCK_AHEAD = "clock_ahead"
    CONTRADICTED = "contradicted"
    DELEGATED = "delegated"
    UNCLEAR_TIMES = "unclear_times"
    NO_SESSION = "no_session"
    CARD_FIRST = "card_first"
    TAKEN_BACK = "taken_back"
    NOT_OPEN = "not_open"
    BOUNCED = "bounced"
    DELAYED = "delayed"
    UNKNOWN_MAIL = "unknown_mail"


REASONS: Mapping[Why, tuple[Verdict, Words]] = MappingProxyType(
    {
        Why.ANSWERED: (Verdict.APPLIED, words("The answer counts.")),
        Why.PROPOSED: (Verdict.APPLIED, words("The expert proposes another time.")),
        Why.ASKED_FOR_COPY: (Verdict.APPLIED, words("The expert's calendar asks for the invitation again.")),
        Why.REPEATED: (Verdict.DUPLICATE, words("The same message came before.")),
        Why.OLD_VERSION: (Verdict.STALE, words("It answers times that no longer stand.")),
        Why.OLDER_MESSAGE: (Verdict.STALE, words("A later message of the expert came before this one.")),
        Why.CALLED_OFF: (Verdict.STALE, words("The appointment was cancelled before.")),
        Why.UNKNOWN_UID: (Verdict.UNKNOWN_UID, words("It answers an appointment that is not ours.")),
        Why.NOT_INVITED: (Verdict.NOT_ATTENDEE, words("It speaks for somebody who was not invited.")),
        Why.FORGED: (Verdict.UNAUTHENTICATED, words("The mail server found the sender to be false.")),
        Why.WRONG_ADDRESS: (
            Verdict.UNAUTHENTICATED,
            words("It came to an address that was never given out."),
        ),
        Why.UNPROVEN: (Verdict.UNAUTHENTICATED, words("Nothing proves that the expert sent it.")),
        Why.UNREADABLE: (Verdict.MALFORMED, words("The calendar in the mail cannot be read.")),
        Why.NOT_ONE_EVENT: (Verdict.MALFORMED, words("The mail does not hold exactly one appointment.")),
        Why.INCOMPLETE: (Verdict.MALFORMED, words("The answer lacks what every answer must have.")),
        Why.NOT_ONE_ATTENDEE: (Verdict.MALFORMED, words("The answer is not that of exactly one person.")),
        Why.ANOTHER_ORGANIZER: (Verdict.MALFORMED, words("The answer is meant for another organizer.")),
        Why.FOREIGN_METHOD: (Verdict.UNSUPPORTED, words("It is no answer but another kind of message.")),
        Why.ONE_OF_MANY: (Verdict.UNSUPPORTED, words("It answers a repetition, and nothing here repeats.")),
        Why.NO_ANSWER: (Verdict.UNSUPPORTED, words("It says neither yes nor no.")),
        Why.FOR_ANOTHER: (
            Verdict.NEEDS_DESK,
            words("Somebody else answered for the expert. Ask the expert."),
        ),
        Why.NEVER_SENT: (
            Verdict.NEEDS_DESK,
            words("It answers a version that was never sent. Ask the expert."),
        ),
        Why.CLOCK_AHEAD: (Verdict.NEEDS_DESK, words("It is dated in the future. Ask the expert.")),
        Why.CONTRADICTED: (
            Verdict.NEEDS_DESK,
            words("Two different answers carry the same time. Ask the expert which one counts."),
        ),
        Why.DELEGATED: (
            Verdict.NEEDS_DESK,
            words("The expert passed the appointment on. Seats cannot be passed on: ask the expert."),
        ),
        Why.UNCLEAR_TIMES: (
            Verdict.NEEDS_DESK,
            words("The proposal names no clear new time. Ask the expert when."),
        ),
        Why.NO_SESSION: (
            Verdict.NEEDS_DESK,
            words("It proposes another time for work that has only a day it is due. Ask the expert."),
        ),
        Why.CARD_FIRST: (
            Verdict.NEEDS_DESK,
            words("The expert says yes, but the conflict card is not clear yet. Remind the expert of it."),
        ),
        Why.TAKEN_BACK: (
            Verdict.NEEDS_DESK,
            words("The expert agreed before and does not any more. Ask the expert."),
        ),
        Why.NOT_OPEN: (
            Verdict.NEEDS_DESK,
            words("The answer came when it could not count any more. Look at the seat."),
        ),
        Why.BOUNCED: (Verdict.APPLIED, words("A mail server gave the invitation back as undeliverable.")),
        Why.DELAYED: (Verdict.UNSUPPORTED, words("A mail server says that a mail takes longer.")),
        Why.UNKNOWN_MAIL: (Verdict.UNKNOWN_UID, words("It gives back a mail that is not ours.")),
    }
)


class Authentication(enum.StrEnum):
    """What our own mail server found about the domain of the From address. Source: RFC 8601, RFC 7489."""

    PASSED = "pass"
    NONE = "none"
    FAILED = "fail"


@dataclass(frozen=True, slots=True)
class Origin:
    """How a message came. `sender` is the From address in small letters; `token` that of the address it
    came to, empty if there was none. Units: UTC."""

    sender: str
    authentication: Authentication
    token: str = field(repr=False)
    received_at: dt.datetime


@dataclass(frozen=True, slots=True)
class Heard:
    """A message of the attendee that was applied before: what orders it, and what it said."""

    method: Answering
    sequence: int
    dtstamp: dt.datetime
    content: str


@dataclass(frozen=True, slots=True)
class Sent:
    """One event as it was last told, and what was heard of its attendee.

    `attendees` are all addresses of the one invited expert, the invited one and the others the expert named;
    `organizers` are our addresses without a token; both in small letters. `tokens` are the digests of those
    that were given out. Answers to a version before `reset_sequence` no longer count, and none from before
    `answered_elsewhere`, when the expert said something by another way than mail. Units: UTC.
    """

    uid: str
    sequence: int
    reset_sequence: int
    cancelled: bool
    start: dt.datetime
    end: dt.datetime
    organizers: frozenset[str]
    attendees: frozenset[str]
    tokens: frozenset[bytes] = frozenset()
    heard: tuple[Heard, ...] = ()
    answered_elsewhere: dt.datetime | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """Let the expert's answer count, by the same service as one given on the page."""

    partstat: Partstat
    comment: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Propose:
    """Look whether another time is possible: then reschedule, else send DECLINECOUNTER."""

    start: dt.datetime
    end: dt.datetime
    base_sequence: int
    comment: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class SendAgain:
    """Send the event as it stands, unchanged."""


Act = Answer | Propose | SendAgain


@dataclass(frozen=True, slots=True)
class Outcome:
    """The verdict on a message. `act` and `heard`, what to do and to remember, are there when it applies."""

    why: Why
    act: Act | None = None
    heard: Heard | None = None

    @property
    def verdict(self) -> Verdict:
        return REASONS[self.why][0]

    @property
    def reason(self) -> Words:
        return REASONS[self.why][1]


def judge(message: Arrived | Flaw, *, origin: Origin, sent: Sent | None) -> Outcome:
    """What the message is worth. `sent` is the event with its UID, none if there is no such event.

    The same message judged again after it was applied is a duplicate; of several messages the same answer
    stands in the end, in whatever order they come.
    Source: RFC 5546 sections 2.1.4, 2.1.5, 3.2.3, 3.2.6 and 3.2.7.
    """
    if isinstance(message, Flaw):
        return Outcome(Why(message.value))
    if sent is None or sent.uid != message.uid:
        return Outcome(Why.UNKNOWN_UID)
    why = (
        _unfit(message, sent)
        or _untrusted(message, origin, sent)
        or _out_of_order(message, origin, sent)
        or _out_of_date(message, sent)
    )
    return Outcome(why) if why else _wanted(message, origin, sent)


def _unfit(message: Arrived, sent: Sent) -> Why | None:
    """Outlook leaves ORGANIZER out of replies; a COUNTER may name others beside the expert, and whoever took
    the appointment over names the expert, too (RFC 5546 section 4.2.6)."""
    named = [each for each in message.attendees if each.address in sent.attendees]
    if message.organizer and _split(message.organizer)[0] not in sent.organizers:
        return Why.ANOTHER_ORGANIZER
    others = message.method is Answering.COUNTER or [each.partstat for each in named] == [_PASSED_ON]
    if len(message.attendees) != 1 and not others:
        return Why.NOT_ONE_ATTENDEE
    if len(named) != 1:
        return Why.NOT_ONE_ATTENDEE if named else Why.NOT_INVITED
    return None


def _split(address: str) -> tuple[str, str]:
    """The address without what stands behind the plus sign, and that. Source: RFC 5233."""
    name, _, domain = address.partition("@")
    desk, _, token = name.partition("+")
    return f"{desk}@{domain}", token


def _untrusted(message: Arrived, origin: Origin, sent: Sent) -> Why | None:
    """A token proves that the invitation was read, a passed check that the From address is true."""
    if origin.authentication is Authentication.FAILED:
        return Why.FORGED
    tokens = {origin.token, _split(message.organizer)[1]} - {""}
    if any(token_digest(token) not in sent.tokens for token in tokens):
        return Why.WRONG_ADDRESS
    own = origin.sender in sent.attendees
    if origin.token:
        return None if own else Why.FOR_ANOTHER
    return None if own and origin.authentication is Authentication.PASSED else Why.UNPROVEN


def token_digest(token: str) -> bytes:
    """What is kept of a token. It is long and random, so it needs no slow hash and no salt.

    A header may hold characters that UTF-8 cannot.
    """
    return hashlib.sha256(token.encode(errors="backslashreplace")).digest()


def _out_of_order(message: Arrived, origin: Origin, sent: Sent) -> Why | None:
    """SEQUENCE orders messages, then DTSTAMP. Asking for a copy changes nothing and bars nothing."""
    if message.dtstamp > origin.received_at + CLOCK_TOLERANCE:
        return Why.CLOCK_AHEAD
    key = (message.sequence, message.dtstamp)
    alike = [each for each in sent.heard if each.method is message.method]
    twins = [each for each in alike if (each.sequence, each.dtstamp) == key]
    if twins:
        return Why.REPEATED if any(each.content == _content(message) for each in twins) else Why.CONTRADICTED
    if message.method is not Answering.REFRESH:
        # Between two clocks only what is clearly older is.
        if sent.answered_elsewhere and message.dtstamp + CLOCK_TOLERANCE < sent.answered_elsewhere:
            return Why.OLDER_MESSAGE
        alike = [each for each in sent.heard if each.method is not Answering.REFRESH]
    return Why.OLDER_MESSAGE if any((each.sequence, each.dtstamp) > key for each in alike) else None


def _out_of_date(message: Arrived, sent: Sent) -> Why | None:
    """A REFRESH carries no SEQUENCE, and whoever missed a cancellation may ask for it."""
    if message.method is Answering.REFRESH:
        return None
    if message.sequence > sent.sequence:
        return Why.NEVER_SENT
    if sent.cancelled:
        return Why.CALLED_OFF
    return Why.OLD_VERSION if message.sequence < sent.reset_sequence else None


def _wanted(message: Arrived, origin: Origin, sent: Sent) -> Outcome:
    heard = Heard(message.method, message.sequence, message.dtstamp, _content(message))
    if message.method is Answering.REFRESH:
        return Outcome(Why.ASKED_FOR_COPY, SendAgain(), heard)
    if message.method is Answering.COUNTER:
        return _proposal(message, origin, sent, heard)
    partstat = next(each.partstat for each in message.attendees if each.address in sent.attendees)
    if partstat == _PASSED_ON:
        return Outcome(Why.DELEGATED)
    if partstat not in {"ACCEPTED", "DECLINED", "TENTATIVE"}:
        return Outcome(Why.NO_ANSWER)
    return Outcome(Why.ANSWERED, Answer(Partstat(partstat.lower()), message.comment), heard)


def _proposal(message: Arrived, origin: Origin, sent: Sent, heard: Heard) -> Outcome:
    start, end = message.start, message.end
    if start is None or end is None or (start, end) == (sent.start, sent.end):
        return Outcome(Why.UNCLEAR_TIMES)
    if not may_be_proposed(start, end, now=origin.received_at):
        return Outcome(Why.UNCLEAR_TIMES)
    return Outcome(Why.PROPOSED, Propose(start, end, message.sequence, message.comment), heard)


def may_be_proposed(start: dt.datetime, end: dt.datetime, *, now: dt.datetime) -> bool:
    """Whether a time can be looked at as a proposal at all: to come, not without end, not too far ahead."""
    return now < start < end <= now + FARTHEST_PROPOSAL and end - start <= LONGEST_PROPOSAL


def _content(message: Arrived) -> str:
    if message.method is Answering.REPLY:
        return message.attendees[0].partstat
    return f"{message.start}/{message.end}" if message.method is Answering.COUNTER else ""
