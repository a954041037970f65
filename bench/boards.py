"""Boards to measure the planner on: `python -m bench.boards M -o M.json [--seed 1]` writes a snapshot.

An invented pool of experts in six ministries and seventeen regions, and the incidents of four weeks that ask
for them: half-hour cells, Monday to Friday, nine to six, half-busy calendars. Supply of and demand for forty
technologies follow different Zipf laws. A need has two to four roles of one or two seats; all meet at a
kick-off with five possible starts, and each seat has up to two sessions of its own with four starts each.

One seed draws one board: the same numbers on every machine that has the same numpy. Ministries have no share
to keep unless `--shares` asks for it: then as much of the work as of the experts.
"""

import argparse
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import numpy.typing as npt

from expertpool.planning.rules import POLICY, work_asked
from expertpool.scheduling import snapshot as sn
from expertpool.scheduling.vocabulary import FacetKind, RoleClass, Tier, Urgency

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]

DAYS, CELLS, CELL = 20, 18, 30  # working days, cells a day, minutes a cell
OPENS = 9 * 60
DAY, WEEK = 24 * 60, 7 * 24 * 60
WEEKS = 4
MINISTRIES = ("KFTC", "MOIP", "MOTIR", "MSS", "NIS", "NPA")
REGIONS = tuple(f"KR-{number:02d}" for number in range(1, 18))
LANGUAGES = ("en", "ja", "zh")
TECHNOLOGIES, GROUP = 40, 5
SIDES = (RoleClass.INV, RoleClass.SUP)
MOST_SEATS = 6  # engagements an expert takes on beside those already open


@dataclass(frozen=True, slots=True)
class Size:
    """How many experts for how many incidents."""

    experts: int
    incidents: int


SIZES = {
    "S": Size(300, 60),
    "M": Size(2_000, 400),
    "crowded": Size(2_000, 800),
    "L": Size(10_000, 2_000),
}


def board(size: Size, seed: int = 1, *, shares: bool = False) -> sn.Snapshot:
    """A board of a size, in canonical order of ids; shares: with a target for each ministry."""
    draw = np.random.default_rng(seed)
    pool = _pool(draw, size.experts)
    companies = max(60, size.incidents)
    ties = draw.random((size.experts, companies)) < 0.015
    needs, parties = _needs(draw, size.incidents, companies, pool.supply)
    skilled = {f"T{code:02d}": pool.stands_in[:, code] > 0 for code in range(TECHNOLOGIES)}
    weights = POLICY.weights if shares else replace(POLICY.weights, share=None)
    return sn.Snapshot(
        format=sn.FORMAT,
        taken_at="2026-11-01T15:00:00Z",
        epoch="2026-11-01T15:00:00Z",
        horizon_minutes=WEEKS * WEEK,
        cell_minutes=CELL,
        seed=seed,
        policy=sn.Policy("bench", weights, travel_buffer_minutes=60, fairness_unit_minutes=240),
        weeks=tuple(sn.Period(f"2026-W{45 + w}", w * WEEK, (w + 1) * WEEK) for w in range(WEEKS)),
        months=(sn.Period("2026-11", -DAY, 29 * DAY),),
        experts=pool.experts,
        conflicts=_conflicts(needs, parties, ties, skilled),
        needs=needs,
        agreements=_agreements(needs, pool.ministries),
        fixed=sn.Arrangement((), ()),
        pins=(),
        seat_bans=(),
        need_bans=(),
        previous=sn.Arrangement((), ()),
        shares=_shares_of(needs, pool.ministries) if shares else (),
    )


@dataclass(frozen=True, slots=True)
class _Pool:
    """The experts, their ministries by place in `MINISTRIES`, how common each technology is, and the level
    each expert can serve at in it (`[expert, technology]`, 0 without)."""

    experts: tuple[sn.Expert, ...]
    ministries: Ints
    supply: Floats
    stands_in: Ints


def _shares(weights: list[float] | Floats) -> Floats:
    shares = np.asarray(weights, dtype=float)
    parts: Floats = shares / shares.sum()
    return parts


REGION_SHARES = _shares([30, 5, 5, 5, 3, 12, 2, 3, 18, 2, 2, 3, 2, 2, 3, 2, 1])


def _pool(draw: np.random.Generator, size: int) -> _Pool:
    ministries = draw.choice(len(MINISTRIES), size, p=[0.10, 0.25, 0.20, 0.25, 0.05, 0.15])
    regions = draw.choice(len(REGIONS), size, p=REGION_SHARES)
    cleared = np.minimum(3, draw.choice(4, size, p=[0.45, 0.30, 0.18, 0.07]) + (ministries == 4))
    speaks = draw.random((size, len(LANGUAGES))) < [0.45, 0.15, 0.12]
    supply = _shares((1 / np.arange(1, TECHNOLOGIES + 1) ** 0.5)[draw.permutation(TECHNOLOGIES)])
    own = _levels(draw, size, supply)
    stands_in = _stands_in(own)
    capacity = draw.choice([8, 12, 16, 24, 32], size, p=[0.2, 0.25, 0.3, 0.15, 0.1])
    away = draw.random((size, WEEKS)) < 0.08
    seats_before = draw.poisson(0.8, size)
    busy = _busy(draw, size)
    rating = draw.integers(0, 5, size)
    experts = tuple(
        sn.Expert(
            id=f"expert-{row:05d}",
            ministry=MINISTRIES[ministries[row]],
            firm=None,
            region=REGIONS[regions[row]],
            active=True,
            appointments=(sn.FarSpan(-400 * DAY, 400 * DAY),),
            facets=_facets(own[row], stands_in[row], int(cleared[row]), speaks[row], int(rating[row])),
            weekly_capacity_minutes=int(capacity[row]) * CELL,
            used_minutes={
                f"2026-W{45 + w}": int(capacity[row]) * CELL for w in np.flatnonzero(away[row]).tolist()
            },
            max_open_engagements=MOST_SEATS,
            open_engagements=0,
            load_minutes=int(seats_before[row]) * 300,
            free=_free(busy[row]),
            commitments=(),
        )
        for row in range(size)
    )
    return _Pool(experts, ministries, supply, stands_in)


def _levels(draw: np.random.Generator, size: int, supply: Floats) -> Ints:
    """Level 0 to 5 of each expert in each technology: a main one, and up to two more mostly near it."""
    own = np.zeros((size, TECHNOLOGIES), dtype=np.int64)
    main = draw.choice(TECHNOLOGIES, size, p=supply)
    own[np.arange(size), main] = draw.integers(2, 6, size)
    for chance in (0.6, 0.3):
        has = draw.random(size) < chance
        near = draw.random(size) < 0.7
        sibling = main // GROUP * GROUP + draw.integers(0, GROUP, size)
        other = np.where(near, sibling, draw.choice(TECHNOLOGIES, size, p=supply))
        level = draw.integers(1, 5, size)
        rows = np.flatnonzero(has)
        own[rows, other[rows]] = np.maximum(own[rows, other[rows]], level[rows])
    return own


def _stands_in(own: Ints) -> Ints:
    """Who is good at a technology can stand in for its siblings, one level lower."""
    best = np.repeat(own.reshape(len(own), -1, GROUP).max(axis=2), GROUP, axis=1)
    levels: Ints = np.minimum(4, np.maximum(own, best - 1))
    return levels


def _facets(own: Ints, stands_in: Ints, cleared: int, speaks: Bools, rating: int) -> tuple[sn.Facet, ...]:
    """Facets of one expert. The skill with a technology's code says who really works in it."""

    def facet(kind: FacetKind, code: str, level: int) -> sn.Facet:
        return sn.Facet(kind, code, level, None, None)

    found = [facet(FacetKind.ROLE_KIND, "EXP", 1)]
    serves, works = np.flatnonzero(stands_in).tolist(), np.flatnonzero(own).tolist()
    found += [facet(FacetKind.TECHNOLOGY, f"T{code:02d}", int(stands_in[code])) for code in serves]
    found += [facet(FacetKind.SKILL, f"T{code:02d}", int(min(4, own[code]))) for code in works]
    if cleared:
        found.append(facet(FacetKind.CLEARANCE, "KR", cleared))
    if rating:
        found.append(facet(FacetKind.SKILL, "RATED", rating))
    found += [facet(FacetKind.LANGUAGE, LANGUAGES[i], 3) for i in np.flatnonzero(speaks).tolist()]
    return tuple(found)


def _busy(draw: np.random.Generator, size: int) -> Bools:
    """Which cells are taken: half days by a chance of the expert's own, and ten short meetings."""
    chance = draw.beta(2, 3, size)
    halves = draw.random((size, DAYS * 2)) < chance[:, None] * 0.8
    busy = np.repeat(halves, CELLS // 2, axis=1)
    for _ in range(10):
        start = draw.integers(0, DAYS * CELLS - 4, size)
        length = draw.integers(1, 5, size)
        for later in range(4):
            rows = np.flatnonzero(length > later)
            busy[rows, start[rows] + later] = True
    return busy


def _minute(day: int, cell: int) -> int:
    """The minute a cell of a working day begins at."""
    return (day // 5 * 7 + day % 5) * DAY + OPENS + cell * CELL


def _free(busy: Bools) -> tuple[sn.Span, ...]:
    spans = []
    for day, taken in enumerate(busy.reshape(DAYS, CELLS)):
        edges = np.flatnonzero(np.diff(np.concatenate([[1], taken.astype(np.int64), [1]])))
        spans += [
            sn.Span(_minute(day, int(first)), _minute(day, int(past)))
            for first, past in zip(edges[::2], edges[1::2], strict=True)
        ]
    return tuple(spans)


def _needs(
    draw: np.random.Generator, size: int, companies: int, supply: Floats
) -> tuple[tuple[sn.Need, ...], Ints]:
    """The needs, and the two companies each is about."""
    fashion = _shares((1 / np.arange(1, TECHNOLOGIES + 1) ** 0.8)[draw.permutation(TECHNOLOGIES)])
    wanted = 0.5 * supply + 0.5 * fashion
    ministries = draw.choice(len(MINISTRIES), size, p=[0.12, 0.16, 0.20, 0.22, 0.08, 0.22])
    regions = draw.choice(len(REGIONS), size, p=REGION_SHARES)
    urgent = draw.choice(4, size, p=[0.40, 0.30, 0.20, 0.10])
    secret = draw.choice(4, size, p=[0.60, 0.24, 0.12, 0.04])
    parties = draw.integers(0, companies, (size, 2))
    roles = draw.choice([2, 3, 4], size, p=[0.3, 0.45, 0.25])
    needs = tuple(
        _need(
            draw,
            name=f"need-{number:04d}",
            ministry=MINISTRIES[ministries[number]],
            region=REGIONS[regions[number]],
            urgency=int(urgent[number]),
            secret=int(secret[number]),
            roles=int(roles[number]),
            wanted=wanted,
        )
        for number in range(size)
    )
    return needs, parties


def _need(
    draw: np.random.Generator,
    *,
    name: str,
    ministry: str,
    region: str,
    urgency: int,
    secret: int,
    roles: int,
    wanted: Floats,
) -> sn.Need:
    seats: list[sn.Seat] = []
    sessions: list[sn.Session] = []
    week = 0 if urgency >= 2 else int(draw.integers(0, 3))
    for role in range(roles):
        required, preferred = _asks(draw, wanted, secret)
        own = int(draw.choice([0, 1, 2], p=[0.25, 0.5, 0.25]))
        lengths = draw.choice([4, 6, 8], own, p=[0.5, 0.3, 0.2]).tolist()
        windows = [_windows(draw, 4, length, lambda: week + int(draw.integers(0, 2))) for length in lengths]
        for _ in range(int(draw.choice([1, 2], p=[0.85, 0.15]))):
            seat = f"{name}-seat-{len(seats)}"
            seats.append(sn.Seat(seat, "EXP", SIDES[role % 2], required, preferred, effort_minutes=0))
            for place, (length, own_windows) in enumerate(zip(lengths, windows, strict=True)):
                sessions.append(_session(f"{seat}-own-{place}", length, own_windows, None, (seat,)))
    length = int(draw.choice([2, 3, 4]))
    kick_off = _windows(draw, 5, length, lambda: week)
    sessions.append(_session(f"{name}-kick", length, kick_off, region, tuple(seat.id for seat in seats)))
    return sn.Need(
        id=name,
        incident=f"incident-{name}",
        ministry=ministry,
        urgency=list(Urgency)[urgency],
        not_before=0,
        deadline=WEEKS * WEEK,
        seats=tuple(seats),
        sessions=tuple(sessions),
        team_rules=(),
    )


def _asks(
    draw: np.random.Generator, wanted: Floats, secret: int
) -> tuple[tuple[sn.RequiredFacet, ...], tuple[sn.PreferredFacet, ...]]:
    """What one role requires and prefers."""
    code = f"T{int(draw.choice(TECHNOLOGIES, p=wanted)):02d}"
    least = int(draw.choice([1, 2, 3, 4], p=[0.25, 0.4, 0.25, 0.1]))
    language = int(draw.choice(4, p=[0.84, 0.10, 0.03, 0.03]))
    required = [sn.RequiredFacet(FacetKind.TECHNOLOGY, code, least)]
    if secret:
        required.append(sn.RequiredFacet(FacetKind.CLEARANCE, "KR", secret))
    if language:
        required.append(sn.RequiredFacet(FacetKind.LANGUAGE, LANGUAGES[language - 1], 1))
    preferred = (
        sn.PreferredFacet(FacetKind.TECHNOLOGY, code, 4, 8),
        sn.PreferredFacet(FacetKind.SKILL, code, 1, 8),
        sn.PreferredFacet(FacetKind.SKILL, "RATED", 4, 3),
    )
    return tuple(required), preferred


def _windows(
    draw: np.random.Generator, count: int, length: int, week: Callable[[], int]
) -> tuple[sn.Span, ...]:
    """Windows that each hold one start; where two touch, the starts between them count too."""
    spans = []
    for _ in range(count):
        day = week() * 5 + int(draw.integers(0, 5))
        start = _minute(day, int(draw.random() * (CELLS - length + 1)))
        spans.append(sn.Span(start, start + length * CELL))
    return tuple(spans)


def _session(
    name: str, length: int, windows: tuple[sn.Span, ...], place: str | None, seats: tuple[str, ...]
) -> sn.Session:
    return sn.Session(name, length * CELL, windows, WEEKS * WEEK, place, seats)


def _conflicts(
    needs: tuple[sn.Need, ...], parties: Ints, ties: Bools, skilled: dict[str, Bools]
) -> tuple[sn.Conflict, ...]:
    """A bar for every expert tied to one of an incident's two companies, where they could be asked at all."""
    found = []
    for need, (one, other) in zip(needs, parties, strict=True):
        tied = ties[:, one] | ties[:, other]
        for side in SIDES:
            asked = [skilled[seat.required[0].code] for seat in need.seats if seat.role_class is side]
            for row in np.flatnonzero(tied & np.logical_or.reduce(asked)).tolist():
                bar = sn.Conflict(need.incident, f"expert-{row:05d}", side, Tier.BAR, ("R09",), waived=False)
                found.append(bar)
    return tuple(found)


def _agreements(needs: tuple[sn.Need, ...], ministries: Ints) -> tuple[sn.Agreement, ...]:
    """Everybody lends to everybody: 62 % of a lender's share of all work, among borrowers by their work."""
    work = dict.fromkeys(MINISTRIES, 0)
    for need in needs:
        work[need.ministry] += _minutes(need)
    total = sum(work.values())
    share = _of_the_pool(ministries)
    return tuple(
        sn.Agreement(
            lender,
            borrower,
            {"2026-11": int(total * share[place] * 0.62 * work[borrower] / max(1, total - work[lender]))},
            notice_minutes=0,
            blackouts=(),
        )
        for place, lender in enumerate(MINISTRIES)
        for borrower in MINISTRIES
        if lender != borrower
    )


def _shares_of(needs: tuple[sn.Need, ...], ministries: Ints) -> tuple[sn.Share, ...]:
    """Each ministry's part of all work, as large as its part of the pool."""
    work = sum(work_asked(need, POLICY.fairness_unit_minutes) for need in needs)
    share = _of_the_pool(ministries)
    return tuple(sn.Share(name, int(work * part), 0) for name, part in zip(MINISTRIES, share, strict=True))


def _minutes(need: sn.Need) -> int:
    """All the work of a need."""
    return sum(session.length_minutes * len(session.seats) for session in need.sessions)


def _of_the_pool(ministries: Ints) -> Floats:
    """The part of the experts that each ministry has."""
    return np.bincount(ministries, minlength=len(MINISTRIES)) / len(ministries)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("size", choices=SIZES)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--shares", action="store_true", help="give each ministry a target")
    parser.add_argument("-o", "--output", type=Path, required=True)
    chosen = parser.parse_args()
    chosen.output.write_text(
        sn.dumps(board(SIZES[chosen.size], chosen.seed, shares=chosen.shares)), encoding="utf-8"
    )


if __name__ == "__main__":
    main()
