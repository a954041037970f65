"""Who is screened, in which order findings come, and what joins an expert to the case."""

from dataclasses import replace

import pytest

from expertpool.conflicts.rules.facts import CaseFacts, CaseParty, Declaration, Person, Recusal, expert
from expertpool.conflicts.rules.findings import Link
from expertpool.conflicts.rules.labels import COULD_NOT_SAY, STANDS_IN, STEPPED_DOWN
from expertpool.conflicts.rules.screening import screen_many
from expertpool.conflicts.rules.vocabulary import Answer, PartyKind, RelationType, RoleClass, Side, Tier
from tests.rules.conflicts.table import RIVAL, case, weighed
from tests.rules.conflicts.world import EXPERT, ON, PACK, VICTIM, only, tie, world


@pytest.mark.parametrize(
    ("facts", "labels"),
    [
        (world(recusals=(Recusal(1, EXPERT, ON),)), [str(STEPPED_DOWN)]),
        (world(declarations=(Declaration(1, EXPERT, Answer.CANNOT_SAY, ON),)), [str(COULD_NOT_SAY)]),
        (
            replace(world(), parties=(CaseParty(9, EXPERT, Side.OTHER, PartyKind.PARTY, ON),)),
            [str(STANDS_IN)],
        ),
    ],
    ids=["stepped down", "may not say", "stands in the case"],
)
def test_what_joins_the_expert_to_the_case_is_said(facts: CaseFacts, labels: list[str]) -> None:
    path = only(weighed(facts)).path

    assert [str(step.label) for step in path if isinstance(step, Link)] == labels


def test_a_tie_shows_the_share_it_was_recorded_with() -> None:
    shares = tie(VICTIM, RelationType.SHAREHOLDER, share_bp=3_200)

    path = only(weighed(world(relations=(shares,)))).path

    assert [step.share_bp for step in path if isinstance(step, Link)] == [3_200]


@pytest.mark.parametrize(("share_bp", "rule"), [(499, None), (500, "R13"), (None, "R28")])
def test_an_unknown_share_in_a_competitor_leaves_it_open(share_bp: int | None, rule: str | None) -> None:
    shares = tie(RIVAL, RelationType.SHAREHOLDER, share_bp=share_bp)
    found = weighed(case(shares))

    assert [each.rule for each in found.findings] == ([rule] if rule else [])


@pytest.mark.parametrize(("until", "rules"), [("2026-08-31", ["R10", "R11"]), ("2026-09-01", ["R02"])])
def test_counsel_who_acts_in_this_case_to_this_day_has_not_acted_before(until: str, rules: list[str]) -> None:
    acts = tie(VICTIM, RelationType.COUNSEL, until=until, case_id=1)

    found = weighed(world(relations=(acts,)))

    assert sorted(each.rule for each in found.findings) == rules


def test_those_asked_about_are_screened_in_order_and_nobody_else() -> None:
    facts = world(experts=tuple(Person(expert(number), f"나루온{number}") for number in (1, 2, 3)))

    found = screen_many(facts, role_class=RoleClass.INV, on=ON, pack=PACK, expert_ids=[3, 1, 3])

    told = [(each.expert_id, each.role_class, each.on, each.pack_version) for each in found]
    assert told == [(number, RoleClass.INV, ON, PACK.version) for number in (1, 3)]


def test_the_findings_that_could_weigh_most_come_first_among_equals() -> None:
    doubts = (
        tie(VICTIM, RelationType.ADVISER, until="unknown", number=1),
        tie(VICTIM, RelationType.PROGRAMME_JUDGE, until="unknown", number=2),
    )

    found = weighed(world(relations=doubts))

    assert [each.worst_tier for each in found.findings] == [Tier.BAR, Tier.DISCLOSE]
