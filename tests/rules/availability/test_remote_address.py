"""Which addresses may be asked for a calendar."""

import ipaddress

import pytest

from expertpool.availability.rules.remote import Target, check_address, may_be_asked
from expertpool.refusals import Invalid


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "127.8.8.8",
        "0.0.0.0",
        "10.0.0.1",
        "172.16.0.1",
        "172.31.255.255",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "100.127.255.254",
        "192.0.0.8",
        "192.0.0.171",
        "192.0.2.1",
        "192.88.99.1",
        "198.18.0.1",
        "198.51.100.7",
        "203.0.113.9",
        "224.0.0.1",
        "239.255.255.250",
        "240.0.0.1",
        "255.255.255.255",
        "168.63.129.16",
        "::",
        "::1",
        "::7f00:1",
        "::ffff:127.0.0.1",
        "::ffff:8.8.8.8",
        "::ffff:0:10.0.0.1",
        "64:ff9b::7f00:1",
        "64:ff9b::808:808",
        "64:ff9b:1::1",
        "100::1",
        "2001::1",
        "2001:0:4136:e378:8000:63bf:3fff:fdd2",
        "2001:db8::1",
        "2002:7f00:1::",
        "2002:808:808::1",
        "fc00::1",
        "fd12:3456::1",
        "fe80::1",
        "fe80::1%2",
        "2606:4700::1%eth0",
        "fec0::1",
        "ff02::1",
        "ff0e::1",
    ],
)
def test_addresses_of_networks_of_our_own_are_never_asked(address: str) -> None:
    assert not may_be_asked(ipaddress.ip_address(address))


@pytest.mark.parametrize("address", ["1.1.1.1", "8.8.8.8", "223.130.195.200", "2606:4700::6810:84e5"])
def test_public_addresses_are_asked(address: str) -> None:
    assert may_be_asked(ipaddress.ip_address(address))


@pytest.mark.parametrize(
    ("written", "asked"),
    [
        ("https://calendar.example/mine.ics", "https://calendar.example/mine.ics"),
        (" webcal://Calendar.Example/a?b=c ", "https://calendar.example/a?b=c"),
        ("webcals://calendar.example", "https://calendar.example/"),
        ("https://calendar.example:443/a#part", "https://calendar.example/a"),
        ("https://calendar.example./a%2Fb", "https://calendar.example/a%2Fb"),
        ("https://calendar.example/일정.ics", "https://calendar.example/%EC%9D%BC%EC%A0%95.ics"),
        ("https://달력.example/a", "https://xn--bk1b22h.example/a"),
        ("https://[2606:4700::1]/a", "https://[2606:4700::1]/a"),
    ],
)
def test_an_address_is_brought_into_one_form(written: str, asked: str) -> None:
    assert check_address(written).url == asked


@pytest.mark.parametrize(
    "written",
    [
        "",
        "mine.ics",
        "/mine.ics",
        "//calendar.example/mine.ics",
        "http://calendar.example/mine.ics",
        "ftp://calendar.example/mine.ics",
        "file:///etc/passwd",
        "gopher://calendar.example:70/x",
        "data:text/calendar,BEGIN:VCALENDAR",
        "https://",
        "https:///mine.ics",
        "https://user@calendar.example/",
        "https://user:word@calendar.example/",
        "https://:@calendar.example/",
        "https://calendar.example:80/",
        "https://calendar.example:22/",
        "https://calendar.example:8443/",
        "https://calendar.example:99999/",
        "https://calendar.example:no/",
        "https://calendar example/",
        "https://calendar.example/a b",
        "https://calendar.example/a\r\nHost: inside",
        "https://calendar.example/\x00",
        "https://calendar.example\\@inside/",
        "https://cal_endar..example/",
        "https://-calendar.example/",
        "https://[::1/",
        "https://[nonsense]/",
        "https://" + "a" * 64 + ".example/",
        "https://calendar.example/" + "a" * 2_000,
    ],
)
def test_what_is_no_public_https_address_is_refused_at_its_field(written: str) -> None:
    with pytest.raises(Invalid) as refused:
        check_address(written)

    assert set(refused.value.fields) == {"url"}


def test_an_address_taken_apart_does_not_show_its_secret() -> None:
    target = check_address("https://calendar.example/private-3f9a/basic.ics?key=word")

    assert repr(target) == "Target('calendar.example')"
    assert target == Target("calendar.example", 443, "/private-3f9a/basic.ics?key=word")
