"""Conflict-of-interest facts, rules and findings."""
