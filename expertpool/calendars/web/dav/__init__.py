"""CalDAV: two calendars of each expert for phones and calendar programs."""

from expertpool.calendars.web.dav import objects, places, speaking

__all__ = ["objects", "places", "speaking"]
