"""The expert's calendar and its feed, answering without signing in, and what the desk sees of it all."""

from expertpool.calendars.web import answer, desk, feed, pages, panel
from expertpool.calendars.web.blueprint import blp

__all__ = ["answer", "blp", "desk", "feed", "pages", "panel"]
