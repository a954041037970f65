"""Reference data on what experts can be and know: the eight facets and the ways other lists map onto them.

The YAML files say what is true from which day; their heads document the fields.
"""

from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from expertpool.ministries.data import Certainty, Named, read_rows
from expertpool.scheduling.vocabulary import RoleClass


class Sector(StrEnum):
    """The five sectors of the WIPO concordance."""

    ELECTRICAL = "electrical"
    INSTRUMENTS = "instruments"
    CHEMISTRY = "chemistry"
    MECHANICAL = "mechanical"
    OTHER = "other"


@dataclass(frozen=True, kw_only=True)
class RoleKind(Named):
    classes: tuple[RoleClass, ...]
    default_class: RoleClass
    licences: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Licence(Named):
    protected: bool


@dataclass(frozen=True, kw_only=True)
class TechnologyField(Named):
    sector: Sector


@dataclass(frozen=True, kw_only=True)
class Desk(Named):
    fields: tuple[str, ...]
    tags: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Skill(Named):
    role_kinds: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Proceeding(Named):
    pass


@dataclass(frozen=True, kw_only=True)
class Language(Named):
    pass


@dataclass(frozen=True, kw_only=True)
class Clearance(Named):
    rank: int
    certainty: Certainty


@dataclass(frozen=True, kw_only=True)
class CrosswalkScheme(Named):
    certainty: Certainty
    note_ko: str
    note_en: str


@dataclass(frozen=True, kw_only=True)
class CrosswalkEntry(Named):
    """One entry of another list; `(scheme, code)` is unique, `code` alone is not."""

    scheme: str
    fields: tuple[str, ...]
    desks: tuple[str, ...]
    certainty: Certainty


@lru_cache
def load_role_kinds() -> tuple[RoleKind, ...]:
    return tuple(
        RoleKind(
            **{
                **row,
                "classes": tuple(RoleClass(each) for each in row["classes"]),
                "default_class": RoleClass(row["default_class"]),
                "licences": tuple(row["licences"]),
            }
        )
        for row in read_rows(__name__, "role_kinds.yaml")
    )


@lru_cache
def load_licences() -> tuple[Licence, ...]:
    return tuple(Licence(**row) for row in read_rows(__name__, "licences.yaml"))


@lru_cache
def load_technology_fields() -> tuple[TechnologyField, ...]:
    rows = read_rows(__name__, "technology_fields.yaml")
    return tuple(TechnologyField(**{**row, "sector": Sector(row["sector"])}) for row in rows)


@lru_cache
def load_desks() -> tuple[Desk, ...]:
    return tuple(Desk(**row) for row in read_rows(__name__, "desks.yaml"))


@lru_cache
def load_skills() -> tuple[Skill, ...]:
    return tuple(Skill(**row) for row in read_rows(__name__, "skills.yaml"))


@lru_cache
def load_proceedings() -> tuple[Proceeding, ...]:
    return tuple(Proceeding(**row) for row in read_rows(__name__, "proceedings.yaml"))


@lru_cache
def load_languages() -> tuple[Language, ...]:
    return tuple(Language(**row) for row in read_rows(__name__, "languages.yaml"))


@lru_cache
def load_clearances() -> tuple[Clearance, ...]:
    """Lowest first."""
    rows = read_rows(__name__, "clearances.yaml")
    found = (Clearance(**{**row, "certainty": Certainty(row["certainty"])}) for row in rows)
    return tuple(sorted(found, key=lambda clearance: clearance.rank))


@lru_cache
def load_crosswalk_schemes() -> tuple[CrosswalkScheme, ...]:
    rows = read_rows(__name__, "crosswalks.yaml", "schemes")
    return tuple(CrosswalkScheme(**{**row, "certainty": Certainty(row["certainty"])}) for row in rows)


@lru_cache
def load_crosswalks() -> tuple[CrosswalkEntry, ...]:
    rows = read_rows(__name__, "crosswalks.yaml")
    return tuple(CrosswalkEntry(**{**row, "certainty": Certainty(row["certainty"])}) for row in rows)
