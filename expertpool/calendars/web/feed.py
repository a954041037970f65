"""Private feeds: read by programs that cannot sign in, and kept by people on a page of their own."""

import datetime as dt
import uuid

from flask import flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext
from sqlalchemy.orm import Session
from werkzeug.exceptions import TooManyRequests
from werkzeug.wrappers import Response

from expertpool.calendars import access, queries, rules, service
from expertpool.calendars.rules import READ_LIMIT, FeedScope
from expertpool.calendars.web.blueprint import blp
from expertpool.config import settings_of_app
from expertpool.infra import clock
from expertpool.infra.db import act_as, db, in_one_go
from expertpool.infra.gate import current_actor, open_to, public
from expertpool.infra.i18n import say_in
from expertpool.infra.identity import Role
from expertpool.words import Words, words

REFRESH = dt.timedelta(hours=1)
_READERS = (Role.EXPERT, Role.COORDINATOR)
_NAMES: dict[FeedScope, Words] = {
    FeedScope.OWN: words("Expert Pool"),
    FeedScope.FREEBUSY: words("Expert Pool: busy times"),
    FeedScope.DESK: words("Expert Pool: our sessions"),
}
_TITLES: dict[FeedScope, Words] = {
    FeedScope.OWN: words("Your appointments"),
    FeedScope.FREEBUSY: words("Your busy times"),
    FeedScope.DESK: words("Sessions of your ministry"),
}
_CONTENTS: dict[FeedScope, Words] = {
    FeedScope.OWN: words("What you are asked for and what is agreed: kind of work, region and time."),
    FeedScope.FREEBUSY: words("Only when you are busy, for half a year ahead: no titles and no places."),
    FeedScope.DESK: words(
        "When experts meet for your ministry: kinds of experts, region and time, no names."
    ),
}


@blp.get("/feeds/<key>.ics")
@public("calendar programs cannot sign in; the key in the address is random, renewable and kept as a hash")
def feed(key: str) -> Response:
    """The calendar behind a key. An unknown key and an ended one are the same 404.

    Whoever has it already is told so before anything is written.
    Source: RFC 9110 section 13.1.2 (If-None-Match), RFC 7986 section 5.7.
    """
    now = clock.now()

    def read(session: Session) -> service.FeedReader:
        return service.read_feed(session, key, now=now)

    reader = in_one_go(read)
    if reader.too_often:
        raise TooManyRequests(retry_after=int(READ_LIMIT.within.total_seconds()))
    content = _content(reader, now)
    tag = content.tag
    known = request.if_none_match.contains_weak(tag.strip('"'))
    response = make_response(b"" if known else content.written(), 304 if known else 200)
    response.content_type = "text/calendar; charset=utf-8"
    response.headers["ETag"] = tag
    response.headers["Cache-Control"] = "private, no-cache"
    return response


def _content(reader: service.FeedReader, now: dt.datetime) -> rules.EventFeed | rules.BusyFeed:
    """The feed as its reader may see it: the key stands for one person in one role, and nobody else."""
    session, domain, actor = db.session(), settings_of_app().desk_domain, reader.actor
    act_as(session, actor)
    name = say_in(reader.language, _NAMES[reader.scope])
    if reader.scope is FeedScope.FREEBUSY:
        expert_id, window = access.own_expert_id(actor), rules.busy_window(now)
        busy = queries.busy_of(session, expert_id, window)
        uid = f"busy-{expert_id.hex}@{domain}"
        return rules.BusyFeed(busy, window, uid, name, REFRESH)
    if reader.scope is FeedScope.DESK:
        ministry_id = access.own_ministry_id(actor)
        desk = queries.desk_feed(
            session, ministry_id, lang=reader.language, domain=domain, page=_need_page, now=now
        )
        return rules.EventFeed(desk, name, REFRESH)
    own = queries.feed_events(session, access.own_expert_id(actor), now=now)
    return rules.EventFeed(own, name, REFRESH)


def _need_page(need_id: uuid.UUID) -> str:
    return settings_of_app().base_url.rstrip("/") + url_for("incidents.need_page", need_id=need_id)


@blp.get("/me/feeds")
@open_to(*_READERS)
def my_feeds() -> str:
    """The own feeds, and how to subscribe to them."""
    return _page(made=None, address="")


@blp.post("/me/feeds/<any(own, freebusy, desk):scope>")
@open_to(*_READERS)
def rotate_feed(scope: str) -> str:
    """A new address for a feed, shown this once; the one before ends."""
    made = FeedScope(scope)

    def rotate(session: Session) -> str:
        return service.rotate_feed(session, made, actor=current_actor(), now=clock.now())

    return _page(made=made, address=feed_address(in_one_go(rotate)))


@blp.post("/me/feeds/<any(own, freebusy, desk):scope>/revoke")
@open_to(*_READERS)
def revoke_feed(scope: str) -> Response:
    """End a feed."""

    def revoke(session: Session) -> None:
        service.revoke_feed(session, FeedScope(scope), actor=current_actor(), now=clock.now())

    in_one_go(revoke)
    flash(gettext("The feed has ended. Programs that read it find nothing any more."), "success")
    return redirect(url_for("calendars.my_feeds"))


def feed_address(key: str) -> str:
    """The address a program reads the feed at."""
    return settings_of_app().base_url.rstrip("/") + url_for("calendars.feed", key=key)


def _page(*, made: FeedScope | None, address: str) -> str:
    actor = current_actor()
    return render_template(
        "calendars/my_feeds.html",
        scopes=access.scopes_of(actor),
        feeds=queries.feeds_of(db.session(), actor),
        titles=_TITLES,
        contents=_CONTENTS,
        made=made,
        address=address,
        webcal=f"webcal{address.removeprefix('https').removeprefix('http')}",
        is_expert=actor.is_a(Role.EXPERT),
    )
