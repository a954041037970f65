"""Settings, read from the environment once and checked before anything starts.

Every field is one environment variable `EXPERTPOOL_<NAME>`; `docs/operations.md` has a heading for each,
and a test keeps the two together.
"""

import os
from collections.abc import Mapping
from dataclasses import MISSING, dataclass, fields
from pathlib import Path
from typing import cast
from urllib.parse import urlsplit

SOLVER_MEMORY_BYTES = 4 * 1024**3


class ConfigurationError(Exception):
    """A setting is missing or cannot be used; the text names the variable and what to write."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What an installation decides. Units are in the names; URLs carry their own credentials."""

    database_url: str
    owner_database_url: str
    secret_key: str
    password_salt: str
    base_url: str = "http://127.0.0.1:8000"
    desk_address: str = "desk@expertpool.example"
    smtp_url: str = ""
    mailbox_dir: Path = Path("var/mailbox")
    imap_url: str = ""
    inbox_dir: Path = Path("var/inbox")
    mail_auth_server: str = ""
    trusted_proxies: int = 0
    demo: bool = False
    max_upload_bytes: int = 5 * 1024 * 1024
    solver_memory_bytes: int = SOLVER_MEMORY_BYTES
    answer_hours: int = 24

    @property
    def secure_cookies(self) -> bool:
        """Whether the service is reached over https, so cookies must never travel without it."""
        return urlsplit(self.base_url).scheme == "https"

    @property
    def desk_domain(self) -> str:
        """Where the identifiers of our own appointments end."""
        return self.desk_address.partition("@")[2]


def settings_of_app() -> Settings:
    """The settings of the application that is running."""
    from flask import current_app  # here: processes that solve plans load this module, too

    return cast(Settings, current_app.extensions["expertpool"])


def variable(name: str) -> str:
    """The environment variable of the setting `name`."""
    return f"EXPERTPOOL_{name.upper()}"


def from_environment(environ: Mapping[str, str] | None = None) -> Settings:
    """Settings as the environment gives them. Raises ConfigurationError naming what is wrong."""
    environ = os.environ if environ is None else environ
    values: dict[str, object] = {}
    for setting in fields(Settings):
        text = environ.get(variable(setting.name))
        if text is not None:
            values[setting.name] = _parse(setting.name, str(setting.type), text)
    missing = [variable(f.name) for f in fields(Settings) if f.name not in values and f.default is MISSING]
    if missing:
        raise ConfigurationError(
            f"Set {', '.join(missing)} (see docs/operations.md), or run `make demo` for an embedded database."
        )
    settings = Settings(**values)  # type: ignore[arg-type] # each value was parsed by its field's type
    _check(settings)
    return settings


def _parse(name: str, kind: str, text: str) -> object:
    try:
        if "bool" in kind:
            return {"1": True, "true": True, "0": False, "false": False}[text.lower()]
        if "int" in kind:
            return int(text)
        if "Path" in kind:
            return Path(text)
    except (KeyError, ValueError):
        wanted = "1 or 0" if "bool" in kind else "a whole number"
        raise ConfigurationError(f"{variable(name)} is {text!r}; write {wanted}.") from None
    return text


def _check(settings: Settings) -> None:
    if len(settings.secret_key) < 32:
        raise ConfigurationError(f"{variable('secret_key')} must have at least 32 characters.")
    for name in ("database_url", "owner_database_url"):
        if not getattr(settings, name).startswith(("postgresql://", "postgresql+psycopg://")):
            raise ConfigurationError(
                f"{variable(name)} must be a postgresql:// URL; no other engine is supported."
            )
    if settings.smtp_url and urlsplit(settings.smtp_url).scheme not in ("smtp", "smtps"):
        raise ConfigurationError(f"{variable('smtp_url')} must start with smtp:// or smtps://.")
    if settings.imap_url and urlsplit(settings.imap_url).scheme not in ("imap", "imaps"):
        raise ConfigurationError(f"{variable('imap_url')} must start with imap:// or imaps://.")
    if settings.trusted_proxies < 0:
        raise ConfigurationError(f"{variable('trusted_proxies')} counts proxies; it cannot be negative.")
