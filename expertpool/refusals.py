"""The noes the domain may say. Each carries words that tell the reader what to do.

`infra.problems` maps them once: to RFC 9457 problem+json for the API, to a page for the browser.
"""

from collections.abc import Mapping

from expertpool.words import Words


class Refusal(Exception):
    """A use case was refused for a reason the caller can act on."""

    def __init__(self, words: Words, *, rule: str | None = None) -> None:
        super().__init__(str(words))
        self.words = words
        self.rule = rule


class NotFound(Refusal):
    """Nothing there that this actor may know of. Existing but hidden things give the same answer."""


class Forbidden(Refusal):
    """The actor may see the thing but not do this to it."""


class WrongState(Refusal):
    """The thing is in a state that does not allow this step."""


class Stale(Refusal):
    """Somebody changed the thing after the caller read it."""


class Conflicting(Refusal):
    """The step would break a promise the database keeps: a double booking, a spent quota."""


class Invalid(Refusal):
    """Input that cannot be used; `fields` names each faulty field and what to write instead."""

    def __init__(
        self, words: Words, *, fields: Mapping[str, Words] | None = None, rule: str | None = None
    ) -> None:
        super().__init__(words, rule=rule)
        self.fields = dict(fields or {})
