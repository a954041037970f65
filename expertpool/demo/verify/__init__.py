"""Whether the loaded demo is what was promised: totals, planted conflicts, stories, and no impossible state.

Everything is read from the database as it was loaded; what people do in the demo afterwards may change it.
"""

from collections.abc import Iterator

from expertpool.demo.service import loaded_at, world_at
from expertpool.demo.verify.conflicts import check_conflicts
from expertpool.demo.verify.labels import check_labels
from expertpool.demo.verify.officers import check_officers
from expertpool.demo.verify.rows import Claim, Rows, rows_of
from expertpool.demo.verify.stories import check_stories
from expertpool.demo.verify.totals import check_totals
from expertpool.doctor import examine
from expertpool.infra.db import unit_of_work
from expertpool.infra.identity import SYSTEM

__all__ = ["Claim", "verify"]


def verify() -> list[Claim]:
    """Every claim with what was found. Nothing is changed."""
    at = loaded_at()
    if at is None:
        return [Claim("the demo data is there", "nothing; start with `make demo-reset`", holds=False)]
    with unit_of_work(SYSTEM) as session:
        rows = rows_of(session, world_at(at), at)
        return [
            *check_totals(session, rows),
            *check_conflicts(session, rows),
            *check_stories(session, rows),
            *check_officers(session, rows),
            *check_labels(session),
            *_check_health(rows),
        ]


def _check_health(rows: Rows) -> Iterator[Claim]:
    with unit_of_work(SYSTEM) as session:
        for finding in examine(session):
            found = "holds" if finding.healthy else f"{finding.offenders}: {', '.join(finding.examples)}"
            yield Claim(f"doctor: {finding.claim}", found, holds=finding.healthy)
