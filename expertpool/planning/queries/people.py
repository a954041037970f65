"""The experts of a snapshot: what they can, when they can, and how much they do already."""

import datetime as dt
import uuid
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from sqlalchemy.orm import Session

from expertpool.availability.queries import calendars_of
from expertpool.availability.rules import ExpertCalendar, Span, free, merge, subtract
from expertpool.engagements.models import Engagement
from expertpool.engagements.queries import load_minutes, open_counts
from expertpool.engagements.rules import OPEN, Work
from expertpool.experts.models import Expert
from expertpool.experts.rules import ExpertState
from expertpool.infra.clock import seoul_date
from expertpool.planning.queries import facts
from expertpool.planning.queries.facts import Held, Standing
from expertpool.planning.rules import LOAD_LOOKS_BACK, Timeline, midnight, monday_of
from expertpool.scheduling import snapshot as sn
from expertpool.scheduling.vocabulary import FacetKind


@dataclass(frozen=True, slots=True)
class Known:
    """What was read about all candidates at once, by expert."""

    calendars: Mapping[uuid.UUID, ExpertCalendar]
    held: Mapping[uuid.UUID, Sequence[Held]]
    weeks: Mapping[uuid.UUID, Mapping[dt.date, int]]
    firms: Mapping[uuid.UUID, str]
    load: Mapping[uuid.UUID, int]
    open: Mapping[uuid.UUID, int]
    busy_until: Mapping[uuid.UUID, dt.date]


def experts_of(
    session: Session,
    experts: Sequence[Expert],
    standing: Standing,
    timeline: Timeline,
    *,
    window: Span,
    works: Mapping[uuid.UUID, Work],
    busy_until: Mapping[uuid.UUID, dt.date],
    now: dt.datetime,
) -> tuple[sn.Expert, ...]:
    """The candidates. What this need holds of them itself is given back: the planner counts it anew."""
    ids = [expert.id for expert in experts]
    known = Known(
        calendars=calendars_of(session, ids, window=window),
        held=facts.held_elsewhere(session, ids, window=window, own=[each.id for each in standing.given_back]),
        weeks=facts.used_weeks(session, ids, monday_of(seoul_date(timeline.epoch))),
        firms=facts.firms_of(session, ids, seoul_date(now)),
        load=load_minutes(session, ids, now - LOAD_LOOKS_BACK),
        open=open_counts(session, ids),
        busy_until=busy_until,
    )
    own: dict[uuid.UUID, list[Engagement]] = {}
    for engagement in standing.given_back:
        own.setdefault(engagement.expert_id, []).append(engagement)
    return tuple(
        _expert(each, known, own.get(each.id, ()), timeline, window=window, works=works, now=now)
        for each in experts
    )


def _expert(
    expert: Expert,
    known: Known,
    own: Sequence[Engagement],
    timeline: Timeline,
    *,
    window: Span,
    works: Mapping[uuid.UUID, Work],
    now: dt.datetime,
) -> sn.Expert:
    own_spans = merge(span for each in own for span in works[each.id].sessions)
    used = Counter(known.weeks.get(expert.id, {}))
    for each in own:
        used.subtract(works[each.id].minutes_by_week)
    labels = {week.label for week in timeline.weeks()}
    spans = [_minutes(timeline, span) for span in _free(expert, known, own_spans, window=window, now=now)]
    held = [(_minutes(timeline, each.span), each.region_code) for each in known.held.get(expert.id, ())]
    return sn.Expert(
        id=str(expert.id),
        ministry=expert.ministry.code,
        firm=known.firms.get(expert.id),
        region=expert.region_code,
        active=expert.state is ExpertState.ACTIVE,
        appointments=tuple(timeline.days(term.starts_on, term.ends_on) for term in expert.appointments),
        facets=_facets(expert, timeline),
        weekly_capacity_minutes=expert.weekly_capacity_minutes,
        used_minutes={
            week.isoformat(): minutes
            for week, minutes in used.items()
            if minutes > 0 and week.isoformat() in labels
        },
        max_open_engagements=expert.max_open_engagements,
        open_engagements=max(0, known.open.get(expert.id, 0) - sum(each.state in OPEN for each in own)),
        load_minutes=max(0, known.load.get(expert.id, 0) - sum(load_of(each, works) for each in own)),
        free=tuple(span for span in spans if span is not None),
        commitments=tuple(sn.Commitment(span.start, span.end, place) for span, place in held if span),
    )


def load_of(engagement: Engagement, works: Mapping[uuid.UUID, Work]) -> int:
    """Minutes of work that an engagement gave its expert."""
    worked = engagement.worked_minutes
    return works[engagement.id].minutes if worked is None else worked


def _free(
    expert: Expert, known: Known, own_spans: tuple[Span, ...], *, window: Span, now: dt.datetime
) -> tuple[Span, ...]:
    calendar = known.calendars[expert.id]
    others = replace(calendar, holds=subtract(merge(calendar.holds), own_spans))
    spans = free(window, others, now=now)
    until = known.busy_until.get(expert.id)
    if until is None or midnight(until) <= window.start:
        return spans
    return subtract(spans, (Span(window.start, midnight(until)),))


def _minutes(timeline: Timeline, span: Span) -> sn.Span | None:
    return timeline.span(span.start, span.end)


def _facets(expert: Expert, timeline: Timeline) -> tuple[sn.Facet, ...]:
    facets = []
    for facet in expert.facets:
        days = timeline.days(facet.valid_from, facet.valid_until)
        until = None if facet.valid_until is None else days.end
        kind = FacetKind(facet.kind.value)
        facets.append(sn.Facet(kind, facet.code, facet.level, days.start, until))
    return tuple(facets)
