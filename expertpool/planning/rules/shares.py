"""What each ministry's share of the work is: as much of it as of the hours offered."""

from collections.abc import Mapping

from expertpool.scheduling.snapshot import Need, Share


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


def work_asked(need: Need, unit_minutes: int) -> int:
    """The work of a need's seats as plans count it: a seat's started unit is a whole one. Units: minutes."""
    minutes = {seat.id: seat.effort_minutes for seat in need.seats}
    for session in need.sessions:
        for seat in session.seats:
            minutes[seat] += session.length_minutes
    return sum(-(-each // unit_minutes) for each in minutes.values()) * unit_minutes
