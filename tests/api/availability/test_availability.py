"""Experts' time for programs."""

import datetime as dt

from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from expertpool.experts.models import Expert
from expertpool.infra.identity import Role
from tests.fixtures.accounts import an_account, token_for
from tests.fixtures.availability import weekly_hours
from tests.fixtures.experts import an_expert

DAY = {"start": "2026-11-24T00:00:00+09:00", "end": "2026-11-25T00:00:00+09:00"}
MORNING = {"weekday": 1, "start": "09:00", "end": "12:00", "valid_from": "2026-11-23"}


def _own(session: Session, expert: Expert, *, writes: bool = True) -> dict[str, str]:
    return token_for(session, an_account(session, Role.EXPERT, expert_id=expert.id), writes=writes)


def _at(expert: Expert, path: str = "") -> str:
    return f"/api/v1/experts/{expert.id}/availability{path}"


def test_a_period_is_cut_into_free_and_blocked(
    session: Session, client: FlaskClient, now: dt.datetime
) -> None:
    expert = an_expert(session)
    weekly_hours(session, expert.id)
    token = token_for(session, an_account(session, Role.MINISTRY_VIEWER, ministry="KFTC"))

    answer = client.get(_at(expert), query_string=DAY, headers=token)

    body = answer.get_json()
    assert answer.status_code == 200
    assert body["free"] == [{"start": "2026-11-24T00:00:00+00:00", "end": "2026-11-24T09:00:00+00:00"}]
    assert [block["kind"] for block in body["blocked"]] == ["outside_pattern", "outside_pattern"]


def test_a_period_that_ends_before_it_starts_is_refused(
    session: Session, client: FlaskClient, now: dt.datetime
) -> None:
    expert = an_expert(session)
    window = {"start": DAY["end"], "end": DAY["start"]}

    answer = client.get(_at(expert), query_string=window, headers=_own(session, expert))

    assert answer.status_code == 422
    assert "end" in answer.get_json()["errors"]


def test_nobody_reads_without_a_token(session: Session, client: FlaskClient, now: dt.datetime) -> None:
    expert = an_expert(session)
    session.commit()

    assert client.get(_at(expert), query_string=DAY).status_code == 401


def test_an_expert_reads_nothing_of_another(session: Session, client: FlaskClient, now: dt.datetime) -> None:
    expert, other = an_expert(session), an_expert(session)

    answer = client.get(_at(expert), query_string=DAY, headers=_own(session, other))

    assert answer.status_code == 404


def test_weekly_hours_are_replaced_by_whoever_read_them(
    session: Session, client: FlaskClient, now: dt.datetime
) -> None:
    expert = an_expert(session)
    token = _own(session, expert)
    etag = client.get(_at(expert, "/patterns"), headers=token).headers["ETag"]

    changed = client.put(
        _at(expert, "/patterns"), json={"patterns": [MORNING]}, headers=token | {"If-Match": etag}
    )
    again = client.put(_at(expert, "/patterns"), json={"patterns": []}, headers=token | {"If-Match": etag})

    assert changed.status_code == 200
    assert changed.get_json()["patterns"] == [MORNING | {"valid_until": None, "tz": "Asia/Seoul"}]
    assert again.status_code == 412


def test_weekly_hours_without_a_version_are_refused(
    session: Session, client: FlaskClient, now: dt.datetime
) -> None:
    expert = an_expert(session)

    answer = client.put(_at(expert, "/patterns"), json={"patterns": []}, headers=_own(session, expert))

    assert answer.status_code == 428


def test_other_ministries_do_not_read_the_entries(
    session: Session, client: FlaskClient, now: dt.datetime
) -> None:
    expert = an_expert(session, ministry="KFTC")
    token = token_for(session, an_account(session, Role.COORDINATOR, ministry="MSS"))

    assert client.get(_at(expert, "/patterns"), headers=token).status_code == 403


def test_entries_are_added_and_removed(session: Session, client: FlaskClient, now: dt.datetime) -> None:
    expert = an_expert(session)
    token = _own(session, expert)
    sent = {
        "/exceptions": {"day": "2026-11-24", "kind": "remove"},
        "/leaves": {"first_day": "2026-12-01", "until": "2026-12-03"},
        "/busy": {
            "start": "2026-11-25T01:00:00+00:00",
            "end": "2026-11-25T02:00:00+00:00",
            "source": "lectures",
        },
    }

    made = {
        path: client.post(_at(expert, path), json=body, headers=token).get_json()["id"]
        for path, body in sent.items()
    }
    gone = [
        client.delete(_at(expert, f"{path}/{key}"), headers=token).status_code for path, key in made.items()
    ]
    again = client.delete(_at(expert, f"/busy/{made['/busy']}"), headers=token)

    assert gone == [204, 204, 204]
    assert again.status_code == 404


def test_a_field_nobody_knows_is_refused(session: Session, client: FlaskClient, now: dt.datetime) -> None:
    expert = an_expert(session)
    sent = {"notice_minutes": 60, "colour": "red"}

    answer = client.put(_at(expert, "/notice"), json=sent, headers=_own(session, expert))

    assert answer.status_code == 422


def test_the_notice_is_set(session: Session, client: FlaskClient, now: dt.datetime) -> None:
    expert = an_expert(session)

    answer = client.put(_at(expert, "/notice"), json={"notice_minutes": 60}, headers=_own(session, expert))

    session.expire_all()
    assert (answer.status_code, expert.minimum_notice_minutes) == (200, 60)


def test_a_token_that_only_reads_changes_nothing(
    session: Session, client: FlaskClient, now: dt.datetime
) -> None:
    expert = an_expert(session)
    token = _own(session, expert, writes=False)

    assert client.put(_at(expert, "/notice"), json={"notice_minutes": 60}, headers=token).status_code == 403
