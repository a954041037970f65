"""No calendar file makes the reading of answers fail or guess; forty families, several files of each."""

import contextlib

import pytest

from expertpool.availability.rules.ics import FILE_LIMITS, Unreadable, scan
from expertpool.calendars.rules import Arrived, Flaw, read_part
from tests.fixtures.hostile_calendars import FAMILIES, made


def test_there_are_forty_families() -> None:
    assert len(FAMILIES) == 40


@pytest.mark.parametrize("name", FAMILIES)
def test_a_hostile_part_is_a_flaw_or_an_answer_that_names_nobody(name: str) -> None:
    for seed in range(4):
        read = read_part(made(name, seed))

        assert isinstance(read, Flaw | Arrived)
        assert isinstance(read, Flaw) or len(read.attendees) != 1


@pytest.mark.parametrize("name", FAMILIES)
def test_a_hostile_file_is_scanned_or_refused(name: str) -> None:
    for seed in range(2):
        with contextlib.suppress(Unreadable):
            assert scan(made(name, seed), FILE_LIMITS).calendars
