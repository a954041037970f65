"""Signing in: flask-security for people, bearer tokens for programs, one actor for both."""

import datetime as dt
import hashlib
import hmac
import uuid
from pathlib import Path

from flask import Blueprint, Flask, abort, current_app, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext
from flask_login import current_user
from flask_security import Security, SQLAlchemyUserDatastore
from flask_wtf import CSRFProtect
from werkzeug.wrappers import Response

from expertpool.accounts import forms, service
from expertpool.accounts.models import Account, RoleRow
from expertpool.accounts.rules import MESSAGES, PER_CALENDAR_PROGRAM, PER_NETWORK
from expertpool.config import Settings, settings_of_app
from expertpool.infra import clock, navigation
from expertpool.infra.db import act_as, db, unit_of_work
from expertpool.infra.gate import ask_for_password, current_actor, open_to, public
from expertpool.infra.i18n import language, say
from expertpool.infra.identity import NOBODY, ROLE_NAMES, Actor, Role
from expertpool.infra.problems import speaks_dav, speaks_json
from expertpool.refusals import Invalid, NotFound
from expertpool.words import words

blp = Blueprint("accounts", __name__)
csrf = CSRFProtect()
PAGE_SIZE = 50


def init_accounts(app: Flask) -> None:
    """Install sign-in, CSRF protection, and the actor of every request."""
    settings: Settings = app.extensions["expertpool"]
    for name, value in _security_config(settings).items():
        app.config.setdefault(name, value)  # what `create_app` was given stands
    csrf.init_app(app)
    datastore = SQLAlchemyUserDatastore(db, Account, RoleRow)
    Security().init_app(  # one for each application: it keeps how that one stores passwords
        app,
        datastore,
        register_blueprint=True,
        login_form=forms.ThrottledLoginForm,
        change_password_form=forms.PasswordChangeForm,
        verify_form=forms.PasswordAgainForm,
        two_factor_setup_form=forms.TwoStepSetupForm,
        two_factor_verify_code_form=forms.TwoStepCodeForm,
    )
    app.before_request(_protect_pages)
    app.before_request(_announce_actor)
    app.context_processor(_shell)


def _security_config(settings: Settings) -> dict[str, object]:
    return {
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
        "SECURITY_I18N_DIRNAME": str(Path(__file__).parent.parent / "translations"),
        "SECURITY_I18N_DOMAIN": "messages",
        "WTF_CSRF_TIME_LIMIT": 8 * 3600,
        "WTF_CSRF_CHECK_DEFAULT": False,
        **{f"SECURITY_MSG_{name}": (message.text, "error") for name, message in MESSAGES.items()},
    }


def _derived(secret: str, purpose: str) -> str:
    return hmac.new(secret.encode(), purpose.encode(), hashlib.sha256).hexdigest()


def _protect_pages() -> None:
    """Demand the form token of browsers. Programs bring a bearer token, which no other site can send.

    Calendar programs are exempt, too: cookies count for nothing there, and of the methods that other sites
    may use unasked (GET, HEAD, POST) none changes anything below /dav/.
    """
    if current_app.config["WTF_CSRF_ENABLED"] and not speaks_json() and not speaks_dav():
        csrf.protect(apply_exemptions=True)


def _announce_actor() -> None:
    """Find out who calls, once per request, and tell the database session."""
    if request.endpoint == "static":
        return
    session = db.session()
    if speaks_json():
        g.actor = _token_actor()
    elif speaks_dav():
        g.actor = _calendar_actor()
    elif current_user.is_authenticated:
        g.actor = service.actor_of(current_user)
        g.preferred_language = current_user.language
    else:
        g.actor = NOBODY
    act_as(session, g.actor)


def _token_actor() -> Actor:
    scheme, _, secret = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not secret:
        return NOBODY
    found = service.account_for_token(db.session(), secret.strip(), now=clock.now())
    if found is None:
        abort(401)
    account, token = found
    if not token.writes and request.method not in ("GET", "HEAD", "OPTIONS"):
        abort(403)
    g.preferred_language = account.language
    return service.actor_of(account)


def _calendar_actor() -> Actor:
    """The expert behind a name and a password for calendars, with no other role the account may have."""
    given = request.authorization
    if given is None or given.type != "basic":
        return NOBODY
    name, now = given.username or "", clock.now()
    if not name.isprintable():  # the database takes no such text
        raise ask_for_password()
    network = request.remote_addr or ""
    program = forms.throttle_key("calendars", f"{network} {name.strip().lower()}")
    office = forms.throttle_key("calendars of network", network)
    with unit_of_work(NOBODY) as session:
        if service.is_paused(session, (program, office), now=now):
            abort(429)
        account, guessed = service.account_for_app_password(session, name, given.password or "", now=now)
        if guessed:
            service.note_failure(session, program, PER_CALENDAR_PROGRAM, now=now)
            service.note_failure(session, office, PER_NETWORK, now=now)
    if account is None or account.expert_id is None:
        raise ask_for_password()
    g.preferred_language = account.language
    return Actor(roles=frozenset({Role.EXPERT}), user_id=account.id, expert_id=account.expert_id)


def _shell() -> dict[str, object]:
    """What every page's frame needs."""
    frame = {"demo": settings_of_app().demo, "page_path": navigation.page_path, "role_names": ROLE_NAMES}
    if not current_user.is_authenticated:
        return {**frame, "nav": [], "viewer": None}
    name = current_user.name_ko if language() == "ko" else current_user.name_en
    return {
        **frame,
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


@blp.get("/account/tokens")
@open_to(*Role)
def token_list() -> str:
    """The API tokens of whoever signed in."""
    return _token_page(forms.TokenForm(), secret=None)


@blp.post("/account/tokens")
@open_to(*Role)
def issue_token() -> str | tuple[str, int]:
    """A new token, shown this once."""
    form = forms.TokenForm()
    if not form.validate_on_submit():
        return _token_page(form, secret=None), 422
    with unit_of_work() as session:
        _, secret = service.issue_token(
            session,
            actor=current_actor(),
            label=form.label.data or "",
            writes=form.writes.data,
            lasts=dt.timedelta(days=form.days.data or 1),
            now=clock.now(),
        )
    return _token_page(forms.TokenForm(formdata=None), secret=secret)


@blp.post("/account/tokens/<uuid:token_id>/revoke")
@open_to(*Role)
def revoke_token(token_id: uuid.UUID) -> Response:
    """End one of the own tokens."""
    with unit_of_work() as session:
        service.revoke_token(session, token_id, actor=current_actor(), now=clock.now())
    flash(gettext("The token no longer works."), "success")
    return redirect(url_for("accounts.token_list"))


def _token_page(form: forms.TokenForm, *, secret: str | None) -> str:
    tokens = service.tokens_of(db.session(), current_actor())
    return render_template("accounts/tokens.html", form=form, tokens=tokens, secret=secret, now=clock.now())


@blp.get("/account/calendar-passwords")
@open_to(Role.EXPERT)
def app_password_list() -> str:
    """The passwords of the expert's calendar programs, and how to set one up."""
    return _app_password_page(forms.AppPasswordForm(), secret=None)


@blp.post("/account/calendar-passwords")
@open_to(Role.EXPERT)
def issue_app_password() -> str | tuple[str, int]:
    """A new password, shown this once."""
    form = forms.AppPasswordForm()
    if not form.validate_on_submit():
        return _app_password_page(form, secret=None), 422
    try:
        with unit_of_work() as session:
            _, secret = service.issue_app_password(
                session, actor=current_actor(), label=form.label.data or "", now=clock.now()
            )
    except Invalid as refusal:
        form.label.errors = [say(refusal.words)]
        return _app_password_page(form, secret=None), 422
    return _app_password_page(forms.AppPasswordForm(formdata=None), secret=secret)


@blp.post("/account/calendar-passwords/<uuid:password_id>/revoke")
@open_to(Role.EXPERT)
def revoke_app_password(password_id: uuid.UUID) -> Response:
    """End one of the own passwords."""
    with unit_of_work() as session:
        service.revoke_app_password(session, password_id, actor=current_actor(), now=clock.now())
    flash(gettext("The password no longer works."), "success")
    return redirect(url_for("accounts.app_password_list"))


def _app_password_page(form: forms.AppPasswordForm, *, secret: str | None) -> str:
    return render_template(
        "accounts/calendar_passwords.html",
        form=form,
        passwords=service.app_passwords_of(db.session(), current_actor()),
        secret=secret,
        address=settings_of_app().base_url.rstrip("/") + "/dav/",
        user_name=current_user.email,
    )


@blp.get("/accounts")
@open_to(Role.ADMIN)
def account_list() -> str:
    """Everybody who can sign in."""
    page = max(request.args.get("page", 1, type=int), 1)
    accounts, count = service.accounts_page(db.session(), page=page, size=PAGE_SIZE)
    last = max((count + PAGE_SIZE - 1) // PAGE_SIZE, 1)
    return render_template("accounts/accounts.html", accounts=accounts, count=count, page=page, last=last)


@blp.post("/accounts/<uuid:account_id>/switch")
@open_to(Role.ADMIN)
def switch_account(account_id: uuid.UUID) -> Response:
    """Switch an account on or off."""
    on = request.form.get("on") == "1"
    with unit_of_work() as session:
        service.switch(session, account_id, on=on, actor=current_actor(), now=clock.now())
    flash(
        gettext("The account is switched on.") if on else gettext("The account is switched off."), "success"
    )
    return redirect(url_for("accounts.account_list"))
