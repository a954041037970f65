"""Who may know a tie, and who keeps organisations. Row policies hold the same line below the code."""

import uuid

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
