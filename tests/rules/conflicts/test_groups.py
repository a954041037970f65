"""Which of two ways to the same record a search keeps."""

from dataclasses import replace
from typing import Any

import pytest

from expertpool.conflicts.rules.dates import ALWAYS, DaySpan
from expertpool.conflicts.rules.groups import Reach
from tests.rules.conflicts.world import ON, SISTER

BEST = Reach(SISTER, ALWAYS)


@pytest.mark.parametrize(
    "weaker",
    [{"span": DaySpan(ON, ON)}, {"affiliate": True}, {"minority": True}, {"unresolved": True}],
    ids=lambda weaker: next(iter(weaker)),
)
def test_a_way_is_needless_beside_one_that_is_weaker_in_nothing(weaker: dict[str, Any]) -> None:
    other = replace(BEST, **weaker)

    assert BEST.makes_needless(other)
    assert not other.makes_needless(BEST)
    assert other.makes_needless(other)
