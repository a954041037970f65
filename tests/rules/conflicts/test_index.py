"""How a case is laid out: which ties lead anywhere, who is named how, what is looked up by whom."""

import datetime as dt
from dataclasses import replace
from typing import Any

import pytest

from expertpool.conflicts.rules.facts import (
    Case,
    CaseParty,
    Declaration,
    LinkedCase,
    LinkedRole,
    Organisation,
    Person,
    Pin,
    Recusal,
    Ref,
    Relation,
    Ruling,
    SecrecyDuty,
    Technology,
    expert,
    organisation,
    person,
    technology,
)
from expertpool.conflicts.rules.findings import Node
from expertpool.conflicts.rules.index import CaseIndex, index_case
from expertpool.conflicts.rules.labels import WITHHELD
from expertpool.conflicts.rules.vocabulary import (
    Answer,
    FindingStatus,
    Kinship,
    NodeKind,
    PartyKind,
    RelationType,
    RoleClass,
    Side,
    Tier,
)
from tests.rules.conflicts.table import AGENCY, GROUP, OWN_FIRM, case, firm_tie
from tests.rules.conflicts.world import (
    ACCUSED_FIRM,
    EXPERT,
    HOLDING,
    ON,
    PACK,
    SISTER,
    STRANGER,
    SUSPECT,
    VICTIM,
    owns,
    tie,
    world,
)

R = RelationType
SECOND, THIRD = expert(2), expert(3)
CELL = Technology(technology(7), "셀 적층", "Cell stacking")
MATTER = Case(1, "2026-0001", agencies=(AGENCY,), technologies=(CELL,))


def laid_out(*ties: Relation, **changes: Any) -> CaseIndex:
    return index_case(case(*ties, **{"case": MATTER} | changes), on=ON, pack=PACK)


def leading(*ties: Relation, **changes: Any) -> list[int]:
    return [one.id for one in laid_out(*ties, **changes).ties.get(EXPERT, ())]


@pytest.mark.parametrize(
    ("own", "leads"),
    [
        (tie(VICTIM), True),
        (tie(SUSPECT, R.TEACHER), True),
        (tie(SISTER), True),
        (tie(AGENCY), True),
        (tie(CELL.ref, R.INVENTOR), True),
        (tie(STRANGER), False),
        (tie(STRANGER, case_id=1), True),
        (tie(STRANGER, case_id=2), False),
        (tie(STRANGER, technology=CELL.ref), True),
        (tie(STRANGER, technology=technology(8)), False),
        (tie(SUSPECT, R.SAME_PERSON), False),
        (tie(SUSPECT, R.SAME_PERSON, kinship=Kinship.SPOUSE), True),
    ],
)
def test_a_tie_leads_somewhere_by_its_end_its_matter_or_its_technology(own: Relation, leads: bool) -> None:
    assert leading(own, ownerships=GROUP) == ([1] if leads else [])


def test_a_tie_leads_to_a_place_with_ties_or_people_under_any_record_of_it() -> None:
    numbered = [Organisation(organisation(n), f"새봄 {n}", "", biz_no="0001234560") for n in (51, 52)]
    here = tie(numbered[0].ref, number=1)
    acts = firm_tie(numbered[1].ref, R.COUNSEL, STRANGER)
    works = firm_tie(SUSPECT, R.EMPLOYEE, numbered[1].ref)
    advises = firm_tie(SUSPECT, R.ADVISER, numbered[1].ref)
    facts = case(here, case=MATTER)
    facts = replace(facts, organisations=(*facts.organisations, *numbered))

    def led(*others: Relation) -> bool:
        found = index_case(replace(facts, relations=(here, *others)), on=ON, pack=PACK)
        return bool(found.ties)

    assert (led(), led(acts), led(works), led(advises)) == (False, True, True, False)


def test_every_tie_of_who_was_with_the_handling_agency_is_kept_once_and_no_other() -> None:
    other = Person(SECOND, "노을빛")
    ties = (
        tie(STRANGER, number=3),
        tie(AGENCY, until="2026-01-01", number=2),
        tie(OWN_FIRM, number=1),
        replace(tie(STRANGER, number=4), holder=SECOND),
        replace(tie(VICTIM, number=5), holder=SECOND),
    )
    index = laid_out(*ties, experts=(*world().experts, other))

    assert {ref: [one.id for one in kept] for ref, kept in index.ties.items()} == {
        EXPERT: [1, 2, 3],
        SECOND: [5],
    }


def test_ties_of_firms_and_posts_of_persons_are_found_where_they_are_followed_from() -> None:
    facts = laid_out(
        tie(OWN_FIRM, number=1),
        firm_tie(OWN_FIRM, R.COUNSEL, VICTIM, number=3),
        firm_tie(OWN_FIRM, R.ADVISER, VICTIM, number=2),
        firm_tie(SUSPECT, R.EMPLOYEE, OWN_FIRM, number=4),
        firm_tie(SUSPECT, R.ADVISER, OWN_FIRM, number=5),
        replace(tie(STRANGER, number=6), holder=EXPERT, type=R.EMPLOYEE),
        experts=(Person(EXPERT, "차별하"),),
    )

    assert {ref: [one.id for one in kept] for ref, kept in facts.firm_ties.items()} == {OWN_FIRM: [2, 3]}
    assert {ref: [one.id for one in kept] for ref, kept in facts.staff.items()} == {OWN_FIRM: [4]}
    assert list(facts.ties) == [EXPERT]


def test_what_parties_reach_is_told_party_by_party_in_both_readings() -> None:
    bought = owns(1, HOLDING, ACCUSED_FIRM, 6000, since="2026")
    owned = owns(2, HOLDING, VICTIM, 6000)
    facts = world(ownerships=(bought, owned))
    index = index_case(replace(facts, parties=facts.parties[::-1]), on=ON, pack=PACK)

    for reached in (index.longest, index.shortest):
        assert [party.id for party, _ways in reached[HOLDING]] == [1, 2]
        assert set(reached) == {VICTIM, ACCUSED_FIRM, SUSPECT, HOLDING}
    starts = [reached[HOLDING][1][1][0].span.first for reached in (index.longest, index.shortest)]
    assert starts == [dt.date(2026, 1, 1), ON]


def test_facts_about_experts_are_looked_up_by_expert_in_order() -> None:
    pin = Pin("trace", RoleClass.ADJ, "R09", Tier.BAR)
    yesterday = ON - dt.timedelta(days=1)
    rulings = (
        Ruling(EXPERT, "kept", FindingStatus.DISMISSED, until=ON),
        Ruling(EXPERT, "over", FindingStatus.DISMISSED, until=yesterday, pin=pin),
        Ruling(EXPERT, "pinned", FindingStatus.CONFIRMED, pin=pin),
        Ruling(SECOND, "pinned", FindingStatus.CONFIRMED, until=ON, pin=pin),
    )
    declared = tuple(Declaration(number, EXPERT, Answer.NONE, ON) for number in (2, 1))
    index = laid_out(
        rulings=rulings,
        declarations=declared,
        recusals=(Recusal(1, SECOND, ON),),
        secrecies=(SecrecyDuty(1, THIRD),),
    )

    assert index.rulings == {
        (EXPERT, "kept"): rulings[0],
        (EXPERT, "pinned"): rulings[2],
        (SECOND, "pinned"): rulings[3],
    }
    assert index.pinned == {EXPERT: [rulings[2]], SECOND: [rulings[3]]}
    assert index.declarations == {EXPERT: list(declared[::-1])}
    assert index.recusals == {SECOND: [Recusal(1, SECOND, ON)]}
    assert index.secrecies == {THIRD: [SecrecyDuty(1, THIRD)]}


@pytest.mark.parametrize(
    "said",
    [
        {"declarations": (Declaration(1, SECOND, Answer.NONE, ON),)},
        {"recusals": (Recusal(1, SECOND, ON),)},
        {"secrecies": (SecrecyDuty(1, SECOND),)},
        {"rulings": (Ruling(SECOND, "key", FindingStatus.DISMISSED),)},
        {"linked": (LinkedCase(2, roles=(LinkedRole(SECOND, RoleClass.ADJ),)),)},
        {"parties": (CaseParty(1, SECOND, Side.OTHER, PartyKind.PARTY, ON),)},
    ],
    ids=lambda said: next(iter(said)),
)
def test_whom_the_case_itself_says_something_about_is_known(said: dict[str, Any]) -> None:
    experts = (*world().experts, Person(SECOND, "노을빛"))

    assert SECOND in laid_out(experts=experts, **said).stated
    assert EXPERT not in laid_out(experts=experts, **said).stated


def test_everybody_is_named_in_both_languages_and_relatives_are_not() -> None:
    facts = world(
        case=MATTER,
        experts=(Person(EXPERT, "나루온", "Na Ruon"),),
        persons=(Person(SUSPECT, "차별하"), Person(person(2), name_hashes=("a1",))),
        organisations=(Organisation(VICTIM, "", "Dodam", listed=True), Organisation(SISTER, "미르온", "")),
    )
    index = index_case(facts, on=ON, pack=PACK)

    assert {ref: (node.name_ko, node.name_en) for ref, node in index.nodes.items()} == {
        EXPERT: ("나루온", "Na Ruon"),
        SUSPECT: ("차별하", "차별하"),
        person(2): WITHHELD,
        VICTIM: ("Dodam", "Dodam"),
        SISTER: ("미르온", "미르온"),
        CELL.ref: ("셀 적층", "Cell stacking"),
        Ref(NodeKind.CASE, 1): ("2026-0001", "2026-0001"),
    }
    assert all(isinstance(node, Node) and node.ref == ref for ref, node in index.nodes.items())
    assert (index.case, index.on, index.pack, index.facts) == (MATTER, ON, PACK, facts)
    assert index.experts == {1: facts.experts[0]}
    assert index.listed == {VICTIM}
