"""Who acts, and how new things are named."""

import contextlib
import enum
import random
import uuid
from collections.abc import Iterator, Mapping
from contextvars import ContextVar
from dataclasses import dataclass

from expertpool.words import Words, words


class Role(enum.StrEnum):
    """What a person who signs in is here for."""

    COORDINATOR = "coordinator"
    EXPERT = "expert"
    MINISTRY_VIEWER = "ministry_viewer"
    CONFLICT_OFFICER = "conflict_officer"
    AUDITOR = "auditor"
    ADMIN = "admin"
    SYSTEM = "system"


ROLE_NAMES: Mapping[Role, Words] = {
    Role.COORDINATOR: words("Coordinator"),
    Role.EXPERT: words("Expert"),
    Role.MINISTRY_VIEWER: words("Ministry viewer"),
    Role.CONFLICT_OFFICER: words("Conflict-of-interest officer"),
    Role.AUDITOR: words("Auditor"),
    Role.ADMIN: words("Administrator"),
    Role.SYSTEM: words("The system"),
}


@dataclass(frozen=True, slots=True)
class Actor:
    """The person or process on whose authority something happens; the row policies see the same facts."""

    roles: frozenset[Role] = frozenset()
    user_id: uuid.UUID | None = None
    ministry_id: uuid.UUID | None = None
    expert_id: uuid.UUID | None = None

    def is_a(self, *roles: Role) -> bool:
        """Whether the actor holds at least one of `roles`."""
        return not self.roles.isdisjoint(roles)


NOBODY = Actor()
SYSTEM = Actor(roles=frozenset({Role.SYSTEM}))

_seeded: ContextVar[random.Random | None] = ContextVar("seeded_ids", default=None)


def new_id() -> uuid.UUID:
    """A random identifier. Sequences are not used: a gap in one would let others count hidden cases."""
    source = _seeded.get()
    return uuid.uuid4() if source is None else uuid.UUID(int=source.getrandbits(128), version=4)


@contextlib.contextmanager
def seeded_ids(seed: int) -> Iterator[None]:
    """Make identifiers repeatable inside the block: demo data has to be the same on every machine."""
    token = _seeded.set(random.Random(seed))  # noqa: S311 - repeatable on purpose
    try:
        yield
    finally:
        _seeded.reset(token)
