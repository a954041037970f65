"""The pages of the lending agreements."""

from expertpool.ministries.web import editor, pages
from expertpool.ministries.web.blueprint import blp

__all__ = ["blp", "editor", "pages"]
