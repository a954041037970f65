"""The reports for programs: the same tables as the pages."""

# mypy: disable-error-code="untyped-decorator"
# flask-smorest is untyped.

import datetime as dt
from typing import Any

from flask_smorest import Blueprint

from expertpool.infra import clock
from expertpool.infra.db import db
from expertpool.infra.gate import current_actor, open_to
from expertpool.infra.i18n import named, say
from expertpool.utilisation.access import READERS
from expertpool.utilisation.queries import report_named
from expertpool.utilisation.rules import period_of, quarter_before
from expertpool.utilisation.schemas import PeriodIn, ReportOut

blp = Blueprint(
    "utilisation_api",
    __name__,
    url_prefix="/api/v1/utilisation",
    description="Hours used, lent and borrowed; time to fill; unmet needs.",
)


@blp.get("/<any(ministries, specialties, experts, lending, filling, unmet):report>")
@open_to(*READERS)
@blp.arguments(PeriodIn, location="query")
@blp.response(200, ReportOut)
@blp.alt_response(422, description="A period that ends before it starts, or is too long")
def report(asked: dict[str, dt.date], report: str) -> dict[str, Any]:
    """One report for a period."""
    usual = quarter_before(clock.seoul_date(clock.now()))
    last = asked.get("last", usual.last)
    period = period_of(asked.get("first", usual.first), last)
    found = report_named(db.session(), report, period, actor=current_actor(), name=named)
    keys = [column.key for column in found.columns]
    return {
        "report": found.name,
        "first": period.first,
        "last": last,
        "title": say(found.title),
        "meaning": say(found.meaning),
        "columns": [{"key": column.key, "label": say(column.label)} for column in found.columns],
        "rows": [dict(zip(keys, row, strict=True)) for row in found.rows],
    }
