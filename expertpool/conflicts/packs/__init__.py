"""The rule packs that come with the service, one file a version.

What screens the tables has only the rules the tables can feed, so that nobody takes a rule without facts for
one that found nothing. What screens a file has them all.
"""

import datetime as dt
from collections.abc import Sequence
from importlib import resources

from expertpool.conflicts.rules.packs import RulePack, parse_pack


def shipped_packs() -> tuple[RulePack, ...]:
    """Every pack in this folder with the rules the tables can feed, oldest first."""
    return tuple(pack.of_tables() for pack in _whole_packs())


def pack_in_force(on: dt.date) -> RulePack:
    """The newest pack in force on a day, with the rules the tables can feed.

    Raises: LookupError when none is.
    """
    return _newest(shipped_packs(), on)


def whole_pack_in_force(on: dt.date) -> RulePack:
    """The newest pack in force on a day with all its rules: for facts that do not come from the tables.

    Raises: LookupError when none is.
    """
    return _newest(_whole_packs(), on)


def _whole_packs() -> tuple[RulePack, ...]:
    files = (file for file in resources.files(__name__).iterdir() if file.name.endswith(".toml"))
    packs = (parse_pack(file.read_text(encoding="utf-8")) for file in files)
    return tuple(sorted(packs, key=lambda pack: (pack.effective_from, pack.version)))


def _newest(packs: Sequence[RulePack], on: dt.date) -> RulePack:
    found = [pack for pack in packs if pack.in_force(on)]
    if not found:
        raise LookupError(f"no rule pack is in force on {on.isoformat()}")
    return found[-1]
