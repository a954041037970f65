"""The pages of engagements: the expert's inbox, and the desks of coordinators, lenders and officers."""

from expertpool.engagements.web import coordinator, expert, lender, officer, rule_pack, waivers
from expertpool.engagements.web.blueprint import blp

__all__ = ["blp", "coordinator", "expert", "lender", "officer", "rule_pack", "waivers"]
