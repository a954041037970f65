"""Invitations, their outbox, and the private feeds."""
