"""Use cases of the registry."""

from expertpool.experts.service.notice import change_notice
from expertpool.experts.service.reference import load_reference
from expertpool.experts.service.registry import (
    change_expert,
    change_own_profile,
    lock_experts,
    move_expert,
    register_expert,
    touch_calendar,
    verify_facet,
)

__all__ = [
    "change_expert",
    "change_notice",
    "change_own_profile",
    "load_reference",
    "lock_experts",
    "move_expert",
    "register_expert",
    "touch_calendar",
    "verify_facet",
]
