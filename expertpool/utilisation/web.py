"""The reports as pages and files."""

import datetime as dt
from collections.abc import Callable

from flask import Blueprint, make_response, render_template, request
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from expertpool.experts.service import csv_bytes, xlsx_bytes
from expertpool.infra import clock
from expertpool.infra.db import db, unit_of_work
from expertpool.infra.gate import current_actor, open_to
from expertpool.infra.i18n import language, named, say
from expertpool.refusals import NotFound
from expertpool.utilisation import service
from expertpool.utilisation.access import OWN_MINISTRY, READERS
from expertpool.utilisation.rules import Period, period_of, quarter_before
from expertpool.utilisation.service import Report
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


def report_named(name: str, session: Session, period: Period) -> Report:
    """The report behind one tab. Raises NotFound for a name that is none, Forbidden where not for all."""
    if name == "experts":
        return service.usage_by_expert(session, period, actor=current_actor(), name=named)
    makers: dict[str, Callable[..., Report]] = {
        "ministries": service.usage_by_ministry,
        "specialties": service.usage_by_role,
        "lending": service.lending,
        "filling": service.filling,
        "unmet": service.unmet,
    }
    if name not in makers:
        raise NotFound(words("There is no such report. Choose one from the tabs."))
    return makers[name](session, period, name=named)


def period_asked() -> Period:
    """The period of the address, the last ninety days when none is given. Raises Invalid."""
    usual = quarter_before(clock.seoul_date(clock.now()))
    first = request.args.get("first", usual.first, type=dt.date.fromisoformat)
    last = request.args.get("last", usual.until - dt.timedelta(days=1), type=dt.date.fromisoformat)
    return period_of(first, last)


@blp.get("/utilisation")
@open_to(*READERS)
def overview() -> str:
    """One report for one period."""
    name = request.args.get("report", "ministries")
    period = period_asked()
    report = report_named(name, db.session(), period)
    tabs = [(tab, label) for tab, label in TABS if tab != "experts" or current_actor().is_a(*OWN_MINISTRY)]
    return render_template(
        "utilisation/overview.html",
        report=report,
        name=name,
        tabs=tabs,
        first=period.first,
        last=period.until - dt.timedelta(days=1),
    )


@blp.get("/utilisation.<any(csv, xlsx):form>")
@open_to(*READERS)
def download(form: str) -> Response:
    """Exactly the table of the page as a file; who took it away is kept."""
    now, period = clock.now(), period_asked()
    with unit_of_work() as session:
        report = report_named(request.args.get("report", "ministries"), session, period)
        service.note_download(session, report, period, form=form, actor=current_actor(), now=now)
    headings = tuple(say(column.label) for column in report.columns)
    lines: list[tuple[str | float | int | None, ...]] = [headings, *report.rows]
    response = make_response(csv_bytes(lines) if form == "csv" else xlsx_bytes(lines))
    response.mimetype = _FORMATS[form]
    name = f"{report.name}-{period.first:%Y%m%d}-{language()}.{form}"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
