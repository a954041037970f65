"""Which addresses the service may ask for a calendar: public ones, by https, none of its own network."""

import ipaddress
import re
from dataclasses import dataclass
from urllib.parse import quote, urlsplit

from expertpool.refusals import Invalid
from expertpool.words import Words, words

Address = ipaddress.IPv4Address | ipaddress.IPv6Address

MOST_CHARACTERS = 2_000
PUBLIC_PORTS = frozenset({443})
_SUBSCRIBE = {"webcal", "webcals"}  # what calendar programs call an address to subscribe to
_HOST = re.compile(r"(?!-)[a-z0-9_-]{1,63}(?<!-)(\.(?!-)[a-z0-9_-]{1,63}(?<!-))*")
_UNFIT = re.compile(r"[\x00-\x20\x7f-\xa0\u2028\u2029\\]")
# Beyond what Python calls global: addresses that lead to other ones, and services of the network itself.
_REFUSED = tuple(
    ipaddress.ip_network(each)
    for each in (
        "100.64.0.0/10",  # shared between carriers (RFC 6598)
        "192.0.0.0/24",  # protocol assignments (RFC 6890)
        "192.88.99.0/24",  # 6to4 relays (RFC 7526)
        "168.63.129.16/32",  # the platform of a public cloud, inside every machine of it
        "64:ff9b::/96",  # IPv4 in IPv6 (RFC 6052)
        "64:ff9b:1::/48",  # IPv4 in IPv6, local use (RFC 8215)
        "2001::/23",  # protocol assignments, Teredo among them
        "2002::/16",  # 6to4
        "fec0::/10",  # site-local, given up
        "::/96",  # IPv4-compatible, given up
        "::ffff:0:0:0/96",  # IPv4-translated (RFC 7915)
    )
)


@dataclass(frozen=True, slots=True)
class Target:
    """An address taken apart. `path` carries the query; it is a secret, so it is not in any `repr`."""

    host: str
    port: int
    path: str

    def __repr__(self) -> str:
        return f"Target({self.host!r})"

    @property
    def url(self) -> str:
        """The whole address: for sealing and asking, never for showing."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"https://{host}{'' if self.port == 443 else f':{self.port}'}{self.path}"

    def is_beside(self, other: "Target") -> bool:
        """Whether both are on the same server, so that what one was told may be told to the other."""
        return (self.host, self.port) == (other.host, other.port)


def check_address(written: str, *, ports: frozenset[int] = PUBLIC_PORTS) -> Target:
    """The address a person wrote or a server sent us on to.

    Raises: Invalid with the field "url". Source: RFC 3986.
    """
    text = written.strip()
    if len(text) > MOST_CHARACTERS:
        raise _unfit(words("The address is longer than %(most)s characters.", most=MOST_CHARACTERS))
    if not text or _UNFIT.search(text):
        raise _unfit(words("Write one whole address such as https://calendar.example/mine.ics."))
    try:
        parts = urlsplit(text)
        port, host = parts.port, (parts.hostname or "").rstrip(".")
    except ValueError:
        raise _unfit(words("Write one whole address such as https://calendar.example/mine.ics.")) from None
    if parts.scheme not in {"https", *_SUBSCRIBE}:
        raise _unfit(words("Only addresses that begin with https:// or webcal:// are read."))
    if parts.username is not None or parts.password is not None:
        raise _unfit(words("Leave out the name and password before the @ sign."))
    port = 443 if port is None else port
    if port not in ports:
        raise _unfit(words("Only the usual port 443 is asked."))
    path = quote(parts.path or "/", safe="/%:@!$&'()*+,;=~-._")
    query = "?" + quote(parts.query, safe="/?%:@!$&'()*+,;=~-._[]|") if parts.query else ""
    return Target(_host(host), port, path + query)


def _host(host: str) -> str:
    try:
        return str(ipaddress.ip_address(host))
    except ValueError:
        pass
    try:
        plain = host.encode("idna").decode("ascii").lower()
    except UnicodeError:
        plain = ""
    if len(plain) > 253 or not _HOST.fullmatch(plain):
        raise _unfit(words("The name of the server in this address is not one."))
    return plain


def _unfit(fault: Words) -> Invalid:
    return Invalid(words("This address cannot be read."), fields={"url": fault})


def may_be_asked(address: Address) -> bool:
    """Whether an address is public in every sense; asked of every answer of the name service.

    Source: IANA special-purpose address registries (RFC 6890), and the RFCs beside each range above.
    """
    if address.version == 6 and (address.ipv4_mapped is not None or address.scope_id is not None):
        return False
    if address.is_multicast or address.is_reserved or not address.is_global:
        return False
    return not any(address.version == net.version and address in net for net in _REFUSED)
