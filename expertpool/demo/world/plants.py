"""What is planted to be found: one line per conflict, with the rule it falls under and the tiers it must get.

Tiers are those of the rule table for a supporter of the complainant, counted from `now`.
"""

from dataclasses import dataclass
from enum import StrEnum

from expertpool.conflicts.rules.vocabulary import Confidence, Kinship, RelationType, Tier
from expertpool.demo.world.ties import Precision
from expertpool.incidents.rules import PartySide


class Target(StrEnum):
    """What the planted tie leads to."""

    PARTY = "party"
    AFFILIATE = "affiliate"
    MINORITY = "minority"
    PERSON = "person"
    COMPETITOR = "competitor"
    LAW_FIRM = "law_firm"
    FIRM_MANDATE = "firm_mandate"
    NOTHING = "nothing"


BAR = (Tier.BAR, Tier.BAR, Tier.BAR)
WWD = (Tier.WAIVABLE, Tier.WAIVABLE, Tier.DISCLOSE)
WDD = (Tier.WAIVABLE, Tier.DISCLOSE, Tier.DISCLOSE)
BWW = (Tier.BAR, Tier.WAIVABLE, Tier.WAIVABLE)
REVIEW = (Tier.REVIEW, Tier.REVIEW, Tier.REVIEW)
DDC = (Tier.DISCLOSE, Tier.DISCLOSE, Tier.CLEAR)


@dataclass(frozen=True, slots=True, kw_only=True)
class Plant:
    """A conflict to be planted. `tiers`: for ADJ, INV and SUP. `type`: None where no new tie is needed.

    `until_days`: days ago it ended; None: goes on. `incident`: a fixed one, else one that fits. `ties`: how
    many alike. Units: days before `now`.
    """

    rule: str
    type: RelationType | None
    tiers: tuple[Tier, Tier, Tier]
    target: Target = Target.PARTY
    side: PartySide = PartySide.RESPONDENT
    since_days: int = 1_200
    until_days: int | None = None
    until: Precision = Precision.DAY
    kinship: Kinship = Kinship.SELF
    confidence: Confidence = Confidence.MATCHED
    amount_won: int | None = None
    share_basis_points: int | None = None
    group_size: int | None = None
    rank: tuple[str, str] = ("", "")
    about_incident: bool = False
    ties: int = 1
    incident: str | None = None


@dataclass(frozen=True, slots=True)
class PlantedConflict:
    """A conflict that must be found: the rule, the tiers for ADJ, INV and SUP, and the ties it rests on."""

    key: str
    rule: str
    expert: str
    incident: str
    tiers: tuple[Tier, Tier, Tier]
    ties: tuple[str, ...]


class DecoyKind(StrEnum):
    SAME_NAME = "same_name"
    SAME_SCHOOL = "same_school"
    DIVESTED_AFFILIATE = "divested_affiliate"


@dataclass(frozen=True, slots=True)
class Decoy:
    """What looks like a conflict and must not bar: a namesake, a schoolmate, a firm sold long before."""

    key: str
    kind: DecoyKind
    expert: str
    incident: str
    person: str | None
    ties: tuple[str, ...]


OFFICER = ("이사", "Director")
R = RelationType
COMPLAINANT = PartySide.COMPLAINANT
# The first line is the second story's chair, the second the sixth story's assessor.
PLANTS: tuple[Plant, ...] = (
    Plant(rule="R02", type=R.OUTSIDE_DIRECTOR, tiers=BAR, since_days=600, incident="S2",
          rank=("사외이사", "Outside director")),
    Plant(rule="R03", type=R.ADVISER, tiers=BAR, target=Target.AFFILIATE, since_days=400, incident="S6"),
    Plant(rule="R01", type=R.REPRESENTATIVE, tiers=BAR, side=COMPLAINANT),
    Plant(rule="R01", type=R.RIGHT_HOLDER, tiers=BAR),
    Plant(rule="R02", type=R.OFFICER, tiers=BAR, rank=OFFICER),
    Plant(rule="R02", type=R.ADVISER, tiers=BAR, side=COMPLAINANT),
    Plant(rule="R02", type=R.COUNSEL, tiers=BAR),
    Plant(rule="R02", type=R.AUDITOR, tiers=BAR, rank=("감사", "Auditor")),
    Plant(rule="R03", type=R.EMPLOYEE, tiers=BAR, target=Target.AFFILIATE),
    Plant(rule="R03", type=R.OUTSIDE_DIRECTOR, tiers=BAR, target=Target.AFFILIATE),
    Plant(rule="R03", type=R.ADVISER, tiers=BAR, target=Target.AFFILIATE),
    Plant(rule="R04b", type=R.OFFICER, tiers=BWW, kinship=Kinship.SIBLING, rank=OFFICER),
    Plant(rule="R05", type=R.EMPLOYEE, tiers=WWD, kinship=Kinship.HOUSEHOLD),
    Plant(rule="R06", type=R.SHAREHOLDER, tiers=BAR, share_basis_points=3_200, amount_won=400_000_000),
    Plant(rule="R07", type=R.SHAREHOLDER, tiers=WWD, share_basis_points=20, amount_won=25_000_000),
    Plant(rule="R08", type=None, tiers=BWW, target=Target.FIRM_MANDATE),
    Plant(rule="R08", type=None, tiers=BWW, target=Target.FIRM_MANDATE),
    Plant(rule="R09", type=R.EMPLOYEE, tiers=BWW, until_days=400),
    Plant(rule="R09", type=R.EMPLOYEE, tiers=WDD, until_days=900, since_days=2_500, side=COMPLAINANT),
    Plant(rule="R09", type=R.OFFICER, tiers=DDC, until_days=1_700, since_days=4_000, rank=OFFICER),
    Plant(rule="R09", type=R.EMPLOYEE, tiers=BWW, until_days=150),
    Plant(rule="R10", type=R.ADVISER, tiers=BWW, until_days=300),
    Plant(rule="R10", type=R.COUNSEL, tiers=WDD, until_days=850, since_days=2_000),
    Plant(rule="R11", type=R.APPRAISER, tiers=BAR, since_days=200, until_days=90, about_incident=True),
    Plant(rule="R12", type=R.INVENTOR, tiers=BAR, since_days=1_500),
    Plant(rule="R12", type=R.LICENSEE, tiers=BAR, since_days=800),
    Plant(rule="R13", type=R.EMPLOYEE, target=Target.COMPETITOR,
          tiers=(Tier.WAIVABLE, Tier.BAR, Tier.WAIVABLE)),
    Plant(rule="R14", type=R.CO_AUTHOR, tiers=WWD, target=Target.PERSON, since_days=500, until_days=500,
          group_size=4),
    Plant(rule="R14", type=R.JOINT_RESEARCH, tiers=WWD, target=Target.PERSON, until_days=600, group_size=6),
    Plant(rule="R15", type=R.TEACHER, tiers=WWD, target=Target.PERSON, since_days=5_000, until_days=4_000),
    Plant(rule="R17", type=None, tiers=(Tier.BAR, Tier.WAIVABLE, Tier.BAR), target=Target.LAW_FIRM),
    Plant(rule="R18", type=R.APPOINTED_BY, tiers=WDD, since_days=700, until_days=100, ties=3),
    Plant(rule="R19", type=R.PUBLIC_STANCE, tiers=(Tier.WAIVABLE, Tier.DISCLOSE, Tier.CLEAR), since_days=120,
          until_days=120),
    Plant(rule="R20", type=R.LITIGATION, tiers=(Tier.BAR, Tier.BAR, Tier.WAIVABLE), since_days=500),
    Plant(rule="R21", type=R.LOAN, tiers=WWD, since_days=600, until_days=200, amount_won=80_000_000),
    Plant(rule="R22", type=R.OFFICIAL_IN_CHARGE, tiers=BAR, since_days=150, until_days=60,
          about_incident=True),
    Plant(rule="R24", type=R.GIFT, tiers=(Tier.WAIVABLE, Tier.WAIVABLE, Tier.WAIVABLE), since_days=90,
          until_days=90, amount_won=500_000),
    Plant(rule="R25", type=R.NEGOTIATION, tiers=BAR, since_days=20),
    Plant(rule="R26", type=R.PROGRAMME_JUDGE, tiers=DDC, since_days=800, until_days=700),
    Plant(rule="R28", type=R.EMPLOYEE, tiers=REVIEW, until=Precision.UNKNOWN, until_days=0, since_days=3_000),
    Plant(rule="R28", type=R.ADVISER, tiers=REVIEW, until=Precision.UNKNOWN, until_days=0, side=COMPLAINANT),
    Plant(rule="R28", type=R.OUTSIDE_DIRECTOR, tiers=REVIEW, confidence=Confidence.NAME_ONLY),
    Plant(rule="R30", type=None, tiers=BAR, target=Target.NOTHING),
    Plant(rule="R30", type=None, tiers=BAR, target=Target.NOTHING),
    Plant(rule="R32", type=R.EMPLOYEE, tiers=WWD, target=Target.MINORITY),
)  # fmt: skip
