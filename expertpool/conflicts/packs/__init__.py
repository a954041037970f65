"""The rule packs that come with the service, one file a version."""

import datetime as dt
from functools import cache
from importlib import resources

from expertpool.conflicts.rules.packs import RulePack, parse_pack


@cache
def shipped_packs() -> tuple[RulePack, ...]:
    """Every pack in this folder, oldest first; read once a process."""
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


def pack_named(version: str) -> RulePack:
    """The pack of this version, in force or not: cases keep the one they began under.

    Raises: LookupError for a version nobody shipped.
    """
    for pack in shipped_packs():
        if pack.version == version:
            return pack
    raise LookupError(f"there is no rule pack {version}")


def pack_to_begin_with(on: dt.date) -> RulePack:
    """The pack a case recorded on this day keeps; the oldest for what happened before there were any."""
    in_force = [pack for pack in shipped_packs() if pack.in_force(on)]
    return in_force[-1] if in_force else shipped_packs()[0]
