"""The life of an expert: which steps exist, and what each needs."""

import datetime as dt
from dataclasses import dataclass

import pytest

from expertpool.experts.rules import TRANSITIONS, ExpertState, may_become, way_to, why_not

TODAY = dt.date(2026, 11, 23)


@dataclass
class Term:
    starts_on: dt.date
    ends_on: dt.date


OPEN = [Term(dt.date(2026, 1, 1), dt.date(2027, 1, 1))]
OVER = [Term(dt.date(2025, 1, 1), TODAY)]


def test_every_state_is_in_the_table() -> None:
    assert set(TRANSITIONS) == set(ExpertState)


def test_nobody_leaves_retirement() -> None:
    assert not any(may_become(ExpertState.RETIRED, state) for state in ExpertState)


def test_everybody_else_can_retire() -> None:
    others = set(ExpertState) - {ExpertState.RETIRED}

    assert all(may_become(state, ExpertState.RETIRED) for state in others)


def test_an_applicant_is_not_activated_without_being_verified() -> None:
    assert why_not(ExpertState.APPLIED, ExpertState.ACTIVE, role_kinds=1, terms=OPEN, today=TODAY)


def test_nobody_is_verified_without_a_role() -> None:
    assert why_not(ExpertState.APPLIED, ExpertState.VERIFIED, role_kinds=0, terms=OPEN, today=TODAY)


@pytest.mark.parametrize("terms", [[], OVER])
def test_nobody_is_activated_without_a_term_that_goes_on(terms: list[Term]) -> None:
    assert why_not(ExpertState.VERIFIED, ExpertState.ACTIVE, role_kinds=1, terms=terms, today=TODAY)


def test_a_verified_expert_with_a_role_and_a_term_can_be_activated() -> None:
    assert why_not(ExpertState.VERIFIED, ExpertState.ACTIVE, role_kinds=1, terms=OPEN, today=TODAY) is None


def test_an_expert_whose_term_is_over_can_still_be_paused() -> None:
    assert why_not(ExpertState.ACTIVE, ExpertState.PAUSED, role_kinds=1, terms=OVER, today=TODAY) is None


def test_the_way_to_a_state_goes_through_the_table() -> None:
    assert way_to(ExpertState.APPLIED, ExpertState.PAUSED) == (
        ExpertState.VERIFIED,
        ExpertState.ACTIVE,
        ExpertState.PAUSED,
    )


def test_no_way_leads_back_to_applied() -> None:
    assert way_to(ExpertState.ACTIVE, ExpertState.APPLIED) is None


def test_who_is_there_already_has_no_steps_to_go() -> None:
    assert way_to(ExpertState.ACTIVE, ExpertState.ACTIVE) == ()
