"""What changed between two proposals, seat by seat."""

import enum
from collections.abc import Iterable
from dataclasses import dataclass

from expertpool.planning.rules.reasons import SeatReasons
from expertpool.scheduling.plan import Engagement, Plan
from expertpool.words import Words, words


class Change(enum.StrEnum):
    """What became of a seat."""

    KEPT = "kept"
    MOVED = "moved"
    REPLACED = "replaced"
    FILLED = "filled"
    EMPTIED = "emptied"


CHANGE_WORDS: dict[Change, Words] = {
    Change.KEPT: words("Kept"),
    Change.MOVED: words("Another time"),
    Change.REPLACED: words("Another expert"),
    Change.FILLED: words("Newly filled"),
    Change.EMPTIED: words("Newly empty"),
}


@dataclass(frozen=True, slots=True)
class Difference:
    """One seat in two proposals; `rules` keep the earlier expert out now: none if the new one fits better."""

    seat: str
    change: Change
    before: str | None
    after: str | None
    rules: tuple[str, ...]


def differences(
    before: Plan, after: Plan, reasons: Iterable[SeatReasons], *, offset: int
) -> tuple[Difference, ...]:
    """The seats of both plans in the order of their ids; seats empty in both are left out.

    Units: `offset` minutes are added to the starts of `before`, whose epoch may be another.
    """
    said = {each.seat: each for each in reasons}
    was, now = _by_seat(before), _by_seat(after)
    found = []
    for seat in sorted(was.keys() | now.keys()):
        old, new = was.get(seat), now.get(seat)
        change = _change(old, new, offset)
        rules: tuple[str, ...] = ()
        if old is not None and change in (Change.REPLACED, Change.EMPTIED) and seat in said:
            judged = said[seat].of(old.expert)
            rules = judged.rules if judged else ()
        found.append(
            Difference(seat, change, old.expert if old else None, new.expert if new else None, rules)
        )
    return tuple(found)


def _by_seat(plan: Plan) -> dict[str, Engagement]:
    return {placed.seat: placed for placed in plan.engagements}


def _change(old: Engagement | None, new: Engagement | None, offset: int) -> Change:
    if old is None:
        return Change.FILLED
    if new is None:
        return Change.EMPTIED
    if old.expert != new.expert:
        return Change.REPLACED
    was = {(held.session, held.start + offset) for held in old.sessions}
    return Change.KEPT if was == {(held.session, held.start) for held in new.sessions} else Change.MOVED
