"""The reports, from rows in the database."""

import datetime as dt

import pytest
from sqlalchemy.orm import Session

from expertpool.utilisation.queries.reports import Report, unmet, usage_by_ministry
from expertpool.utilisation.rules import period_of
from tests.fixtures.engagements import a_case, a_yes
from tests.fixtures.experts import an_expert
from tests.fixtures.ministries import an_agreement

pytestmark = pytest.mark.usefixtures("now")
WEEK = period_of(dt.date(2026, 11, 30), dt.date(2026, 12, 6))


def by_name(report: Report) -> dict[object, tuple[object, ...]]:
    return {row[0]: row[1:] for row in report.rows}


def test_a_ministrys_share_of_the_used_hours_is_its_part_of_those_offered(session: Session) -> None:
    an_agreement(session, lender="KFTC", borrower="MSS")
    lent = an_expert(session, ministry="KFTC", weekly_capacity_minutes=600)
    an_expert(session, weekly_capacity_minutes=1_200)
    a_yes(session, a_case(session, minutes=180), lent)

    report = usage_by_ministry(session, WEEK, name=lambda each: str(getattr(each, "code", "")))

    assert report.columns[-1].key == "share_hours"
    assert by_name(report) == {
        "KFTC": (10.0, 3.0, 30, 1.0),
        "MSS": (20.0, 0.0, 0, 2.0),
        None: (30.0, 3.0, 10, 3.0),
    }


def test_an_open_seat_asks_for_the_hours_of_its_sessions_too(session: Session) -> None:
    a_case(session, minutes=120, effort_minutes=90)

    report = unmet(session, WEEK, name=lambda each: str(each.code))  # type: ignore[attr-defined] # of terms

    assert report.rows == (("DFE", "MSS", 1, 3.5),)


def test_without_work_there_are_no_shares(session: Session) -> None:
    report = usage_by_ministry(session, WEEK, name=str)

    assert report.rows == ()
