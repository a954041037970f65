"""An expert's time as files for calendar programs."""

import datetime as dt

from flask import Response

from expertpool.availability import queries
from expertpool.availability.rules import Span
from expertpool.availability.rules.ics.offering import Signature, offered_file, taken_file
from expertpool.availability.web.blueprint import blp
from expertpool.config import settings_of_app
from expertpool.infra import clock
from expertpool.infra.db import db
from expertpool.infra.gate import current_actor, open_to
from expertpool.infra.identity import Role
from expertpool.refusals import NotFound
from expertpool.words import words

_AHEAD = dt.timedelta(weeks=26)
_FILES = {"hours": offered_file, "taken": taken_file}


@blp.get("/me/availability/<any(hours, taken):form>.ics")
@open_to(Role.EXPERT)
def download(form: str) -> Response:
    """The hours that are offered (VAVAILABILITY), or all time that is not free (VFREEBUSY), half a year."""
    expert_id = current_actor().expert_id
    if expert_id is None:
        raise NotFound(words("There is nothing here that you can see. Check the address."))
    now = clock.now()
    first = now.replace(minute=0, second=0, microsecond=0)
    window = Span(first, first + _AHEAD)
    calendar = queries.calendars_of(db.session(), [expert_id], window=window)[expert_id]
    owner = f"{expert_id.hex}@{settings_of_app().desk_domain}"
    body = _FILES[form](calendar, window, Signature(owner, now.replace(microsecond=0)))
    answer = Response(body, content_type="text/calendar; charset=utf-8")
    answer.headers["Content-Disposition"] = f'attachment; filename="availability-{form}.ics"'
    answer.headers["Cache-Control"] = "no-store"
    return answer
