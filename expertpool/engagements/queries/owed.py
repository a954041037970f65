"""Whom to remind of a declaration that is owed after an urgent night."""

import datetime as dt
import uuid
from dataclasses import dataclass

from sqlalchemy.orm import Session

from expertpool.engagements.models import WITHOUT_PROFILE, Engagement
from expertpool.engagements.queries.names import card_owed_until, declarations_of
from expertpool.engagements.rules import OWING


@dataclass(frozen=True, slots=True)
class OwedDeclaration:
    """Who owes it, where they read mail, and until when."""

    address: str
    name: str
    language: str
    due_at: dt.datetime


def owed_declaration(session: Session, engagement_id: uuid.UUID) -> OwedDeclaration | None:
    """The declaration that is owed now; nothing once it is in, or the expert is off. Runs as the system."""
    engagement = session.get(Engagement, engagement_id, options=[WITHOUT_PROFILE])
    if engagement is None or engagement.state not in OWING:
        return None
    due_at = card_owed_until(declarations_of(session, [engagement_id]).get(engagement_id, []))
    if due_at is None:
        return None
    expert = engagement.expert
    name = expert.name_ko if expert.language == "ko" else expert.name_en
    return OwedDeclaration(expert.email, name, expert.language, due_at)
