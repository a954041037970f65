"""Screening a case from a file, without a database."""

import datetime as dt
import json
from pathlib import Path
from typing import Any

import click

from expertpool.conflicts.packs import pack_in_force, pack_named, shipped_packs
from expertpool.conflicts.rules.case_checks import check_day, check_pack
from expertpool.conflicts.rules.case_file import CaseFile, case_file_from_plain, case_schema
from expertpool.conflicts.rules.codec import day_from_text
from expertpool.conflicts.rules.facts import CaseFacts
from expertpool.conflicts.rules.findings import Screening
from expertpool.conflicts.rules.packs import RulePack
from expertpool.conflicts.rules.screening import screen_many
from expertpool.conflicts.rules.telling import Told, screening_as_text, tell
from expertpool.conflicts.rules.vocabulary import RoleClass
from expertpool.refusals import Invalid
from expertpool.words import Words, words


@click.group()
def conflicts() -> None:
    """Conflicts of interest."""


@conflicts.command()
@click.argument("case", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--on", help="The day of the invitation, such as 2026-09-01; goes before what the file says.")
@click.option(
    "--role",
    type=click.Choice([each.value for each in RoleClass]),
    help="One class; default: the file's, else all.",
)
@click.option("--pack", help="A version of the rules; default: the file's, else those in force on the day.")
@click.option("--words", "language", type=click.Choice(["ko", "en"]), help="Text in a language, not JSON.")
def screen(case: Path, on: str | None, role: str | None, pack: str | None, language: str | None) -> None:
    """Screen every expert of CASE, a file in the format of docs/formats/conflict-case.md."""
    said = _read(case)
    known, day = said.facts, _day(on) if on else said.on
    if day is None:
        raise Invalid(words("Give the day of the invitation, in the file or with --on."))
    rules = _rules(pack or said.pack, day)
    _check(rules, day)
    asked = RoleClass(role) if role else said.role_class
    roles = [asked] if asked else list(RoleClass)
    found = [one for each in roles for one in screen_many(known, role_class=each, on=day, pack=rules)]
    if language is None:
        click.echo(json.dumps([_plain(one) for one in found], ensure_ascii=False, indent=1))
        return
    _print(known, found, language)


@conflicts.command()
def schema() -> None:
    """Print the JSON Schema of a case file."""
    click.echo(json.dumps(case_schema(), indent=1))


def _read(path: Path) -> CaseFile:
    try:
        text = path.read_text(encoding="utf-8-sig")
        return case_file_from_plain(json.loads(text, object_pairs_hook=_each_name_once))
    except (ValueError, AttributeError) as error:
        raise Invalid(words("The file is no conflict case: %(fault)s", fault=str(error))) from error
    except RecursionError as error:
        raise Invalid(words("The file is no conflict case: it is nested too deeply.")) from error


def _each_name_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """JSON lets a second list of ties take the place of the first unseen. Raises: ValueError."""
    read = dict(pairs)
    if len(read) < len(pairs):
        names = [name for name, _value in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise ValueError(f"{twice[:20]!r} stands there twice")
    return read


def _check(rules: RulePack, day: dt.date) -> None:
    try:
        check_day(day)
        check_pack(rules, like=shipped_packs()[0])
    except ValueError as error:
        raise Invalid(words("The case cannot be screened like this: %(fault)s", fault=str(error))) from error


def _day(text: str) -> dt.date:
    try:
        return day_from_text(text)
    except ValueError as error:
        raise Invalid(words("Write the day as 2026-09-01.")) from error


def _rules(asked: str | RulePack | None, day: dt.date) -> RulePack:
    if isinstance(asked, RulePack):
        return asked
    try:
        return pack_named(asked) if asked else pack_in_force(day)
    except LookupError as error:
        if asked:
            raise Invalid(words("There are no rules of this version.")) from error
        raise Invalid(words("No rules are in force on this day. Choose a later one.")) from error


def _plain(one: Screening) -> dict[str, Any]:
    return {
        "expert": f"expert:{one.expert_id}",
        "role_class": one.role_class,
        "on": one.on.isoformat(),
        "pack": one.pack_version,
        "tier": one.tier,
        "findings": [_finding(told) for told in tell(one, with_path=True)],
        "apart": [
            {"ref": f"{each.ref.kind}:{each.ref.id}", "because": str(each.because)} for each in one.apart
        ],
    }


def _finding(told: Told) -> dict[str, Any]:
    return {
        "key": told.key,
        "rule": told.rule,
        "tier": told.tier,
        "worst": told.worst,
        "behind": told.behind,
        "statutory": told.statutory,
        "basis": str(told.basis),
        "reckoning": str(told.reckoning or ""),
        "changes": str(told.changes),
        "status": told.status,
        "lapses_on": told.lapses_on.isoformat() if told.lapses_on else None,
        "path": [
            {
                "ref": f"{step.kind}:{step.id}",
                "link": str(step.link) if step.link else None,
                "dates": str(step.dates) if step.dates else None,
                "share": step.share,
            }
            for step in told.steps
        ],
    }


def _print(known: CaseFacts, found: list[Screening], language: str) -> None:
    from flask import Flask

    from expertpool.infra.i18n import init_i18n, say_in

    app = Flask("expertpool")  # the catalogue speaks through an application; this one has nothing else
    init_i18n(app)
    names = {one.ref.id: (one.name_ko, one.name_en) for one in known.experts}
    place, field = (0, "name_ko") if language == "ko" else (1, "name_en")
    with app.app_context(), app.test_request_context():
        for one in found:
            click.secho(f"{names[one.expert_id][place]} · {one.role_class}", bold=True)
            for depth, line in screening_as_text(one, field):
                text = say_in(language, line) if isinstance(line, Words) else str(line)
                click.echo("  " * (depth + 1) + text)


commands = [conflicts]
