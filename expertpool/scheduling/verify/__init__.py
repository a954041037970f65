"""The last word before a plan counts: every hard rule and the cost checked anew.

Written twice on purpose: nothing here uses the code that makes plans, only the records and the vocabulary,
and it is plain where the search is fast. A fault found here is a bug, and the plan must not be used.
"""

from expertpool.scheduling.plan import Plan
from expertpool.scheduling.snapshot import Snapshot
from expertpool.scheduling.verify.book import Book, Violation
from expertpool.scheduling.verify.cost import cost_faults
from expertpool.scheduling.verify.lending import lending_faults
from expertpool.scheduling.verify.people import fixed_faults, people_faults
from expertpool.scheduling.verify.shape import shape_faults
from expertpool.scheduling.verify.teams import team_faults
from expertpool.scheduling.verify.times import time_faults

__all__ = ["RULES", "Violation", "verify"]

RULES = (people_faults, time_faults, lending_faults, team_faults)


def verify(snapshot: Snapshot, plan: Plan) -> list[Violation]:
    """Every rule a plan breaks; empty when it is legal and says its true cost.

    A plan that does not fit the snapshot at all is not looked at further.
    """
    misfits = list(shape_faults(snapshot, plan))
    if misfits:
        return misfits
    book = Book.of(snapshot, plan)
    found = list(fixed_faults(book))
    for part in RULES:
        found += part(book)
    found += cost_faults(book, plan)
    return found
