"""Screening everybody against one case, from the database: `python -m bench.conflicts database`.

Makes a database of invented organisations in groups and of experts with eight ties each, then screens all of
them in each role class against a case with a firm and a person on either side. Prints statements, the rows
they brought, processor seconds of this process and seconds by the clock.
"""

import datetime as dt
import random
import tempfile
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from expertpool.conflicts.models import Organisation, Ownership, Person, Tie
from expertpool.conflicts.queries import facts_for, screen_experts
from expertpool.conflicts.rules import facts
from expertpool.conflicts.rules.vocabulary import (
    OrganisationKind,
    PartyKind,
    RelationType,
    RoleClass,
    Side,
    Source,
    Tier,
)
from expertpool.experts.models import Expert
from expertpool.experts.rules import ExpertState
from expertpool.infra import schema
from expertpool.infra.embedded import OWNER, EmbeddedServer
from expertpool.ministries.models import Ministry, Region

ON = dt.date(2026, 9, 1)
NOW = dt.datetime(2026, 9, 1, tzinfo=dt.UTC)
ORGANISATIONS, GROUP, PEOPLE, TIES_EACH = 3_000, 12, 500, 8
SYLLABLES = "가나다라마바사아자차카타파하거너더러머버서어저처커터퍼허고노도로모보소오조초코토포호"
TYPES = (
    RelationType.EMPLOYEE,
    RelationType.OFFICER,
    RelationType.ADVISER,
    RelationType.COUNSEL,
    RelationType.CO_AUTHOR,
)


def database(experts: int) -> None:
    """Make the database, fill it, measure."""
    with tempfile.TemporaryDirectory(prefix="expertpool-bench-") as folder:
        Path(folder).chmod(0o755)
        server = EmbeddedServer(Path(folder) / "data", durable=False)
        try:
            server.create_database("bench")
            url = server.url(OWNER, "bench")
            schema.upgrade(url)
            engine = sa.create_engine(url)
            with Session(engine) as session:
                session.execute(sa.text("SELECT set_config('expertpool.roles', 'system', false)"))
                measure(session, experts)
            engine.dispose()
        finally:
            server.stop()


def measure(session: Session, experts: int) -> None:
    rng = random.Random(7)
    parties = fill(session, rng, experts)
    print(f"{experts} experts with {TIES_EACH} ties each, {len(parties)} parties")
    print(f"{'':24}{'statements':>11}{'rows':>9}{'processor s':>12}{'clock s':>9}")
    with told(session, "facts from the tables"):
        known = facts_for(session, incident_id=None, parties=parties, on=ON, expert_ids=None)
    barred: dict[str, int] = {}
    for role_class in RoleClass:
        with told(session, f"screened as {role_class}"):
            found = screen_experts(
                session, incident_id=None, parties=parties, role_class=role_class, on=ON, expert_ids=None
            )
        barred[role_class.value] = sum(one.tier is Tier.BAR for one in found.values())
    print(
        f"{len(known.relations)} ties lead to the case; barred: "
        + ", ".join(f"{count} as {role}" for role, count in barred.items())
    )


@contextmanager
def told(session: Session, title: str) -> Iterator[None]:
    """Prints what the work inside asked of the database, and how long it took."""
    counts = {"statements": 0, "rows": 0}

    def after(_connection: object, cursor: Any, *_rest: object) -> None:
        counts["statements"] += 1
        counts["rows"] += max(cursor.rowcount, 0)

    engine = session.get_bind()
    sa.event.listen(engine, "after_cursor_execute", after)
    clock, processor = time.perf_counter(), time.process_time()
    try:
        yield
    finally:
        used, passed = time.process_time() - processor, time.perf_counter() - clock
        sa.event.remove(engine, "after_cursor_execute", after)
    print(f"{title:24}{counts['statements']:>11}{counts['rows']:>9}{used:>12.2f}{passed:>9.2f}")


def fill(session: Session, rng: random.Random, experts: int) -> list[facts.CaseParty]:
    """Everything but the case goes in as rows; the case is only named."""
    session.add(Region(code="KR-11", name_ko="서울", name_en="Seoul"))
    ministry = Ministry(
        active=True,
        shows_aliases_only=False,
        code="MSS",
        name_ko="중기부",
        name_en="MSS",
        abbreviation="MSS",
        kind="member",
        valid_from=ON,
    )
    firms = [
        Organisation(
            name_ko=f"{_name(rng, 4)}{number}", name_en=f"Firm {number}", kind=OrganisationKind.COMPANY
        )
        for number in range(ORGANISATIONS)
    ]
    people = [Person(name_ko=_name(rng, 3)) for _ in range(PEOPLE)]
    session.add_all([ministry, *firms, *people])
    session.flush()
    session.execute(sa.insert(Ownership), list(_holdings(firms)))
    pool = [_expert(rng, ministry.id, number) for number in range(experts)]
    session.execute(sa.insert(Expert), pool)
    session.execute(sa.insert(Tie), [tie for one in pool for tie in _ties(rng, one["id"], firms, people)])
    session.commit()
    session.execute(sa.text("SELECT set_config('expertpool.roles', 'system', false)"))
    session.execute(sa.text("ANALYZE"))
    named = [facts.organisation(one.id.int) for one in firms[: 2 * GROUP : GROUP]]
    named += [facts.person(one.id.int) for one in people[:2]]
    sides = (Side.COMPLAINANT, Side.RESPONDENT, Side.COMPLAINANT, Side.RESPONDENT)
    return [
        facts.CaseParty(number, ref, side, PartyKind.PARTY, ON)
        for number, (ref, side) in enumerate(zip(named, sides, strict=True))
    ]


def _name(rng: random.Random, length: int) -> str:
    return "".join(rng.choices(SYLLABLES, k=length))


def _holdings(firms: list[Organisation]) -> Iterator[dict[str, object]]:
    """Groups of a dozen, each firm held by one before it."""
    for place, firm in enumerate(firms):
        if place % GROUP:
            yield {
                "parent_id": firms[place - 1 - (place % GROUP - 1) // 2].id,
                "child_id": firm.id,
                "share_basis_points": 6_000,
                "valid_from": dt.date(2012, 1, 1),
            }


def _expert(rng: random.Random, ministry_id: uuid.UUID, number: int) -> dict[str, object]:
    return {
        "id": uuid.UUID(int=rng.getrandbits(128), version=4),
        "ministry_id": ministry_id,
        "name_ko": _name(rng, 3),
        "name_en": f"Expert {number}",
        "birth_year": rng.randint(1955, 1995),
        "email": f"{number}@expert.example",
        "region_code": "KR-11",
        "state": ExpertState.ACTIVE,
        "weekly_capacity_minutes": 960,
        "max_open_engagements": 4,
        "created_at": NOW,
    }


def _ties(
    rng: random.Random, expert_id: object, firms: list[Organisation], people: list[Person]
) -> Iterator[dict[str, object]]:
    for _ in range(TIES_EACH):
        to_person = rng.random() < 0.1
        began = dt.date(rng.randint(2000, 2018), rng.randint(1, 12), 1)
        ended = dt.date(rng.randint(2019, 2026), rng.randint(1, 8), 28)
        goes_on = rng.random() < 0.2
        yield {
            "expert_id": expert_id,
            "organisation_id": None if to_person else rng.choice(firms).id,
            "person_id": rng.choice(people).id if to_person else None,
            "type": rng.choice(TYPES),
            "starts_on": began,
            "starts_precision": "month",
            "ends_on": None if goes_on else ended,
            "ends_precision": "open" if goes_on else "day",
            "source": Source.DOCUMENT,
            "recorded_at": NOW,
        }
