"""Calendars kept elsewhere: which may be asked, what their answers mean, and when they are asked again."""

from expertpool.availability.rules.remote.address import (
    PUBLIC_PORTS,
    Address,
    Target,
    check_address,
    may_be_asked,
)
from expertpool.availability.rules.remote.answers import (
    MOST_REDIRECTS,
    NOTHING_SEEN,
    Seen,
    is_redirect,
    seen_from,
    trouble_of,
    wait_from,
)
from expertpool.availability.rules.remote.key import (
    Key,
    Login,
    Way,
    check_login,
    key_as_text,
    key_from_text,
)
from expertpool.availability.rules.remote.schedule import (
    MOST_CALENDARS,
    PAUSED_AFTER,
    CalendarState,
    NextStep,
    after_failure,
    after_reading,
    questions_at,
    window_at,
)
from expertpool.availability.rules.remote.told import TROUBLE_WORDS, Trouble
from expertpool.availability.rules.remote.understood import (
    Guessed,
    LeftOut,
    Understood,
    guessed_of,
    left_out_of,
    understood_as_plain,
    understood_from_plain,
)

__all__ = [
    "MOST_CALENDARS",
    "MOST_REDIRECTS",
    "NOTHING_SEEN",
    "PAUSED_AFTER",
    "PUBLIC_PORTS",
    "TROUBLE_WORDS",
    "Address",
    "CalendarState",
    "Guessed",
    "Key",
    "LeftOut",
    "Login",
    "NextStep",
    "Seen",
    "Target",
    "Trouble",
    "Understood",
    "Way",
    "after_failure",
    "after_reading",
    "check_address",
    "check_login",
    "guessed_of",
    "is_redirect",
    "key_as_text",
    "key_from_text",
    "left_out_of",
    "may_be_asked",
    "questions_at",
    "seen_from",
    "trouble_of",
    "understood_as_plain",
    "understood_from_plain",
    "wait_from",
    "window_at",
]
