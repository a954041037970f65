"""What follows from a change at once, in the same transaction, although a higher feature does it.

A feature registers its followers with `@follows("feature.what_happened")`; whoever changes something calls
`follow` by name, so a lower feature needs not import the higher one. Unlike a job, the consequence exists
exactly when the change does: if it fails, neither happened.
"""

from collections import defaultdict
from collections.abc import Callable
from typing import Any

from sqlalchemy.orm import Session

from expertpool.infra.jobs import is_unheard

Follower = Callable[..., object]
_followers: defaultdict[str, list[Follower]] = defaultdict(list)


def follows(name: str) -> Callable[[Follower], Follower]:
    """Let the function follow every `name` from now on."""

    def register(follower: Follower) -> Follower:
        _followers[name].append(follower)
        return follower

    return register


def follow(session: Session, name: str, /, **facts: Any) -> None:
    """Let everything follow that has to; nothing does inside `jobs.unheard`, where the past is told."""
    if is_unheard():
        return
    session.flush()
    for follower in _followers[name]:
        follower(session, **facts)
