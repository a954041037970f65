"""Another deadline or other windows while a plan stands on a need."""

import datetime as dt
import uuid

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from expertpool.incidents.forms import problems_of, show_faults
from expertpool.incidents.queries import NeedPage, need_page
from expertpool.infra import clock
from expertpool.infra.db import unit_of_work
from expertpool.infra.gate import current_actor, open_to
from expertpool.infra.i18n import say
from expertpool.planning import service
from expertpool.planning.forms import TimesForm
from expertpool.planning.models import PlanRun
from expertpool.planning.web.blueprint import PLANNERS, blp
from expertpool.refusals import Conflicting, Invalid, Stale, WrongState


@blp.get("/needs/<uuid:need_id>/times")
@open_to(*PLANNERS)
def times_page(need_id: uuid.UUID) -> str:
    """The deadline and windows as they are, to be changed."""
    need = _need(need_id)
    windows = [{"id": each.id, "earliest": each.earliest, "latest": each.latest} for each in need.sessions]
    held = {"version": need.row.version, "deadline": need.row.deadline, "sessions": windows}
    return _page(TimesForm(formdata=None, data=held), need)


@blp.post("/needs/<uuid:need_id>/times")
@open_to(*PLANNERS)
def move_times(need_id: uuid.UUID) -> Response | tuple[str, int]:
    """Move them; the plan is mended."""
    need, form = _need(need_id), TimesForm()
    if form.validate():
        try:
            repair = _moved(need, form)
        except Invalid as refusal:
            show_faults(form, refusal.fields)
        except (WrongState, Conflicting) as refusal:
            form.form_errors.append(say(refusal.words))
        except Stale as refusal:
            form.form_errors.append(say(refusal.words))
            return _page(form, need), 412
        else:
            return _answered(need_id, repair)
    return _page(form, need), 422


def _answered(need_id: uuid.UUID, repair: PlanRun | None) -> Response:
    if repair is None:
        flash(gettext("The times have moved. Whoever was asked keeps their seat."), "success")
        return redirect(url_for("incidents.need_page", need_id=need_id))
    flash(
        gettext("The times have moved. The team is being mended: whoever can stay keeps their seat."),
        "success",
    )
    return redirect(url_for("planning.run_page", run_id=repair.id))


def _need(need_id: uuid.UUID) -> NeedPage:
    with unit_of_work() as session:
        return need_page(session, need_id, actor=current_actor())


def _moved(need: NeedPage, form: TimesForm) -> PlanRun | None:
    typed = {row.form.id.data: (row.form.earliest.data, row.form.latest.data) for row in form.sessions}
    windows: dict[uuid.UUID, tuple[dt.datetime, dt.datetime]] = {}
    for each in need.sessions:
        earliest, latest = typed.get(str(each.id), (None, None))
        if earliest is not None and latest is not None:
            windows[each.id] = (earliest, latest)
    assert form.deadline.data is not None
    with unit_of_work() as session:
        return service.move_times(
            session,
            need.row.id,
            deadline=form.deadline.data,
            windows=windows,
            version=form.version.data or 0,
            actor=current_actor(),
            now=clock.now(),
        )


def _page(form: TimesForm, need: NeedPage) -> str:
    return render_template("planning/times.html", form=form, need=need, problems=problems_of(form))
