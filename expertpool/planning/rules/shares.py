"""What each ministry's share of the work is: as much of it as of the hours offered."""

from collections.abc import Mapping

from expertpool.scheduling.snapshot import Share


def shares_of(
    offered: Mapping[str, int], carried: Mapping[str, int], *, asked_minutes: int
) -> tuple[Share, ...]:
    """The targets of ministries that may serve a need, by code; none if nobody offers hours.

    What they carry already and what the need asks is shared out by the hours their experts offer a week, so
    that where everybody is at target, everybody is used alike. Units: minutes.
    """
    whole, work = sum(offered.values()), sum(carried.get(code, 0) for code in offered) + asked_minutes
    if not whole:
        return ()
    return tuple(
        Share(code, work * minutes // whole, carried.get(code, 0))
        for code, minutes in sorted(offered.items())
    )
