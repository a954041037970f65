"""The one fact of an entry that the availability pages keep."""

from sqlalchemy.orm import Session

from expertpool.experts.models import Expert


def change_notice(session: Session, expert: Expert, *, minutes: int) -> None:
    """Write down how long before the start somebody must ask; the caller locked the expert and checked."""
    expert.minimum_notice_minutes = minutes
    session.flush()
