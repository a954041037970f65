"""The private feed for calendar programs that cannot sign in: the key in the address is the permission."""

import datetime as dt
import uuid

from flask import abort, make_response, request
from flask_babel import force_locale
from werkzeug.wrappers import Response

from expertpool.availability.queries import expert_seen
from expertpool.calendars import queries, rules, service
from expertpool.calendars.web.blueprint import blp
from expertpool.infra import clock
from expertpool.infra.db import act_as, db, unit_of_work
from expertpool.infra.gate import public
from expertpool.infra.i18n import say
from expertpool.infra.identity import Actor, Role
from expertpool.words import words

REFRESH = dt.timedelta(hours=1)


@blp.get("/feeds/<key>.ics")
@public("calendar programs cannot sign in; the key in the address is random, renewable and kept as a hash")
def feed(key: str) -> Response:
    """The calendar behind a key. An unknown key and an ended one are the same 404.

    Source: RFC 9110 section 13.1.2 (If-None-Match), RFC 7986 section 5.7.
    """
    with unit_of_work() as session:
        expert_id = service.feed_of_token(session, key, now=clock.now())
    if expert_id is None:
        abort(404)
    body = _body(expert_id)
    response = make_response(body)
    response.content_type = "text/calendar; charset=utf-8"
    response.headers["ETag"] = rules.strong_etag(body)
    response.headers["Cache-Control"] = "private, no-cache"
    return response.make_conditional(request)


def _body(expert_id: uuid.UUID) -> bytes:
    """The feed as its expert may see it: the key stands for the expert and nobody else."""
    session = db.session()
    act_as(session, Actor(roles=frozenset({Role.EXPERT}), expert_id=expert_id))
    expert = expert_seen(session, expert_id)
    with force_locale(expert.language):
        name = say(words("Expert Pool"))
    return rules.feed(queries.feed_events(session, expert_id, now=clock.now()), name=name, refresh=REFRESH)
