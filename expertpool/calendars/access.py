"""Who may see invitations, and who may do something about them."""

import uuid

from expertpool.engagements.models import Engagement
from expertpool.infra.identity import Actor, Role
from expertpool.refusals import Forbidden
from expertpool.words import words


def own_expert_id(actor: Actor) -> uuid.UUID:
    """The expert the actor is. Raises: Forbidden to everybody else."""
    if actor.expert_id is None:
        raise Forbidden(words("Only experts have a calendar here."))
    return actor.expert_id


def may_resend(actor: Actor, engagement: Engagement) -> bool:
    """Coordinators of the ministry the expert works for, and of the expert's own, look after the mail."""
    ministries = (engagement.borrower_id, engagement.lender_id)
    return actor.is_a(Role.COORDINATOR) and actor.ministry_id in ministries


def check_may_resend(actor: Actor, engagement: Engagement) -> None:
    """Raises: Forbidden."""
    if not may_resend(actor, engagement):
        raise Forbidden(words("Only coordinators of the two ministries send an invitation again."))
