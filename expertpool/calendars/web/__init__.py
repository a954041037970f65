"""The expert's calendar and its feed; how invitations were delivered, for coordinators."""

from expertpool.calendars.web import feed, pages, panel
from expertpool.calendars.web.blueprint import blp

__all__ = ["blp", "feed", "pages", "panel"]
