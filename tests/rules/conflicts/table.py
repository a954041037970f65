"""The invented world with more people in it, screened by all rules of the pack."""

import datetime as dt
from dataclasses import replace
from typing import Any

from expertpool.conflicts.packs import pack_in_force
from expertpool.conflicts.rules.facts import (
    Case,
    CaseFacts,
    CaseParty,
    Organisation,
    Person,
    Relation,
    organisation,
    person,
)
from expertpool.conflicts.rules.findings import Screening
from expertpool.conflicts.rules.screening import screen
from expertpool.conflicts.rules.vocabulary import (
    OrganisationKind,
    PartyKind,
    RelationType,
    RoleClass,
    Side,
)
from tests.rules.conflicts.world import HOLDING, ON, SISTER, TIERS, day, owns, world

WHOLE = pack_in_force(ON)
OWN_FIRM, THEIR_LAW_FIRM, OUR_LAW_FIRM, RIVAL, AGENCY, COLLEGE = (organisation(n) for n in range(11, 17))
OFFICER_IN_CHARGE, INVENTOR, THEIR_COUNSEL = (person(n) for n in (11, 12, 13))
GROUP = (owns(1, HOLDING, SISTER, 6000), owns(2, HOLDING, organisation(2), 5500))
"""Makes SISTER an affiliate of the accused firm."""


def case(*relations: Relation, **changes: Any) -> CaseFacts:
    """Both principals, their law firms, a competitor, a case officer, an inventor, an agency, a college."""
    facts = world(relations=relations)
    facts = replace(
        facts,
        case=Case(1, "2026-0001", agencies=(AGENCY,)),
        parties=(
            *facts.parties,
            CaseParty(4, THEIR_LAW_FIRM, Side.RESPONDENT, PartyKind.LAW_FIRM, ON),
            CaseParty(5, OUR_LAW_FIRM, Side.COMPLAINANT, PartyKind.LAW_FIRM, ON),
            CaseParty(6, RIVAL, Side.OTHER, PartyKind.COMPETITOR, ON),
            CaseParty(7, OFFICER_IN_CHARGE, Side.OTHER, PartyKind.CASE_OFFICER, ON),
            CaseParty(8, INVENTOR, Side.COMPLAINANT, PartyKind.INVENTOR, ON),
            CaseParty(9, THEIR_COUNSEL, Side.RESPONDENT, PartyKind.COUNSEL, ON),
        ),
        persons=(
            *facts.persons,
            Person(OFFICER_IN_CHARGE, "노을빛", "No Eulbit"),
            Person(INVENTOR, "도하늘", "Do Haneul"),
            Person(THEIR_COUNSEL, "마루한", "Ma Ruhan"),
        ),
        organisations=(
            *facts.organisations,
            Organisation(OWN_FIRM, "새봄연구", "Saebom Research"),
            Organisation(THEIR_LAW_FIRM, "해담", "Haedam", kind=OrganisationKind.PROFESSIONAL_FIRM),
            Organisation(OUR_LAW_FIRM, "윤슬", "Yunseul", kind=OrganisationKind.PROFESSIONAL_FIRM),
            Organisation(RIVAL, "버금전자", "Beogeum Electronics"),
            Organisation(AGENCY, "가온청", "Gaon Agency", kind=OrganisationKind.PUBLIC_BODY),
            Organisation(COLLEGE, "한울대", "Hanul College", kind=OrganisationKind.UNIVERSITY),
        ),
    )
    return replace(facts, **changes)


def listed(facts: CaseFacts) -> CaseFacts:
    """The same with every firm on the exchange."""
    return replace(facts, organisations=tuple(replace(one, listed=True) for one in facts.organisations))


def firm_tie(
    holder: Any, kind: RelationType, target: Any, *, until: str | None = None, number: int = 50, **more: Any
) -> Relation:
    """A tie somebody else holds: a firm's mandate, a person's post."""
    last = day(until) if until else None
    return Relation(number, holder, kind, target, since=day("2010-03-01"), until=last, **more)


def weighed(facts: CaseFacts, role_class: RoleClass = RoleClass.ADJ, on: dt.date = ON) -> Screening:
    return screen(facts, expert_id=1, role_class=role_class, on=on, pack=WHOLE)


def cells(facts: CaseFacts, on: dt.date = ON) -> str:
    """The tiers for ADJ, INV, SUP as the table writes them: `B/W/D`."""
    letters = {tier: letter for letter, tier in TIERS.items()}
    return "/".join(letters[weighed(facts, role, on).tier] for role in RoleClass)


def rules(facts: CaseFacts, on: dt.date = ON) -> set[str]:
    """Which rules spoke, in any role."""
    return {one.rule for role in RoleClass for one in weighed(facts, role, on).findings}
