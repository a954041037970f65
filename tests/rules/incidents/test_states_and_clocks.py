"""State tables are whole, clocks end on the right Seoul day, receipt numbers say nothing about counts."""

import datetime as dt

import pytest

from expertpool.incidents.data import load_request_templates
from expertpool.incidents.rules import (
    INCIDENT_STATE_WORDS,
    INCIDENT_TRANSITIONS,
    NEED_STATE_WORDS,
    NEED_TRANSITIONS,
    RECEIPT_BITS,
    SESSION_KIND_WORDS,
    IncidentState,
    NeedState,
    TeamRuleKind,
    due_of,
    incident_step_refused,
    need_step_refused,
    receipt_number,
    remaining_days,
)

MONDAY_EVENING = dt.datetime(2026, 11, 23, 14, 30, tzinfo=dt.UTC)  # 23:30 in Seoul, still Monday


def test_every_state_has_a_row_and_a_word() -> None:
    assert set(INCIDENT_TRANSITIONS) == set(INCIDENT_STATE_WORDS) == set(IncidentState)
    assert set(NEED_TRANSITIONS) == set(NEED_STATE_WORDS) == set(NeedState)


@pytest.mark.parametrize("state", list(IncidentState))
@pytest.mark.parametrize("wanted", list(IncidentState))
def test_an_incident_takes_only_the_steps_of_the_table(state: IncidentState, wanted: IncidentState) -> None:
    refused = incident_step_refused(state, wanted) is not None

    assert refused == (wanted not in INCIDENT_TRANSITIONS[state])


@pytest.mark.parametrize("state", list(NeedState))
@pytest.mark.parametrize("wanted", list(NeedState))
def test_a_need_takes_only_the_steps_of_the_table(state: NeedState, wanted: NeedState) -> None:
    refused = need_step_refused(state, wanted) is not None

    assert refused == (wanted not in NEED_TRANSITIONS[state])


@pytest.mark.parametrize(
    ("length", "unit", "before", "day"),
    [
        (15, "days", False, dt.date(2026, 12, 8)),
        (7, "days", True, dt.date(2026, 11, 16)),
        (2, "weeks", False, dt.date(2026, 12, 7)),
        (3, "months", False, dt.date(2027, 2, 23)),
        (10, "years", False, dt.date(2036, 11, 23)),
        (5, "business_days", False, dt.date(2026, 11, 30)),
        (1, "business_days", True, dt.date(2026, 11, 20)),
    ],
)
def test_whole_days_are_counted_in_seoul_without_the_first(
    length: int, unit: str, before: bool, day: dt.date
) -> None:
    due = due_of(MONDAY_EVENING, length, unit, before=before)

    assert due.on == day
    assert due.at == dt.datetime.combine(day, dt.time(15), dt.UTC)  # the midnight that ends the day in Seoul


def test_a_month_that_lacks_the_day_ends_on_its_last() -> None:
    end_of_november = dt.datetime(2026, 11, 30, 3, tzinfo=dt.UTC)

    assert due_of(end_of_november, 3, "months", before=False).on == dt.date(2027, 2, 28)


def test_hours_run_through_nights_and_weekends() -> None:
    due = due_of(MONDAY_EVENING, 24, "hours", before=False)

    assert (due.at, due.on) == (MONDAY_EVENING + dt.timedelta(hours=24), None)


def test_days_left_are_seoul_days() -> None:
    due = due_of(MONDAY_EVENING, 1, "days", before=False)

    assert remaining_days(due, MONDAY_EVENING) == 1
    assert remaining_days(due, MONDAY_EVENING + dt.timedelta(minutes=30)) == 0
    assert remaining_days(due, MONDAY_EVENING + dt.timedelta(days=2)) == -1


def test_a_receipt_number_is_six_letters_that_survive_being_read_aloud() -> None:
    assert receipt_number(2026, 0) == "EP-2026-000000"
    assert receipt_number(2026, (1 << RECEIPT_BITS) - 1) == "EP-2026-ZZZZZZ"
    assert receipt_number(2027, 33) == "EP-2027-000011"


def test_every_session_of_a_template_has_a_word() -> None:
    kinds = {session.key for template in load_request_templates() for session in template.sessions}

    assert kinds <= set(SESSION_KIND_WORDS)


def test_a_choice_of_licences_is_always_covered_by_the_rule_of_a_chair() -> None:
    for template in load_request_templates():
        chairs = [rule for rule in template.team_rules if rule.kind is TeamRuleKind.CHAIR_LICENCE]
        choices = [seat for seat in template.seats if len(seat.licences) > 1]
        assert {seat.key for seat in choices} <= {"chair"}, template.code
        assert not chairs or "chair" in {seat.key for seat in template.seats}, template.code
        assert all(chairs for _ in choices), template.code
