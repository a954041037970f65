"""Private feeds: one address at a time for each kind, of which only the hash is kept."""

import datetime as dt
import hashlib
import secrets
import uuid
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from expertpool.accounts.models import Account
from expertpool.accounts.service import actor_of
from expertpool.audit import service as audit
from expertpool.calendars.access import SUBSCRIBER, check_may_subscribe, scopes_of
from expertpool.calendars.models import FeedRead, FeedToken
from expertpool.calendars.rules import READ_LIMIT, FeedScope
from expertpool.experts.models import Expert
from expertpool.experts.service import lock_experts
from expertpool.infra.db import acting_as
from expertpool.infra.identity import SYSTEM, Actor
from expertpool.refusals import NotFound
from expertpool.words import words


@dataclass(frozen=True, slots=True)
class FeedReader:
    """What a key opens, as whom, and in which language; `too_often` means: not now."""

    scope: FeedScope
    actor: Actor
    language: str
    too_often: bool


def rotate_feed(session: Session, scope: FeedScope, *, actor: Actor, now: dt.datetime) -> str:
    """A new key to one of the actor's own feeds, shown once; the key before it ends at once.

    Raises: Forbidden to whose role has no such feed.
    """
    check_may_subscribe(actor, scope)
    _end(session, scope, actor, now)
    key = secrets.token_urlsafe(32)
    desk = scope is FeedScope.DESK
    token = FeedToken(
        scope=scope,
        expert_id=None if desk else actor.expert_id,
        account_id=actor.user_id if desk else None,
        token_hash=_hash(key),
        created_at=now,
    )
    session.add(token)
    session.flush()
    audit.record(session, actor=actor, verb="feed.rotate", kind="feed_token", thing=token.id, now=now)
    return key


def revoke_feed(session: Session, scope: FeedScope, *, actor: Actor, now: dt.datetime) -> None:
    """End one of the actor's own feeds. Doing it again changes nothing.

    Raises: Forbidden to whose role has no such feed.
    """
    check_may_subscribe(actor, scope)
    for token_id in _end(session, scope, actor, now):
        audit.record(session, actor=actor, verb="feed.revoke", kind="feed_token", thing=token_id, now=now)


def read_feed(session: Session, key: str, *, now: dt.datetime) -> FeedReader:
    """What this key opens, and a note that it was used, unless it is used too often.

    Raises: NotFound for a key that was never given, that has ended, or whose owner may no longer have it.
    """
    with acting_as(session, SYSTEM):
        query = sa.select(FeedToken).where(FeedToken.token_hash == _hash(key), FeedToken.revoked_at.is_(None))
        token = session.scalar(query)
        reader = None if token is None else _reader(session, token)
        if token is None or reader is None:
            raise NotFound(words("There is nothing here that you can see. Check the address."))
        lately = sa.select(sa.func.count()).where(
            FeedRead.token_id == token.id, FeedRead.read_at > now - READ_LIMIT.within
        )
        if (session.scalar(lately) or 0) >= READ_LIMIT.reads:
            return FeedReader(token.scope, *reader, too_often=True)
        session.add(FeedRead(token_id=token.id, read_at=now))
    return FeedReader(token.scope, *reader, too_often=False)


def _reader(session: Session, token: FeedToken) -> tuple[Actor, str] | None:
    """As whom the feed is read, with the one role it is for, and in which language."""
    role = frozenset({SUBSCRIBER[token.scope]})
    if token.scope is FeedScope.DESK:
        account = session.get_one(Account, token.account_id)
        official = actor_of(account)
        if not account.active or token.scope not in scopes_of(official):
            return None
        return Actor(role, official.user_id, official.ministry_id), account.language
    off = sa.exists().where(Account.expert_id == token.expert_id, ~Account.active)
    if session.scalar(sa.select(off)):
        return None
    expert = session.get_one(Expert, token.expert_id)
    return Actor(role, expert_id=expert.id), expert.language


def _end(session: Session, scope: FeedScope, actor: Actor, now: dt.datetime) -> list[uuid.UUID]:
    """End the key there is. The owner is locked, so that two who make keys take turns."""
    if scope is FeedScope.DESK:
        session.execute(sa.select(Account.id).where(Account.id == actor.user_id).with_for_update())
        own = FeedToken.account_id == actor.user_id
    else:
        lock_experts(session, [actor.expert_id] if actor.expert_id else [])
        own = FeedToken.expert_id == actor.expert_id
    ended = session.scalars(
        sa.update(FeedToken)
        .where(own, FeedToken.scope == scope, FeedToken.revoked_at.is_(None))
        .values(revoked_at=now)
        .returning(FeedToken.id)
        .execution_options(synchronize_session="fetch")
    )
    return list(ended)


def _hash(key: str) -> bytes:
    """A 256-bit random key needs no slow hash."""
    return hashlib.sha256(key.encode()).digest()
