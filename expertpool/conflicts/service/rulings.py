"""Rulings of conflict officers on single findings."""

import datetime as dt
import uuid

from sqlalchemy.orm import Session

from expertpool.audit import service as audit
from expertpool.conflicts import access
from expertpool.conflicts.models import FindingRuling
from expertpool.conflicts.rules.findings import Finding, Screening
from expertpool.conflicts.rules.rulings import may_be_dismissed
from expertpool.conflicts.rules.vocabulary import FindingStatus
from expertpool.infra.clock import seoul_date
from expertpool.infra.identity import Actor
from expertpool.refusals import Conflicting, Invalid, NotFound
from expertpool.words import Words, words

_CERTAIN = words(
    "A certain bar goes away only with the fact it rests on, and a certain waivable tie needs a waiver."
)


def rule_on_finding(
    session: Session,
    screening: Screening,
    *,
    incident_id: uuid.UUID,
    finding_key: str,
    status: FindingStatus,
    grounds: str,
    until: dt.date | None,
    actor: Actor,
    now: dt.datetime,
) -> FindingRuling:
    """Confirm or dismiss a finding of today's screening, or take a ruling back (`open`); `until`: last day.

    The caller has checked that the officer sees the case.
    Raises: Forbidden; NotFound when the screening has no such finding; Conflicting for a bar that would be
    dismissed; Invalid.
    """
    access.check_rules_on_findings(actor)
    assert actor.user_id is not None  # only people sign in as officers
    finding = next((one for one in screening.findings if one.key == finding_key), None)
    if finding is None:
        raise NotFound(access.NOTHING_HERE)
    _check(finding, status, grounds, until, today=seoul_date(now))
    ruling = _about(finding, screening)
    ruling.incident_id, ruling.status = incident_id, status
    ruling.grounds, ruling.until = grounds.strip(), until
    ruling.ruled_by, ruling.ruled_at = actor.user_id, now
    session.add(ruling)
    session.flush()
    _note(session, ruling, actor=actor, now=now)
    return ruling


def _note(session: Session, ruling: FindingRuling, *, actor: Actor, now: dt.datetime) -> None:
    audit.record(
        session,
        actor=actor,
        verb="conflict.rule",
        kind="expert",
        thing=ruling.expert_id,
        now=now,
        incident=str(ruling.incident_id),
        rule=ruling.rule,
        status=ruling.status.value,
    )


def _about(finding: Finding, screening: Screening) -> FindingRuling:
    """What is ruled on: the finding by key and trace, and what it weighs at worst."""
    return FindingRuling(
        expert_id=uuid.UUID(int=screening.expert_id),
        role_class=screening.role_class,
        finding_key=finding.key,
        trace=finding.trace,
        rule=finding.behind or finding.rule,
        tier=finding.worst_tier,
    )


def _check(
    finding: Finding, status: FindingStatus, grounds: str, until: dt.date | None, *, today: dt.date
) -> None:
    if status is FindingStatus.WAIVED:
        raise Conflicting(words("A finding is waived by a waiver, not by a ruling."), rule=finding.rule)
    if status is FindingStatus.DISMISSED and not may_be_dismissed(finding):
        raise Conflicting(_CERTAIN, rule=finding.rule)
    faults: dict[str, Words] = {}
    if not grounds.strip() or len(grounds) > 400:
        faults["grounds"] = words("Give the grounds, in 400 characters at most. They stay in the record.")
    if until is not None and until < today:
        faults["until"] = words("Choose today or a later day.")
    if faults:
        raise Invalid(words("The ruling is not complete."), fields=faults)
