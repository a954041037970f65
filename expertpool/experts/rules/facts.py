"""What is said about an expert, and what makes it unusable."""

import datetime as dt
import enum
import re
import uuid
import zoneinfo
from collections.abc import Iterable, Iterator, Mapping, Set
from dataclasses import dataclass
from functools import lru_cache

from expertpool.words import Words, words


class FacetKind(enum.StrEnum):
    """The kinds of things an expert can be good for; each has its own list of codes."""

    ROLE_KIND = "role_kind"
    TECHNOLOGY = "technology"
    SKILL = "skill"
    PROCEEDING = "proceeding"
    LANGUAGE = "language"
    REGION = "region"
    CLEARANCE = "clearance"
    LICENCE = "licence"


KIND_WORDS: dict[FacetKind, Words] = {
    FacetKind.ROLE_KIND: words("Role kind"),
    FacetKind.TECHNOLOGY: words("Technology"),
    FacetKind.SKILL: words("Skill"),
    FacetKind.PROCEEDING: words("Proceeding"),
    FacetKind.LANGUAGE: words("Language"),
    FacetKind.REGION: words("Region of work"),
    FacetKind.CLEARANCE: words("Clearance"),
    FacetKind.LICENCE: words("Licence"),
}

# Kinds one has or has not: their level says nothing.
UNLEVELLED = frozenset({FacetKind.REGION, FacetKind.CLEARANCE, FacetKind.LICENCE})

LEVELS = (1, 2, 3, 4)
LEVEL_WORDS: dict[int, Words] = {
    1: words("1 assists"),
    2: words("2 works alone"),
    3: words("3 leads"),
    4: words("4 advises"),
}

WEEK_MINUTES = 7 * 24 * 60
MOST_NOTICE_MINUTES = 30 * 24 * 60
MOST_OPEN_ENGAGEMENTS = 50

LONGEST: dict[str, int] = {"name_ko": 80, "name_en": 120, "alias": 40, "email": 255, "phone": 40}
LONGEST_EVIDENCE = 400
LONGEST_BASIS = 200

_ADDRESS = re.compile(r"[^\s@,;<>\"]+@[^\s@,;<>\"]+\.[^\s@,;<>\"]+")
_CONTROL = re.compile(r"[\x00-\x1f\x7f\ufffe\uffff]")


@dataclass(frozen=True, slots=True)
class FacetFacts:
    """One thing an expert can do, at a level, on evidence, within `[valid_from, valid_until)`."""

    kind: FacetKind
    code: str
    level: int
    valid_from: dt.date
    valid_until: dt.date | None = None
    evidence: str = ""

    @property
    def key(self) -> tuple[FacetKind, str, dt.date]:
        """What makes it the same facet after a change."""
        return self.kind, self.code, self.valid_from

    def holds_on(self, day: dt.date) -> bool:
        """Whether it is in force on `day`."""
        return self.valid_from <= day and (self.valid_until is None or day < self.valid_until)


@dataclass(frozen=True, slots=True)
class AppointmentFacts:
    """A term of membership in the pool, `[starts_on, ends_on)`."""

    starts_on: dt.date
    ends_on: dt.date
    basis: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactFacts:
    """What experts keep current themselves."""

    phone: str | None
    region_code: str
    timezone: str
    language: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ExpertFacts(ContactFacts):
    """Everything a ministry says about one of its experts. Units: minutes."""

    ministry_id: uuid.UUID
    name_ko: str
    name_en: str
    alias: str | None
    birth_year: int | None
    email: str
    weekly_capacity_minutes: int
    max_open_engagements: int
    minimum_notice_minutes: int
    facets: tuple[FacetFacts, ...]
    appointments: tuple[AppointmentFacts, ...]


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The codes that exist: of each facet kind, and of the regions."""

    terms: Mapping[FacetKind, Set[str]]
    regions: Set[str]


def faults_of(facts: ExpertFacts, *, vocabulary: Vocabulary, needs_alias: bool) -> dict[str, Words]:
    """What cannot be used, by field; `facets.2` is the third facet, `appointments.0` the first term."""
    faults = contact_faults(facts, vocabulary=vocabulary)
    for name, text in (("name_ko", facts.name_ko), ("name_en", facts.name_en), ("email", facts.email)):
        if not text.strip():
            faults[name] = words("Fill this in.")
    for name, longest in LONGEST.items():
        faults |= _text_fault(name, getattr(facts, name), longest)
    if facts.email and not _ADDRESS.fullmatch(facts.email):
        faults.setdefault("email", words("Write an e-mail address, such as name@agency.example."))
    if needs_alias and not facts.alias:
        faults["alias"] = words("This ministry shows aliases only: give an alias.")
    if facts.birth_year is not None and not 1900 <= facts.birth_year <= 2100:
        faults["birth_year"] = words("Write the year with four digits, such as 1975.")
    limits = (
        ("weekly_capacity_minutes", facts.weekly_capacity_minutes, WEEK_MINUTES),
        ("max_open_engagements", facts.max_open_engagements, MOST_OPEN_ENGAGEMENTS),
        ("minimum_notice_minutes", facts.minimum_notice_minutes, MOST_NOTICE_MINUTES),
    )
    faults |= {name: _range_words(most) for name, value, most in limits if not 0 <= value <= most}
    faults |= dict(facet_faults(facts.facets, vocabulary=vocabulary))
    return faults | dict(_term_faults(facts.appointments))


def contact_faults(facts: ContactFacts, *, vocabulary: Vocabulary) -> dict[str, Words]:
    """What cannot be used in the part experts keep themselves, by field."""
    faults = _text_fault("phone", facts.phone, LONGEST["phone"])
    if facts.region_code not in vocabulary.regions:
        faults["region_code"] = words("Choose a region of the list.")
    if facts.timezone not in _timezones():
        faults["timezone"] = words("Write a time zone name, such as Asia/Seoul.")
    if facts.language not in ("ko", "en"):
        faults["language"] = words("Choose Korean or English.")
    return faults


def facet_faults(facets: Iterable[FacetFacts], *, vocabulary: Vocabulary) -> Iterator[tuple[str, Words]]:
    """What is wrong with which facet; one sentence each."""
    earlier: list[FacetFacts] = []
    for number, facet in enumerate(facets):
        fault = _facet_fault(facet, vocabulary, earlier)
        if fault is not None:
            yield f"facets.{number}", fault
        earlier.append(facet)


def _facet_fault(facet: FacetFacts, vocabulary: Vocabulary, earlier: list[FacetFacts]) -> Words | None:
    if facet.code not in vocabulary.terms.get(facet.kind, frozenset()):
        return words(
            "“%(code)s” is not in the list of this kind. Choose one of the list.", code=facet.code[:24]
        )
    if facet.level not in LEVELS:
        return words("The level runs from 1 (assists) to 4 (advises).")
    if facet.valid_until is not None and facet.valid_until <= facet.valid_from:
        return _ENDS_BEFORE_START
    if _text_fault("evidence", facet.evidence, LONGEST_EVIDENCE):
        return words("Evidence is one line of at most %(most)s characters.", most=LONGEST_EVIDENCE)
    same = (other for other in earlier if (other.kind, other.code) == (facet.kind, facet.code))
    if any(_overlap(facet, other) for other in same):
        return words("This is listed twice for the same time. Remove one of the two.")
    return None


def _overlap(one: FacetFacts, other: FacetFacts) -> bool:
    return (one.valid_until is None or other.valid_from < one.valid_until) and (
        other.valid_until is None or one.valid_from < other.valid_until
    )


def _term_faults(terms: Iterable[AppointmentFacts]) -> Iterator[tuple[str, Words]]:
    earlier: list[AppointmentFacts] = []
    for number, term in enumerate(terms):
        if term.ends_on <= term.starts_on:
            yield f"appointments.{number}", _ENDS_BEFORE_START
        elif any(term.starts_on < other.ends_on and other.starts_on < term.ends_on for other in earlier):
            yield (
                f"appointments.{number}",
                words("Two terms overlap. End the first before the second starts."),
            )
        elif _text_fault("basis", term.basis, LONGEST_BASIS):
            yield (
                f"appointments.{number}",
                words("The basis is one line of at most %(most)s characters.", most=LONGEST_BASIS),
            )
        earlier.append(term)


_ENDS_BEFORE_START = words("The last day lies before the first. Correct one of the two.")


def _text_fault(name: str, text: str | None, longest: int) -> dict[str, Words]:
    if text is None:
        return {}
    if len(text) > longest:
        return {name: words("Write at most %(most)s characters.", most=longest)}
    if _CONTROL.search(text):
        return {name: words("This holds a character that cannot be stored. Type it anew in one line.")}
    return {}


def _range_words(most: int) -> Words:
    return words("Write a whole number from 0 to %(most)s.", most=most)


@lru_cache
def _timezones() -> Set[str]:
    return frozenset(zoneinfo.available_timezones())
