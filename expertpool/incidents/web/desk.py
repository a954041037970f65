"""A coordinator's desk: what waits, the nearest first."""

from flask import render_template

from expertpool.incidents import queries
from expertpool.incidents.web.blueprint import WORKERS, blp
from expertpool.infra import clock
from expertpool.infra.db import unit_of_work
from expertpool.infra.gate import current_actor, open_to


@blp.get("/desk")
@open_to(*WORKERS)
def desk() -> str:
    """What needs me now."""
    with unit_of_work() as session:
        groups = queries.desk_of(session, actor=current_actor(), now=clock.now())
    waiting = [group for group in groups if group.items]
    quiet = [group for group in groups if not group.items]
    return render_template("incidents/desk.html", waiting=waiting, quiet=quiet)
