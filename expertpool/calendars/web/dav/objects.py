"""Single events: read, written, removed."""

import uuid
from http import HTTPStatus

from flask import Response, make_response, request
from sqlalchemy.orm import Session

from expertpool.availability.queries import expert_seen
from expertpool.calendars.queries import dav as queries
from expertpool.calendars.rules import REASONS, Verdict, Why
from expertpool.calendars.rules import dav as rules
from expertpool.calendars.rules.dav import Kind, Precondition, Unfit, answering
from expertpool.calendars.service import dav as service
from expertpool.calendars.web.blueprint import blp
from expertpool.calendars.web.dav import reports
from expertpool.calendars.web.dav.speaking import demand, depth, own_tree, question, sealer, written, xml
from expertpool.config import settings_of_app
from expertpool.infra import clock
from expertpool.infra.db import db, in_one_go, unit_of_work
from expertpool.infra.gate import current_actor, open_to
from expertpool.infra.identity import Role
from expertpool.refusals import NotFound
from expertpool.words import words

METHODS = ("OPTIONS", "GET", "HEAD", "PUT", "DELETE", "PROPFIND", "PROPPATCH")
_AGREED = words("You agreed to this appointment. Withdraw on its page, so that somebody else can be found.")
_CLOSED = words("This can no longer be answered here. Ask the coordinator.")
_LONGEST_NAME = 255


@blp.route(
    "/dav/calendars/<uuid:expert_id>/<any(busy, assignments):kind>/<name>",
    methods=METHODS,
    provide_automatic_options=False,
)
@open_to(Role.EXPERT)
def dav_object(expert_id: uuid.UUID, kind: str, name: str) -> Response:
    """One event of a calendar."""
    tree, which = own_tree(expert_id), Kind(kind)
    if len(name) > _LONGEST_NAME or not name.isprintable():
        raise NotFound(words("There is nothing here that you can see. Check the address."))
    if request.method == "OPTIONS":
        return make_response("", HTTPStatus.OK, {"Allow": ", ".join(METHODS)})
    if request.method == "PUT":
        return _put(expert_id, which, name)
    if request.method == "DELETE":
        return _delete(expert_id, which, name)
    return _read(tree, expert_id, which, name)


def _read(tree: rules.Tree, expert_id: uuid.UUID, kind: Kind, name: str) -> Response:
    if kind is Kind.ASSIGNMENTS:
        with unit_of_work() as session:
            service.list_assignments(session, expert_id, now=clock.now())
    row = queries.named(db.session(), expert_id, kind, [name]).get(name)
    if row is None:
        raise NotFound(words("There is nothing here that you can see. Check the address."))
    href = tree.object(kind, name)
    if request.method == "PROPPATCH":
        return xml(answering.multistatus([answering.refused(href, rules.read_proppatch(question()))]))
    if request.method == "PROPFIND":
        depth()
        wanted = rules.read_propfind(question())
        told = reports.told_of(tree, kind, [row])
        return xml(answering.multistatus(answering.found(each, there, wanted) for each, there in told))
    text = queries.texts(db.session(), [row], sealer=sealer()).get(row.id)
    if text is None:
        raise NotFound(words("There is nothing here that you can see. Check the address."))
    facts = {"Content-Type": "text/calendar; charset=utf-8; component=vevent", "ETag": row.etag}
    response = make_response(text, HTTPStatus.OK, facts | {"Cache-Control": "private, no-cache"})
    response.make_conditional(request)
    return response


def _put(expert_id: uuid.UUID, kind: Kind, name: str) -> Response:
    """Source: RFC 4791 section 5.3.2."""
    body, demanded = written(), demand()
    if kind is Kind.ASSIGNMENTS:

        def change(session: Session) -> Why | None:
            return service.change_assignment(session, expert_id, name, body, demand=demanded, now=clock.now())

        return _answered(in_one_go(change))
    return _put_busy(expert_id, name, body)


def _put_busy(expert_id: uuid.UUID, name: str, body: bytes) -> Response:
    demanded, now = demand(), clock.now()
    with unit_of_work() as session:  # it ends here: working it out may take seconds
        tz = expert_seen(session, expert_id).timezone
    entry = rules.read_entry(body, tz=tz)
    worked = service.work_out(body, entry, tz=tz, own_domain=settings_of_app().desk_domain, now=now)

    def write(session: Session) -> tuple[str, bool]:
        return service.write_busy(
            session,
            expert_id,
            name,
            worked,
            demand=demanded,
            sealer=sealer(),
            actor=current_actor(),
            now=now,
        )

    etag, new = in_one_go(write)
    return make_response("", HTTPStatus.CREATED if new else HTTPStatus.NO_CONTENT, {"ETag": etag})


def _delete(expert_id: uuid.UUID, kind: Kind, name: str) -> Response:
    """A program may say that nobody is to be told. Source: RFC 6638 section 8.1."""
    demanded, now = demand(), clock.now()
    answers = request.headers.get("Schedule-Reply", "T").strip().upper() != "F"

    def remove(session: Session) -> Why | None:
        if kind is Kind.ASSIGNMENTS:
            return service.remove_assignment(
                session, expert_id, name, demand=demanded, answers=answers, now=now
            )
        service.remove_from_busy(session, expert_id, name, demand=demanded, actor=current_actor(), now=now)
        return None

    return _answered(in_one_go(remove))


def _answered(why: Why | None) -> Response:
    """Whether an answer was taken. It has no validator: the event stays in our words, and is read again."""
    if why is None or why is Why.CARD_FIRST or REASONS[why][0] is Verdict.APPLIED:
        return make_response("", HTTPStatus.NO_CONTENT)
    raise Unfit(Precondition.ALLOWED_CHANGE, says=_AGREED if why is Why.TAKEN_BACK else _CLOSED)
