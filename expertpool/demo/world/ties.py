"""Dated ties of experts to organisations and persons: what a working life leaves behind."""

import datetime as dt
import random
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from expertpool.conflicts.rules.dates import ImpreciseDate
from expertpool.conflicts.rules.vocabulary import Confidence, Kinship, OrganisationKind, RelationType, Source
from expertpool.demo.world.experts import Expert
from expertpool.demo.world.organisations import Organisation, Organisations
from expertpool.demo.world.seeding import DAY, ago
from expertpool.demo.world.stories import RESERVED_FIRMS

TIES_EACH = 8


class Precision(StrEnum):
    DAY = "day"
    MONTH = "month"
    YEAR = "year"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Tie:
    """A tie of an expert, or of a relative, to exactly one of `organisation` and `person`.

    `until` is the last day included; None: it goes on; `ImpreciseDate()`: ended or not, nobody knows.
    `incident` is set where the tie is about one case. Units: won; basis points.
    """

    key: str
    expert: str
    type: RelationType
    organisation: str | None = None
    person: str | None = None
    kinship: Kinship = Kinship.SELF
    rank_ko: str = ""
    rank_en: str = ""
    unit_ko: str = ""
    unit_en: str = ""
    amount_won: int | None = None
    share_basis_points: int | None = None
    group_size: int | None = None
    since: ImpreciseDate
    until: ImpreciseDate | None
    incident: str | None = None
    source: Source = Source.SELF
    confidence: Confidence = Confidence.MATCHED
    evidence_ko: str = ""
    evidence_en: str = ""


@dataclass(frozen=True, slots=True)
class FirmMandate:
    """A professional firm advises or represents a client, whoever of its members does the work."""

    firm: str
    client: str
    since: ImpreciseDate
    until: ImpreciseDate | None


@dataclass(frozen=True, slots=True)
class Recusal:
    """An expert steps down from an incident by own choice."""

    expert: str
    incident: str
    recused_on: dt.date


def imprecise(day: dt.date, precision: Precision) -> ImpreciseDate:
    """The day as precisely as it is known."""
    parts = {Precision.DAY: 3, Precision.MONTH: 2, Precision.YEAR: 1, Precision.UNKNOWN: 0}
    return ImpreciseDate(*(day.year, day.month, day.day)[: parts[precision]])


# Ties a working life leaves, and how often, for everybody and by role kind.
USUAL = ((RelationType.EMPLOYEE, 5), (RelationType.ADVISER, 2), (RelationType.PROGRAMME_JUDGE, 2))
BY_KIND: dict[str, tuple[tuple[RelationType, int], ...]] = {
    "ATT": ((RelationType.COUNSEL, 6), (RelationType.EMPLOYEE, 1), (RelationType.ADVISER, 2)),
    "PAT": ((RelationType.COUNSEL, 6), (RelationType.EMPLOYEE, 2), (RelationType.ADVISER, 2)),
    "OVS": ((RelationType.COUNSEL, 6), (RelationType.ADVISER, 2)),
    "SIM": ((*USUAL, (RelationType.JOINT_RESEARCH, 4))),
    "VAL": ((*USUAL, (RelationType.DEAL, 1))),
}
RANKS: dict[RelationType, tuple[str, str]] = {
    RelationType.EMPLOYEE: ("선임연구원", "Senior researcher"),
    RelationType.MEMBER_OF_FIRM: ("구성원", "Member"),
    RelationType.ADVISER: ("기술자문", "Technical adviser"),
    RelationType.COUNSEL: ("대리인", "Counsel"),
    RelationType.PROGRAMME_JUDGE: ("평가위원", "Review panel"),
    RelationType.JOINT_RESEARCH: ("공동연구원", "Joint researcher"),
}
EVIDENCE: dict[Source, tuple[str, str]] = {
    Source.SELF: ("본인 신고", "Own statement"),
    Source.DOCUMENT: ("경력증명서", "Certificate of employment"),
    Source.REGISTRY: ("등기사항", "Public register"),
    Source.THIRD_PARTY: ("공시 자료", "Public filing"),
}


def everyday_ties(
    rng: random.Random, experts: tuple[Expert, ...], organisations: Organisations, *, now: dt.date
) -> Iterator[Tie]:
    """`TIES_EACH` ties for everybody; none to a firm of a story, so that stories mean what they say."""
    firms = [c for c in organisations.companies() if c.name_ko not in RESERVED_FIRMS]
    schools = [a for a in organisations.academia() if a.kind is OrganisationKind.UNIVERSITY]
    for expert in experts:
        own = list(_fixed(rng, expert, organisations, schools))
        while len(own) < TIES_EACH:
            own.append(_past(rng, expert, rng.choice(firms), now))
        for number, tie in enumerate(own, start=1):
            yield _keyed(tie, f"tie-{expert.key[-4:]}-{number}")


def _keyed(tie: Tie, key: str) -> Tie:
    fields = {name: getattr(tie, name) for name in Tie.__dataclass_fields__}
    return Tie(**{**fields, "key": key})


def _fixed(
    rng: random.Random, expert: Expert, organisations: Organisations, schools: list[Organisation]
) -> Iterator[Tie]:
    """Where the expert works now, and where the expert studied."""
    if expert.employer:
        firm = organisations.named(expert.employer)
        is_firm = firm.kind is OrganisationKind.PROFESSIONAL_FIRM
        kind = RelationType.MEMBER_OF_FIRM if is_firm else RelationType.EMPLOYEE
        yield Tie(
            key="",
            expert=expert.key,
            type=kind,
            organisation=firm.key,
            rank_ko=expert.position_ko,
            rank_en=expert.position_en,
            unit_ko=expert.unit_ko,
            unit_en=expert.unit_en,
            since=imprecise(expert.employed_since, Precision.DAY),
            until=None,
            source=Source.DOCUMENT,
            evidence_ko=EVIDENCE[Source.DOCUMENT][0],
            evidence_en=EVIDENCE[Source.DOCUMENT][1],
        )
    for number, school in enumerate(rng.sample(schools, rng.choice((1, 2)))):
        entered = expert.birth_year + 19 + 5 * number
        yield Tie(
            key="",
            expert=expert.key,
            type=RelationType.SCHOOL,
            organisation=school.key,
            since=ImpreciseDate(entered),
            until=ImpreciseDate(entered + 4),
        )


def _past(rng: random.Random, expert: Expert, firm: Organisation, now: dt.date) -> Tie:
    """A tie to a firm that ended months or years ago; advice and small shares may go on."""
    kinds = BY_KIND.get(expert.role_kind, USUAL)
    if firm.listed and rng.random() < 0.25:
        return _shares(rng, expert, firm, now)
    kind = rng.choices([k for k, _ in kinds], [w for _, w in kinds])[0]
    ended = ago(now, int(rng.triangular(120, 5_000, 2_000)))
    began = ended - rng.randint(200, 2_500) * DAY
    precision = rng.choices((Precision.DAY, Precision.MONTH, Precision.YEAR), (5, 3, 2))[0]
    source = rng.choice((Source.SELF, Source.DOCUMENT, Source.REGISTRY))
    rank = RANKS.get(kind, ("", ""))
    goes_on = kind is RelationType.ADVISER and rng.random() < 0.06
    return Tie(
        key="",
        expert=expert.key,
        type=kind,
        organisation=firm.key,
        rank_ko=rank[0],
        rank_en=rank[1],
        amount_won=rng.randint(5, 60) * 1_000_000 if kind is RelationType.DEAL else None,
        group_size=rng.randint(3, 30) if kind is RelationType.JOINT_RESEARCH else None,
        since=imprecise(began, precision),
        until=None if goes_on else imprecise(ended, precision),
        source=source,
        evidence_ko=EVIDENCE[source][0],
        evidence_en=EVIDENCE[source][1],
    )


def _shares(rng: random.Random, expert: Expert, firm: Organisation, now: dt.date) -> Tie:
    """A few shares of a listed firm, below what has to be disclosed as a stake."""
    return Tie(
        key="",
        expert=expert.key,
        type=RelationType.SHAREHOLDER,
        organisation=firm.key,
        amount_won=rng.randint(5, 95) * 100_000,
        share_basis_points=0,
        since=imprecise(ago(now, rng.randint(100, 2_000)), Precision.MONTH),
        until=None,
    )
