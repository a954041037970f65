"""Pages of organisations, of experts' own interests, and of conflict officers."""

from expertpool.conflicts.web import importing, interests, officer, organisations, others, screening
from expertpool.conflicts.web.blueprint import blp

__all__ = ["blp", "importing", "interests", "officer", "organisations", "others", "screening"]
