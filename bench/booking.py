"""Many clients book one expert over HTTP at once: nobody may ever be booked twice.

    python -m bench.booking [--attempts 20000] [--clients 32]

Starts an embedded database and the real server in a child process. Prints how many attempts were accepted
and refused by kind, how many overlaps were ever seen, how far the counters drifted, and how long it took.
"""

import argparse
import datetime as dt
import http.client
import json
import os
import random
import socket
import subprocess
import sys
import tempfile
import threading
import time
import uuid
from collections import Counter
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from urllib.parse import urlsplit

import psycopg

from expertpool import create_app
from expertpool.config import Settings
from expertpool.incidents.models import Need
from expertpool.infra import schema
from expertpool.infra.db import db, unit_of_work
from expertpool.infra.embedded import APPLICATION, OWNER, EmbeddedServer
from expertpool.infra.identity import SYSTEM, Role
from expertpool.reference import load_reference
from tests.fixtures.accounts import an_account, token_for
from tests.fixtures.engagements import a_case
from tests.fixtures.experts import an_expert

OVERLAPS = """
SELECT count(*) FROM hold a JOIN hold b ON a.expert_id = b.expert_id AND a.id < b.id AND a.during && b.during
WHERE a.live AND b.live
"""
DRIFT = """
SELECT coalesce(sum(abs(w.used_minutes - coalesce(held.minutes, 0))), 0)::bigint
FROM expert_week w LEFT JOIN (
    SELECT expert_id, date_trunc('week', lower(during) AT TIME ZONE 'Asia/Seoul')::date AS week,
           sum(extract(epoch FROM upper(during) - lower(during)) / 60) AS minutes
    FROM hold WHERE live GROUP BY 1, 2
) held ON held.expert_id = w.expert_id AND held.week = w.week
"""
SECRET = "bench-secret-bench-secret-bench-secret"
GRID = dt.timedelta(minutes=30)
KEPT_SHARE = 0.2  # of accepted bookings; the others are cancelled, so that the fight goes on


@dataclass(frozen=True)
class Target:
    """One seat to fight for: its need, its session, and the starts its window allows."""

    need_id: str
    seat_id: str
    session_id: str
    starts: tuple[dt.datetime, ...]


@dataclass(frozen=True)
class Fight:
    """What the clients know: where to book, whom, on which seats, and as whom."""

    url: str
    token: str
    expert_id: str
    targets: tuple[Target, ...]


@dataclass
class Tally:
    """What came of the attempts. `faults` holds answers that are neither a booking nor a proper refusal."""

    accepted: int = 0
    cancelled: int = 0
    refused: Counter[str] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)

    @property
    def attempts(self) -> int:
        """Every attempt is counted exactly once."""
        return self.accepted + sum(self.refused.values()) + len(self.faults)

    def add(self, other: "Tally") -> None:
        """Take another client's count in."""
        self.accepted += other.accepted
        self.cancelled += other.cancelled
        self.refused += other.refused
        self.faults += other.faults
        self.seconds += other.seconds

    def percentile(self, share: float) -> float:
        """How long `share` of the attempts took at most. Units: milliseconds."""
        ordered = sorted(self.seconds)
        return 1000 * ordered[min(len(ordered) - 1, int(share * len(ordered)))]


class Client:
    """One impatient coordinator: books at random, cancels most of what it gets, and starts again."""

    def __init__(self, fight: Fight, seed: int) -> None:
        self.fight, self.dice, self.tally = fight, random.Random(seed), Tally()
        where = urlsplit(fight.url)
        self.connection = http.client.HTTPConnection(where.hostname or "", where.port, timeout=60)

    def attempt(self) -> None:
        """Try to book once."""
        target = self.dice.choice(self.fight.targets)
        body = {
            "need_id": target.need_id,
            "seat_id": target.seat_id,
            "expert_id": self.fight.expert_id,
            "starts": [
                {
                    "session_id": target.session_id,
                    "starts_at": self.dice.choice(target.starts).isoformat(),
                }
            ],
        }
        began = time.perf_counter()
        status, headers, answer = self._send("POST", "/api/v1/engagements", body)
        self.tally.seconds.append(time.perf_counter() - began)
        if status == 201:
            self.tally.accepted += 1
            if self.dice.random() >= KEPT_SHARE:
                self._cancel(answer["id"], headers["ETag"])
        elif status == 409 and headers["Content-Type"] == "application/problem+json":
            self.tally.refused[answer.get("rule", "no rule")] += 1
        else:
            self.tally.faults.append(f"{status}: {answer.get('detail')}")

    def _cancel(self, engagement_id: str, etag: str) -> None:
        path = f"/api/v1/engagements/{engagement_id}/cancellation"
        status, _, answer = self._send("PUT", path, None, {"If-Match": etag})
        if status == 200:
            self.tally.cancelled += 1
        else:
            self.tally.faults.append(f"cancel {status}: {answer.get('detail')}")

    def _send(
        self, method: str, path: str, body: object, more: dict[str, str] | None = None
    ) -> tuple[int, http.client.HTTPMessage, dict[str, str]]:
        headers = {"Authorization": f"Bearer {self.fight.token}", "Accept-Language": "en"} | (more or {})
        if body is not None:
            headers["Content-Type"] = "application/json"
        self.connection.request(method, path, json.dumps(body) if body is not None else None, headers)
        response = self.connection.getresponse()
        return response.status, response.headers, json.loads(response.read())


def fight_over(fight: Fight, *, clients: int, attempts: int, seed: int) -> Tally:
    """Let `clients` make `attempts` between them, all at once."""
    left = iter(range(attempts))
    taking = threading.Lock()
    barrier = threading.Barrier(clients)
    fighters = [Client(fight, seed + number) for number in range(clients)]

    def run(client: Client) -> None:
        barrier.wait()
        with closing(client.connection):
            while True:
                with taking:
                    if next(left, None) is None:
                        return
                client.attempt()

    threads = [threading.Thread(target=run, args=(client,)) for client in fighters]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    total = Tally()
    for client in fighters:
        total.add(client.tally)
    return total


class Watch:
    """Looks for overlaps all the while, as nobody's client: committed state has to be right at any time."""

    def __init__(self, owner_url: str) -> None:
        self.looks, self.most = 0, 0
        self._stop = threading.Event()
        self._connection = psycopg.connect(owner_url.replace("+psycopg", ""), autocommit=True)
        self._thread = threading.Thread(target=self._run)

    def __enter__(self) -> "Watch":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()
        self._connection.close()

    def _run(self) -> None:
        while not self._stop.wait(0.1):
            self.look()

    def look(self) -> None:
        """Look once."""
        self.most = max(self.most, count_of(self._connection, OVERLAPS))
        self.looks += 1


def count_of(connection: psycopg.Connection[tuple[object, ...]], query: str) -> int:
    """The one number a query of this file gives."""
    row = connection.execute(query.encode()).fetchone()
    assert row is not None
    return int(str(row[0]))


def audit_of(owner_url: str) -> tuple[int, int]:
    """Overlaps left and minutes of drift between the counters and the holds."""
    with psycopg.connect(owner_url.replace("+psycopg", "")) as connection:
        return count_of(connection, OVERLAPS), count_of(connection, DRIFT)


@contextmanager
def served(app_url: str, owner_url: str, *, threads: int = 16) -> Iterator[str]:
    """The real server in a process of its own, on a free port; gives its address."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environ = os.environ | {
        "EXPERTPOOL_DATABASE_URL": app_url,
        "EXPERTPOOL_OWNER_DATABASE_URL": owner_url,
        "EXPERTPOOL_SECRET_KEY": SECRET,
        "EXPERTPOOL_PASSWORD_SALT": "bench-salt",
    }
    program = str(Path(sys.executable).with_name("expertpool"))
    command = [program, "serve", "--port", str(port), "--threads", str(threads)]
    with tempfile.TemporaryFile() as log:
        process = subprocess.Popen(command, env=environ, stdout=log, stderr=log)
        try:
            _wait_for(port, process)
            yield f"http://127.0.0.1:{port}"
        finally:
            process.terminate()
            process.wait(timeout=30)


def _wait_for(port: int, process: subprocess.Popen[bytes]) -> None:
    for _ in range(600):
        if process.poll() is not None:
            raise RuntimeError("the server ended before it listened")
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise RuntimeError("the server did not listen within a minute")


def prepare(app_url: str, owner_url: str, *, seats: int) -> Fight:
    """One expert, and needs with `seats` seats that all want this expert in the same five days."""
    app = create_app(_settings(app_url, owner_url))
    with app.app_context():
        with unit_of_work(SYSTEM) as session:
            expert = an_expert(session, weekly_capacity_minutes=7 * 24 * 60, max_open_engagements=50)
            first = a_case(session).need
            others = [a_case(session, incident=first.incident).need for _ in range(seats - 1)]
            targets = tuple(_target(need) for need in (first, *others))
            account = an_account(session, Role.COORDINATOR)
            token = token_for(session, account)["Authorization"].removeprefix("Bearer ")
        db.engine.dispose()
    return Fight("", token, str(expert.id), targets)


def _settings(app_url: str, owner_url: str) -> Settings:
    return Settings(
        database_url=app_url,
        owner_database_url=owner_url,
        secret_key=SECRET,
        password_salt="bench-salt",
    )


def _target(need: Need) -> Target:
    meeting = need.sessions[0]
    last = meeting.latest - dt.timedelta(minutes=meeting.length_minutes)
    starts = [meeting.earliest + place * GRID for place in range((last - meeting.earliest) // GRID + 1)]
    return Target(str(need.id), str(need.seats[0].id), str(meeting.id), tuple(starts))


def fresh_database(server: EmbeddedServer) -> tuple[str, str]:
    """A migrated database with reference data; the URLs of its two roles."""
    name = f"bench_{uuid.uuid4().hex[:12]}"
    server.create_database(name)
    app_url, owner_url = server.url(APPLICATION, name), server.url(OWNER, name)
    schema.upgrade(owner_url)
    with create_app(_settings(app_url, owner_url)).app_context():
        with unit_of_work(SYSTEM) as session:
            load_reference(session)
        db.engine.dispose()
    return app_url, owner_url


def main() -> None:
    """Run the fight and print what came of it; a broken promise ends with a fault."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--attempts", type=int, default=20_000)
    options.add_argument("--clients", type=int, default=32)
    options.add_argument("--seats", type=int, default=120)
    chosen = options.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        server = EmbeddedServer(Path(folder) / "data")
        try:
            _fight(server, chosen.attempts, chosen.clients, chosen.seats)
        finally:
            server.stop()


def _fight(server: EmbeddedServer, attempts: int, clients: int, seats: int) -> None:
    app_url, owner_url = fresh_database(server)
    fight = prepare(app_url, owner_url, seats=seats)
    began = time.perf_counter()
    with served(app_url, owner_url) as url, Watch(owner_url) as watch:
        tally = fight_over(replace(fight, url=url), clients=clients, attempts=attempts, seed=1)
    took = time.perf_counter() - began
    overlaps, drift = audit_of(owner_url)
    print(f"{'attempts':<28}{tally.attempts:>10}  by {clients} clients in {took:.0f} s")
    print(f"{'accepted':<28}{tally.accepted:>10}  {tally.cancelled} of them cancelled again")
    for rule, count in sorted(tally.refused.items()):
        print(f"{'refused ' + rule:<28}{count:>10}")
    print(f"{'other answers':<28}{len(tally.faults):>10}")
    print(f"{'overlaps ever seen':<28}{max(watch.most, overlaps):>10}  in {watch.looks} looks")
    print(f"{'minutes of drift':<28}{drift:>10}")
    print(f"{'p50 / p99 of an attempt':<28}{tally.percentile(0.5):>7.0f} / {tally.percentile(0.99):.0f} ms")
    if tally.faults or watch.most or overlaps or drift:
        sys.exit("\n".join(["A promise was broken.", *tally.faults[:5]]))


if __name__ == "__main__":
    main()
