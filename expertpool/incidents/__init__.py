"""Incidents, their parties, and the needs for experts that follow from them."""
