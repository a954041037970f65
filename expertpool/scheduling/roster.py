"""The experts of a snapshot as arrays, so that a rule is asked of the whole pool at once.

Shape: every array has one entry (row) per expert, in the snapshot's canonical order.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from expertpool.scheduling.snapshot import Expert, FarSpan, Snapshot
from expertpool.scheduling.snapshot.model import FAR
from expertpool.scheduling.snapshot.order import joined
from expertpool.scheduling.vocabulary import FacetKind

Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]
UNLIMITED = 1_000_000
LEVELS = (1, 2, 3, 4)


def side_by_side(answers: list[Bools], rows: Ints) -> Bools:
    """What was asked of experts start by start, laid out so that those of one start are next to each other.

    Shape: an answer is [len(rows)], what comes of them [len(rows), len(answers)].
    """
    return np.array(answers, dtype=bool).reshape(len(answers), len(rows)).T


@dataclass(frozen=True, slots=True)
class Spans:
    """Half-open periods of many experts: `row[i]` has `[start[i], end[i])`."""

    row: Ints
    start: Ints
    end: Ints

    @classmethod
    def of(cls, triples: Iterable[tuple[int, int, int]]) -> "Spans":
        """Spans from (row, start, end)."""
        table = np.array(list(triples), dtype=np.int64).reshape(-1, 3)
        return cls(table[:, 0], table[:, 1], table[:, 2])

    def some(self, kept: Bools) -> "Spans":
        """Those of the spans that are marked."""
        return Spans(self.row[kept], self.start[kept], self.end[kept])

    def cover(self, rows: Ints, starts: Ints, length: int) -> Bools:
        """Whether one span of the expert holds all of `[t, t + length)`. `starts` ascend.

        Shape: `[len(rows), len(starts)]`.
        """
        return self._marked(rows, starts, self.start, self.end - length + 1)

    def meet(self, rows: Ints, starts: Ints, length: int, margin: int) -> Bools:
        """Whether a span of the expert comes nearer than `margin` to `[t, t + length)`. `starts` ascend."""
        return self._marked(rows, starts, self.start - length - margin + 1, self.end + margin)

    def _marked(self, rows: Ints, starts: Ints, first: Ints, past: Ints) -> Bools:
        """Starts in `[first, past)` of some span, by counting entries and exits along the starts."""
        place = np.full(int(rows.max(initial=-1)) + 1, -1, dtype=np.int64)
        place[rows] = np.arange(len(rows))
        known = self.row < len(place)
        where = place[self.row[known]]
        asked = where >= 0
        where, first, past = where[asked], first[known][asked], past[known][asked]
        low, high = np.searchsorted(starts, first), np.searchsorted(starts, past)
        real = low < high
        count = np.zeros((len(starts) + 1, len(rows)), dtype=np.int32)
        np.add.at(count, (low[real], where[real]), 1)
        np.add.at(count, (high[real], where[real]), -1)
        marked: Bools = np.cumsum(count, axis=0)[:-1].T > 0
        return marked


class Reach:
    """How long a span of an expert still lasts at each cell of the horizon: covering by one look-up.

    Shape: `lasts[cell, row]`, minutes from the cell's beginning to the end of the span it lies in, else 0.
    Experts lie side by side, because few cells are asked of many of them.
    """

    def __init__(self, spans: Spans, size: int, cell: int, horizon: int) -> None:
        self.cell = cell
        cells = -(-horizon // cell)
        self.lasts = np.zeros((cells, size), dtype=np.int32)
        low, high = np.maximum(0, -(-spans.start // cell)), np.minimum(cells, -(-spans.end // cell))
        count = np.maximum(0, high - low)
        which = np.repeat(np.arange(len(count)), count)
        place = np.arange(len(which)) - np.repeat(np.cumsum(count) - count, count) + low[which]
        self.lasts[place, spans.row[which]] = spans.end[which] - place * cell

    def cover(self, rows: Ints, starts: Ints, length: int) -> Bools:
        """Whether one span of the expert holds all of `[t, t + length)`, for starts on the grid."""
        cells = (starts // self.cell).tolist()
        return side_by_side([self.lasts[cell][rows] >= length for cell in cells], rows)


class Roster:
    """The pool as arrays. `facet_spans` and `level_throughout` answer for facets."""

    def __init__(self, snapshot: Snapshot) -> None:
        experts = snapshot.experts
        self.size = len(experts)
        self.all = np.arange(self.size, dtype=np.int64)
        self.ids = [expert.id for expert in experts]
        self.row = {expert.id: row for row, expert in enumerate(experts)}
        self.ministry = [expert.ministry for expert in experts]
        self.ministries = sorted(set(self.ministry))
        code = {ministry: place for place, ministry in enumerate(self.ministries)}
        self.ministry_code = np.array([code[m] for m in self.ministry], dtype=np.int64)
        self.firm = [expert.firm for expert in experts]
        self.region = np.array([expert.region for expert in experts], dtype=object)
        self._away: dict[str, Bools] = {}
        self.active = np.array([expert.active for expert in experts], dtype=bool)
        self.capacity = self._ints(expert.weekly_capacity_minutes for expert in experts)
        self.open = self._ints(expert.open_engagements for expert in experts)
        self.most_open = self._ints(
            UNLIMITED if expert.max_open_engagements is None else expert.max_open_engagements
            for expert in experts
        )
        unit = snapshot.policy.fairness_unit_minutes
        self.load_units = self._ints(expert.load_minutes // unit for expert in experts)
        labels = [week.label for week in snapshot.weeks]
        self.used = self._ints(e.used_minutes.get(label, 0) for e in experts for label in labels)
        self.used = self.used.reshape(self.size, len(labels))
        self.room = np.asfortranarray(self.capacity[:, None] - self.used)
        self.free = Spans.of((r, s.start, s.end) for r, e in enumerate(experts) for s in e.free)
        self.appointed = Spans.of((r, s.start, s.end) for r, e in enumerate(experts) for s in e.appointments)
        self.commitments = self._commitments(experts)
        self.cell_minutes, self.horizon = snapshot.cell_minutes, snapshot.horizon_minutes
        self._facets = self._facet_table(experts)
        self._known_levels: dict[tuple[FacetKind, str], tuple[Ints, Ints]] = {}
        self._facet_spans: dict[tuple[FacetKind, str, int], Spans] = {}
        self._levels: dict[tuple[FacetKind, str, FarSpan], Ints] = {}

    @staticmethod
    def _ints(values: Iterable[int]) -> Ints:
        return np.array(list(values), dtype=np.int64)

    @staticmethod
    def _commitments(experts: tuple[Expert, ...]) -> dict[str | None, Spans]:
        by_place: dict[str | None, list[tuple[int, int, int]]] = defaultdict(list)
        for row, expert in enumerate(experts):
            for held in expert.commitments:
                by_place[held.place].append((row, held.start, held.end))
        return {place: Spans.of(triples) for place, triples in by_place.items()}

    @staticmethod
    def _facet_table(
        experts: tuple[Expert, ...],
    ) -> dict[tuple[FacetKind, str], dict[int, list[tuple[int, FarSpan]]]]:
        table: dict[tuple[FacetKind, str], dict[int, list[tuple[int, FarSpan]]]] = {}
        for row, expert in enumerate(experts):
            for facet in expert.facets:
                start = -FAR if facet.valid_from is None else facet.valid_from
                end = FAR if facet.valid_until is None else facet.valid_until
                entries = table.setdefault((facet.kind, facet.code), {}).setdefault(row, [])
                entries.append((facet.level, FarSpan(start, end)))
        return table

    def away(self, place: str) -> Bools:
        """Who lives elsewhere than in a region."""
        if place not in self._away:
            self._away[place] = np.asarray(self.region != place, dtype=bool)
        return self._away[place]

    def free_at(self, rows: Ints, starts: Ints, length: int) -> Bools:
        """Whether experts are free during all of `[t, t + length)`. `starts` ascend; fast on the grid."""
        last = int(starts[-1]) if len(starts) else 0
        if (starts % self.cell_minutes).any() or last >= self.horizon:
            return self.free.cover(rows, starts, length)
        return self._free_lasts.cover(rows, starts, length)

    @cached_property
    def _free_lasts(self) -> Reach:
        return Reach(self.free, self.size, self.cell_minutes, self.horizon)

    @cached_property
    def firm_code(self) -> Ints:
        """A number for each firm; -1 for none."""
        known = {firm: place for place, firm in enumerate(sorted({f for f in self.firm if f is not None}))}
        return np.array([-1 if f is None else known[f] for f in self.firm], dtype=np.int64)

    @cached_property
    def always_appointed(self) -> Bools:
        """Who is appointed through all of the horizon."""
        return self.appointed.cover(self.all, np.zeros(1, dtype=np.int64), self.horizon + 1)[:, 0]

    def best_level(self, kind: FacetKind, code: str) -> Ints:
        """The highest level the expert has on record at any time; 0 without the facet."""
        return self._levels_of(kind, code)[0]

    def always_level(self, kind: FacetKind, code: str) -> Ints:
        """The highest level that one entry gives the expert through all of the horizon; 0 without."""
        return self._levels_of(kind, code)[1]

    def _levels_of(self, kind: FacetKind, code: str) -> tuple[Ints, Ints]:
        """`best_level` and `always_level`."""
        key = kind, code
        if key not in self._known_levels:
            best, always = np.zeros((2, self.size), dtype=np.int64)
            for row, entries in self._facets.get(key, {}).items():
                best[row] = max(level for level, _ in entries)
                always[row] = max(
                    (level for level, span in entries if span.start <= 0 and span.end > self.horizon),
                    default=0,
                )
            self._known_levels[key] = best, (best if (best == always).all() else always)
        return self._known_levels[key]

    def facet_spans(self, kind: FacetKind, code: str, min_level: int) -> Spans:
        """When the expert has the facet at `min_level` or more."""
        key = (kind, code, min_level)
        if key not in self._facet_spans:
            self._facet_spans[key] = Spans.of(
                (row, span.start, span.end)
                for row, entries in self._facets.get((kind, code), {}).items()
                for span in joined(span for level, span in entries if level >= min_level)
            )
        return self._facet_spans[key]

    def level_throughout(self, kind: FacetKind, code: str, period: FarSpan) -> Ints:
        """The highest level the expert holds during all of `period`; 0 without."""
        best, always = self._levels_of(kind, code)
        if best is always and period.start >= 0 and period.end <= self.horizon:
            return best
        key = (kind, code, period)
        if key not in self._levels:
            levels = self._levels[key] = np.zeros(self.size, dtype=np.int64)
            start, length = np.array([period.start]), period.end - period.start
            for level in LEVELS:
                held = self.facet_spans(kind, code, level).cover(self.all, start, length)[:, 0]
                levels[held] = level
        return self._levels[key]
