"""Calendars elsewhere by CalDAV: what opens them, and what servers answer."""

import pytest

from expertpool.availability.rules.remote import (
    NOTHING_SEEN,
    Key,
    Login,
    Trouble,
    Way,
    check_login,
    key_as_text,
    key_from_text,
)
from expertpool.availability.rules.remote.caldav import (
    is_cut_short,
    items_from,
    places_from,
    seen_of,
    trouble_with,
    version_of,
)
from expertpool.availability.rules.xml import NotXml
from expertpool.refusals import Invalid
from tests.fixtures.caldav_server import MOST, found, item, multistatus, place

LOGIN = Login("yun@mail.example", "pass:wörd 비밀")


def test_nothing_entered_is_no_login_and_colons_are_for_passwords() -> None:
    assert check_login("  ", "") is None
    assert check_login(" yun ", "a:b ") == Login("yun", "a:b ")


@pytest.mark.parametrize(
    ("user", "password", "fields"),
    [
        ("yun", "", {"password"}),
        ("", "word", {"user_name"}),
        ("a:b", "word", {"user_name"}),
        ("a\r\nX: y", "word", {"user_name"}),
        ("yun", "wo\nrd", {"password"}),
        ("y" * 256, "w" * 501, {"user_name", "password"}),
    ],
)
def test_half_a_login_and_control_characters_are_refused(user: str, password: str, fields: set[str]) -> None:
    with pytest.raises(Invalid) as refused:
        check_login(user, password)

    assert set(refused.value.fields) == fields


@pytest.mark.parametrize("key", [Key("https://a.example/x"), Key("https://a.example/[x]", LOGIN)])
def test_a_key_is_sealed_in_one_piece_and_shown_nowhere(key: Key) -> None:
    assert key_from_text(key_as_text(key)) == key
    assert key.way is (Way.CALDAV if key.login else Way.ADDRESS)
    assert not any(secret in repr((key, key.login)) for secret in ("a.example", "yun", "비밀"))


def test_a_place_says_what_it_is_and_what_changed() -> None:
    calendar, tasks, quiet, plain = places_from(
        multistatus(
            place("/home/one/", calendar=True, ctag="c1", token="t1"),
            place("/home/tasks/", calendar=True, parts="VTODO", token="t2"),
            place("/home/quiet/", calendar=True, transparent=True),
            place("/", principal="/me/", home="/home/"),
        ),
        most=MOST,
    )

    assert [each.counts for each in (calendar, tasks, quiet, plain)] == [True, False, False, False]
    assert (calendar.mark, tasks.mark, quiet.mark) == ("c1", "t2", "")
    assert (plain.principal, plain.home) == ("/me/", "/home/")


def test_a_property_that_was_not_found_is_not_read() -> None:
    body = multistatus(found("/a/", "<d:sync-token>t</d:sync-token>", status="404 Not Found"))

    assert places_from(body, most=MOST)[0].mark == ""


def test_items_tell_their_words_or_their_status() -> None:
    items = items_from(
        multistatus(
            item("/a/1.ics", '"1"', "BEGIN:VCALENDAR\nSUMMARY:a &amp; b\nEND:VCALENDAR"),
            item("/a/2.ics", '"2"'),
        ),
        most=MOST,
    )
    cut = (
        "<d:response><d:href>/a/</d:href><d:status>HTTP/1.1 507 Insufficient Storage</d:status></d:response>"
    )

    assert [each.data for each in items] == [b"BEGIN:VCALENDAR\nSUMMARY:a & b\nEND:VCALENDAR", None]
    assert not is_cut_short(items)
    assert is_cut_short(items_from(multistatus(cut), most=MOST))


def test_marks_of_calendars_make_one_version_whatever_their_order() -> None:
    one, other = ("https://a.example/1/", "c1"), ("https://a.example/2/", "c2")

    assert seen_of([one, other]) == seen_of([other, one])
    assert seen_of([one, other]) != seen_of([one, (other[0], "c3")])
    assert seen_of([one, (other[0], "")]) == seen_of([]) == NOTHING_SEEN


def test_versions_of_events_stand_for_a_calendar_without_a_mark() -> None:
    first, second = (items_from(multistatus(item("/a/1.ics", tag)), most=MOST) for tag in ('"1"', '"2"'))

    assert version_of(first) == version_of(list(first))
    assert version_of(first) != version_of(second)


@pytest.mark.parametrize("body", [b"<html/>", b"", b"<!DOCTYPE a><a/>"])
def test_other_answers_than_those_in_parts_are_none(body: bytes) -> None:
    with pytest.raises(NotXml):
        items_from(body, most=MOST)


@pytest.mark.parametrize(
    ("status", "trouble"),
    [
        (207, None),
        (401, Trouble.SIGN_IN_REFUSED),
        (404, Trouble.NO_CALENDAR),
        (503, Trouble.TOO_OFTEN),
        (500, Trouble.SERVER_FAULT),
        (200, Trouble.STRANGE_ANSWER),
    ],
)
def test_a_status_is_told_in_words_for_who_signs_in(status: int, trouble: Trouble | None) -> None:
    assert trouble_with(status) is trouble
