"""The desks of coordinators, lenders and officers, walked in both languages."""

import datetime as dt

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from expertpool.engagements.models import Engagement
from expertpool.engagements.rules import CardAnswer, EngagementState
from expertpool.experts.models import Expert
from expertpool.incidents.rules import NeedState
from expertpool.infra.identity import Role
from tests.fixtures.accounts import an_account, signed_in
from tests.fixtures.engagement_pages import SECRETS, as_coordinator, page, post
from tests.fixtures.engagements import PARTIES, Case, a_card, a_case, a_yes, an_offer
from tests.fixtures.experts import an_expert
from tests.fixtures.ministries import an_agreement


@pytest.fixture
def case(session: Session, now: dt.datetime) -> Case:
    return a_case(session)


@pytest.fixture
def expert(session: Session, now: dt.datetime) -> Expert:
    return an_expert(session)


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


def test_work_that_came_before_a_conflict_is_marked_on_the_seat_and_for_the_officer(
    client: FlaskClient, session: Session, now: dt.datetime, case: Case, expert: Expert
) -> None:
    done = a_yes(session, case, expert)
    done.state, done.conflict_found_at = EngagementState.DELIVERED, now
    session.commit()
    findings = f"/conflicts/cases/{case.need.incident_id}/experts/{expert.id}/{done.role_class}"

    seat = page(as_coordinator(client, session), f"/needs/{case.need.id}")
    officer = signed_in(client, an_account(session, Role.CONFLICT_OFFICER))
    for_officer = page(officer, findings)

    assert "Before the conflict was found on" in seat
    assert "filled by hand" in seat
    assert "Before the conflict was found on" in for_officer


def test_a_coordinator_notes_a_withdrawal_and_accepts_work(
    client: FlaskClient, session: Session, now: dt.datetime, expert: Expert
) -> None:
    case = a_case(session, roles=("DFE", "DFE"))
    gone = a_yes(session, case, expert)
    done = a_yes(session, case, an_expert(session), seat=1)
    done.state, done.worked_minutes = EngagementState.DELIVERED, 120
    session.flush()
    browser = as_coordinator(client, session)

    asked = page(browser, f"/needs/{case.need.id}")
    post(browser, f"/engagements/{gone.id}/withdraw", version=gone.version, note="전화로 알림")
    post(browser, f"/engagements/{done.id}/close", version=done.version)
    session.refresh(gone)
    session.refresh(done)

    assert (gone.state, gone.decline_note) == (EngagementState.WITHDRAWN, "전화로 알림")
    assert done.state is EngagementState.CLOSED
    assert f'command="show-modal" commandfor="close-{done.id}"' in asked  # it cannot be taken back


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
    ("decision", "state"), [("clear", EngagementState.OFFERED), ("off", EngagementState.RECUSED)]
)
def test_the_officer_decides_from_the_queue(
    client: FlaskClient, session: Session, case: Case, expert: Expert, decision: str, state: EngagementState
) -> None:
    offer = an_offer(session, case, expert)
    a_card(session, offer, CardAnswer.YES, category="work")
    browser = signed_in(client, an_account(session, Role.CONFLICT_OFFICER))

    queue, card = page(browser, "/conflicts"), page(browser, f"/conflicts/cards/{offer.id}")
    post(browser, f"/conflicts/cards/{offer.id}", decision=decision, grounds="Another person of that name")
    session.refresh(offer)

    assert expert.name_en in queue
    assert "Yes, I have a tie" in card
    assert offer.state is state
    assert "Nothing waits for your decision" in page(browser, "/conflicts")


def test_another_ministrys_officer_has_an_empty_queue(
    client: FlaskClient, session: Session, case: Case, expert: Expert
) -> None:
    a_card(session, an_offer(session, case, expert), CardAnswer.UNCERTAIN)
    browser = signed_in(client, an_account(session, Role.CONFLICT_OFFICER, ministry="MOIP"))

    assert "Nothing waits for your decision" in page(browser, "/conflicts")


def test_a_draft_need_has_no_team_yet(client: FlaskClient, session: Session, case: Case) -> None:
    case.need.state = NeedState.DRAFT
    session.flush()

    assert 'id="team"' not in page(as_coordinator(client, session), f"/needs/{case.need.id}")
