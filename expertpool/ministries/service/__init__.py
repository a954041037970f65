"""Use cases of the ministries: keeping the reference rows current, and what was agreed about lending."""

from expertpool.ministries.service.lending import (
    agree_lending,
    change_agreement,
    give_back_quota,
    take_quota,
)
from expertpool.ministries.service.reference import load_reference

__all__ = ["agree_lending", "change_agreement", "give_back_quota", "load_reference", "take_quota"]
