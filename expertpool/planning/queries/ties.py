"""How each candidate stands to the parties of the case, by role class."""

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence

from sqlalchemy.orm import Session

from expertpool.conflicts.rules.findings import Screening
from expertpool.conflicts.rules.vocabulary import FindingStatus
from expertpool.engagements.service import screen_for_case
from expertpool.experts.models import Expert
from expertpool.incidents.queries import NeedForPlanning
from expertpool.infra.clock import seoul_date
from expertpool.planning.queries.facts import Standing
from expertpool.scheduling import snapshot as sn
from expertpool.scheduling.vocabulary import RoleClass, Rule, Tier


def conflicts_of(
    session: Session,
    need: NeedForPlanning,
    experts: Sequence[Expert],
    standing: Standing,
    *,
    now: dt.datetime,
) -> tuple[sn.Conflict, ...]:
    """The findings that are not clear, for every role class of the need's seats."""
    incident, ids = str(need.incident_id), [expert.id for expert in experts]
    classes = sorted({seat.role_class for seat in need.seats})
    screened = screen_for_case(
        session, need.incident_id, role_classes=classes, on=seoul_date(now), expert_ids=ids
    )
    found: dict[tuple[str, RoleClass], sn.Conflict] = {}
    for (expert_id, role_class), screening in screened.items():
        conflict = _conflict(incident, str(expert_id), role_class, screening)
        if conflict is not None:
            found[str(expert_id), role_class] = conflict
    known = {str(expert_id) for expert_id in ids}
    for conflict in _two_classes(incident, classes, standing):
        if conflict.expert in known:
            found[conflict.expert, conflict.role_class] = conflict
    return tuple(found.values())


def _conflict(incident: str, expert: str, role_class: RoleClass, screening: Screening) -> sn.Conflict | None:
    if screening.tier is Tier.CLEAR:
        return None
    rules = tuple(sorted({each.rule for each in screening.findings if each.counts_as is not Tier.CLEAR}))
    waived = screening.tier is Tier.DISCLOSE and any(
        each.status is FindingStatus.WAIVED for each in screening.findings
    )
    tier = Tier.WAIVABLE if waived else screening.tier
    return sn.Conflict(incident, expert, role_class, tier, rules, waived)


def _two_classes(incident: str, classes: Iterable[RoleClass], standing: Standing) -> Iterator[sn.Conflict]:
    """CONF-04: whoever serves this incident in one capacity is barred from another."""
    rules = (str(Rule.TWO_ROLE_CLASSES),)
    for expert_id, serves_as in sorted(set(standing.other_class)):
        for role_class in classes:
            if role_class != serves_as:
                yield sn.Conflict(incident, str(expert_id), role_class, Tier.BAR, rules, waived=False)
