"""The demo's mailbox: seen in the demo only, newest mail first, calendar files to save."""

import dataclasses
from email.message import EmailMessage
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from expertpool.infra.mail import MailboxTransport, as_bytes

INVITATION = "BEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\nEND:VCALENDAR\r\n"


@pytest.fixture
def folder(app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The mailbox of an installation that is a demo."""
    settings = dataclasses.replace(app.extensions["expertpool"], demo=True, mailbox_dir=tmp_path / "mail")
    monkeypatch.setitem(app.extensions, "expertpool", settings)
    return tmp_path / "mail"


def deliver(folder: Path, subject: str, *, calendar: str | None = None) -> None:
    """A mail as the service writes it."""
    mail = EmailMessage()
    mail["Subject"], mail["From"], mail["To"] = subject, "desk@expertpool.example", "one@expert.example"
    mail["Date"] = "Mon, 23 Nov 2026 00:00:00 +0000"
    mail.set_content("안녕하세요\n<b>plain</b>")
    if calendar is not None:
        mail.add_alternative(calendar.encode(), "text", "calendar", params={"method": "REQUEST"})
    MailboxTransport(folder).send(as_bytes(mail), sender="", recipient="")


def links(page: str) -> list[str]:
    """Addresses of the mails in a list, in its order."""
    return [part.split('"')[0] for part in page.split('href="/demo/mailbox/')[1:]]


def test_the_list_shows_mails_with_the_newest_first(client: FlaskClient, folder: Path) -> None:
    deliver(folder, "First offer")
    deliver(folder, "Second offer")

    page = client.get("/demo/mailbox").text

    assert page.index("Second offer") < page.index("First offer")


@pytest.mark.parametrize(("language", "title"), [("ko", "체험용 메일함"), ("en", "Demo mailbox")])
def test_an_empty_mailbox_says_so_in_both_languages(
    client: FlaskClient, folder: Path, language: str, title: str
) -> None:
    answer = client.get("/demo/mailbox", headers={"Accept-Language": language})

    assert answer.status_code == 200
    assert title in answer.text


def test_a_mail_shows_its_text_without_running_it(client: FlaskClient, folder: Path) -> None:
    deliver(folder, "Offer")

    page = client.get("/demo/mailbox/" + links(client.get("/demo/mailbox").text)[0]).text

    assert "안녕하세요" in page
    assert "&lt;b&gt;plain&lt;/b&gt;" in page


def test_the_calendar_file_of_a_mail_is_saved_not_shown(client: FlaskClient, folder: Path) -> None:
    deliver(folder, "Offer", calendar=INVITATION)
    page = client.get("/demo/mailbox/" + links(client.get("/demo/mailbox").text)[0]).text
    file = next(link for link in links(page) if link.endswith(".ics"))

    answer = client.get(f"/demo/mailbox/{file}")

    assert answer.data.replace(b"\r\n", b"\n") == INVITATION.replace("\r\n", "\n").encode()
    assert answer.content_type.startswith("text/calendar")
    assert answer.headers["Content-Disposition"].startswith("attachment")


@pytest.mark.parametrize("address", ["nobody", "..%2F..%2Fsecret-key", "nobody/1.ics"])
def test_a_mail_that_is_not_there_is_not_found(client: FlaskClient, folder: Path, address: str) -> None:
    deliver(folder, "Offer")

    assert client.get(f"/demo/mailbox/{address}").status_code == 404


def test_a_part_that_is_no_calendar_is_not_found(client: FlaskClient, folder: Path) -> None:
    deliver(folder, "Offer", calendar=INVITATION)
    key = links(client.get("/demo/mailbox").text)[0]

    assert client.get(f"/demo/mailbox/{key}/0.ics").status_code == 404
    assert client.get(f"/demo/mailbox/{key}/99.ics").status_code == 404


@pytest.mark.parametrize("address", ["/demo/mailbox", "/demo/mailbox/some", "/demo/mailbox/some/1.ics"])
def test_outside_the_demo_there_is_no_mailbox(client: FlaskClient, address: str) -> None:
    assert client.get(address).status_code == 404
