"""Adding and removing rows of a form without scripts: on what was posted, so nothing typed is lost."""

import re
from collections.abc import Mapping

from werkzeug.datastructures import MultiDict

# Which lists of numbers point at the rows of another list.
POINTERS = {"seats": re.compile(r"(sessions|team_rules)-\d+-seats")}

Posted = MultiDict[str, str]


def with_row(posted: Posted, path: str, defaults: Mapping[str, str]) -> Posted:
    """What was posted, and one more row in the list `path`, such as `seats` or `seats-0-facets`."""
    grown: Posted = MultiDict(posted)
    numbers = [int(match[1]) for key in posted if (match := re.match(rf"{re.escape(path)}-(\d+)-", key))]
    place = max(numbers, default=-1) + 1
    for name, value in defaults.items():
        grown[f"{path}-{place}-{name}"] = value
    return grown


def without_row(posted: Posted, path: str) -> Posted:
    """What was posted without the row `path`, such as `seats-1` or `seats-0-facets-2`; later rows move up.

    Numbers of seats in sessions and team rules follow their seats.
    """
    listed, _, number = path.rpartition("-")
    gone = int(number)
    row = re.compile(rf"{re.escape(listed)}-(\d+)(-.+)")
    kept: Posted = MultiDict()
    for key, value in posted.items(multi=True):
        match = row.fullmatch(key)
        if match and int(match[1]) == gone:
            continue
        if match and int(match[1]) > gone:
            kept.add(f"{listed}-{int(match[1]) - 1}{match[2]}", value)
        elif listed in POINTERS and POINTERS[listed].fullmatch(key) and value.isdecimal():
            if int(value) != gone:
                kept.add(key, str(int(value) - (int(value) > gone)))
        else:
            kept.add(key, value)
    return kept
