"""Refusals and faults, told once: problem+json (RFC 9457) to programs, a page to people."""

import uuid
from http import HTTPStatus
from typing import Any

import structlog
from flask import Flask, Response, jsonify, make_response, render_template, request
from flask_babel import gettext
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import OperationalError
from werkzeug.exceptions import HTTPException

from expertpool import refusals
from expertpool.infra.i18n import say
from expertpool.words import Words, words

log = structlog.get_logger(__name__)

STATUS: dict[type[refusals.Refusal], HTTPStatus] = {
    refusals.NotFound: HTTPStatus.NOT_FOUND,
    refusals.Forbidden: HTTPStatus.FORBIDDEN,
    refusals.WrongState: HTTPStatus.CONFLICT,
    refusals.Conflicting: HTTPStatus.CONFLICT,
    refusals.Stale: HTTPStatus.PRECONDITION_FAILED,
    refusals.Invalid: HTTPStatus.UNPROCESSABLE_ENTITY,
}

_HTTP_WORDS: dict[int, Words] = {
    400: words("The request could not be understood. Reload the page and send it again."),
    401: words("Sign in first."),
    403: words("You may not do this. Ask your administrator if you think you should."),
    404: words("There is nothing here that you can see. Check the address."),
    405: words("This address does not take that kind of request."),
    412: words("Somebody changed this after you opened it. Reload and try again."),
    413: words("The upload is too large. Send a smaller file."),
    415: words("This address does not take that kind of content."),
    422: words("Some of what was sent cannot be used. Correct the fields named below."),
    428: words("Say which version you change: send the ETag you read in If-Match."),
    429: words("Too many tries. Wait a minute and try again."),
    503: words("The service is busy. Try again in a moment."),
}

_FORM_EXPIRED = words(
    "The form was open for too long, or you signed in again meanwhile. Nothing was saved. Go back, where what"
    " you typed still stands, copy what you need, reload the page and send it again."
)


def init_problems(app: Flask) -> None:
    """Answer every refusal and every fault in the form the caller reads."""
    app.register_error_handler(refusals.Refusal, _refused)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(OperationalError, _database_busy)
    app.register_error_handler(Exception, _fault)


def speaks_json() -> bool:
    """Whether the caller is a program: everything below /api/ is."""
    return request.path.startswith("/api/")


def speaks_dav() -> bool:
    """Whether the caller is a calendar program: everything below /dav/ is for them."""
    return request.path.startswith("/dav/")


def _refused(refusal: refusals.Refusal) -> Response:
    status = next(STATUS[kind] for kind in type(refusal).__mro__ if kind in STATUS)
    fields: dict[str, str] = {}
    if isinstance(refusal, refusals.Invalid):
        fields = {name: say(sentence) for name, sentence in refusal.fields.items()}
    return problem(status, say(refusal.words), fields=fields, rule=refusal.rule)


def _http(error: HTTPException) -> Response:
    if error.response is not None:
        return make_response(error.response)
    code = error.code or 500
    sentence = _FORM_EXPIRED if isinstance(error, CSRFError) else _HTTP_WORDS.get(code)
    detail = say(sentence) if sentence else (error.description or "")
    response = problem(HTTPStatus(code), detail, fields=_schema_errors(error))
    for name, value in error.get_headers():
        if name.lower() in ("retry-after", "www-authenticate", "allow"):
            response.headers[name] = value
    return response


def _schema_errors(error: HTTPException) -> dict[str, Any]:
    """Field errors of a request body, as marshmallow found them (webargs keeps them on the exception)."""
    messages = getattr(error, "data", {}).get("messages", {})
    return messages if isinstance(messages, dict) else {}


def _database_busy(error: OperationalError) -> Response:
    log.warning("database refused the work", error=type(error.orig).__name__)
    response = problem(HTTPStatus.SERVICE_UNAVAILABLE, say(_HTTP_WORDS[503]))
    response.headers["Retry-After"] = "2"
    return response


def _fault(error: Exception) -> Response:
    fault = str(uuid.uuid4())
    log.error("fault", fault=fault, exc_info=error)
    sentence = words(
        "Something went wrong on our side and nothing was saved. Tell support this number: %(fault)s",
        fault=fault,
    )
    return problem(HTTPStatus.INTERNAL_SERVER_ERROR, say(sentence))


def problem(
    status: HTTPStatus, detail: str, *, fields: dict[str, Any] | None = None, rule: str | None = None
) -> Response:
    """One answer for a no: problem+json for programs (RFC 9457), a line for calendars, a page for people."""
    if speaks_json():
        body: dict[str, Any] = {"type": "about:blank", "title": status.phrase, "status": status.value}
        body |= {"detail": detail} | ({"errors": fields} if fields else {}) | ({"rule": rule} if rule else {})
        response = make_response(jsonify(body), status)
        response.content_type = "application/problem+json"
        return response
    if speaks_dav():
        return make_response(detail, status, {"Content-Type": "text/plain; charset=utf-8"})
    title = gettext("This did not work")
    page = render_template("layout/error.html", title=title, detail=detail, fields=fields, status=status)
    return make_response(page, status)
