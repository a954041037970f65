"""`expertpool users …`: making the first accounts, and helping people who are locked out."""

import click
import sqlalchemy as sa
from rich.console import Console
from rich.table import Table

from expertpool.accounts import service
from expertpool.accounts.models import Account
from expertpool.infra import clock
from expertpool.infra.db import unit_of_work
from expertpool.infra.identity import SYSTEM, Role
from expertpool.ministries.models import Ministry
from expertpool.refusals import NotFound
from expertpool.words import words


@click.group()
def users() -> None:
    """People who can sign in."""


@users.command()
@click.argument("email")
@click.option("--name-ko", required=True)
@click.option("--name-en", required=True)
@click.option(
    "--role",
    "roles",
    multiple=True,
    required=True,
    type=click.Choice([role.value for role in Role if role not in (Role.SYSTEM, Role.EXPERT)]),
)
@click.option("--ministry", help="Code of the ministry the person acts for, such as MSS.")
@click.option("--language", default="ko", show_default=True, type=click.Choice(["ko", "en"]))
@click.password_option(help="At least 12 characters; asked for when left out.")
def add(
    email: str,
    name_ko: str,
    name_en: str,
    roles: tuple[str, ...],
    ministry: str | None,
    language: str,
    password: str,
) -> None:
    """Make an account for EMAIL."""
    from flask_security import hash_password

    from expertpool import create_app

    with create_app().app_context(), unit_of_work(SYSTEM) as session:
        ministry_id = None
        if ministry is not None:
            ministry_id = session.scalar(sa.select(Ministry.id).where(Ministry.code == ministry.upper()))
            if ministry_id is None:
                raise NotFound(words("No ministry has the code %(code)s.", code=ministry))
        service.add_account(
            session,
            actor=SYSTEM,
            email=email,
            password_hash=hash_password(_long_enough(password)),
            name_ko=name_ko,
            name_en=name_en,
            roles=frozenset(Role(role) for role in roles),
            ministry_id=ministry_id,
            expert_id=None,
            language=language,
            now=clock.now(),
        )
    click.secho(f"{email} can sign in.", fg="green")


@users.command()
@click.argument("email")
@click.password_option()
def password(email: str, password: str) -> None:
    """Give the account EMAIL a new password; ends its sessions."""
    from flask_security import hash_password

    from expertpool import create_app

    with create_app().app_context(), unit_of_work(SYSTEM) as session:
        account = service.find_account(session, email)
        hashed = hash_password(_long_enough(password))
        service.set_password(session, account, hashed, actor=SYSTEM, now=clock.now())
    click.secho(f"{email} has a new password.", fg="green")


@users.command(name="list")
def list_accounts() -> None:
    """Show everybody who can sign in."""
    from expertpool import create_app

    table = Table("e-mail", "name", "roles", "state")
    with create_app().app_context(), unit_of_work(SYSTEM) as session:
        for account in session.scalars(sa.select(Account).order_by(Account.email)):
            roles = ", ".join(role.name for role in account.roles)
            table.add_row(account.email, account.name_en, roles, "on" if account.active else "off")
    Console().print(table)


@users.command()
@click.argument("email")
@click.option("--on/--off", default=False, help="Switch the account on, or (default) off.")
def switch(email: str, on: bool) -> None:
    """Switch the account EMAIL off or on."""
    from expertpool import create_app

    with create_app().app_context(), unit_of_work(SYSTEM) as session:
        account = service.find_account(session, email)
        service.switch(session, account.id, on=on, actor=SYSTEM, now=clock.now())
    click.secho(f"{email} is {'on' if on else 'off'}.", fg="green")


def _long_enough(password: str) -> str:
    if len(password) < 12:
        raise click.UsageError("The password needs at least 12 characters.")
    return password


commands = [users]
