"""What an answer does to the seat: the table, row by row."""

import pytest

from expertpool.calendars.rules import Partstat, Step, Why, step_for
from expertpool.engagements.rules import CardStanding, EngagementState

YES, NO, PERHAPS = Partstat.ACCEPTED, Partstat.DECLINED, Partstat.TENTATIVE
NOTHING = Partstat.NEEDS_ACTION
OFFERED, AGREED = EngagementState.OFFERED, EngagementState.CONFIRMED
CLEAR, OPEN = CardStanding.CLEAR, CardStanding.UNANSWERED


@pytest.mark.parametrize(
    ("state", "answer", "before", "others", "card", "deliberate", "step"),
    [
        (OFFERED, NO, NOTHING, (), OPEN, False, Step.DECLINE),
        (OFFERED, NO, YES, (YES,), CLEAR, False, Step.DECLINE),
        (OFFERED, YES, NOTHING, (), CLEAR, False, Step.ACCEPT),
        (OFFERED, YES, NOTHING, (YES, YES), CLEAR, False, Step.ACCEPT),
        (OFFERED, YES, NOTHING, (YES, NOTHING), CLEAR, False, Step.NOTE),
        (OFFERED, YES, NOTHING, (NOTHING,), OPEN, False, Step.NOTE),
        (OFFERED, YES, NOTHING, (), OPEN, False, Why.CARD_FIRST),
        (OFFERED, YES, NOTHING, (), CardStanding.WITH_OFFICER, True, Why.CARD_FIRST),
        (OFFERED, PERHAPS, YES, (), CLEAR, False, Step.NOTE),
        (AGREED, YES, NOTHING, (), CLEAR, False, Step.NOTE),
        (AGREED, YES, YES, (), CLEAR, False, Step.NOTE),
        (AGREED, NO, NOTHING, (), CLEAR, False, Step.WITHDRAW),
        (AGREED, NO, PERHAPS, (), CLEAR, False, Step.WITHDRAW),
        (AGREED, PERHAPS, NOTHING, (), CLEAR, False, Step.NOTE),
        (AGREED, NO, YES, (), CLEAR, False, Why.TAKEN_BACK),
        (AGREED, PERHAPS, YES, (), CLEAR, False, Why.TAKEN_BACK),
        (AGREED, NO, YES, (), CLEAR, True, Step.WITHDRAW),
        (EngagementState.ACCEPTED, NO, YES, (), CLEAR, False, Why.TAKEN_BACK),
        (EngagementState.DELIVERED, NO, YES, (), CLEAR, True, Why.NOT_OPEN),
        (EngagementState.LAPSED, YES, NOTHING, (), CLEAR, False, Why.NOT_OPEN),
    ],
)
def test_the_step_follows_from_the_seat_and_what_was_said(
    state: EngagementState,
    answer: Partstat,
    before: Partstat,
    others: tuple[Partstat, ...],
    card: CardStanding,
    deliberate: bool,
    step: Step | Why,
) -> None:
    found = step_for(answer, before=before, others=others, state=state, card=card, deliberate=deliberate)

    assert found is step
