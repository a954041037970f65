"""Discovery: from the name of the server to the two calendars."""

import uuid
from collections.abc import Callable, Sequence
from http import HTTPStatus

from flask import Response, make_response, redirect, request
from werkzeug.wrappers import Response as AnyResponse

from expertpool.calendars import access
from expertpool.calendars.queries import dav as queries
from expertpool.calendars.rules import dav as rules
from expertpool.calendars.rules.dav import Kind, Precondition, Properties, Unfit, answering
from expertpool.calendars.service import dav as service
from expertpool.calendars.web.blueprint import blp
from expertpool.calendars.web.dav import reports
from expertpool.calendars.web.dav.speaking import depth, own_tree, question, xml
from expertpool.infra import clock
from expertpool.infra.db import db, unit_of_work
from expertpool.infra.gate import current_actor, open_to, public
from expertpool.infra.i18n import say
from expertpool.infra.identity import Role
from expertpool.words import words

METHODS = ("OPTIONS", "PROPFIND", "PROPPATCH", "REPORT")
_BECAUSE = "it only names the place where calendar programs sign in"
_TITLES = {
    Kind.BUSY: (
        words("My busy times"),
        words("What you write here counts as taken. Only the times are used."),
    ),
    Kind.ASSIGNMENTS: (
        words("Assignments"),
        words("What you are asked for and what is agreed. Answer here, or move an appointment."),
    ),
}
# What a place says of itself, and of those one level below it.
Told = Sequence[tuple[str, Properties]]


@blp.route("/", methods=["PROPFIND"])
@blp.route("/.well-known/caldav", methods=["GET", "PROPFIND"])
@public(_BECAUSE)
def well_known() -> AnyResponse:
    """Where CalDAV begins, also for programs that only know the server. Source: RFC 6764 section 5."""
    return redirect(f"{request.script_root}/dav/", HTTPStatus.MOVED_PERMANENTLY)


@blp.route("/dav/", methods=METHODS, provide_automatic_options=False)
@open_to(Role.EXPERT)
def dav_root() -> Response:
    """Who am I? Source: RFC 5397."""
    tree = own_tree(access.own_expert_id(current_actor()))
    return _answer(tree.root, lambda: [(tree.root, rules.root_properties(tree))])


@blp.route("/dav/principals/", methods=METHODS, provide_automatic_options=False)
@open_to(Role.EXPERT)
def dav_principals() -> Response:
    """The users there are: the one who asks."""
    tree = own_tree(access.own_expert_id(current_actor()))
    mine = tree.principal, rules.principal_properties(tree)
    return _answer(tree.principals, lambda: [(tree.principals, rules.root_properties(tree)), mine])


@blp.route(
    "/dav/principals/<uuid:expert_id>/",
    methods=METHODS,
    provide_automatic_options=False,
    strict_slashes=False,
)
@open_to(Role.EXPERT)
def dav_principal(expert_id: uuid.UUID) -> Response:
    """Where are my calendars? Source: RFC 4791 section 6.2."""
    tree = own_tree(expert_id)
    return _answer(tree.principal, lambda: [(tree.principal, rules.principal_properties(tree))])


@blp.route(
    "/dav/principals/<uuid:expert_id>/<any(inbox, outbox):name>/",
    methods=METHODS,
    provide_automatic_options=False,
    strict_slashes=False,
)
@open_to(Role.EXPERT)
def dav_box(expert_id: uuid.UUID, name: str) -> Response:
    """The empty boxes that programs look for. Source: RFC 6638 section 2."""
    tree = own_tree(expert_id)
    return _answer(tree.box(name), lambda: [(tree.box(name), rules.box_properties(tree, name))])


@blp.route(
    "/dav/calendars/<uuid:expert_id>/",
    methods=METHODS,
    provide_automatic_options=False,
    strict_slashes=False,
)
@open_to(Role.EXPERT)
def dav_home(expert_id: uuid.UUID) -> Response:
    """What calendars are there?"""
    tree = own_tree(expert_id)

    def told() -> Told:
        calendars = ((tree.collection(kind), _properties(tree, expert_id, kind)) for kind in Kind)
        return [(tree.home, rules.home_properties(tree)), *calendars]

    return _answer(tree.home, told)


@blp.route(
    "/dav/calendars/<uuid:expert_id>/<any(busy, assignments):kind>/",
    methods=METHODS,
    provide_automatic_options=False,
    strict_slashes=False,
)
@open_to(Role.EXPERT)
def dav_calendar(expert_id: uuid.UUID, kind: str) -> Response:
    """One calendar: itself, its events, and questions about them."""
    tree, which = own_tree(expert_id), Kind(kind)
    if request.method == "REPORT":
        return reports.report(tree, expert_id, which)

    def told() -> Told:
        itself = tree.collection(which), _properties(tree, expert_id, which)
        if depth() == 0:
            return [itself]
        return [itself, *reports.told_of(tree, which, queries.listed(db.session(), expert_id, which))]

    return _answer(tree.collection(which), told)


def _properties(tree: rules.Tree, expert_id: uuid.UUID, kind: Kind) -> Properties:
    if kind is Kind.ASSIGNMENTS:
        with unit_of_work() as session:
            service.list_assignments(session, expert_id, now=clock.now())
    title, about = _TITLES[kind]
    revision = queries.counted(db.session(), expert_id, kind).revision
    return rules.collection_properties(tree, rules.Standing(kind, revision, say(title), say(about)))


def _answer(href: str, told: Callable[[], Told]) -> Response:
    """What every place but an event answers. The first of what is told is the place itself."""
    if request.method == "OPTIONS":
        return make_response("", HTTPStatus.OK, {"Allow": ", ".join(METHODS)})
    if request.method == "PROPPATCH":
        return xml(answering.multistatus([answering.refused(href, rules.read_proppatch(question()))]))
    if request.method == "REPORT":
        rules.read_report(question())
        raise Unfit(Precondition.SUPPORTED_REPORT)
    wanted, levels = rules.read_propfind(question()), depth()
    places = told() if levels else told()[:1]
    return xml(answering.multistatus(answering.found(each, there, wanted) for each, there in places))
