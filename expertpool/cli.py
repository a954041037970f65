"""The `expertpool` command. Features add their own commands by having a `cli.py` with `commands`."""

import contextlib
import importlib
import importlib.util
import sys
from itertools import islice
from typing import Any

import click
from sqlalchemy.exc import OperationalError

from expertpool import FEATURES
from expertpool.config import ConfigurationError
from expertpool.refusals import Invalid, Refusal

EXIT_REFUSED = 1
EXIT_USAGE = 2
EXIT_CONFIGURATION = 3
EXIT_DATABASE = 5
MOST_FAULTS = 50  # shown of a file; whoever mends those sees the next


class Commands(click.Group):
    """Tells refusals and faulty settings in a sentence instead of a traceback."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command. Exit codes: 1 refused, 2 wrong usage, 3 wrong settings, 5 no database."""
        try:
            return super().invoke(ctx)
        except Refusal as refusal:
            click.secho(str(refusal), fg="red", err=True)
            if isinstance(refusal, Invalid):
                for name, sentence in islice(refusal.fields.items(), MOST_FAULTS):
                    click.echo(f"  {name}: {sentence}", err=True)
                if len(refusal.fields) > MOST_FAULTS:
                    click.echo(f"  and {len(refusal.fields) - MOST_FAULTS} more", err=True)
            sys.exit(EXIT_REFUSED)
        except ConfigurationError as error:
            click.secho(str(error), fg="red", err=True)
            sys.exit(EXIT_CONFIGURATION)
        except OperationalError as error:
            click.secho(f"The database did not do it: {error.orig}", fg="red", err=True)
            sys.exit(EXIT_DATABASE)


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="expertpool")
def main() -> None:
    """One shared roster of technology-protection experts, planned fairly across ministries."""


@main.command()
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8000, show_default=True, type=click.IntRange(0, 65535))
@click.option("--threads", default=8, show_default=True, type=click.IntRange(1, 64))
def serve(host: str, port: int, threads: int) -> None:
    """Serve the pages and the API (development and demo; production uses gunicorn wsgi:app)."""
    import waitress

    from expertpool import create_served_app

    waitress.serve(
        create_served_app(),
        host=host,
        port=port,
        threads=threads,
        ident=None,
        clear_untrusted_proxy_headers=True,
    )


@main.command()
@click.option("--concurrency", default=2, show_default=True, type=click.IntRange(1, 16))
@click.option("--until-idle", is_flag=True, help="Do what is waiting, then stop.")
def worker(concurrency: int, until_idle: bool) -> None:
    """Do the waiting jobs: planning, mail, timers. Run as many as you like, on as many machines."""
    from expertpool import create_served_app
    from expertpool.config import settings_of_app
    from expertpool.infra import jobs

    app = create_served_app()
    with app.app_context():
        url = settings_of_app().database_url
    beside = contextlib.nullcontext() if until_idle else jobs.standing_work()
    with beside, jobs.queue.replace_connector(jobs.connector(url)) as queue:
        queue.run_worker(
            concurrency=concurrency,
            wait=not until_idle,
            fetch_job_polling_interval=1.0,
            shutdown_graceful_timeout=10.0,
            delete_jobs="successful",
        )


@main.group()
def db() -> None:
    """The database schema."""


@db.command()
@click.argument("revision", default="head")
def upgrade(revision: str) -> None:
    """Migrate to REVISION and load the reference data of this release."""
    from expertpool import create_app
    from expertpool.config import from_environment
    from expertpool.infra import schema
    from expertpool.infra.db import unit_of_work
    from expertpool.infra.identity import SYSTEM
    from expertpool.reference import load_reference

    settings = from_environment()
    schema.upgrade(settings.owner_database_url, revision)
    if revision == "head":
        with create_app(settings).app_context(), unit_of_work(SYSTEM) as session:
            load_reference(session)
    click.secho("The database is up to date.", fg="green")


@main.command()
def doctor() -> None:
    """Check live data for states that must not exist. Exit code 1 when one is found."""
    from rich.console import Console

    from expertpool import create_app
    from expertpool.doctor import examine
    from expertpool.infra.db import unit_of_work
    from expertpool.infra.identity import SYSTEM

    console = Console()
    with create_app().app_context(), unit_of_work(SYSTEM) as session:
        findings = examine(session)
    for finding in findings:
        mark = "[green]✓[/]" if finding.healthy else f"[red]✗ {finding.offenders}[/]"
        console.print(mark, finding.claim, *finding.examples)
    if not all(finding.healthy for finding in findings):
        sys.exit(EXIT_REFUSED)


def _add_feature_commands() -> None:
    for feature in FEATURES:
        name = f"expertpool.{feature}.cli"
        if importlib.util.find_spec(name) is not None:
            for command in importlib.import_module(name).commands:
                main.add_command(command)


_add_feature_commands()
