"""How each candidate stands to the parties of the case, by role class."""

import datetime as dt
import uuid
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from expertpool.conflicts.queries import granted_waivers
from expertpool.conflicts.rules.findings import Screening
from expertpool.conflicts.rules.vocabulary import FindingStatus
from expertpool.conflicts.rules.waivers import reaches
from expertpool.engagements.service import screen_for_case
from expertpool.experts.models import Expert
from expertpool.incidents.queries import NeedForPlanning, last_day_of, need_for_planning
from expertpool.infra.clock import seoul_date
from expertpool.planning.models import PlanRun
from expertpool.planning.queries import facts
from expertpool.planning.queries.facts import Standing
from expertpool.planning.rules import Taken
from expertpool.scheduling import snapshot as sn
from expertpool.scheduling.plan import Plan
from expertpool.scheduling.vocabulary import RoleClass, Rule, Tier


@dataclass(frozen=True, slots=True)
class Found:
    """The conflicts of a snapshot, and the seats (seat, expert) waived experts stay away from."""

    conflicts: tuple[sn.Conflict, ...]
    shut: tuple[tuple[uuid.UUID, uuid.UUID], ...]


def conflicts_of(
    session: Session,
    need: NeedForPlanning,
    experts: Sequence[Expert],
    standing: Standing,
    *,
    now: dt.datetime,
) -> Found:
    """The findings that are not clear, for every role class of the need's seats.

    A waiver is for one seat: of other seats its expert is kept out. One that ends before the work may end,
    or that does not name every waivable finding, waives nothing.
    """
    incident, ids = str(need.incident_id), [expert.id for expert in experts]
    classes = sorted({seat.role_class for seat in need.seats})
    ends_on = last_day_of(need.deadline)
    waivers = granted_waivers(session, need.id, ends_on=ends_on, expert_ids=ids)
    screened = screen_for_case(
        session, need.incident_id, role_classes=classes, on=seoul_date(now), expert_ids=ids, waivers=waivers
    )
    found: dict[tuple[str, RoleClass], sn.Conflict] = {}
    shut: list[tuple[uuid.UUID, uuid.UUID]] = []
    for (expert_id, role_class), screening in screened.items():
        seats = [seat.id for seat in need.seats if seat.role_class == role_class]
        inside = {seat for seat in seats if reaches(waivers, screening, seat_id=seat, ends_on=ends_on)}
        conflict = _conflict(incident, str(expert_id), role_class, screening, in_scope=bool(inside))
        if conflict is not None:
            found[str(expert_id), role_class] = conflict
            shut += [(seat, expert_id) for seat in seats if conflict.waived and seat not in inside]
    for barred in _two_classes(incident, classes, standing, known=set(ids)):
        found[barred.expert, barred.role_class] = barred
    return Found(tuple(found.values()), tuple(shut))


def still_stand(session: Session, run: PlanRun, taken: Taken, plan: Plan, *, now: dt.datetime) -> bool:
    """Whether the experts a plan names stand to the parties as they did in its snapshot."""
    need = need_for_planning(session, run.need_id)
    named = {placed.expert for placed in plan.engagements}
    experts = facts.known_experts(session, [uuid.UUID(each) for each in named])
    by_now = conflicts_of(session, need, experts, facts.standing_of(session, run), now=now)
    return set(by_now.conflicts) == {each for each in taken.snapshot.conflicts if each.expert in named}


def _conflict(
    incident: str, expert: str, role_class: RoleClass, screening: Screening, *, in_scope: bool
) -> sn.Conflict | None:
    if screening.tier is Tier.CLEAR:
        return None
    rules = tuple(sorted({each.rule for each in screening.findings if each.counts_as is not Tier.CLEAR}))
    under_waiver = screening.tier is Tier.DISCLOSE and any(
        each.status is FindingStatus.WAIVED for each in screening.findings
    )
    tier = Tier.WAIVABLE if under_waiver else screening.tier
    return sn.Conflict(incident, expert, role_class, tier, rules, waived=under_waiver and in_scope)


def _two_classes(
    incident: str, classes: Iterable[RoleClass], standing: Standing, *, known: set[uuid.UUID]
) -> Iterator[sn.Conflict]:
    """CONF-04: whoever serves this incident in one capacity is barred from another."""
    rules = (str(Rule.TWO_ROLE_CLASSES),)
    for expert_id, serves_as in sorted(set(standing.other_class)):
        for role_class in classes:
            if role_class != serves_as and expert_id in known:
                yield sn.Conflict(incident, str(expert_id), role_class, Tier.BAR, rules, waived=False)
