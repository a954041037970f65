"""Who may do what to an expert's entry."""

import uuid

from expertpool.experts.rules import Nameable
from expertpool.infra.identity import Actor, Role
from expertpool.refusals import Forbidden
from expertpool.words import words


def may_edit(actor: Actor, ministry_id: uuid.UUID) -> bool:
    """A ministry's coordinators and administrators keep the entries of its own experts."""
    if actor.is_a(Role.SYSTEM):
        return True
    return actor.is_a(Role.COORDINATOR, Role.ADMIN) and actor.ministry_id == ministry_id


def check_may_edit(actor: Actor, ministry_id: uuid.UUID) -> None:
    """Raises Forbidden unless `actor` keeps the experts of this ministry."""
    if not may_edit(actor, ministry_id):
        raise Forbidden(
            words(
                "Only the expert's own ministry changes this entry. Ask its coordinator to make the change."
            )
        )


def check_own_profile(actor: Actor, expert_id: uuid.UUID) -> None:
    """Raises Forbidden unless `actor` is the expert, or keeps nobody's profile but their own."""
    if actor.expert_id != expert_id:
        raise Forbidden(words("You can change your own profile only."))


def name_ministry(actor: Actor, expert: Nameable) -> uuid.UUID | None:
    """The ministry by whose eyes `actor` sees the expert's name: experts know their own, the system all."""
    if actor.is_a(Role.SYSTEM) or actor.expert_id == expert.id:
        return expert.ministry_id
    return actor.ministry_id


def sees_contact(actor: Actor, expert: Nameable) -> bool:
    """Whether `actor` may know how to reach the expert; other ministries write through the service."""
    return name_ministry(actor, expert) == expert.ministry_id
