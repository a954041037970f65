"""R14, R15, R22, R23: who the expert wrote, learned, taught, served or sat with."""

from expertpool.conflicts.rules.lookbacks import LookBack, for_ever, holds_now, now_or_past
from expertpool.conflicts.rules.situations import Judgement, Situation
from expertpool.conflicts.rules.vocabulary import NodeKind

JOINT_WORK = LookBack("R14", ("recent", "older"))
CONSORTIUM = LookBack("R14", ("older",))
SUPERIOR = LookBack("R22", ("superior",))


def _with_person(one: Situation) -> bool:
    return one.direct and one.tie.target.kind is not NodeKind.ORGANISATION


def joint_work(one: Situation) -> Judgement | None:
    """R14: co-author of, or joint research with, a person named in the case.

    More than the pack's number of authors is a consortium, which weighs like work long ago.
    """
    if not _with_person(one):
        return None
    most = one.pack.rules["R14"].thresholds["consortium_over"]
    consortium = one.tie.group_size is not None and one.tie.group_size > most
    return now_or_past(one, CONSORTIUM if consortium else JOINT_WORK)


def taught(one: Situation) -> Judgement | None:
    """R15: teacher, student or thesis supervisor of a person named in the case, at any time."""
    return for_ever(one, "R15", "any_time") if _with_person(one) else None


def former_superior(one: Situation) -> Judgement | None:
    """R22: the expert was the superior of the official who handles the case."""
    return now_or_past(one, SUPERIOR) if _with_person(one) else None


def shared_board(one: Situation) -> Judgement | None:
    """R23: a small board shared with a person named in the case, now; its size unknown reads as small.

    School, region and large associations are no conflict, so no rule looks at them.
    """
    small = one.pack.rules["R23"].thresholds["small_board"]
    if not _with_person(one) or not one.current or (one.tie.group_size or 0) > small:
        return None
    return holds_now(one, "R23", "small_board")
