"""The chains of ties a screening follows from an expert."""

from collections.abc import Iterator

from expertpool.conflicts.rules.facts import Ref, Relation
from expertpool.conflicts.rules.index import CaseIndex
from expertpool.conflicts.rules.posts import EMPLOYED
from expertpool.conflicts.rules.situations import Chain
from expertpool.conflicts.rules.vocabulary import Kinship, NodeKind


def chains_of(index: CaseIndex, expert: Ref) -> Iterator[Chain]:
    """Each tie of the expert, and each post at a place that has ties, or people, of its own."""
    goes_on = bool(index.firm_ties or index.staff)
    for tie in index.ties.get(expert, ()):
        yield Chain(tie)
        if goes_on and _works_at(tie):
            yield from (Chain(tie, second) for second in _ties_of_place(index, tie.target))


def _works_at(tie: Relation) -> bool:
    own = tie.type in EMPLOYED and tie.kinship is Kinship.SELF
    return own and tie.target.kind is NodeKind.ORGANISATION


def _ties_of_place(index: CaseIndex, place: Ref) -> Iterator[Relation]:
    """What the place holds and who works there, under every record known to be the same place."""
    for ref in sorted(index.identities.surely(place)):
        yield from index.firm_ties.get(ref, ())
        yield from index.staff.get(ref, ())
