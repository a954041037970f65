"""The list of experts: filter, sort, page, and take away as a file."""

import datetime as dt
from dataclasses import fields, replace
from typing import Any

from flask import make_response, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from expertpool.audit import service as audit
from expertpool.experts import queries, service
from expertpool.experts.queries import Column, ExpertFilters, Order, Page
from expertpool.experts.queries.tables import table_of, wordings
from expertpool.experts.rules import LEVEL_WORDS, STATE_WORDS, ExpertState, FacetKind
from expertpool.experts.web.blueprint import KEEPERS, STATE_TONES, blp, today
from expertpool.infra import clock
from expertpool.infra.db import db, unit_of_work
from expertpool.infra.gate import STAFF, current_actor, open_to
from expertpool.infra.i18n import language, named, say
from expertpool.ministries import queries as ministries
from expertpool.words import Words, words

PAGE_SIZE = 25

COLUMN_WORDS: dict[Column, Words] = {
    Column.NAME: words("Name"),
    Column.MINISTRY: words("Ministry"),
    Column.ROLE: words("Role kinds"),
    Column.LEVEL: words("Level"),
    Column.TECHNOLOGY: words("Technologies"),
    Column.SKILL: words("Skills"),
    Column.LANGUAGE: words("Languages"),
    Column.LICENCE: words("Licences"),
    Column.CLEARANCE: words("Clearance"),
    Column.REGION: words("Region"),
    Column.CAPACITY: words("Hours a week"),
    Column.APPOINTED: words("Appointed through"),
    Column.STATE: words("State"),
}
# Filters of facet codes, and the lists they choose from.
_CODE_FILTERS: dict[str, FacetKind] = {
    "role": FacetKind.ROLE_KIND,
    "skill": FacetKind.SKILL,
    "proceeding": FacetKind.PROCEEDING,
    "language": FacetKind.LANGUAGE,
    "licence": FacetKind.LICENCE,
    "clearance": FacetKind.CLEARANCE,
}
_KNOWN = (*(each.name for each in fields(ExpertFilters)), "hours", "sort", "columns", "page")
_SELDOM_SHOWN = frozenset({Column.LANGUAGE, Column.LICENCE, Column.CLEARANCE})
_SELDOM = ("level", "skill", "proceeding", "language", "licence", "clearance", "appointed_on", "hours")


@blp.get("/experts")
@open_to(*STAFF)
def expert_list() -> str:
    """Everybody in the pool, narrowed and sorted by the address."""
    session, viewer = db.session(), current_actor()
    filters, order = filters_asked(), order_asked()
    number = max(1, request.args.get("page", 1, type=int))
    found = queries.find_experts(
        session, filters, Page(number, PAGE_SIZE), viewer=viewer, today=today(), order=order
    )
    return render_template(
        "experts/list.html",
        found=found,
        columns=_columns(order),
        page=number,
        last=max(1, -(-found.total // PAGE_SIZE)),
        href=_page_address,
        files=[(form.upper(), url_for("experts.export", form=form, **_asked())) for form in ("csv", "xlsx")],
        more_columns=None if request.args.get("columns") == "all" else _address(columns="all"),
        options=_options(session),
        asked=request.args,
        narrowed=filters != ExpertFilters(),
        seldom=any(request.args.get(name) for name in _SELDOM),
        keeps=viewer.is_a(*KEEPERS) and viewer.ministry_id is not None,
        state_words=STATE_WORDS,
        state_tones=STATE_TONES,
        facet_kinds={column.value: kind for column, kind in _SHOWN_FACETS.items()},
    )


@blp.get("/experts/export.<any(csv, xlsx):form>")
@open_to(*STAFF)
def export(form: str) -> Response:
    """The list as it is narrowed and sorted, all pages of it, as a file."""
    now, viewer = clock.now(), current_actor()
    with unit_of_work() as session:
        everything = Page(1, service.MOST_ROWS)
        found = queries.find_experts(
            session, filters_asked(), everything, viewer=viewer, today=today(), order=order_asked()
        )
        lines = table_of(found.experts, wording=wordings(session)[language()], today=today())
        audit.record(
            session,
            actor=viewer,
            verb="expert.export",
            kind="expert",
            thing=None,
            now=now,
            rows=len(found.experts),
        )
    return file_response(lines, form, now)


def file_response(lines: list[list[str]], form: str, now: dt.datetime) -> Response:
    """A table as a download."""
    content = service.csv_bytes(lines) if form == "csv" else service.xlsx_bytes(lines)
    response = make_response(content)
    response.mimetype = (
        "text/csv" if form == "csv" else "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    )
    name = f"experts-{clock.seoul_date(now):%Y%m%d}.{form}"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def filters_asked() -> ExpertFilters:
    """The filters of the address; what cannot be understood narrows nothing."""
    asked = request.args
    plain = {
        each.name: asked.get(each.name, "").strip()[:100]
        for each in fields(ExpertFilters)
        if each.type is str or each.type == "str"
    }
    filters = ExpertFilters(**plain)  # type: ignore[arg-type] # only the text filters
    state, level = asked.get("state", ""), asked.get("level", 1, type=int)
    return replace(
        filters,
        level=level if level in LEVEL_WORDS else 1,
        state=ExpertState(state) if state in set(ExpertState) else None,
        appointed_on=_date(asked.get("appointed_on", "")),
        capacity_minutes=60 * min(max(asked.get("hours", 0, type=int), 0), 168),
    )


def order_asked() -> Order:
    """The sorting of the address: a column, with a minus for the other way round."""
    name = request.args.get("sort", "")
    column = name.removeprefix("-")
    by = Column(column) if column in set(Column) else Column.NAME
    return Order(by, descending=name.startswith("-"), language=language())


def _date(text: str) -> dt.date | None:
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        return None


def _asked() -> dict[str, Any]:
    """What the address says that this page knows: nothing else may reach `url_for`."""
    return {name: request.args[name] for name in _KNOWN if request.args.get(name)}


def _address(**changes: Any) -> str:
    return url_for("experts.expert_list", **(_asked() | changes))


def _page_address(number: int) -> str:
    return _address(page=number)


_SHOWN_FACETS: dict[Column, FacetKind] = {
    Column.ROLE: FacetKind.ROLE_KIND,
    Column.TECHNOLOGY: FacetKind.TECHNOLOGY,
    Column.SKILL: FacetKind.SKILL,
    Column.LANGUAGE: FacetKind.LANGUAGE,
    Column.LICENCE: FacetKind.LICENCE,
    Column.CLEARANCE: FacetKind.CLEARANCE,
}


def _columns(order: Order) -> list[dict[str, Any]]:
    columns: list[dict[str, Any]] = []
    for column, label in COLUMN_WORDS.items():
        here = column is order.by
        asked_for = here or request.args.get("columns") == "all" or request.args.get(column.value)
        if column in _SELDOM_SHOWN and not asked_for:
            continue
        turned = f"-{column}" if here and not order.descending else column.value
        columns.append(
            {
                "name": column.value,
                "label": say(label),
                "number": column in (Column.LEVEL, Column.CAPACITY),
                "sort_href": _address(sort=turned, page=1),
                "sorted": ("descending" if order.descending else "ascending") if here else None,
            }
        )
    return columns


def _options(session: Session) -> dict[str, list[tuple[str, str]]]:
    """What each filter offers: code and name in the reader's language, "all" first."""
    terms = queries.facet_terms(session)
    everything = [("", say(words("All")))]
    offered = {
        name: everything + [(term.code, named(term)) for term in queries.terms_of(terms, kind)]
        for name, kind in _CODE_FILTERS.items()
    }
    fields_of = queries.terms_of(terms, FacetKind.TECHNOLOGY)
    offered["technology"] = (
        everything
        + [(desk.code, named(desk)) for desk in queries.desks()]
        + [(term.code, f"{term.code} {named(term)}") for term in fields_of]
    )
    members = ministries.all_ministries(session, on=today())
    offered["ministry"] = everything + [(each.code, named(each)) for each in members]
    offered["region"] = everything + [(each.code, named(each)) for each in ministries.regions(session)]
    offered["state"] = everything + [(state.value, say(label)) for state, label in STATE_WORDS.items()]
    offered["level"] = [("", say(words("Any level")))] + [
        (str(level), say(words("at least %(level)s", level=LEVEL_WORDS[level]))) for level in (2, 3, 4)
    ]
    return offered
