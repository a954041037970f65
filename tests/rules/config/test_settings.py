"""Settings come from the environment, are checked at once, and are documented."""

import re
from dataclasses import fields
from pathlib import Path

import pytest

from expertpool.config import ConfigurationError, Settings, from_environment, variable

OPERATIONS = Path(__file__).resolve().parents[3] / "docs/operations.md"

COMPLETE = {
    "EXPERTPOOL_DATABASE_URL": "postgresql+psycopg://app@/expertpool",
    "EXPERTPOOL_OWNER_DATABASE_URL": "postgresql+psycopg://owner@/expertpool",
    "EXPERTPOOL_SECRET_KEY": "s" * 32,
    "EXPERTPOOL_PASSWORD_SALT": "salt",
}


def test_every_setting_has_a_heading_in_the_operations_guide() -> None:
    headings = set(
        re.findall(r"^### (EXPERTPOOL_\w+)$", OPERATIONS.read_text(encoding="utf-8"), re.MULTILINE)
    )

    assert headings == {variable(field.name) for field in fields(Settings)}


def test_missing_settings_are_named_together() -> None:
    with pytest.raises(ConfigurationError, match="EXPERTPOOL_DATABASE_URL, EXPERTPOOL_OWNER_DATABASE_URL"):
        from_environment({})


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [
        ("EXPERTPOOL_DATABASE_URL", "sqlite:///x.db", "no other engine"),
        ("EXPERTPOOL_SECRET_KEY", "short", "at least 32 characters"),
        ("EXPERTPOOL_TRUSTED_PROXIES", "many", "write a whole number"),
        ("EXPERTPOOL_TRUSTED_PROXIES", "-1", "cannot be negative"),
        ("EXPERTPOOL_DEMO", "perhaps", "write 1 or 0"),
        ("EXPERTPOOL_SMTP_URL", "http://mail.example", "smtp:// or smtps://"),
    ],
)
def test_a_wrong_setting_is_refused_with_what_to_write(name: str, value: str, says: str) -> None:
    with pytest.raises(ConfigurationError, match=says):
        from_environment({**COMPLETE, name: value})


def test_cookies_are_secure_when_the_address_is_https() -> None:
    settings = from_environment({**COMPLETE, "EXPERTPOOL_BASE_URL": "https://experts.example"})

    assert settings.secure_cookies
