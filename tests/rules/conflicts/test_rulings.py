"""Rulings that stay in force when the facts behind a finding are edited."""

import datetime as dt
from dataclasses import replace

import pytest

from expertpool.conflicts.rules.facts import CaseFacts, Pin, Relation, Ruling
from expertpool.conflicts.rules.findings import Finding, Link
from expertpool.conflicts.rules.rulings import may_be_dismissed
from expertpool.conflicts.rules.vocabulary import FactKind, FindingStatus, RelationType, RoleClass, Tier
from tests.rules.conflicts.world import EXPERT, ON, VICTIM, only, screened, tie, world

INV = RoleClass.INV
DISMISSED, CONFIRMED = FindingStatus.DISMISSED, FindingStatus.CONFIRMED


def pinned(finding: Finding, status: FindingStatus, until: dt.date | None = None) -> Ruling:
    pin = Pin(finding.trace, finding.role_class, finding.behind or finding.rule, finding.worst_tier)
    return Ruling(EXPERT, finding.key, status, until, pin)


def edited(
    before: Relation, after: tuple[Relation, ...], status: FindingStatus, until: dt.date | None = None
) -> CaseFacts:
    """The facts after an edit, with the ruling made before it."""
    ruled = only(screened(world(relations=(before,)), INV))
    return world(relations=after, rulings=(pinned(ruled, status, until),))


DOUBT = tie(VICTIM, until="unknown")


def test_a_confirmed_conflict_stays_when_the_expert_ends_the_tie_long_ago() -> None:
    found = screened(edited(DOUBT, (tie(VICTIM, until="2011-01-01"),), CONFIRMED), INV)

    kept = only(found)
    assert (found.tier, kept.rule, kept.status) == (Tier.BAR, "R02", CONFIRMED)
    assert [step.fact_kind for step in kept.path if isinstance(step, Link)] == [FactKind.RULING]


def test_a_confirmed_conflict_stays_when_the_tie_is_gone() -> None:
    assert screened(edited(DOUBT, (), CONFIRMED), INV).tier is Tier.BAR


def test_a_confirmed_conflict_is_not_told_twice_while_the_facts_show_it() -> None:
    found = screened(edited(DOUBT, (tie(VICTIM),), CONFIRMED), INV)

    assert only(found).status is CONFIRMED
    assert found.tier is Tier.BAR


@pytest.mark.parametrize(("days", "tier"), [(0, Tier.BAR), (-1, Tier.CLEAR)])
def test_a_pinned_ruling_holds_until_its_last_day(days: int, tier: Tier) -> None:
    until = ON + dt.timedelta(days=days)

    assert screened(edited(DOUBT, (), CONFIRMED, until), INV).tier is tier


def test_a_kept_ruling_says_when_it_ends() -> None:
    finding = only(screened(edited(DOUBT, (), CONFIRMED, ON), INV))

    assert finding.lapses_on == ON + dt.timedelta(days=1)


def test_a_ruling_is_about_one_role_class() -> None:
    facts = edited(DOUBT, (), CONFIRMED)

    assert screened(facts, RoleClass.ADJ).tier is Tier.CLEAR


def test_a_dismissed_doubt_stays_dismissed_when_it_becomes_lighter() -> None:
    # The end is still vague, but no longer unknown: another rule stands behind the doubt now.
    found = screened(edited(DOUBT, (tie(VICTIM, until="2023"),), DISMISSED), INV)

    assert only(found).rule == "R28"
    assert found.tier is Tier.CLEAR


def test_a_dismissed_doubt_that_becomes_heavier_is_open_again() -> None:
    lighter = tie(VICTIM, RelationType.ADVISER, until="2023")
    found = screened(edited(lighter, (replace(lighter, until=DOUBT.until),), DISMISSED), INV)

    assert only(found).status is FindingStatus.OPEN
    assert found.tier is Tier.REVIEW


@pytest.mark.parametrize(("until", "tier"), [(None, Tier.BAR), ("2025-01-01", Tier.WAIVABLE)])
def test_a_dismissed_doubt_that_becomes_certain_counts(until: str | None, tier: Tier) -> None:
    assert screened(edited(DOUBT, (tie(VICTIM, until=until),), DISMISSED), INV).tier is tier


def test_a_ruling_about_one_tie_says_nothing_of_another() -> None:
    other = replace(DOUBT, id=2)

    assert screened(edited(DOUBT, (other,), DISMISSED), INV).tier is Tier.REVIEW
    assert len(screened(edited(DOUBT, (other,), CONFIRMED), INV).findings) == 2


def test_only_doubts_and_what_is_disclosed_are_dismissed_by_one_word() -> None:
    ends = {"unknown": True, "2024-01-01": True, "2025-01-01": False}

    for until, may in ends.items():
        assert may_be_dismissed(only(screened(world(relations=(tie(VICTIM, until=until),)), INV))) is may
    assert not may_be_dismissed(only(screened(world(relations=(tie(VICTIM),)), INV)))


def test_the_trace_stays_and_the_key_changes_when_dates_are_edited() -> None:
    before, after = (
        only(screened(world(relations=(tie(VICTIM, until=until),)), INV))
        for until in ("unknown", "2025-01-01")
    )

    assert before.trace == after.trace
    assert before.key != after.key
    assert before.trace != only(screened(world(relations=(DOUBT,)), RoleClass.ADJ)).trace
