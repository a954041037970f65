"""Reading organisations and ties, and screening experts by them."""

from expertpool.conflicts.queries.rows import precision_of
from expertpool.conflicts.queries.screening import facts_for, screen_experts

__all__ = ["facts_for", "precision_of", "screen_experts"]
