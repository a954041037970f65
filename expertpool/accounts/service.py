"""Accounts, the actors they stand for, and the tokens programs use in their place."""

import datetime as dt
import hashlib
import secrets
import uuid
from collections.abc import Collection, Sequence

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from expertpool.accounts.models import Account, ApiToken, AppPassword, RoleRow, SignInFailure
from expertpool.accounts.rules import Throttle
from expertpool.audit import service as audit
from expertpool.infra.identity import Actor, Role
from expertpool.refusals import Forbidden, Invalid, NotFound
from expertpool.words import words

_MOST_APP_PASSWORDS = 20
_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"  # none that looks like another
_GROUPS, _GROUP = 4, 5
_SEEN_EVERY = dt.timedelta(hours=1)  # programs ask often; when they last did is kept to the hour
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


def issue_app_password(
    session: Session, *, actor: Actor, label: str, now: dt.datetime
) -> tuple[AppPassword, str]:
    """A new password for one calendar program of the actor. The second value is shown once, stored nowhere.

    It has 99 random bits, so that nobody guesses it, and can be typed on a phone.
    Raises: NotFound for nobody's account; Invalid if there are too many.
    """
    if actor.user_id is None:
        raise NotFound(words("Only a person who signed in can have a password for calendars."))
    live = sa.select(sa.func.count()).where(
        AppPassword.account_id == actor.user_id, AppPassword.revoked_at.is_(None)
    )
    if (session.scalar(live) or 0) >= _MOST_APP_PASSWORDS:
        full = words("At most %(most)s passwords can be in use. End one first.", most=_MOST_APP_PASSWORDS)
        raise Invalid(full, fields={"label": full})
    groups = ("".join(secrets.choice(_LETTERS) for _ in range(_GROUP)) for _ in range(_GROUPS))
    secret = "-".join(groups)
    made = AppPassword(
        account_id=actor.user_id, label=label, password_hash=app_password_hash(secret), created_at=now
    )
    session.add(made)
    session.flush()
    audit.record(session, actor=actor, verb="app_password.issue", kind="app_password", thing=made.id, now=now)
    return made, secret


def revoke_app_password(session: Session, password_id: uuid.UUID, *, actor: Actor, now: dt.datetime) -> None:
    """End one of the actor's own passwords at once. Raises NotFound for anybody else's."""
    found = session.get(AppPassword, password_id)
    if found is None or found.account_id != actor.user_id:
        raise NotFound(words("There is no such password."))
    found.revoked_at = found.revoked_at or now
    audit.record(
        session, actor=actor, verb="app_password.revoke", kind="app_password", thing=found.id, now=now
    )


def app_password_hash(secret: str) -> bytes:
    """What is stored instead of the password, however its groups were typed."""
    return token_hash("".join(secret.split()).replace("-", "").lower())


def account_for_app_password(
    session: Session, email: str, secret: str, *, now: dt.datetime
) -> tuple[Account | None, bool]:
    """The account a live password opens, or nobody; and whether it was a guess.

    A password that has ended is no guess: a phone that was forgotten sends it for years.
    """
    found = session.execute(
        sa.select(Account, AppPassword)
        .join(AppPassword, AppPassword.account_id == Account.id)
        .where(
            AppPassword.password_hash == app_password_hash(secret),
            Account.email == email.strip().lower(),
            Account.active,
        )
    ).one_or_none()
    if found is None:
        return None, True
    account, password = found
    if password.revoked_at is not None:
        return None, False
    if password.last_used_at is None or password.last_used_at + _SEEN_EVERY <= now:
        password.last_used_at = now
    return account, False


def app_passwords_of(session: Session, actor: Actor) -> Sequence[AppPassword]:
    """The actor's own passwords for calendars, newest first."""
    own = sa.select(AppPassword).where(AppPassword.account_id == actor.user_id)
    return session.scalars(own.order_by(AppPassword.created_at.desc())).all()


def is_paused(session: Session, keys: Collection[bytes], *, now: dt.datetime) -> bool:
    """Whether sign-in is paused under any of `keys`."""
    paused = sa.exists().where(SignInFailure.key.in_(keys), SignInFailure.paused_until > now)
    return bool(session.scalar(sa.select(paused)))


def note_failure(session: Session, key: bytes, throttle: Throttle, *, now: dt.datetime) -> None:
    """Count a failed sign-in; the one that reaches the limit starts the pause."""
    fresh = insert(SignInFailure).values(key=key, failures=1, since=now)
    session.execute(
        fresh.on_conflict_do_update(
            index_elements=["key"],
            set_={
                "failures": sa.case(
                    (SignInFailure.since <= now - throttle.window, 1), else_=SignInFailure.failures + 1
                ),
                "since": sa.case(
                    (SignInFailure.since <= now - throttle.window, now), else_=SignInFailure.since
                ),
            },
        )
    )
    session.execute(
        sa.update(SignInFailure)
        .where(SignInFailure.key == key, SignInFailure.failures >= throttle.failures)
        .values(paused_until=now + throttle.pause, failures=0)
    )


def forget_failures(session: Session, key: bytes) -> None:
    """A person signed in: what failed before no longer counts."""
    session.execute(sa.delete(SignInFailure).where(SignInFailure.key == key))


def tokens_of(session: Session, actor: Actor) -> Sequence[ApiToken]:
    """The actor's own tokens, newest first."""
    own = sa.select(ApiToken).where(ApiToken.account_id == actor.user_id)
    return session.scalars(own.order_by(ApiToken.created_at.desc())).all()


def find_account(session: Session, email: str) -> Account:
    """The account with this address. Raises NotFound."""
    account = session.scalar(sa.select(Account).where(Account.email == email.strip().lower()))
    if account is None:
        raise NotFound(words("No account has this address."))
    return account


def set_password(
    session: Session, account: Account, password_hash: str, *, actor: Actor, now: dt.datetime
) -> None:
    """Give `account` a new password and end all its sessions."""
    account.password = password_hash
    account.fs_uniquifier = secrets.token_hex(32)
    audit.record(session, actor=actor, verb="account.password", kind="account", thing=account.id, now=now)


def switch(session: Session, account_id: uuid.UUID, *, on: bool, actor: Actor, now: dt.datetime) -> None:
    """Switch an account on or off; off ends its sessions and tokens with the next request.

    Raises: NotFound; Forbidden for the own account, which nobody could switch on again.
    """
    account = session.get(Account, account_id)
    if account is None:
        raise NotFound(words("There is no such account."))
    if account.id == actor.user_id:
        raise Forbidden(words("You cannot switch off your own account. Ask another administrator."))
    account.active = on
    account.fs_uniquifier = secrets.token_hex(32)
    verb = "account.on" if on else "account.off"
    audit.record(session, actor=actor, verb=verb, kind="account", thing=account.id, now=now)


def accounts_page(session: Session, *, page: int, size: int) -> tuple[Sequence[Account], int]:
    """Accounts by address, one page of `size`, and how many there are."""
    count = session.scalar(sa.select(sa.func.count()).select_from(Account)) or 0
    rows = sa.select(Account).order_by(Account.email).limit(size).offset((page - 1) * size)
    return session.scalars(rows).all(), count
