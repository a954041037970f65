"""What a doubt shows of the rule behind it, and what is certain beside it."""

import datetime as dt
from dataclasses import replace

from expertpool.conflicts.rules.facts import Case, OrganisationAlias, Person, person
from expertpool.conflicts.rules.labels import BASES, TIERS
from expertpool.conflicts.rules.vocabulary import Confidence, PanelAct, RelationType, Tier
from expertpool.conflicts.rules.weighing import NAME_ONLY
from tests.rules.conflicts.table import GROUP, WHOLE, case, weighed
from tests.rules.conflicts.world import ACCUSED_FIRM, HOLDING, SISTER, VICTIM, only, owns, tie


def test_a_doubt_lapses_with_the_rule_behind_it_and_rests_on_its_own_basis() -> None:
    doubtful = tie(VICTIM, RelationType.ADVISER, until="2025-03-31", confidence=Confidence.NAME_ONLY)

    finding = only(weighed(case(doubtful)))

    assert (finding.rule, finding.behind) == ("R28", "R10")
    assert finding.lapses_on == dt.date(2027, 4, 1)
    assert finding.basis == BASES[WHOLE.rules["R28"].basis]
    assert finding.reckoning == NAME_ONLY


def test_a_namesake_is_a_doubt_about_whoever_bears_the_name() -> None:
    namesake = Person(person(50), "차별하", "Cha Byeolha")
    facts = case(tie(namesake.ref, RelationType.CO_AUTHOR, until="2011-03-31"))

    finding = only(weighed(replace(facts, persons=(*facts.persons, namesake))))

    assert (finding.rule, finding.behind, finding.party_id) == ("R28", None, 3)
    assert finding.reckoning == NAME_ONLY


def test_two_readings_of_a_date_are_told_with_what_was_counted() -> None:
    finding = only(weighed(case(tie(VICTIM, RelationType.ADVISER, until="2024"))))

    said = finding.reckoning.fields
    assert (said["worst"], said["mildest"]) == (TIERS[Tier.BAR], TIERS[Tier.WAIVABLE])


def test_the_words_name_the_shortest_look_back_the_last_day_lies_in() -> None:
    finding = only(weighed(case(tie(VICTIM, until="2024-03-31"))))

    assert finding.tier is Tier.WAIVABLE
    assert finding.reckoning.fields["years"] == 3


def test_a_tie_outside_the_case_rests_on_the_roster_and_not_on_the_act() -> None:
    before_an_act = case(tie(VICTIM), case=Case(1, "2026-0001", panel_act=PanelAct.WIN_WIN))

    finding = only(weighed(before_an_act))

    assert not finding.statutory
    assert finding.basis == BASES[WHOLE.rules["R02"].basis]


def test_what_is_certain_of_a_firm_stands_beside_what_its_name_alone_would_make_of_it() -> None:
    facts = case(
        tie(SISTER),
        ownerships=(owns(1, HOLDING, SISTER, 3000), GROUP[1]),
        aliases=(OrganisationAlias(SISTER, "한들셀"), OrganisationAlias(ACCUSED_FIRM, "한들셀")),
    )

    found = {one.rule: one for one in weighed(facts).findings}

    assert {rule: (one.tier, one.worst_tier) for rule, one in found.items()} == {
        "R32": (Tier.WAIVABLE, Tier.WAIVABLE),
        "R28": (Tier.REVIEW, Tier.BAR),
    }
    assert (found["R28"].party_id, found["R28"].reckoning) == (2, NAME_ONLY)
