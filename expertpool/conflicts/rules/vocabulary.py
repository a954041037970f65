"""The closed word lists of the conflict rules; values are what the database and files store."""

from collections.abc import Iterable
from enum import StrEnum

from expertpool.scheduling.vocabulary import RoleClass as RoleClass
from expertpool.scheduling.vocabulary import Tier as Tier

_SEVERITY = {Tier.BAR: 4, Tier.REVIEW: 3, Tier.WAIVABLE: 2, Tier.DISCLOSE: 1, Tier.CLEAR: 0}
_LIGHTER = {
    Tier.BAR: Tier.WAIVABLE,
    Tier.REVIEW: Tier.REVIEW,
    Tier.WAIVABLE: Tier.DISCLOSE,
    Tier.DISCLOSE: Tier.CLEAR,
    Tier.CLEAR: Tier.CLEAR,
}


def severity(tier: Tier) -> int:
    """How much a tier weighs: bar 4, review 3, waivable 2, disclose 1, clear 0.

    Review stands below bar because a bar is certain, and above waivable because nobody may be offered
    work, or a waiver, before the doubt is settled.
    """
    return _SEVERITY[tier]


def worst(tiers: Iterable[Tier]) -> Tier:
    """The tier that decides when several apply; clear when none does."""
    return max(tiers, key=severity, default=Tier.CLEAR)


def mildest(tiers: Iterable[Tier]) -> Tier:
    """The lightest of several tiers; clear when there is none."""
    return min(tiers, key=severity, default=Tier.CLEAR)


def lighter(tier: Tier) -> Tier:
    """One step down the scale of certain tiers: bar, waivable, disclose, clear."""
    return _LIGHTER[tier]


class Side(StrEnum):
    COMPLAINANT = "complainant"
    RESPONDENT = "respondent"
    OTHER = "other"


class PartyKind(StrEnum):
    """In what capacity somebody stands in the case."""

    PARTY = "party"
    REPRESENTATIVE = "representative"
    COUNSEL = "counsel"
    LAW_FIRM = "law_firm"
    ACCUSED = "accused"
    INVENTOR = "inventor"
    COMPETITOR = "competitor"
    CASE_OFFICER = "case_officer"


class PanelAct(StrEnum):
    """The act under which the panel sits; it decides which exclusions are statutory."""

    SME_PROTECTION = "sme-protection"
    WIN_WIN = "win-win"
    SUBCONTRACTING = "subcontracting"


class NodeKind(StrEnum):
    """What a reference points at."""

    EXPERT = "expert"
    PERSON = "person"
    ORGANISATION = "organisation"
    TECHNOLOGY = "technology"
    CASE = "case"


class FactKind(StrEnum):
    """Which kind of recorded fact a link of a path rests on."""

    RELATION = "relation"
    OWNERSHIP = "ownership"
    PARTY = "party"
    DECLARATION = "declaration"
    RECUSAL = "recusal"
    SECRECY = "secrecy"
    LINKED_CASE = "linked_case"
    RULING = "ruling"


class OrganisationKind(StrEnum):
    COMPANY = "company"
    PROFESSIONAL_FIRM = "professional_firm"
    UNIVERSITY = "university"
    RESEARCH_INSTITUTE = "research_institute"
    PUBLIC_BODY = "public_body"
    ASSOCIATION = "association"
    FUND = "fund"


class Script(StrEnum):
    HANGUL = "hangul"
    LATIN = "latin"
    HANJA = "hanja"
    OTHER = "other"


class Kinship(StrEnum):
    """Who holds the tie: the expert, or which member of the family."""

    SELF = "self"
    SPOUSE = "spouse"
    FORMER_SPOUSE = "former_spouse"
    LINEAL = "lineal"
    SIBLING = "sibling"
    HOUSEHOLD = "household"
    RELATIVE = "relative"


class RelationType(StrEnum):
    """What the tie is."""

    SAME_PERSON = "same_person"
    REPRESENTATIVE = "representative"
    RIGHT_HOLDER = "right_holder"
    OFFICER = "officer"
    OUTSIDE_DIRECTOR = "outside_director"
    AUDITOR = "auditor"
    EMPLOYEE = "employee"
    ADVISER = "adviser"
    COUNSEL = "counsel"
    MEMBER_OF_FIRM = "member_of_firm"
    SHAREHOLDER = "shareholder"
    FUND_HOLDER = "fund_holder"
    OUTCOME_INTEREST = "outcome_interest"
    WITNESS = "witness"
    APPRAISER = "appraiser"
    INVESTIGATOR = "investigator"
    OFFICIAL_IN_CHARGE = "official_in_charge"
    INVENTOR = "inventor"
    LICENSEE = "licensee"
    CO_AUTHOR = "co_author"
    JOINT_RESEARCH = "joint_research"
    TEACHER = "teacher"
    STUDENT = "student"
    SUPERIOR = "superior"
    APPOINTED_BY = "appointed_by"
    PUBLIC_STANCE = "public_stance"
    LITIGATION = "litigation"
    LOAN = "loan"
    DEAL = "deal"
    GIFT = "gift"
    NEGOTIATION = "negotiation"
    PROGRAMME_JUDGE = "programme_judge"
    DEPENDS_ON = "depends_on"
    SCHOOL = "school"
    REGION = "region"
    ASSOCIATION = "association"
    BOARD = "board"


class Source(StrEnum):
    """Who says so."""

    SELF = "self"
    DOCUMENT = "document"
    REGISTRY = "registry"
    THIRD_PARTY = "third_party"


class Confidence(StrEnum):
    """Whether the tie is known to lead to the recorded person or organisation, or only to its name."""

    MATCHED = "matched"
    NAME_ONLY = "name_only"


class Answer(StrEnum):
    """What an expert says on the conflict card."""

    NONE = "none"
    YES = "yes"
    UNCERTAIN = "uncertain"
    CANNOT_SAY = "cannot_say"


class FindingStatus(StrEnum):
    """What the officer made of a finding."""

    OPEN = "open"
    CONFIRMED = "confirmed"
    DISMISSED = "dismissed"
    WAIVED = "waived"


class Identity(StrEnum):
    """Whether two records mean the same person or organisation."""

    SAME = "same"
    UNRESOLVED = "unresolved"
    DIFFERENT = "different"
