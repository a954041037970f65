"""Who may see an expert's time, and who may change it."""

import uuid

from expertpool.experts.models import Expert
from expertpool.infra.identity import Actor, Role
from expertpool.refusals import Forbidden, NotFound
from expertpool.words import words


def may_keep(actor: Actor, expert: Expert) -> bool:
    """Experts keep their own time; coordinators and administrators of their ministry may do it for them."""
    if actor.is_a(Role.SYSTEM) or actor.expert_id == expert.id:
        return True
    return actor.is_a(Role.COORDINATOR, Role.ADMIN) and actor.ministry_id == expert.ministry_id


def check_may_keep(actor: Actor, expert: Expert) -> None:
    """Raises: Forbidden to everybody who may only see when the expert is free."""
    if not may_keep(actor, expert):
        raise Forbidden(words("Only the expert and the expert's own ministry change this availability."))


def is_own(actor: Actor, expert_id: uuid.UUID) -> bool:
    """Whether leave notes and the names of private calendars are the actor's own."""
    return actor.expert_id == expert_id


def check_is_own(actor: Actor, expert_id: uuid.UUID) -> None:
    """Raises: NotFound to everybody but the expert: that somebody keeps a calendar elsewhere is their own."""
    if not is_own(actor, expert_id):
        raise NotFound(words("There is nothing here that you can see. Check the address."))
