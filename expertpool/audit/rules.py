"""How entries are tied together."""

import hashlib
import json
from typing import Any, Protocol

GENESIS = bytes(32)


class Entry(Protocol):
    """What is hashed of an entry."""

    stream: Any
    no: Any
    at: Any
    user_id: Any
    role: Any
    verb: Any
    thing_kind: Any
    thing_id: Any
    detail: Any
    previous_hash: Any


def digest(entry: Entry) -> bytes:
    """The hash that ties `entry` to the one before: SHA-256 over canonical JSON, instants in microseconds."""
    body = [
        entry.stream,
        entry.no,
        int(entry.at.timestamp()) * 1_000_000 + entry.at.microsecond,
        str(entry.user_id or ""),
        entry.role,
        entry.verb,
        entry.thing_kind,
        str(entry.thing_id or ""),
        entry.detail,
        entry.previous_hash.hex(),
    ]
    text = json.dumps(body, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).digest()
