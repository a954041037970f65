"""Fields of both directions: text that fits, instants of this century, words of closed lists."""

import datetime as dt
from typing import Any

import marshmallow as ma

from expertpool.incidents.rules import Urgency

_EARLIEST = dt.datetime(2000, 1, 1, tzinfo=dt.UTC)
_LATEST = dt.datetime(2100, 1, 1, tzinfo=dt.UTC)


def text(longest: int, **kwargs: Any) -> ma.fields.String:
    """Text the database can hold."""
    fits = (ma.validate.Length(max=longest), ma.validate.ContainsNoneOf("\x00"))
    return ma.fields.String(validate=fits, **kwargs)


def instant(**kwargs: Any) -> ma.fields.AwareDateTime:
    """An instant with its offset, in this century."""
    fits = ma.validate.Range(_EARLIEST, _LATEST)
    return ma.fields.AwareDateTime(validate=fits, metadata={"example": "2026-11-23T09:00:00+09:00"}, **kwargs)


def listed(nested: type[ma.Schema], most: int, **kwargs: Any) -> ma.fields.List[Any]:
    """A list of parts, not longer than a need may have."""
    return ma.fields.List(ma.fields.Nested(nested), validate=ma.validate.Length(max=most), **kwargs)


def a_number(low: int, high: int, **kwargs: Any) -> ma.fields.Integer:
    """A whole number within bounds."""
    return ma.fields.Integer(strict=True, validate=ma.validate.Range(low, high), **kwargs)


def word(enum: Any, **kwargs: Any) -> ma.fields.Enum[Any]:
    """One of a closed word list, by its value."""
    return ma.fields.Enum(enum, by_value=ma.fields.Integer if enum is Urgency else ma.fields.String, **kwargs)


class NamedCodeOut(ma.Schema):
    """A code with its names."""

    code = ma.fields.String()
    name_ko = ma.fields.String()
    name_en = ma.fields.String()
