"""What a doubt shows of the rule behind it, and what is certain beside it."""

import datetime as dt

from expertpool.conflicts.rules.facts import Case, OrganisationAlias
from expertpool.conflicts.rules.labels import BASES
from expertpool.conflicts.rules.vocabulary import Confidence, PanelAct, RelationType, Tier
from tests.rules.conflicts.table import GROUP, WHOLE, case, weighed
from tests.rules.conflicts.world import ACCUSED_FIRM, HOLDING, SISTER, VICTIM, only, owns, tie


def test_a_doubt_lapses_with_the_rule_behind_it_and_rests_on_its_own_basis() -> None:
    doubtful = tie(VICTIM, RelationType.ADVISER, until="2025-03-31", confidence=Confidence.NAME_ONLY)

    finding = only(weighed(case(doubtful)))

    assert (finding.rule, finding.behind) == ("R28", "R10")
    assert finding.lapses_on == dt.date(2027, 4, 1)
    assert finding.basis == BASES[WHOLE.rules["R28"].basis]


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

    found = {one.rule: (one.tier, one.worst_tier) for one in weighed(facts).findings}

    assert found == {"R32": (Tier.WAIVABLE, Tier.WAIVABLE), "R28": (Tier.REVIEW, Tier.BAR)}
