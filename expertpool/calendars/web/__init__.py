"""The expert's calendar and its feed, answering without signing in, CalDAV, and what the desk sees of it."""

from expertpool.calendars.web import answer, dav, desk, feed, pages, panel
from expertpool.calendars.web.blueprint import blp

__all__ = ["answer", "blp", "dav", "desk", "feed", "pages", "panel"]
