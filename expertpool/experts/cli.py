"""`expertpool experts …`: the registry as a file, out and in."""

from pathlib import Path

import click
from flask import Flask
from sqlalchemy.orm import Session

from expertpool.experts import queries, service
from expertpool.experts.queries import ExpertFilters, Page
from expertpool.experts.queries.tables import table_of, wordings
from expertpool.experts.service import Effect, ImportPlan
from expertpool.infra import clock
from expertpool.infra.db import unit_of_work
from expertpool.infra.i18n import LANGUAGES
from expertpool.infra.identity import SYSTEM
from expertpool.ministries.queries import ministry_by_code
from expertpool.refusals import Invalid
from expertpool.words import words


@click.group()
def experts() -> None:
    """The registry of experts."""


@experts.command("export")
@click.argument("file", type=click.Path(dir_okay=False, writable=True, path_type=Path))
@click.option("--ministry", default="", help="Only the experts of this ministry, by code such as MSS.")
@click.option("--language", default="ko", show_default=True, type=click.Choice(LANGUAGES))
def export_experts(file: Path, ministry: str, language: str) -> None:
    """Write all experts with names and contact to FILE (.csv or .xlsx). Keep it as you keep personal data."""
    if file.suffix not in (".csv", ".xlsx"):
        raise click.BadParameter("name it .csv or .xlsx", param_hint="FILE")
    with _app().app_context(), unit_of_work(SYSTEM) as session:
        if ministry:
            ministry = ministry_by_code(session, ministry.upper()).code
        lines = _lines(session, ministry, language)
    file.write_bytes(service.csv_bytes(lines) if file.suffix == ".csv" else service.xlsx_bytes(lines))
    click.secho(f"{len(lines) - 1} experts written to {file}.", fg="green")


@experts.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--ministry", required=True, help="Code of the ministry the experts belong to, such as MSS.")
@click.option("--dry-run", is_flag=True, help="Say what would happen and change nothing.")
def import_experts(file: Path, ministry: str, dry_run: bool) -> None:
    """Enter and change experts as FILE (CSV or XLSX) says: all of it, or nothing."""
    app = _app()
    with app.app_context(), unit_of_work(SYSTEM) as session:
        most_bytes = app.extensions["expertpool"].max_upload_bytes
        plan = service.plan_import(
            session,
            service.read_table(_content(file, most_bytes), most_bytes=most_bytes),
            actor=SYSTEM,
            ministry_id=ministry_by_code(session, ministry.upper()).id,
            wordings=wordings(session),
            shown_in="en",
            now=clock.now(),
        )
        _tell(plan, each_row=dry_run)
        if plan.faults:
            raise Invalid(words("The table has faults. Correct them and check it again."))
        if not dry_run:
            service.apply_import(session, plan, actor=SYSTEM, now=clock.now())
    click.secho("Nothing was changed." if dry_run else "Imported.", fg="green")


def _app() -> Flask:
    from expertpool import create_app

    return create_app()


def _content(file: Path, most_bytes: int) -> bytes:
    """The file, but not more than one byte over what is allowed: enough to be refused."""
    with file.open("rb") as content:
        return content.read(most_bytes + 1)


def _lines(session: Session, ministry: str, language: str) -> list[list[str]]:
    """Heading and rows of the whole table, read page by page."""
    today = clock.seoul_date(clock.now())
    wording = wordings(session)[language]
    filters = ExpertFilters(ministry=ministry)
    lines: list[list[str]] = []
    number = 1
    while True:
        page = Page(number, 1000)
        found = queries.find_experts(session, filters, page, viewer=SYSTEM, today=today)
        table = table_of(found.experts, wording=wording, today=today)
        lines += table if number == 1 else table[1:]
        if len(found.experts) < page.size:
            return lines
        number += 1


def _tell(plan: ImportPlan, *, each_row: bool) -> None:
    for fault in plan.faults:
        click.secho(f"row {fault.row}, {fault.column}: {fault.words}", fg="red", err=True)
    if each_row:
        for row in plan.rows:
            if row.effect is not Effect.SAME:
                changes = "; ".join(
                    f"{each.column}: {each.before!r} → {each.after!r}" for each in row.changes
                )
                click.echo(f"row {row.row}, {row.effect}: {changes}".rstrip(": "))
    counts = ", ".join(f"{plan.count(effect)} {effect.value}" for effect in Effect)
    click.echo(f"{counts}, {len(plan.faults)} faults.")


commands = [experts]
