"""`expertpool availability …`: what a calendar file would block, without a database."""

import datetime as dt
import json
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import click

from expertpool.availability.rules import SEOUL, Span, instant
from expertpool.availability.rules.ics import FILE_LIMITS, NOTE_WORDS, SKIP_WORDS
from expertpool.availability.service.importing import Imported, import_busy
from expertpool.refusals import Invalid
from expertpool.words import Words, words


@click.group()
def availability() -> None:
    """When experts have time."""


@availability.command(name="import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--from", "first", required=True, help="First day, such as 2026-09-01.")
@click.option("--to", "until", required=True, help="The day after the last one.")
@click.option("--tz", default=SEOUL, show_default=True, help="The clock of days and of times without a zone.")
@click.option("--words", "language", default="en", show_default=True, type=click.Choice(["ko", "en"]))
def import_file(file: Path, first: str, until: str, tz: str, language: str) -> None:
    """Print the busy times of FILE, an iCalendar file, as JSON, with all that was left out and why.

    Nothing is stored, and nothing but times is shown: no titles, no places, no names.
    """
    zone = _zone(tz)
    window = _window(first, until, tz)
    imported = import_busy(_content(file), window=window, tz=tz)
    click.echo(json.dumps(_plain(imported, window, zone, _speaker(language)), ensure_ascii=False, indent=1))


def _content(file: Path) -> bytes:
    """What is too large is read only so far that it is seen to be."""
    try:
        with file.open("rb") as opened:
            return opened.read(FILE_LIMITS.size + 1)
    except OSError as error:
        raise Invalid(words("This file cannot be opened.")) from error


def _zone(tz: str) -> ZoneInfo:
    try:
        return ZoneInfo(tz)
    except (KeyError, ValueError, OSError) as error:
        fault = words("Choose a time zone from the list, such as Asia/Seoul.")
        raise Invalid(words("This time zone is not known."), fields={"tz": fault}) from error


def _window(first: str, until: str, tz: str) -> Span:
    try:
        start, end = (instant(dt.date.fromisoformat(day), 0, tz) for day in (first, until))
        return Span(start, end)
    except (ValueError, OverflowError) as error:
        fault = words("Write two days such as 2026-09-01, the second after the first.")
        raise Invalid(words("This period cannot be used."), fields={"from": fault}) from error


def _speaker(language: str) -> Any:
    """A function that says a sentence in the language."""
    if language == "en":
        return str
    from flask import Flask

    from expertpool.infra.i18n import init_i18n, say_in

    app = Flask("expertpool")  # the catalogue speaks through an application; this one has nothing else
    init_i18n(app)

    def say(sentence: Words) -> str:
        with app.app_context(), app.test_request_context():
            return say_in(language, sentence)

    return say


def _plain(imported: Imported, window: Span, zone: ZoneInfo, say: Any) -> dict[str, Any]:
    return {
        "window": _span(window, zone),
        "tz": zone.key,
        "entries": imported.entries,
        "busy": [_span(span, zone) for span in imported.busy],
        "skipped": [
            {
                "entry": each.entry,
                "uid": each.uid,
                "on": each.on,
                "why": each.why,
                "reason": say(SKIP_WORDS[each.why]),
            }
            for each in imported.skipped
        ],
        "notes": [
            {"note": each.note, "about": each.detail, "times": count, "meaning": say(NOTE_WORDS[each.note])}
            for each, count in imported.notes.items()
        ],
    }


def _span(span: Span, zone: ZoneInfo) -> dict[str, str]:
    return {"start": _written(span.start, zone), "end": _written(span.end, zone)}


def _written(moment: dt.datetime, zone: ZoneInfo) -> str:
    return moment.astimezone(zone).isoformat(timespec="seconds")


commands = [availability]
