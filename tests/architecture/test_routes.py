"""Every route says who may call it, and the list of routes changes only on purpose."""

import json
from collections import Counter
from pathlib import Path

from flask import Flask
from flask.testing import FlaskClient
from openapi_spec_validator import validate

from expertpool.infra.gate import AccessRule

ROUTES = Path(__file__).with_name("routes.json")

# Views that come from libraries; what they open is theirs to check, and tested in tests/web/accounts.
OF_LIBRARIES = {
    "static": "files every page needs",
    "api-docs.openapi_json": "the description of the API holds no facts",
}


def _library(endpoint: str) -> bool:
    return endpoint in OF_LIBRARIES or endpoint.startswith("security.")


def _rules(app: Flask) -> dict[str, dict[str, str]]:
    table: dict[str, dict[str, str]] = {}
    for rule in app.url_map.iter_rules():
        if _library(rule.endpoint):
            continue
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
            table.setdefault(rule.rule, {})[method] = _who(app, rule.endpoint, method)
    return dict(sorted(table.items()))


def _who(app: Flask, endpoint: str, method: str) -> str:
    view = app.view_functions[endpoint]
    klass = getattr(view, "view_class", None)
    if klass is not None:
        view = getattr(klass, method.lower())
    rule = getattr(view, "access_rule", None)
    if not isinstance(rule, AccessRule):
        return "NO ACCESS RULE"
    return ", ".join(sorted(rule.roles)) or f"everybody: {rule.public_because}"


def test_every_route_has_an_access_rule(shared_app: Flask) -> None:
    open_doors = [
        f"{method} {path}"
        for path, methods in _rules(shared_app).items()
        for method, who in methods.items()
        if who == "NO ACCESS RULE"
    ]

    assert open_doors == []


def test_no_address_is_answered_by_two_views(shared_app: Flask) -> None:
    served = Counter(
        (rule.rule, method)
        for rule in shared_app.url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    )

    assert [where for where, views in served.items() if views > 1] == []


def test_the_routes_are_those_of_the_committed_list(shared_app: Flask) -> None:
    """After a wanted change: `python -m tests.architecture.test_routes` writes the list anew."""
    committed = json.loads(ROUTES.read_text(encoding="utf-8"))

    assert _rules(shared_app) == committed


def test_the_api_describes_itself_in_valid_openapi_3_1(client: FlaskClient) -> None:
    document = client.get("/api/v1/openapi.json").get_json()

    validate(document)
    assert document["openapi"].startswith("3.1")


if __name__ == "__main__":
    from expertpool import create_app
    from expertpool.config import Settings

    url = "postgresql://nobody@localhost/none"
    nowhere = Settings(database_url=url, owner_database_url=url, secret_key="x" * 32, password_salt="x")
    ROUTES.write_text(json.dumps(_rules(create_app(nowhere)), indent=1) + "\n", encoding="utf-8")
