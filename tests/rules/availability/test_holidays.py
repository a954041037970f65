"""Public holidays of Korea."""

import datetime as dt

from expertpool.availability.rules import korean_holidays
from expertpool.words import words


def test_lunar_new_year_moves_with_the_moon() -> None:
    holidays = korean_holidays([2026, 2027])

    assert str(holidays[dt.date(2026, 2, 17)]) == "Korean New Year"
    assert str(holidays[dt.date(2027, 2, 7)]) == "Korean New Year"


def test_a_holiday_on_a_sunday_has_its_substitute() -> None:
    holidays = korean_holidays([2026])

    assert str(holidays[dt.date(2026, 3, 2)]) == "Substitute holiday for Independence Movement Day"


def test_the_days_around_chuseok_are_named_after_it() -> None:
    holidays = korean_holidays([2026])

    assert [str(holidays[dt.date(2026, 9, day)]) for day in (24, 25, 26)] == [
        "Day before Chuseok",
        "Chuseok",
        "Day after Chuseok",
    ]


def test_two_holidays_on_one_day_are_told_by_one_name() -> None:
    assert str(korean_holidays([2025])[dt.date(2025, 5, 5)]) == "Buddha's Birthday"


def test_an_ordinary_weekday_is_none() -> None:
    assert dt.date(2026, 9, 7) not in korean_holidays([2026])


def test_every_holiday_of_the_coming_years_has_a_name_of_its_own() -> None:
    holidays = korean_holidays(range(2026, 2060))

    assert [day for day, name in holidays.items() if name == words("Public holiday")] == []
