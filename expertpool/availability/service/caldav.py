"""Reading a calendar elsewhere by CalDAV: with a name and a password that one server alone gets to see.

Everything goes through the fetcher of addresses, within its limits: one end for all questions together, and
one bound for all answers.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from urllib.parse import urljoin

from expertpool.availability.rules import Span
from expertpool.availability.rules.remote import Login, Seen, Target, Trouble
from expertpool.availability.rules.remote import caldav as rules
from expertpool.availability.rules.remote.caldav import Item, Place
from expertpool.availability.rules.xml import NotXml
from expertpool.availability.service.fetching import Fetched, Fetcher, Question, Reply
from expertpool.availability.service.wire import Deadline, Failed

_XML = "application/xml; charset=utf-8"
# What stands for an event that the server names and does not show: it is told as one that was lost.
_NOTHING = b""


def read_caldav(fetcher: Fetcher, url: str, login: Login, seen: Seen, window: Span) -> Fetched:
    """The events of a calendar, or of all calendars of an account, in a period.

    Nothing new is read where every calendar still has the mark it had when `seen` was told.
    Raises: Failed.
    """
    start = fetcher.checked(url, Trouble.STRANGE_ANSWER)
    reading = _Reading(fetcher, login, start, Deadline(fetcher.seconds), fetcher.most_bytes)
    try:
        calendars = reading.calendars()
        now_seen = rules.seen_of((each.url, mark) for each, mark in calendars)
        if seen.etag and now_seen == seen:
            return Fetched(None, seen)
        files = tuple(file for each, _ in calendars for file in reading.events(each, window))
    except NotXml:
        raise Failed(Trouble.STRANGE_ANSWER) from None
    return Fetched(files, now_seen)


@dataclass(slots=True)
class _Reading:
    """One reading. `start` names the only server that is asked. Units: `room`, octets that may still come."""

    fetcher: Fetcher
    login: Login
    start: Target
    deadline: Deadline
    room: int

    def calendars(self) -> list[tuple[Target, str]]:
        """The calendars to read, each with the mark of what is in it."""
        there, itself = self._place(self.start)
        if itself.is_calendar:
            return [(there, self._mark(there, itself))]
        home = self._home(there, itself)
        places = rules.places_from(self._told("PROPFIND", home, rules.ask_place(), "1"), most=self._most)
        found = [(self._near(home, each.href), each) for each in places if each.counts]
        if not found:
            raise Failed(Trouble.NO_CALENDAR)
        if len(found) > rules.MOST_COLLECTIONS:
            raise Failed(Trouble.TOO_MANY_CALENDARS)
        return [(target, self._mark(target, each)) for target, each in found]

    def events(self, calendar: Target, window: Span) -> Iterator[bytes]:
        """The events of one calendar: those of the period, or all where the server cannot tell them apart."""
        reply = self._ask("REPORT", calendar, rules.ask_period(window), "1")
        if rules.is_refusal(reply.status):
            bare = self._versions(calendar)
        else:
            items = _members(self._parts(reply), calendar)
            yield from (item.data for item in items if item.data is not None)
            bare = [item for item in items if item.data is None]
        if len(bare) > rules.MOST_EVENTS:
            raise Failed(Trouble.TOO_LARGE)
        for first in range(0, len(bare), rules.MOST_AT_ONCE):
            yield from self._shown(calendar, bare[first : first + rules.MOST_AT_ONCE])

    def _shown(self, calendar: Target, asked: Sequence[Item]) -> Iterator[bytes]:
        body = rules.ask_events([item.href for item in asked])
        items = self._parts(self._ask("REPORT", calendar, body, "1"))
        # An event that went away in between is none; any other that is not shown may take time.
        yield from (item.data or _NOTHING for item in items if item.status != 404)
        yield from [_NOTHING] * (len(asked) - len(items))

    @property
    def _most(self) -> int:
        return self.fetcher.most_bytes

    def _place(self, target: Target) -> tuple[Target, Place]:
        """What lies at an address, and where it is after having been sent on."""
        reply = self._ask("PROPFIND", target, rules.ask_place(), "0")
        places = rules.places_from(self._body(reply), most=self._most)
        if not places:
            raise Failed(Trouble.STRANGE_ANSWER)
        return reply.target, places[0]

    def _home(self, there: Target, itself: Place) -> Target:
        if not itself.home and itself.principal:
            there, itself = self._place(self._near(there, itself.principal))
        if not itself.home:
            raise Failed(Trouble.NO_CALENDAR)
        return self._near(there, itself.home)

    def _mark(self, calendar: Target, place: Place) -> str:
        return place.mark or rules.version_of(self._versions(calendar))

    def _versions(self, calendar: Target) -> list[Item]:
        body = self._told("PROPFIND", calendar, rules.ask_versions(), "1")
        return _members(_whole(rules.items_from(body, most=self._most)), calendar)

    def _near(self, asked: Target, href: str) -> Target:
        """An address the server named, as long as it is on the server that was entered. Raises: Failed."""
        try:
            there = urljoin(asked.url, href)
        except ValueError:
            raise Failed(Trouble.STRANGE_ANSWER) from None
        target = self.fetcher.checked(there, Trouble.STRANGE_ANSWER)
        if not target.is_beside(self.start):
            raise Failed(Trouble.OTHER_SERVER)
        return target

    def _told(self, method: str, target: Target, body: bytes, depth: str) -> bytes:
        return self._body(self._ask(method, target, body, depth))

    def _parts(self, reply: Reply) -> list[Item]:
        return _whole(rules.items_from(self._body(reply), most=self._most))

    def _body(self, reply: Reply) -> bytes:
        if trouble := rules.trouble_with(reply.status):
            raise Failed(trouble, retry_after=reply.headers.get("Retry-After"))
        return reply.body

    def _ask(self, method: str, target: Target, body: bytes, depth: str) -> Reply:
        headers = {
            "Authorization": self.login.header,
            "Depth": depth,
            "Content-Type": _XML,
            "Accept": "application/xml, text/xml",
        }
        question = Question(method, headers, body)
        reply = self.fetcher.follow(target, question, self.deadline, most=self.room, only_here=True)
        self.room -= len(reply.body)
        return reply


def _members(items: Sequence[Item], calendar: Target) -> list[Item]:
    """Without the calendar itself and the folders in it."""
    itself = (calendar.path.rstrip("/"), calendar.url.rstrip("/"))
    return [item for item in items if not item.href.endswith("/") and item.href not in itself]


def _whole(items: list[Item]) -> list[Item]:
    """Part of a calendar shows time as free that is not. Raises: Failed."""
    if rules.is_cut_short(items):
        raise Failed(Trouble.TOO_LARGE)
    return items
