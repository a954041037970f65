"""Kill the sender again and again under a hostile mail server, and count what went wrong."""

import contextlib
import datetime as dt
import itertools
import os
import random
import signal
import subprocess
import sys
import time
import uuid
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields
from unittest.mock import patch

import sqlalchemy as sa
from psycopg.types.range import Range
from sqlalchemy.orm import Session

from expertpool import create_app
from expertpool.availability.models import Hold
from expertpool.calendars.models import OutboxMail, SeatEvent
from expertpool.calendars.rules import OutboxState
from expertpool.config import Settings, variable
from expertpool.engagements.models import Engagement
from expertpool.engagements.rules import EngagementState
from expertpool.infra import clock
from expertpool.infra.db import db, unit_of_work
from expertpool.infra.identity import SYSTEM
from tests.faults.hostile_smtp import Kept, Memory, hostile_server
from tests.fixtures.calendars import tell
from tests.fixtures.engagements import a_case, an_offer
from tests.fixtures.experts import an_expert

SET_UP_AT = dt.datetime(2026, 11, 23, tzinfo=dt.UTC)  # experts of the fixtures are appointed then
DRAIN_SECONDS = 120.0
HALF_HOUR = dt.timedelta(minutes=30)


@dataclass(frozen=True)
class Verdict:
    """What was counted. From `lost` on, nothing may be left."""

    kills: int
    told: int
    kept: int
    repeats: int
    lost: int
    unfinished: int
    changed_ids: int
    changed_bytes: int
    out_of_order: int
    unknown: int

    @property
    def broken(self) -> dict[str, int]:
        """The promises that were not kept, and how often."""
        names = [each.name for each in fields(self)]
        counts = {name: getattr(self, name) for name in names[names.index("lost") :]}
        return {name: count for name, count in counts.items() if count}


def run(settings: Settings, *, kills: int, seed: int, events: int = 10, naive: bool = False) -> Verdict:
    """Tell `events` experts of one change after another while their mail is sent by processes that die.

    `settings` name a migrated database that nobody else uses; its mail server is replaced by the hostile one.
    """
    chance = random.Random(seed)
    with hostile_server(seed) as (port, memory), _senders(settings, port, naive=naive) as senders:
        app = create_app(settings)
        with app.app_context():
            engagements = _offers(events)
            for _ in range(kills):
                sender = senders.start()
                for engagement_id in chance.sample(engagements, 4):
                    _change(engagement_id, chance)
                    time.sleep(chance.uniform(0.02, 0.2))
                os.kill(sender, signal.SIGKILL)
            for engagement_id in engagements[::3]:
                _change(engagement_id, chance, cancel=True)
            senders.start()
            _wait_until_drained()
            with unit_of_work(SYSTEM) as session:
                verdict = _judge(session, memory, kills=kills)
            db.session.remove()
            db.engine.dispose()
    return verdict


class _Senders:
    """The process that forks them, and they: one group, so that none outlives the ordeal."""

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        self._process = process
        assert self._line() == b"ready\n"

    def start(self) -> int:
        """The process id of a new sender."""
        assert self._process.stdin is not None
        self._process.stdin.write(b"\n")
        self._process.stdin.flush()
        return int(self._line())

    def _line(self) -> bytes:
        assert self._process.stdout is not None
        return self._process.stdout.readline()


@contextlib.contextmanager
def _senders(settings: Settings, port: int, *, naive: bool) -> Iterator[_Senders]:
    environ = {
        variable("database_url"): settings.database_url,
        variable("owner_database_url"): settings.owner_database_url,
        variable("secret_key"): settings.secret_key,
        variable("password_salt"): settings.password_salt,
        variable("smtp_url"): f"smtp://127.0.0.1:{port}",
    }
    command = [sys.executable, "-m", "tests.faults.outbox_sender", *(["naive"] if naive else [])]
    process = subprocess.Popen(
        command,
        env={**os.environ, **environ},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        yield _Senders(process)
    finally:
        os.killpg(process.pid, signal.SIGKILL)
        process.communicate()


def _offers(count: int) -> list[uuid.UUID]:
    """Offers that were told; one of the experts is at an address that does not exist."""
    offers: list[uuid.UUID] = []
    for number in range(count):
        with unit_of_work(SYSTEM) as session:
            with patch.object(clock, "now", lambda: SET_UP_AT):
                address = f"{'nobody' if number == 1 else 'expert'}{number}@expert.example"
                expert = an_expert(session, roles={"DFE": 3}, email=address)
                offer = an_offer(session, a_case(session), expert)
            tell(session, offer)
            offers.append(offer.id)
    return offers


def _change(engagement_id: uuid.UUID, chance: random.Random, *, cancel: bool = False) -> None:
    """Move the session or call it off, and tell the expert in the same transaction."""
    with unit_of_work(SYSTEM) as session:
        engagement = session.get_one(Engagement, engagement_id, populate_existing=True)
        if cancel:
            engagement.state = EngagementState.CANCELLED
        else:
            begins = SET_UP_AT + chance.randint(48, 400) * HALF_HOUR
            during = Range(begins, begins + 4 * HALF_HOUR, "[)")
            moved = sa.update(Hold).where(Hold.engagement_id == engagement_id).values(during=during)
            session.execute(moved.execution_options(synchronize_session=False))
            session.expire(engagement)
        session.flush()
        tell(session, engagement)


def _wait_until_drained() -> None:
    waiting = sa.select(sa.func.count()).where(OutboxMail.state == OutboxState.QUEUED)
    deadline = time.monotonic() + DRAIN_SECONDS
    while time.monotonic() < deadline:
        with unit_of_work(SYSTEM) as session:
            if not session.scalar(waiting):
                return
        time.sleep(0.1)


def _judge(session: Session, memory: Memory, *, kills: int) -> Verdict:
    """Compare what the server kept with what was told."""
    session.expire_all()  # the senders changed the rows behind this session's back
    rows = {row.uid: row for row in session.scalars(sa.select(SeatEvent))}
    mails = list(session.scalars(sa.select(OutboxMail)))
    told = {mail.message_id: mail.message for mail in mails}
    by_event: dict[str, list[Kept]] = defaultdict(list)
    by_state: dict[tuple[str, int], list[Kept]] = defaultdict(list)
    for mail in memory.kept:
        by_event[mail.uid].append(mail)
        by_state[(mail.uid, mail.sequence)].append(mail)
    return Verdict(
        kills=kills,
        told=len(mails),
        kept=len(memory.kept),
        repeats=len(memory.kept) - len(by_state),
        lost=sum(not _arrived(row, by_event[uid]) for uid, row in rows.items()),
        unfinished=sum(mail.state is OutboxState.QUEUED for mail in mails),
        changed_ids=sum(len({mail.message_id for mail in same}) > 1 for same in by_state.values()),
        changed_bytes=sum(len({mail.message for mail in same}) > 1 for same in by_state.values()),
        out_of_order=sum(
            one.sequence > other.sequence
            for same in by_event.values()
            for one, other in itertools.pairwise(same)
        ),
        unknown=sum(told.get(mail.message_id) != mail.message for mail in memory.kept),
    )


def _arrived(row: SeatEvent, kept: Sequence[Kept]) -> bool:
    """Whether the calendar shows the event as it is; nobody reads it at an address that does not exist."""
    return row.attendee.startswith("nobody") or (bool(kept) and kept[-1].sequence == row.sequence)
