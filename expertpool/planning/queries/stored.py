"""A run's stored snapshot as plain data, opened only as far as a page needs it."""

import datetime as dt
import json
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from expertpool.planning.models import PlanRun
from expertpool.planning.rules import SeatReasons, Timeline, read_reasons
from expertpool.scheduling import plan as plans
from expertpool.scheduling.vocabulary import Tier

Expert = Mapping[str, Any]


class Stored:
    """What a run was given and what it answered. Written by us and digested, so it is not checked again."""

    def __init__(self, run: PlanRun) -> None:
        assert run.snapshot is not None
        self._snapshot: dict[str, Any] = json.loads(run.snapshot)
        self.plan = plans.loads(run.plan) if run.plan else None
        self.reasons: Mapping[str, SeatReasons] = (
            read_reasons(run.reasons) if run.plan and run.reasons else {}
        )
        self.timeline = Timeline.of(self._snapshot["epoch"], self._snapshot["horizon_minutes"])
        self.need: dict[str, Any] = self._snapshot["needs"][0]
        self.seats: dict[str, dict[str, Any]] = {seat["id"]: seat for seat in self.need["seats"]}
        self.fixed = {placed["seat"] for placed in self._snapshot["fixed"]["engagements"]}

    def experts(self, ids: Iterable[str]) -> dict[str, Expert]:
        """The candidates of these ids."""
        wanted = set(ids)
        return {expert["id"]: expert for expert in self._snapshot["experts"] if expert["id"] in wanted}

    def conflict(self, expert: str, role_class: str) -> tuple[Tier, tuple[str, ...]]:
        """The tier of an expert in a role class, and the rules it comes from."""
        for each in self._snapshot["conflicts"]:
            if each["expert"] == expert and each["role_class"] == role_class:
                return Tier(each["tier"]), tuple(each["rules"])
        return Tier.CLEAR, ()

    def is_waived(self, expert: str, role_class: str) -> bool:
        """Whether a waiver let the planner consider an expert in a role class."""
        return any(
            each["waived"]
            for each in self._snapshot["conflicts"]
            if each["expert"] == expert and each["role_class"] == role_class
        )

    def level(self, expert: Expert, kind: str, code: str) -> int:
        """The level an expert has in a facet while the need lasts; 0 without."""
        ends = self.need["deadline"]
        return max(
            (
                facet["level"]
                for facet in expert["facets"]
                if facet["kind"] == kind and facet["code"] == code
                if (facet["valid_until"] is None or facet["valid_until"] >= ends)
            ),
            default=0,
        )

    def travels(self, seat: str, expert: Expert) -> bool:
        """Whether a session of the seat is away from the expert's region."""
        places = {each["place"] for each in self.need["sessions"] if seat in each["seats"]}
        return bool(places - {None, expert["region"]})

    def lent(self, seat: str, expert: Expert) -> dict[dt.date, tuple[int, int]]:
        """By month: minutes the seat takes of the lender, and minutes left before. Empty for own experts."""
        agreement = next(
            (each for each in self._snapshot["agreements"] if each["lender"] == expert["ministry"]), None
        )
        if agreement is None or expert["ministry"] == self.need["ministry"]:
            return {}
        taken: Counter[str] = Counter()
        effort = self.seats[seat]["effort_minutes"]
        if effort:
            taken[self._month(self.need["deadline"] - 1)] += effort
        for start, length in self._times(seat):
            taken[self._month(start)] += length
        left = agreement["remaining_minutes"]
        return {
            dt.date.fromisoformat(month): (minutes, left[month]) for month, minutes in sorted(taken.items())
        }

    def _times(self, seat: str) -> list[tuple[int, int]]:
        """Starts and lengths of the seat's sessions, as far as the plan holds them."""
        starts = self.starts()
        return [
            (starts[each["id"]], each["length_minutes"])
            for each in self.need["sessions"]
            if seat in each["seats"] and each["id"] in starts
        ]

    def starts(self) -> dict[str, int]:
        """The start of every session the plan holds, in minutes of the timeline."""
        placed = self.plan.engagements if self.plan else ()
        return {held.session: held.start for each in placed for held in each.sessions}

    def _month(self, minute: int) -> str:
        label: str = next(
            each["label"] for each in self._snapshot["months"] if each["start"] <= minute < each["end"]
        )
        return label
