"""Signing in: flask-security for people, bearer tokens for programs, one actor for both."""

import hashlib
import hmac

from flask import Blueprint, Flask, abort, g, redirect, request, url_for
from flask_login import current_user
from flask_security import Security, SQLAlchemyUserDatastore
from flask_wtf import CSRFProtect
from werkzeug.wrappers import Response

from expertpool.accounts.models import Account, RoleRow
from expertpool.accounts.service import account_for_token, actor_of
from expertpool.config import Settings, settings_of_app
from expertpool.infra import clock, navigation
from expertpool.infra.db import act_as, db
from expertpool.infra.gate import current_actor, public
from expertpool.infra.i18n import language
from expertpool.infra.identity import NOBODY, Actor
from expertpool.infra.problems import speaks_json
from expertpool.refusals import NotFound
from expertpool.words import words

blp = Blueprint("accounts", __name__)
csrf = CSRFProtect()
security = Security()


def init_accounts(app: Flask) -> None:
    """Install sign-in, CSRF protection, and the actor of every request."""
    settings: Settings = app.extensions["expertpool"]
    app.config |= {
        "SECURITY_PASSWORD_SALT": settings.password_salt,
        "SECURITY_PASSWORD_HASH": "argon2",
        "SECURITY_PASSWORD_SCHEMES": ["argon2"],
        "SECURITY_PASSWORD_LENGTH_MIN": 12,
        "SECURITY_CHANGEABLE": True,
        "SECURITY_SEND_PASSWORD_CHANGE_EMAIL": False,
        "SECURITY_TWO_FACTOR": True,
        "SECURITY_TWO_FACTOR_ENABLED_METHODS": ["authenticator"],
        "SECURITY_TOTP_SECRETS": {"1": _derived(settings.secret_key, "totp")},
        "SECURITY_TOTP_ISSUER": "expertpool",
        "SECURITY_RETURN_GENERIC_RESPONSES": True,
        "SECURITY_POST_LOGIN_VIEW": "/",
        "SECURITY_POST_LOGOUT_VIEW": "/login",
        "SECURITY_LOGOUT_METHODS": ["POST"],
        "SECURITY_URL_PREFIX": None,
        "SECURITY_CSRF_COOKIE_NAME": None,
        "WTF_CSRF_TIME_LIMIT": 8 * 3600,
    }
    csrf.init_app(app)
    security.init_app(app, SQLAlchemyUserDatastore(db, Account, RoleRow), register_blueprint=True)
    app.before_request(_announce_actor)
    app.context_processor(_shell)


def _derived(secret: str, purpose: str) -> str:
    return hmac.new(secret.encode(), purpose.encode(), hashlib.sha256).hexdigest()


def _announce_actor() -> None:
    """Find out who calls, once per request, and tell the database session."""
    if request.endpoint == "static":
        return
    session = db.session()
    if speaks_json():
        g.actor = _token_actor()
    elif current_user.is_authenticated:
        g.actor = actor_of(current_user)
        g.preferred_language = current_user.language
    else:
        g.actor = NOBODY
    act_as(session, g.actor)


def _token_actor() -> Actor:
    scheme, _, secret = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not secret:
        return NOBODY
    found = account_for_token(db.session(), secret.strip(), now=clock.now())
    if found is None:
        abort(401)
    account, token = found
    if not token.writes and request.method not in ("GET", "HEAD", "OPTIONS"):
        abort(403)
    g.preferred_language = account.language
    return actor_of(account)


def _shell() -> dict[str, object]:
    """What every page's frame needs."""
    if not current_user.is_authenticated:
        return {"demo": settings_of_app().demo, "nav": [], "viewer": None}
    name = current_user.name_ko if language() == "ko" else current_user.name_en
    return {
        "demo": settings_of_app().demo,
        "nav": navigation.places(),
        "account_nav": navigation.account_places(),
        "viewer": {"name": name, "roles": current_actor().roles},
    }


@blp.get("/")
@public("sends everybody to the page they start from")
def home() -> Response:
    """The first page of whoever signed in."""
    if not current_actor().roles:
        return redirect(url_for("security.login"))
    menu = navigation.places()
    if not menu:
        raise NotFound(words("Your account has no page yet. Ask your administrator for a role."))
    return redirect(menu[0].href)
