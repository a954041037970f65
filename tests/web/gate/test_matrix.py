"""Every route × every kind of actor × a thing that exists and one that does not.

The oracle is independent of the code under test: it knows only who the actors are. Whoever may not know of
the case must get the same answer for it as for a ghost, and never a word of it.
"""

import datetime as dt
import re
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session
from werkzeug.routing import IntegerConverter, Rule

from expertpool.accounts.models import Account
from expertpool.engagements.models import Engagement
from expertpool.infra.db import db
from expertpool.infra.gate import AccessRule
from expertpool.infra.identity import Role
from tests.fixtures.accounts import an_account, signed_in, token_for
from tests.fixtures.dav import app_password, basic
from tests.fixtures.engagements import a_case, an_offer
from tests.fixtures.experts import an_expert
from tests.fixtures.planning import a_run

CANARY = "Zzyzx-canary"
GHOST = uuid.UUID(int=0xDEAD << 112)
CASE_KEYS = {"incident_id", "need_id", "engagement_id", "run_id", "seat_id", "party_id", "session_id"}
# The home ministry of the invited expert may know that somebody of its own is asked, but nothing of the case.
LENDER = "viewer of the case's ministry"
LIBRARY = ("static", "api-docs.", "security.")


@dataclass
class Scene:
    """One confidential case of MSS with an unanswered offer, and everybody who might look at it."""

    keys: dict[str, object]
    actors: dict[str, Account | None]
    knows: frozenset[str]
    headers: dict[str, dict[str, str]] = field(default_factory=dict)
    calendars: dict[str, dict[str, str]] = field(default_factory=dict)


@pytest.fixture
def scene(session: Session, now: dt.datetime) -> Scene:
    """The case as its lead ministry sees it; `knows` names who may read it."""
    case = a_case(session)
    case.need.incident.title = f"{CANARY} title"
    case.need.incident.summary = f"{CANARY} summary"
    case.need.purpose = f"{CANARY} purpose"
    invited, other = an_expert(session), an_expert(session)
    engagement: Engagement = an_offer(session, case, invited)
    run = a_run(session, case.need)
    session.flush()
    actors: dict[str, Account | None] = {
        "nobody": None,
        "coordinator of the case": an_account(session, Role.COORDINATOR),
        "coordinator elsewhere": an_account(session, Role.COORDINATOR, ministry="KFTC"),
        "officer of the case": an_account(session, Role.CONFLICT_OFFICER),
        "officer elsewhere": an_account(session, Role.CONFLICT_OFFICER, ministry="KFTC"),
        "invited expert": an_account(session, Role.EXPERT, expert_id=invited.id),
        "other expert": an_account(session, Role.EXPERT, expert_id=other.id),
        "viewer of the case's ministry": an_account(session, Role.MINISTRY_VIEWER),
        "viewer elsewhere": an_account(session, Role.MINISTRY_VIEWER, ministry="KFTC"),
        "auditor": an_account(session, Role.AUDITOR, ministry=None),
        "admin": an_account(session, Role.ADMIN, ministry=None),
    }
    keys: dict[str, object] = {
        "incident_id": case.need.incident_id,
        "need_id": case.need.id,
        "seat_id": case.need.seats[0].id,
        "engagement_id": engagement.id,
        "run_id": run.id,
        "session_id": case.session_id,
        "expert_id": invited.id,
        "party_id": next(iter(case.need.incident.parties)).id if case.need.incident.parties else GHOST,
    }
    made = Scene(keys, actors, frozenset({"coordinator of the case", "officer of the case", "auditor"}))
    made.headers = {
        name: token_for(session, account) for name, account in actors.items() if account is not None
    }
    made.calendars = {
        name: basic(account.email, app_password(session, account))
        for name, account in actors.items()
        if account is not None
    }
    session.commit()
    return made


def _access_rule(app: Flask, rule: Rule, method: str) -> AccessRule:
    view = app.view_functions[rule.endpoint]
    klass = getattr(view, "view_class", None)
    found = getattr(getattr(klass, method.lower()) if klass else view, "access_rule", None)
    assert isinstance(found, AccessRule)
    return found


def _routes(app: Flask) -> Iterator[tuple[Rule, str]]:
    for rule in sorted(app.url_map.iter_rules(), key=lambda each: each.rule):
        if rule.endpoint.startswith(LIBRARY):
            continue
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
            yield rule, method


def _path(app: Flask, rule: Rule, keys: dict[str, object]) -> str:
    values: dict[str, object] = {}
    for name, converter in rule._converters.items():
        regex = converter.regex
        if name in keys:
            values[name] = keys[name]
        elif "-" in regex and "[A-Fa-f0-9]" in regex:
            values[name] = GHOST
        elif isinstance(converter, IntegerConverter):
            values[name] = 1
        else:
            values[name] = re.sub(r"^\(\?:", "", regex).split("|")[0] if "|" in regex else "x"
    with app.test_request_context():
        return str(rule.build(values)[1])  # type: ignore[index] # the values fit by construction


def _call(client: FlaskClient, scene: Scene, actor: str, method: str, path: str) -> tuple[int, str]:
    account = scene.actors[actor]
    headers = {"Accept-Language": "en"}
    if path.startswith("/api/"):
        headers |= scene.headers.get(actor, {})
        answer = client.open(path, method=method, headers=headers, json={} if method != "GET" else None)
    elif path.startswith("/dav/"):
        headers |= scene.calendars.get(actor, {})
        answer = client.open(path, method=method, headers=headers)
    else:
        if account is not None:
            signed_in(client, account)
        answer = client.open(path, method=method, headers=headers)
    client.delete_cookie("session")
    return answer.status_code, answer.get_data(as_text=True)


def _bare(text: str) -> str:
    """The answer without what differs between any two answers: keys, tokens, fault numbers."""
    text = re.sub(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", "KEY", text)
    return re.sub(r'name="csrf_token" value="[^"]*"', "", text)


def test_nobody_learns_of_a_case_that_is_not_theirs(app: Flask, client: FlaskClient, scene: Scene) -> None:
    faults: list[str] = []
    ghosts = dict(scene.keys, **dict.fromkeys(CASE_KEYS & set(scene.keys), GHOST))
    for rule, method in _routes(app):
        allowed = _access_rule(app, rule, method)
        about_case = bool(CASE_KEYS & set(rule.arguments))
        for actor, account in scene.actors.items():
            if actor in scene.knows and method != "GET":
                continue  # those who may act on it do so in the tests of each feature
            status, text = _call(client, scene, actor, method, _path(app, rule, scene.keys))
            where = f"{method} {rule.rule} as {actor}: {status}"
            if status >= 500:
                faults.append(f"{where} failed")
            roles = {Role(role.name) for role in account.roles} if account else set()
            if not allowed.public_because and not roles & allowed.roles and status not in (302, 401, 403):
                faults.append(f"{where} let in a role the route is not for")
            if actor in scene.knows:
                continue
            if CANARY in text:
                faults.append(f"{where} shows the case")
            lends = actor == LENDER and CASE_KEYS & set(rule.arguments) == {"engagement_id"}
            if about_case and actor != "invited expert" and not lends:
                ghost = _call(client, scene, actor, method, _path(app, rule, ghosts))
                if (status, _bare(text)) != (ghost[0], _bare(ghost[1])):
                    faults.append(f"{where} differs from a ghost ({ghost[0]})")
    db.session().rollback()

    assert faults == []


def test_those_who_may_read_the_case_can(app: Flask, client: FlaskClient, scene: Scene) -> None:
    """The negative control: a matrix in which nobody sees anything would prove nothing."""
    seen = {
        actor
        for actor in scene.actors
        if CANARY in _call(client, scene, actor, "GET", f"/incidents/{scene.keys['incident_id']}")[1]
    }

    assert {"coordinator of the case", "officer of the case"} <= seen <= scene.knows
