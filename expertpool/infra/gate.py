"""Every route says who may call it; one that does not say so fails a test before it ships."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any, TypeVar, cast

from flask import abort, g, redirect, request, url_for
from werkzeug.datastructures import WWWAuthenticate
from werkzeug.exceptions import Unauthorized
from werkzeug.wrappers import Response

from expertpool.infra.identity import NOBODY, Actor, Role
from expertpool.infra.problems import speaks_dav, speaks_json
from expertpool.refusals import Forbidden
from expertpool.words import words

View = TypeVar("View", bound=Callable[..., Any])

STAFF = frozenset({Role.COORDINATOR, Role.MINISTRY_VIEWER, Role.CONFLICT_OFFICER, Role.AUDITOR, Role.ADMIN})


@dataclass(frozen=True, slots=True)
class AccessRule:
    """Who may call a route: some roles, or everybody for a stated reason."""

    roles: frozenset[Role]
    public_because: str = ""


def current_actor() -> Actor:
    """Who signed in for this request; nobody if nobody did."""
    return cast(Actor, g.get("actor", NOBODY))


def open_to(*roles: Role) -> Callable[[View], View]:
    """Open a route to people who hold at least one of `roles`."""
    rule = AccessRule(frozenset(roles))

    def mark(view: View) -> View:
        @wraps(view)
        def guarded(*args: Any, **kwargs: Any) -> Any:
            refusal = _turned_away(rule)
            return refusal if refusal is not None else view(*args, **kwargs)

        guarded.access_rule = rule  # type: ignore[attr-defined] # read by the gate test
        return cast(View, guarded)

    return mark


def public(because: str) -> Callable[[View], View]:
    """Open a route to everybody; `because` is the reason, shown by the gate test's list."""

    def mark(view: View) -> View:
        view.access_rule = AccessRule(frozenset(), because)  # type: ignore[attr-defined] # read by the gate test
        return view

    return mark


def ask_for_password() -> Unauthorized:
    """What makes a calendar program ask for a name and a password. Source: RFC 7617 section 2."""
    basic = WWWAuthenticate("basic", {"realm": "expertpool calendars", "charset": "UTF-8"})
    return Unauthorized(www_authenticate=basic)


def _turned_away(rule: AccessRule) -> Response | None:
    actor = current_actor()
    if not actor.roles:
        if speaks_dav():
            raise ask_for_password()
        if speaks_json():
            abort(401)
        return redirect(url_for("security.login", next=request.full_path.rstrip("?")))
    if not actor.is_a(*rule.roles):
        raise Forbidden(words("Your role does not include this. Ask your administrator if it should."))
    return None
