"""Reference data on ministries and regions, and the one way reference data is read.

The YAML files say what is true from which day; nothing here decides anything. Their heads document the
fields. Other features read their own files with `read_rows`, so that a stray or missing field fails the
same way everywhere: as a `TypeError` of the dataclass it should have filled.
"""

import datetime as dt
import importlib.resources
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from typing import Any

import yaml

# The same safe reading, ten times as quick where PyYAML comes with libyaml: every process reads these files.
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(frozen=True, kw_only=True)
class Named:
    """A code with its names, and the half-open period `[valid_from, valid_until)` in which they hold."""

    code: str
    name_ko: str
    name_en: str
    abbr_ko: str | None = None
    abbr: str | None = None
    valid_from: dt.date
    valid_until: dt.date | None = None

    def valid_on(self, day: dt.date) -> bool:
        return self.valid_from <= day and (self.valid_until is None or day < self.valid_until)


class Certainty(StrEnum):
    """How surely a row is known. Only `STATUTE` and `PUBLISHED` may be shown as law or as fact."""

    STATUTE = "A"
    PUBLISHED = "B"
    UNCHECKED = "C"
    POLICY = "P"


class MinistryKind(StrEnum):
    MEMBER = "member"
    SECRETARIAT = "secretariat"
    OBSERVER = "observer"


@dataclass(frozen=True, kw_only=True)
class Ministry(Named):
    """A ministry; `region` is where its office is."""

    kind: MinistryKind
    region: str
    active: bool
    shows_aliases_only: bool


@dataclass(frozen=True, kw_only=True)
class Region(Named):
    """A first-level region. Units: degrees."""

    lat: float
    lon: float


def read_document(package: str, name: str) -> dict[str, Any]:
    """The parsed YAML file `name` that lies beside the code of `package`."""
    text = importlib.resources.files(package).joinpath(name).read_text(encoding="utf-8")
    document: dict[str, Any] = yaml.load(text, Loader=_LOADER)  # noqa: S506 - a safe loader, either of them
    return document


def read_rows(package: str, name: str, section: str = "rows") -> list[dict[str, Any]]:
    """The rows of one file with its `defaults` filled in and lists made into tuples."""
    document = read_document(package, name)
    defaults: dict[str, Any] = document.get("defaults", {}) if section == "rows" else {}
    return [_frozen({**defaults, **row}) for row in document[section]]


def _frozen(row: dict[str, Any]) -> dict[str, Any]:
    return {key: tuple(value) if isinstance(value, list) else value for key, value in row.items()}


def version_of(package: str, name: str) -> str:
    """The release of one file, stored with whatever was decided by it."""
    return str(read_document(package, name)["version"])


@lru_cache
def load_ministries() -> tuple[Ministry, ...]:
    rows = read_rows(__name__, "ministries.yaml")
    return tuple(Ministry(**{**row, "kind": MinistryKind(row["kind"])}) for row in rows)


@lru_cache
def load_regions() -> tuple[Region, ...]:
    return tuple(Region(**row) for row in read_rows(__name__, "regions.yaml"))
