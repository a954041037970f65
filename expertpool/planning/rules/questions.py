"""What may be asked about a plan, and the answers as they are kept.

Answers are found by searching, in the solver's process; here they are only text and records.
"""

import enum
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from expertpool.scheduling.plan import Limits
from expertpool.scheduling.strict import canonical_json
from expertpool.scheduling.vocabulary import Part
from expertpool.words import Words, words


class QuestionKind(enum.StrEnum):
    """why_not: what keeps an expert off a seat, and the least that would have to change; relax: what would
    fill an empty seat; alternatives: other good teams."""

    WHY_NOT = "why_not"
    RELAX = "relax"
    ALTERNATIVES = "alternatives"


class QuestionState(enum.StrEnum):
    """Where a question stands."""

    WAITING = "waiting"
    ANSWERED = "answered"
    FAILED = "failed"


QUESTION_WORDS: dict[QuestionKind, Words] = {
    QuestionKind.WHY_NOT: words("Working out what would have to change"),
    QuestionKind.RELAX: words("Working out what would fill the seat"),
    QuestionKind.ALTERNATIVES: words("Looking for other good teams"),
}

# Each concession or team is one small search; they are many.
TRIAL = Limits(deterministic_seconds=1, most_entries=1_000_000)
QUESTION_SECONDS = 60
MOST_TEAMS = 3
MOST_WAITING = 20


@dataclass(frozen=True, slots=True)
class Step:
    """One concession: its sentence, and the fields of it: codes, ids and numbers."""

    text: str
    fields: Mapping[str, str | int]


@dataclass(frozen=True, slots=True)
class WhyNot:
    """Every rule against an expert on a seat. remedy: the least that would have to change, tried; none: no
    concession that may be made helps; empty: nothing is against them."""

    rules: tuple[str, ...]
    remedy: tuple[Step, ...] | None


@dataclass(frozen=True, slots=True)
class Relaxed:
    """Concessions that were tried together and found to fill the seat with `expert`."""

    expert: str
    steps: tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class TeamChange:
    """One seat of another team that is not as in the plan; moved: the same expert at other times."""

    seat: str
    before: str | None
    after: str | None
    moved: bool


@dataclass(frozen=True, slots=True)
class Team:
    """Another good team: by how much more or less of each part it is weighed, and seat by seat."""

    amounts: Mapping[str, int]
    changes: tuple[TeamChange, ...]


Answer = WhyNot | tuple[Relaxed, ...] | tuple[Team, ...]


def dumps(answer: Answer) -> str:
    """The answer as the text that is stored."""
    return canonical_json(answer)


def loads(kind: QuestionKind, text: str) -> Answer:
    """The answer of a stored text. We wrote it ourselves, so it is not checked again."""
    said = json.loads(text)
    if kind is QuestionKind.WHY_NOT:
        remedy = None if said["remedy"] is None else _steps(said["remedy"])
        return WhyNot(tuple(said["rules"]), remedy)
    if kind is QuestionKind.RELAX:
        return tuple(Relaxed(each["expert"], _steps(each["steps"])) for each in said)
    return tuple(
        Team(
            {Part(name): amount for name, amount in each["amounts"].items()},
            tuple(TeamChange(**change) for change in each["changes"]),
        )
        for each in said
    )


def _steps(said: list[dict[str, Any]]) -> tuple[Step, ...]:
    return tuple(Step(each["text"], each["fields"]) for each in said)
