"""What is said about a calendar file: why it or a part is left out, and what had to be guessed."""

import enum
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from expertpool.availability.rules.ics.scan import Fault
from expertpool.words import Words, words


class Skip(enum.StrEnum):
    """Why an entry takes no time."""

    CANCELLED = "cancelled"
    FREE = "free"
    WHOLE_DAY_FREE = "whole_day_free"
    OURS = "ours"
    OTHER_KIND = "other_kind"
    NO_START = "no_start"
    BROKEN = "broken"
    NO_LENGTH = "no_length"
    TOO_LONG = "too_long"
    RULE_BROKEN = "rule_broken"
    RULE_TOO_OFTEN = "rule_too_often"
    RULE_TOO_WIDE = "rule_too_wide"
    RULE_TOO_OLD = "rule_too_old"
    TOO_MANY_RULES = "too_many_rules"
    TOO_MANY_DATES = "too_many_dates"
    TOO_MANY_TIMES = "too_many_times"
    TOOK_TOO_LONG = "took_too_long"


class Note(enum.StrEnum):
    """What was understood in one of several ways."""

    ZONE_GUESSED = "zone_guessed"
    ZONE_UNKNOWN = "zone_unknown"
    NO_ZONE = "no_zone"
    WHOLE_DAY = "whole_day"
    WHOLE_DAY_ALWAYS = "whole_day_always"
    COUNT_CUT = "count_cut"
    REST_UNCHANGED = "rest_unchanged"
    KOREAN_CODE = "korean_code"


@dataclass(frozen=True, slots=True)
class Skipped:
    """An entry left out: its place in the file counted from one, its UID, the reason, and the day on which
    it first begins, for people do not count entries. Units: `on` as in the file, YYYYMMDD, or nothing."""

    entry: int
    uid: str
    why: Skip
    on: str = ""


@dataclass(frozen=True, slots=True)
class Noted:
    """A note and what it is about: the name of a zone, or nothing."""

    note: Note
    detail: str = ""


SKIP_WORDS: Mapping[Skip, Words] = MappingProxyType(
    {
        Skip.CANCELLED: words("The entry was cancelled."),
        Skip.FREE: words("The entry is marked as free time."),
        Skip.WHOLE_DAY_FREE: words("Whole days take no time, as you chose."),
        Skip.OURS: words("It is an appointment of this service and counts already."),
        Skip.OTHER_KIND: words("The entry is no appointment: a task or a note, for instance."),
        Skip.NO_START: words("The entry has no start."),
        Skip.BROKEN: words("The entry has a line that cannot be read."),
        Skip.NO_LENGTH: words("The entry does not end after its start."),
        Skip.TOO_LONG: words("The entry is longer than 366 days."),
        Skip.RULE_BROKEN: words("The rule by which the entry repeats cannot be read."),
        Skip.RULE_TOO_OFTEN: words("The entry repeats more often than once a day without a near end."),
        Skip.RULE_TOO_WIDE: words("The rule by which the entry repeats names too many times."),
        Skip.RULE_TOO_OLD: words("The entry repeats since before 1970 or starts in the far future."),
        Skip.TOO_MANY_RULES: words("The entry repeats by more than two rules."),
        Skip.TOO_MANY_DATES: words("The entry lists more than 2,000 single dates."),
        Skip.TOO_MANY_TIMES: words("The calendar has more than 20,000 busy times in this period."),
        Skip.TOOK_TOO_LONG: words("Working out when the entry repeats took too long."),
    }
)
NOTE_WORDS: Mapping[Note, Words] = MappingProxyType(
    {
        Note.ZONE_GUESSED: words("The time zone was guessed from its name or description."),
        Note.ZONE_UNKNOWN: words("The time zone is not known. Its times were read in yours."),
        Note.NO_ZONE: words("Times without a time zone were read in this one."),
        Note.WHOLE_DAY: words("Whole days count as busy, unless they are marked as free."),
        Note.WHOLE_DAY_ALWAYS: words("Whole days count as busy, also those marked as free, as you chose."),
        Note.COUNT_CUT: words("Only the first 5,000 repetitions were counted."),
        Note.REST_UNCHANGED: words("A change to all later repetitions was read as a change to one."),
        Note.KOREAN_CODE: words("The file is in an old Korean character set. It was read all the same."),
    }
)
FAULT_WORDS: Mapping[Fault, Words] = MappingProxyType(
    {
        Fault.EMPTY: words("The file is empty. Export the calendar again."),
        Fault.TOO_LARGE: words("The file is larger than 5 MiB. Export a shorter period."),
        Fault.NOT_TEXT: words("The file is no text. Choose a file that ends in .ics."),
        Fault.NOT_A_CALENDAR: words("The file is no calendar. Choose a file that ends in .ics."),
        Fault.CUT_OFF: words("The end of the file is missing. Export the calendar again."),
        Fault.ENDS_DIFFER: words("The parts of the file do not fit together. Export the calendar again."),
        Fault.LINE_TOO_LONG: words("A line of the file is too long. Export without attachments."),
        Fault.TOO_DEEP: words("The parts of the file are nested too deeply. Export the calendar again."),
        Fault.TOO_MANY_PARTS: words("The file has too many entries. Export a shorter period."),
        Fault.TOO_MANY_LINES: words("An entry of the file has too many lines. Export without attachments."),
        Fault.TOOK_TOO_LONG: words("Reading the file took too long. Export a shorter period."),
    }
)
