"""Jobs on PostgreSQL: a job exists exactly when the change that asked for it does.

A feature registers its handlers with `@job("feature.verb")`; anybody defers by name, so a lower feature
can ask a higher one for work without importing it. Delivery is at least once: handlers are idempotent.
"""

import contextlib
import datetime as dt
import logging
import threading
from collections.abc import Callable, Iterator
from contextvars import ContextVar
from typing import Any

import procrastinate
from flask import Flask
from psycopg.conninfo import make_conninfo
from sqlalchemy.engine import make_url
from sqlalchemy.orm import Session

log = logging.getLogger(__name__)

queue = procrastinate.App(connector=procrastinate.PsycopgConnector())

# Jobs are deferred on the caller's own connection, also inside a worker, whose connector is asynchronous.
_outgoing = procrastinate.App(connector=procrastinate.SyncPsycopgConnector())

STALLED_AFTER_SECONDS = 30.0

_flask: list[Flask] = []
_unheard: ContextVar[bool] = ContextVar("jobs_unheard", default=False)

Handler = Callable[..., None]
Standing = Callable[[threading.Event], None]

_standing: dict[str, Standing] = {}
_STANDING_AGAIN_SECONDS = 20.0
_STANDING_ENDS_SECONDS = 30.0


def job(name: str, *, every: str | None = None) -> Callable[[Handler], Handler]:
    """Register `handler` under `name`; `every` is a cron line for work that repeats by itself."""

    def register(handler: Handler) -> Handler:
        def run(timestamp: int | None = None, **facts: Any) -> None:
            try:
                with _flask[-1].app_context():
                    handler(**facts)
            except Exception:
                # The queue tries again and says nothing; whoever looks after the service has to know.
                log.exception("job failed: %s", name)
                raise

        task = queue.task(name=name, retry=procrastinate.RetryStrategy(max_attempts=5, exponential_wait=2))(
            run
        )
        if every is not None:
            queue.periodic(cron=every)(task)
        return handler

    return register


def standing(name: str) -> Callable[[Standing], Standing]:
    """Register work that goes on beside the jobs of a worker, such as listening to a server.

    The handler is told by an event when to end, has to return soon after, and is called again if it returns
    before. It holds no job, so it keeps none waiting.
    """

    def register(handler: Standing) -> Standing:
        _standing[name] = handler
        return handler

    return register


@contextlib.contextmanager
def standing_work() -> Iterator[None]:
    """Do all standing work, each in a thread of its own, for as long as the block runs."""
    stop = threading.Event()
    threads = [
        threading.Thread(target=_stand, args=(name, handler, stop), name=name, daemon=True)
        for name, handler in _standing.items()
    ]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        stop.set()
        for thread in threads:
            thread.join(_STANDING_ENDS_SECONDS)


def _stand(name: str, handler: Standing, stop: threading.Event) -> None:
    while not stop.is_set():
        try:
            with _flask[-1].app_context():
                handler(stop)
        except Exception:
            log.exception("standing work failed: %s", name)
            stop.wait(_STANDING_AGAIN_SECONDS)


def defer(
    session: Session,
    name: str,
    /,
    *,
    not_before: dt.datetime | None = None,
    once_as: str | None = None,
    **facts: str | int | bool | None,
) -> None:
    """Queue the job `name` inside the caller's transaction.

    `facts` are plain values, never objects. `once_as`: while a job with this key waits, asking again is
    the same wish and adds nothing. Inside `unheard` nothing is queued.
    """
    if _unheard.get():
        return
    connection: Any = session.connection().connection.driver_connection
    deferrer = _outgoing.configure_task(
        name, connection=connection, schedule_at=not_before, queueing_lock=once_as
    )
    try:
        with connection.transaction():
            deferrer.defer(**facts)
    except procrastinate.exceptions.AlreadyEnqueued:
        log.debug("job already waiting", extra={"job": name, "key": once_as})


@contextlib.contextmanager
def unheard() -> Iterator[None]:
    """Queue nothing inside the block: `defer` adds no job.

    For writing down what is long over through the services that did it then: nobody is told again of an
    invitation of last month, and no search begins for a seat that was filled since.
    """
    token = _unheard.set(True)
    try:
        yield
    finally:
        _unheard.reset(token)


def is_unheard() -> bool:
    """Whether the past is being written down, which nothing follows from any more."""
    return _unheard.get()


def serve(app: Flask) -> None:
    """Let handlers run inside `app`'s context from now on."""
    _flask.append(app)


def connector(database_url: str) -> procrastinate.PsycopgConnector:
    """A worker's own connection pool, from an SQLAlchemy URL."""
    url = make_url(database_url)
    facts = {"host": url.host, "port": url.port, "dbname": url.database, "user": url.username}
    facts |= {"password": url.password} | {name: str(value) for name, value in url.query.items()}
    return procrastinate.PsycopgConnector(conninfo=make_conninfo("", **facts))


@queue.periodic(cron="* * * * * */10")
@queue.task(name="infra.retry_stalled", queueing_lock="infra.retry_stalled", pass_context=True)
async def retry_stalled(context: procrastinate.JobContext, timestamp: int) -> None:
    """Give back the jobs of workers that died: procrastinate leaves them in `doing` for ever."""
    jobs = context.app.job_manager
    for stalled in await jobs.get_stalled_jobs(seconds_since_heartbeat=STALLED_AFTER_SECONDS):
        log.warning("job of a dead worker queued again", extra={"job": stalled.task_name})
        await jobs.retry_job(stalled)
