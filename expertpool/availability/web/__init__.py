"""The pages of an expert's time: the expert's own, and what staff see of it."""

from expertpool.availability.web import downloads, external, pages, panel, posts
from expertpool.availability.web.blueprint import blp

__all__ = ["blp", "downloads", "external", "pages", "panel", "posts"]
