"""`expertpool demo`: the whole service with fictional data, in one command."""

import contextlib
import os
import signal
import time
from pathlib import Path

import click
from rich.console import Console
from rich.table import Table

from expertpool.config import Settings, variable
from expertpool.demo import stack

console = Console()

FIRST_STEPS = """
Try first: sign in as the MSS coordinator, open the incident of story S1, ask for experts from its template,
let the planner propose, approve. Then sign in as the expert who was chosen, answer the conflict card, accept.
The invitation lies in {url}/demo/mailbox. Ctrl-C stops everything.
"""


@click.command()
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535))
@click.option(
    "--folder",
    default=Path("var"),
    show_default=True,
    type=click.Path(file_okay=False, path_type=Path),
    help="Where the embedded database, the mailbox and the secrets are kept.",
)
@click.option("--reset", is_flag=True, help="Throw the demo's data away and start over.")
@click.option("--verify", is_flag=True, help="Check totals and stories of the loaded data, then stop.")
def demo(port: int, folder: Path, reset: bool, verify: bool) -> None:
    """Run the whole service with fictional data. Ctrl-C stops everything it started."""
    for asked in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):  # also `kill` and a closed terminal
        signal.signal(asked, signal.default_int_handler)
    if not verify and stack.is_taken(port):
        raise click.ClickException(
            f"Port {port} is in use. Stop what uses it, or choose another with --port."
        )
    broken_off = folder / "loading"
    if reset or broken_off.exists():
        stack.forget(folder)
        broken_off.unlink(missing_ok=True)
    environ = {
        **os.environ,
        variable("base_url"): os.environ.get(variable("base_url"), f"http://127.0.0.1:{port}"),
    }
    with contextlib.ExitStack() as running:
        with console.status("Starting PostgreSQL …"):
            ready = running.enter_context(stack.database(folder, environ))
        console.print("[green]✓[/] database running")
        settings = stack.settings_of(ready)
        accounts = _prepare(settings, verify=verify, broken_off=broken_off)
        if not verify:
            _run(ready, settings, port, accounts, log=folder / "demo.log")


def _prepare(settings: Settings, *, verify: bool, broken_off: Path) -> list[tuple[str, str]]:
    """Migrate, load the demo data unless it is there already, and tell who can sign in."""
    from expertpool import create_app
    from expertpool.demo.service import is_begun, is_loaded, sign_ins
    from expertpool.infra import schema

    schema.upgrade(settings.owner_database_url)
    console.print("[green]✓[/] schema up to date")
    with create_app(settings).app_context():
        if is_loaded():
            console.print("[green]✓[/] demo data kept from last time (`make demo-reset` starts over)")
        elif is_begun():
            raise click.ClickException(
                "The database holds other data, or part of a demo whose load broke off. Use an empty one."
            )
        else:
            _load(broken_off)
        if verify:
            _verify()
        return sign_ins()


def _load(broken_off: Path) -> None:
    """Load the data; the mark `broken_off` stays behind if that does not come to its end."""
    from expertpool.demo.service import load

    broken_off.touch()
    with console.status("Loading fictional data …") as status:
        load(step=lambda text: status.update(f"Loading fictional data: {text} …"))
    broken_off.unlink()
    console.print("[green]✓[/] demo data loaded")


def _verify() -> None:
    from expertpool.demo.verify import verify

    findings = verify()
    for finding in findings:
        mark = "[green]✓[/]" if finding.holds else "[red]✗[/]"
        console.print(f"{mark} {finding.claim}: {finding.found}")
    if not all(finding.holds for finding in findings):
        raise SystemExit(1)


def _run(
    environ: dict[str, str], settings: Settings, port: int, accounts: list[tuple[str, str]], *, log: Path
) -> None:
    from expertpool.demo.service import PASSWORD

    with stack.processes(environ, port=port, log=log) as started:
        try:
            stack.wait_until_healthy(port, started)
        except RuntimeError as error:
            raise SystemExit(f"{error} It is in {log}.") from error
        _welcome(settings.base_url, accounts, PASSWORD)
        console.print(f"Web server and worker write to {log}.\n")
        try:
            while all(process.poll() is None for process in started):
                time.sleep(0.5)
        except KeyboardInterrupt:
            console.print("\nStopping …")
            return
        raise SystemExit(f"A process of the demo ended by itself; the rest was stopped. {log} says why.")


def _welcome(url: str, accounts: list[tuple[str, str]], password: str) -> None:
    table = Table(title="Sign in as", show_edge=False)
    table.add_column("who")
    table.add_column("e-mail")
    for who, email in accounts:
        table.add_row(who, email)
    console.print(f"\n[bold green]expertpool is ready:[/] {url}\nPassword for all: [bold]{password}[/]")
    console.print(table)
    console.print(FIRST_STEPS.format(url=url))


commands = [demo]
