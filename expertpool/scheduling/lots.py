"""Lots that settle ties: among plans of equal cost the earlier one, then the one whose lots sum up lowest.

A lot depends on the recorded seed and on nothing but the pair it is drawn for, so a draw can be repeated
years later, and adding or removing somebody else does not change it.
"""

import hashlib
from functools import lru_cache

BITS = 24
REMEMBERED = 2**16  # lots: a search asks for the same ones at every plan


@lru_cache(maxsize=REMEMBERED)
def lot(seed: int, thing: str, other: str) -> int:
    """The lot of a pair, from 1 to 2**24.

    Source: isolating by random weights, Mulmuley, Vazirani and Vazirani, Combinatorica 7 (1987): with
    weights this wide, two best plans of equal sum are all but impossible on a day's board.
    """
    drawn = hashlib.sha256(f"{seed}\x00{thing}\x00{other}".encode()).digest()
    return int.from_bytes(drawn[:8], "big") % (1 << BITS) + 1
