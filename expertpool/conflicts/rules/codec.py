"""Facts to and from plain values, so that a screening can be stored, compared and replayed from a file.

Source: docs/formats/conflict-case.md.
"""

import datetime as dt
import hashlib
import json
import re
import types
import typing
import unicodedata
from collections.abc import Mapping
from dataclasses import MISSING, Field, fields, is_dataclass
from enum import StrEnum
from functools import cache, lru_cache
from typing import Any

from expertpool.conflicts.rules.dates import ImpreciseDate
from expertpool.conflicts.rules.facts import CaseFacts, Ref
from expertpool.conflicts.rules.vocabulary import NodeKind

LONGEST_TEXT = 400
_READ_ONCE = 1 << 16  # days and references of a pool come again and again
_UNSEEN = frozenset({"Cc", "Cf", "Cs"})
_REF = re.compile(r"[a-z]+:[0-9]{1,40}")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def facts_to_plain(facts: CaseFacts) -> dict[str, Any]:
    """The facts as dictionaries, lists, strings and numbers; what equals its default is left out."""
    plain: dict[str, Any] = _plain(facts)
    return plain


def facts_from_plain(plain: Mapping[str, Any]) -> CaseFacts:
    """Read facts back.

    Raises: ValueError for an unknown or missing field, or a value that is not of its field's kind.
    """
    facts: CaseFacts = _typed(CaseFacts, plain, "facts")
    return facts


def fingerprint(facts: CaseFacts) -> str:
    """The SHA-256 of the facts; the order they were given in does not matter."""
    return hashlib.sha256(_canonical(_sorted(facts_to_plain(facts))).encode()).hexdigest()


def _sorted(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _sorted(one) for name, one in value.items()}
    return sorted(map(_sorted, value), key=_canonical) if isinstance(value, list) else value


def _canonical(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def _plain(value: object) -> Any:
    if isinstance(value, Ref):
        return f"{value.kind}:{value.id}"
    if isinstance(value, (ImpreciseDate, dt.date)):
        return str(value)
    if is_dataclass(value):
        held = ((field, getattr(value, field.name)) for field in fields(value))
        return {field.name: _plain(one) for field, one in held if one != field.default}
    if isinstance(value, tuple):
        return [_plain(one) for one in value]
    return str(value) if isinstance(value, StrEnum) else value


@cache
def _shape(kind: type) -> tuple[Mapping[str, Any], tuple[Field[Any], ...]]:
    return typing.get_type_hints(kind), fields(kind)


def _typed(kind: Any, value: Any, where: str) -> Any:
    if typing.get_origin(kind) is types.UnionType:
        kinds = [one for one in typing.get_args(kind) if one is not type(None)]
        return None if value is None else _typed(kinds[0], value, where)
    if typing.get_origin(kind) is tuple:
        element = typing.get_args(kind)[0]
        if not isinstance(value, list):
            raise ValueError(f"{where} is a list")
        return tuple(_typed(element, one, f"{where}[{place}]") for place, one in enumerate(value))
    if kind in _READERS and isinstance(value, str):
        return _READERS[kind](value)
    if isinstance(kind, type) and issubclass(kind, StrEnum):
        return kind(value)
    if is_dataclass(kind) and isinstance(kind, type) and isinstance(value, Mapping):
        return _built(kind, value, where)
    if type(value) is not kind:
        raise ValueError(f"{where} is not {getattr(kind, '__name__', kind)}")
    if kind is str:
        _check_text(value, where)
    return value


def _check_text(value: str, where: str) -> None:
    """Names are compared letter by letter and printed to terminals."""
    if len(value) > LONGEST_TEXT:
        raise ValueError(f"{where} is longer than {LONGEST_TEXT} characters")
    if not value.isprintable() and any(unicodedata.category(one) in _UNSEEN for one in value):
        raise ValueError(f"{where} has control characters")


def _built(kind: type, value: Mapping[str, Any], where: str) -> Any:
    hints, known = _shape(kind)
    if unknown := set(value) - set(hints):
        raise ValueError(f"{where} has no {', '.join(sorted(unknown))}")
    for field in known:
        if field.name not in value and field.default is MISSING:
            raise ValueError(f"{where} lacks {field.name}")
    return kind(**{name: _typed(hints[name], one, f"{where}.{name}") for name, one in value.items()})


def _ref(text: str) -> Ref:
    if not _REF.fullmatch(text):
        raise ValueError(f"{text[:20]!r} is no reference")
    kind, _colon, number = text.partition(":")
    return Ref(NodeKind(kind), int(number))


def day_from_text(text: str) -> dt.date:
    """Read `2026-08-20` and nothing else. Raises: ValueError."""
    if not _DAY.fullmatch(text):
        raise ValueError(f"{text[:20]!r} is no day")
    return dt.date.fromisoformat(text)


_READERS: Mapping[Any, Any] = {
    Ref: lru_cache(_READ_ONCE)(_ref),
    ImpreciseDate: lru_cache(_READ_ONCE)(ImpreciseDate.parse),
    dt.date: day_from_text,
}
