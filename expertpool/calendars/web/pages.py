"""The expert's own calendar, and the addresses to answer from."""

import uuid

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from expertpool.calendars import access, queries, service
from expertpool.calendars.web.blueprint import blp
from expertpool.infra import clock
from expertpool.infra.db import db, unit_of_work
from expertpool.infra.gate import current_actor, open_to
from expertpool.infra.i18n import say
from expertpool.infra.identity import Role
from expertpool.refusals import Invalid


@blp.get("/me/calendar")
@open_to(Role.EXPERT)
def my_calendar() -> str:
    """What is asked and agreed, and how the invitations went."""
    session = db.session()
    expert_id = access.own_expert_id(current_actor())
    return render_template(
        "calendars/my_calendar.html",
        events=queries.own_events(session, expert_id, since=clock.now()),
        aliases=queries.aliases_of(session, expert_id),
    )


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
