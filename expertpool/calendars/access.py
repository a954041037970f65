"""Who may see invitations, and who may do something about them."""

import uuid
from collections.abc import Mapping
from types import MappingProxyType

from expertpool.calendars.rules import FeedScope
from expertpool.engagements.models import Engagement
from expertpool.infra.identity import Actor, Role
from expertpool.refusals import Forbidden
from expertpool.words import words

SUBSCRIBER: Mapping[FeedScope, Role] = MappingProxyType(
    {
        FeedScope.OWN: Role.EXPERT,
        FeedScope.FREEBUSY: Role.EXPERT,
        FeedScope.DESK: Role.COORDINATOR,
    }
)


def scopes_of(actor: Actor) -> tuple[FeedScope, ...]:
    """The feeds the actor may have."""
    return tuple(scope for scope in FeedScope if _may_subscribe(actor, scope))


def check_may_subscribe(actor: Actor, scope: FeedScope) -> None:
    """Experts have feeds of their own time, coordinators one of their ministry's. Raises: Forbidden."""
    if not _may_subscribe(actor, scope):
        raise Forbidden(
            words("Your role has no such feed. Experts and coordinators have feeds of their own.")
        )


def _may_subscribe(actor: Actor, scope: FeedScope) -> bool:
    owner = actor.ministry_id if scope is FeedScope.DESK else actor.expert_id
    return actor.is_a(SUBSCRIBER[scope]) and owner is not None


def own_expert_id(actor: Actor) -> uuid.UUID:
    """The expert the actor is. Raises: Forbidden to everybody else."""
    if actor.expert_id is None:
        raise Forbidden(words("Only experts have a calendar here."))
    return actor.expert_id


def own_ministry_id(actor: Actor) -> uuid.UUID:
    """The ministry the actor works for. Raises: Forbidden to everybody without one."""
    if actor.ministry_id is None:
        raise Forbidden(words("Only people of a ministry see its sessions."))
    return actor.ministry_id


def may_resend(actor: Actor, engagement: Engagement) -> bool:
    """Coordinators of the ministry the expert works for, and of the expert's own, look after the mail."""
    ministries = (engagement.borrower_id, engagement.lender_id)
    return actor.is_a(Role.COORDINATOR) and actor.ministry_id in ministries


def check_may_resend(actor: Actor, engagement: Engagement) -> None:
    """Raises: Forbidden."""
    if not may_resend(actor, engagement):
        raise Forbidden(words("Only coordinators of the two ministries send an invitation again."))
