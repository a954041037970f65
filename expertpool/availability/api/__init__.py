"""Experts' time for programs."""

from expertpool.availability.api import external, hours
from expertpool.availability.api.blueprint import blp

__all__ = ["blp", "external", "hours"]
