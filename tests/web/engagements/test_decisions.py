"""The officer's queue and its decisions, walked without scripts in both languages."""

import datetime as dt

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from expertpool.conflicts.models import FindingRuling, Waiver
from expertpool.conflicts.rules.waivers import WaiverAct, WaiverState
from expertpool.engagements import service
from expertpool.engagements.models import Challenge
from expertpool.engagements.rules import CertificateAnswer, ChallengeState, TieCategory
from expertpool.infra.db import acting_as
from expertpool.infra.identity import Role
from tests.fixtures.accounts import an_account, signed_in
from tests.fixtures.conflict_process import Tied, a_tied_case, a_waiver, decided, proven
from tests.fixtures.engagement_pages import as_coordinator, page, post
from tests.fixtures.engagements import (
    FIRST_DAY,
    PARTIES,
    PURPOSE,
    TITLE,
    a_case,
    a_yes,
    an_offer,
    expert_actor,
)
from tests.fixtures.experts import an_expert
from tests.fixtures.planning import a_proposal_of, a_run


@pytest.fixture
def tied(session: Session, now: dt.datetime) -> Tied:
    return a_tied_case(session)


def officer_of(client: FlaskClient, session: Session, ministry: str = "MSS") -> FlaskClient:
    return signed_in(client, an_account(session, Role.CONFLICT_OFFICER, ministry=ministry))


def test_a_coordinator_asks_for_a_waiver_on_the_page(
    client: FlaskClient, session: Session, tied: Tied
) -> None:
    browser = as_coordinator(client, session)
    address = f"/needs/{tied.case.need.id}/seats/{tied.seat_id}/waiver"
    assert "Ask for a waiver" in page(browser, address)

    typed = {
        "expert_id": tied.expert.id,
        "ground": "irreplaceable",
        "reason": "The only examiner for this kind of device",
        "monitor_id": tied.officer.user_id,
        "until": "2026-12-05",
    }
    refused, html = post(browser, address, **(typed | {"until": "2026-11-24"}))
    status, shown = post(browser, address, **typed)

    assert (refused, status) == (422, 200)
    assert "The work may last until" in html
    assert "The planner is still looking" in shown
    assert "Waiver needed" in shown
    assert PARTIES[2] not in shown


@pytest.mark.parametrize(
    ("lang", "head", "path"), [("en", "Declared tie", "Mireon Semi"), ("ko", "예외승인", "미르온세미")]
)
def test_the_queue_leads_to_the_waiver_with_the_path_drawn(
    client: FlaskClient, session: Session, tied: Tied, lang: str, head: str, path: str
) -> None:
    waiver = a_waiver(session, tied)
    browser = officer_of(client, session)

    queue = page(browser, "/conflicts", lang)
    html = page(browser, f"/conflicts/waivers/{waiver.id}", lang)

    assert f"/conflicts/waivers/{waiver.id}" in queue
    assert path in html
    assert "2026.01.31" in html if lang == "ko" else "31 Jan 2026" in html
    assert "R09" in html
    assert f'href="/incidents/{waiver.incident_id}"' in html


def test_the_other_ministrys_officer_decides_without_reading_the_case(
    client: FlaskClient, session: Session, tied: Tied
) -> None:
    waiver = proven(session, a_waiver(session, tied))
    decided(session, waiver, WaiverAct.ENDORSE, tied.officer)
    browser = officer_of(client, session, "KFTC")

    queue, html = page(browser, "/conflicts"), page(browser, f"/conflicts/waivers/{waiver.id}")
    status, _ = post(browser, f"/conflicts/waivers/{waiver.id}", act="grant", version=waiver.version)
    session.refresh(waiver)

    assert f"/conflicts/waivers/{waiver.id}" in queue
    assert not any(secret in html for secret in (*PARTIES, PURPOSE, TITLE, str(waiver.incident_id)))
    assert "An officer of another ministry grants or refuses it." in html
    assert "R09" in html
    assert (status, waiver.state) == (200, WaiverState.GRANTED)


def test_grounds_typed_for_a_waiver_that_changed_meanwhile_are_kept(
    client: FlaskClient, session: Session, tied: Tied
) -> None:
    address = f"/conflicts/waivers/{a_waiver(session, tied).id}"

    status, html = post(
        officer_of(client, session), address, version=99, act="refuse", note="Two others know it"
    )

    assert status == 409
    assert "Two others know it</textarea>" in html


def test_a_challenge_is_entered_on_the_need_and_decided_from_the_queue(
    client: FlaskClient, session: Session, tied: Tied
) -> None:
    offer = an_offer(session, tied.case, an_expert(session))
    browser = as_coordinator(client, session)
    need = f"/needs/{tied.case.need.id}"
    assert "A party challenges the expert" in page(browser, need)

    post(
        browser,
        f"/engagements/{offer.id}/challenge",
        side="respondent",
        grounds="They founded a firm together",
        version=offer.version,
    )
    challenge = session.query(Challenge).one()
    paused = page(browser, need)
    officer = officer_of(client, session)
    html = page(officer, f"/conflicts/challenges/{challenge.id}")
    status, _ = post(officer, f"/conflicts/challenges/{challenge.id}", decision="reject", grounds="")
    post(officer, f"/conflicts/challenges/{challenge.id}", decision="reject", grounds="No such firm")
    session.refresh(challenge)
    over = page(officer, f"/conflicts/challenges/{challenge.id}")

    assert "Stands still until the officer decides" in paused
    assert "They founded a firm together" in html
    assert ("until it is decided" in html, "until it is decided" in over) == (True, False)
    assert (status, challenge.state) == (422, ChallengeState.REJECTED)


def test_an_officer_pins_a_ruling_on_a_finding(
    client: FlaskClient, session: Session, now: dt.datetime
) -> None:
    tied = a_tied_case(session, until="unknown")
    address = f"/conflicts/cases/{tied.case.need.incident_id}/experts/{tied.expert.id}/INV"
    browser = officer_of(client, session)
    html = page(browser, address)
    key = html.split('name="finding" value="')[1].split('"')[0]

    status, after = post(
        browser, address, finding=key, status="dismissed", grounds="Left years ago, see file 7"
    )

    assert "Rulings are pinned" in html
    assert status == 200
    assert "Dismissed" in after
    assert session.query(FindingRuling).one().grounds == "Left years ago, see file 7"


def test_a_coordinator_sees_the_tier_and_no_tie(client: FlaskClient, session: Session, tied: Tied) -> None:
    browser = as_coordinator(client, session)

    html = page(browser, f"/conflicts/cases/{tied.case.need.incident_id}/experts/{tied.expert.id}/INV")

    assert "Waiver needed" in html
    assert "Only conflict-of-interest officers read the ties" in html
    assert "Mireon" not in html


def test_an_unknown_capacity_is_nothing_here(client: FlaskClient, session: Session, tied: Tied) -> None:
    browser = officer_of(client, session)
    address = f"/conflicts/cases/{tied.case.need.incident_id}/experts/{tied.expert.id}/XYZ"

    assert browser.get(address).status_code == 404
    assert session.query(Waiver).count() == 0


@pytest.mark.parametrize(
    ("role", "sees"), [(Role.COORDINATOR, False), (Role.CONFLICT_OFFICER, True), (Role.AUDITOR, None)]
)
def test_the_why_panel_draws_the_path_for_officers_and_tells_coordinators_the_tier(
    client: FlaskClient, session: Session, tied: Tied, role: Role, sees: bool | None
) -> None:
    run = a_proposal_of(session, a_run(session, tied.case.need))
    browser = signed_in(client, an_account(session, role, ministry=None if sees is None else "MSS"))

    address = f"/plans/runs/{run.id}/seats/{tied.seat_id}?lang=en&expert={tied.expert.id}"
    html = browser.get(address).get_data(as_text=True)

    assert ("Waiver needed" in html) is (sees is not None)
    assert ("Mireon Semi" in html and "R09" in html) is bool(sees)


@pytest.mark.parametrize(("lang", "kind"), [("en", "Loans, gifts or deals"), ("ko", "금전 대차")])
def test_a_certified_tie_is_decided_from_the_queue(
    client: FlaskClient, session: Session, now: dt.datetime, lang: str, kind: str
) -> None:
    agreed = a_yes(session, a_case(session), an_expert(session))
    later, expert = now + FIRST_DAY + dt.timedelta(hours=2), expert_actor(agreed.expert)
    with acting_as(session, expert):
        service.deliver(session, agreed.id, worked_minutes=60, note="", actor=expert, now=later)
        service.certify(
            session,
            agreed.id,
            answer=CertificateAnswer.TIE,
            category=TieCategory.MONEY,
            actor=expert,
            now=later,
        )
    browser, address = officer_of(client, session), f"/conflicts/certificates/{agreed.id}"

    queue = page(browser, "/conflicts", lang)
    html = page(browser, address, lang)
    refused, _ = post(browser, address, grounds="")
    _, done = post(browser, address, grounds="A second reader checks the opinion.")

    assert address in queue
    assert kind in html
    assert refused == 422
    assert address not in done
    assert browser.get(address).status_code == 404
