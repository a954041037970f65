"""The one use case of the reports: taking them away."""

import datetime as dt

from sqlalchemy.orm import Session

from expertpool.audit import service as audit
from expertpool.infra.identity import Actor
from expertpool.utilisation.rules import Period


def note_download(
    session: Session, report: str, period: Period, *, form: str, actor: Actor, now: dt.datetime
) -> None:
    """Keep who took which figures away."""
    audit.record(
        session,
        actor=actor,
        verb="utilisation.download",
        kind="report",
        thing=None,
        now=now,
        report=report,
        form=form,
        first=period.first.isoformat(),
        until=period.until.isoformat(),
    )
