"""A small invented world to screen in, and short ways to change it."""

import datetime as dt
from dataclasses import replace
from typing import Any

from expertpool.conflicts.packs import pack_in_force
from expertpool.conflicts.rules.dates import ImpreciseDate
from expertpool.conflicts.rules.facts import (
    Case,
    CaseFacts,
    CaseParty,
    Organisation,
    Ownership,
    Person,
    Ref,
    Relation,
    expert,
    organisation,
    person,
)
from expertpool.conflicts.rules.findings import Finding, Screening
from expertpool.conflicts.rules.screening import screen
from expertpool.conflicts.rules.vocabulary import PartyKind, RelationType, RoleClass, Side, Tier

ON = dt.date(2026, 9, 1)
PACK = pack_in_force(ON)
VICTIM, ACCUSED_FIRM, HOLDING, SISTER, STRANGER = (organisation(n) for n in (1, 2, 3, 4, 5))
SUSPECT = person(1)
EXPERT = expert(1)
TIERS = {"B": Tier.BAR, "RV": Tier.REVIEW, "W": Tier.WAIVABLE, "D": Tier.DISCLOSE, "C": Tier.CLEAR}
NAMES = {
    VICTIM: ("도담정밀", "Dodam Precision"),
    ACCUSED_FIRM: ("한들셀", "Handeul Cell"),
    HOLDING: ("가람지주", "Garam Holdings"),
    SISTER: ("미르온세미", "Mireon Semi"),
    STRANGER: ("누리소프트", "Nuri Soft"),
}


def day(text: str) -> ImpreciseDate:
    return ImpreciseDate.parse(text)


def world(**changes: Any) -> CaseFacts:
    """A victim, an accused firm, a suspect and three more firms; one expert without ties."""
    facts = CaseFacts(
        case=Case(id=1, reference="2026-0001"),
        parties=(
            CaseParty(1, VICTIM, Side.COMPLAINANT, PartyKind.PARTY, ON),
            CaseParty(2, ACCUSED_FIRM, Side.RESPONDENT, PartyKind.PARTY, ON),
            CaseParty(3, SUSPECT, Side.RESPONDENT, PartyKind.ACCUSED, ON),
        ),
        experts=(Person(EXPERT, "나루온", "Na Ruon", birth_year=1975),),
        persons=(Person(SUSPECT, "차별하", "Cha Byeolha", birth_year=1980),),
        organisations=tuple(Organisation(ref, *names) for ref, names in NAMES.items()),
    )
    return replace(facts, **changes)


def tie(
    target: Ref,
    kind: RelationType = RelationType.EMPLOYEE,
    *,
    since: str = "2010-03-01",
    until: str | None = None,
    number: int = 1,
    **more: Any,
) -> Relation:
    last = day(until) if until else None
    return Relation(number, EXPERT, kind, target, since=day(since), until=last, **more)


def owns(
    number: int,
    parent: Ref,
    child: Ref,
    share_bp: int,
    *,
    since: str = "2000-01-01",
    until: str | None = None,
    declared_control: bool = False,
) -> Ownership:
    last = day(until) if until else None
    return Ownership(number, parent, child, share_bp, declared_control, day(since), last)


def screened(facts: CaseFacts, role_class: RoleClass = RoleClass.ADJ, on: dt.date = ON) -> Screening:
    return screen(facts, expert_id=1, role_class=role_class, on=on, pack=PACK)


def tiers(facts: CaseFacts, on: dt.date = ON) -> str:
    """The tiers for ADJ, INV, SUP as the table writes them: `B/W/D`."""
    letters = {tier: letter for letter, tier in TIERS.items()}
    return "/".join(letters[screened(facts, role, on).tier] for role in RoleClass)


def only(screening: Screening) -> Finding:
    (finding,) = screening.findings
    return finding
