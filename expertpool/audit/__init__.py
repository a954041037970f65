"""A tamper-evident record of who did what."""
