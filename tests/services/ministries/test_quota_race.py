"""Many takers at once: the guarded counter never lends more than was agreed, a sum read before would."""

import datetime as dt
import threading
import uuid
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from expertpool.ministries import service
from expertpool.ministries.models import LendingAgreement, LendingMonth, Ministry
from expertpool.refusals import Conflicting
from tests.conftest import Database

MONTH = dt.date(2026, 11, 1)
TAKERS = 8
TRIES_EACH = 20
MINUTES = 60
QUOTA = 50 * MINUTES  # less than the 160 tries ask for

pytestmark = pytest.mark.faults


@pytest.fixture
def engine(new_database: Callable[[], Database]) -> Iterator[sa.Engine]:
    """A database of its own: races need real commits."""
    made = sa.create_engine(new_database().app_url, pool_size=TAKERS)
    yield made
    made.dispose()


@pytest.fixture
def agreement_id(engine: sa.Engine) -> uuid.UUID:
    with Session(engine) as session:
        codes = {row.code: row.id for row in session.scalars(sa.select(Ministry))}
        agreement = LendingAgreement(
            lender_id=codes["KFTC"],
            borrower_id=codes["MSS"],
            valid_from=dt.date(2026, 1, 22),
            monthly_quota_minutes=QUOTA,
            notice_minutes=0,
            silent_consent_minutes=0,
        )
        session.add(agreement)
        session.commit()
        return agreement.id


def _all_at_once(taker: Callable[[], int]) -> int:
    """How often `TAKERS` threads that start together succeed."""
    start = threading.Barrier(TAKERS)

    def run(_: int) -> int:
        start.wait()
        return taker()

    with ThreadPoolExecutor(TAKERS) as pool:
        return sum(pool.map(run, range(TAKERS)))


def test_takers_who_race_never_exceed_the_quota(engine: sa.Engine, agreement_id: uuid.UUID) -> None:
    def take() -> int:
        taken = 0
        for _ in range(TRIES_EACH):
            with Session(engine) as session:
                try:
                    service.take_quota(session, agreement_id, month=MONTH, minutes=MINUTES)
                except Conflicting:
                    session.rollback()
                else:
                    session.commit()
                    taken += 1
        return taken

    taken = _all_at_once(take)

    with Session(engine) as session:
        used = session.scalars(sa.select(LendingMonth.used_minutes)).one()
    assert (taken, used) == (QUOTA // MINUTES, QUOTA)


def test_the_same_race_over_a_sum_read_before_exceeds_the_quota(engine: sa.Engine) -> None:
    """The control: were this green for a plain sum too, the test above would prove nothing."""
    lent = sa.Table("temporary_lent", sa.MetaData(), sa.Column("minutes", sa.Integer))
    owner = sa.create_engine(engine.url.set(username="expertpool_owner"))
    lent.create(owner)
    owner.dispose()
    have_read = threading.Barrier(TAKERS)
    most = MINUTES * (TAKERS - 1)

    def take() -> int:
        with engine.begin() as connection:
            used = connection.scalar(sa.select(sa.func.coalesce(sa.func.sum(lent.c.minutes), 0)))
            have_read.wait()
            if (used or 0) + MINUTES > most:
                return 0
            connection.execute(lent.insert().values(minutes=MINUTES))
            return 1

    taken = _all_at_once(take)

    assert taken * MINUTES > most
