"""Who may begin before the conflict card, and what an answer is worth that comes afterwards."""

import datetime as dt
from dataclasses import replace

import pytest

from expertpool.engagements.rules import (
    DECLARED_WITHIN,
    OWING,
    CardAnswer,
    CardEntry,
    CardStanding,
    EngagementState,
    UrgentCall,
    check_declared_later,
    check_may_begin,
    may_declare_later,
    owed_until,
    standing,
    task_is_open,
)
from expertpool.incidents.rules import PRESERVES_EVIDENCE, SESSION_KIND_WORDS, Urgency
from expertpool.refusals import Conflicting, Invalid, WrongState
from expertpool.scheduling.vocabulary import Tier

BEGAN = dt.datetime(2026, 11, 23, 14, 0, tzinfo=dt.UTC)
DUE = BEGAN + DECLARED_WITHIN
TICK = dt.timedelta(microseconds=1)
TONIGHT = UrgentCall(Urgency.TONIGHT, frozenset({"imaging"}), effort_minutes=0, compartmented=False)
PLEDGE = CardEntry(CardAnswer.NONE, "", pledged=True, ruled=False, answered_at=BEGAN, due_at=DUE)


def answered(answer: CardAnswer, at: dt.datetime) -> CardEntry:
    return CardEntry(answer, "", pledged=True, ruled=False, answered_at=at)


@pytest.mark.parametrize(
    ("change", "may"),
    [
        ({}, True),
        ({"urgency": Urgency.URGENT}, False),
        ({"session_kinds": frozenset({"imaging", "analysis"})}, False),
        ({"session_kinds": frozenset[str]()}, False),
        ({"effort_minutes": 30}, False),
        ({"compartmented": True}, False),
    ],
)
def test_night_01_only_securing_evidence_tonight_begins_before_the_card(
    change: dict[str, object], may: bool
) -> None:
    call = replace(TONIGHT, **change)  # type: ignore[arg-type] # plain facts in a dict

    assert may_declare_later(call) is may
    if may:
        check_declared_later(call, pledged=True)
    else:
        with pytest.raises(WrongState, match="Answer the card first"):
            check_declared_later(call, pledged=True)


def test_nothing_begins_without_the_pledge() -> None:
    with pytest.raises(Invalid):
        check_declared_later(TONIGHT, pledged=False)


@pytest.mark.parametrize("tier", Tier)
def test_night_02_only_clear_and_disclose_begin(tier: Tier) -> None:
    if tier in {Tier.CLEAR, Tier.DISCLOSE}:
        check_may_begin(tier)
    else:
        with pytest.raises(Conflicting, match="Answer the card now"):
            check_may_begin(tier)


@pytest.mark.parametrize(
    ("entries", "says", "owed"),
    [
        ([PLEDGE], CardStanding.DEFERRED, DUE),
        ([PLEDGE, answered(CardAnswer.NONE, DUE)], CardStanding.CLEAR, None),
        ([PLEDGE, answered(CardAnswer.NONE, DUE + TICK)], CardStanding.WITH_OFFICER, None),
        ([PLEDGE, answered(CardAnswer.YES, DUE)], CardStanding.WITH_OFFICER, None),
        ([answered(CardAnswer.CANNOT_SAY, DUE), PLEDGE], CardStanding.CONFLICTED, None),
        ([PLEDGE, replace(answered(CardAnswer.YES, DUE + TICK), ruled=True)], CardStanding.CONFLICTED, None),
    ],
)
def test_a_card_is_owed_until_it_is_answered_and_24_hours_are_in_time(
    entries: list[CardEntry], says: CardStanding, owed: dt.datetime | None
) -> None:
    assert (standing(entries), owed_until(entries)) == (says, owed)


@pytest.mark.parametrize("state", EngagementState)
def test_the_task_is_shown_until_the_work_is_handed_in_or_the_card_is_due(state: EngagementState) -> None:
    at_work = state in OWING and state is not EngagementState.DELIVERED

    shown = [
        task_is_open(state, owed_until=owed, paused=paused, now=at)
        for owed, paused, at in (
            (DUE, False, DUE),
            (DUE, False, DUE + TICK),
            (DUE, True, BEGAN),
            (None, False, BEGAN),
        )
    ]

    assert shown == [at_work, False, False, False]


def test_what_secures_evidence_is_a_kind_of_session() -> None:
    assert set(SESSION_KIND_WORDS) >= PRESERVES_EVIDENCE
