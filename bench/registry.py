"""Search a large registry through the real application, and print how long the answers take.

    python -m bench.registry [--experts 10000] [--rounds 60]

Starts an embedded database, enters the experts in bulk, and asks the list page, the API and one expert's
page as a signed-in coordinator. The budget of a list is 200 ms at the 95th percentile. The last column is
the processor's time for one answer, application and database together: on a machine that is busy with other
things, the others measure the queue as well.
"""

import argparse
import datetime as dt
import random
import statistics
import tempfile
import time
import uuid
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from expertpool import create_app
from expertpool.config import Settings
from expertpool.experts.models import Appointment, Expert, ExpertFacet, FacetTerm
from expertpool.experts.rules import ExpertState, FacetKind
from expertpool.infra import schema
from expertpool.infra.db import db, unit_of_work
from expertpool.infra.embedded import APPLICATION, OWNER, EmbeddedServer
from expertpool.infra.garbage import settle
from expertpool.infra.identity import SYSTEM, Role
from expertpool.ministries.models import Ministry, Region
from expertpool.reference import load_reference
from tests.fixtures.accounts import an_account, signed_in, token_for

BUDGET_MS = 200.0
WARMING = 2  # answers that fill templates and caches, and are not timed
SINCE = dt.date(2026, 1, 22)
SURNAMES = "김이박최정강조윤장임한오서신권황안송류홍"
GIVEN = (
    "가온",
    "나래",
    "다솜",
    "라온",
    "마루",
    "바다",
    "새론",
    "아라",
    "자람",
    "하늘",
    "한별",
    "슬기",
    "보람",
)
FACETS = {
    FacetKind.ROLE_KIND: (1, 2),
    FacetKind.TECHNOLOGY: (0, 4),
    FacetKind.SKILL: (0, 3),
    FacetKind.PROCEEDING: (0, 2),
    FacetKind.LANGUAGE: (0, 2),
    FacetKind.CLEARANCE: (0, 1),
    FacetKind.LICENCE: (0, 1),
}
SEARCHES = {
    "all, by name": "/experts",
    "page 200": "/experts?page=200",
    "text": "/experts?text=나래",
    "role and level": "/experts?role=DFE&level=3",
    "desk and level": "/experts?technology=D10&level=2",
    "six filters": "/experts?role=SIM&technology=D01&level=2&state=active&region=KR-11&hours=4",
    "clearance": "/experts?clearance=grade3&sort=-clearance",
    "by role, all": "/experts?sort=role",
    "by technology, all": "/experts?sort=-technology&columns=all",
    "by level, all": "/experts?sort=-level",
    "by term, all": "/experts?sort=appointed",
    "by ministry, all": "/experts?sort=ministry",
    "API, 100 a page": "/api/v1/experts?role=ATT&page_size=100",
    "one expert": "/experts/{expert}",
}


def main() -> None:
    """Run the searches and print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--experts", type=int, default=10_000)
    parser.add_argument("--rounds", type=int, default=60)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="expertpool-bench-") as folder:
        Path(folder).chmod(0o755)
        server = EmbeddedServer(Path(folder) / "data", durable=False)
        app = _app(server)
        with app.app_context():
            _measure(app, asked.experts, asked.rounds)
            db.engine.dispose()
        server.stop()


def _app(server: EmbeddedServer) -> Flask:
    server.create_database("bench")
    schema.upgrade(server.url(OWNER, "bench"))
    settings = Settings(
        database_url=server.url(APPLICATION, "bench"),
        owner_database_url=server.url(OWNER, "bench"),
        secret_key="bench-secret-bench-secret-bench-secret",
        password_salt="bench",
    )
    return create_app(settings, RATELIMIT_ENABLED=False)


def _measure(app: Flask, experts: int, rounds: int) -> None:
    with unit_of_work(SYSTEM) as session:
        load_reference(session)
    with unit_of_work(SYSTEM) as session:
        started = time.perf_counter()
        one = _enter(session, experts)
        print(f"{experts} experts entered in {time.perf_counter() - started:.1f} s\n")
    owner = sa.create_engine(app.extensions["expertpool"].owner_database_url)
    with owner.begin() as connection:
        connection.execute(sa.text("ANALYZE"))  # autovacuum does it within a minute, as the owner
    owner.dispose()
    with unit_of_work(SYSTEM) as session:
        account = an_account(session, Role.COORDINATOR)
        bearer = token_for(session, account)
        client = signed_in(app.test_client(), account)
    settle()  # as in a server, see expertpool.create_served_app
    print(f"{'search':<22}{'p50 ms':>9}{'p95 ms':>9}{'max ms':>9}{'CPU ms':>9}")
    slowest = 0.0
    for name, address in SEARCHES.items():
        before = _busy_ms()
        times = _times(client, address.format(expert=one), bearer, rounds)
        busy = (_busy_ms() - before) / (rounds + WARMING)
        p95 = statistics.quantiles(times, n=20)[18]
        slowest = max(slowest, p95)
        print(f"{name:<22}{statistics.median(times):>9.1f}{p95:>9.1f}{max(times):>9.1f}{busy:>9.1f}")
    verdict = "kept" if slowest < BUDGET_MS else "MISSED"
    print(f"\nslowest p95 {slowest:.1f} ms, budget {BUDGET_MS:.0f} ms: {verdict}")


def _times(client: FlaskClient, address: str, bearer: dict[str, str], rounds: int) -> list[float]:
    headers = bearer if address.startswith("/api/") else {}
    times = []
    for number in range(rounds + WARMING):
        db.session.remove()
        started = time.perf_counter()
        answer = client.get(address, headers=headers)
        took = 1000 * (time.perf_counter() - started)
        if answer.status_code != 200:
            raise SystemExit(f"{address} answered {answer.status_code}")
        if number >= WARMING:
            times.append(took)
    return times


def _busy_ms() -> float:
    """Processor time so far of this process and of the database process that serves it. Source: proc(5)."""
    serving = db.session().execute(sa.text("SELECT pg_backend_pid()")).scalar_one()
    ran_ns = int(Path(f"/proc/{serving}/schedstat").read_text().split()[0])
    db.session.remove()
    return 1000 * time.process_time() + ran_ns / 1e6


def _enter(session: Session, count: int) -> uuid.UUID:
    """Enter `count` experts with facets and a term each, in bulk; gives one of them."""
    drawn = random.Random(7)
    ministries = list(session.scalars(sa.select(Ministry).where(Ministry.kind == "member")))
    regions = list(session.scalars(sa.select(Region.code)))
    codes: dict[FacetKind, list[str]] = {kind: [] for kind in FacetKind}
    for kind, code in session.execute(sa.select(FacetTerm.kind, FacetTerm.code)):
        codes[kind].append(code)
    people: list[dict[str, Any]] = []
    facets: list[dict[str, Any]] = []
    terms: list[dict[str, Any]] = []
    for number in range(count):
        ministry = drawn.choice(ministries)
        expert_id = uuid.UUID(int=drawn.getrandbits(128), version=4)
        people.append(_person(drawn, number, expert_id, ministry, regions))
        ends = SINCE + dt.timedelta(days=drawn.randrange(100, 1500))
        terms.append(
            {"id": uuid.uuid4(), "expert_id": expert_id, "starts_on": SINCE, "ends_on": ends, "basis": ""}
        )
        for kind, (least, most) in FACETS.items():
            held = drawn.sample(codes[kind], drawn.randint(least, most))
            facets.extend(_facet(drawn, expert_id, kind, code) for code in held)
    session.execute(sa.insert(Expert), people)
    session.execute(sa.insert(ExpertFacet), facets)
    session.execute(sa.insert(Appointment), terms)
    return uuid.UUID(str(people[0]["id"]))


def _person(
    drawn: random.Random, number: int, expert_id: uuid.UUID, ministry: Ministry, regions: list[str]
) -> dict[str, Any]:
    return {
        "id": expert_id,
        "ministry_id": ministry.id,
        "name_ko": drawn.choice(SURNAMES) + drawn.choice(GIVEN),
        "name_en": f"Expert {number:05}",
        "alias": f"{ministry.code}-{number:05}" if ministry.shows_aliases_only else None,
        "birth_year": drawn.randrange(1955, 1995),
        "email": f"expert{number}@pool.example",
        "phone": None,
        "region_code": drawn.choice(regions),
        "timezone": "Asia/Seoul",
        "language": "ko",
        "state": drawn.choices(list(ExpertState), (5, 5, 75, 10, 5))[0],
        "weekly_capacity_minutes": 60 * drawn.choice((4, 8, 12, 16, 24)),
        "max_open_engagements": 4,
        "minimum_notice_minutes": 0,
        "created_at": dt.datetime(2026, 1, 22, tzinfo=dt.UTC),
        "version": 1,
        "calendar_version": 1,
    }


def _facet(drawn: random.Random, expert_id: uuid.UUID, kind: FacetKind, code: str) -> dict[str, Any]:
    return {
        "id": uuid.UUID(int=drawn.getrandbits(128), version=4),
        "expert_id": expert_id,
        "kind": kind,
        "code": code,
        "level": drawn.randint(1, 4),
        "evidence": "certificate",
        "valid_from": SINCE,
    }


if __name__ == "__main__":
    main()
