"""Incidents and needs for programs."""

from expertpool.incidents.api import conflicts, incidents, needs
from expertpool.incidents.api.blueprint import blp

__all__ = ["blp", "conflicts", "incidents", "needs"]
