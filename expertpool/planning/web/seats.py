"""Why and why not: the candidates of a seat, and the wishes a coordinator sets there."""

import uuid

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from expertpool.conflicts.rules.labels import TIERS
from expertpool.incidents.web.changes import said
from expertpool.infra import clock
from expertpool.infra.db import unit_of_work
from expertpool.infra.gate import current_actor, open_to
from expertpool.infra.i18n import say
from expertpool.planning import queries, service
from expertpool.planning.forms import WishForm
from expertpool.planning.queries.seats import SIZE
from expertpool.planning.rules import Wish
from expertpool.planning.web.blueprint import PLANNERS, READERS, blp
from expertpool.refusals import Invalid
from expertpool.scheduling.vocabulary import RULE_WORDS, Rule


@blp.get("/plans/runs/<uuid:run_id>/seats/<uuid:seat_id>")
@open_to(*READERS)
def seat_page(run_id: uuid.UUID, seat_id: uuid.UUID) -> str:
    """Every candidate with the rules against them, the closest to eligible first."""
    return _page(run_id, seat_id, WishForm(formdata=None))


def _page(run_id: uuid.UUID, seat_id: uuid.UUID, form: WishForm) -> str:
    number = max(1, request.args.get("page", 1, type=int))
    rule = next((each for each in Rule if each.value == request.args.get("rule")), None)
    asked = form.expert_id.data or request.args.get("expert", "")
    with unit_of_work() as session:
        page = queries.seat_page(
            session, run_id, seat_id, actor=current_actor(), page=number, rule=rule, asked=_key(asked)
        )
        ties = queries.ties_of_asked(session, page, actor=current_actor(), now=clock.now())
    if page.asked and not form.is_submitted():
        form.wish.data = (Wish.BAN if page.asked.chosen or page.asked.rules else Wish.PIN).value
    return render_template(
        "planning/seat.html",
        page=page,
        ties=ties,
        tiers=TIERS,
        number=number,
        last=-(-page.total // SIZE),
        rule=rule,
        rule_options=[(each.rule.value, say(RULE_WORDS[each.rule])) for each in page.counts],
        form=form,
        asked_text=request.args.get("expert_text", ""),
    )


def _key(text: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(text)
    except ValueError:
        return None


@blp.get("/plans/people")
@open_to(*READERS)
def people() -> str:
    """Experts by a part of their name, for the box that asks about one."""
    text = request.args.get("expert_text", "")
    with unit_of_work() as session:
        found = queries.find_people(session, text, actor=current_actor(), today=clock.seoul_date(clock.now()))
    return render_template("planning/_people.html", people=found)


@blp.post("/plans/runs/<uuid:run_id>/seats/<uuid:seat_id>/wishes")
@open_to(*PLANNERS)
def add_wish(run_id: uuid.UUID, seat_id: uuid.UUID) -> Response | tuple[str, int]:
    """Pin or exclude an expert; the next search keeps to it."""
    form, actor = WishForm(), current_actor()
    expert_id = _key(form.expert_id.data or "")
    if not form.validate() or expert_id is None:
        return _page(run_id, seat_id, form), 422
    set_wish = service.pin if form.wish.data == Wish.PIN.value else service.ban
    try:
        with unit_of_work() as session:
            set_wish(
                session,
                need_id=queries.run_row(session, run_id, actor=actor).need_id,
                seat_id=seat_id,
                expert_id=expert_id,
                reason=form.reason.data or "",
                actor=actor,
                now=clock.now(),
            )
    except Invalid as refusal:
        form.reason.errors = [say(sentence) for sentence in refusal.fields.values()]
        return _page(run_id, seat_id, form), 422
    flash(gettext("Noted. Search again to apply it."), "success")
    return redirect(url_for("planning.run_page", run_id=run_id))


@blp.post("/plans/runs/<uuid:run_id>/wishes/<uuid:wish_id>/remove")
@open_to(*PLANNERS)
def remove_wish(run_id: uuid.UUID, wish_id: uuid.UUID) -> Response:
    """Take a pin or exclusion back."""
    actor, now = current_actor(), clock.now()

    def take_back(session: Session) -> None:
        need_id = queries.run_row(session, run_id, actor=actor).need_id
        service.unwish(session, wish_id, need_id=need_id, actor=actor, now=now)

    said(take_back, gettext("Taken back. Search again to apply it."))
    return redirect(url_for("planning.run_page", run_id=run_id))
