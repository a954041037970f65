"""The private feed of an expert: one address at a time, of which only the hash is kept."""

import datetime as dt
import hashlib
import secrets
import uuid

import sqlalchemy as sa
from sqlalchemy.orm import Session

from expertpool.audit import service as audit
from expertpool.calendars.access import own_expert_id
from expertpool.calendars.models import FeedToken
from expertpool.experts.service import lock_experts
from expertpool.infra.identity import Actor

_SEEN_EVERY = dt.timedelta(hours=1)  # readers ask often; when they last did is kept to the hour


def rotate_feed(session: Session, *, actor: Actor, now: dt.datetime) -> str:
    """A new key to the actor's own feed, shown once; the key before it ends at once.

    Raises: Forbidden to everybody but experts.
    """
    expert_id = own_expert_id(actor)
    lock_experts(session, [expert_id])
    _end(session, expert_id, now)
    key = secrets.token_urlsafe(32)
    token = FeedToken(expert_id=expert_id, token_hash=_hash(key), created_at=now)
    session.add(token)
    session.flush()
    audit.record(session, actor=actor, verb="feed.rotate", kind="feed_token", thing=token.id, now=now)
    return key


def revoke_feed(session: Session, *, actor: Actor, now: dt.datetime) -> None:
    """End the actor's own feed. Doing it again changes nothing. Raises: Forbidden to all but experts."""
    expert_id = own_expert_id(actor)
    lock_experts(session, [expert_id])
    for token_id in _end(session, expert_id, now):
        audit.record(session, actor=actor, verb="feed.revoke", kind="feed_token", thing=token_id, now=now)


def feed_of_token(session: Session, key: str, *, now: dt.datetime) -> uuid.UUID | None:
    """Whose feed this key opens; nobody's if it was never given or has ended."""
    token = session.scalar(
        sa.select(FeedToken).where(FeedToken.token_hash == _hash(key), FeedToken.revoked_at.is_(None))
    )
    if token is None:
        return None
    if token.last_used_at is None or token.last_used_at + _SEEN_EVERY <= now:
        token.last_used_at = now
    return token.expert_id


def _end(session: Session, expert_id: uuid.UUID, now: dt.datetime) -> list[uuid.UUID]:
    ended = session.scalars(
        sa.update(FeedToken)
        .where(FeedToken.expert_id == expert_id, FeedToken.revoked_at.is_(None))
        .values(revoked_at=now)
        .returning(FeedToken.id)
        .execution_options(synchronize_session="fetch")
    )
    return list(ended)


def _hash(key: str) -> bytes:
    """A 256-bit random key needs no slow hash."""
    return hashlib.sha256(key.encode()).digest()
