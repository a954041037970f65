"""Which findings can be waived, who decides in which order, and what a waiver reaches."""

import datetime as dt
import uuid
from dataclasses import replace

import pytest

from expertpool.conflicts.rules.facts import Declaration, Ruling
from expertpool.conflicts.rules.findings import Screening
from expertpool.conflicts.rules.vocabulary import Answer, FindingStatus, RoleClass
from expertpool.conflicts.rules.waivers import (
    GrantedWaiver,
    WaiverAct,
    WaiverGround,
    WaiverState,
    WaiverWish,
    after_waiver_act,
    check_consents,
    check_waiver_approver,
    findings_to_waive,
    needs_consents,
    reaches,
    waiver_faults,
)
from expertpool.refusals import Conflicting, Forbidden, Invalid, WrongState
from tests.rules.conflicts.world import EXPERT, ON, VICTIM, only, screened, tie, world

REQUESTER, ENDORSER, GRANTER = (uuid.UUID(int=number) for number in (1, 2, 3))
USING, OTHER = uuid.UUID(int=11), uuid.UUID(int=12)
SEAT = uuid.UUID(int=21)
PERSON = uuid.UUID(int=EXPERT.id)
YEAR = dt.timedelta(days=366)


def test_two_approvals_make_a_waiver_and_it_can_end_in_three_ways() -> None:
    endorsed = after_waiver_act(WaiverState.REQUESTED, WaiverAct.ENDORSE)
    granted = after_waiver_act(endorsed, WaiverAct.GRANT)

    assert granted is WaiverState.GRANTED
    assert {
        after_waiver_act(granted, act) for act in (WaiverAct.REVOKE, WaiverAct.WITHDRAW, WaiverAct.EXPIRE)
    } == {
        WaiverState.REVOKED,
        WaiverState.WITHDRAWN,
        WaiverState.EXPIRED,
    }


@pytest.mark.parametrize(
    ("state", "act"),
    [
        (WaiverState.REQUESTED, WaiverAct.GRANT),
        (WaiverState.REQUESTED, WaiverAct.REVOKE),
        (WaiverState.ENDORSED, WaiverAct.ENDORSE),
        (WaiverState.REFUSED, WaiverAct.ENDORSE),
        (WaiverState.EXPIRED, WaiverAct.GRANT),
        (WaiverState.GRANTED, WaiverAct.REFUSE),
        (WaiverState.REVOKED, WaiverAct.GRANT),
    ],
)
def test_a_waiver_takes_no_step_its_table_does_not_have(state: WaiverState, act: WaiverAct) -> None:
    with pytest.raises(WrongState):
        after_waiver_act(state, act)


def _approve(act: WaiverAct, who: uuid.UUID | None, ministry: uuid.UUID | None, by: uuid.UUID | None) -> None:
    check_waiver_approver(
        act,
        approver_id=who,
        approver_ministry=ministry,
        requester_id=REQUESTER,
        using_ministry=USING,
        endorser_id=by,
    )


def test_the_using_ministry_endorses_and_another_grants() -> None:
    _approve(WaiverAct.ENDORSE, ENDORSER, USING, None)
    _approve(WaiverAct.GRANT, GRANTER, OTHER, ENDORSER)


@pytest.mark.parametrize(
    ("act", "who", "ministry", "by"),
    [
        (WaiverAct.ENDORSE, REQUESTER, USING, None),
        (WaiverAct.ENDORSE, ENDORSER, OTHER, None),
        (WaiverAct.ENDORSE, None, USING, None),
        (WaiverAct.GRANT, REQUESTER, OTHER, ENDORSER),
        (WaiverAct.GRANT, ENDORSER, OTHER, ENDORSER),
        (WaiverAct.GRANT, GRANTER, USING, ENDORSER),
        (WaiverAct.GRANT, GRANTER, None, ENDORSER),
    ],
)
def test_nobody_approves_a_waiver_out_of_turn(
    act: WaiverAct, who: uuid.UUID | None, ministry: uuid.UUID | None, by: uuid.UUID | None
) -> None:
    with pytest.raises(Forbidden):
        _approve(act, who, ministry, by)


def _recent_job(role_class: RoleClass = RoleClass.INV) -> Screening:
    return screened(world(relations=(tie(VICTIM, until="2025-01-01"),)), role_class)


def test_a_waivable_finding_may_be_waived() -> None:
    assert [finding.rule for finding in findings_to_waive(_recent_job())] == ["R09"]


def test_neither_a_bar_nor_a_statutory_finding_nor_a_recusal_is_waived() -> None:
    bar = screened(world(relations=(tie(VICTIM),)))
    waivable = _recent_job()
    statutory = replace(waivable, findings=(replace(only(waivable), statutory=True),))
    silent = screened(world(declarations=(Declaration(1, EXPERT, Answer.CANNOT_SAY, ON),)))

    for screening, rule in ((bar, "R02"), (statutory, "R09"), (silent, "R30")):
        with pytest.raises(Conflicting) as refusal:
            findings_to_waive(screening)
        assert refusal.value.rule == rule


def test_a_waivable_finding_beside_a_bar_or_a_doubt_is_not_waived() -> None:
    doubtful = screened(
        world(relations=(tie(VICTIM, until="2025-01-01"), tie(VICTIM, until="unknown", number=2))),
        RoleClass.INV,
    )

    with pytest.raises(Conflicting) as refusal:
        findings_to_waive(doubtful)
    assert refusal.value.rule == "R28"


def test_nothing_to_waive_is_no_waiver() -> None:
    with pytest.raises(Conflicting):
        findings_to_waive(screened(world()))


@pytest.mark.parametrize(
    ("role_class", "rules", "needed"),
    [
        (RoleClass.ADJ, ["R09"], True),
        (RoleClass.SUP, ["R08"], True),
        (RoleClass.SUP, ["R09"], False),
        (RoleClass.INV, ["R08"], False),
    ],
)
def test_adjudicators_and_counsel_of_a_party_need_the_consent_of_both_sides(
    role_class: RoleClass, rules: list[str], needed: bool
) -> None:
    assert needs_consents(role_class, rules) is needed
    check_consents(role_class, rules, complainant="문서 1", respondent="문서 2")
    for one, two in (("문서 1", ""), (" ", "문서 2")):
        if needed:
            with pytest.raises(Invalid):
                check_consents(role_class, rules, complainant=one, respondent=two)
        else:
            check_consents(role_class, rules, complainant=one, respondent=two)


def _wish(**changes: object) -> WaiverWish:
    usual: dict[str, object] = {
        "ground": WaiverGround.IRREPLACEABLE,
        "reason": "유일한 전문가",
        "monitor_id": uuid.UUID(int=5),
        "until": ON,
    }
    return WaiverWish(**(usual | changes))  # type: ignore[arg-type] # plain facts in a dict


@pytest.mark.parametrize(
    ("wish", "faulty"),
    [
        (_wish(), set()),
        (_wish(until=ON - dt.timedelta(days=1)), {"until"}),
        (_wish(until=ON + YEAR), set()),
        (_wish(until=ON + YEAR + dt.timedelta(days=1)), {"until"}),
        (_wish(reason=" "), {"reason"}),
        (_wish(reason="가" * 400), set()),
        (_wish(reason="가" * 401), {"reason"}),
    ],
)
def test_a_waiver_says_why_and_lasts_as_long_as_the_work_but_no_year_longer(
    wish: WaiverWish, faulty: set[str]
) -> None:
    assert set(waiver_faults(wish, work_ends_on=ON, today=ON)) == faulty


def _waived(keys: frozenset[str], until: dt.date = ON) -> tuple[GrantedWaiver, Screening]:
    facts = world(relations=(tie(VICTIM, until="2025-01-01"), tie(VICTIM, until="2025-02-01", number=2)))
    found = screened(facts, RoleClass.INV)
    rulings = tuple(Ruling(EXPERT, one.key, FindingStatus.WAIVED, until) for one in found.findings)
    waiver = GrantedWaiver(PERSON, SEAT, keys or frozenset(one.key for one in found.findings), until)
    return waiver, screened(replace(facts, rulings=rulings), RoleClass.INV)


def test_a_waiver_reaches_its_seat_until_its_day_and_for_the_findings_it_names() -> None:
    waiver, screening = _waived(frozenset())
    tomorrow = ON + dt.timedelta(days=1)

    assert reaches([waiver], screening, seat_id=SEAT, ends_on=ON)
    assert not reaches([waiver], screening, seat_id=uuid.UUID(int=22), ends_on=ON)
    assert not reaches([waiver], screening, seat_id=SEAT, ends_on=tomorrow)
    assert not reaches([replace(waiver, expert_id=uuid.UUID(int=99))], screening, seat_id=SEAT, ends_on=ON)
    assert not reaches([], screening, seat_id=SEAT, ends_on=ON)


def test_two_waivers_that_each_name_a_part_do_not_add_up() -> None:
    _, screening = _waived(frozenset())
    halves = [GrantedWaiver(PERSON, SEAT, frozenset({finding.key}), ON) for finding in screening.findings]

    assert len(halves) == 2
    assert not reaches(halves, screening, seat_id=SEAT, ends_on=ON)
