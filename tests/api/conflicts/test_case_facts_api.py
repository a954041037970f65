"""Facts of a case, and screening against it, as programs use them."""

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from expertpool.conflicts.rules.vocabulary import RelationType
from expertpool.infra.identity import Role
from tests.fixtures.accounts import an_account, token_for
from tests.fixtures.conflicts import a_tie, an_organisation
from tests.fixtures.experts import an_expert
from tests.fixtures.incidents import an_incident

Headers = dict[str, str]


@pytest.fixture
def officer(session: Session) -> Headers:
    return token_for(session, an_account(session, Role.CONFLICT_OFFICER))


def test_what_is_stated_is_read_back_and_guarded_by_its_version(
    client: FlaskClient, session: Session, officer: Headers
) -> None:
    address = f"/api/v1/incidents/{an_incident(session).id}/conflict-facts"
    session.commit()
    read = client.get(address, headers=officer)
    facts = {"panel_act": "win-win", "technologies": [{"name": "분리막 공정", "number": "10-0000001"}]}

    stated = client.put(address, json=facts, headers={**officer, "If-Match": read.headers["ETag"]})
    late = client.put(address, json=facts, headers={**officer, "If-Match": read.headers["ETag"]})

    assert stated.json is not None
    assert stated.json["technologies"] == [{"name": "분리막 공정", "number": "10-0000001", "side": None}]
    assert (stated.status_code, late.status_code) == (200, 412)


def test_a_mandate_entered_by_a_program_is_found_when_the_case_is_screened(
    client: FlaskClient, session: Session, officer: Headers
) -> None:
    incident, expert = an_incident(session), an_expert(session)
    firm = an_organisation(session, "가온법률")
    a_tie(session, expert, firm, RelationType.MEMBER_OF_FIRM)
    party = incident.parties[0].organisation_id
    session.commit()
    mandate = {
        "holder_organisation_id": str(firm.id),
        "organisation_id": str(party),
        "type": "counsel",
        "since": "2025",
    }
    asked = {
        "incident_id": str(incident.id),
        "expert_ids": [str(expert.id)],
        "role_class": "ADJ",
        "on": "2026-11-23",
        "purpose": "recheck",
    }

    made = client.post("/api/v1/other-ties", json=mandate, headers=officer)
    headless = client.post("/api/v1/other-ties", json=mandate | {"organisation_id": None}, headers=officer)
    found = client.post("/api/v1/engagements/screenings", json=asked, headers=officer)

    assert (made.status_code, headless.status_code) == (201, 422)
    assert found.json is not None
    assert [(each["rule"], each["tier"]) for each in found.json["screenings"][0]["findings"]] == [
        ("R08", "bar")
    ]


def test_a_hidden_case_is_screened_by_nobody(client: FlaskClient, session: Session, officer: Headers) -> None:
    incident = an_incident(session, lead="NPA")
    expert = an_expert(session)
    session.commit()
    asked = {
        "incident_id": str(incident.id),
        "expert_ids": [str(expert.id)],
        "role_class": "ADJ",
        "on": "2026-11-23",
        "purpose": "recheck",
    }

    assert client.post("/api/v1/engagements/screenings", json=asked, headers=officer).status_code == 404
    changes = f"/api/v1/engagements/rule-changes?incident_id={incident.id}&pack=2026-01"
    assert client.get(changes, headers=officer).status_code == 404
