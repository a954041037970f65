"""What opens a calendar elsewhere: its address and, where it is read by CalDAV, a name and a password."""

import base64
import enum
import json
import re
from dataclasses import dataclass

from expertpool.refusals import Invalid
from expertpool.words import Words, words

_MOST_OF_USER = 255
_MOST_OF_PASSWORD = 500
_CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f]")


class Way(enum.StrEnum):
    """How a calendar elsewhere comes to us."""

    FILE = "file"
    ADDRESS = "address"
    CALDAV = "caldav"


@dataclass(frozen=True, slots=True)
class Login:
    """A name and a password for one server; in no `repr`."""

    user: str
    password: str

    def __repr__(self) -> str:
        return "Login()"

    @property
    def header(self) -> str:
        """As it goes over an encrypted connection. Source: RFC 7617."""
        return "Basic " + base64.b64encode(f"{self.user}:{self.password}".encode()).decode("ascii")


@dataclass(frozen=True, slots=True)
class Key:
    """All that is needed to read a calendar; in no `repr`."""

    url: str
    login: Login | None = None

    def __repr__(self) -> str:
        return "Key()"

    @property
    def way(self) -> Way:
        return Way.ADDRESS if self.login is None else Way.CALDAV


def check_login(user: str, password: str) -> Login | None:
    """What was entered to sign in with; none if nothing was.

    Raises: Invalid with the fields "user_name", "password".
    """
    name = user.strip()
    if not name and not password:
        return None
    faults: dict[str, Words] = {}
    if not name:
        faults["user_name"] = words("Enter the user name that belongs to the password.")
    elif len(name) > _MOST_OF_USER or ":" in name or _CONTROLS.search(name):
        faults["user_name"] = words("No server takes this as a user name.")
    if not password:
        faults["password"] = words("Enter the password that belongs to the user name.")
    elif len(password) > _MOST_OF_PASSWORD or _CONTROLS.search(password):
        faults["password"] = words("No server takes this as a password.")
    if faults:
        raise Invalid(words("The calendar cannot be added as entered."), fields=faults)
    return Login(name, password)


def key_as_text(key: Key) -> str:
    """For sealing: address and password in one piece, so that neither can be put beside another one."""
    if key.login is None:
        return key.url
    return json.dumps([key.url, key.login.user, key.login.password])


def key_from_text(text: str) -> Key:
    """The inverse of `key_as_text`; no address begins with a bracket."""
    if not text.startswith("["):
        return Key(text)
    url, user, password = json.loads(text)
    return Key(url, Login(user, password))
