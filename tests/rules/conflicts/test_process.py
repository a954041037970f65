"""What follows from a declaration."""

import pytest

from expertpool.conflicts.rules.process import AFTER_ANSWER, AfterDeclaration
from expertpool.conflicts.rules.vocabulary import Answer


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
