"""Everything of the demo world, put together in the order in which one thing needs another."""

import datetime as dt
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, replace

from expertpool.availability.rules import ExpertCalendar, Span
from expertpool.demo.world.accounts import Account, generate_accounts
from expertpool.demo.world.availability import generate_calendars
from expertpool.demo.world.cases import Incidents
from expertpool.demo.world.engagements import Engagement, History, generate_history
from expertpool.demo.world.experts import Circumstance, Expert, generate_experts
from expertpool.demo.world.incidents import generate_incidents
from expertpool.demo.world.lending import Agreement, Lent, generate_agreements
from expertpool.demo.world.needs import Need, generate_needs
from expertpool.demo.world.organisations import Organisations, generate_organisations
from expertpool.demo.world.relations import Relations, generate_relations
from expertpool.demo.world.seeding import ago, seoul
from expertpool.demo.world.teams import Bench, week_of
from expertpool.incidents.rules import NeedState

HISTORY_DAYS = 200
OVER_CAPACITY = 30
LEAST_CAPACITY_MINUTES = 180


@dataclass(frozen=True, slots=True)
class World:
    """One demo world. `calendars` has every expert by key."""

    seed: int
    now: dt.date
    organisations: Organisations
    experts: tuple[Expert, ...]
    incidents: Incidents
    needs: tuple[Need, ...]
    relations: Relations
    calendars: Mapping[str, ExpertCalendar]
    engagements: tuple[Engagement, ...]
    agreements: tuple[Agreement, ...]
    accounts: tuple[Account, ...]


def build_world(*, seed: int, now: dt.date) -> World:
    """The world as it stands on the morning of `now`, a day in Seoul."""
    organisations = generate_organisations(seed=seed, now=now)
    experts = generate_experts(organisations, seed=seed, now=now)
    incidents = generate_incidents(organisations, experts, seed=seed, now=now)
    needs = generate_needs(incidents, now=now)
    calendars = generate_calendars(experts, seed=seed, now=now)
    relations = generate_relations(organisations, experts, incidents, needs, calendars, seed=seed, now=now)
    past_days = Span(seoul(ago(now, HISTORY_DAYS), 0), seoul(now, 0))
    bench = Bench(
        experts,
        calendars,
        organisations,
        incidents,
        relations.ties,
        relations.mandates,
        apart=relations.apart(incidents),
        window=past_days,
    )
    past = tuple(each for each in needs if each.state is NeedState.COMPLETED)
    history = generate_history(bench, past, seed=seed, now=now)
    spared = frozenset(each.expert for each in relations.planted)
    experts = _with_lowered_capacity(experts, history.engagements, spared)
    return World(
        seed=seed,
        now=now,
        organisations=organisations,
        experts=experts,
        incidents=incidents,
        needs=tuple(_ended(need, history) for need in needs),
        relations=relations,
        calendars=calendars,
        engagements=history.engagements,
        agreements=generate_agreements(_lent(history.engagements), now=now),
        accounts=generate_accounts(experts),
    )


def _ended(need: Need, history: History) -> Need:
    """A past need with the times it was filled and completed, or cancelled because nobody was found."""
    if need.key in history.unmet:
        return replace(need, state=NeedState.CANCELLED)
    done = [each for each in history.engagements if each.need == need.key and each.worked]
    if not done:
        return need
    return replace(
        need,
        filled_at=max(each.confirmed_at for each in done if each.confirmed_at),
        completed_at=max(each.delivered_at for each in done if each.delivered_at),
    )


def _lent(engagements: tuple[Engagement, ...]) -> list[Lent]:
    return [
        Lent(each.lender, each.borrower, worked.starts_at, worked.minutes)
        for each in engagements
        for worked in each.worked
    ]


def busiest_weeks(engagements: tuple[Engagement, ...]) -> dict[str, int]:
    """The most minutes each expert worked in one week."""
    weeks: dict[tuple[str, dt.date], int] = defaultdict(int)
    for engagement in engagements:
        for worked in engagement.worked:
            weeks[engagement.expert, week_of(worked.starts_at)] += worked.minutes
    found: dict[str, int] = {}
    for (expert, _), minutes in weeks.items():
        found[expert] = max(minutes, found.get(expert, 0))
    return found


def _with_lowered_capacity(
    experts: tuple[Expert, ...], engagements: tuple[Engagement, ...], spared: frozenset[str]
) -> tuple[Expert, ...]:
    """Thirty experts lately offered less than they had worked in their busiest week; none of the `spared`."""
    busiest = busiest_weeks(engagements)
    tired = sorted(
        (
            each
            for each in experts
            if each.circumstance is Circumstance.ORDINARY
            and not each.in_story
            and each.key not in spared
            and busiest.get(each.key, 0) > LEAST_CAPACITY_MINUTES
        ),
        key=lambda each: (-busiest[each.key], each.key),
    )
    chosen = {each.key for each in tired[:OVER_CAPACITY]}
    return tuple(
        replace(
            each,
            circumstance=Circumstance.OVER_CAPACITY,
            previous_capacity_minutes=each.weekly_capacity_minutes,
            weekly_capacity_minutes=max(LEAST_CAPACITY_MINUTES, busiest[each.key] * 4 // 5 // 60 * 60),
        )
        if each.key in chosen
        else each
        for each in experts
    )
