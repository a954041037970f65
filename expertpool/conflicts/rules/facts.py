"""What is known about a case and its candidates: everything a conflict rule may look at, frozen.

Ids are the caller's; experts, other persons, organisations and technologies count separately, so a
reference names its kind. Order never matters. `until` is the last day included, `until=None` means the
thing goes on, `until=UNKNOWN_DAY` that it ended or not on an unknown day.
"""

import datetime as dt
from dataclasses import dataclass
from typing import NamedTuple

from expertpool.conflicts.rules.dates import UNKNOWN_DAY, ImpreciseDate
from expertpool.conflicts.rules.vocabulary import (
    Answer,
    Confidence,
    FindingStatus,
    Kinship,
    NodeKind,
    OrganisationKind,
    PanelAct,
    PartyKind,
    RelationType,
    RoleClass,
    Script,
    Side,
    Source,
    Tier,
)


class Ref(NamedTuple):
    """Points at one expert, person, organisation, technology or case.

    A tuple, because a pool's relations are looked up by it by the hundred thousand.
    """

    kind: NodeKind
    id: int


def expert(expert_id: int) -> Ref:
    return Ref(NodeKind.EXPERT, expert_id)


def person(person_id: int) -> Ref:
    return Ref(NodeKind.PERSON, person_id)


def organisation(organisation_id: int) -> Ref:
    return Ref(NodeKind.ORGANISATION, organisation_id)


def technology(technology_id: int) -> Ref:
    return Ref(NodeKind.TECHNOLOGY, technology_id)


@dataclass(frozen=True, slots=True)
class Person:
    """An expert, or anybody else named in a case or a tie.

    A relative whose name may not be kept in clear has empty names and `name_hashes`, keyed by the caller,
    one for each form compared; only hashes made with the same key are compared. `email_domain` is the part
    behind the @.
    """

    ref: Ref
    name_ko: str = ""
    name_en: str = ""
    other_names: tuple[str, ...] = ()
    name_hashes: tuple[str, ...] = ()
    birth_year: int | None = None
    email_domain: str = ""


@dataclass(frozen=True, slots=True)
class Organisation:
    """A body that can be a party, an employer or an owner. Numbers are digits only, empty when unknown.

    Units: `biz_no` 10 digits, `corp_no` 13 digits, `country` ISO 3166-1 alpha-2.
    """

    ref: Ref
    name_ko: str
    name_en: str
    biz_no: str = ""
    corp_no: str = ""
    foreign_no: str = ""
    country: str = "KR"
    kind: OrganisationKind = OrganisationKind.COMPANY
    listed: bool = False


@dataclass(frozen=True, slots=True)
class OrganisationAlias:
    """Another name of an organisation and the days it was used."""

    organisation: Ref
    name: str
    script: Script = Script.HANGUL
    since: ImpreciseDate = UNKNOWN_DAY
    until: ImpreciseDate | None = None


@dataclass(frozen=True, slots=True)
class Technology:
    """A technology or right at issue; `side` is whose it is, None where that is disputed or unknown."""

    ref: Ref
    name_ko: str
    name_en: str
    side: Side | None = None


@dataclass(frozen=True, slots=True)
class Ownership:
    """`parent` (organisation or person) holds a share of `child`, or is declared to control it.

    Units: `share_bp` basis points, 0 to 10 000.
    Raises: ValueError for a share outside that range or something owning itself.
    """

    id: int
    parent: Ref
    child: Ref
    share_bp: int
    declared_control: bool = False
    since: ImpreciseDate = UNKNOWN_DAY
    until: ImpreciseDate | None = None

    def __post_init__(self) -> None:
        if not 0 <= self.share_bp <= 10_000:
            raise ValueError("a share is 0 to 10 000 basis points")
        if self.parent == self.child:
            raise ValueError("nothing owns itself")


@dataclass(frozen=True, slots=True)
class Relation:
    """A tie of `holder`, or of the holder's family member `kinship`, to `target`.

    The holder is an expert, a named person, or an organisation (a firm that advises a party, an employer
    that depends on one). `case_id` is set when the tie is about one matter; `unit` is the smallest unit
    inside the target; `group_size` counts authors or board members; `technology` is what a judged
    programme was about.

    Units: `amount_krw` won; `share_bp` basis points of shares, revenue or funds, `capital_bp` of capital.
    """

    id: int
    holder: Ref
    type: RelationType
    target: Ref
    since: ImpreciseDate = UNKNOWN_DAY
    until: ImpreciseDate | None = None
    kinship: Kinship = Kinship.SELF
    rank: str = ""
    unit: str = ""
    amount_krw: int | None = None
    share_bp: int | None = None
    group_size: int | None = None
    case_id: int | None = None
    source: Source = Source.SELF
    confidence: Confidence = Confidence.MATCHED
    evidence: tuple[str, ...] = ()
    technology: Ref | None = None
    capital_bp: int | None = None


@dataclass(frozen=True, slots=True)
class CaseParty:
    """Somebody who stands in the case: `subject` is an expert, a person or an organisation."""

    id: int
    subject: Ref
    side: Side
    kind: PartyKind
    added_on: dt.date
    compartmented: bool = False


@dataclass(frozen=True, slots=True)
class LinkedRole:
    """A role an expert already has in a linked case; `side` is the one helped, for SUP."""

    expert: Ref
    role_class: RoleClass
    side: Side | None = None


@dataclass(frozen=True, slots=True)
class LinkedCase:
    """Another case with shared parties or technology, and who already works on it."""

    id: int
    parties: tuple[CaseParty, ...] = ()
    roles: tuple[LinkedRole, ...] = ()


@dataclass(frozen=True, slots=True)
class Declaration:
    """An expert's answer on the conflict card of this case."""

    id: int
    expert: Ref
    answer: Answer
    answered_on: dt.date
    categories: tuple[RelationType, ...] = ()


@dataclass(frozen=True, slots=True)
class Recusal:
    """An expert steps down from this case by own choice."""

    id: int
    expert: Ref
    recused_on: dt.date


@dataclass(frozen=True, slots=True)
class SecrecyDuty:
    """A duty of secrecy that keeps an expert from telling ties that bear on this case."""

    id: int
    expert: Ref
    since: ImpreciseDate = UNKNOWN_DAY
    until: ImpreciseDate | None = None


@dataclass(frozen=True, slots=True)
class Pin:
    """What keeps an officer's ruling in force when the fact behind the finding is edited (ADR 0078).

    `trace` is the finding's `trace`, `rule` and `weighs` what was ruled about: the rule behind it and the
    tier it weighs at worst.
    """

    trace: str
    role_class: RoleClass
    rule: str
    weighs: Tier


@dataclass(frozen=True, slots=True)
class Ruling:
    """What an officer decided about one finding of one expert, until when it holds (last day)."""

    expert: Ref
    finding_key: str
    status: FindingStatus
    until: dt.date | None = None
    pin: Pin | None = None


@dataclass(frozen=True, slots=True)
class Case:
    """The matter itself. `reference` is its neutral number, shown instead of any name.

    `panel_act` is the act the panel sits under, None outside panels; `helped_side` the side SUP experts
    help; `agencies` the bodies that handle it.
    """

    id: int
    reference: str
    panel_act: PanelAct | None = None
    helped_side: Side | None = Side.COMPLAINANT
    agencies: tuple[Ref, ...] = ()
    technologies: tuple[Technology, ...] = ()


@dataclass(frozen=True, slots=True)
class CaseFacts:
    """One case, everybody who may be asked, and every fact that can tie them."""

    case: Case
    parties: tuple[CaseParty, ...]
    experts: tuple[Person, ...]
    persons: tuple[Person, ...] = ()
    organisations: tuple[Organisation, ...] = ()
    aliases: tuple[OrganisationAlias, ...] = ()
    ownerships: tuple[Ownership, ...] = ()
    relations: tuple[Relation, ...] = ()
    linked: tuple[LinkedCase, ...] = ()
    declarations: tuple[Declaration, ...] = ()
    recusals: tuple[Recusal, ...] = ()
    rulings: tuple[Ruling, ...] = ()
    secrecies: tuple[SecrecyDuty, ...] = ()
