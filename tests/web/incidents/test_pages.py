"""The pages of incidents and needs as a coordinator walks them, in both languages."""

import datetime as dt

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from expertpool.infra.identity import Role
from tests.fixtures.accounts import an_account, signed_in
from tests.fixtures.incidents import a_need, an_incident

LANGUAGES = ("ko", "en")


def a_coordinator(client: FlaskClient, session: Session, ministry: str = "MSS") -> FlaskClient:
    return signed_in(client, an_account(session, Role.COORDINATOR, ministry=ministry))


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_page_of_a_case_opens(
    client: FlaskClient, session: Session, now: dt.datetime, lang: str
) -> None:
    need = a_need(session, incident=an_incident(session, evidence_at_risk=True, supporting=("NPA",)))
    a_coordinator(client, session)
    case = f"/incidents/{need.incident_id}"
    addresses = [
        "/desk",
        "/incidents",
        "/incidents/new",
        case,
        f"{case}/edit",
        f"{case}/parties/new",
        f"{case}/needs/new",
        f"{case}/needs/new?template=mediation_panel",
        f"{case}/needs/new?template=blank",
        f"{case}/needs/new?copy={need.id}",
        f"/needs/{need.id}",
        f"/needs/{need.id}/edit",
    ]

    client.get(f"/desk?lang={lang}")

    answers = {address: client.get(address) for address in addresses}

    for address, answer in answers.items():
        assert answer.status_code == 200, address
        assert f'<html lang="{lang}">' in answer.text
