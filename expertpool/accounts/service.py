"""Accounts, the actors they stand for, and the tokens programs use in their place."""

import datetime as dt
import hashlib
import secrets
import uuid

import sqlalchemy as sa
from sqlalchemy.orm import Session

from expertpool.accounts.models import Account, ApiToken, RoleRow
from expertpool.audit import service as audit
from expertpool.infra.identity import Actor, Role
from expertpool.refusals import Invalid, NotFound
from expertpool.words import words

TOKEN_PREFIX = "ept_"  # noqa: S105 - lets secret scanners recognise a leaked token


def actor_of(account: Account) -> Actor:
    """What `account` may act as."""
    return Actor(
        roles=frozenset(Role(role.name) for role in account.roles),
        user_id=account.id,
        ministry_id=account.ministry_id,
        expert_id=account.expert_id,
    )


def add_account(
    session: Session,
    *,
    actor: Actor,
    email: str,
    password_hash: str,
    name_ko: str,
    name_en: str,
    roles: frozenset[Role],
    ministry_id: uuid.UUID | None,
    expert_id: uuid.UUID | None,
    language: str,
    now: dt.datetime,
) -> Account:
    """Make a sign-in. Raises Invalid if the address is taken or a role lacks what it acts for."""
    _check_binding(roles, ministry_id, expert_id)
    address = email.strip().lower()
    if session.scalar(sa.select(sa.exists().where(Account.email == address))):
        taken = words("This address already has an account. Use another address.")
        raise Invalid(taken, fields={"email": taken})
    account = Account(
        email=address,
        password=password_hash,
        name_ko=name_ko,
        name_en=name_en,
        language=language,
        ministry_id=ministry_id,
        expert_id=expert_id,
        confirmed_at=now,
        fs_uniquifier=secrets.token_hex(32),
        roles=[_role(session, role) for role in sorted(roles)],
    )
    session.add(account)
    session.flush()
    audit.record(session, actor=actor, verb="account.add", kind="account", thing=account.id, now=now)
    return account


def _check_binding(
    roles: frozenset[Role], ministry_id: uuid.UUID | None, expert_id: uuid.UUID | None
) -> None:
    bound = {Role.COORDINATOR, Role.MINISTRY_VIEWER, Role.CONFLICT_OFFICER}
    if roles & bound and ministry_id is None:
        sentence = words("This role acts for a ministry. Choose the ministry.")
        raise Invalid(sentence, fields={"ministry": sentence})
    if (Role.EXPERT in roles) != (expert_id is not None):
        sentence = words("The expert role belongs to exactly one expert of the pool. Choose the expert.")
        raise Invalid(sentence, fields={"expert": sentence})


def _role(session: Session, role: Role) -> RoleRow:
    row = session.scalar(sa.select(RoleRow).where(RoleRow.name == role.value))
    if row is None:
        row = RoleRow(name=role.value)
        session.add(row)
    return row


def issue_token(
    session: Session, *, actor: Actor, label: str, writes: bool, lasts: dt.timedelta, now: dt.datetime
) -> tuple[ApiToken, str]:
    """A new API token for the actor's own account. The second value is shown once and stored nowhere."""
    if actor.user_id is None:
        raise NotFound(words("Only a person who signed in can have an API token."))
    secret = TOKEN_PREFIX + secrets.token_urlsafe(32)
    token = ApiToken(
        account_id=actor.user_id,
        label=label,
        token_hash=token_hash(secret),
        writes=writes,
        created_at=now,
        expires_at=now + lasts,
    )
    session.add(token)
    session.flush()
    audit.record(session, actor=actor, verb="token.issue", kind="api_token", thing=token.id, now=now)
    return token, secret


def revoke_token(session: Session, token_id: uuid.UUID, *, actor: Actor, now: dt.datetime) -> None:
    """End one of the actor's own tokens at once. Raises NotFound for anybody else's."""
    token = session.get(ApiToken, token_id)
    if token is None or token.account_id != actor.user_id:
        raise NotFound(words("There is no such token."))
    token.revoked_at = token.revoked_at or now
    audit.record(session, actor=actor, verb="token.revoke", kind="api_token", thing=token.id, now=now)


def token_hash(secret: str) -> bytes:
    """What is stored instead of the token; a 256-bit random secret needs no slow hash."""
    return hashlib.sha256(secret.encode()).digest()


def account_for_token(session: Session, secret: str, *, now: dt.datetime) -> tuple[Account, ApiToken] | None:
    """The account a live token stands for, or nothing."""
    found = session.execute(
        sa.select(Account, ApiToken)
        .join(ApiToken, ApiToken.account_id == Account.id)
        .where(
            ApiToken.token_hash == token_hash(secret),
            ApiToken.revoked_at.is_(None),
            ApiToken.expires_at > now,
            Account.active,
        )
    ).one_or_none()
    return None if found is None else (found[0], found[1])
