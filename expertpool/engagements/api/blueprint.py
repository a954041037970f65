"""The one blueprint of this part of the API."""

from flask_smorest import Blueprint

from expertpool.infra.identity import Role

blp = Blueprint(
    "engagements_api",
    __name__,
    url_prefix="/api/v1",
    description="One expert on one seat: proposal, offer, conflict card, answer, consent, work; findings, "
    "waivers and challenges.",
)

READERS = (
    Role.COORDINATOR,
    Role.EXPERT,
    Role.CONFLICT_OFFICER,
    Role.MINISTRY_VIEWER,
    Role.AUDITOR,
)
NOT_YOURS = "You may see it, but not do this."
NOTHING = "No such engagement, or not for you."
NOT_NOW = "The state does not allow this, or what it would take is taken."
CHANGED = "Somebody changed it after you read it."
FAULTY = "Some fields cannot be used; `errors` names them."
