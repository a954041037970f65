"""An expert's inbox and offers, walked in both languages."""

import datetime as dt

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from expertpool.engagements.rules import EngagementState
from expertpool.experts.models import Expert
from expertpool.infra import clock
from tests.fixtures.engagement_pages import SECRETS, as_expert, offer_path, page, post
from tests.fixtures.engagements import FIRST_DAY, PARTIES, Case, a_case, a_proposal, a_yes, an_offer
from tests.fixtures.experts import an_expert


@pytest.fixture
def case(session: Session, now: dt.datetime) -> Case:
    return a_case(session)


@pytest.fixture
def expert(session: Session, now: dt.datetime) -> Expert:
    return an_expert(session)


@pytest.mark.parametrize(("lang", "title"), [("en", "Waiting for your answer"), ("ko", "응답 대기")])
def test_the_inbox_shows_what_waits_and_nothing_of_the_case(
    client: FlaskClient, session: Session, case: Case, expert: Expert, lang: str, title: str
) -> None:
    an_offer(session, case, expert)

    html = page(as_expert(client, session, expert), "/me/offers", lang)

    assert title in html
    assert not [secret for secret in (*SECRETS, *PARTIES) if secret in html]


def test_an_expert_sees_no_offer_to_others_and_no_proposal(
    client: FlaskClient, session: Session, now: dt.datetime, expert: Expert
) -> None:
    case = a_case(session, roles=("DFE", "DFE"))
    other = a_yes(session, case, an_expert(session))
    proposal = a_proposal(session, case, expert, seat=1)
    browser = as_expert(client, session, expert)

    statuses = [browser.get(offer_path(each)).status_code for each in (other, proposal)]

    assert statuses == [404, 404]
    assert "Nothing waits" in page(browser, "/me/offers")


def test_a_clear_card_does_not_open_the_offers_of_the_team(
    client: FlaskClient, session: Session, now: dt.datetime, expert: Expert
) -> None:
    case = a_case(session, roles=("DFE", "DFE"))
    a_yes(session, case, expert)
    other = an_offer(session, case, an_expert(session), seat=1)

    assert as_expert(client, session, expert).get(offer_path(other)).status_code == 404


@pytest.mark.parametrize("lang", ["en", "ko"])
def test_the_offer_names_the_parties_on_the_card_and_tells_nothing_else(
    client: FlaskClient, session: Session, case: Case, expert: Expert, lang: str
) -> None:
    offer = an_offer(session, case, expert)

    html = page(as_expert(client, session, expert), offer_path(offer), lang)

    assert (PARTIES[1] if lang == "en" else PARTIES[0]) in html
    assert not [secret for secret in SECRETS if secret in html]
    assert 'name="answer"' in html
    assert "/accept" not in html


def test_a_compartmented_offer_names_nobody(
    client: FlaskClient, session: Session, now: dt.datetime, expert: Expert
) -> None:
    offer = an_offer(session, a_case(session, compartmented=True), expert)

    html = page(as_expert(client, session, expert), offer_path(offer))

    assert not [secret for secret in (*SECRETS, *PARTIES) if secret in html]


def test_a_clear_card_opens_the_case_and_the_yes(
    client: FlaskClient, session: Session, case: Case, expert: Expert
) -> None:
    offer = an_offer(session, case, expert)
    browser = as_expert(client, session, expert)

    status, html = post(browser, f"{offer_path(offer)}/card", answer="none", pledged="y")
    opened = [secret for secret in SECRETS if secret in html]
    done, _ = post(browser, f"{offer_path(offer)}/accept")
    session.refresh(offer)

    assert (status, done) == (200, 200)
    assert opened == list(SECRETS)
    assert offer.state is EngagementState.CONFIRMED


def test_a_card_without_the_pledge_comes_back_with_the_reason(
    client: FlaskClient, session: Session, case: Case, expert: Expert
) -> None:
    offer = an_offer(session, case, expert)

    status, html = post(as_expert(client, session, expert), f"{offer_path(offer)}/card", answer="none")

    assert status == 422
    assert 'role="alert"' in html
    assert 'id="pledged-error"' in html


def test_a_card_without_an_answer_names_the_question_and_can_be_read_in_the_other_language(
    client: FlaskClient, session: Session, case: Case, expert: Expert
) -> None:
    offer = an_offer(session, case, expert)

    status, html = post(as_expert(client, session, expert), f"{offer_path(offer)}/card")

    assert status == 422
    assert '<li><a href="#answer">' in html
    assert f'href="{offer_path(offer)}?lang=' in html


def test_a_tie_without_its_kind_comes_back_with_the_reason(
    client: FlaskClient, session: Session, case: Case, expert: Expert
) -> None:
    offer = an_offer(session, case, expert)

    status, html = post(
        as_expert(client, session, expert), f"{offer_path(offer)}/card", answer="yes", pledged="y"
    )

    assert (status, 'id="category-error"' in html) == (422, True)


def test_a_declared_tie_waits_and_shows_nothing(
    client: FlaskClient, session: Session, case: Case, expert: Expert
) -> None:
    offer = an_offer(session, case, expert)
    browser = as_expert(client, session, expert)

    _, html = post(browser, f"{offer_path(offer)}/card", answer="yes", category="work", pledged="y")

    assert "officer looks at your card" in page(browser, offer_path(offer))
    assert not [secret for secret in SECRETS if secret in html]


def test_declining_asks_why_and_until_when(
    client: FlaskClient, session: Session, case: Case, expert: Expert
) -> None:
    offer = an_offer(session, case, expert)
    browser = as_expert(client, session, expert)

    faulty, _ = post(browser, f"{offer_path(offer)}/decline", reason="terms", busy_until="2026-12-12")
    status, html = post(browser, f"{offer_path(offer)}/decline", reason="busy", busy_until="2026-12-12")

    assert (faulty, status) == (422, 200)
    assert "Sat 12 Dec 2026" in page(browser, offer_path(offer))
    assert "You declined" in page(browser, offer_path(offer))
    assert html


def test_accepting_without_a_card_is_refused_in_words(
    client: FlaskClient, session: Session, case: Case, expert: Expert
) -> None:
    offer = an_offer(session, case, expert)
    browser = as_expert(client, session, expert)
    page(browser, offer_path(offer))

    _, html = post(browser, f"{offer_path(offer)}/accept")

    assert "Answer the conflict card first." in html


def test_an_expert_withdraws_and_steps_down(
    client: FlaskClient, session: Session, case: Case, expert: Expert, now: dt.datetime
) -> None:
    agreed = a_yes(session, case, expert)
    asked = an_offer(session, a_case(session), expert, hours=8)
    browser = as_expert(client, session, expert)

    post(browser, f"{offer_path(agreed)}/withdraw", note="입원")
    post(browser, f"{offer_path(asked)}/recuse")
    session.refresh(agreed)
    session.refresh(asked)

    assert (agreed.state, asked.state) == (EngagementState.WITHDRAWN, EngagementState.RECUSED)


def test_work_is_handed_in_in_hours(
    client: FlaskClient,
    session: Session,
    case: Case,
    expert: Expert,
    now: dt.datetime,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    agreed = a_yes(session, case, expert)
    browser = as_expert(client, session, expert)
    monkeypatch.setattr(clock, "now", lambda: now + FIRST_DAY + dt.timedelta(hours=3))
    fields = {"version": agreed.version, "worked": "2.5", "note": "의견서 1부"}

    faulty, _ = post(browser, f"{offer_path(agreed)}/deliver", **(fields | {"worked": "0"}))
    stale, _ = post(browser, f"{offer_path(agreed)}/deliver", **(fields | {"version": 1}))
    session.refresh(agreed)
    before = agreed.state
    post(browser, f"{offer_path(agreed)}/deliver", **fields)
    session.refresh(agreed)

    assert (faulty, stale, before) == (422, 200, EngagementState.CONFIRMED)
    assert (agreed.state, agreed.worked_minutes) == (EngagementState.DELIVERED, 150)
    assert "2.5" in page(browser, offer_path(agreed))


def test_the_work_is_certified_once_it_is_handed_in(
    client: FlaskClient,
    session: Session,
    case: Case,
    expert: Expert,
    now: dt.datetime,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    agreed = a_yes(session, case, expert)
    browser = as_expert(client, session, expert)
    monkeypatch.setattr(clock, "now", lambda: now + FIRST_DAY + dt.timedelta(hours=3))
    path = f"{offer_path(agreed)}/certificate"
    post(browser, f"{offer_path(agreed)}/deliver", version=agreed.version, worked="2.5", note="")

    faulty, html = post(browser, path, answer="tie", category="")
    post(browser, path, answer="none", category="")

    assert (faulty, "Say what kind of tie it is." in html) == (422, True)
    assert "You certified: No tie came about during the work." in page(browser, offer_path(agreed))
