"""Who may see an engagement, and who may take which step.

Row policies decide which rows exist for an actor. Here an expert is held to the own offers: access to a
case would otherwise show the whole team.
"""

import uuid

from sqlalchemy.orm import Session
from sqlalchemy.orm.interfaces import ORMOption

from expertpool.engagements.models import WITHOUT_PROFILE, Engagement
from expertpool.engagements.rules import EngagementState
from expertpool.incidents.models import Need
from expertpool.infra.identity import Actor, Role
from expertpool.refusals import Forbidden, NotFound
from expertpool.words import words

# A hidden engagement and one that never was get the same answer, to the letter.
NOTHING_HERE = words("There is nothing here that you can see. Check the address.")


def sees(actor: Actor, engagement: Engagement) -> bool:
    """Whether an engagement whose row the actor was given may be shown to the actor."""
    if actor.is_a(Role.SYSTEM):
        return True
    if actor.is_a(Role.EXPERT):
        return is_own(actor, engagement)
    return actor.is_a(Role.COORDINATOR, Role.CONFLICT_OFFICER, Role.MINISTRY_VIEWER, Role.AUDITOR)


def is_own(actor: Actor, engagement: Engagement) -> bool:
    """Whether the actor is the expert who was asked. A proposal is not an offer yet."""
    asked = engagement.state is not EngagementState.PROPOSED
    return actor.expert_id is not None and actor.expert_id == engagement.expert_id and asked


def visible(
    session: Session, engagement_id: uuid.UUID, *, actor: Actor, below: ORMOption = WITHOUT_PROFILE
) -> Engagement:
    """The engagement, if the actor may know of it; `below` says what is read with it.

    Raises: NotFound, the same for hidden and missing ones.
    """
    engagement = session.get(Engagement, engagement_id, options=[below], populate_existing=True)
    if engagement is None or not sees(actor, engagement):
        raise NotFound(NOTHING_HERE)
    return engagement


def sees_case(actor: Actor, engagement: Engagement) -> bool:
    """Whether the actor works on the case side: may know which need it is and what the card came to."""
    if actor.is_a(Role.SYSTEM, Role.AUDITOR):
        return True
    of_user = actor.ministry_id == engagement.borrower_id
    return of_user and actor.is_a(Role.COORDINATOR, Role.CONFLICT_OFFICER)


def uses(actor: Actor, engagement: Engagement) -> bool:
    """Whether the actor coordinates for the ministry the expert works for."""
    return actor.is_a(Role.SYSTEM) or (
        actor.is_a(Role.COORDINATOR) and actor.ministry_id == engagement.borrower_id
    )


def lends(actor: Actor, engagement: Engagement) -> bool:
    """Whether the actor coordinates for the ministry the expert belongs to."""
    return actor.is_a(Role.COORDINATOR) and actor.ministry_id == engagement.lender_id


def rules_cards(actor: Actor, engagement: Engagement) -> bool:
    """Whether the actor is the conflict officer of the ministry the expert works for."""
    return actor.is_a(Role.CONFLICT_OFFICER) and actor.ministry_id == engagement.borrower_id


def check_own(actor: Actor, engagement: Engagement) -> None:
    """Raises: Forbidden to everybody but the expert who was asked."""
    if not is_own(actor, engagement):
        raise Forbidden(words("Only the expert who was asked can answer."))


def check_uses(actor: Actor, engagement: Engagement) -> None:
    """Raises: Forbidden to everybody but a coordinator of the using ministry."""
    if not uses(actor, engagement):
        raise Forbidden(words("Only a coordinator of the ministry the expert works for can do this."))


def check_own_or_uses(actor: Actor, engagement: Engagement) -> None:
    """Raises: Forbidden to everybody but the expert and a coordinator of the using ministry."""
    if not (is_own(actor, engagement) or uses(actor, engagement)):
        raise Forbidden(words("Only the expert or a coordinator of the using ministry can do this."))


def check_lends(actor: Actor, engagement: Engagement) -> None:
    """Raises: Forbidden to everybody but a coordinator of the lending ministry."""
    if not lends(actor, engagement):
        raise Forbidden(words("Only a coordinator of the lending ministry can consent."))


def check_rules_cards(actor: Actor, engagement: Engagement) -> None:
    """Raises: Forbidden to everybody but the using ministry's conflict-of-interest officer."""
    if not rules_cards(actor, engagement):
        raise Forbidden(words("Only the conflict-of-interest officer of the using ministry decides this."))


def enters_challenges(actor: Actor, engagement: Engagement) -> bool:
    """Whether the actor may record a party's challenge: coordinators and officers of the using ministry."""
    return uses(actor, engagement) or rules_cards(actor, engagement)


def check_enters_challenges(actor: Actor, engagement: Engagement) -> None:
    """Raises: Forbidden to everybody but coordinators and conflict officers of the using ministry."""
    if not enters_challenges(actor, engagement):
        raise Forbidden(words("Only the ministry the expert works for records a party's challenge."))


def check_may_propose(actor: Actor, need: Need) -> None:
    """Raises: Forbidden to everybody but a coordinator of the ministry that asks for experts."""
    asks = actor.is_a(Role.COORDINATOR) and actor.ministry_id == need.ministry_id
    if not (asks or actor.is_a(Role.SYSTEM)):
        raise Forbidden(words("Only a coordinator of the ministry that asks for experts can propose one."))
