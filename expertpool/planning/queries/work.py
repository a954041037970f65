"""What a need asks for, as the planner reads it: seats, sessions still to come, team rules, who stays."""

import datetime as dt
import uuid
from collections.abc import Iterable, Mapping

from expertpool.engagements.models import Engagement
from expertpool.experts.rules import FacetKind
from expertpool.incidents.queries import NeedForPlanning, PlannedRule, PlannedSeat, PlannedSession
from expertpool.incidents.rules import FacetWish, TeamRuleKind
from expertpool.planning.models import PlanRun
from expertpool.planning.queries.facts import Standing, held_by
from expertpool.planning.rules import LOOK_AHEAD, WHOLE_TEAM, RunKind, Timeline
from expertpool.scheduling import snapshot as sn
from expertpool.scheduling import vocabulary as vo

_KINDS = {
    TeamRuleKind.CHAIR_LICENCE: vo.TeamRuleKind.CHAIR,
    TeamRuleKind.AT_LEAST: vo.TeamRuleKind.AT_LEAST,
    TeamRuleKind.NO_TWO_OF_ONE_FIRM: vo.TeamRuleKind.ONE_PER_FIRM,
    TeamRuleKind.MINISTRY_MIX: vo.TeamRuleKind.MINISTRY_LEAST,
}
_WISHED_LEVEL_WEIGHT = 5

Starts = Mapping[uuid.UUID, dt.datetime]


def starts_of(engagements: Iterable[Engagement]) -> dict[uuid.UUID, dt.datetime]:
    """When the sessions of these engagements begin, by their holds."""
    return {name: span.start for each in engagements for name, span in held_by(each).items()}


def timeline_of(need: NeedForPlanning, standing: Standing, *, now: dt.datetime) -> Timeline:
    """The ruler that holds everything of the need that is still to come."""
    ahead = sessions_ahead(need, starts_of(standing.fixed), now=now)
    held = [span for each in standing.live for span in held_by(each).values() if span.end > now]
    first = min([now, *(span.start for span in held)])
    ends = [need.deadline, now + dt.timedelta(days=1), *(each.latest for each in ahead)]
    return Timeline.spanning(first, max([*ends, *(span.end for span in held)]))


def sessions_ahead(need: NeedForPlanning, fixed: Starts, *, now: dt.datetime) -> list[PlannedSession]:
    """The sessions that are not over: who joins now does not join the past."""

    def over(each: PlannedSession) -> bool:
        start = fixed.get(each.id)
        end = each.latest if start is None else start + dt.timedelta(minutes=each.length_minutes)
        return end <= now

    return [each for each in need.sessions if not over(each)]


def need_of(
    need: NeedForPlanning,
    run: PlanRun,
    standing: Standing,
    timeline: Timeline,
    *,
    ministry: str,
    now: dt.datetime,
) -> sn.Need:
    """The need without what is over, and for a repair without the seats it may not touch."""
    seats = seats_of(need, run, standing)
    kept = {seat.id for seat in seats}
    ahead = sessions_ahead(need, starts_of(standing.fixed), now=now)
    not_before = max(0, timeline.minute_after(need.not_before))
    deadline = max(timeline.minute(need.deadline), not_before + 1, timeline.minute_after(now) + 1)
    return sn.Need(
        id=str(need.id),
        incident=str(need.incident_id),
        ministry=ministry,
        urgency=vo.Urgency(need.urgency),
        not_before=not_before,
        deadline=deadline,
        seats=tuple(_seat(seat) for seat in seats),
        sessions=tuple(
            _session(each, kept, deadline, timeline) for each in ahead if kept & set(each.seat_ids)
        ),
        team_rules=tuple(
            _rule(rule, kept & set(rule.seat_ids)) for rule in need.team_rules if kept & set(rule.seat_ids)
        ),
    )


def seats_of(need: NeedForPlanning, run: PlanRun, standing: Standing) -> list[PlannedSeat]:
    """The seats a run looks at: none whose work is done, for most repairs the held ones and the empty one."""
    done = {engagement.seat_id for engagement in standing.closed}
    open_seats = [seat for seat in need.seats if seat.id not in done]
    if run.kind is RunKind.SOLVE or run.cause in WHOLE_TEAM:
        return open_seats
    wanted = {engagement.seat_id for engagement in standing.live} | {run.seat_id}
    return [seat for seat in open_seats if seat.id in wanted]


def _seat(seat: PlannedSeat) -> sn.Seat:
    preferred = [_preferred(facet) for facet in seat.facets if not facet.required]
    if seat.preferred_level is not None:
        wished = sn.PreferredFacet(
            vo.FacetKind.ROLE_KIND, seat.role_kind, seat.preferred_level, _WISHED_LEVEL_WEIGHT
        )
        preferred.append(wished)
    return sn.Seat(
        id=str(seat.id),
        role_kind=seat.role_kind,
        role_class=seat.role_class,
        required=tuple(_required(facet) for facet in seat.facets if _adds(seat, facet)),
        preferred=tuple(preferred),
        effort_minutes=seat.effort_minutes,
    )


def _adds(seat: PlannedSeat, facet: FacetWish) -> bool:
    """Whether a facet asks for more than the seat's role kind does by itself."""
    is_role = (facet.kind, facet.code) == (FacetKind.ROLE_KIND, seat.role_kind)
    return facet.required and not (is_role and facet.minimum_level == 1)


def _required(facet: FacetWish) -> sn.RequiredFacet:
    return sn.RequiredFacet(vo.FacetKind(facet.kind.value), facet.code, facet.minimum_level)


def _preferred(facet: FacetWish) -> sn.PreferredFacet:
    return sn.PreferredFacet(vo.FacetKind(facet.kind.value), facet.code, facet.minimum_level, facet.weight)


def _session(each: PlannedSession, kept: set[uuid.UUID], deadline: int, timeline: Timeline) -> sn.Session:
    window = timeline.span(each.earliest, each.latest)
    return sn.Session(
        id=str(each.id),
        length_minutes=each.length_minutes,
        windows=(window,) if window else (),
        deadline=deadline,
        place=each.region_code,
        seats=tuple(str(seat_id) for seat_id in each.seat_ids if seat_id in kept),
    )


def _rule(rule: PlannedRule, seats: set[uuid.UUID]) -> sn.TeamRule:
    facets = [(vo.FacetKind.LICENCE, code) for code in rule.licences]
    facets += [(vo.FacetKind.ROLE_KIND, code) for code in rule.role_kinds]
    counted = {TeamRuleKind.CHAIR_LICENCE: len(seats), TeamRuleKind.NO_TWO_OF_ONE_FIRM: 1}
    return sn.TeamRule(
        id=str(rule.id),
        kind=_KINDS[rule.kind],
        seats=tuple(sorted(map(str, seats))),
        facets=tuple(sn.RequiredFacet(kind, code, 1) for kind, code in facets),
        count=counted.get(rule.kind, min(rule.count, len(seats))),
    )


def arrangement(engagements: Iterable[Engagement], within: sn.Need, timeline: Timeline) -> sn.Arrangement:
    """Who sits where and when, as far as the snapshot's need knows the seats and sessions.

    Where two were told different times, the one named first is right.
    """
    rows = list(engagements)
    seats = {seat.id for seat in within.seats}
    sessions = {each.id for each in within.sessions}
    placed = [sn.Placement(str(each.seat_id), str(each.expert_id)) for each in rows]
    told = starts_of(reversed(rows))
    starts = [sn.Start(str(name), timeline.minute(start)) for name, start in told.items()]
    return sn.Arrangement(
        engagements=tuple(each for each in placed if each.seat in seats),
        starts=tuple(each for each in starts if each.session in sessions),
    )


def calendar_end(timeline: Timeline, now: dt.datetime) -> dt.datetime:
    """Until when calendars are read."""
    return min(timeline.instant(timeline.horizon), now + LOOK_AHEAD)
