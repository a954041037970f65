"""Reference data of all features, loaded together after every migration."""

from sqlalchemy.orm import Session

from expertpool.experts import service as experts
from expertpool.ministries import service as ministries


def load_reference(session: Session) -> None:
    """Bring every reference table to the release in the package; safe to run again."""
    ministries.load_reference(session)
    experts.load_reference(session)
