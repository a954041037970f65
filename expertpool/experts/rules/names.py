"""Under which name an expert is known to whom."""

import uuid
from dataclasses import dataclass
from typing import Protocol


class Home(Protocol):
    """The ministry an expert belongs to."""

    @property
    def code(self) -> str: ...
    @property
    def shows_aliases_only(self) -> bool: ...


class Nameable(Protocol):
    """Somebody with a name to show or to hide."""

    @property
    def id(self) -> uuid.UUID: ...
    @property
    def ministry_id(self) -> uuid.UUID: ...
    @property
    def ministry(self) -> Home: ...
    @property
    def name_ko(self) -> str: ...
    @property
    def name_en(self) -> str: ...
    @property
    def alias(self) -> str | None: ...


@dataclass(frozen=True, slots=True)
class ShownName:
    """A name in both languages, or an alias that is the same in both."""

    name_ko: str
    name_en: str
    is_alias: bool


def shown_name(expert: Nameable, viewer_ministry: uuid.UUID | None) -> ShownName:
    """The name by which `viewer_ministry` may know `expert`.

    A ministry that shows aliases only keeps the names of its experts to itself; an expert of it who has no
    alias yet is shown by a part of the random identifier, never by name.
    """
    if expert.ministry.shows_aliases_only and expert.ministry_id != viewer_ministry:
        alias = expert.alias or f"{expert.ministry.code}-{expert.id.hex[:6]}"
        return ShownName(alias, alias, is_alias=True)
    return ShownName(expert.name_ko, expert.name_en, is_alias=False)
