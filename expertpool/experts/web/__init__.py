"""The pages of the registry."""

from expertpool.experts.web import editor, importing, listing, own, pages
from expertpool.experts.web.blueprint import blp
from expertpool.experts.web.panels import Panel, expert_panels

__all__ = ["Panel", "blp", "editor", "expert_panels", "importing", "listing", "own", "pages"]
