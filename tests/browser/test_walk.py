"""The main job, walked in a browser: ask, solve, approve, answer the card, accept, and find it all again."""

import datetime as dt
import mailbox
import re
import time
from email import policy
from email.parser import BytesParser
from typing import cast

import icalendar
import pytest
import sqlalchemy as sa
from flask_security import hash_password
from playwright.sync_api import Page, expect

from expertpool import create_app
from expertpool.accounts.models import Account
from expertpool.accounts.service import add_account
from expertpool.availability.models import Hold
from expertpool.demo.service import PASSWORD
from expertpool.engagements.models import Engagement
from expertpool.engagements.rules import EngagementState
from expertpool.experts.models import Expert
from expertpool.incidents.models import Incident
from expertpool.infra import clock
from expertpool.infra.db import unit_of_work
from expertpool.infra.identity import SYSTEM, Role
from tests.browser.conftest import PICTURES, Demo

pytest_plugins = ["tests.fixtures.demo"]
pytestmark = pytest.mark.browser

SOLVE_SECONDS = 60


def _picture(page: Page, name: str) -> None:
    PICTURES.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=PICTURES / f"{name}.png", full_page=True)


def _sign_in(page: Page, demo: Demo, email: str) -> None:
    page.goto(f"{demo.url}/login?lang=en")
    page.get_by_label("E-mail address").fill(email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url(lambda url: "/login" not in url)


def _sign_out(page: Page) -> None:
    page.locator("details[data-menu] > summary").click()
    page.get_by_role("button", name="Sign out").click()
    page.wait_for_url("**/login*")


def _story_incident(demo: Demo) -> str:
    """The address of the first story's incident."""
    with create_app(demo.settings).app_context(), unit_of_work(SYSTEM) as session:
        leaver = sa.select(Incident.id).where(Incident.type_code == "leaver", Incident.evidence_at_risk)
        found = session.scalars(
            leaver.where(Incident.state == "active").order_by(Incident.recorded_at.desc())
        )
        return f"{demo.url}/incidents/{found.first()}"


def _chosen(demo: Demo, need_id: str) -> tuple[str, dt.datetime]:
    """The sign-in of an expert who was asked (made if there is none), and when the work begins."""
    with create_app(demo.settings).app_context(), unit_of_work(SYSTEM) as session:
        row = session.execute(
            sa.select(Engagement, Expert)
            .join(Expert, Expert.id == Engagement.expert_id)
            .where(Engagement.need_id == need_id, Engagement.state == EngagementState.OFFERED)
        ).first()
        assert row is not None
        engagement, expert = row
        start = session.scalars(
            sa.select(sa.func.lower(Hold.during)).where(Hold.engagement_id == engagement.id)
        ).first()
        account = session.scalar(sa.select(Account).where(Account.expert_id == expert.id))
        if account is None:
            account = add_account(
                session,
                actor=SYSTEM,
                email=f"walker-{expert.id}@expert.example",
                password_hash=hash_password(PASSWORD),
                name_ko=expert.name_ko,
                name_en=expert.name_en,
                roles=frozenset({Role.EXPERT}),
                ministry_id=None,
                expert_id=expert.id,
                language="en",
                now=clock.now(),
            )
        return account.email, cast(dt.datetime, start)


def _invitations(demo: Demo) -> list[icalendar.Event]:
    """The events of every mail in the demo mailbox."""
    events = []
    for mail in mailbox.Maildir(demo.settings.mailbox_dir):
        message = BytesParser(policy=policy.default).parsebytes(bytes(mail))
        part = next(each for each in message.walk() if each.get_content_type() == "text/calendar")
        calendar = icalendar.Calendar.from_ical(cast(bytes, part.get_payload(decode=True)))
        events += calendar.events
    return events


def _wait_for_invitation(demo: Demo, start: dt.datetime, status: str) -> icalendar.Event:
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        for event in _invitations(demo):
            if event.start == start and event.status == status:
                return event
        time.sleep(0.5)
    raise AssertionError(f"no {status} invitation for {start} among {len(_invitations(demo))}")


def _used_hours(page: Page, demo: Demo) -> str:
    """The utilisation table of the next sixty days, as it reads."""
    today = clock.seoul_date(clock.now())
    last = today + dt.timedelta(days=60)
    page.goto(f"{demo.url}/utilisation?report=ministries&first={today}&last={last}")
    return page.get_by_role("table").inner_text()


def test_from_an_incident_to_an_accepted_invitation(page: Page, demo: Demo) -> None:
    # The coordinator asks for experts from a template.
    _sign_in(page, demo, "coordinator.mss@demo.example")
    _picture(page, "01-desk")
    before = _used_hours(page, demo)
    page.goto(_story_incident(demo))
    _picture(page, "02-incident")
    page.get_by_role("link", name="Ask for experts").first.click()
    page.get_by_role("link", name=re.compile("^Use this")).first.click()
    _picture(page, "03-need-form")
    page.get_by_role("button", name="Save and submit").click()
    page.wait_for_url(re.compile(r"/needs/[0-9a-f-]{36}"))
    need_id = page.url.split("/needs/")[1][:36]

    # The planner proposes people and a common time.
    page.get_by_role("button", name="Propose a team").click()
    expect(page.get_by_role("link", name="Approve").first).to_be_visible(timeout=SOLVE_SECONDS * 1000)
    _picture(page, "04-proposal")
    page.get_by_role("link", name="Approve").first.click()
    _picture(page, "05-approve")
    page.get_by_role("button", name="Approve and ask").click()
    _sign_out(page)

    # The expert answers the conflict card before seeing the case, and accepts.
    email, start = _chosen(demo, need_id)
    _wait_for_invitation(demo, start, "TENTATIVE")
    _sign_in(page, demo, email)
    page.goto(f"{demo.url}/?lang=en")
    _picture(page, "06-offers")
    page.get_by_role("link", name=re.compile("^Look and answer")).first.click()
    expect(page.get_by_role("heading", name="The case")).to_have_count(0)
    _picture(page, "07-conflict-card")
    page.locator('input[name="answer"][value="none"]').check()
    page.locator("#pledged").check()
    page.get_by_role("button", name="Answer the card").click()
    expect(page.get_by_role("heading", name="The case")).to_be_visible()
    page.get_by_role("button", name="Accept").click()
    _picture(page, "08-accepted")
    _sign_out(page)

    # The invitation in the mailbox shows the time of the hold, and the hours are counted.
    event = _wait_for_invitation(demo, start, "CONFIRMED")
    assert event.sequence >= 1
    _sign_in(page, demo, "coordinator.mss@demo.example")
    assert _used_hours(page, demo) != before
    _picture(page, "09-utilisation")
    page.goto(f"{demo.url}/demo/mailbox")
    _picture(page, "10-mailbox")


@pytest.mark.parametrize("language", ["ko", "en"])
def test_the_first_page_of_every_role_comes_whole(page: Page, demo: Demo, language: str) -> None:
    for local in ("coordinator.mss", "viewer.kftc", "conflict", "auditor", "admin"):
        _sign_in(page, demo, f"{local}@demo.example")
        page.goto(f"{demo.url}/?lang={language}")

        expect(page.locator("html")).to_have_attribute("lang", language)
        expect(page.get_by_role("heading", level=1)).to_have_count(1)
        for width in (1440, 390):
            page.set_viewport_size({"width": width, "height": 900})
            _picture(page, f"first-{local}-{language}-{width}")
            assert page.evaluate("document.documentElement.scrollWidth") <= width
        page.goto(f"{demo.url}/?lang=en")
        _sign_out(page)
