"""Who may see and change what was agreed about lending."""

import uuid

from expertpool.infra.identity import Actor, Role
from expertpool.refusals import Forbidden
from expertpool.words import words


def sees_all(actor: Actor) -> bool:
    """Whether every agreement is open to `actor`; others see those of their own ministry.

    How much one ministry borrowed of another tells how many cases they have, so it is theirs to know.
    """
    return actor.is_a(Role.SYSTEM, Role.AUDITOR, Role.ADMIN)


def may_agree(actor: Actor, lender_id: uuid.UUID) -> bool:
    """Only who lends decides what is lent; administrators keep the record for all."""
    if actor.is_a(Role.SYSTEM, Role.ADMIN):
        return True
    return actor.is_a(Role.COORDINATOR) and actor.ministry_id == lender_id


def check_may_agree(actor: Actor, lender_id: uuid.UUID) -> None:
    """Raises Forbidden unless `actor` decides for the lender."""
    if not may_agree(actor, lender_id):
        raise Forbidden(
            words("Only the lending ministry changes what it lends. Ask its coordinator to make the change.")
        )
