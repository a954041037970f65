"""The rule packs that come with the service, one file a version."""

import datetime as dt
from importlib import resources

from expertpool.conflicts.rules.packs import RulePack, parse_pack


def shipped_packs() -> tuple[RulePack, ...]:
    """Every pack in this folder, oldest first."""
    files = (file for file in resources.files(__name__).iterdir() if file.name.endswith(".toml"))
    packs = (parse_pack(file.read_text(encoding="utf-8")) for file in files)
    return tuple(sorted(packs, key=lambda pack: (pack.effective_from, pack.version)))


def pack_in_force(on: dt.date) -> RulePack:
    """The newest pack in force on a day.

    Raises: LookupError when none is.
    """
    found = [pack for pack in shipped_packs() if pack.in_force(on)]
    if not found:
        raise LookupError(f"no rule pack is in force on {on.isoformat()}")
    return found[-1]
