"""Who may see which figures: aggregates are everybody's on the staff, single experts their ministry's own."""

import uuid

from expertpool.infra.identity import Actor, Role
from expertpool.refusals import Forbidden
from expertpool.words import words

READERS = (Role.COORDINATOR, Role.MINISTRY_VIEWER, Role.AUDITOR, Role.ADMIN)
OWN_MINISTRY = (Role.COORDINATOR, Role.MINISTRY_VIEWER)


def ministry_of(actor: Actor) -> uuid.UUID:
    """The ministry whose experts the actor may see one by one. Raises Forbidden."""
    if actor.ministry_id is None or not actor.is_a(*OWN_MINISTRY):
        raise Forbidden(words("Figures of single experts are shown to their own ministry only."))
    return actor.ministry_id
