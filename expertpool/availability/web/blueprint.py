"""The one blueprint of these pages, and who they are for."""

from flask import Blueprint

from expertpool.infra.identity import Role

blp = Blueprint("availability", __name__)

KEEPERS = (Role.EXPERT, Role.COORDINATOR, Role.ADMIN)
