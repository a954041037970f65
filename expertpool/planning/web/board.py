"""The plan board: what is held for which need in the weeks shown, as a picture and as a table."""

import datetime as dt
from typing import Any

from flask import render_template, request, url_for
from flask_babel import gettext

from expertpool.availability.rules import Span
from expertpool.infra import clock
from expertpool.infra.db import unit_of_work
from expertpool.infra.gate import current_actor, open_to
from expertpool.infra.i18n import day, language, named, say, when
from expertpool.planning import queries
from expertpool.planning.queries.views import Block
from expertpool.planning.rules import monday_of
from expertpool.planning.web.blueprint import READERS, blp

SIZE = 25
DAYS = 7
WEEK = dt.timedelta(days=DAYS)
_FIRST_HOUR, _LAST_HOUR = 8, 20
_DAY_COLUMNS = 14
_NAME_COLUMNS = 12
_FIRST, _LAST = dt.date(2000, 1, 10), dt.date(2099, 12, 1)
_STATES = {"proposed": "proposed", "offered": "wanted"}


@blp.get("/plans")
@open_to(*READERS)
def board() -> str:
    """Needs that are being filled, and what is held for them in one week."""
    monday, number = _monday(), max(1, request.args.get("page", 1, type=int))
    window = Span(clock.from_seoul(monday), clock.from_seoul(monday + WEEK))
    with unit_of_work() as session:
        rows, total = queries.plan_board(
            session, actor=current_actor(), window=window, page=number, size=SIZE
        )
    return render_template(
        "planning/board.html",
        rows=rows,
        ticks=_ticks(monday),
        board_rows=[_board_row(row, monday) for row in rows],
        monday=monday,
        before=monday - WEEK,
        after=monday + WEEK,
        until=monday + WEEK - dt.timedelta(days=1),
        number=number,
        last=-(-total // SIZE),
    )


def _monday() -> dt.date:
    """The week asked for by any of its days; this one if none or nonsense was given."""
    try:
        wanted = dt.date.fromisoformat(request.args.get("week", ""))
    except ValueError:
        wanted = clock.seoul_date(clock.now())
    return monday_of(min(max(wanted, _FIRST), _LAST))


def _ticks(monday: dt.date) -> list[dict[str, Any]]:
    days = [monday + dt.timedelta(days=place) for place in range(DAYS)]
    return [{"at": place * _DAY_COLUMNS, "label": _short(each)} for place, each in enumerate(days)]


def _short(date: dt.date) -> str:
    """A day without its year: the head of the page says the week."""
    return day(date)[5:] if language() == "ko" else day(date)[:-5]


def _board_row(row: queries.BoardRow, monday: dt.date) -> dict[str, Any]:
    lanes: list[int] = []
    blocks = []
    for block in row.blocks:
        at, end = _stretch(block, monday)
        lane = next((place for place, taken in enumerate(lanes) if taken <= at), len(lanes))
        lanes[lane:] = [end, *lanes[lane + 1 :]]
        blocks.append(_drawn(row, block, at, end, lane))
    return {
        "label": row.need.receipt_no,
        "href": url_for("incidents.need_page", need_id=row.need.id),
        "note": gettext("%(filled)s of %(seats)s seats", filled=row.filled, seats=row.need.seat_count),
        "blocks": blocks,
    }


def _stretch(block: Block, monday: dt.date) -> tuple[int, int]:
    """From which column to which a block is drawn: wide enough for a name, within the day it begins on."""
    at, end = _column(block.start, monday), _column(block.end, monday)
    begins = max((clock.seoul_date(block.start) - monday).days, 0)
    at = min(at, (begins + 1) * _DAY_COLUMNS - _NAME_COLUMNS)
    return at, max(end, at + _NAME_COLUMNS)


def _drawn(row: queries.BoardRow, block: Block, at: int, end: int, lane: int) -> dict[str, Any]:
    who = named(block.person)
    return {
        "at": at,
        "span": min(end, 100) - at,
        "lane": min(lane, 3) + 1,
        "label": who,
        "state": "pinned" if block.pinned else _STATES.get(block.state, "approved"),
        "about": say(
            gettext(
                "%(who)s as %(role)s, %(start)s to %(end)s",
                who=who,
                role=named(block.role),
                start=when(block.start),
                end=when(block.end),
            )
        ),
        "href": url_for("incidents.need_page", need_id=row.need.id),
    }


def _column(instant: dt.datetime, monday: dt.date) -> int:
    """Where an instant lies among the 98 columns of the week; nights are squeezed to nothing."""
    local = clock.seoul(instant)
    days = (local.date() - monday).days
    hour = local.hour + local.minute / 60
    share = (min(max(hour, _FIRST_HOUR), _LAST_HOUR) - _FIRST_HOUR) / (_LAST_HOUR - _FIRST_HOUR)
    return min(max(int(days * _DAY_COLUMNS + share * _DAY_COLUMNS), 0), DAYS * _DAY_COLUMNS - 1)
