"""The one blueprint of these pages, and who they are for."""

import datetime as dt

from flask import Blueprint

from expertpool.infra import clock
from expertpool.infra.identity import Role

blp = Blueprint("ministries", __name__)

READERS = (Role.COORDINATOR, Role.MINISTRY_VIEWER, Role.AUDITOR, Role.ADMIN)
KEEPERS = (Role.COORDINATOR, Role.ADMIN)


def today() -> dt.date:
    """The day in Seoul."""
    return clock.seoul_date(clock.now())
