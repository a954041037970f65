"""Whether everything that has a name has it in both languages."""

import dataclasses
from collections.abc import Iterable, Iterator

import sqlalchemy as sa
from sqlalchemy.orm import Session

from expertpool.demo.verify.rows import Claim
from expertpool.experts import data as experts
from expertpool.incidents import data as incidents
from expertpool.infra.db import Base
from expertpool.ministries import data as ministries

LISTS = (
    ministries.load_ministries,
    ministries.load_regions,
    experts.load_role_kinds,
    experts.load_technology_fields,
    experts.load_desks,
    experts.load_skills,
    experts.load_proceedings,
    experts.load_languages,
    experts.load_clearances,
    experts.load_licences,
    incidents.load_triggers,
    incidents.load_clocks,
    incidents.load_programmes,
    incidents.load_incident_types,
    incidents.load_request_templates,
)


def check_labels(session: Session) -> Iterator[Claim]:
    """Columns and fields that end in _ko and _en come in pairs, and neither is empty."""
    halves = [half for load in LISTS for entry in load() for half in _halves(entry)]
    yield _claim(f"both languages in {len(LISTS)} reference lists", halves)
    pairs = list(_columns())
    named = [f"{ko.table.name}.{ko.name}" for ko, en in pairs if _half_filled(session, ko, en)]
    yield _claim(f"both languages in {len(pairs)} pairs of columns", named)


def _claim(claim: str, halves: Iterable[str]) -> Claim:
    found = sorted(set(halves))
    return Claim(claim, ", ".join(found) or "all", holds=not found)


def _halves(entry: object) -> Iterator[str]:
    """Fields of a reference entry, and of what it consists of, that only one language has."""
    if isinstance(entry, tuple):
        for part in entry:
            yield from _halves(part)
    elif dataclasses.is_dataclass(entry):
        values = {field.name: getattr(entry, field.name) for field in dataclasses.fields(entry)}
        for name, value in values.items():
            other = f"{name[:-3]}_en"
            if name.endswith("_ko") and other in values and bool(value) != bool(values[other]):
                yield f"{type(entry).__name__}.{name}"
            yield from _halves(value)


def _columns() -> Iterator[tuple[sa.Column[str], sa.Column[str]]]:
    for table in Base.metadata.sorted_tables:
        for column in table.columns:
            if column.name.endswith("_ko") and f"{column.name[:-3]}_en" in table.columns:
                yield column, table.columns[f"{column.name[:-3]}_en"]


def _half_filled(session: Session, ko: sa.Column[str], en: sa.Column[str]) -> bool:
    half = sa.exists().where((ko == "") != (en == ""))
    return bool(session.scalar(sa.select(half)))
