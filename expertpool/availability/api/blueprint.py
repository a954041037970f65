"""The one blueprint of this part of the API, and who it is for."""

from flask_smorest import Blueprint

from expertpool.infra.identity import Role

blp = Blueprint(
    "availability_api",
    __name__,
    url_prefix="/api/v1/experts/<uuid:expert_id>",
    description="When experts are free, and the entries that decide it.",
)

KEEPERS = (Role.EXPERT, Role.COORDINATOR, Role.ADMIN)
