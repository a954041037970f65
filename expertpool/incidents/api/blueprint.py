"""The one blueprint of this part of the API."""

from flask_smorest import Blueprint

from expertpool.infra.identity import Role

blp = Blueprint(
    "incidents_api",
    __name__,
    url_prefix="/api/v1",
    description="Incidents, their parties and ministries, and the needs for experts that follow from them.",
)

WORKERS = (Role.COORDINATOR,)
READERS = (Role.COORDINATOR, Role.CONFLICT_OFFICER, Role.AUDITOR)

NOT_YOURS = "You may see it, but not do this."
NOTHING = "No such thing, or not for you."
NOT_NOW = "The state of the thing does not allow this step."
CHANGED = "Somebody changed it after you read it."
FAULTY = "Some fields cannot be used; `errors` names them by path, such as `seats-0-role_kind`."
