"""How much memory a search may take: it ends with its best plan before it is too much.

Not one of `Limits`: the same limits give the same plan anywhere, memory differs between machines. It is
looked at between steps, so whoever needs a hard end confines the process, too.
"""

import resource
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_SEARCH_SHARE = 0.8  # of it is for the search, which then ends; at all of it the process would
_STATM = Path("/proc/self/statm")


class Memory:
    """Whether the address space of this process has outgrown a number of bytes; without one it never has.

    Units: bytes of address space as RLIMIT_AS counts them; where /proc is missing, the most ever resident.
    """

    def __init__(self, most: int | None) -> None:
        self.most = most

    @property
    def full(self) -> bool:
        """Whether more is taken than may be."""
        return self.most is not None and taken() > self.most


@contextmanager
def confined(most: int) -> Iterator[int]:
    """Within the block this process gets no more than so many bytes of address space.

    Given is what a search may take of them: it ends with its best plan before there is a MemoryError.
    """
    before = resource.getrlimit(resource.RLIMIT_AS)
    hard = most if before[1] == resource.RLIM_INFINITY else min(most, before[1])
    resource.setrlimit(resource.RLIMIT_AS, (hard, before[1]))
    try:
        yield int(hard * _SEARCH_SHARE)
    finally:
        resource.setrlimit(resource.RLIMIT_AS, before)


def taken() -> int:
    """Bytes this process takes."""
    if _STATM.exists():
        return int(_STATM.read_text().split()[0]) * resource.getpagesize()
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
