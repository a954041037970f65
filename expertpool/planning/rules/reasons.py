"""What a run says about each seat, kept beside the plan: who could sit there, what keeps the others out."""

import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from expertpool.scheduling.strict import canonical_json


@dataclass(frozen=True, slots=True)
class Candidate:
    """One expert on one seat beside the rest of the plan: the rules against it, or how much worse it is."""

    expert: str
    rules: tuple[str, ...]
    extra: int


@dataclass(frozen=True, slots=True)
class SeatReasons:
    """A seat's candidates, the closest to eligible first."""

    seat: str
    chosen: str | None
    candidates: tuple[Candidate, ...]

    @property
    def counts(self) -> dict[str, int]:
        """How many experts each rule keeps out, the most first."""
        return dict(Counter(rule for each in self.candidates for rule in each.rules).most_common())

    @property
    def runner_up(self) -> Candidate | None:
        """The best expert who could take the seat instead."""
        able = (each for each in self.candidates if not each.rules and each.expert != self.chosen)
        return min(able, key=lambda each: (each.extra, each.expert), default=None)

    def of(self, expert: str) -> Candidate | None:
        """What is said of one expert."""
        return next((each for each in self.candidates if each.expert == expert), None)


def dumps(seats: tuple[SeatReasons, ...]) -> str:
    """The reasons as the text that is stored."""
    return canonical_json(seats)


def loads(text: str) -> Mapping[str, SeatReasons]:
    """The reasons of a stored text, by seat. We wrote it ourselves, so it is not checked again."""
    return {
        seat["seat"]: SeatReasons(
            seat["seat"],
            seat["chosen"],
            tuple(Candidate(c["expert"], tuple(c["rules"]), c["extra"]) for c in seat["candidates"]),
        )
        for seat in json.loads(text)
    }
