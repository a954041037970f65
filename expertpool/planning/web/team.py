"""A proposed team as the templates draw it: the chosen expert and the next best, line by line."""

from collections.abc import Callable, Sequence
from typing import Any

from expertpool.conflicts.rules.labels import TIERS
from expertpool.experts.rules import LEVEL_WORDS
from expertpool.infra.i18n import hours, month, named, say
from expertpool.planning.queries import MatchView, SeatPlan
from expertpool.planning.queries.views import LevelView
from expertpool.words import words

Cell = Callable[[MatchView], str]


def comparison(plan: SeatPlan) -> dict[str, Any] | None:
    """Heads and rows of the table that sets the chosen expert beside the next best; None for an empty one."""
    matches = [match for match in (plan.chosen, plan.runner_up) if match is not None]
    if not matches:
        return None
    heads = [{"label": f"{named(match.person)} · {named(match.person.ministry)}"} for match in matches]
    rows = [_row(label, matches, cell) for label, cell in _facts(matches)]
    return {"heads": heads, "rows": rows}


def _row(label: str, matches: Sequence[MatchView], cell: Cell) -> dict[str, Any]:
    cells = [cell(match) for match in matches]
    return {"label": label, "cells": cells, "differs": len(set(cells)) > 1}


def _facts(matches: Sequence[MatchView]) -> list[tuple[str, Cell]]:
    levels: list[tuple[str, Cell]] = [
        (_asked(level), _level_at(place)) for place, level in enumerate(matches[0].levels)
    ]
    return [
        *levels,
        (say(words("Conflict of interest")), lambda match: say(TIERS[match.tier])),
        (say(words("Work in the last 90 days")), lambda match: _hours(match.load_minutes)),
        (
            say(words("Travel")),
            lambda match: say(words("Away from home")) if match.travels else say(words("None")),
        ),
        (say(words("Lending")), _lending),
    ]


def _asked(level: LevelView) -> str:
    if level.required:
        return say(words("%(what)s, at least %(level)s", what=named(level.term), level=level.wanted))
    return say(words("%(what)s, if possible %(level)s", what=named(level.term), level=level.wanted))


def _level_at(place: int) -> Cell:
    def cell(match: MatchView) -> str:
        has = match.levels[place].has
        return say(LEVEL_WORDS[has]) if has else say(words("Not recorded"))

    return cell


def _hours(minutes: int) -> str:
    return say(words("%(hours)s hours", hours=hours(minutes)))


def _lending(match: MatchView) -> str:
    if not match.lending:
        return say(words("Own expert"))
    return ", ".join(
        say(
            words(
                "%(ministry)s %(month)s: %(takes)s of %(left)s hours left",
                ministry=named(lent.lender),
                month=month(lent.month),
                takes=hours(lent.takes),
                left=hours(lent.left_before),
            )
        )
        for lent in match.lending
    )
