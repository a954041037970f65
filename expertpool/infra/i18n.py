"""Two languages from one catalogue, and Seoul's clock at the edges.

English sentences are the message ids; `translations/ko` holds the Korean. Pure code returns `Words`;
`say` speaks them in the reader's language.
"""

import datetime as dt
from typing import Any
from zoneinfo import ZoneInfo

from flask import Flask, g, has_request_context, request, session
from flask_babel import Babel, force_locale, get_locale, gettext
from flask_babel.speaklater import LazyString

from expertpool.infra.clock import SEOUL, seoul
from expertpool.words import Words

LANGUAGES = ("ko", "en")
_WEEKDAYS_KO = "월화수목금토일"

babel = Babel()


def init_i18n(app: Flask) -> None:
    """Choose the language per request and give templates their filters."""
    app.config.setdefault("BABEL_DEFAULT_LOCALE", "ko")
    app.config.setdefault("BABEL_DEFAULT_TIMEZONE", "Asia/Seoul")
    babel.init_app(app, locale_selector=chosen_language)
    app.jinja_env.filters.update(
        say=say, when=when, day=day, month=month, hours=hours, named=named, from_to=from_to
    )
    app.jinja_env.globals.update(lang=language)


def chosen_language() -> str:
    """The language asked for: `?lang=`, then the session's choice, then the browser's, then Korean."""
    if not has_request_context():
        return "ko"
    asked = request.args.get("lang")
    if asked in LANGUAGES and request.blueprint is not None and not request.path.startswith("/api/"):
        session["language"] = asked
    chosen = asked if asked in LANGUAGES else session.get("language") or g.get("preferred_language")
    return str(chosen or request.accept_languages.best_match(LANGUAGES) or "ko")


def language() -> str:
    """The two-letter language being spoken now."""
    locale = get_locale()
    return str(locale.language) if locale else "ko"


def say(sentence: Words | str) -> str:
    """Speak `sentence` in the current language, and its fields: instants, days, words, named things."""
    if isinstance(sentence, str):
        return sentence
    return sentence.filled(str(gettext(sentence.text)), _speak)


def lazy(sentence: Words) -> Any:
    """`sentence`, spoken when it is shown: for labels that are made before any request."""
    return LazyString(lambda: say(sentence))


def say_in(lang: str, sentence: Words) -> str:
    """Speak `sentence` in `lang`, whatever the current language is."""
    with force_locale(lang):
        return say(sentence)


def _speak(value: object) -> str:
    if isinstance(value, Words):
        return say(value)
    if isinstance(value, dt.datetime):
        return when(value)
    if isinstance(value, dt.date):
        return day(value)
    return named(value) if hasattr(value, "name_ko") else str(value)


def when(instant: dt.datetime | None) -> str:
    """`2026.11.24(화) 14:00` in Korean, `Tue 24 Nov 2026, 14:00 KST` in English."""
    if instant is None:
        return ""
    local = seoul(instant)
    if language() == "ko":
        return f"{day(local.date())} {local:%H:%M}"
    return f"{day(local.date())}, {local:%H:%M} KST"


def from_to(start: dt.datetime, end: dt.datetime) -> str:
    """From when to when; the day is said once where it is the same."""
    if seoul(start).date() != seoul(end).date():
        return f"{when(start)} – {when(end)}"
    return f"{when(start)} – {seoul(end):%H:%M}" + ("" if language() == "ko" else " KST")


def times(start: dt.datetime, end: dt.datetime, tz: str) -> list[str]:
    """From when to when in Seoul, and by the clock of `tz` where that is another."""
    told = [from_to(start, end)]
    if tz != SEOUL.key:
        first, last = (instant.astimezone(ZoneInfo(tz)) for instant in (start, end))
        until = f"{last:%H:%M}" if first.date() == last.date() else f"{day(last.date())} {last:%H:%M}"
        told.append(f"{day(first.date())} {first:%H:%M} – {until} ({tz})")
    return told


def day(date: dt.date | None) -> str:
    """`2026.11.24(화)` in Korean, `Tue 24 Nov 2026` in English."""
    if date is None:
        return ""
    if language() == "ko":
        return f"{date:%Y.%m.%d}({_WEEKDAYS_KO[date.weekday()]})"
    return f"{date:%a} {date.day} {date:%b %Y}"


def month(date: dt.date) -> str:
    """`2026.11` in Korean, `Nov 2026` in English."""
    return f"{date:%Y.%m}" if language() == "ko" else f"{date:%b %Y}"


def hours(minutes: int) -> str:
    """Minutes as hours with at most one decimal: 90 → `1.5`."""
    return f"{minutes / 60:.1f}".removesuffix(".0")


def named(thing: Any) -> str:
    """The name of a two-named thing (`name_ko`, `name_en`) in the current language."""
    return str(thing.name_ko if language() == "ko" else thing.name_en)
