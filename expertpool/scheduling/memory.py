"""How much memory a search may take: it ends with its best plan before it is too much.

Not one of `Limits`: the same limits give the same plan anywhere, memory differs between machines. It is
looked at between steps, so whoever needs a hard end sets a limit of the process beside it.
"""

import resource
from pathlib import Path

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


def taken() -> int:
    """Bytes this process takes."""
    if _STATM.exists():
        return int(_STATM.read_text().split()[0]) * resource.getpagesize()
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
