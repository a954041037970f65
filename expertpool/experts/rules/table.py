"""Experts as rows of a table: what each column holds, how cells are written and how they are read."""

import datetime as dt
import uuid
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from expertpool.experts.rules.facts import (
    UNLEVELLED,
    AppointmentFacts,
    ExpertFacts,
    FacetFacts,
    FacetKind,
)
from expertpool.experts.rules.states import ExpertState
from expertpool.words import Words, words

BETWEEN_ENTRIES = ";"
BETWEEN_PARTS = ":"

COLUMNS: dict[str, Words] = {
    "ministry": words("Ministry"),
    "name_ko": words("Name in Korean"),
    "name_en": words("Name in English"),
    "alias": words("Alias"),
    "email": words("E-mail"),
    "phone": words("Phone"),
    "birth_year": words("Year of birth"),
    "region": words("Region"),
    "timezone": words("Time zone"),
    "language": words("Language of messages"),
    "state": words("State"),
    "weekly_hours": words("Hours a week"),
    "max_open": words("Most open assignments"),
    "notice_hours": words("Notice in hours"),
    "role_kinds": words("Role kinds"),
    "technologies": words("Technologies"),
    "skills": words("Skills"),
    "proceedings": words("Proceedings"),
    "languages": words("Languages"),
    "regions_of_work": words("Regions of work"),
    "clearances": words("Clearances"),
    "licences": words("Licences"),
    "appointed_from": words("Appointed from"),
    "appointed_through": words("Appointed through"),
    "appointment_basis": words("Basis of appointment"),
}

FACET_COLUMNS: dict[str, FacetKind] = {
    "role_kinds": FacetKind.ROLE_KIND,
    "technologies": FacetKind.TECHNOLOGY,
    "skills": FacetKind.SKILL,
    "proceedings": FacetKind.PROCEEDING,
    "languages": FacetKind.LANGUAGE,
    "regions_of_work": FacetKind.REGION,
    "clearances": FacetKind.CLEARANCE,
    "licences": FacetKind.LICENCE,
}
_FIELD_COLUMNS = {
    "region_code": "region",
    "weekly_capacity_minutes": "weekly_hours",
    "max_open_engagements": "max_open",
    "minimum_notice_minutes": "notice_hours",
}
_KIND_COLUMNS = {kind: column for column, kind in FACET_COLUMNS.items()}


@dataclass(frozen=True, slots=True)
class Wording:
    """What headings and codes are called in one language."""

    headings: Mapping[str, str]
    terms: Mapping[tuple[FacetKind, str], str]
    regions: Mapping[str, str]
    states: Mapping[ExpertState, str]


@dataclass(frozen=True, slots=True)
class Reading:
    """What a heading or name means, whichever language it is written in; keys are case-folded."""

    headings: Mapping[str, str]
    terms: Mapping[FacetKind, Mapping[str, str]]
    regions: Mapping[str, str]
    states: Mapping[str, ExpertState]


def reading_of(wordings: Iterable[Wording]) -> Reading:
    """Understand codes, and names in every one of `wordings`."""
    headings = {column.casefold(): column for column in COLUMNS}
    terms: dict[FacetKind, dict[str, str]] = {kind: {} for kind in FacetKind}
    regions: dict[str, str] = {}
    states = {state.value: state for state in ExpertState}
    for wording in wordings:
        headings |= {name.casefold(): column for column, name in wording.headings.items()}
        regions |= {key.casefold(): code for code, name in wording.regions.items() for key in (code, name)}
        states |= {name.casefold(): state for state, name in wording.states.items()}
        for (kind, code), name in wording.terms.items():
            terms[kind] |= {code.casefold(): code, name.casefold(): code}
    return Reading(headings, terms, regions, states)


def cells_of(
    facts: ExpertFacts, state: ExpertState, *, ministry: str, wording: Wording, today: dt.date
) -> dict[str, str]:
    """One row: every column as text. Facets in force on `today`, and the term of that day or the latest."""
    term = _term_shown(facts.appointments, today)
    cells = {
        "ministry": ministry,
        "name_ko": facts.name_ko,
        "name_en": facts.name_en,
        "alias": facts.alias or "",
        "email": facts.email,
        "phone": facts.phone or "",
        "birth_year": str(facts.birth_year or ""),
        "region": wording.regions.get(facts.region_code, facts.region_code),
        "timezone": facts.timezone,
        "language": facts.language,
        "state": wording.states[state],
        "weekly_hours": _hours_text(facts.weekly_capacity_minutes),
        "max_open": str(facts.max_open_engagements),
        "notice_hours": _hours_text(facts.minimum_notice_minutes),
        "appointed_from": term.starts_on.isoformat() if term else "",
        "appointed_through": _last_day(term.ends_on) if term else "",
        "appointment_basis": term.basis if term else "",
    }
    for column, kind in FACET_COLUMNS.items():
        shown = sorted(
            (facet for facet in facts.facets if facet.kind is kind and facet.holds_on(today)),
            key=lambda facet: (-facet.level, facet.code),
        )
        cells[column] = f"{BETWEEN_ENTRIES} ".join(_entry_text(facet, wording) for facet in shown)
    return {column: cells[column] for column in COLUMNS}


def _entry_text(facet: FacetFacts, wording: Wording) -> str:
    parts = [wording.terms.get((facet.kind, facet.code), facet.code), str(facet.level)]
    if facet.valid_until is not None:
        parts.append(_last_day(facet.valid_until))
    return BETWEEN_PARTS.join(parts)


def _term_shown(terms: Sequence[AppointmentFacts], today: dt.date) -> AppointmentFacts | None:
    now = [term for term in terms if term.starts_on <= today < term.ends_on]
    return max(now or terms, key=lambda term: term.ends_on, default=None)


def _hours_text(minutes: int) -> str:
    return f"{minutes / 60:.2f}".rstrip("0").rstrip(".")


def _last_day(end: dt.date) -> str:
    return (end - dt.timedelta(days=1)).isoformat()


@dataclass(frozen=True, slots=True)
class Row:
    """What one row of an imported table says: facts, the state wanted, and the fault of each cell."""

    facts: ExpertFacts
    state: ExpertState | None
    faults: Mapping[str, Words]


def read_row(
    cells: Mapping[str, str],
    *,
    before: ExpertFacts | None,
    ministry_id: uuid.UUID,
    reading: Reading,
    today: dt.date,
) -> Row:
    """What `cells` (column → text) make of `before`. A column that is missing leaves its fact as it was."""
    reader = _Reader(cells, reading, today)
    start = before or _nobody(ministry_id)
    if before is None:
        reader.require("name_ko", "name_en", "email", "region", "weekly_hours", "max_open")
    facts = replace(
        start,
        name_ko=reader.text("name_ko", start.name_ko),
        name_en=reader.text("name_en", start.name_en),
        alias=reader.text("alias", start.alias or "") or None,
        email=reader.text("email", start.email).lower(),
        phone=reader.text("phone", start.phone or "") or None,
        birth_year=reader.number("birth_year", start.birth_year),
        region_code=reader.region(start.region_code),
        timezone=reader.text("timezone", start.timezone) or "Asia/Seoul",
        language=reader.text("language", start.language).lower() or "ko",
        weekly_capacity_minutes=reader.hours("weekly_hours", start.weekly_capacity_minutes),
        max_open_engagements=reader.number("max_open", start.max_open_engagements) or 0,
        minimum_notice_minutes=reader.hours("notice_hours", start.minimum_notice_minutes),
        facets=tuple(reader.facets(start.facets)),
        appointments=reader.terms(start.appointments),
    )
    state = reader.state()
    return Row(facts, state, reader.faults)


def column_of(field: str, facts: ExpertFacts) -> str:
    """The column that a fault of `facts.faults_of` belongs to."""
    name, _, place = field.partition(".")
    if name == "facets":
        return _KIND_COLUMNS[facts.facets[int(place)].kind]
    if name == "appointments":
        return "appointed_from"
    return _FIELD_COLUMNS.get(name, name)


def _nobody(ministry_id: uuid.UUID) -> ExpertFacts:
    return ExpertFacts(
        ministry_id=ministry_id,
        name_ko="",
        name_en="",
        alias=None,
        birth_year=None,
        email="",
        phone=None,
        region_code="",
        timezone="Asia/Seoul",
        language="ko",
        weekly_capacity_minutes=0,
        max_open_engagements=0,
        minimum_notice_minutes=0,
        facets=(),
        appointments=(),
    )


_WRITE_DATE = words("Write dates as 2026-03-31.")
_FILL_IN = words("Fill this in.")


class _Reader:
    """Reads the cells of one row, and keeps the first fault of each column."""

    def __init__(self, cells: Mapping[str, str], reading: Reading, today: dt.date) -> None:
        self.cells = cells
        self.reading = reading
        self.today = today
        self.faults: dict[str, Words] = {}

    def require(self, *columns: str) -> None:
        self.faults |= {column: _FILL_IN for column in columns if not self.cells.get(column)}

    def text(self, column: str, before: str) -> str:
        return self.cells.get(column, before)

    def number(self, column: str, before: int | None) -> int | None:
        text = self.cells.get(column)
        if text is None:
            return before
        if text and not (text.isascii() and text.isdigit() and len(text) <= 6):
            self.faults.setdefault(column, words("Write a whole number."))
            return before
        return int(text) if text else None

    def hours(self, column: str, before: int) -> int:
        text = self.cells.get(column)
        if text is None:
            return before
        try:
            minutes = round(float(text or 0) * 60)
        except (ValueError, OverflowError):
            self.faults.setdefault(column, words("Write hours as a number, such as 16 or 7.5."))
            return before
        return minutes

    def region(self, before: str) -> str:
        text = self.cells.get("region")
        if not text:
            return before
        code = self.reading.regions.get(text.casefold())
        if code is None:
            self.faults.setdefault("region", words("Write the name or the code of a region."))
        return code or before

    def state(self) -> ExpertState | None:
        text = self.cells.get("state", "")
        found = self.reading.states.get(text.casefold())
        if text and found is None:
            self.faults.setdefault("state", words("Write a state as the list shows it."))
        return found

    def date(self, column: str, text: str) -> dt.date | None:
        try:
            day = dt.date.fromisoformat(text.strip())
        except ValueError:
            day = dt.date.min
        if not 1900 <= day.year <= 2200:
            self.faults.setdefault(column, _WRITE_DATE)
            return None
        return day

    def terms(self, before: tuple[AppointmentFacts, ...]) -> tuple[AppointmentFacts, ...]:
        """The terms with the one this row names added, or changed if it started on the same day."""
        start, through = self.cells.get("appointed_from", ""), self.cells.get("appointed_through", "")
        if not start and not through:
            return before
        first, last = self.date("appointed_from", start), self.date("appointed_through", through)
        if first is None or last is None:
            return before
        same = next((term for term in before if term.starts_on == first), None)
        basis = self.text("appointment_basis", same.basis if same else "")
        term = AppointmentFacts(first, last + dt.timedelta(days=1), basis)
        return tuple(sorted((*(each for each in before if each is not same), term), key=_starts))

    def facets(self, before: tuple[FacetFacts, ...]) -> Iterator[FacetFacts]:
        """The facets after this row: its cells name all that are in force of their kind; others stay."""
        named = {kind: column for column, kind in FACET_COLUMNS.items() if column in self.cells}
        for facet in before:
            if facet.kind not in named or not facet.holds_on(self.today):
                yield facet
        for kind, column in named.items():
            held = {each.code: each for each in before if each.kind is kind and each.holds_on(self.today)}
            for entry in self.cells[column].split(BETWEEN_ENTRIES):
                facet_read = self.facet(kind, column, entry.strip(), held) if entry.strip() else None
                if facet_read is not None:
                    yield facet_read

    def facet(
        self, kind: FacetKind, column: str, entry: str, held: Mapping[str, FacetFacts]
    ) -> FacetFacts | None:
        name, *rest = (part.strip() for part in entry.split(BETWEEN_PARTS))
        code = self.reading.terms[kind].get(name.casefold())
        if code is None:
            self.faults.setdefault(
                column, words("“%(name)s” is not in the list of this kind.", name=name[:40])
            )
            return None
        level = rest[0] if rest else "1" if kind in UNLEVELLED else ""
        if level not in ("1", "2", "3", "4") or len(rest) > 2:
            self.faults.setdefault(
                column, words("Write entries as name:level or name:level:last day, level 1 to 4.")
            )
            return None
        last = self.date(column, rest[1]) if len(rest) == 2 else None
        until = last + dt.timedelta(days=1) if last else None
        same = held.get(code)
        if same is None:
            return FacetFacts(kind, code, int(level), self.today, until)
        return replace(same, level=int(level), valid_until=until)


def _starts(term: AppointmentFacts) -> dt.date:
    return term.starts_on
