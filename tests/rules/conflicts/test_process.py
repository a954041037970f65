"""What follows from a declaration, and the steps of a waiver."""

from dataclasses import replace

import pytest

from expertpool.conflicts.rules.process import (
    AFTER_ANSWER,
    AfterDeclaration,
    WaiverAct,
    WaiverState,
    after_waiver_act,
    check_consents,
    check_waivable,
    check_waiver_approver,
)
from expertpool.conflicts.rules.vocabulary import Answer, RoleClass
from expertpool.refusals import Forbidden, Invalid, WrongState
from tests.rules.conflicts.world import VICTIM, only, screened, tie, world


@pytest.mark.parametrize(
    ("answer", "then"),
    [
        (Answer.NONE, AfterDeclaration.DETAILS_OPEN),
        (Answer.YES, AfterDeclaration.OFFICER_DECIDES),
        (Answer.UNCERTAIN, AfterDeclaration.OFFICER_DECIDES),
        (Answer.CANNOT_SAY, AfterDeclaration.RECUSED),
    ],
)
def test_details_open_only_after_the_answer_none(answer: Answer, then: AfterDeclaration) -> None:
    assert AFTER_ANSWER[answer] is then


def test_a_waiver_needs_two_approvals() -> None:
    endorsed = after_waiver_act(WaiverState.REQUESTED, WaiverAct.ENDORSE)

    assert after_waiver_act(endorsed, WaiverAct.GRANT) is WaiverState.GRANTED


@pytest.mark.parametrize(
    ("state", "act"),
    [
        (WaiverState.REQUESTED, WaiverAct.GRANT),
        (WaiverState.REFUSED, WaiverAct.ENDORSE),
        (WaiverState.EXPIRED, WaiverAct.GRANT),
        (WaiverState.GRANTED, WaiverAct.REFUSE),
    ],
)
def test_a_waiver_takes_no_step_its_table_does_not_have(state: WaiverState, act: WaiverAct) -> None:
    with pytest.raises(WrongState):
        after_waiver_act(state, act)


def _approve(act: WaiverAct, *, approver_id: int, approver_ministry: str) -> None:
    check_waiver_approver(
        act,
        approver_id=approver_id,
        approver_ministry=approver_ministry,
        requester_id=1,
        using_ministry="MSS",
    )


def test_the_using_ministry_endorses_and_another_grants() -> None:
    _approve(WaiverAct.ENDORSE, approver_id=2, approver_ministry="MSS")
    _approve(WaiverAct.GRANT, approver_id=3, approver_ministry="KFTC")


@pytest.mark.parametrize(
    ("act", "approver_id", "approver_ministry"),
    [
        (WaiverAct.ENDORSE, 1, "MSS"),
        (WaiverAct.GRANT, 1, "KFTC"),
        (WaiverAct.ENDORSE, 2, "KFTC"),
        (WaiverAct.GRANT, 2, "MSS"),
    ],
)
def test_nobody_approves_a_waiver_out_of_turn(
    act: WaiverAct, approver_id: int, approver_ministry: str
) -> None:
    with pytest.raises(Forbidden):
        _approve(act, approver_id=approver_id, approver_ministry=approver_ministry)


def test_a_waivable_finding_may_be_waived() -> None:
    check_waivable(only(screened(world(relations=(tie(VICTIM, until="2025-01-01"),)), RoleClass.INV)))


def test_neither_a_bar_nor_a_statutory_finding_is_waived() -> None:
    bar = only(screened(world(relations=(tie(VICTIM),))))
    waivable = only(screened(world(relations=(tie(VICTIM, until="2025-01-01"),)), RoleClass.INV))

    for finding in (bar, replace(waivable, statutory=True)):
        with pytest.raises(Invalid):
            check_waivable(finding)


def test_whoever_adjudicates_is_waived_only_with_the_consent_of_both_sides() -> None:
    check_consents(RoleClass.ADJ, complainant=True, respondent=True)
    check_consents(RoleClass.INV, complainant=False, respondent=False)

    with pytest.raises(Invalid):
        check_consents(RoleClass.ADJ, complainant=True, respondent=False)
