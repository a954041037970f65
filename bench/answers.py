"""From a "no" in the mailbox to the substitute's invitation: `python -m bench.answers [--replies 20]`.

Starts an embedded database and the real worker, fills it with experts and seats whose experts were asked, and
delivers one declining mail after another into the Maildir. A coordinator who approves at once stands in for
the real one; how long that took is shown apart. Times are read from the database every 20 ms; processor time
is that of the worker with the processes it starts, from one reply to the next.

Every case has two parties of its own with names of their own; the experts have no ties.
"""

import argparse
import datetime as dt
import mailbox
import os
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeVar
from unittest.mock import patch

import sqlalchemy as sa
from sqlalchemy.orm import Session

from expertpool import create_app
from expertpool.calendars.models import OutboxMail, SeatEvent
from expertpool.calendars.rules import OutboxState
from expertpool.config import Settings, variable
from expertpool.conflicts.models import Organisation
from expertpool.engagements.models import Engagement
from expertpool.engagements.rules import EngagementState
from expertpool.incidents.models import Party
from expertpool.infra import clock, schema
from expertpool.infra.db import db, unit_of_work
from expertpool.infra.embedded import APPLICATION, OWNER, EmbeddedServer
from expertpool.infra.identity import SYSTEM
from expertpool.planning import service as planning
from expertpool.planning.models import PlanRun
from expertpool.planning.rules import RunState
from expertpool.reference import load_reference
from tests.fixtures.answers import answering
from tests.fixtures.calendars import tell
from tests.fixtures.engagements import FIRST_DAY, a_case, an_offer
from tests.fixtures.planning import a_free_expert

ROOT = Path(__file__).resolve().parents[1]
ROLES = ("DFE", "ATT")
SYLLABLES = [
    ("가온", "Gaon"), ("나래", "Narae"), ("다솜", "Dasom"), ("라온", "Raon"), ("마루", "Maru"),
    ("바다", "Bada"), ("사랑", "Sarang"), ("아라", "Ara"), ("자람", "Jaram"), ("차오름", "Chaoreum"),
    ("큰솔", "Keunsol"), ("타오름", "Taoreum"), ("푸른", "Pureun"), ("하늘", "Haneul"), ("별빛", "Byeolbit"),
]  # fmt: skip
PATIENCE_SECONDS = 60.0
SETTLING_SECONDS = 600.0  # hundreds of experts are told, and their mail leaves
Seen = TypeVar("Seen")


@dataclass(frozen=True)
class Timed:
    """One reply. Units: seconds from the mail in the Maildir; `worked`: processor seconds until the end."""

    declined: float
    proposed: float
    approved: float
    invited: float
    worked: float = 0.0


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--experts", type=int, default=500)
    parser.add_argument("--seats", type=int, default=200)
    parser.add_argument("--replies", type=int, default=20)
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="expertpool-bench-") as name:
        folder = Path(name)
        folder.chmod(0o755)
        server = EmbeddedServer(folder / "data", durable=True)
        try:
            settings = _installation(server, folder)
            with create_app(settings).app_context():
                full_hour = clock.now().replace(minute=0, second=0, microsecond=0)
                with patch.object(clock, "now", lambda: full_hour):  # sessions stand on the planner's grid
                    asked = _fill(chosen.experts, chosen.seats)
                with _worker(settings) as worker:
                    _settle()
                    box = mailbox.Maildir(settings.inbox_dir)
                    _tell_times(box, asked[: chosen.replies], worker)
                db.session.remove()
                db.engine.dispose()
        finally:
            server.stop()


def _installation(server: EmbeddedServer, folder: Path) -> Settings:
    server.create_database("answers")
    settings = Settings(
        database_url=server.url(APPLICATION, "answers"),
        owner_database_url=server.url(OWNER, "answers"),
        secret_key="bench-secret-bench-secret-bench-secret",
        password_salt="bench",
        mailbox_dir=folder / "sent",
        inbox_dir=folder / "inbox",
    )
    schema.upgrade(settings.owner_database_url)
    with create_app(settings).app_context():
        with unit_of_work(SYSTEM) as session:
            load_reference(session)
        db.engine.dispose()
    return settings


def _fill(experts: int, seats: int) -> list[uuid.UUID]:
    """Experts in office hours, and needs of two seats whose experts were asked and told."""
    began = time.perf_counter()
    with unit_of_work(SYSTEM) as session:
        pool = [a_free_expert(session, roles={ROLES[place % 2]: 3}) for place in range(experts)]
    asked: list[uuid.UUID] = []
    hours = _first_office_hour()
    for number in range(seats // 2):
        with unit_of_work(SYSTEM) as session:
            case = a_case(session, roles=ROLES, days=6)
            _name_parties(session, case.need.incident_id, number)
            for seat in range(2):
                expert = session.merge(pool[2 * number + seat])
                offer = an_offer(session, case, expert, seat=seat, hours=hours + number % 4)
                tell(session, offer)
                asked.append(offer.id)
    print(f"{experts} experts, {len(asked)} seats asked for, set up in {time.perf_counter() - began:.0f} s")
    return asked


def _name_parties(session: Session, incident_id: uuid.UUID, number: int) -> None:
    """Names of their own for the parties of a case: tests call all of them the same."""
    rows = sa.select(Organisation).join(Party, Party.organisation_id == Organisation.id)
    for place, row in enumerate(session.scalars(rows.where(Party.incident_id == incident_id))):
        first, second = divmod(2 * number + place, len(SYLLABLES))
        row.name_ko = f"{SYLLABLES[first][0]}{SYLLABLES[second][0]}소재"
        row.name_en = f"{SYLLABLES[first][1]}{SYLLABLES[second][1]} Materials"


def _first_office_hour() -> float:
    """Hours from the beginning of a session's window to ten o'clock of a weekday in Seoul."""
    begin = clock.now() + FIRST_DAY
    day = clock.seoul_date(begin) + dt.timedelta(days=1)
    while day.weekday() >= 5:
        day += dt.timedelta(days=1)
    return (clock.from_seoul(day, dt.time(10)) - begin).total_seconds() / 3600


@contextmanager
def _worker(settings: Settings) -> Iterator[int]:
    """The worker as it is run, by its process id."""
    names = ("database_url", "owner_database_url", "secret_key", "password_salt", "mailbox_dir", "inbox_dir")
    environ = os.environ | {variable(name): str(getattr(settings, name)) for name in names}
    command = [sys.executable, "-c", "from expertpool.cli import main; main()", "worker"]
    process = subprocess.Popen(
        command,
        cwd=ROOT,
        env=environ | {"PYTHONPATH": str(ROOT)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        yield process.pid
    finally:
        process.kill()
        process.wait()


def _worked(worker: int) -> float:
    """Processor seconds of the worker and of the processes it started that have ended."""
    facts = Path(f"/proc/{worker}/stat").read_text().rpartition(")")[2].split()
    return sum(map(int, facts[11:15])) / os.sysconf("SC_CLK_TCK")


def _settle() -> None:
    """Wait until the worker has told everybody and sent all mail."""
    queued = sa.select(sa.func.count()).where(OutboxMail.state == OutboxState.QUEUED)
    _until(lambda session: session.scalar(queued) == 0 or None, seconds=SETTLING_SECONDS)


def _reply(box: mailbox.Maildir, engagement_id: uuid.UUID) -> Timed:
    with unit_of_work(SYSTEM) as session:
        engagement = session.get_one(Engagement, engagement_id, populate_existing=True)
        invitation = session.scalars(
            sa.select(OutboxMail.message)
            .join(SeatEvent, SeatEvent.id == OutboxMail.event_id)
            .where(SeatEvent.engagement_id == engagement_id)
        ).one()
        seat_id, need_id = engagement.seat_id, engagement.need_id
    mail = answering(invitation, "DECLINED", at=clock.now())
    began = time.perf_counter()
    box.add(mail)
    declined = sa.select(Engagement.id).where(
        Engagement.id == engagement_id, Engagement.state == EngagementState.DECLINED
    )
    _until(lambda session: session.scalar(declined))
    at_declined = time.perf_counter() - began
    proposal = sa.select(PlanRun.id).where(PlanRun.need_id == need_id, PlanRun.state == RunState.PROPOSED)
    run_id = _until(lambda session: session.scalar(proposal))
    at_proposed = time.perf_counter() - began
    with unit_of_work(SYSTEM) as session:
        now = clock.now()
        planning.approve_run(session, run_id, answer_by=now + dt.timedelta(days=1), actor=SYSTEM, now=now)
    at_approved = time.perf_counter() - began
    invited = (
        sa.select(OutboxMail.id)
        .join(SeatEvent, SeatEvent.id == OutboxMail.event_id)
        .join(Engagement, Engagement.id == SeatEvent.engagement_id)
        .where(Engagement.seat_id == seat_id, Engagement.id != engagement_id, OutboxMail.method == "REQUEST")
    )
    _until(lambda session: session.scalar(invited))
    return Timed(at_declined, at_proposed, at_approved, time.perf_counter() - began)


def _until(look: Callable[[Session], Seen | None], *, seconds: float = PATIENCE_SECONDS) -> Seen:
    """What is seen, as soon as it is there."""
    ends = time.perf_counter() + seconds
    while time.perf_counter() < ends:
        with unit_of_work(SYSTEM) as session:
            seen = look(session)
        if seen is not None:
            return seen
        time.sleep(0.02)
    raise SystemExit("waited too long")


def _tell_times(box: mailbox.Maildir, asked: list[uuid.UUID], worker: int) -> None:
    """One reply after the other, each told as soon as it is through."""
    print(
        "\n| reply | seat free | substitute found | approved | invitation in the outbox | processor | load |"
    )
    print("|---|---|---|---|---|---|---|")
    times = []
    for number, engagement_id in enumerate(asked, 1):
        before = _worked(worker)
        each = _reply(box, engagement_id)
        each = replace(each, worked=_worked(worker) - before)
        row = f"| {number} | {each.declined:.2f} s | {each.proposed:.2f} s | {each.approved:.2f} s"
        print(f"{row} | {each.invited:.2f} s | {each.worked:.2f} s | {os.getloadavg()[0]:.1f} |", flush=True)
        times.append(each)
    taken, worked = sorted(each.invited for each in times), sorted(each.worked for each in times)
    middle = len(times) // 2
    print(f"\nmedian {taken[middle]:.2f} s, worst {taken[-1]:.2f} s, over 5 s: ", end="")
    print(sum(each > 5 for each in taken))
    print(f"processor: median {worked[middle]:.2f} s, worst {worked[-1]:.2f} s")


if __name__ == "__main__":
    main()
