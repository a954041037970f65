"""Whether the screening, fed from the tables, finds what was planted and takes no decoy for a conflict."""

from collections.abc import Iterator

from sqlalchemy.orm import Session

from expertpool.conflicts.packs import pack_in_force
from expertpool.conflicts.rules.vocabulary import RoleClass, Tier
from expertpool.demo.verify.rows import Claim, Rows
from expertpool.engagements.service import screen_for_case
from expertpool.infra.clock import seoul_date

# Stepping down is no tie: the planner keeps whoever did away from the incident (`stories`).
BY_ENGAGEMENT = "R30"


def check_conflicts(session: Session, rows: Rows) -> Iterator[Claim]:
    """Planted conflicts by rule, then decoys."""
    relations = rows.world.relations
    judged = set(pack_in_force(seoul_date(rows.at)).rules) - {BY_ENGAGEMENT}
    planted = [each for each in relations.planted if each.rule in judged]
    missed = [
        f"{each.key} {each.rule}"
        for each in planted
        if tiers(session, rows, each.incident, each.expert) != each.tiers
    ]
    yield Claim(
        f"{len(planted)} of {len(relations.planted)} planted conflicts (rules in force) get their tiers",
        f"{len(planted) - len(missed)}{': not ' + ', '.join(missed) if missed else ''}",
        holds=bool(planted) and not missed,
    )
    barred = [
        each.key for each in relations.decoys if Tier.BAR in tiers(session, rows, each.incident, each.expert)
    ]
    yield Claim(
        f"none of {len(relations.decoys)} decoys is barred", ", ".join(barred) or "none", holds=not barred
    )


def tiers(session: Session, rows: Rows, incident: str, expert: str) -> tuple[Tier, ...]:
    """What the rules say of one expert in one incident, in each role class."""
    expert_id = rows.experts[expert]
    screened = screen_for_case(
        session,
        rows.incidents[incident],
        role_classes=list(RoleClass),
        on=seoul_date(rows.at),
        expert_ids=[expert_id],
    )
    return tuple(screened[expert_id, role_class].tier for role_class in RoleClass)
