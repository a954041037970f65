"""The forms of signing in, in both languages; throttling treats known and unknown addresses alike."""

import hashlib
import hmac
from typing import Any

from flask import current_app, request
from flask_security.forms import (
    ChangePasswordForm,
    LoginForm,
    TwoFactorSetupForm,
    TwoFactorVerifyCodeForm,
    VerifyForm,
)
from flask_wtf import FlaskForm
from wtforms import BooleanField, IntegerField, StringField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined] # newer than the stubs
from wtforms.validators import InputRequired, Length, NumberRange

from expertpool.accounts import service
from expertpool.accounts.rules import PER_ACCOUNT, PER_NETWORK, TOO_MANY
from expertpool.infra import clock
from expertpool.infra.db import db, unit_of_work
from expertpool.infra.i18n import lazy, say
from expertpool.words import words

LABELS = {
    "email": words("E-mail address"),
    "password": words("Password"),
    "remember": words("Stay signed in on this device"),
    "new_password": words("New password"),
    "new_password_confirm": words("New password once more"),
    "code": words("Code from the authenticator app"),
    "setup": words("Two-step sign-in"),
}
CHOICES = {
    "authenticator": words("With an authenticator app"),
    "disable": words("Switch it off"),
}


class _Worded:
    """Says the labels of a flask-security form in the reader's language; the library's are English only."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, label in LABELS.items():
            if (field := getattr(self, name, None)) is not None:
                field.label.text = say(label)
        if (setup := getattr(self, "setup", None)) is not None:
            setup.choices = [SelectChoice(value, say(label)) for value, label in CHOICES.items()]


class PasswordChangeForm(_Worded, ChangePasswordForm):
    """A new password for whoever signed in."""


class PasswordAgainForm(_Worded, VerifyForm):
    """The password once more, before something that matters."""


class TwoStepSetupForm(_Worded, TwoFactorSetupForm):
    """Switching two-step sign-in on or off."""


class TwoStepCodeForm(_Worded, TwoFactorVerifyCodeForm):
    """The code of the second step."""


class ThrottledLoginForm(_Worded, LoginForm):
    """Reads no password while an account or a network is paused, and counts what failed."""

    def validate(self, **kwargs: Any) -> bool:
        """Whether the sign-in may go on."""
        account = throttle_key("account", (self.email.data or "").strip().lower())
        network = throttle_key("network", request.remote_addr or "")
        if service.is_paused(db.session(), (account, network), now=clock.now()):
            self.form_errors.append(say(TOO_MANY))
            return False
        recognised = bool(super().validate(**kwargs))
        with unit_of_work() as session:
            if recognised:
                service.forget_failures(session, account)
            else:
                service.note_failure(session, account, PER_ACCOUNT, now=clock.now())
                service.note_failure(session, network, PER_NETWORK, now=clock.now())
        return recognised


def throttle_key(kind: str, value: str) -> bytes:
    """What a failure is counted under; addresses themselves are not stored."""
    secret = current_app.config["SECRET_KEY"].encode()
    return hmac.new(secret, f"{kind}:{value}".encode(), hashlib.sha256).digest()


class AppPasswordForm(FlaskForm):  # type: ignore[misc] # flask-wtf is untyped
    """Which program a new password is for."""

    label = StringField(
        lazy(words("Which phone or program is it for?")),
        validators=[InputRequired(), Length(max=80)],
    )


class TokenForm(FlaskForm):  # type: ignore[misc] # flask-wtf is untyped
    """What a new API token is for."""

    label = StringField(
        lazy(words("What will use the token?")),
        validators=[InputRequired(), Length(max=80)],
    )
    writes = BooleanField(lazy(words("It may change things, not only read them")))
    days = IntegerField(
        lazy(words("Days until it ends")), default=90, validators=[InputRequired(), NumberRange(1, 366)]
    )
