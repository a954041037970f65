"""The clocks that run for an incident, as dates."""

import datetime as dt
from collections.abc import Iterable, Mapping

from expertpool.incidents.data import (
    Clock,
    ClockKind,
    load_clocks,
    load_incident_types,
    load_request_templates,
    load_triggers,
)
from expertpool.incidents.queries.views import ClockDate, NamedCode
from expertpool.incidents.rules import due_of, remaining_days
from expertpool.infra.clock import seoul_date


def clocks_of(
    type_code: str,
    template_codes: Iterable[str],
    triggers: Mapping[str, dt.datetime],
    *,
    now: dt.datetime,
) -> tuple[ClockDate, ...]:
    """The clocks of an incident's type, of its needs' templates, and of every date that was noted.

    Those with a date come first, the nearest first. Rules without a length are not clocks and left out.
    """
    codes = {code for row in load_incident_types() if row.code == type_code for code in row.clocks}
    wanted = set(template_codes)
    codes |= {code for row in load_request_templates() if row.code in wanted for code in row.clocks}
    today = seoul_date(now)
    dated = [
        _dated(clock, triggers.get(clock.trigger), now)
        for clock in load_clocks()
        if clock.length and clock.valid_on(today) and (clock.code in codes or clock.trigger in triggers)
    ]
    return tuple(sorted(dated, key=lambda clock: (clock.due is None, clock.due and clock.due.at, clock.code)))


def _dated(clock: Clock, started: dt.datetime | None, now: dt.datetime) -> ClockDate:
    before = clock.kind is ClockKind.NOTICE
    due = None
    if started is not None and clock.length and clock.unit:
        due = due_of(started, clock.length, clock.unit, before=before)
    return ClockDate(
        code=clock.code,
        kind=clock.kind,
        name_ko=clock.name_ko,
        name_en=clock.name_en,
        effect=NamedCode(clock.code, clock.effect_ko, clock.effect_en),
        source=NamedCode(clock.code, clock.source_ko, clock.source_en),
        certainty=clock.certainty,
        trigger=trigger_name(clock.trigger),
        started_at=started,
        due=due,
        days_left=None if due is None else remaining_days(due, now),
        late=due is not None and due.at <= now,
        before=before,
    )


def trigger_name(code: str) -> NamedCode:
    """A trigger with its names."""
    return next(NamedCode(row.code, row.name_ko, row.name_en) for row in load_triggers() if row.code == code)
