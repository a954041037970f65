"""Rules that no day can meet are known without looking for a day; all others are left to the search."""

import datetime as dt
import random
from zoneinfo import ZoneInfo

import pytest

from expertpool.availability.rules.ics.never import never
from expertpool.availability.rules.ics.rule import Rule, vetted

SEOUL = ZoneInfo("Asia/Seoul")
MONDAY = dt.datetime(2026, 11, 23, 10)
FORTY_YEARS = (MONDAY, MONDAY.replace(year=2066))


def never_meets(rule: Rule) -> bool:
    return never(rule.frequency, rule.lists)


@pytest.mark.parametrize(
    "rule",
    [
        "FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30",
        "FREQ=HOURLY;COUNT=5;BYMONTH=4;BYMONTHDAY=31",
        "FREQ=YEARLY;BYYEARDAY=366;BYMONTH=1",
        "FREQ=WEEKLY;BYMONTH=2;BYMONTHDAY=-30",
        "FREQ=MONTHLY;BYMONTHDAY=1;BYSETPOS=2",
        "FREQ=YEARLY;BYMONTH=1;BYMONTHDAY=1;BYHOUR=9,12;BYSETPOS=-3",
        "FREQ=DAILY;BYSETPOS=2",
        "FREQ=HOURLY;COUNT=5;BYMINUTE=0,30;BYSETPOS=3",
        "FREQ=YEARLY;BYYEARDAY=1;BYMONTHDAY=2",
    ],
)
def test_a_rule_that_no_day_meets_has_no_times(rule: str) -> None:
    found = vetted(rule)

    assert never_meets(found)
    assert list(found.starts(MONDAY, FORTY_YEARS, SEOUL)) == []


@pytest.mark.parametrize(
    "rule",
    [
        "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29",
        "FREQ=YEARLY;BYYEARDAY=-366",
        "FREQ=DAILY;BYMONTH=2;BYMONTHDAY=29;BYDAY=SA",
        "FREQ=MONTHLY;BYMONTHDAY=-31",
        "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1",
        "FREQ=YEARLY;BYMONTH=1;BYMONTHDAY=1;BYHOUR=9,12;BYSETPOS=-2",
    ],
)
def test_a_rare_day_is_a_day(rule: str) -> None:
    found = vetted(rule)

    assert not never_meets(found)
    assert next(found.starts(MONDAY, FORTY_YEARS, SEOUL)) > MONDAY


def a_rule_met_by(day: dt.date, dice: random.Random) -> Rule:
    """A rule that names this day, in some of the ways in which rules name days."""
    first = dt.date(day.year, 1, 1)
    length = (dt.date(day.year + 1, 1, 1) - first).days
    of_year = (day - first).days + 1
    to_come = (dt.date(day.year + day.month // 12, day.month % 12 + 1, 1) - day).days
    names = (
        f"BYMONTH={day.month}",
        dice.choice((f"BYMONTHDAY={day.day}", f"BYMONTHDAY=-{to_come}")),
        dice.choice((f"BYYEARDAY={of_year}", f"BYYEARDAY={of_year - length - 1}")),
        f"BYDAY={('MO', 'TU', 'WE', 'TH', 'FR', 'SA', 'SU')[day.weekday()]}",
        f"BYSETPOS={dice.choice((1, -1))}",
    )
    chosen = [name for name in names if dice.random() < 0.6]
    return vetted(";".join((f"FREQ={dice.choice(('YEARLY', 'MONTHLY', 'WEEKLY', 'DAILY'))}", *chosen)))


def test_no_rule_that_names_a_day_there_is_is_said_to_be_never_met() -> None:
    dice = random.Random(7)
    days = [dt.date(1970, 1, 1) + dt.timedelta(days=dice.randrange(36_000)) for _ in range(300)]
    days += [dt.date(year, 2, 29) for year in range(1972, 2060, 4)]

    assert [rule for day in days if never_meets(rule := a_rule_met_by(day, dice))] == []
