"""A private feed of many assignments: `python -m bench.calendars_feed [--events 1000] [--reads 5]`.

One expert was told of one assignment; its event and session are copied in the database until there are
enough. The feed is read through the application by a test client, whole and with the ETag it came with.
"""

import argparse
import hashlib
import os
import resource
import tempfile
import time
from pathlib import Path

import sqlalchemy as sa
from flask.testing import FlaskClient
from icalendar import Calendar
from sqlalchemy.orm import Session

from expertpool import create_app
from expertpool.calendars.models import FeedToken
from expertpool.calendars.rules import FeedScope
from expertpool.config import Settings
from expertpool.infra import clock, schema
from expertpool.infra.db import db, unit_of_work
from expertpool.infra.embedded import APPLICATION, OWNER, EmbeddedServer
from expertpool.infra.identity import SYSTEM
from expertpool.reference import load_reference
from tests.fixtures.calendars import tell
from tests.fixtures.engagements import a_case, an_offer
from tests.fixtures.experts import an_expert

KEY = "bench-key-bench-key-bench-key-bench-key-abc"

# Each copy is an hour later than the one before. `jsonb_populate_record` keeps whatever it is not told.
_COPY_SESSIONS = """
    INSERT INTO need_session SELECT (jsonb_populate_record(one, jsonb_build_object(
        'id', gen_random_uuid(), 'ordinal', number))).*
    FROM need_session one, generate_series(1000, 999 + :copies) number
"""
_COPY_EVENTS = """
    INSERT INTO seat_event SELECT (jsonb_populate_record(one, jsonb_build_object(
        'id', gen_random_uuid(), 'session_id', copied.id, 'uid', copied.id || '@expertpool.example',
        'starts_at', one.starts_at + copied.ordinal * interval '1 hour',
        'ends_at', one.ends_at + copied.ordinal * interval '1 hour'))).*
    FROM seat_event one, need_session copied WHERE copied.ordinal >= 1000
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--events", type=int, default=1_000)
    parser.add_argument("--reads", type=int, default=5)
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="expertpool-bench-") as name:
        folder = Path(name)
        folder.chmod(0o755)
        server = EmbeddedServer(folder / "data", durable=False)
        try:
            server.create_database("feed")
            settings = Settings(
                database_url=server.url(APPLICATION, "feed"),
                owner_database_url=server.url(OWNER, "feed"),
                secret_key="bench-secret-bench-secret-bench-secret",
                password_salt="bench",
                mailbox_dir=folder / "sent",
            )
            schema.upgrade(settings.owner_database_url)
            app = create_app(settings)
            with app.app_context():
                with unit_of_work(SYSTEM) as session:
                    load_reference(session)
                    _fill(session, chosen.events)
                db.session.remove()
            _tell_times(app.test_client(), chosen.reads)
            with app.app_context():
                db.engine.dispose()
        finally:
            server.stop()


def _fill(session: Session, events: int) -> None:
    expert = an_expert(session, roles={"DFE": 3})
    tell(session, an_offer(session, a_case(session), expert))
    session.execute(sa.text(_COPY_SESSIONS), {"copies": events - 1})
    session.execute(sa.text(_COPY_EVENTS))
    digest = hashlib.sha256(KEY.encode()).digest()
    session.add(
        FeedToken(scope=FeedScope.OWN, expert_id=expert.id, token_hash=digest, created_at=clock.now())
    )


def _tell_times(client: FlaskClient, reads: int) -> None:
    whole = client.get(f"/feeds/{KEY}.ics")
    entries = len(Calendar.from_ical(whole.data).walk("VEVENT"))
    print(f"{entries} events, {len(whole.data) / 2**10:.0f} KiB, load {os.getloadavg()[0]:.1f}")
    for label, headers in (("whole", {}), ("unchanged", {"If-None-Match": whole.headers["ETag"]})):
        walls, works, codes, bodies = [], [], set(), set()
        for _ in range(reads):
            began, worked = time.perf_counter(), time.process_time()
            answer = client.get(f"/feeds/{KEY}.ics", headers=headers)
            walls.append(time.perf_counter() - began)
            works.append(time.process_time() - worked)
            codes.add(answer.status_code)
            bodies.add(answer.data)
        walls.sort()
        works.sort()
        middle = reads // 2
        print(
            f"{label}: status {sorted(codes)}, {len(bodies)} different bodies; median {walls[middle]:.3f} s, "
            f"worst {walls[-1]:.3f} s; processor: median {works[middle]:.3f} s, worst {works[-1]:.3f} s"
        )
    print(f"peak memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MiB")


if __name__ == "__main__":
    main()
