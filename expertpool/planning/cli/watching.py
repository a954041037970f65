"""A search on the terminal: how far it is, and Ctrl-C ends it with the best plan so far."""

import signal
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, wait
from threading import Event
from typing import TypeVar

import click

from expertpool.scheduling.progress import Progress

HEARS_WITHIN_SECONDS = 0.2  # a signal may reach another thread, which hears nothing

Answer = TypeVar("Answer")


def watched(search: Callable[[Event], Answer]) -> Answer:
    """What a search answers. It runs beside the terminal, so that Ctrl-C is heard while it thinks."""
    stop = Event()

    def end(*_: object) -> None:
        stop.set()
        click.echo("Ending with the best plan so far …", err=True)

    before = signal.signal(signal.SIGINT, end)
    try:
        with ThreadPoolExecutor(max_workers=1) as beside:
            answer = beside.submit(search, stop)
            while not answer.done():
                wait((answer,), timeout=HEARS_WITHIN_SECONDS)
            return answer.result()
    finally:
        signal.signal(signal.SIGINT, before)


def progress(said: Progress) -> None:
    """Tell on a terminal what is known so far; a file that the output goes to is spared."""
    if sys.stderr.isatty():
        seats = "every seat filled" if not said.unfilled else f"{said.unfilled} seats empty"
        click.echo(
            f"{said.elapsed:6.1f} s  {said.stage.value}: {seats}, cost {said.best}, at least {said.bound}",
            err=True,
        )
