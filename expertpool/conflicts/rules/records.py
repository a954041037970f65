"""What people enter about organisations and ties, and which of it cannot be kept."""

import datetime as dt
import re
import unicodedata
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, replace

from expertpool.conflicts.rules.dates import UNKNOWN_DAY, ImpreciseDate
from expertpool.conflicts.rules.facts import Ref
from expertpool.conflicts.rules.matching import digits, is_biz_no, is_corp_no
from expertpool.conflicts.rules.vocabulary import (
    Confidence,
    Kinship,
    NodeKind,
    OrganisationKind,
    RelationType,
    Script,
    Source,
)
from expertpool.words import Words, words

CONFIRM_EVERY_DAYS = 365
OF_FIRMS = (
    RelationType.COUNSEL,
    RelationType.ADVISER,
    RelationType.REPRESENTATIVE,
    RelationType.DEPENDS_ON,
)
"""What the ties of an organisation to its client, or to whom it lives on, can be (R08, R10, R27)."""
OF_PERSONS = (
    RelationType.EMPLOYEE,
    RelationType.OFFICER,
    RelationType.REPRESENTATIVE,
    RelationType.MEMBER_OF_FIRM,
)
"""What a person of a case can be where the person works (R16, R17, and a second factor beside a name)."""
TO_PERSONS = frozenset(
    {
        RelationType.CO_AUTHOR,
        RelationType.TEACHER,
        RelationType.STUDENT,
        RelationType.SUPERIOR,
    }
)
"""What ties an expert to persons and never to an organisation (R14, R15, R22)."""
_WRITE_NAME = words("Write a name in Korean or in English.")
_HANGUL = ("가", "힣")
_HAN = ("一", "鿿")


@dataclass(frozen=True, slots=True, kw_only=True)
class OrganisationFacts:
    """An organisation as entered. Numbers may carry hyphens; `cleaned` takes them away.

    `ministry_id`: the ministry of the service it is, or is an office of.
    """

    name_ko: str = ""
    name_en: str = ""
    kind: OrganisationKind = OrganisationKind.COMPANY
    country: str = "KR"
    biz_no: str = ""
    corp_no: str = ""
    foreign_id: str = ""
    listed: bool = False
    ministry_id: uuid.UUID | None = None

    @property
    def cleaned(self) -> "OrganisationFacts":
        return replace(
            self,
            name_ko=self.name_ko.strip(),
            name_en=self.name_en.strip(),
            country=self.country.strip().upper(),
            biz_no=digits(self.biz_no),
            corp_no=digits(self.corp_no),
            foreign_id=self.foreign_id.strip(),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonFacts:
    """A natural person in a case. `employer` is where the person works, as far as known."""

    name_ko: str = ""
    name_en: str = ""
    other_names: tuple[str, ...] = ()
    birth_year: int | None = None
    email_domain: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class TieFacts:
    """A tie as entered, without whom it binds. Units: won; basis points."""

    type: RelationType
    kinship: Kinship = Kinship.SELF
    since: ImpreciseDate = UNKNOWN_DAY
    until: ImpreciseDate | None = None
    rank: str = ""
    unit: str = ""
    amount_won: int | None = None
    share_basis_points: int | None = None
    capital_basis_points: int | None = None
    group_size: int | None = None
    confidence: Confidence = Confidence.MATCHED
    evidence: str = ""


def organisation_faults(facts: OrganisationFacts) -> dict[str, Words]:
    """What keeps cleaned facts from being recorded, by field.

    A wrong check digit of a business number is a typing error. Corporation numbers are only measured: old
    ones with a check digit nobody computes any more are in use (`organisation_doubts`).
    """
    faults: dict[str, Words] = {}
    if not (facts.name_ko or facts.name_en):
        faults["name_ko"] = _WRITE_NAME
    if facts.biz_no and not is_biz_no(facts.biz_no):
        faults["biz_no"] = words("Check the business number: ten digits, of which the last is a check digit.")
    if facts.corp_no and len(facts.corp_no) != 13:
        faults["corp_no"] = words("Write the corporation number with its thirteen digits.")
    if not re.fullmatch("[A-Z]{2}", facts.country):
        faults["country"] = words("Write the country as two letters, such as KR.")
    return faults


def organisation_doubts(facts: OrganisationFacts) -> tuple[Words, ...]:
    """What is kept, yet may be a typing error."""
    if len(facts.corp_no) == 13 and not is_corp_no(facts.corp_no):
        return (
            words("The check digit of the corporation number does not fit. Compare it with the register."),
        )
    return ()


def person_faults(facts: PersonFacts) -> dict[str, Words]:
    """What keeps a person from being recorded, by field."""
    faults: dict[str, Words] = {}
    if not (facts.name_ko.strip() or facts.name_en.strip()):
        faults["name_ko"] = _WRITE_NAME
    if facts.birth_year is not None and not 1900 <= facts.birth_year <= 2100:
        faults["birth_year"] = words("Write the year of birth with four digits.")
    return faults


def tie_faults(facts: TieFacts, *, today: dt.date) -> dict[str, Words]:
    """What keeps a tie from being recorded, by field. Ends may lie ahead, beginnings not."""
    faults: dict[str, Words] = {}
    if facts.since.known and facts.since.earliest > today:
        faults["since"] = words("A tie begins today at the latest.")
    if facts.until is not None and facts.until.known and facts.until.latest < facts.since.earliest:
        faults["until"] = words("The end lies before the beginning.")
    for name, amount, most in (
        ("amount_won", facts.amount_won, 10**15),
        ("share_basis_points", facts.share_basis_points, 10_000),
        ("capital_basis_points", facts.capital_basis_points, 10_000),
        ("group_size", facts.group_size, 100_000),
    ):
        if amount is not None and not (1 if name == "group_size" else 0) <= amount <= most:
            faults[name] = words("Write a number between 0 and %(most)s.", most=most)
    return faults


def whom_faults(
    facts: TieFacts, *, person: str, birth_year: int | None, organisation_named: bool
) -> dict[str, Words]:
    """What is wrong with whom a tie told in somebody's own words leads to, by field."""
    if not person:
        lacking = words("Such a tie leads to a person. Write the name.")
        return {"person": lacking} if facts.type in TO_PERSONS else {}
    if facts.kinship is not Kinship.SELF:
        return {"person": words("Do not name relatives here; whose tie it is suffices.")}
    if organisation_named:
        return {"person": words("Name an organisation or a person, and make two ties of two.")}
    faults = person_faults(PersonFacts(name_ko=person, birth_year=birth_year))
    return {"person_birth_year": faults["birth_year"]} if faults else {}


def other_tie_faults(facts: TieFacts, *, holder: Ref, target: Ref) -> dict[str, Words]:
    """What keeps the tie of a firm or of a person in a case from being recorded, by field."""
    faults: dict[str, Words] = {}
    if facts.type not in (OF_FIRMS if holder.kind is NodeKind.ORGANISATION else OF_PERSONS):
        faults["type"] = words("Choose one from the list.")
    if holder.kind is NodeKind.PERSON and target.kind is not NodeKind.ORGANISATION:
        faults["target"] = words("A person works at an organisation. Choose one.")
    if holder == target:
        faults["target"] = words("Nobody is tied to oneself. Choose another.")
    return faults


def script_of(name: str) -> Script:
    """The script a name is written in; the first letter that tells decides."""
    for letter in unicodedata.normalize("NFC", name):
        if _HANGUL[0] <= letter <= _HANGUL[1]:
            return Script.HANGUL
        if _HAN[0] <= letter <= _HAN[1]:
            return Script.HANJA
        if "LATIN" in unicodedata.name(letter, ""):
            return Script.LATIN
    return Script.OTHER


def confirmation_due(stated_on: dt.date | None, *, today: dt.date) -> bool:
    """Whether the yearly word that the register is complete is missing."""
    return stated_on is None or (today - stated_on).days >= CONFIRM_EVERY_DAYS


LABELS_OF_KINDS: Mapping[OrganisationKind, Words] = {
    OrganisationKind.COMPANY: words("Company"),
    OrganisationKind.PROFESSIONAL_FIRM: words("Law, patent or accounting firm"),
    OrganisationKind.UNIVERSITY: words("University"),
    OrganisationKind.RESEARCH_INSTITUTE: words("Research institute"),
    OrganisationKind.PUBLIC_BODY: words("Public body"),
    OrganisationKind.ASSOCIATION: words("Association"),
    OrganisationKind.FUND: words("Fund"),
}


SLIP_WITHIN = dt.timedelta(hours=24)
"""A slip is noticed soon; what stood there longer was meant, and may have decided something."""


def may_be_slip(
    source: Source,
    version: int,
    *,
    recorded_at: dt.datetime,
    stated_at: dt.datetime | None,
    now: dt.datetime,
) -> bool:
    """Whether a tie is the expert's own word of late that nobody changed and the expert did not confirm.

    `stated_at`: when the expert last said that the register is complete and right.
    """
    confirmed = stated_at is not None and stated_at >= recorded_at
    untouched = source is Source.SELF and version == 1 and not confirmed
    return untouched and now <= recorded_at + SLIP_WITHIN
