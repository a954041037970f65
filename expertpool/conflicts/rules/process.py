"""State tables: what follows from a declaration, and the steps of a waiver."""

from collections.abc import Mapping
from enum import StrEnum

from expertpool.conflicts.rules.findings import Finding
from expertpool.conflicts.rules.vocabulary import Answer, RoleClass, Tier
from expertpool.refusals import Forbidden, Invalid, WrongState
from expertpool.words import words


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


class WaiverState(StrEnum):
    REQUESTED = "requested"
    ENDORSED = "endorsed"
    GRANTED = "granted"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"


class WaiverAct(StrEnum):
    """`endorse` is the using agency's officer, `grant` the approver of another agency."""

    ENDORSE = "endorse"
    GRANT = "grant"
    REFUSE = "refuse"
    WITHDRAW = "withdraw"
    EXPIRE = "expire"


WAIVER_STEPS: Mapping[tuple[WaiverState, WaiverAct], WaiverState] = {
    (WaiverState.REQUESTED, WaiverAct.ENDORSE): WaiverState.ENDORSED,
    (WaiverState.REQUESTED, WaiverAct.REFUSE): WaiverState.REFUSED,
    (WaiverState.REQUESTED, WaiverAct.WITHDRAW): WaiverState.WITHDRAWN,
    (WaiverState.ENDORSED, WaiverAct.GRANT): WaiverState.GRANTED,
    (WaiverState.ENDORSED, WaiverAct.REFUSE): WaiverState.REFUSED,
    (WaiverState.ENDORSED, WaiverAct.WITHDRAW): WaiverState.WITHDRAWN,
    (WaiverState.GRANTED, WaiverAct.EXPIRE): WaiverState.EXPIRED,
    (WaiverState.GRANTED, WaiverAct.WITHDRAW): WaiverState.WITHDRAWN,
}


def after_waiver_act(state: WaiverState, act: WaiverAct) -> WaiverState:
    """The state a waiver goes to.

    Raises: WrongState when the act is not open in that state.
    """
    if (state, act) not in WAIVER_STEPS:
        raise WrongState(words("This waiver does not allow that step any more. Reload the page."))
    return WAIVER_STEPS[state, act]


def check_waivable(finding: Finding) -> None:
    """Only a waivable finding can be waived, and none that rests on a statute.

    Raises: Invalid.
    """
    if finding.statutory or finding.tier is not Tier.WAIVABLE:
        raise Invalid(words("This finding cannot be waived. Choose another expert."), rule=finding.rule)


def check_waiver_approver(
    act: WaiverAct,
    *,
    approver_id: int,
    approver_ministry: str,
    requester_id: int,
    using_ministry: str,
) -> None:
    """The using ministry's officer endorses, somebody of another ministry grants, never the requester.

    Raises: Forbidden.
    """
    if approver_id == requester_id and act in (WaiverAct.ENDORSE, WaiverAct.GRANT):
        raise Forbidden(words("Whoever asked for a waiver cannot approve it. Ask another officer."))
    if act is WaiverAct.ENDORSE and approver_ministry != using_ministry:
        raise Forbidden(words("The conflict-of-interest officer of the using ministry decides first."))
    if act is WaiverAct.GRANT and approver_ministry == using_ministry:
        raise Forbidden(words("The second approval comes from another ministry."))


def check_consents(role_class: RoleClass, *, complainant: bool, respondent: bool) -> None:
    """Somebody who adjudicates is waived only with the written consent of both sides.

    Raises: Invalid.
    """
    if role_class is RoleClass.ADJ and not (complainant and respondent):
        raise Invalid(words("Add the written consent of both sides before you grant this waiver."))
