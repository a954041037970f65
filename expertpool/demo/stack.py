"""Everything the demo runs: a database, the web server and one worker, started and stopped together."""

import contextlib
import http
import http.client
import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from expertpool.config import Settings, from_environment, variable
from expertpool.infra.embedded import APPLICATION, OWNER, EmbeddedServer

DATABASE = "expertpool"
START_SECONDS = 60.0
STOP_SECONDS = 15.0
COMMAND = (sys.executable, "-m", "expertpool")


@contextlib.contextmanager
def database(folder: Path, environ: Mapping[str, str]) -> Iterator[dict[str, str]]:
    """The environment of a demo installation, with its database running.

    A database named by `EXPERTPOOL_DATABASE_URL` is used as it is; otherwise an embedded server keeps its
    data below `folder` and stops with the block.
    """
    folder.mkdir(parents=True, exist_ok=True)
    defaults = {
        variable("secret_key"): _kept_secret(folder / "secret-key"),
        variable("password_salt"): _kept_secret(folder / "password-salt"),
        variable("mailbox_dir"): str((folder / "mailbox").resolve()),
        variable("demo"): "1",
    }
    if variable("database_url") in environ:
        yield {**defaults, **environ}
        return
    server = EmbeddedServer(folder / "postgres")
    try:
        server.create_database(DATABASE)
        defaults[variable("database_url")] = server.url(APPLICATION, DATABASE)
        defaults[variable("owner_database_url")] = server.url(OWNER, DATABASE)
        yield {**defaults, **environ}
    finally:
        server.stop()


def forget(folder: Path) -> None:
    """Remove what an embedded demo kept: database, mailbox and secrets."""
    for name in ("postgres", "mailbox"):
        shutil.rmtree(folder / name, ignore_errors=True)
    for name in ("secret-key", "password-salt"):
        (folder / name).unlink(missing_ok=True)


def _kept_secret(path: Path) -> str:
    if not path.exists():
        path.touch(mode=0o600)
        path.write_text(secrets.token_urlsafe(48), encoding="ascii")
    return path.read_text(encoding="ascii")


def settings_of(environ: Mapping[str, str]) -> Settings:
    """The settings the demo's processes will read."""
    return from_environment(environ)


@contextlib.contextmanager
def processes(
    environ: Mapping[str, str], *, port: int, log: Path, command: Sequence[str] = COMMAND
) -> Iterator[list[subprocess.Popen[bytes]]]:
    """Web server and worker as child processes, which write to `log`; both end with the block.

    They have a session of their own: a Ctrl-C is for the block, which then stops them in order.
    """
    with log.open("ab") as out:
        started = [
            subprocess.Popen(
                [*command, *what], env=_child(environ), stdout=out, stderr=out, start_new_session=True
            )
            for what in (["serve", "--port", str(port)], ["worker"])
        ]
    try:
        yield started
    finally:
        for process in started:
            if process.poll() is None:
                process.send_signal(signal.SIGTERM)
        for process in started:
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(STOP_SECONDS)
            process.kill()


def _child(environ: Mapping[str, str]) -> dict[str, str]:
    return {**environ, "PYTHONUNBUFFERED": "1", "PATH": os.environ.get("PATH", "")}


def is_taken(port: int) -> bool:
    """Whether somebody listens on the port already."""
    with contextlib.closing(socket.socket()) as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def wait_until_healthy(port: int, started: list[subprocess.Popen[bytes]]) -> None:
    """Return when the web server answers. Raises RuntimeError if a process ended or it takes too long."""
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        if any(process.poll() is not None for process in started):
            raise RuntimeError("A process of the demo ended while starting; its log says why.")
        if _healthy(port):
            return
        time.sleep(0.2)
    raise RuntimeError(f"The web server did not answer within {START_SECONDS:.0f} seconds.")


def _healthy(port: int) -> bool:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=2)
    try:
        connection.request("GET", "/healthz")
        return connection.getresponse().status == http.HTTPStatus.OK
    except OSError:
        return False
    finally:
        connection.close()
