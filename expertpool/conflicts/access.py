"""Who may know a tie, and who keeps organisations. Row policies hold the same line below the code."""

import uuid

from expertpool.conflicts.models import Waiver
from expertpool.conflicts.rules.waivers import WaiverAct, WaiverState
from expertpool.infra.identity import Actor, Role
from expertpool.refusals import Forbidden, NotFound
from expertpool.words import words

# A hidden register and one that never was get the same answer, to the letter.
NOTHING_HERE = words("There is nothing here that you can see. Check the address.")


def sees_ties(actor: Actor, expert_id: uuid.UUID) -> bool:
    """Experts see their own ties, conflict officers and the system everybody's. Others learn tiers only."""
    return actor.is_a(Role.SYSTEM, Role.CONFLICT_OFFICER) or actor.expert_id == expert_id


def check_sees_ties(actor: Actor, expert_id: uuid.UUID) -> None:
    """Raises: NotFound to everybody who may not know the expert's ties."""
    if not sees_ties(actor, expert_id):
        raise NotFound(NOTHING_HERE)


def sees_path(actor: Actor) -> bool:
    """Whether a finding may be shown with the chain of ties behind it."""
    return actor.is_a(Role.SYSTEM, Role.CONFLICT_OFFICER)


def check_screens(actor: Actor) -> None:
    """Raises: Forbidden to everybody but conflict officers: who screens learns of ties."""
    if not sees_path(actor):
        raise Forbidden(words("Only conflict-of-interest officers screen experts by hand."))


def keeps_organisations(actor: Actor) -> bool:
    """Those who name parties of cases also record them."""
    return actor.is_a(Role.SYSTEM, Role.COORDINATOR, Role.CONFLICT_OFFICER, Role.ADMIN)


def check_keeps_organisations(actor: Actor) -> None:
    """Raises: Forbidden."""
    if not keeps_organisations(actor):
        raise Forbidden(words("Coordinators and conflict-of-interest officers keep the organisations."))


def check_records_ties(actor: Actor, expert_id: uuid.UUID) -> None:
    """Experts record their own ties, conflict officers and administrators those of others.

    Raises: Forbidden.
    """
    if not (sees_ties(actor, expert_id) or actor.is_a(Role.ADMIN)):
        raise Forbidden(words("Experts enter their own ties. Ask a conflict-of-interest officer."))


def imports_ties(actor: Actor) -> bool:
    """Tables of ties come from registers and personnel files, through officers and administrators."""
    return actor.is_a(Role.SYSTEM, Role.CONFLICT_OFFICER, Role.ADMIN)


def check_settles_ties(actor: Actor) -> None:
    """Raises: Forbidden to everybody but conflict officers: an open question about a tie is theirs."""
    if not sees_path(actor):
        raise Forbidden(words("Only conflict-of-interest officers settle open questions about ties."))


def check_rules_on_findings(actor: Actor) -> None:
    """Raises: Forbidden to everybody but conflict officers."""
    if not actor.is_a(Role.CONFLICT_OFFICER):
        raise Forbidden(words("Only conflict-of-interest officers rule on findings."))


def asks_for_waiver(actor: Actor, using_ministry_id: uuid.UUID) -> bool:
    """Coordinators ask for waivers of the work their own ministry asks for."""
    return actor.is_a(Role.COORDINATOR) and actor.ministry_id == using_ministry_id


def check_asks_for_waiver(actor: Actor, using_ministry_id: uuid.UUID) -> None:
    """Raises: Forbidden to everybody but coordinators of the using ministry."""
    if not asks_for_waiver(actor, using_ministry_id):
        raise Forbidden(words("Only a coordinator of the ministry that asks for the work asks for a waiver."))


def acts_open_to(
    actor: Actor, *, using_ministry_id: uuid.UUID, granting_ministry_id: uuid.UUID | None, state: WaiverState
) -> tuple[WaiverAct, ...]:
    """What this actor may do to a waiver in this state; who took part is checked when it is done."""
    own = actor.ministry_id == using_ministry_id
    officer = actor.is_a(Role.CONFLICT_OFFICER) and actor.ministry_id is not None
    acts: list[WaiverAct] = []
    if officer and own and state is WaiverState.REQUESTED:
        acts += [WaiverAct.ENDORSE, WaiverAct.REFUSE]
    if officer and state is WaiverState.ENDORSED:
        acts += [WaiverAct.REFUSE] if own else [WaiverAct.GRANT, WaiverAct.REFUSE]
    if officer and state is WaiverState.GRANTED and (own or actor.ministry_id == granting_ministry_id):
        acts.append(WaiverAct.REVOKE)
    if asks_for_waiver(actor, using_ministry_id):
        acts.append(WaiverAct.WITHDRAW)
    return tuple(acts)


def check_acts_on_waiver(actor: Actor, waiver: Waiver, act: WaiverAct) -> None:
    """Raises: Forbidden, if somebody else decides this."""
    if act is WaiverAct.WITHDRAW:
        check_asks_for_waiver(actor, waiver.using_ministry_id)
    elif not actor.is_a(Role.CONFLICT_OFFICER) or act is WaiverAct.EXPIRE:
        raise Forbidden(words("Only conflict-of-interest officers decide about waivers."))
    elif act is WaiverAct.REVOKE and actor.ministry_id not in (
        waiver.using_ministry_id,
        waiver.granting_ministry_id,
    ):
        raise Forbidden(words("Only the ministries that approved a waiver revoke it."))
    elif waiver.state is WaiverState.REQUESTED and actor.ministry_id != waiver.using_ministry_id:
        raise Forbidden(words("The conflict-of-interest officer of the using ministry decides first."))
