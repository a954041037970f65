"""The pages of experts, coordinators, lenders and officers, walked in both languages."""

import datetime as dt

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from expertpool.engagements.models import Engagement
from expertpool.engagements.rules import CardAnswer, EngagementState
from expertpool.experts.models import Expert
from expertpool.incidents.rules import NeedState
from expertpool.infra import clock
from expertpool.infra.identity import Role
from tests.fixtures.accounts import an_account, signed_in
from tests.fixtures.engagements import (
    FIRST_DAY,
    PARTIES,
    PURPOSE,
    SUMMARY,
    TITLE,
    Case,
    a_card,
    a_case,
    a_proposal,
    a_yes,
    an_offer,
)
from tests.fixtures.experts import an_expert
from tests.fixtures.ministries import an_agreement

SECRETS = (TITLE, SUMMARY, PURPOSE)


@pytest.fixture
def case(session: Session, now: dt.datetime) -> Case:
    return a_case(session)


@pytest.fixture
def expert(session: Session, now: dt.datetime) -> Expert:
    return an_expert(session)


def as_expert(client: FlaskClient, session: Session, expert: Expert) -> FlaskClient:
    return signed_in(client, an_account(session, Role.EXPERT, expert_id=expert.id))


def page(client: FlaskClient, path: str, lang: str = "en") -> str:
    answer = client.get(f"{path}?lang={lang}")
    assert answer.status_code == 200
    return answer.text


def offer_path(engagement: Engagement) -> str:
    return f"/me/offers/{engagement.id}"


def post(client: FlaskClient, path: str, **fields: object) -> tuple[int, str]:
    """Send a form and follow to the page it leads to."""
    answer = client.post(path, data=fields, follow_redirects=True)
    return answer.status_code, answer.text


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


def as_coordinator(client: FlaskClient, session: Session, ministry: str = "MSS") -> FlaskClient:
    return signed_in(client, an_account(session, Role.COORDINATOR, ministry=ministry))


@pytest.mark.parametrize(("lang", "word"), [("en", "Propose by hand"), ("ko", "직접 제안")])
def test_a_coordinator_proposes_by_hand_and_sends_the_offer(
    client: FlaskClient, session: Session, case: Case, expert: Expert, lang: str, word: str
) -> None:
    browser = as_coordinator(client, session)
    need, seat = f"/needs/{case.need.id}", case.need.seats[0].id
    assert word in page(browser, need, lang)

    status, html = post(
        browser,
        f"{need}/seats/{seat}/propose",
        expert_id=expert.id,
        **{f"start-{case.session_id}": "2026-11-30T10:00"},
    )
    engagement = session.query(Engagement).one()
    post(browser, f"/engagements/{engagement.id}/offer", version=engagement.version)
    session.refresh(engagement)

    assert status == 200
    assert (expert.name_en if lang == "en" else expert.name_ko) in html
    assert engagement.begins == dt.datetime(2026, 11, 30, 1, 0, tzinfo=dt.UTC)
    assert engagement.state is EngagementState.OFFERED


@pytest.mark.parametrize(
    ("start", "reason"), [("", "Give each session"), ("2026-11-29T10:00", "has to lie between")]
)
def test_a_proposal_that_cannot_be_comes_back_with_the_reason(
    client: FlaskClient, session: Session, case: Case, expert: Expert, start: str, reason: str
) -> None:
    browser = as_coordinator(client, session)
    path = f"/needs/{case.need.id}/seats/{case.need.seats[0].id}/propose"
    page(browser, path)

    status, html = post(browser, path, expert_id=expert.id, **{f"start-{case.session_id}": start})

    assert status == 422
    assert reason in html


def test_a_stale_page_changes_nothing(
    client: FlaskClient, session: Session, case: Case, expert: Expert
) -> None:
    offer = an_offer(session, case, expert)
    browser = as_coordinator(client, session)
    page(browser, f"/needs/{case.need.id}")

    _, html = post(browser, f"/engagements/{offer.id}/cancel", version=1)
    session.refresh(offer)

    assert "Somebody changed this" in html
    assert offer.state is EngagementState.OFFERED


def test_a_coordinator_cancels_and_the_need_page_remembers(
    client: FlaskClient, session: Session, case: Case, expert: Expert
) -> None:
    offer = an_offer(session, case, expert)
    browser = as_coordinator(client, session)
    page(browser, f"/needs/{case.need.id}")

    _, html = post(browser, f"/engagements/{offer.id}/cancel", version=offer.version)

    assert "The expert is off the seat." in html
    assert "Before: 1" in html


def test_a_coordinator_notes_a_withdrawal_and_accepts_work(
    client: FlaskClient, session: Session, now: dt.datetime, expert: Expert
) -> None:
    case = a_case(session, roles=("DFE", "DFE"))
    gone = a_yes(session, case, expert)
    done = a_yes(session, case, an_expert(session), seat=1)
    done.state, done.worked_minutes = EngagementState.DELIVERED, 120
    session.flush()
    browser = as_coordinator(client, session)

    post(browser, f"/engagements/{gone.id}/withdraw", version=gone.version, note="전화로 알림")
    post(browser, f"/engagements/{done.id}/close", version=done.version)
    session.refresh(gone)
    session.refresh(done)

    assert (gone.state, gone.decline_note) == (EngagementState.WITHDRAWN, "전화로 알림")
    assert done.state is EngagementState.CLOSED


def test_a_lender_sees_who_and_how_much_and_nothing_of_the_case(
    client: FlaskClient, session: Session, case: Case
) -> None:
    an_agreement(session, silent_consent_minutes=60)
    agreed = a_yes(session, case, an_expert(session, ministry="KFTC", name_en="Ma Haneul"))
    browser = as_coordinator(client, session, "KFTC")

    html = page(browser, "/lending/requests")

    assert "Ma Haneul" in html
    assert "2 hours" in html
    assert str(agreed.need_id) not in html
    assert not [secret for secret in (*SECRETS, *PARTIES) if secret in html]


@pytest.mark.parametrize(
    ("given", "state"), [("yes", EngagementState.CONFIRMED), ("no", EngagementState.WITHDRAWN)]
)
def test_a_lender_consents_or_refuses(
    client: FlaskClient, session: Session, case: Case, given: str, state: EngagementState
) -> None:
    an_agreement(session, silent_consent_minutes=60)
    agreed = a_yes(session, case, an_expert(session, ministry="KFTC"))
    browser = as_coordinator(client, session, "KFTC")

    post(browser, f"/engagements/{agreed.id}/consent", given=given, version=agreed.version)
    session.refresh(agreed)

    assert agreed.state is state


def test_a_lenders_desk_says_that_consent_waits(client: FlaskClient, session: Session, case: Case) -> None:
    an_agreement(session, silent_consent_minutes=60)
    a_yes(session, case, an_expert(session, ministry="KFTC", name_en="Ma Haneul"))

    html = page(as_coordinator(client, session, "KFTC"), "/desk")

    assert "Ma Haneul" in html
    assert "Consent or refuse." in html


def test_a_viewer_of_the_lender_reads_and_does_not_decide(
    client: FlaskClient, session: Session, case: Case
) -> None:
    an_agreement(session, silent_consent_minutes=60)
    agreed = a_yes(session, case, an_expert(session, ministry="KFTC"))
    browser = signed_in(client, an_account(session, Role.MINISTRY_VIEWER, ministry="KFTC"))

    html = page(browser, "/lending/requests")
    status, _ = post(browser, f"/engagements/{agreed.id}/consent", given="yes", version=agreed.version)

    assert "/consent" not in html
    assert status == 403


@pytest.mark.parametrize(
    ("cleared", "state"), [("yes", EngagementState.OFFERED), ("no", EngagementState.RECUSED)]
)
def test_the_officer_decides_from_the_queue(
    client: FlaskClient, session: Session, case: Case, expert: Expert, cleared: str, state: EngagementState
) -> None:
    offer = an_offer(session, case, expert)
    a_card(session, offer, CardAnswer.YES, category="work")
    browser = signed_in(client, an_account(session, Role.CONFLICT_OFFICER))

    html = page(browser, "/conflicts/cards")
    post(browser, f"/engagements/{offer.id}/ruling", cleared=cleared)
    session.refresh(offer)

    assert expert.name_en in html
    assert offer.state is state
    assert "No card waits for you" in page(browser, "/conflicts/cards")


def test_another_ministrys_officer_has_an_empty_queue(
    client: FlaskClient, session: Session, case: Case, expert: Expert
) -> None:
    a_card(session, an_offer(session, case, expert), CardAnswer.UNCERTAIN)
    browser = signed_in(client, an_account(session, Role.CONFLICT_OFFICER, ministry="MOIP"))

    assert "No card waits for you" in page(browser, "/conflicts/cards")


def test_a_draft_need_has_no_team_yet(client: FlaskClient, session: Session, case: Case) -> None:
    case.need.state = NeedState.DRAFT
    session.flush()

    assert 'id="team"' not in page(as_coordinator(client, session), f"/needs/{case.need.id}")
