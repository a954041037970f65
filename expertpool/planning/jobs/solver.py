"""Starting the solver's process, listening to it, ending it."""

import contextlib
import json
import os
import queue
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO, Any

import structlog

from expertpool.planning.rules import SOLVER_SECONDS, Stage, Trouble
from expertpool.planning.service import Progress
from expertpool.scheduling.plan import Limits

log = structlog.get_logger(__name__)

CHILD = Path(__file__).with_name("child.py")
TICK_SECONDS = 1.0
# After a wish to stop the search has this long to hand over its best team.
GRACE_SECONDS = 10.0
_NEEDED = ("PATH", "LANG", "LC_ALL", "PYTHONPATH", "LD_LIBRARY_PATH", "SYSTEMROOT", "TMPDIR")


class SolverFailed(Exception):
    """The solver's process ended without an answer."""

    def __init__(self, trouble: Trouble) -> None:
        super().__init__(trouble.value)
        self.trouble = trouble


@dataclass(frozen=True, slots=True)
class Answer:
    """What the solver said: the plan's canonical text, and the reasons."""

    plan: str
    reasons: str


@dataclass(frozen=True, slots=True)
class Reply:
    """What the solver answered to a question about a plan, as the text that is stored."""

    text: str


class Search:
    """A search in its own process."""

    def __init__(self, process: subprocess.Popen[str], errors: IO[bytes], seconds: int) -> None:
        self._process = process
        self._errors = errors
        self._lines: queue.Queue[str] = queue.Queue()
        self._ends_at = time.monotonic() + seconds
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            self._lines.put(line)
        self._lines.put("")

    def listen(self) -> Iterator[Progress | Answer | Reply | None]:
        """Progress as it comes, None at each tick without, at last the answer or reply.

        Raises: SolverFailed.
        """
        while True:
            if time.monotonic() > self._ends_at:
                raise SolverFailed(Trouble.SLOW)
            try:
                line = self._lines.get(timeout=TICK_SECONDS)
            except queue.Empty:
                yield None
                continue
            heard = self._heard(line)
            yield heard
            if isinstance(heard, Answer | Reply):
                return

    def stop(self) -> None:
        """Ask for the best team found so far, soon."""
        self._ends_at = min(self._ends_at, time.monotonic() + GRACE_SECONDS)
        assert self._process.stdin is not None
        with contextlib.suppress(BrokenPipeError):
            self._process.stdin.write("stop\n")
            self._process.stdin.flush()

    def _heard(self, line: str) -> Progress | Answer | Reply:
        if not line:
            raise SolverFailed(self._cause_of_death())
        said = json.loads(line)
        if "trouble" in said:
            raise SolverFailed(Trouble(said["trouble"]))
        if "answer" in said:
            return Answer(**said["answer"])
        if "reply" in said:
            return Reply(said["reply"])
        return Progress(Stage(said["progress"].pop("stage")), **said["progress"])

    def _cause_of_death(self) -> Trouble:
        code = self._process.wait()
        self._errors.seek(0)
        log.error("solver ended without an answer", code=code, said=self._errors.read()[-2000:].decode())
        return Trouble.SLOW if code == -signal.SIGXCPU else Trouble.CRASHED


@contextlib.contextmanager
def searching(
    snapshot: str,
    *,
    task: Mapping[str, str],
    limits: Limits,
    memory_bytes: int,
    seconds: int = SOLVER_SECONDS,
) -> Iterator[Search]:
    """A search on a snapshot; its process is gone when the block ends, however it ends.

    Shape: `task` says under `what` what is to be done, and what that needs beside the snapshot.
    """
    orders: dict[str, Any] = {"memory_bytes": memory_bytes, "cpu_seconds": seconds, "parent": os.getpid()}
    orders |= {"task": dict(task), "limits": asdict(limits)}
    with tempfile.TemporaryFile() as errors:
        process = _started(errors)
        try:
            assert process.stdin is not None
            with contextlib.suppress(BrokenPipeError):
                process.stdin.write(f"{json.dumps(orders)}\n{snapshot.rstrip()}\n")
                process.stdin.flush()
            yield Search(process, errors, seconds)
        finally:
            process.kill()
            process.wait()
            for pipe in (process.stdin, process.stdout):
                if pipe is not None:
                    with contextlib.suppress(BrokenPipeError):
                        pipe.close()


def _started(errors: IO[bytes]) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-P", str(CHILD)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=errors,
        text=True,
        encoding="utf-8",
        env={name: os.environ[name] for name in _NEEDED if name in os.environ},
    )
