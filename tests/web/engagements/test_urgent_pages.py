"""Securing evidence tonight, walked by the expert and the officer in both languages."""

import datetime as dt

import pytest
from flask.testing import FlaskClient
from flask_babel import force_locale, gettext
from sqlalchemy.orm import Session

from expertpool.engagements.rules import EngagementState
from expertpool.infra import clock
from expertpool.infra.identity import Role
from tests.fixtures.accounts import an_account, signed_in
from tests.fixtures.engagement_pages import as_coordinator, as_expert, offer_path, page, post
from tests.fixtures.engagements import (
    PARTIES,
    PURPOSE,
    SUMMARY,
    TITLE,
    a_case,
    a_pledge,
    an_offer,
    an_urgent_case,
)
from tests.fixtures.experts import an_expert

SAID = ("Pledge and accept", "Your task", "Conflict card owed", "Declaration overdue")


@pytest.mark.parametrize("lang", ["en", "ko"])
def test_from_the_pledge_to_the_officers_queue(
    client: FlaskClient, session: Session, now: dt.datetime, monkeypatch: pytest.MonkeyPatch, lang: str
) -> None:
    expert = an_expert(session)
    offer = an_offer(session, an_urgent_case(session), expert)
    with client.application.app_context(), force_locale(lang):
        pledge, task, owed, overdue = (gettext(each) for each in SAID)
    browser, path = as_expert(client, session, expert), offer_path(offer)

    asked = page(browser, path, lang)
    unpledged, refused = post(browser, f"{path}/urgent-acceptance")
    before = offer.state
    status, _ = post(browser, f"{path}/urgent-acceptance", pledged="y")
    session.refresh(offer)
    at_work, inbox = page(browser, path, lang), page(browser, "/me/offers", lang)
    monkeypatch.setattr(clock, "now", lambda: now + dt.timedelta(hours=25))
    late, late_inbox = page(browser, path, lang), page(browser, "/me/offers", lang)
    officer = signed_in(client, an_account(session, Role.CONFLICT_OFFICER))
    desk = page(officer, "/conflicts", lang)
    decide = page(officer, f"/conflicts/cards/{offer.id}", lang)

    assert '<a href="#pledged-tonight">' in refused
    assert ".:" not in refused
    assert (pledge in asked, unpledged, before) == (True, 422, EngagementState.OFFERED)
    assert (status, offer.state) == (200, EngagementState.CONFIRMED)
    assert all(shown in at_work for shown in (task, PURPOSE, PARTIES[lang == "en"], 'name="answer"'))
    assert not any(secret in at_work + late for secret in (TITLE, SUMMARY))
    assert (owed in inbox, PURPOSE in inbox, PURPOSE in late) == (True, False, False)
    assert (overdue in desk, overdue in decide, overdue in inbox, overdue in late_inbox) == (
        True,
        True,
        False,
        True,
    )
    assert ('value="clear"' in decide, 'value="off"' in decide) == (False, True)


def test_the_offer_says_what_the_pledge_does_and_what_the_card_does(
    client: FlaskClient, session: Session
) -> None:
    expert = an_expert(session)
    tonight = an_offer(session, an_urgent_case(session), expert)
    usual = an_offer(session, a_case(session), expert)
    browser = as_expert(client, session, expert)

    urgent, other = page(browser, offer_path(tonight)), page(browser, offer_path(usual))

    said = ("It accepts the work at once", "The card accepts nothing yet", "Or the conflict card first")
    assert [(each in urgent, each in other) for each in said] == [(True, False)] * 3
    assert "First the conflict card, then the case" in other
    assert "First the conflict card, then the case" not in urgent


def test_the_coordinator_reads_that_the_card_is_overdue(
    client: FlaskClient, session: Session, now: dt.datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    offer = a_pledge(session, an_offer(session, an_urgent_case(session), an_expert(session)))
    browser = as_coordinator(client, session)
    address = f"/needs/{offer.need_id}"

    owed = page(browser, address)
    monkeypatch.setattr(clock, "now", lambda: now + dt.timedelta(hours=25))
    late = page(browser, address)

    assert ("owed until" in owed, "overdue since" in owed) == (True, False)
    assert ("owed until" in late, "overdue since" in late) == (False, True)
