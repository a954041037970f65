"""How the work has been shared among the ministries that may serve a need."""

import datetime as dt
import uuid
from collections import Counter
from collections.abc import Collection, Mapping

import sqlalchemy as sa
from sqlalchemy.orm import Session

from expertpool.engagements.queries import carried_minutes
from expertpool.engagements.rules import Work
from expertpool.experts.queries import offered_by_ministry
from expertpool.infra.clock import seoul_date
from expertpool.ministries.models import Ministry
from expertpool.planning.queries.facts import Standing
from expertpool.planning.queries.people import load_of
from expertpool.planning.rules import LOAD_LOOKS_BACK, POLICY, shares_of, work_asked
from expertpool.scheduling import snapshot as sn


def shares_for(
    session: Session,
    codes: Collection[str],
    asked: sn.Need,
    standing: Standing,
    *,
    works: Mapping[uuid.UUID, Work],
    now: dt.datetime,
) -> tuple[sn.Share, ...]:
    """The shares of some ministries; work that is given back is not carried: the planner counts it anew."""
    rows = session.execute(sa.select(Ministry.id, Ministry.code).where(Ministry.code.in_(codes)))
    code_of: dict[uuid.UUID, str] = dict(rows.all())
    offered = offered_by_ministry(session, code_of, today=seoul_date(now))
    carried = Counter(carried_minutes(session, code_of, now - LOAD_LOOKS_BACK))
    for each in standing.given_back:
        carried[each.lender_id] -= load_of(each, works)
    return shares_of(
        {code: offered.get(key, 0) for key, code in code_of.items()},
        {code: max(0, carried[key]) for key, code in code_of.items()},
        asked_minutes=work_asked(asked, POLICY.fairness_unit_minutes),
    )
