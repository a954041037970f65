"""The tree that calendar programs see, and what each place says of itself."""

import enum
from dataclasses import dataclass
from urllib.parse import quote, unquote, urlsplit

from expertpool.availability.rules.xml import APPLE, CALDAV, DAV, Element, element, hrefs
from expertpool.calendars.rules.dav.entry import ENTRY_LIMITS

FEATURES = "1, 3, calendar-access, calendar-auto-schedule"
_PREFIX = "data:,"
_READ = (f"{DAV}read", f"{DAV}read-current-user-privilege-set", f"{CALDAV}read-free-busy")


class Kind(enum.StrEnum):
    """The two calendars of an expert: what they write, and what they are asked for."""

    BUSY = "busy"
    ASSIGNMENTS = "assignments"


# In the assignments nothing can be added, so there is no right to bind.
_WRITES = {
    Kind.BUSY: ("write", "write-content", "bind", "unbind"),
    Kind.ASSIGNMENTS: ("write-content", "unbind"),
}

Properties = dict[str, Element]


@dataclass(frozen=True, slots=True)
class Tree:
    """The addresses of one expert's places. `base` is where DAV begins, without a slash at its end;
    `mailboxes` are the addresses the expert is invited under, the first one first."""

    base: str
    expert: str
    name: str
    mailboxes: tuple[str, ...]

    @property
    def root(self) -> str:
        return f"{self.base}/"

    @property
    def principals(self) -> str:
        return f"{self.base}/principals/"

    @property
    def principal(self) -> str:
        return f"{self.principals}{self.expert}/"

    @property
    def home(self) -> str:
        return f"{self.base}/calendars/{self.expert}/"

    def box(self, name: str) -> str:
        return f"{self.principal}{name}/"

    def collection(self, kind: Kind) -> str:
        return f"{self.home}{kind}/"

    def object(self, kind: Kind, name: str) -> str:
        return self.collection(kind) + quote(name, safe="@:!$'()*+,;=~")

    def name_of(self, kind: Kind, href: str) -> str:
        """The name of the event behind an address; nothing if it cannot be in this calendar."""
        try:
            path = unquote(urlsplit(href).path)
        except ValueError:
            return ""
        inside, found, name = path.rpartition("/")
        ours = found and f"{inside}/" == self.collection(kind) and name.isprintable()
        return name if ours else ""


@dataclass(frozen=True, slots=True)
class Standing:
    """A calendar as it stands: its revision, and what people call it."""

    kind: Kind
    revision: int
    title: str
    about: str


@dataclass(frozen=True, slots=True)
class Listed:
    """One event of a calendar: its name in the address, its validator, its size in octets."""

    name: str
    etag: str
    octets: int


def sync_token(revision: int) -> str:
    """What a program hands back to learn what changed since. Source: RFC 6578 section 4."""
    return f"{_PREFIX}{revision}"


def revision_of(token: str) -> int | None:
    """The revision a token stands for; none for one that we never gave."""
    number = token.removeprefix(_PREFIX)
    ours = token.startswith(_PREFIX) and number.isascii() and number.isdigit() and len(number) < 16
    return int(number) if ours else None


def root_properties(tree: Tree) -> Properties:
    """Where discovery begins. Source: RFC 5397, RFC 6764 section 6."""
    return _place(tree, "", f"{DAV}collection")


def principal_properties(tree: Tree) -> Properties:
    """The expert as a user of calendars. Source: RFC 4791 section 6.2, RFC 6638 section 2.4."""
    mine = [f"mailto:{each}" for each in tree.mailboxes]
    return _place(tree, tree.name, f"{DAV}collection", f"{DAV}principal") | _keyed(
        hrefs(f"{DAV}principal-URL", tree.principal),
        hrefs(f"{CALDAV}calendar-home-set", tree.home),
        hrefs(f"{CALDAV}calendar-user-address-set", *mine, tree.principal),
        element(f"{CALDAV}calendar-user-type", "INDIVIDUAL"),
        hrefs(f"{CALDAV}schedule-inbox-URL", tree.box("inbox")),
        hrefs(f"{CALDAV}schedule-outbox-URL", tree.box("outbox")),
    )


def box_properties(tree: Tree, name: str) -> Properties:
    """The inbox and the outbox that programs look for: always empty, as invitations lie in the calendar."""
    made = _place(tree, name, f"{DAV}collection", f"{CALDAV}schedule-{name}")
    if name == "inbox":
        default = tree.collection(Kind.ASSIGNMENTS)
        made |= _keyed(hrefs(f"{CALDAV}schedule-default-calendar-URL", default))
    return made


def home_properties(tree: Tree) -> Properties:
    """What holds the two calendars."""
    return _place(tree, tree.name, f"{DAV}collection")


def collection_properties(tree: Tree, standing: Standing) -> Properties:
    """One of the two calendars. Source: RFC 4791 section 5.2, RFC 6578 section 4, RFC 6638 section 9.1."""
    writes = tuple(f"{DAV}{right}" for right in _WRITES[standing.kind])
    made = _place(tree, standing.title, f"{DAV}collection", f"{CALDAV}calendar", rights=(*_READ, *writes))
    kinds = {"content-type": "text/calendar", "version": "2.0"}
    return made | _keyed(
        _reports("calendar-multiget", "calendar-query", "free-busy-query", "sync-collection"),
        element(f"{CALDAV}calendar-description", standing.about),
        element(f"{CALDAV}supported-calendar-component-set", element(f"{CALDAV}comp", name="VEVENT")),
        element(f"{CALDAV}supported-calendar-data", element(f"{CALDAV}calendar-data", **kinds)),
        element(f"{CALDAV}max-resource-size", str(ENTRY_LIMITS.size)),
        element(f"{CALDAV}schedule-calendar-transp", element(f"{CALDAV}opaque")),
        element(f"{DAV}sync-token", sync_token(standing.revision)),
        element(f"{APPLE}getctag", sync_token(standing.revision)),
    )


def object_properties(tree: Tree, kind: Kind, listed: Listed) -> Properties:
    """One event, without its text."""
    writes = tuple(f"{DAV}{right}" for right in _WRITES[kind] if right.startswith("write"))
    return _place(tree, "", rights=(*_READ, *writes)) | _keyed(
        element(f"{DAV}getetag", listed.etag),
        element(f"{DAV}getcontenttype", "text/calendar; charset=utf-8; component=vevent"),
        element(f"{DAV}getcontentlength", str(listed.octets)),
    )


def _place(tree: Tree, name: str, *types: str, rights: tuple[str, ...] = _READ) -> Properties:
    """What every place says. Source: RFC 4918 section 15, RFC 3744 section 5."""
    privileges = (element(f"{DAV}privilege", element(right)) for right in rights)
    named = [element(f"{DAV}displayname", name)] if name else []
    return _keyed(
        element(f"{DAV}resourcetype", *(element(each) for each in types)),
        hrefs(f"{DAV}current-user-principal", tree.principal),
        hrefs(f"{DAV}owner", tree.principal),
        hrefs(f"{DAV}principal-collection-set", tree.principals),
        element(f"{DAV}current-user-privilege-set", *privileges),
        _reports(),
        *named,
    )


def _reports(*names: str) -> Element:
    spaces = {"sync-collection": DAV}
    each = (element(f"{spaces.get(name, CALDAV)}{name}") for name in names)
    offered = (element(f"{DAV}supported-report", element(f"{DAV}report", report)) for report in each)
    return element(f"{DAV}supported-report-set", *offered)


def _keyed(*each: Element) -> Properties:
    return {one.tag: one for one in each}
