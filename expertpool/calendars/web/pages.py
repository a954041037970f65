"""The expert's own calendar, and the key to its feed."""

import uuid

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from expertpool.calendars import access, queries, service
from expertpool.calendars.web.blueprint import blp
from expertpool.config import settings_of_app
from expertpool.infra import clock
from expertpool.infra.db import db, unit_of_work
from expertpool.infra.gate import current_actor, open_to
from expertpool.infra.i18n import say
from expertpool.infra.identity import Role
from expertpool.refusals import Invalid


@blp.get("/me/calendar")
@open_to(Role.EXPERT)
def my_calendar() -> str:
    """What is asked and agreed, how the invitations went, and the feed."""
    return _page(address=None)


@blp.post("/me/calendar/feed")
@open_to(Role.EXPERT)
def rotate_feed() -> str:
    """A new address for the feed, shown this once; the one before ends."""
    with unit_of_work() as session:
        key = service.rotate_feed(session, actor=current_actor(), now=clock.now())
    return _page(address=settings_of_app().base_url.rstrip("/") + url_for("calendars.feed", key=key))


@blp.post("/me/calendar/feed/revoke")
@open_to(Role.EXPERT)
def revoke_feed() -> Response:
    """End the feed."""
    with unit_of_work() as session:
        service.revoke_feed(session, actor=current_actor(), now=clock.now())
    flash(gettext("The feed has ended. Programs that read it find nothing any more."), "success")
    return redirect(url_for("calendars.my_calendar"))


@blp.post("/me/calendar/addresses")
@open_to(Role.EXPERT)
def add_alias() -> Response:
    """Name another address to answer from."""
    try:
        with unit_of_work() as session:
            service.add_alias(
                session, request.form.get("address", ""), actor=current_actor(), now=clock.now()
            )
    except Invalid as refusal:
        flash(" ".join(say(fault) for fault in refusal.fields.values()), "error")
    else:
        flash(gettext("Answers from this address count from now on."), "success")
    return redirect(url_for("calendars.my_calendar"))


@blp.post("/me/calendar/addresses/<uuid:alias_id>/remove")
@open_to(Role.EXPERT)
def remove_alias(alias_id: uuid.UUID) -> Response:
    """Answers from this address count no more."""
    with unit_of_work() as session:
        service.remove_alias(session, alias_id, actor=current_actor(), now=clock.now())
    flash(gettext("Answers from this address no longer count."), "success")
    return redirect(url_for("calendars.my_calendar"))


@blp.post("/invitations/<uuid:mail_id>/resend")
@open_to(Role.COORDINATOR)
def resend(mail_id: uuid.UUID) -> Response:
    """Try a failed invitation again, and go back to the need it belongs to."""
    with unit_of_work() as session:
        service.resend(session, mail_id, actor=current_actor(), now=clock.now())
    flash(gettext("The invitation is on its way again."), "success")
    need = request.form.get("need_id", type=uuid.UUID)
    return redirect(url_for("incidents.need_page", need_id=need) if need else url_for("accounts.home"))


def _page(*, address: str | None) -> str:
    session, now = db.session(), clock.now()
    expert_id = access.own_expert_id(current_actor())
    return render_template(
        "calendars/my_calendar.html",
        events=queries.own_events(session, expert_id, since=now),
        feed=queries.feed_of(session, expert_id),
        address=address,
        aliases=queries.aliases_of(session, expert_id),
    )
