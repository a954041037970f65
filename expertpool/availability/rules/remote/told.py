"""Why a calendar elsewhere could not be read, in words its owner can act on."""

import enum
from collections.abc import Mapping
from types import MappingProxyType

from expertpool.words import Words, words


class Trouble(enum.StrEnum):
    """What went wrong. Stored with the calendar; never with its address."""

    NO_SUCH_SERVER = "no_such_server"
    NOT_PUBLIC = "not_public"
    NO_ANSWER = "no_answer"
    TOO_SLOW = "too_slow"
    NOT_SECURE = "not_secure"
    SENT_AROUND = "sent_around"
    SENT_AWAY = "sent_away"
    NOT_ALLOWED = "not_allowed"
    NOT_THERE = "not_there"
    TOO_OFTEN = "too_often"
    SERVER_FAULT = "server_fault"
    STRANGE_ANSWER = "strange_answer"
    TOO_LARGE = "too_large"
    CUT_OFF = "cut_off"
    UNREADABLE = "unreadable"
    ADDRESS_LOST = "address_lost"
    SIGN_IN_REFUSED = "sign_in_refused"
    OTHER_SERVER = "other_server"
    NO_CALENDAR = "no_calendar"
    TOO_MANY_CALENDARS = "too_many_calendars"


TROUBLE_WORDS: Mapping[Trouble, Words] = MappingProxyType(
    {
        Trouble.NO_SUCH_SERVER: words("There is no server of this name. Check the address."),
        Trouble.NOT_PUBLIC: words("The server is inside a private network. Only public addresses are read."),
        Trouble.NO_ANSWER: words("The server could not be reached."),
        Trouble.TOO_SLOW: words("The server did not answer in time."),
        Trouble.NOT_SECURE: words("The server could not prove who it is, so nothing was read."),
        Trouble.SENT_AROUND: words("The server sent us from one address to the next too often."),
        Trouble.SENT_AWAY: words("The server sent us to an address that may not be read."),
        Trouble.NOT_ALLOWED: words(
            "The server wants a sign-in. Share the calendar by a secret address, or connect it by CalDAV."
        ),
        Trouble.NOT_THERE: words("There is no calendar at this address any more. Enter its new address."),
        Trouble.TOO_OFTEN: words("The server asks us to come back later."),
        Trouble.SERVER_FAULT: words("The server has a fault of its own."),
        Trouble.STRANGE_ANSWER: words("The server gave an answer that cannot be used."),
        Trouble.TOO_LARGE: words("The calendar is larger than 5 MiB. Share one with fewer entries."),
        Trouble.CUT_OFF: words("The answer of the server broke off."),
        Trouble.UNREADABLE: words("What the server sent is no calendar that can be read."),
        Trouble.ADDRESS_LOST: words("The stored address cannot be opened any more. Enter it again."),
        Trouble.SIGN_IN_REFUSED: words(
            "The server does not accept the user name or the password. Many services want an app password."
        ),
        Trouble.OTHER_SERVER: words(
            "Your calendars are on another server, to which the password is not sent. Enter its address."
        ),
        Trouble.NO_CALENDAR: words(
            "There is no calendar at this address. Enter the address of a calendar or of your account."
        ),
        Trouble.TOO_MANY_CALENDARS: words(
            "There are more than 10 calendars at this address. Enter the address of one of them."
        ),
    }
)
