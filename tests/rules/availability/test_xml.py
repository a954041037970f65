"""XML of strangers is read within bounds; ours is read back as it was meant."""

import pytest

from expertpool.availability.rules.xml import DAV, NotXml, element, read_xml, write_xml


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<a",
        b"<a></b>",
        b"<a><b></a>",
        b"<!DOCTYPE a><a/>",
        b"<!DOCTYPE a SYSTEM 'file:///etc/passwd'><a/>",
        b"<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>",
        b"<!DOCTYPE a [<!ENTITY % p SYSTEM 'http://host.example/x'> %p;]><a/>",
        b"<a>&b;</a>",
        b"<a>" * 40 + b"</a>" * 40,
        b"<a>" + b"<b/>" * 20_001 + b"</a>",
        b"<a " + b" ".join(b"x%d='1'" % number for number in range(21)) + b"/>",
        b"<a>" + b"x" * 2**20 + b"</a>",
        b"<?xml version='1.0' encoding='nonsense'?><a/>",
        b"\xff\xfe\x00",
        b"<p:a/>",
    ],
    ids=lambda body: body[:24].decode("latin-1"),
)
def test_what_is_not_plain_xml_is_refused(body: bytes) -> None:
    with pytest.raises(NotXml):
        read_xml(body)


@pytest.mark.parametrize(
    "text", ["치과 & <병원>", "BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n", "a\tb\nc", "]]>", "\U0001f4c5"]
)
def test_text_is_read_back_as_it_was_written(text: str) -> None:
    root = read_xml(write_xml(element(f"{DAV}href", text)))

    assert (root.tag, root.text) == ("{DAV:}href", text)


def test_text_between_elements_is_put_together() -> None:
    root = read_xml(b"<a>x<b>y</b>z<!-- - -->&amp;<b/></a>")

    assert (root.text, [child.text for child in root.children]) == ("xz&", ["y", ""])


def test_a_reader_of_more_says_so() -> None:
    body = b"<a>" + b"x" * 2**20 + b"<b/>" * 20_001 + b"</a>"

    assert len(read_xml(body, most=2**21, elements=30_000).children) == 20_001


def test_what_xml_cannot_carry_is_left_out() -> None:
    root = read_xml(write_xml(element(f"{DAV}href", "a\x00\x0b\ufffeb")))

    assert root.text == "ab"


@pytest.mark.parametrize("tag", [f"{DAV}prop", "{urn:x:'<>&\"}odd", "bare"])
def test_names_keep_their_space(tag: str) -> None:
    assert read_xml(write_xml(element(f"{DAV}prop", element(tag)))).children[0].tag == tag
