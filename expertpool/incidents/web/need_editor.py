"""Writing a need: from a template, from another need or blank; rows come and go without scripts."""

import dataclasses
import datetime as dt
import uuid
from collections.abc import Callable

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from expertpool.incidents import queries, service
from expertpool.incidents.data import RequestTemplate, load_request_templates
from expertpool.incidents.forms import (
    NeedForm,
    draft_from,
    need_form,
    problems_of,
    show_faults,
    with_row,
    without_row,
)
from expertpool.incidents.forms.fields import moment
from expertpool.incidents.models import Need
from expertpool.incidents.queries import IncidentRow, NamedCode
from expertpool.incidents.rules import NeedDraft, SeatDraft, SessionDraft, TeamRuleKind
from expertpool.incidents.web.blueprint import WORKERS, blp
from expertpool.infra import clock
from expertpool.infra.db import unit_of_work
from expertpool.infra.gate import current_actor, open_to
from expertpool.infra.i18n import named, say
from expertpool.refusals import Conflicting, Invalid, Stale, WrongState
from expertpool.scheduling.vocabulary import RoleClass

Page = Response | tuple[str, int] | str
Offer = tuple[RequestTemplate, NamedCode]
Save = Callable[[Session, NeedDraft, int], Need]

BLANK = "blank"
USUAL_DAYS = 14


@blp.route("/incidents/<uuid:incident_id>/needs/new", methods=["GET", "POST"])
@open_to(*WORKERS)
def new_need(incident_id: uuid.UUID) -> Page:
    """Choose what to begin with, then write the need."""
    actor, now = current_actor(), clock.now()
    with unit_of_work() as session:
        row = queries.incident_row(session, incident_id, actor=actor)
        begun = request.args.get("template", ""), request.args.get("copy", "")
        draft = None if request.method == "POST" else _beginning(session, row, *begun, now=now)
    if request.method == "GET" and draft is None:
        usual, others = _offered(row, now)
        return render_template("incidents/need_templates.html", row=row, usual=usual, others=others)

    def save(session: Session, typed: NeedDraft, _version: int) -> Need:
        return service.add_need(session, actor=actor, now=now, incident_id=incident_id, draft=typed)

    return _edit(row, draft, None, save, now=now)


@blp.route("/needs/<uuid:need_id>/edit", methods=["GET", "POST"])
@open_to(*WORKERS)
def edit_need(need_id: uuid.UUID) -> Page:
    """Reword a need no plan stands on."""
    actor, now = current_actor(), clock.now()
    with unit_of_work() as session:
        page = queries.need_page(session, need_id, actor=actor)
        draft = service.need_draft(session, need_id, actor=actor)

    def save(session: Session, typed: NeedDraft, version: int) -> Need:
        return service.change_need(session, need_id, draft=typed, version=version, actor=actor, now=now)

    return _edit(page.incident, draft, page, save, now=now)


def _offered(row: IncidentRow, now: dt.datetime) -> tuple[list[Offer], list[Offer]]:
    """Templates for this kind of incident, and the rest, each with what it is for."""
    offers = [
        (each, NamedCode(each.code, each.summary_ko, each.summary_en))
        for each in load_request_templates()
        if each.valid_on(clock.seoul_date(now))
    ]
    usual = [offer for offer in offers if row.type.code in offer[0].incident_types]
    return usual, [offer for offer in offers if offer not in usual]


def _beginning(
    session: Session, row: IncidentRow, template: str, copied: str, *, now: dt.datetime
) -> NeedDraft | None:
    actor = current_actor()
    if copied:
        return service.need_draft(session, _key(copied), actor=actor)
    if template == BLANK:
        return _blank(row, now)
    if not template:
        return None
    draft = service.template_draft(session, row.id, template, actor=actor, now=now)
    name = next(each for each in load_request_templates() if each.code == template)
    return dataclasses.replace(draft, purpose=named(name))


def _key(text: str) -> uuid.UUID:
    """The key in an address; one nothing has, if it is none."""
    try:
        return uuid.UUID(text)
    except ValueError:
        return uuid.UUID(int=0)


def _blank(row: IncidentRow, now: dt.datetime) -> NeedDraft:
    """One seat, one session, two weeks."""
    start = now.replace(minute=0, second=0, microsecond=0) + dt.timedelta(hours=1)
    end = start + dt.timedelta(days=USUAL_DAYS)
    return NeedDraft(
        purpose="",
        urgency=row.urgency,
        not_before=start,
        deadline=end,
        seats=(SeatDraft("ATT", RoleClass.SUP, minimum_level=2),),
        sessions=(SessionDraft("meeting", 120, start, end, None, (0,)),),
    )


def _edit(
    row: IncidentRow,
    draft: NeedDraft | None,
    need: queries.NeedPage | None,
    save: Save,
    *,
    now: dt.datetime,
) -> Page:
    """Show the form, change its rows, or save what was typed."""
    if request.method == "GET":
        return _page(need_form(draft=draft, version=need.row.version if need else None), row, need)
    grown = _rows_changed(request.form, now=now)
    if grown is not None:
        return _page(need_form(posted=grown), row, need)
    form = need_form(posted=request.form)
    if form.validate():
        try:
            with unit_of_work() as session:
                saved = save(session, draft_from(form), form.version.data or 0)
                if "submit" in request.form:
                    service.submit_need(session, saved.id, actor=current_actor(), now=now)
        except Invalid as refusal:
            show_faults(form, refusal.fields)
        except (WrongState, Conflicting) as refusal:
            form.form_errors.append(say(refusal.words))
        except Stale as refusal:
            form.form_errors.append(say(refusal.words))
            return _page(form, row, need), 412
        else:
            submitted = "submit" in request.form
            flash(
                gettext("The need is submitted.") if submitted else gettext("The need is saved."), "success"
            )
            return redirect(url_for("incidents.need_page", need_id=saved.id))
    return _page(form, row, need), 422


def _page(form: NeedForm, row: IncidentRow, need: queries.NeedPage | None) -> str:
    return render_template(
        "incidents/need_edit.html",
        form=form,
        row=row,
        need=need,
        problems=problems_of(form),
        rule_kinds=list(TeamRuleKind),
    )


def _rows_changed(posted: MultiDict[str, str], *, now: dt.datetime) -> MultiDict[str, str] | None:
    """What was posted with one row more or less, if that is what the pressed button asked for."""
    if posted.get("remove"):
        listed, _, number = posted["remove"].rpartition("-")
        return without_row(posted, posted["remove"]) if listed and number.isdecimal() else posted
    if posted.get("add"):
        return with_row(posted, posted["add"], _new_row(posted, posted["add"], now=now))
    return None


def _new_row(posted: MultiDict[str, str], path: str, *, now: dt.datetime) -> dict[str, str]:
    """What a fresh row starts with."""
    if path == "sessions":
        window = {"earliest": posted.get("not_before", moment(now)), "latest": posted.get("deadline", "")}
        return window | {"kind": "meeting", "length_minutes": "120"}
    if path == "team_rules":
        return {"kind": posted.get("rule_kind", TeamRuleKind.NO_TWO_OF_ONE_FIRM.value), "count": "2"}
    if path == "seats":
        return {"role_kind": "ATT", "role_class": "SUP", "minimum_level": "2", "effort_minutes": "0"}
    return {"code": "", "use": "required", "minimum_level": "2", "weight": "1"}
