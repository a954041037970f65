"""What others are told about time that is not free: the kind of reason, nothing of the expert's own life."""

from collections.abc import Mapping
from types import MappingProxyType

from expertpool.availability.rules.calendar import BlockedSpan, BlockKind
from expertpool.words import Words, words

KIND_WORDS: Mapping[BlockKind, Words] = MappingProxyType(
    {
        BlockKind.HELD: words("Reserved"),
        BlockKind.LEAVE: words("On leave"),
        BlockKind.BUSY: words("Busy"),
        BlockKind.EXCEPTION: words("Taken out"),
        BlockKind.HOLIDAY: words("Public holiday"),
        BlockKind.PATTERN: words("Outside the weekly hours"),
        BlockKind.NOTICE: words("Too soon"),
    }
)
_BUSY = words("Busy in a calendar of their own.")


def told_to_others(block: BlockedSpan) -> Words:
    """The reason as everybody but the expert reads it: how experts name their calendars is their own."""
    return _BUSY if block.kind is BlockKind.BUSY else block.reason
