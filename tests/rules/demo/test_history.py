import datetime as dt
from collections import Counter, defaultdict
from itertools import pairwise

from expertpool.availability.rules import Span, free
from expertpool.demo.world import World
from expertpool.demo.world.lending import PAIRS
from expertpool.demo.world.seeding import SEOUL, ago, seoul
from expertpool.demo.world.teams import Apart, Bench
from expertpool.engagements.rules import LIVE, EngagementState
from expertpool.incidents.rules import NeedState


def test_the_past_is_over(world: World) -> None:
    states = Counter(each.state for each in world.engagements)

    assert not set(states) & LIVE
    assert states[EngagementState.DECLINED] == 36
    assert states[EngagementState.RECUSED] == 9
    assert states[EngagementState.CLOSED] >= 140


def test_every_seat_of_a_completed_need_was_worked_by_one_expert(world: World) -> None:
    closed = Counter((e.need, e.seat) for e in world.engagements if e.state is EngagementState.CLOSED)
    seats = {
        (need.key, seat.key): 1
        for need in world.needs
        if need.state is NeedState.COMPLETED
        for seat in need.seats
    }

    assert closed == seats


def test_nobody_was_asked_where_a_conflict_was_planted_for_them(world: World) -> None:
    asked = {(each.expert, each.incident) for each in world.engagements}
    planted = {(each.expert, each.incident) for each in world.relations.planted}

    apart = world.relations.apart(world.incidents)

    assert planted <= apart
    assert not asked & apart


def test_a_role_in_a_linked_incident_would_join_what_is_planted(world: World) -> None:
    linked = {each.key: each.linked for each in world.incidents.incidents if each.linked}
    apart = world.relations.apart(world.incidents)

    planted = [each for each in world.relations.planted if each.incident in linked]

    assert planted
    assert all((each.expert, linked[each.incident]) in apart for each in planted)


def test_whoever_is_kept_apart_from_an_incident_is_no_candidate_there(world: World) -> None:
    engagement = world.engagements[0]
    need = next(each for each in world.needs if each.key == engagement.need)
    seat = next(each for each in need.seats if each.key == engagement.seat)
    window = Span(seoul(ago(world.now, 1), 0), seoul(world.now, 0))

    def candidates(apart: Apart) -> set[str]:
        everybody = Bench(
            world.experts, {}, world.organisations, world.incidents, (), (), apart=apart, window=window
        )
        return {each.key for each in everybody.candidates(need, seat)}

    pair = (engagement.expert, engagement.incident)
    assert candidates(frozenset()) - candidates(frozenset({pair})) == {engagement.expert}


def test_nobody_was_in_two_places_at_once(world: World) -> None:
    spans: dict[str, list[tuple[dt.datetime, dt.datetime]]] = defaultdict(list)
    for each in world.engagements:
        spans[each.expert] += [(worked.starts_at, worked.ends_at) for worked in each.worked]

    for taken in spans.values():
        assert all(first[1] <= second[0] for first, second in pairwise(sorted(taken)))


def test_everybody_worked_when_they_were_free(world: World) -> None:
    window = Span(seoul(ago(world.now, 200), 0), seoul(world.now, 0))
    for each in world.engagements:
        if each.worked:
            offered = free(window, world.calendars[each.expert], now=window.start)
            for worked in each.worked:
                span = Span(worked.starts_at, worked.ends_at)
                assert any(part.covers(span) for part in offered), each.key


def test_sessions_lie_in_their_windows_and_teams_meet_at_one_time(world: World) -> None:
    needs = {need.key: need for need in world.needs}
    times: dict[tuple[str, str], set[dt.datetime]] = defaultdict(set)
    for each in world.engagements:
        sessions = {session.key: session for session in needs[each.need].sessions}
        for worked in each.worked:
            session = sessions[worked.session]
            assert session.earliest <= worked.starts_at
            assert worked.ends_at <= session.latest
            assert worked.minutes == session.length_minutes
            times[each.need, worked.session].add(worked.starts_at)

    assert all(len(starts) == 1 for starts in times.values())


def test_whoever_worked_had_what_the_seat_asked_for(world: World) -> None:
    people = {each.key: each for each in world.experts}
    seats = {(need.key, seat.key): (need, seat) for need in world.needs for seat in need.seats}

    for each in world.engagements:
        need, seat = seats[each.need, each.seat]
        day = need.not_before.astimezone(SEOUL).date()
        for facet in seat.required:
            held = people[each.expert].has(facet.kind, facet.code, level=facet.minimum_level, on=day)
            assert held, (each.key, facet)


def test_experts_were_borrowed_under_an_agreement_only(world: World) -> None:
    for each in world.engagements:
        assert each.lender == each.borrower or (each.lender, each.borrower) in PAIRS, each.key


def test_the_steps_of_an_engagement_follow_each_other(world: World) -> None:
    for each in world.engagements:
        steps = [
            each.proposed_at, each.offered_at, each.answered_at, each.confirmed_at,
            *(worked.starts_at for worked in each.worked), each.delivered_at, each.ended_at,
        ]  # fmt: skip
        known = [step for step in steps if step is not None]
        assert known == sorted(known), each.key
        assert each.ended_at <= seoul(world.now, 0)


def test_a_decline_has_a_reason_and_a_busy_one_says_until_when(world: World) -> None:
    for each in world.engagements:
        assert (each.decline_reason is not None) == (each.state is EngagementState.DECLINED)
        assert (each.busy_until is not None) == (each.decline_reason == "busy")


def test_nobody_was_asked_twice_for_one_need(world: World) -> None:
    counts = Counter((each.need, each.expert) for each in world.engagements)

    assert max(counts.values()) == 1
