"""Incidents and needs for programs."""

from expertpool.incidents.api import incidents, needs
from expertpool.incidents.api.blueprint import blp

__all__ = ["blp", "incidents", "needs"]
