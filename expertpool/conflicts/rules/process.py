"""What follows from a declaration."""

from collections.abc import Mapping
from enum import StrEnum

from expertpool.conflicts.rules.vocabulary import Answer


class AfterDeclaration(StrEnum):
    """What happens to the assignment once the expert has answered the conflict card."""

    DETAILS_OPEN = "details_open"
    OFFICER_DECIDES = "officer_decides"
    RECUSED = "recused"


AFTER_ANSWER: Mapping[Answer, AfterDeclaration] = {
    Answer.NONE: AfterDeclaration.DETAILS_OPEN,
    Answer.YES: AfterDeclaration.OFFICER_DECIDES,
    Answer.UNCERTAIN: AfterDeclaration.OFFICER_DECIDES,
    Answer.CANNOT_SAY: AfterDeclaration.RECUSED,
}

# After an urgent night, a declaration that came in only after it was due: a person lets the expert go on.
AFTER_LATE_ANSWER: Mapping[Answer, AfterDeclaration] = {
    **AFTER_ANSWER,
    Answer.NONE: AfterDeclaration.OFFICER_DECIDES,
}
