"""XML in and out: what strangers send is read in bounds and without entities, what we write is escaped."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from xml.parsers import expat
from xml.sax.saxutils import escape, quoteattr

DAV = "{DAV:}"
CALDAV = "{urn:ietf:params:xml:ns:caldav}"
APPLE = "{http://calendarserver.org/ns/}"

LARGEST_XML = 1 * 2**20  # octets
MOST_ELEMENTS = 20_000
DEEPEST = 16
MOST_ATTRIBUTES = 20
_TEXT_AT_ONCE = 256 * 2**10  # octets
_PREFIXES = {"DAV:": "d", CALDAV[1:-1]: "c", APPLE[1:-1]: "cs"}
_UNWRITABLE = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_RETURN = {"\r": "&#13;"}  # a reader of XML would drop a plain one


class NotXml(ValueError):
    """A body that is not the XML we take."""


@dataclass(slots=True)
class Element:
    """One element. `tag` and the names of attributes are `{namespace}name`, or a bare name."""

    tag: str
    children: list["Element"] = field(default_factory=list)
    text: str = ""
    attributes: Mapping[str, str] = field(default_factory=dict)

    def first(self, tag: str) -> "Element | None":
        """The first child of this name."""
        return next(self.all(tag), None)

    def all(self, tag: str) -> Iterator["Element"]:
        """The children of this name."""
        return (child for child in self.children if child.tag == tag)


def element(tag: str, *children: Element | str, **attributes: str) -> Element:
    """An element with what is in it: other elements, or its text."""
    nested = [child for child in children if isinstance(child, Element)]
    text = "".join(child for child in children if isinstance(child, str))
    return Element(tag, nested, text, attributes)


def hrefs(tag: str, *addresses: str) -> Element:
    """An element that holds addresses."""
    return element(tag, *(element(f"{DAV}href", address) for address in addresses))


def read_xml(data: bytes, *, most: int = LARGEST_XML, elements: int = MOST_ELEMENTS) -> Element:
    """The root of a document, within limits. A document type is refused, and with it every entity.

    Units: `most` counts octets. Raises: NotXml.
    """
    if len(data) > most:
        raise NotXml("too large")
    reader = _Reader(elements)
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    parser.buffer_size = _TEXT_AT_ONCE
    parser.StartDoctypeDeclHandler = _refuse
    parser.EntityDeclHandler = _refuse
    parser.StartElementHandler = reader.start
    parser.EndElementHandler = reader.end
    parser.CharacterDataHandler = reader.say
    try:
        parser.Parse(data, True)
    except (expat.ExpatError, LookupError) as error:
        raise NotXml("not well formed") from error
    return reader.root


def _refuse(*_: object) -> None:
    raise NotXml("a document type")


class _Reader:
    """Puts a document together and counts."""

    def __init__(self, most: int) -> None:
        self._open: list[Element] = [Element("")]
        self._said: list[list[str]] = [
            []
        ]  # put together once: text that grows piece by piece is copied each time
        self._count, self._most = 0, most

    @property
    def root(self) -> Element:
        return self._open[0].children[0]

    def start(self, name: str, attributes: dict[str, str]) -> None:
        self._count += 1
        if self._count > self._most or len(self._open) > DEEPEST or len(attributes) > MOST_ATTRIBUTES:
            raise NotXml("too much")
        made = Element(_clark(name), attributes={_clark(key): value for key, value in attributes.items()})
        self._open[-1].children.append(made)
        self._open.append(made)
        self._said.append([])

    def end(self, _name: str) -> None:
        self._open.pop().text = "".join(self._said.pop())

    def say(self, text: str) -> None:
        self._said[-1].append(text)


def _clark(name: str) -> str:
    space, _, local = name.rpartition(" ")
    return f"{{{space}}}{local}" if space else local


def write_xml(root: Element) -> bytes:
    """The document. Source: XML 1.0 section 2.11 for the ends of lines."""
    spaces = " ".join(f"xmlns:{prefix}={quoteattr(space)}" for space, prefix in _PREFIXES.items())
    parts = ['<?xml version="1.0" encoding="utf-8"?>\n', *_written(root, f" {spaces}")]
    return "".join(parts).encode()


def _written(each: Element, spaces: str = "") -> Iterable[str]:
    name, own = _prefixed(each.tag)
    yield f"<{name}{spaces}{own}"
    for key, value in each.attributes.items():
        yield f" {key}={quoteattr(_UNWRITABLE.sub('', value))}"
    if not each.text and not each.children:
        yield "/>"
        return
    yield f">{escape(_UNWRITABLE.sub('', each.text), _RETURN)}"
    for child in each.children:
        yield from _written(child)
    yield f"</{name}>"


def _prefixed(tag: str) -> tuple[str, str]:
    space, found, local = tag[1:].rpartition("}")
    if not found:
        return tag, ' xmlns=""'
    if prefix := _PREFIXES.get(space):
        return f"{prefix}:{local}", ""
    return local, f" xmlns={quoteattr(space)}"
