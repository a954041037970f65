"""Work that a copy of this process does while this one goes on: two things at once, on two cores.

The copy sees everything as it was when it was made and tells what it finds. Neither waits for a clock, so
the same work gives the same answers wherever it is done.

`multiprocessing` closes the copy's standard input, which hangs where a thread of this process is reading it.
"""

import gc
import os
import pickle
import select
import signal
import tempfile
from collections.abc import Callable, Iterator
from contextlib import suppress
from threading import Event
from types import TracebackType
from typing import IO, Any, Generic, NoReturn, Self, TypeVar

Answer = TypeVar("Answer")
Tell = Callable[[Answer], None]
LOOK_SECONDS = 0.1  # between two looks for a wish to stop


class Aside(Generic[Answer]):
    """Work under way in a copy of this process, which ends with the block.

    work: gets a function to tell what it finds, which is pickled; the last that it told is the answer.
    copy: its process.

    Raises: MemoryError if there is no room for a copy.
    """

    def __init__(self, work: Callable[[Tell[Answer]], None]) -> None:
        self._told: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115 - closed at the end of the block
        original = os.getpid()
        try:
            self.copy = os.fork()
        except OSError as failure:
            self._told.close()
            raise MemoryError("no room for a copy of the process") from failure
        if self.copy == 0:
            _do(work, self._told, original)
        self._end = os.pidfd_open(self.copy)

    def __enter__(self) -> Self:
        return self

    def answer(self, stop: Event | None) -> Answer | None:
        """The last that was told, when the work is done or `stop` is set; None if nothing was told.

        Raises: what the work raised.
        """
        while not (stop is not None and stop.is_set()):
            if select.select([self._end], [], [], LOOK_SECONDS)[0]:
                break
        os.kill(self.copy, signal.SIGKILL)
        select.select([self._end], [], [])
        found = None
        self._told.seek(0)
        for answer, failure in _complete(self._told):
            if failure is not None:
                raise failure
            found = answer
        return found

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        os.kill(self.copy, signal.SIGKILL)
        os.waitpid(self.copy, 0)
        os.close(self._end)
        self._told.close()


def _complete(told: IO[bytes]) -> Iterator[tuple[Any, BaseException | None]]:
    """All that was told in full; a copy that is killed may leave half an answer behind."""
    with suppress(EOFError, pickle.UnpicklingError):
        while True:
            yield pickle.load(told)  # noqa: S301 - written by a copy of this very process


def _do(work: Callable[[Tell[Answer]], None], told: IO[bytes], original: int) -> NoReturn:
    """Do the work in the copy, and end it without anything that is the original's to do."""

    def tell(answer: Answer | None, failure: BaseException | None = None) -> None:
        if os.getppid() != original:  # nobody waits for it any more
            os._exit(1)
        pickle.dump((answer, failure), told)
        told.flush()

    status = 1
    try:
        gc.disable()  # a look at every object would make a copy of every page
        work(tell)
        status = 0
    except MemoryError:  # what was told by then stands
        status = 0
    except Exception as failure:
        tell(None, failure)
    finally:
        os._exit(status)
