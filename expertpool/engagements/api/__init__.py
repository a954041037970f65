"""Engagements, and what is decided about conflicts of interest in them, for programs."""

from expertpool.engagements.api import engagements, process
from expertpool.engagements.api.blueprint import blp

__all__ = ["blp", "engagements", "process"]
