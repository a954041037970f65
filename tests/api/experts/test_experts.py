"""The registry for programs: who may, versions as ETags, pages, and refusals as problems."""

import datetime as dt
import uuid
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from expertpool.experts.rules import ExpertState
from expertpool.infra.identity import Role
from tests.fixtures.accounts import an_account, ministry_id, token_for
from tests.fixtures.experts import an_expert

Headers = dict[str, str]


@pytest.fixture
def coordinator(session: Session, now: dt.datetime) -> Headers:
    return token_for(session, an_account(session, Role.COORDINATOR))


def entry(session: Session, **change: object) -> dict[str, Any]:
    """What a program would send."""
    return {
        "ministry_id": str(ministry_id(session, "MSS")),
        "name_ko": "가온",
        "name_en": "Gaon",
        "email": "gaon@expert.example",
        "region_code": "KR-11",
        "weekly_capacity_minutes": 960,
        "max_open_engagements": 3,
        "facets": [{"kind": "role_kind", "code": "DFE", "level": 3, "valid_from": "2026-01-22"}],
        "appointments": [{"starts_on": "2026-02-01", "ends_on": "2028-02-01"}],
    } | change


def test_without_a_token_nothing_is_told(client: FlaskClient, session: Session, now: dt.datetime) -> None:
    for method, path in (("GET", "/experts"), ("POST", "/experts"), ("PUT", f"/experts/{uuid.uuid4()}")):
        answer = client.open(f"/api/v1{path}", method=method, json={} if method != "GET" else None)
        assert answer.status_code == 401
        assert answer.content_type == "application/problem+json"


def test_an_expert_is_entered_read_and_changed(
    client: FlaskClient, session: Session, coordinator: Headers
) -> None:
    entered = client.post("/api/v1/experts", json=entry(session), headers=coordinator)
    assert entered.status_code == 201
    expert_id = entered.get_json()["id"]

    read = client.get(f"/api/v1/experts/{expert_id}", headers=coordinator)
    assert read.headers["ETag"] == entered.headers["ETag"]

    changed = client.put(
        f"/api/v1/experts/{expert_id}",
        json=entry(session, weekly_capacity_minutes=60),
        headers=coordinator | {"If-Match": read.headers["ETag"]},
    )
    assert changed.status_code == 200
    assert changed.get_json()["weekly_capacity_minutes"] == 60
    assert changed.headers["ETag"] != read.headers["ETag"]


def test_a_change_says_which_version_it_changes(
    client: FlaskClient, session: Session, coordinator: Headers
) -> None:
    expert = an_expert(session)
    session.commit()
    address = f"/api/v1/experts/{expert.id}"

    bare = client.put(address, json=entry(session), headers=coordinator)
    stale = client.put(address, json=entry(session), headers=coordinator | {"If-Match": '"old"'})

    assert (bare.status_code, stale.status_code) == (428, 412)


def test_the_state_moves_along_the_table(client: FlaskClient, session: Session, coordinator: Headers) -> None:
    expert = an_expert(session)
    session.commit()
    address = f"/api/v1/experts/{expert.id}"
    etag = client.get(address, headers=coordinator).headers["ETag"]

    wrong = client.put(
        f"{address}/state", json={"state": "applied"}, headers=coordinator | {"If-Match": etag}
    )
    right = client.put(f"{address}/state", json={"state": "paused"}, headers=coordinator | {"If-Match": etag})

    assert (wrong.status_code, right.status_code) == (409, 200)
    assert right.get_json()["state"] == "paused"


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"email": "nobody"}, "email"),
        ({"shoe_size": 41}, "shoe_size"),
        ({"weekly_capacity_minutes": -1}, "weekly_capacity_minutes"),
        ({"facets": [{"kind": "skill", "code": "DFE", "level": 3, "valid_from": "2026-01-22"}]}, "facets.0"),
    ],
)
def test_what_cannot_be_used_is_a_problem_that_names_the_field(
    client: FlaskClient, session: Session, coordinator: Headers, change: dict[str, Any], field: str
) -> None:
    answer = client.post("/api/v1/experts", json=entry(session, **change), headers=coordinator)

    body = answer.get_json()
    assert (answer.status_code, answer.content_type) == (422, "application/problem+json")
    assert field in (body["errors"].get("json") or body["errors"])


def test_another_ministrys_expert_is_read_without_contact_and_not_changed(
    client: FlaskClient, session: Session, coordinator: Headers
) -> None:
    expert = an_expert(session, ministry="KFTC")
    session.commit()
    address = f"/api/v1/experts/{expert.id}"

    read = client.get(address, headers=coordinator)
    change = client.put(
        address, json=entry(session), headers=coordinator | {"If-Match": read.headers["ETag"]}
    )

    assert read.get_json()["contact"] is None
    assert change.status_code == 403


def test_an_alias_is_all_another_ministry_is_told(
    client: FlaskClient, session: Session, coordinator: Headers
) -> None:
    an_expert(session, ministry="NIS", name_en="Hidden Name", alias="NIS-07")
    session.commit()

    found = client.get("/api/v1/experts?text=Hidden", headers=coordinator)
    listed = client.get("/api/v1/experts", headers=coordinator)

    assert found.get_json() == []
    assert "Hidden" not in listed.get_data(as_text=True)
    assert listed.get_json()[0]["name_en"] == "NIS-07"


def test_filters_sorting_and_pages(client: FlaskClient, session: Session, coordinator: Headers) -> None:
    for minutes in (60, 120, 180):
        an_expert(session, weekly_capacity_minutes=minutes)
    an_expert(session, roles={"SIM": 2}, weekly_capacity_minutes=999)
    session.commit()

    answer = client.get("/api/v1/experts?role=DFE&sort=-capacity&page_size=2&page=1", headers=coordinator)

    assert [each["weekly_capacity_minutes"] for each in answer.get_json()] == [180, 120]
    assert '"total": 3' in answer.headers["X-Pagination"]


@pytest.mark.parametrize("query", ["sort=shoes", "level=9", "state=asleep", "page_size=101", "page=0"])
def test_a_query_nobody_understands_is_refused(
    client: FlaskClient, session: Session, coordinator: Headers, query: str
) -> None:
    assert client.get(f"/api/v1/experts?{query}", headers=coordinator).status_code == 422


def test_a_ghost_is_not_found(client: FlaskClient, coordinator: Headers) -> None:
    assert client.get(f"/api/v1/experts/{uuid.uuid4()}", headers=coordinator).status_code == 404


def test_experts_read_themselves_and_nobody_else(
    client: FlaskClient, session: Session, now: dt.datetime
) -> None:
    mine, other = an_expert(session), an_expert(session)
    own = token_for(session, an_account(session, Role.EXPERT, expert_id=mine.id))
    session.expunge_all()

    assert client.get(f"/api/v1/experts/{mine.id}", headers=own).status_code == 200
    assert client.get(f"/api/v1/experts/{other.id}", headers=own).status_code == 404
    assert client.get("/api/v1/experts", headers=own).status_code == 403


def test_a_viewer_changes_nothing(client: FlaskClient, session: Session, now: dt.datetime) -> None:
    viewer = token_for(session, an_account(session, Role.MINISTRY_VIEWER))

    assert client.post("/api/v1/experts", json=entry(session), headers=viewer).status_code == 403


def test_facet_codes_are_listed_by_kind(client: FlaskClient, coordinator: Headers) -> None:
    everything = client.get("/api/v1/facets", headers=coordinator).get_json()
    roles = client.get("/api/v1/facets?kind=role_kind", headers=coordinator).get_json()
    desks = client.get("/api/v1/facets/desks", headers=coordinator).get_json()

    assert {each["kind"] for each in roles} == {"role_kind"}
    assert len(everything) > len(roles)
    assert desks[0]["fields_of_technology"] == ["T08", "T02", "T09"]


def test_a_paused_expert_is_found_by_state(
    client: FlaskClient, session: Session, coordinator: Headers
) -> None:
    an_expert(session)
    paused = an_expert(session, state=ExpertState.PAUSED)
    session.commit()

    found = client.get("/api/v1/experts?state=paused", headers=coordinator).get_json()

    assert [each["id"] for each in found] == [str(paused.id)]
