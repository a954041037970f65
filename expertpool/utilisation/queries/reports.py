"""The reports: one table each, the same on the page, in the file and in the API."""

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass, replace

import sqlalchemy as sa
from sqlalchemy.orm import Session

from expertpool.experts.models import Expert, FacetTerm
from expertpool.experts.rules import FacetKind
from expertpool.infra.identity import Actor
from expertpool.ministries.models import Ministry
from expertpool.refusals import NotFound
from expertpool.utilisation import access
from expertpool.utilisation.queries import figures
from expertpool.utilisation.queries.figures import Offer
from expertpool.utilisation.rules import Period, ratio_percent
from expertpool.words import Words, words

Cell = str | float | int | None


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its key in the API, its heading, and whether it holds figures."""

    key: str
    label: Words | str
    figures: bool = True


@dataclass(frozen=True, slots=True)
class Report:
    """A table of figures. The last row adds up where `has_total`."""

    name: str
    title: Words
    meaning: Words
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    has_total: bool = False


Name = Callable[[object], str]

_USAGE = (
    Column("offered_hours", words("Offered hours")),
    Column("used_hours", words("Used hours")),
    Column("utilisation_percent", words("Utilisation (%)")),
)


def _hours(minutes: int) -> float:
    return round(minutes / 60, 1)


def usage_by_ministry(session: Session, period: Period, *, name: Name) -> Report:
    """UTIL-02 by home ministry, beside the share that plans aim at."""
    work, offered = figures.pieces(session, period), figures.offers(session, period)
    used = figures.minutes_by(work, lambda piece: piece.lender_id)
    given = _sum(offered, lambda offer: [offer.ministry_id])
    rows = [
        _usage_row(name(ministry), given.get(ministry.id, 0), used.get(ministry.id, 0))
        for ministry in _ministries(session)
        if given.get(ministry.id) or used.get(ministry.id)
    ]
    title, head = words("Utilisation by ministry"), words("Home ministry")
    return _with_shares(_usage("usage-by-ministry", title, head, rows))


def _with_shares(report: Report) -> Report:
    """With the hours each row would have used if all were used alike: as much of them as it offered."""
    if not report.rows:
        return report
    _, offered, used, _ = report.rows[-1]
    alike = float(used or 0) / float(offered) if offered else 0.0
    return replace(
        report,
        columns=(*report.columns, Column("share_hours", words("Share of the used hours, by hours offered"))),
        rows=tuple((*row, round(alike * float(row[1] or 0), 1)) for row in report.rows),
    )


def usage_by_role(session: Session, period: Period, *, name: Name) -> Report:
    """UTIL-02 by role kind; an expert with two role kinds offers the same hours under both."""
    work, offered = figures.pieces(session, period), figures.offers(session, period)
    used = figures.minutes_by(work, lambda piece: piece.role_kind)
    given = _sum(offered, lambda offer: offer.role_kinds)
    rows = [
        _usage_row(name(term), given.get(term.code, 0), used.get(term.code, 0))
        for term in _role_terms(session)
        if given.get(term.code) or used.get(term.code)
    ]
    return _usage("usage-by-role", words("Utilisation by specialty"), words("Role kind"), rows, total=False)


def usage_by_expert(session: Session, period: Period, *, actor: Actor, name: Name) -> Report:
    """UTIL-02 by expert, for the experts of the actor's own ministry. Raises Forbidden without one."""
    ministry_id = access.ministry_of(actor)
    work = [each for each in figures.pieces(session, period) if each.lender_id == ministry_id]
    offered = [each for each in figures.offers(session, period) if each.ministry_id == ministry_id]
    used = figures.minutes_by(work, lambda piece: piece.expert_id)
    given = _sum(offered, lambda offer: [offer.expert_id])
    people = session.scalars(sa.select(Expert).where(Expert.ministry_id == ministry_id)).all()
    rows = [
        _usage_row(name(expert), given.get(expert.id, 0), used.get(expert.id, 0))
        for expert in sorted(people, key=lambda each: (-used.get(each.id, 0), each.name_en, str(each.id)))
    ]
    return _usage("usage-by-expert", words("Utilisation by expert"), words("Expert"), rows)


def lending(session: Session, period: Period, *, name: Name) -> Report:
    """Hours lent (rows) and borrowed (columns) between ministries, with the balance of each."""
    between = [each for each in figures.pieces(session, period) if each.lender_id != each.borrower_id]
    minutes = figures.minutes_by(between, lambda piece: (piece.lender_id, piece.borrower_id))
    taking_part = [m for m in _ministries(session) if any(m.id in pair for pair in minutes)]
    columns = [Column("lender", words("Lends ↓ / borrows →"), figures=False)]
    columns += [Column(m.code.lower(), name(m)) for m in taking_part]
    columns += [Column("lent_hours", words("Lent")), Column("balance_hours", words("Lent − borrowed"))]
    rows = []
    for lender in taking_part:
        lent = [minutes.get((lender.id, borrower.id), 0) for borrower in taking_part]
        borrowed = sum(minutes.get((other.id, lender.id), 0) for other in taking_part)
        row: list[Cell] = [name(lender)]
        row += [None if m is lender else _hours(n) for m, n in zip(taking_part, lent, strict=True)]
        rows.append((*row, _hours(sum(lent)), _hours(sum(lent) - borrowed)))
    meaning = words("Hours of experts who worked for another ministry than their own.")
    return Report("lending", words("Lending between ministries"), meaning, tuple(columns), tuple(rows))


def filling(session: Session, period: Period, *, name: Name) -> Report:
    """UTIL-03: how long needs waited until every seat had a yes."""
    waited = figures.time_to_fill(session, period)
    columns = (
        Column("ministry", words("Using ministry"), figures=False),
        Column("needs", words("Needs filled")),
        Column("median_hours", words("Median hours")),
        Column("ninetieth_hours", words("90 % within hours")),
    )
    rows = tuple(
        (name(ministry), taken.count, taken.median, taken.ninetieth)
        for ministry in _ministries(session)
        if (taken := waited.get(ministry.id)) is not None
    )
    meaning = words("From the day a need was submitted to the last yes.")
    return Report("time-to-fill", words("Time to fill"), meaning, columns, rows)


def unmet(session: Session, period: Period, *, name: Name) -> Report:
    """Seats of needs due in the period that nobody agreed to take."""
    ministries = {each.id: each for each in _ministries(session)}
    terms = {each.code: each for each in _role_terms(session)}
    columns = (
        Column("role_kind", words("Role kind"), figures=False),
        Column("ministry", words("Using ministry"), figures=False),
        Column("seats", words("Open seats")),
        Column("hours", words("Hours of work")),
    )
    rows = tuple(
        (name(terms[each.role_kind]), name(ministries[each.ministry_id]), each.seats, _hours(each.minutes))
        for each in figures.unmet(session, period)
    )
    meaning = words("Seats that were due in the period and had nobody who said yes.")
    return Report("unmet-needs", words("Unmet needs"), meaning, columns, rows)


def _usage(
    name: str, title: Words, head: Words, rows: list[tuple[Cell, ...]], *, total: bool = True
) -> Report:
    meaning = words("Used ÷ offered hours. Offered: weekly capacity on days in the pool and not on leave.")
    columns = (Column("name", head, figures=False), *_USAGE)
    adds_up = total and bool(rows)
    return Report(name, title, meaning, columns, (*rows, *([_total(rows)] if adds_up else [])), adds_up)


def _usage_row(label: str, offered: int, used: int) -> tuple[Cell, ...]:
    return (label, _hours(offered), _hours(used), ratio_percent(used, offered))


def _total(rows: Sequence[tuple[Cell, ...]]) -> tuple[Cell, ...]:
    offered, used = (round(sum(float(row[n] or 0) for row in rows), 1) for n in (1, 2))
    return (None, offered, used, ratio_percent(used, offered))


def _sum(offered: Sequence[Offer], keys: Callable[[Offer], Iterable[Hashable]]) -> dict[Hashable, int]:
    found: dict[Hashable, int] = defaultdict(int)
    for offer in offered:
        for key in keys(offer):
            found[key] += offer.minutes
    return found


def _ministries(session: Session) -> Sequence[Ministry]:
    return session.scalars(sa.select(Ministry).order_by(Ministry.code)).all()


def _role_terms(session: Session) -> Sequence[FacetTerm]:
    roles = sa.select(FacetTerm).where(FacetTerm.kind == FacetKind.ROLE_KIND)
    return session.scalars(roles.order_by(FacetTerm.ordinal)).all()


# The reports by the names they have in addresses.
REPORTS: dict[str, Callable[..., Report]] = {
    "ministries": usage_by_ministry,
    "specialties": usage_by_role,
    "lending": lending,
    "filling": filling,
    "unmet": unmet,
}


def report_named(session: Session, report: str, period: Period, *, actor: Actor, name: Name) -> Report:
    """One report for one period. Raises NotFound for a name that is none, Forbidden where not for all."""
    if report == "experts":
        return usage_by_expert(session, period, actor=actor, name=name)
    if report not in REPORTS:
        raise NotFound(words("There is no such report. Choose one from the tabs."))
    return REPORTS[report](session, period, name=name)
