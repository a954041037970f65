"""A case in a file: the facts, and beside them in which role, on which day and by which rules to screen.

Source: docs/formats/conflict-case.md; `case_schema` is its JSON Schema, made from the facts themselves.
"""

import datetime as dt
import types
import typing
from collections.abc import Mapping
from dataclasses import MISSING, dataclass, fields
from enum import StrEnum
from typing import Any

from expertpool.conflicts.rules.case_checks import check_facts
from expertpool.conflicts.rules.codec import day_from_text, facts_from_plain
from expertpool.conflicts.rules.dates import ImpreciseDate
from expertpool.conflicts.rules.facts import CaseFacts, Ref
from expertpool.conflicts.rules.packs import RULE_IDS, RulePack, pack_from_plain
from expertpool.conflicts.rules.vocabulary import NodeKind, RoleClass, Tier

_ASKED = ("role_class", "on", "pack")


@dataclass(frozen=True, slots=True)
class CaseFile:
    """What a file says; None where it leaves the question to who asks. `pack`: a version, or a whole pack."""

    facts: CaseFacts
    role_class: RoleClass | None = None
    on: dt.date | None = None
    pack: str | RulePack | None = None


def case_file_from_plain(plain: Mapping[str, Any]) -> CaseFile:
    """Read a case file.

    Raises: ValueError for an unknown or missing field, a value that is not of its field's kind, or rows that
    do not hang together.
    """
    if not isinstance(plain, Mapping):
        raise ValueError("a case is an object")
    role, on, pack = (plain.get(name) for name in _ASKED)
    for name, value in (("role_class", role), ("on", on)):
        if not isinstance(value, str | None):
            raise ValueError(f"{name} is not text")
    if not isinstance(pack, str | Mapping | None):
        raise ValueError("pack is neither a version nor a rule pack")
    facts = facts_from_plain({name: value for name, value in plain.items() if name not in _ASKED})
    check_facts(facts)
    return CaseFile(
        facts=facts,
        role_class=RoleClass(role) if role else None,
        on=day_from_text(on) if on else None,
        pack=pack_from_plain(pack) if isinstance(pack, Mapping) else pack,
    )


def case_schema() -> dict[str, Any]:
    """The JSON Schema of a case file."""
    defined: dict[str, Any] = {
        "Ref": _text(rf"^({'|'.join(NodeKind)}):[0-9]+$"),
        "Day": _text("^[0-9]{4}-[0-9]{2}-[0-9]{2}$"),
        "ImpreciseDay": _text("^([0-9]{4}(-[0-9]{2}(-[0-9]{2})?)?|unknown)$"),
        "RulePack": _pack_schema(),
        "RuleTerms": _terms_schema(),
    }
    facts = _object(CaseFacts, defined)
    facts["properties"] |= {
        "role_class": {"enum": [*RoleClass, None]},
        "on": {"anyOf": [{"$ref": "#/$defs/Day"}, {"type": "null"}]},
        "pack": {"anyOf": [{"type": "string"}, {"$ref": "#/$defs/RulePack"}, {"type": "null"}]},
    }
    title = {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": "Conflict case"}
    return title | facts | {"$defs": dict(sorted(defined.items()))}


def _text(pattern: str) -> dict[str, Any]:
    return {"type": "string", "pattern": pattern}


def _object(kind: type, defined: dict[str, Any]) -> dict[str, Any]:
    hints = typing.get_type_hints(kind)
    return {
        "type": "object",
        "properties": {name: _schema(hint, defined) for name, hint in hints.items()},
        "required": [field.name for field in fields(kind) if field.default is MISSING],
        "additionalProperties": False,
    }


def _schema(kind: Any, defined: dict[str, Any]) -> dict[str, Any]:
    """The schema of one field, by the kind the reader takes for it."""
    if typing.get_origin(kind) is types.UnionType:
        (meant,) = (one for one in typing.get_args(kind) if one is not type(None))
        return {"anyOf": [_schema(meant, defined), {"type": "null"}]}
    if typing.get_origin(kind) is tuple:
        return {"type": "array", "items": _schema(typing.get_args(kind)[0], defined)}
    if kind in _SIMPLE:
        return dict(_SIMPLE[kind])
    name = kind.__name__
    if name not in defined:
        defined[name] = {"enum": [*kind]} if issubclass(kind, StrEnum) else _object(kind, defined)
    return {"$ref": f"#/$defs/{name}"}


_SIMPLE: Mapping[Any, Mapping[str, str]] = {
    str: {"type": "string"},
    int: {"type": "integer"},
    bool: {"type": "boolean"},
    Ref: {"$ref": "#/$defs/Ref"},
    dt.date: {"$ref": "#/$defs/Day"},
    ImpreciseDate: {"$ref": "#/$defs/ImpreciseDay"},
}


def _pack_schema() -> dict[str, Any]:
    """A rule pack in a file: the tables of `packs/*.toml` as objects."""
    day, number = {"$ref": "#/$defs/Day"}, {"type": "integer"}
    mail = {"type": "array", "items": {"type": "string"}}
    return _strict(
        {
            "version": {"type": "string"},
            "effective_from": day,
            "control": _strict({"majority_bp": number}),
            "identity": _strict({"factors_needed": number, "public_mail": mail}),
            "affiliate": _strict({"recent_years": number, "recent_tier": {"enum": [*Tier]}}),
            "rules": _strict({rule: {"$ref": "#/$defs/RuleTerms"} for rule in RULE_IDS}),
        },
        effective_to=day,
        draft={"type": "boolean"},
    )


def _terms_schema() -> dict[str, Any]:
    """What a pack says about one rule; whatever else stands there is a threshold."""
    number, text = {"type": "integer"}, {"type": "string"}
    tiers = {role: {"enum": [*Tier]} for role in RoleClass}
    needed = {
        "basis": text,
        "bands": {"type": "array", "items": _strict({"name": text} | tiers, within_years=number)},
    }
    statutory = {"type": "object", "additionalProperties": text}
    return _strict(needed, statutory=statutory) | {"additionalProperties": number}


def _strict(needed: dict[str, Any], **allowed: Any) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": needed | allowed,
        "required": [*needed],
        "additionalProperties": False,
    }
