"""The canonical order of a snapshot: what has no order of its own is sorted, touching periods are joined."""

from collections.abc import Iterable
from dataclasses import replace
from typing import TypeVar

from expertpool.scheduling.snapshot.model import (
    Agreement,
    Arrangement,
    Expert,
    Facet,
    FarSpan,
    Need,
    RequiredFacet,
    Seat,
    Session,
    Snapshot,
    Span,
    TeamRule,
)

Period = TypeVar("Period", Span, FarSpan)


def canonical(snapshot: Snapshot) -> Snapshot:
    """The same content in the one order that the digest and the solver see."""
    return replace(
        snapshot,
        weeks=tuple(sorted(snapshot.weeks, key=lambda week: week.start)),
        months=tuple(sorted(snapshot.months, key=lambda month: month.start)),
        experts=tuple(sorted(map(_expert, snapshot.experts), key=lambda expert: expert.id)),
        conflicts=tuple(
            sorted(
                (replace(c, rules=tuple(sorted(c.rules))) for c in snapshot.conflicts),
                key=lambda c: (c.incident, c.expert, c.role_class),
            )
        ),
        needs=tuple(sorted(map(_need, snapshot.needs), key=lambda need: need.id)),
        agreements=tuple(sorted(map(_agreement, snapshot.agreements), key=lambda a: (a.lender, a.borrower))),
        fixed=_arrangement(snapshot.fixed),
        pins=tuple(sorted(snapshot.pins, key=lambda pin: pin.seat)),
        seat_bans=tuple(sorted(set(snapshot.seat_bans), key=lambda ban: (ban.seat, ban.expert))),
        need_bans=tuple(sorted(set(snapshot.need_bans), key=lambda ban: (ban.need, ban.expert))),
        previous=_arrangement(snapshot.previous),
        shares=tuple(sorted(snapshot.shares, key=lambda share: share.ministry)),
        wished_bans=tuple(sorted(set(snapshot.wished_bans), key=lambda ban: (ban.seat, ban.expert))),
    )


def joined(spans: Iterable[Period]) -> tuple[Period, ...]:
    """Periods in order, overlapping and touching ones made one."""
    merged: list[Period] = []
    for span in sorted(spans, key=lambda span: (span.start, span.end)):
        if merged and span.start <= merged[-1].end:
            if span.end > merged[-1].end:
                merged[-1] = replace(merged[-1], end=span.end)
        else:
            merged.append(span)
    return tuple(merged)


def _expert(expert: Expert) -> Expert:
    return replace(
        expert,
        appointments=joined(expert.appointments),
        facets=tuple(sorted(expert.facets, key=_facet_key)),
        used_minutes=dict(sorted(expert.used_minutes.items())),
        free=joined(expert.free),
        commitments=tuple(sorted(expert.commitments, key=lambda c: (c.start, c.end, c.place or ""))),
    )


def _facet_key(facet: Facet) -> tuple[str, str, int, int, int]:
    least = -(10**9)
    start = least if facet.valid_from is None else facet.valid_from
    end = -least if facet.valid_until is None else facet.valid_until
    return facet.kind.value, facet.code, start, end, facet.level


def _required(facets: tuple[RequiredFacet, ...]) -> tuple[RequiredFacet, ...]:
    return tuple(sorted(facets, key=lambda facet: (facet.kind, facet.code, facet.min_level)))


def _need(need: Need) -> Need:
    return replace(
        need,
        seats=tuple(sorted(map(_seat, need.seats), key=lambda seat: seat.id)),
        sessions=tuple(sorted(map(_session, need.sessions), key=lambda session: session.id)),
        team_rules=tuple(sorted(map(_team_rule, need.team_rules), key=lambda rule: rule.id)),
    )


def _seat(seat: Seat) -> Seat:
    preferred = sorted(seat.preferred, key=lambda p: (p.kind, p.code, p.level, p.weight))
    return replace(seat, required=_required(seat.required), preferred=tuple(preferred))


def _session(session: Session) -> Session:
    return replace(session, windows=joined(session.windows), seats=tuple(sorted(session.seats)))


def _team_rule(rule: TeamRule) -> TeamRule:
    return replace(rule, seats=tuple(sorted(rule.seats)), facets=_required(rule.facets))


def _agreement(agreement: Agreement) -> Agreement:
    return replace(
        agreement,
        remaining_minutes=dict(sorted(agreement.remaining_minutes.items())),
        blackouts=joined(agreement.blackouts),
    )


def _arrangement(arrangement: Arrangement) -> Arrangement:
    return Arrangement(
        engagements=tuple(sorted(arrangement.engagements, key=lambda placed: (placed.seat, placed.expert))),
        starts=tuple(sorted(arrangement.starts, key=lambda start: (start.session, start.start))),
    )
