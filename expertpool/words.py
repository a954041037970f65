"""Sentences meant for people, kept apart from the language they will be read in.

The pure core may not know a web framework, yet its verdicts have to reach people in Korean and in
English. It therefore returns `Words`: an English message id with named fields. The edges say it in the
reader's language (`expertpool.infra.i18n.say`); `str()` gives the English. Message ids are collected
into the one catalogue by the function name `words`, so its first argument is always a literal.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType


@dataclass(frozen=True, slots=True)
class Words:
    """A sentence and its fields; a field may itself be `Words`."""

    text: str
    fields: Mapping[str, object] = field(default_factory=lambda: MappingProxyType({}))

    def __str__(self) -> str:
        return self.filled(self.text, str)

    def filled(self, text: str, speak: Callable[[object], str]) -> str:
        """`text`, this sentence perhaps translated, with its fields spoken; without fields % is a sign."""
        return text % {name: speak(value) for name, value in self.fields.items()} if self.fields else text

    def __hash__(self) -> int:
        return hash((self.text, tuple(sorted((k, str(v)) for k, v in self.fields.items()))))


def words(text: str, /, **fields: object) -> Words:
    """Mark `text` (English, `%(name)s` fields) for the catalogue and bind its fields."""
    return Words(text, MappingProxyType(fields))
