"""The REST face: one OpenAPI 3.1 document, bearer tokens, problem+json, versions as ETags."""

from typing import Any

import marshmallow as ma
from flask import Flask
from flask_smorest import Api, Blueprint

PREFIX = "/api/v1"


class ProblemSchema(ma.Schema):
    """A refusal as programs read it. Source: RFC 9457."""

    type = ma.fields.String()
    title = ma.fields.String()
    status = ma.fields.Integer()
    detail = ma.fields.String()
    errors = ma.fields.Dict()
    rule = ma.fields.String()


class ProblemApi(Api):  # type: ignore[misc] # flask-smorest is untyped
    """flask-smorest, with its own error answers left out: `infra.problems` speaks for both faces."""

    ERROR_SCHEMA = ProblemSchema

    def _register_error_handlers(self) -> None:
        """Nothing: HTTP errors of pages must stay pages."""


api = ProblemApi()


def init_rest(app: Flask, blueprints: list[Blueprint]) -> None:
    """Serve the document at /api/v1/openapi.json and the blueprints below the same prefix."""
    app.config |= {
        "API_TITLE": "expertpool",
        "API_VERSION": "v1",
        "OPENAPI_VERSION": "3.1.0",
        "OPENAPI_URL_PREFIX": PREFIX,
        "OPENAPI_JSON_PATH": "openapi.json",
        "API_SPEC_OPTIONS": _document(),
        "ETAG_INCLUDE_HEADERS": [],
    }
    api.init_app(app)
    for blueprint in blueprints:
        api.register_blueprint(blueprint)


def _document() -> dict[str, Any]:
    return {
        "info": {"description": "One shared roster of technology-protection experts."},
        "security": [{"token": []}],
        "components": {"securitySchemes": {"token": {"type": "http", "scheme": "bearer"}}},
    }
