"""HTTP around CalDAV: bodies within bounds, answers in XML, the noes by the names of the standards."""

import uuid
from http import HTTPStatus

from flask import Response, make_response, request
from werkzeug.exceptions import BadRequest, RequestEntityTooLarge

from expertpool.accounts.models import Account
from expertpool.availability.rules.xml import hrefs
from expertpool.calendars import access
from expertpool.calendars.queries import dav as queries
from expertpool.calendars.rules import dav as rules
from expertpool.calendars.rules.dav import Kind, Precondition, Unfit
from expertpool.calendars.rules.dav.holding import Demand
from expertpool.calendars.service import dav as service
from expertpool.calendars.web.blueprint import blp
from expertpool.infra.db import db
from expertpool.infra.gate import current_actor
from expertpool.infra.i18n import language, say
from expertpool.infra.problems import speaks_dav
from expertpool.infra.sealing import Sealer, sealer_of_app
from expertpool.refusals import NotFound
from expertpool.words import words

_XML = "application/xml; charset=utf-8"


@blp.after_request
def _tell_features(response: Response) -> Response:
    """Every answer says what this server is. Source: RFC 4918 section 10.1."""
    if speaks_dav():
        response.headers["DAV"] = rules.FEATURES
    return response


@blp.errorhandler(Unfit)
def _unfit(unfit: Unfit) -> Response:
    inside = []
    if unfit.name:
        tree = own_tree(access.own_expert_id(current_actor()))
        inside = hrefs("", tree.object(Kind.BUSY, unfit.name)).children
    body = rules.answering.error(unfit.condition, say(unfit.says), *inside)
    return xml(body, unfit.status)


@blp.errorhandler(rules.NotXml)
def _not_xml(_error: rules.NotXml) -> Response:
    return make_response("", HTTPStatus.BAD_REQUEST)


def xml(body: bytes, status: HTTPStatus = HTTPStatus.MULTI_STATUS) -> Response:
    """An answer in XML."""
    return make_response(body, status, {"Content-Type": _XML})


def own_tree(expert_id: uuid.UUID) -> rules.Tree:
    """The places of whoever asks. Raises: NotFound for those of anybody else."""
    actor = current_actor()
    if actor.expert_id != expert_id:
        raise NotFound(words("There is nothing here that you can see. Check the address."))
    session = db.session()
    account = session.get_one(Account, actor.user_id)
    name = account.name_ko if language() == "ko" else account.name_en
    return rules.Tree(
        f"{request.script_root}/dav", str(expert_id), name, queries.mailboxes(session, expert_id)
    )


def sealer() -> Sealer:
    """What opens the texts of busy times."""
    return sealer_of_app(service.SEALED_FOR)


def question() -> bytes:
    """The body of a question. Raises: RequestEntityTooLarge."""
    request.max_content_length = rules.LARGEST_XML
    return request.get_data()


def written() -> bytes:
    """The calendar file of a PUT. Raises: Unfit."""
    if request.mimetype not in ("", "text/calendar"):
        raise Unfit(Precondition.SUPPORTED_DATA)
    request.max_content_length = rules.ENTRY_LIMITS.size
    try:
        return request.get_data()
    except RequestEntityTooLarge:
        raise Unfit(Precondition.MAX_SIZE) from None


def depth() -> int:
    """How many levels are asked for, one at most. Raises: Unfit. Source: RFC 4918 section 10.2."""
    asked = request.headers.get("Depth", "0").strip().lower()
    if asked not in ("0", "1"):
        if asked != "infinity":
            raise BadRequest
        raise Unfit(Precondition.FINITE_DEPTH)
    return int(asked)


def demand() -> Demand:
    """What the writer says must stand."""
    match, none = request.if_match, request.if_none_match
    these = frozenset(f'"{etag}"' for etag in match.as_set()) if "If-Match" in request.headers else None
    anything = match.star_tag
    return Demand(None if anything else these, anything, none.star_tag or bool(none.as_set()))
