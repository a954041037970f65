"""Strict reading of plain data into frozen dataclasses, and back.

The type annotations of the dataclass are the schema: `Annotated[int, Whole(0, 9)]`,
`Annotated[str, Text(64)]`, `Annotated[tuple[X, ...], Many(50)]`, enums, `X | None`, `Mapping[str, X]`. Every
fault is collected under its path (`experts[3].free[0].end`), so that a caller sees all of them at once.

A field that joined a format later (`field(default=…, metadata=ADDED)`) may be missing, and is not written
where it says no more than its default: texts from before stay what they are, to the byte.
"""

import dataclasses
import enum
import json
import types
import typing
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from expertpool.words import Words, words

Faults = dict[str, Words]
Path = tuple[Any, ...]  # linked: (parent, key), () at the root; rendered only when something is wrong
Reader = Callable[[object, Path, Faults], Any]
AS_IS = frozenset({int, str, bool, type(None)})
ADDED = {"added": True}
LONGEST_SHOWN = 64


@dataclass(frozen=True, slots=True)
class Whole:
    """Bounds of a whole number, both inclusive."""

    least: int
    most: int


@dataclass(frozen=True, slots=True)
class Text:
    """Longest text, in characters; never empty."""

    longest: int


@dataclass(frozen=True, slots=True)
class Many:
    """Most items in a list."""

    most: int


def rendered(path: Path) -> str:
    """The path as people write it: `needs[0].seats[2].id`."""
    keys: list[str | int] = []
    while path:
        path, key = path
        keys.append(key)
    text = "".join(f"[{key}]" if isinstance(key, int) else f".{shown(key)}" for key in reversed(keys))
    return text.lstrip(".") or "."


def shown(key: str) -> str:
    """A key of a file as it may be printed: it is whatever somebody wrote there."""
    return key if key.isprintable() and len(key) <= LONGEST_SHOWN else ascii(key[:LONGEST_SHOWN])


def fault(path: Path, faults: Faults, what: Words) -> None:
    """Note the first thing wrong at a path."""
    faults.setdefault(rendered(path), what)


def read(kind: Any, value: object, faults: Faults) -> Any:
    """The value as `kind`; where it cannot be read, `faults` says so and None stands in its place."""
    return reader(kind)(value, (), faults)


@cache
def reader(kind: Any) -> Reader:
    """The reader for one annotation, built once."""
    origin = typing.get_origin(kind)
    if origin is typing.Annotated:
        return _bounded(*typing.get_args(kind))
    if origin in (types.UnionType, typing.Union):
        (inner,) = (arg for arg in typing.get_args(kind) if arg is not type(None))
        return _optional(reader(inner))
    if origin is tuple:
        return _listed(reader(typing.get_args(kind)[0]), Many(1_000_000))
    if origin is Mapping:
        return _mapped(reader(typing.get_args(kind)[1]))
    if dataclasses.is_dataclass(kind):
        return _record(kind)
    if issubclass(kind, enum.Enum):
        return _one_of(kind)
    return _exactly(kind)


def _bounded(kind: Any, bound: object) -> Reader:
    if isinstance(bound, Many):
        return _listed(reader(typing.get_args(kind)[0]), bound)
    if isinstance(bound, Whole):
        return _whole(bound)
    assert isinstance(bound, Text)
    return _text(bound)


def _whole(bound: Whole) -> Reader:
    least, most = bound.least, bound.most

    def whole(value: object, path: Path, faults: Faults) -> int | None:
        if type(value) is int and least <= value <= most:
            return value
        fault(path, faults, words("Write a whole number from %(least)s to %(most)s.", least=least, most=most))
        return None

    return whole


def _text(bound: Text) -> Reader:
    longest = bound.longest

    def text(value: object, path: Path, faults: Faults) -> str | None:
        if type(value) is str and 0 < len(value) <= longest and value.isprintable():
            return value
        fault(path, faults, words("Write a text of 1 to %(longest)s characters.", longest=longest))
        return None

    return text


def _exactly(kind: type) -> Reader:
    if kind is not bool:
        raise TypeError(f"no reader for {kind!r}: give its bounds by Annotated")

    def boolean(value: object, path: Path, faults: Faults) -> bool | None:
        if type(value) is bool:
            return value
        fault(path, faults, words("Write true or false."))
        return None

    return boolean


def _one_of(kind: type[enum.Enum]) -> Reader:
    known = {member.value: member for member in kind}
    choices = ", ".join(str(value) for value in known)

    def one_of(value: object, path: Path, faults: Faults) -> enum.Enum | None:
        plain = value.value if isinstance(value, enum.Enum) else value
        if isinstance(plain, str | int) and not isinstance(plain, bool) and plain in known:
            return known[plain]
        fault(path, faults, words("Write one of: %(choices)s.", choices=choices))
        return None

    return one_of


def _optional(inner: Reader) -> Reader:
    return lambda value, path, faults: None if value is None else inner(value, path, faults)


def _listed(inner: Reader, bound: Many) -> Reader:
    def listed(value: object, path: Path, faults: Faults) -> tuple[Any, ...]:
        if not isinstance(value, list | tuple):
            fault(path, faults, words("Write a list."))
            return ()
        if len(value) > bound.most:
            fault(path, faults, words("Write at most %(most)s items.", most=bound.most))
            return ()
        return tuple([inner(item, (path, place), faults) for place, item in enumerate(value)])

    return listed


def _mapped(inner: Reader) -> Reader:
    def mapped(value: object, path: Path, faults: Faults) -> Mapping[str, Any]:
        if not isinstance(value, Mapping) or not all(type(key) is str for key in value):
            fault(path, faults, words("Write an object with text keys."))
            return {}
        return {key: inner(value[key], (path, key), faults) for key in sorted(value)}

    return mapped


def _record(kind: Any) -> Reader:
    hints = typing.get_type_hints(kind, include_extras=True)
    missing = dict.fromkeys(field.name for field in dataclasses.fields(kind)) | _added(kind)
    inner = {field.name: reader(hints[field.name]) for field in dataclasses.fields(kind)}

    def record(value: object, path: Path, faults: Faults) -> Any:
        if type(value) is kind:
            return kind(*[take(getattr(value, name), (path, name), faults) for name, take in inner.items()])
        if not isinstance(value, Mapping):
            fault(path, faults, words("Write an object."))
            return None
        for name in sorted(map(str, value.keys() - inner.keys())):
            fault((path, name), faults, words("This field is not known here."))
        for name in sorted(inner.keys() - value.keys() - _added(kind).keys()):
            fault((path, name), faults, words("This field is missing."))
        return kind(
            *[
                take(value[name], (path, name), faults) if name in value else missing[name]
                for name, take in inner.items()
            ]
        )

    return record


def plain(value: Any) -> Any:
    """The value as JSON knows it: dataclasses as objects, tuples as lists, enums by value."""
    kind = type(value)
    if kind in AS_IS:
        return value
    if kind is tuple or kind is list:
        return [plain(item) for item in value]
    if dataclasses.is_dataclass(kind):
        left_out = _added(kind)
        found = ((name, getattr(value, name)) for name in _names(kind))
        return {name: plain(one) for name, one in found if name not in left_out or one != left_out[name]}
    if isinstance(value, Mapping):
        return {key: plain(item) for key, item in value.items()}
    return value.value


@cache
def _names(kind: Any) -> tuple[str, ...]:
    return tuple(field.name for field in dataclasses.fields(kind))


@cache
def _added(kind: Any) -> dict[str, Any]:
    """The fields of a record that may be missing, and what that means."""
    return {field.name: field.default for field in dataclasses.fields(kind) if field.metadata == ADDED}


def canonical_json(value: Any) -> str:
    """One text for one value: sorted keys, no blanks, characters as themselves, a line feed at the end."""
    return json.dumps(plain(value), sort_keys=True, separators=(",", ":"), ensure_ascii=False) + "\n"
