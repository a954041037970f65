"""What of planning waits on a coordinator's desk."""

import datetime as dt

from sqlalchemy.orm import Session

from expertpool.incidents.queries import DeskGroup, DeskItem, desk_groups
from expertpool.infra.identity import Actor, Role
from expertpool.planning import queries
from expertpool.words import words


def _troubled(session: Session, actor: Actor, _now: dt.datetime) -> list[DeskItem]:
    if not actor.is_a(Role.COORDINATOR):
        return []
    return [
        DeskItem(
            name_ko=each.person.name_ko,
            name_en=each.person.name_en,
            note=words("The work may not be possible any more. Decide on the plan."),
            endpoint="planning.run_page",
            values={"run_id": each.run_id},
        )
        for each in queries.troubled(session, actor=actor)
    ]


desk_groups.append(DeskGroup("troubled", 15, words("Changed since the plan"), _troubled))
