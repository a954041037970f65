"""Calendar files read in a process of its own, and the command that does it."""

import datetime as dt
import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from expertpool.availability.rules import Span
from expertpool.availability.rules.ics import Fault, Skip
from expertpool.availability.rules.ics.told import FAULT_WORDS
from expertpool.availability.service.importing import ImportLimits, import_busy
from expertpool.cli import main
from expertpool.refusals import Invalid
from tests.rules.availability.calendar_files import SEPTEMBER, calendar, event

LINES = ("DTSTART:20260901T000000Z", "DTEND:20260901T010000Z", "SUMMARY:도면 유출 건")
# The tenth week of the year is never in July: sound, small, and without any time; that shows a search only.
NEVER = "RRULE:FREQ=DAILY;COUNT=5;BYWEEKNO=10;BYMONTH=7"
QUICK = ImportLimits(cpu_seconds=1, processes=3)


def test_a_series_without_end_costs_that_series() -> None:
    data = calendar(
        event(*LINES, uid="first@x"),
        event(*LINES, NEVER, uid="never@x"),
        event("DTSTART:20260902T000000Z", "DURATION:PT1H", uid="last@x"),
    )

    imported = import_busy(data, window=SEPTEMBER, tz="Asia/Seoul", limits=QUICK)

    assert [span.start.day for span in imported.busy] == [1, 2]
    assert [(each.uid, each.why) for each in imported.skipped] == [("never@x", Skip.TOOK_TOO_LONG)]


def test_after_its_share_of_processes_the_rest_of_a_file_is_left_out() -> None:
    data = calendar(
        *(event(*LINES, NEVER, uid=f"never{number}@x") for number in range(2)), event(*LINES, uid="last@x")
    )
    once = ImportLimits(cpu_seconds=1, processes=1)

    imported = import_busy(data, window=SEPTEMBER, tz="Asia/Seoul", limits=once)

    assert imported.busy == ()
    assert {each.why for each in imported.skipped} == {Skip.TOOK_TOO_LONG}
    assert len(imported.skipped) == 3


def test_a_process_without_enough_memory_is_a_refusal() -> None:
    starved = ImportLimits(memory_bytes=2**20, processes=1)

    with pytest.raises(Invalid) as refused:
        import_busy(calendar(event(*LINES)), window=SEPTEMBER, tz="Asia/Seoul", limits=starved)

    assert refused.value.fields == {"file": FAULT_WORDS[Fault.TOOK_TOO_LONG]}


def test_too_many_times_cost_the_series_that_has_them() -> None:
    hours = ",".join(map(str, range(24)))
    often = [
        event(
            "DTSTART:20260101T000000Z", "DURATION:PT1M", f"RRULE:FREQ=DAILY;BYHOUR={hours}", uid=f"{each}@x"
        )
        for each in range(3)
    ]
    year = Span(dt.datetime(2026, 1, 1, tzinfo=dt.UTC), dt.datetime(2027, 1, 1, tzinfo=dt.UTC))

    imported = import_busy(calendar(*often), window=year, tz="Asia/Seoul")

    assert [(each.uid, each.why) for each in imported.skipped] == [("2@x", Skip.TOO_MANY_TIMES)]


def test_a_window_without_measure_is_refused() -> None:
    ages = Span(dt.datetime(2026, 1, 1, tzinfo=dt.UTC), dt.datetime(2036, 1, 1, tzinfo=dt.UTC))

    with pytest.raises(Invalid):
        import_busy(calendar(event(*LINES)), window=ages, tz="Asia/Seoul")


def run(file: Path, *options: str) -> Result:
    days = ("--from", "2026-09-01", "--to", "2026-10-01")
    return CliRunner().invoke(main, ["availability", "import", str(file), *days, *options])


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "mine.ics"
    path.write_bytes(calendar(event(*LINES), event(*LINES, "TRANSP:TRANSPARENT", uid="b@x")))
    return path


def test_the_command_prints_times_and_reasons_and_no_titles(file: Path) -> None:
    result = run(file)

    told = json.loads(result.stdout)
    assert told["busy"] == [{"start": "2026-09-01T09:00:00+09:00", "end": "2026-09-01T10:00:00+09:00"}]
    assert told["skipped"] == [
        {
            "entry": 2,
            "uid": "b@x",
            "on": "20260901",
            "why": "free",
            "reason": "The entry is marked as free time.",
        }
    ]
    assert told["entries"] == 2
    assert "도면" not in result.stdout


def test_the_command_speaks_korean(file: Path) -> None:
    assert run(file, "--words", "ko").exit_code == 0


def test_the_command_says_why_a_file_cannot_be_read(tmp_path: Path) -> None:
    page = tmp_path / "page.ics"
    page.write_text("<html>")

    result = run(page)

    assert result.exit_code == 1
    assert str(FAULT_WORDS[Fault.NOT_A_CALENDAR]) in result.stderr


@pytest.mark.parametrize(
    "options", [("--to", "2026-09-01"), ("--to", "soon"), ("--tz", "Mars"), ("--to", "9999-12-31")]
)
def test_the_command_says_what_is_wrong_with_the_period_or_the_zone(
    file: Path, options: tuple[str, str]
) -> None:
    result = run(file, *options)

    assert result.exit_code == 1
    assert "Traceback" not in result.output
