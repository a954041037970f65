"""The one blueprint of these pages, and what they have in common."""

import datetime as dt

from flask import Blueprint

from expertpool.experts.rules import ExpertState
from expertpool.infra import clock
from expertpool.infra.identity import Role

blp = Blueprint("experts", __name__)

KEEPERS = (Role.COORDINATOR, Role.ADMIN)

STATE_TONES = {
    ExpertState.APPLIED: "info",
    ExpertState.VERIFIED: "info",
    ExpertState.ACTIVE: "success",
    ExpertState.PAUSED: "warning",
    ExpertState.RETIRED: "",
}


def today() -> dt.date:
    """The day in Seoul."""
    return clock.seoul_date(clock.now())
