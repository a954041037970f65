"""The reports as pages and files."""

import datetime as dt

from flask import Blueprint, make_response, render_template, request
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from expertpool.experts.service import csv_bytes, xlsx_bytes
from expertpool.infra import clock
from expertpool.infra.db import db, unit_of_work
from expertpool.infra.gate import current_actor, open_to
from expertpool.infra.i18n import language, named, say
from expertpool.refusals import Invalid
from expertpool.utilisation import service
from expertpool.utilisation.access import OWN_MINISTRY, READERS
from expertpool.utilisation.queries import Cell, Report, report_named
from expertpool.utilisation.rules import Period, period_of, quarter_before
from expertpool.words import words

blp = Blueprint("utilisation", __name__)

_FORMATS = {
    "csv": "text/csv",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}

TABS = (
    ("ministries", words("By ministry")),
    ("specialties", words("By specialty")),
    ("experts", words("By expert")),
    ("lending", words("Lending")),
    ("filling", words("Time to fill")),
    ("unmet", words("Unmet needs")),
)


def _report(session: Session, period: Period) -> Report:
    asked = request.args.get("report", "ministries")
    return report_named(session, asked, period, actor=current_actor(), name=named)


def _usual_period() -> Period:
    return quarter_before(clock.seoul_date(clock.now()))


def period_asked() -> Period:
    """The period of the address, the last ninety days when none is given. Raises Invalid."""
    usual = _usual_period()
    return period_of(_day("first", usual.first), _day("last", usual.last))


def _day(name: str, usual: dt.date) -> dt.date:
    text = request.args.get(name, "").strip()
    try:
        return dt.date.fromisoformat(text) if text else usual
    except ValueError as error:
        wrong = words("Write the day as 2026-09-01.")
        raise Invalid(wrong, fields={name: wrong}) from error


@blp.get("/utilisation")
@open_to(*READERS)
def overview() -> tuple[str, int]:
    """One report for one period; the usual one beside what is wrong with the period that was asked for."""
    name = request.args.get("report", "ministries")
    faults: dict[str, str] = {}
    try:
        period = period_asked()
    except Invalid as refusal:
        faults, period = {field: say(fault) for field, fault in refusal.fields.items()}, _usual_period()
    report = _report(db.session(), period)
    tabs = [(tab, label) for tab, label in TABS if tab != "experts" or current_actor().is_a(*OWN_MINISTRY)]
    page = render_template(
        "utilisation/overview.html",
        faults=faults,
        typed=request.args if faults else {},
        report=report,
        name=name,
        tabs=tabs,
        first=period.first,
        last=period.last,
    )
    return page, 422 if faults else 200


@blp.get("/utilisation.<any(csv, xlsx):form>")
@open_to(*READERS)
def download(form: str) -> Response:
    """Exactly the table of the page as a file; who took it away is kept."""
    now, period = clock.now(), period_asked()
    with unit_of_work() as session:
        report = _report(session, period)
        service.note_download(session, report.name, period, form=form, actor=current_actor(), now=now)
    headings = tuple(say(column.label) for column in report.columns)
    lines: list[tuple[Cell, ...]] = [headings, *report.rows]
    response = make_response(csv_bytes(lines) if form == "csv" else xlsx_bytes(lines))
    response.mimetype = _FORMATS[form]
    name = f"{report.name}-{period.first:%Y%m%d}-{language()}.{form}"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
