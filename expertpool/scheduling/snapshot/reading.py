"""Reading, writing and fingerprinting a snapshot."""

import hashlib
import json
from collections import Counter
from typing import Any
from weakref import WeakValueDictionary, finalize

from expertpool.refusals import Invalid
from expertpool.scheduling import strict
from expertpool.scheduling.snapshot.checks import faults_of
from expertpool.scheduling.snapshot.model import Snapshot
from expertpool.scheduling.snapshot.order import canonical
from expertpool.words import words


def loads(text: str) -> Snapshot:
    """The snapshot a JSON text holds, in canonical order.

    Raises: Invalid, with every fault under its field path.
    """
    return _checked(parsed(text))


def checked(snapshot: Snapshot) -> Snapshot:
    """A snapshot built in memory, held to the same rules as one read from a file, in canonical order.

    Raises: Invalid, with every fault under its field path.
    """
    return _checked(snapshot)


def dumps(snapshot: Snapshot) -> str:
    """The canonical text: the same snapshot gives the same bytes, in whatever order its lists came."""
    return strict.canonical_json(snapshot if _is_sound(snapshot) else canonical(snapshot))


def digest(snapshot: Snapshot) -> str:
    """SHA-256 of the canonical text, in hex: what a plan names as its input."""
    known = _DIGESTS.get(id(snapshot)) if _is_sound(snapshot) else None
    if known is None:
        known = hashlib.sha256(dumps(snapshot).encode()).hexdigest()
        if _is_sound(snapshot):
            _DIGESTS[id(snapshot)] = known
            finalize(snapshot, _DIGESTS.pop, id(snapshot))
    return known


def parsed(text: str) -> object:
    """Plain data from JSON text; a key given twice is refused, because one of the two would be lost.

    Raises: Invalid.
    """
    try:
        return json.loads(text, object_pairs_hook=_once)
    except json.JSONDecodeError as error:
        place = {"line": error.lineno, "column": error.colno}
        raise Invalid(
            words("This is not readable JSON at line %(line)s, column %(column)s.", **place)
        ) from error
    except ValueError as error:  # a number of thousands of digits
        raise Invalid(words("This is not readable JSON.")) from error
    except RecursionError as error:
        raise Invalid(words("This JSON is nested too deeply.")) from error


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        twice, _ = Counter(key for key, _ in pairs).most_common(1)[0]
        raise Invalid(words("The key %(key)s is given twice in one object.", key=strict.shown(twice)))
    return found


# By identity, as long as the snapshot lives: large ones take seconds.
_SOUND: WeakValueDictionary[int, Snapshot] = WeakValueDictionary()
_DIGESTS: dict[int, str] = {}


def _is_sound(snapshot: Snapshot) -> bool:
    """Whether it was checked and put into its order already."""
    return _SOUND.get(id(snapshot)) is snapshot


def _checked(source: object) -> Snapshot:
    known = _SOUND.get(id(source))
    if known is not None and known is source:
        return known
    faults: strict.Faults = {}
    snapshot = strict.read(Snapshot, source, faults)
    if not faults:
        faults = faults_of(snapshot)
    if faults:
        raise Invalid(words("The snapshot cannot be used."), fields=faults)
    assert isinstance(snapshot, Snapshot)
    sound = canonical(snapshot)
    _SOUND[id(sound)] = sound
    return sound
