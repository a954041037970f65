"""Checks live data for states that must not exist. Reads only; every figure is counted anew from the rows.

Each check is a query for offenders: none is healthy. It shares no code with the services that keep the
promises, so a fault in one shows in the other.
"""

from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from expertpool.audit.queries import broken_chains


@dataclass(frozen=True, slots=True)
class Finding:
    """One check and how many offenders it found; `examples` are keys, never names."""

    claim: str
    offenders: int
    examples: tuple[str, ...]

    @property
    def healthy(self) -> bool:
        """Whether the claim holds."""
        return self.offenders == 0


_LIVE = "('proposed', 'offered', 'accepted', 'confirmed', 'delivered')"
_COUNTED = "('proposed', 'offered', 'accepted', 'confirmed', 'delivered', 'closed')"

# Minutes of every counted engagement in the Seoul period of a session's start, or of its need's last minute.
_MINUTES = f"""
    SELECT e.expert_id, e.agreement_id, lower(h.during) AS at,
           (extract(epoch FROM upper(h.during) - lower(h.during)) / 60)::int AS minutes
    FROM engagement e JOIN hold h ON h.engagement_id = e.id WHERE e.state IN {_COUNTED}
    UNION ALL
    SELECT e.expert_id, e.agreement_id, n.deadline - interval '1 minute', e.effort_minutes
    FROM engagement e JOIN need n ON n.id = e.need_id WHERE e.state IN {_COUNTED}
"""

CHECKS: dict[str, str] = {
    "no expert is in two places at once": """
        SELECT a.id FROM hold a JOIN hold b ON a.expert_id = b.expert_id AND a.id < b.id
        WHERE a.live AND b.live AND a.during && b.during""",
    "time is held exactly for live engagements": f"""
        SELECT h.id FROM hold h JOIN engagement e ON e.id = h.engagement_id
        WHERE h.live <> (e.state IN {_LIVE} OR (h.live AND e.state = 'closed'))""",
    "no seat has two experts": f"""
        SELECT seat_id FROM engagement WHERE state IN {_LIVE} GROUP BY seat_id HAVING count(*) > 1""",
    "weekly hours are what the engagements add up to": f"""
        SELECT coalesce(w.expert_id, c.expert_id)
        FROM expert_week w FULL JOIN (
            SELECT expert_id, date_trunc('week', at AT TIME ZONE 'Asia/Seoul')::date AS week,
                   sum(minutes) AS minutes
            FROM ({_MINUTES}) m GROUP BY 1, 2
        ) c ON c.expert_id = w.expert_id AND c.week = w.week
        WHERE coalesce(w.used_minutes, 0) <> coalesce(c.minutes, 0)""",
    "lending counters are what the engagements add up to": f"""
        SELECT coalesce(l.agreement_id, c.agreement_id)
        FROM lending_month l FULL JOIN (
            SELECT agreement_id, date_trunc('month', at AT TIME ZONE 'Asia/Seoul')::date AS month,
                   sum(minutes) AS minutes
            FROM ({_MINUTES}) m WHERE agreement_id IS NOT NULL GROUP BY 1, 2
        ) c ON c.agreement_id = l.agreement_id AND c.month = l.month
        WHERE coalesce(l.used_minutes, 0) <> coalesce(c.minutes, 0)""",
    "a filled need has a yes for every seat": """
        SELECT n.id FROM need n JOIN seat s ON s.need_id = n.id
        WHERE n.state = 'filled' AND NOT EXISTS (
            SELECT 1 FROM engagement e
            WHERE e.seat_id = s.id AND e.state IN ('accepted', 'confirmed', 'delivered', 'closed'))""",
    "nobody said yes before a clear conflict card, or the pledge of an urgent night": """
        SELECT e.id FROM engagement e
        WHERE e.state IN ('accepted', 'confirmed', 'delivered', 'closed')
        AND NOT EXISTS (SELECT 1 FROM declaration d WHERE d.engagement_id = e.id)""",
    "an engagement is paused while a challenge of it is open, or else because of a card to be ruled on": """
        SELECT e.id FROM engagement e WHERE EXISTS (
            SELECT 1 FROM challenge c WHERE c.engagement_id = e.id AND c.state = 'open'
        ) AND e.paused_at IS NULL OR e.paused_at IS NOT NULL AND NOT EXISTS (
            SELECT 1 FROM challenge c WHERE c.engagement_id = e.id AND c.state = 'open'
        ) AND NOT EXISTS (
            SELECT 1 FROM declaration d WHERE d.engagement_id = e.id AND d.due_at IS NOT NULL AND NOT EXISTS (
                SELECT 1 FROM declaration r WHERE r.engagement_id = e.id AND r.ruled_by IS NOT NULL))""",
    "nobody goes on ten minutes after a declaration was due": """
        SELECT e.id FROM engagement e JOIN declaration d ON d.engagement_id = e.id
        WHERE d.due_at < now() - interval '10 minutes' AND e.paused_at IS NULL
        AND e.state IN ('accepted', 'confirmed', 'delivered') AND NOT EXISTS (
            SELECT 1 FROM declaration o WHERE o.engagement_id = e.id AND o.due_at IS NULL)""",
    "nobody reads a case in which their work stands still": """
        SELECT e.id FROM engagement e JOIN incident_access a ON a.incident_id = e.incident_id
            AND a.expert_id = e.expert_id AND a.revoked_at IS NULL
        WHERE e.paused_at IS NOT NULL""",
    "every ministry of an incident can read it": """
        SELECT m.incident_id FROM incident_ministry m JOIN incident i ON i.id = m.incident_id
        WHERE (m.part = 'lead' OR NOT i.compartmented) AND NOT EXISTS (
            SELECT 1 FROM incident_access a WHERE a.incident_id = m.incident_id
            AND a.ministry_id = m.ministry_id AND a.revoked_at IS NULL)""",
    "no invitation overtakes a newer one": """
        SELECT o.id FROM outbox_mail o JOIN outbox_mail n ON n.event_id = o.event_id
            AND n.recipient = o.recipient AND n.sequence > o.sequence
        WHERE o.state = 'sent' AND n.state = 'sent' AND o.sent_at > n.sent_at""",
    "no planning run outlived its lease by ten minutes": """
        SELECT id FROM plan_run WHERE state = 'solving' AND lease_until < now() - interval '10 minutes'""",
    "no job waits for ten minutes": """
        SELECT id::text FROM procrastinate_jobs
        WHERE status = 'todo' AND coalesce(scheduled_at, now()) < now() - interval '10 minutes'""",
}


def examine(session: Session) -> list[Finding]:
    """Run every check. The session has to act as the system: the policies would hide offenders."""
    findings = []
    for claim, offenders in CHECKS.items():
        keys = [str(key) for key in session.scalars(sa.text(offenders)).unique()]
        findings.append(Finding(claim, len(keys), tuple(keys[:5])))
    broken = tuple(f"{fault.stream} at {fault.no}" for fault in broken_chains(session))
    findings.append(Finding("every audit chain holds", len(broken), broken[:5]))
    return findings
