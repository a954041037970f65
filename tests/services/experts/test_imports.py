"""Importing a table: first what it would do, then all of it or nothing."""

import datetime as dt

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from expertpool.experts import service
from expertpool.experts.models import Expert
from expertpool.experts.queries import ExpertFilters, Page, find_experts
from expertpool.experts.queries.tables import table_of, wordings
from expertpool.experts.rules import ExpertState, FacetKind
from expertpool.experts.service import Effect, ImportPlan, Table
from expertpool.infra.identity import SYSTEM, Role
from expertpool.refusals import Forbidden, Invalid, Stale
from tests.fixtures.accounts import an_actor, ministry_id
from tests.fixtures.experts import an_expert

TODAY = dt.date(2026, 11, 23)
HEADINGS = ("email", "name_ko", "name_en", "region", "weekly_hours", "max_open", "role_kinds", "state")
NEW = ("new@expert.example", "가온", "Gaon", "Seoul", "16", "4", "DFE:3", "verified")


def table(*rows: tuple[str, ...], headings: tuple[str, ...] = HEADINGS) -> Table:
    return Table(headings, tuple(enumerate(rows, start=2)))


def planned(session: Session, content: Table, now: dt.datetime, *, ministry: str = "MSS") -> ImportPlan:
    return service.plan_import(
        session,
        content,
        actor=SYSTEM,
        ministry_id=ministry_id(session, ministry),
        wordings=wordings(session),
        shown_in="en",
        now=now,
    )


def count(session: Session) -> int:
    return session.scalar(sa.select(sa.func.count()).select_from(Expert)) or 0


def test_planning_an_import_changes_nothing(session: Session, now: dt.datetime) -> None:
    plan = planned(session, table(NEW), now)

    assert [(row.row, row.effect) for row in plan.rows] == [(2, Effect.NEW)]
    assert count(session) == 0


def test_a_new_row_enters_an_expert_in_the_wanted_state(session: Session, now: dt.datetime) -> None:
    service.apply_import(session, planned(session, table(NEW), now), actor=SYSTEM, now=now)

    expert = session.scalars(sa.select(Expert)).one()
    assert (expert.email, expert.state, expert.weekly_capacity_minutes) == (
        "new@expert.example",
        ExpertState.VERIFIED,
        960,
    )
    assert [(facet.kind, facet.code, facet.level) for facet in expert.facets] == [
        (FacetKind.ROLE_KIND, "DFE", 3)
    ]


def test_importing_the_own_export_changes_nothing(session: Session, now: dt.datetime) -> None:
    an_expert(session, technologies={"T08": 2}, licences={"forensic_examiner": 2}, phone="+82 10 0000")
    an_expert(session, state=ExpertState.PAUSED)
    all_wordings = wordings(session)
    found = find_experts(session, ExpertFilters(), Page(), viewer=SYSTEM, today=TODAY)
    lines = table_of(found.experts, wording=all_wordings["ko"], today=TODAY)

    for content in (service.csv_bytes(lines), service.xlsx_bytes(lines)):
        plan = planned(session, service.read_table(content, most_bytes=10**6), now)
        assert (plan.count(Effect.SAME), plan.faults) == (2, ())


def test_a_changed_row_tells_each_cell_before_and_after(session: Session, now: dt.datetime) -> None:
    expert = an_expert(session)

    plan = planned(session, table((expert.email, "10"), headings=("email", "weekly_hours")), now)

    (row,) = plan.rows
    assert [(change.column, change.before, change.after) for change in row.changes] == [
        ("weekly_hours", "16", "10")
    ]


def test_one_faulty_row_stops_the_whole_import(session: Session, now: dt.datetime) -> None:
    bad = ("bad@expert.example", "나래", "Narae", "Atlantis", "16", "4", "DFE:3", "")
    plan = planned(session, table(NEW, bad), now)

    with pytest.raises(Invalid):
        service.apply_import(session, plan, actor=SYSTEM, now=now)

    assert [(fault.row, fault.column) for fault in plan.faults] == [(3, "region")]
    assert count(session) == 0


@pytest.mark.parametrize(
    ("row", "column"),
    [
        (("new@expert.example", "", *NEW[2:]), "name_ko"),
        (("no address", *NEW[1:]), "email"),
        ((*NEW[:6], "DFE:3; DFE:2", ""), "role_kinds"),
        ((*NEW[:6], "", "verified"), "state"),
        ((*NEW[:7], "active"), "state"),
        ((*NEW[:4], "200", *NEW[5:]), "weekly_hours"),
        ((*NEW, "one too many"), "state"),
    ],
)
def test_faults_are_told_with_row_and_column(
    session: Session, now: dt.datetime, row: tuple[str, ...], column: str
) -> None:
    plan = planned(session, table(row), now)

    assert [(fault.row, fault.column) for fault in plan.faults] == [(2, column)]


def test_an_address_may_stand_in_one_row_only(session: Session, now: dt.datetime) -> None:
    plan = planned(session, table(NEW, NEW), now)

    assert [(fault.row, fault.column) for fault in plan.faults] == [(3, "email")]


def test_an_expert_of_another_ministry_is_not_touched(session: Session, now: dt.datetime) -> None:
    other = an_expert(session, ministry="KFTC")

    plan = planned(session, table((other.email, *NEW[1:])), now)

    assert [(fault.row, fault.column) for fault in plan.faults] == [(2, "email")]


def test_a_table_of_another_ministry_is_not_imported(session: Session, now: dt.datetime) -> None:
    plan = planned(session, table(("KFTC", "a@b.example"), headings=("ministry", "email")), now)

    assert [(fault.row, fault.column) for fault in plan.faults] == [(2, "ministry")]


def test_a_retired_expert_is_not_changed_by_a_table(session: Session, now: dt.datetime) -> None:
    expert = an_expert(session, state=ExpertState.RETIRED)

    plan = planned(session, table((expert.email, "1"), headings=("email", "weekly_hours")), now)

    assert [fault.column for fault in plan.faults] == ["weekly_hours"]


@pytest.mark.parametrize("headings", [("email", "shoe size"), ("email", "email"), ("name_ko", "name_en")])
def test_headings_that_cannot_be_used_are_refused(
    session: Session, now: dt.datetime, headings: tuple[str, ...]
) -> None:
    with pytest.raises(Invalid):
        planned(session, table(("a", "b"), headings=headings), now)


def test_an_import_is_stale_when_an_expert_changed_after_the_check(
    session: Session, now: dt.datetime
) -> None:
    expert = an_expert(session)
    plan = planned(session, table((expert.email, "10"), headings=("email", "weekly_hours")), now)
    service.move_expert(session, expert.id, ExpertState.PAUSED, actor=SYSTEM, now=now)

    with pytest.raises(Stale):
        service.apply_import(session, plan, actor=SYSTEM, now=now)


def test_nobody_imports_for_another_ministry(session: Session, now: dt.datetime) -> None:
    coordinator = an_actor(session, Role.COORDINATOR, ministry="MSS")

    with pytest.raises(Forbidden):
        service.plan_import(
            session,
            table(NEW),
            actor=coordinator,
            ministry_id=ministry_id(session, "KFTC"),
            wordings=wordings(session),
            shown_in="ko",
            now=now,
        )


def test_the_digest_tells_whether_the_same_table_would_do_the_same(
    session: Session, now: dt.datetime
) -> None:
    expert = an_expert(session)
    content = table((expert.email, "10"), headings=("email", "weekly_hours"))
    before = planned(session, content, now).digest

    assert planned(session, content, now).digest == before
    service.move_expert(session, expert.id, ExpertState.PAUSED, actor=SYSTEM, now=now)
    assert planned(session, content, now).digest != before


def test_names_in_the_reference_data_can_stand_in_a_cell(session: Session) -> None:
    """Entries are separated by `;` and their parts by `:`, so no name may hold either."""
    names = [name for wording in wordings(session).values() for name in wording.terms.values()]

    assert [name for name in names if ";" in name or ":" in name] == []


def test_a_name_means_one_code_only(session: Session) -> None:
    for wording in wordings(session).values():
        keys = [(kind, name.casefold()) for (kind, _), name in wording.terms.items()]
        assert len(keys) == len(set(keys))
