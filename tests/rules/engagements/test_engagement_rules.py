"""States, cards, declines and the counting of hours."""

import datetime as dt
import itertools

import pytest

from expertpool.availability.rules import Span
from expertpool.engagements.rules import (
    AGREED,
    CARD_WORDS,
    DECLINE_WORDS,
    LIVE,
    OPEN,
    STATE_WORDS,
    TIE_WORDS,
    TRANSITIONS,
    CardAnswer,
    CardEntry,
    CardStanding,
    DeclineReason,
    EngagementState,
    TieCategory,
    Work,
    check_card,
    check_decline,
    check_lending,
    check_step,
    seoul_month,
    seoul_week,
    standing,
)
from expertpool.refusals import Conflicting, Invalid, WrongState

MONDAY = dt.datetime(2026, 11, 23, 0, 0, tzinfo=dt.UTC)
HOUR = dt.timedelta(hours=1)


def entry(answer: CardAnswer, *, ruled: bool = False) -> CardEntry:
    pledged = answer is not CardAnswer.CANNOT_SAY
    return CardEntry(answer, "", pledged=pledged, ruled=ruled, answered_at=MONDAY)


@pytest.mark.parametrize(("state", "wanted"), list(itertools.product(EngagementState, EngagementState)))
def test_a_step_is_open_exactly_when_the_table_has_it(
    state: EngagementState, wanted: EngagementState
) -> None:
    allowed = wanted in TRANSITIONS[state]

    if allowed:
        check_step(state, wanted)
    else:
        with pytest.raises(WrongState):
            check_step(state, wanted)


def test_every_word_list_is_complete() -> None:
    assert set(STATE_WORDS) == set(TRANSITIONS) == set(EngagementState)
    assert set(DECLINE_WORDS) == set(DeclineReason)
    assert set(CARD_WORDS) == set(CardAnswer)
    assert set(TIE_WORDS) == set(TieCategory)


def test_who_leaves_a_live_state_without_work_done_never_comes_back() -> None:
    gone = set(EngagementState) - LIVE - {EngagementState.CLOSED}

    assert all(not TRANSITIONS[state] for state in gone)


def test_delivered_work_counts_as_agreed_but_not_as_open() -> None:
    assert EngagementState.DELIVERED in AGREED
    assert EngagementState.DELIVERED not in OPEN


@pytest.mark.parametrize(
    ("entries", "says"),
    [
        ([], CardStanding.UNANSWERED),
        ([entry(CardAnswer.NONE)], CardStanding.CLEAR),
        ([entry(CardAnswer.YES)], CardStanding.WITH_OFFICER),
        ([entry(CardAnswer.UNCERTAIN)], CardStanding.WITH_OFFICER),
        ([entry(CardAnswer.CANNOT_SAY)], CardStanding.CONFLICTED),
        ([entry(CardAnswer.YES), entry(CardAnswer.NONE, ruled=True)], CardStanding.CLEAR),
        ([entry(CardAnswer.NONE, ruled=True), entry(CardAnswer.YES)], CardStanding.CLEAR),
        ([entry(CardAnswer.UNCERTAIN), entry(CardAnswer.YES, ruled=True)], CardStanding.CONFLICTED),
    ],
)
def test_a_card_says_what_its_entries_come_to(entries: list[CardEntry], says: CardStanding) -> None:
    assert standing(entries) is says


@pytest.mark.parametrize("answer", [CardAnswer.NONE, CardAnswer.UNCERTAIN])
def test_what_may_open_the_case_needs_the_pledge(answer: CardAnswer) -> None:
    with pytest.raises(Invalid) as refusal:
        check_card(answer, category="", pledged=False)

    assert set(refusal.value.fields) == {"pledged"}


def test_who_may_not_say_pledges_nothing() -> None:
    check_card(CardAnswer.CANNOT_SAY, category="", pledged=False)


@pytest.mark.parametrize("category", ["", "gossip"])
def test_a_declared_tie_has_a_kind_from_the_list(category: str) -> None:
    with pytest.raises(Invalid) as refusal:
        check_card(CardAnswer.YES, category=category, pledged=True)

    assert set(refusal.value.fields) == {"category"}


@pytest.mark.parametrize(
    ("reason", "busy_until", "field"),
    [
        (None, None, "reason"),
        (DeclineReason.TERMS, dt.date(2026, 12, 12), "busy_until"),
        (DeclineReason.BUSY, dt.date(2026, 11, 23), "busy_until"),
    ],
)
def test_a_no_that_cannot_be_used_names_the_field(
    reason: DeclineReason | None, busy_until: dt.date | None, field: str
) -> None:
    with pytest.raises(Invalid) as refusal:
        check_decline(reason, busy_until=busy_until, today=dt.date(2026, 11, 23))

    assert set(refusal.value.fields) == {field}


def test_an_expert_may_be_busy_without_knowing_until_when() -> None:
    check_decline(DeclineReason.BUSY, busy_until=None, today=dt.date(2026, 11, 23))


def test_a_week_begins_on_monday_at_midnight_in_seoul() -> None:
    midnight = dt.datetime(2026, 11, 22, 15, 0, tzinfo=dt.UTC)

    assert seoul_week(midnight) == dt.date(2026, 11, 23)
    assert seoul_week(midnight - dt.timedelta(microseconds=1)) == dt.date(2026, 11, 16)


def test_a_month_begins_at_midnight_in_seoul() -> None:
    midnight = dt.datetime(2026, 11, 30, 15, 0, tzinfo=dt.UTC)

    assert seoul_month(midnight) == dt.date(2026, 12, 1)
    assert seoul_month(midnight - dt.timedelta(microseconds=1)) == dt.date(2026, 11, 1)


def test_sessions_count_where_they_start_and_other_work_where_the_deadline_falls() -> None:
    last_sunday = dt.datetime(2026, 11, 29, 14, 0, tzinfo=dt.UTC)  # 23:00 in Seoul
    deadline = dt.datetime(2026, 12, 6, 15, 0, tzinfo=dt.UTC)  # the midnight that ends Sunday 6 December

    work = Work((Span(last_sunday, last_sunday + 2 * HOUR),), 300, deadline)

    assert work.minutes_by_week == {dt.date(2026, 11, 23): 120, dt.date(2026, 11, 30): 300}
    assert work.minutes_by_month == {dt.date(2026, 11, 1): 120, dt.date(2026, 12, 1): 300}
    assert work.minutes == 420


def test_a_session_right_after_the_notice_is_lent() -> None:
    start = MONDAY + 3 * HOUR

    check_lending([Span(start, start + HOUR)], now=MONDAY, notice=3 * HOUR, blackouts=[])


def test_a_session_inside_the_notice_is_not_lent() -> None:
    start = MONDAY + 2 * HOUR

    with pytest.raises(Conflicting) as refusal:
        check_lending([Span(start, start + HOUR)], now=MONDAY, notice=3 * HOUR, blackouts=[])

    assert refusal.value.rule == "LEND-03"


def test_a_session_that_touches_a_blackout_is_lent_and_one_inside_is_not() -> None:
    blackout = Span(MONDAY + 2 * HOUR, MONDAY + 4 * HOUR)
    notice = dt.timedelta(0)
    check_lending([Span(MONDAY, MONDAY + 2 * HOUR)], now=MONDAY, notice=notice, blackouts=[blackout])

    with pytest.raises(Conflicting) as refusal:
        check_lending([Span(MONDAY, MONDAY + 3 * HOUR)], now=MONDAY, notice=notice, blackouts=[blackout])

    assert refusal.value.rule == "LEND-04"
