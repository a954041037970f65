"""Waivers: what may be waived, on which ground, who decides, and what a granted one covers.

Source: Conflict of Interest Prevention Act article 7(2): somebody with a conflict may go on only if nobody
can take the place or security or the public interest weighs more, and somebody watches. ADR 0077.
"""

import datetime as dt
import uuid
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum

from expertpool.conflicts.rules.findings import Finding, Screening
from expertpool.conflicts.rules.vocabulary import FindingStatus, RoleClass, Tier
from expertpool.refusals import Conflicting, Forbidden, Invalid, WrongState
from expertpool.words import Words, words

LONGEST_TEXT = 400
LONGEST_CONSENT = 120
LONGEST_DAYS = 366


class WaiverGround(StrEnum):
    """The grounds of article 7(2) of the Conflict of Interest Prevention Act."""

    IRREPLACEABLE = "irreplaceable"
    SECURITY = "security"
    PUBLIC_INTEREST = "public_interest"


GROUND_WORDS: Mapping[WaiverGround, Words] = {
    WaiverGround.IRREPLACEABLE: words("Nobody else can do this work in time"),
    WaiverGround.SECURITY: words("National security weighs more"),
    WaiverGround.PUBLIC_INTEREST: words("The public interest weighs more"),
}


class WaiverState(StrEnum):
    """Where a waiver stands."""

    REQUESTED = "requested"
    ENDORSED = "endorsed"
    GRANTED = "granted"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    REVOKED = "revoked"
    EXPIRED = "expired"


class WaiverAct(StrEnum):
    """`endorse` is the using ministry's officer, `grant` the officer of another ministry.

    `withdraw` is the side that asked, `revoke` an officer who takes a granted waiver back.
    """

    ENDORSE = "endorse"
    GRANT = "grant"
    REFUSE = "refuse"
    WITHDRAW = "withdraw"
    REVOKE = "revoke"
    EXPIRE = "expire"


WAIVER_STEPS: Mapping[tuple[WaiverState, WaiverAct], WaiverState] = {
    (WaiverState.REQUESTED, WaiverAct.ENDORSE): WaiverState.ENDORSED,
    (WaiverState.REQUESTED, WaiverAct.REFUSE): WaiverState.REFUSED,
    (WaiverState.REQUESTED, WaiverAct.WITHDRAW): WaiverState.WITHDRAWN,
    (WaiverState.REQUESTED, WaiverAct.EXPIRE): WaiverState.EXPIRED,
    (WaiverState.ENDORSED, WaiverAct.GRANT): WaiverState.GRANTED,
    (WaiverState.ENDORSED, WaiverAct.REFUSE): WaiverState.REFUSED,
    (WaiverState.ENDORSED, WaiverAct.WITHDRAW): WaiverState.WITHDRAWN,
    (WaiverState.ENDORSED, WaiverAct.EXPIRE): WaiverState.EXPIRED,
    (WaiverState.GRANTED, WaiverAct.REVOKE): WaiverState.REVOKED,
    (WaiverState.GRANTED, WaiverAct.WITHDRAW): WaiverState.WITHDRAWN,
    (WaiverState.GRANTED, WaiverAct.EXPIRE): WaiverState.EXPIRED,
}
LIVE_WAIVERS = frozenset({WaiverState.REQUESTED, WaiverState.ENDORSED, WaiverState.GRANTED})

WAIVER_WORDS: Mapping[WaiverState, Words] = {
    WaiverState.REQUESTED: words("Waiver requested"),
    WaiverState.ENDORSED: words("Endorsed by the using ministry"),
    WaiverState.GRANTED: words("Waiver granted"),
    WaiverState.REFUSED: words("Waiver refused"),
    WaiverState.WITHDRAWN: words("Waiver withdrawn"),
    WaiverState.REVOKED: words("Waiver revoked"),
    WaiverState.EXPIRED: words("Waiver expired"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class WaiverWish:
    """What is asked for: why, under whose eyes, until when (last day), and where the consents are kept."""

    ground: WaiverGround
    reason: str
    monitor_id: uuid.UUID
    until: dt.date
    complainant_consent: str = ""
    respondent_consent: str = ""


@dataclass(frozen=True, slots=True)
class GrantedWaiver:
    """A waiver that counts: one expert on one seat, the findings it names, its last day."""

    expert_id: uuid.UUID
    seat_id: uuid.UUID
    finding_keys: frozenset[str]
    until: dt.date


def after_waiver_act(state: WaiverState, act: WaiverAct) -> WaiverState:
    """The state a waiver goes to.

    Raises: WrongState when the act is not open in that state.
    """
    if (state, act) not in WAIVER_STEPS:
        raise WrongState(words("This waiver does not allow that step any more. Reload the page."))
    return WAIVER_STEPS[state, act]


def waiver_faults(wish: WaiverWish, *, work_ends_on: dt.date, today: dt.date) -> dict[str, Words]:
    """What keeps a wish from being recorded, by field. A waiver lasts as long as the work, a year at most."""
    faults: dict[str, Words] = {}
    if not wish.reason.strip():
        faults["reason"] = words("Say why this expert is needed here.")
    elif len(wish.reason) > LONGEST_TEXT:
        faults["reason"] = words("Write at most %(most)s characters.", most=LONGEST_TEXT)
    if wish.until < work_ends_on:
        faults["until"] = words(
            "The work may last until %(day)s. Choose that day or a later one.", day=work_ends_on
        )
    elif wish.until > today + dt.timedelta(days=LONGEST_DAYS):
        faults["until"] = words("A waiver lasts a year at most. Choose an earlier day.")
    return faults


def findings_to_waive(screening: Screening) -> tuple[Finding, ...]:
    """The waivable findings a waiver has to name, if nothing heavier stands beside them.

    Raises: Conflicting with the rule: a bar has no waiver at all, a doubt is settled first.
    """
    for finding in screening.findings:
        if finding.counts_as is Tier.BAR or (finding.statutory and finding.counts_as is not Tier.CLEAR):
            raise Conflicting(words("This finding has no waiver. Choose another expert."), rule=finding.rule)
    for finding in screening.findings:
        if finding.counts_as is Tier.REVIEW:
            raise Conflicting(
                words("A conflict-of-interest officer has to settle an open question first."),
                rule=finding.rule,
            )
    found = tuple(one for one in screening.findings if one.counts_as is Tier.WAIVABLE)
    if not found:
        raise Conflicting(words("Nothing has to be waived for this expert here."))
    return found


def check_waiver_approver(
    act: WaiverAct,
    *,
    approver_id: uuid.UUID | None,
    approver_ministry: uuid.UUID | None,
    requester_id: uuid.UUID,
    using_ministry: uuid.UUID,
    endorser_id: uuid.UUID | None = None,
) -> None:
    """The using ministry's officer endorses, somebody of another ministry grants, never the requester.

    Raises: Forbidden.
    """
    approves = act in (WaiverAct.ENDORSE, WaiverAct.GRANT)
    if approves and approver_id in (None, requester_id, endorser_id):
        raise Forbidden(
            words("Whoever asked for a waiver, or endorsed it, cannot approve it. Ask another officer.")
        )
    if act is WaiverAct.ENDORSE and approver_ministry != using_ministry:
        raise Forbidden(words("The conflict-of-interest officer of the using ministry decides first."))
    if act is WaiverAct.GRANT and approver_ministry in (None, using_ministry):
        raise Forbidden(words("The second approval comes from another ministry."))


def needs_consents(role_class: RoleClass, rules: Collection[str]) -> bool:
    """Whether both sides have to consent in writing: to whoever adjudicates, and to helpers under R08.

    Source: Attorney-at-Law Act 31 for counsel whose firm acts for a party.
    """
    return role_class is RoleClass.ADJ or (role_class is RoleClass.SUP and "R08" in rules)


def check_consents(
    role_class: RoleClass, rules: Collection[str], *, complainant: str, respondent: str
) -> None:
    """Whether the written consents a waiver needs are on record.

    Raises: Invalid.
    """
    if needs_consents(role_class, rules) and not (complainant.strip() and respondent.strip()):
        raise Invalid(words("Add the written consent of both sides before you grant this waiver."))


def reaches(
    waivers: Collection[GrantedWaiver], screening: Screening, *, seat_id: uuid.UUID, ends_on: dt.date
) -> bool:
    """Whether every finding that counts as waived here is waived for this seat and all of its work."""
    waived = {one.key for one in screening.findings if one.status is FindingStatus.WAIVED}
    return any(
        one.expert_id.int == screening.expert_id
        and one.seat_id == seat_id
        and one.until >= ends_on
        and waived <= one.finding_keys
        for one in waivers
    )
