"""How sign-in is throttled, and what signing in says to people.

Listed are the messages of flask-security that a person can reach here; they replace its English-only ones.
"""

import datetime as dt
from dataclasses import dataclass

from expertpool.words import Words, words


@dataclass(frozen=True, slots=True)
class Throttle:
    """At most `failures` wrong sign-ins within `window`; then none are read for `pause`."""

    failures: int
    window: dt.timedelta
    pause: dt.timedelta


# Per account a person who forgot; per network an office behind one address, or an attacker with a list.
PER_ACCOUNT = Throttle(failures=5, window=dt.timedelta(minutes=15), pause=dt.timedelta(minutes=15))
PER_NETWORK = Throttle(failures=50, window=dt.timedelta(minutes=15), pause=dt.timedelta(minutes=15))

# A calendar program asks often and repeats what it knows; a password of ours cannot be guessed.
PER_CALENDAR_PROGRAM = Throttle(failures=20, window=dt.timedelta(minutes=15), pause=dt.timedelta(minutes=15))

TOO_MANY = words("Too many failed tries. Wait 15 minutes, or ask your administrator for a new password.")

# The same sentence for an unknown address and a wrong password: an answer must not tell which exists.
NOT_RECOGNISED = words("The e-mail address or the password is not right. Check both and try again.")

MESSAGES: dict[str, Words] = {
    "GENERIC_AUTHN_FAILED": NOT_RECOGNISED,
    "USER_DOES_NOT_EXIST": NOT_RECOGNISED,
    "INVALID_PASSWORD": NOT_RECOGNISED,
    "DISABLED_ACCOUNT": words("This account is switched off. Ask your administrator."),
    "UNAUTHENTICATED": words("Sign in first."),
    "LOGIN": words("Sign in to see this page."),
    "REAUTHENTICATION_REQUIRED": words("Type your password again to go on."),
    "REAUTHENTICATION_SUCCESSFUL": words("Your password was confirmed."),
    "EMAIL_NOT_PROVIDED": words("Write your e-mail address."),
    "INVALID_EMAIL_ADDRESS": words("Write a whole e-mail address, such as name@agency.example."),
    "PASSWORD_NOT_PROVIDED": words("Write your password."),
    "PASSWORD_INVALID_LENGTH": words("Choose a password of at least %(length)s characters."),
    "RETYPE_PASSWORD_MISMATCH": words("The two new passwords differ. Type the same one twice."),
    "PASSWORD_IS_THE_SAME": words("Choose a password you have not used before."),
    "PASSWORD_CHANGE": words("Your password was changed."),
    "TWO_FACTOR_INVALID_TOKEN": words("The code is not right. Wait for the next one and type it."),
    "TWO_FACTOR_LOGIN_SUCCESSFUL": words("You are signed in."),
    "TWO_FACTOR_CHANGE_METHOD_SUCCESSFUL": words("Two-step sign-in was changed."),
    "TWO_FACTOR_PERMISSION_DENIED": words("Sign in with your password first."),
    "TWO_FACTOR_METHOD_NOT_AVAILABLE": words("Choose one of the ways shown."),
    "TWO_FACTOR_DISABLED": words("Two-step sign-in is off."),
    "TWO_FACTOR_SETUP_EXPIRED": words("Setting up took too long. Start again."),
    "INVALID_REDIRECT": words("The address to go on to is not part of this service."),
    "ANONYMOUS_USER_REQUIRED": words("You are signed in already."),
}
