"""Need-to-know below the code: row policies, and rights the application never gets.

The viewer is announced per transaction (`infra.db`). Nobody announced sees nothing. Calls of the viewer
functions stand in scalar subqueries so that PostgreSQL evaluates them once per statement.
"""

from alembic import op

revision = "0006"
down_revision = "0005"

_SYSTEM = "(SELECT viewer_is('system'))"
_STAFF_OF_CASE = "((SELECT viewer_is('coordinator')) OR (SELECT viewer_is('conflict_officer')))"
_STAFF = (
    "((SELECT viewer_is('coordinator')) OR (SELECT viewer_is('conflict_officer'))"
    " OR (SELECT viewer_is('ministry_viewer')) OR (SELECT viewer_is('auditor'))"
    " OR (SELECT viewer_is('admin')))"
)

_SEES_INCIDENT = f"""
CREATE FUNCTION sees_incident(wanted uuid) RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT {_SYSTEM} OR EXISTS (
        SELECT 1 FROM incident_access a
        WHERE a.incident_id = wanted AND a.revoked_at IS NULL
        AND ((a.ministry_id = (SELECT viewer_ministry()) AND {_STAFF_OF_CASE})
             OR a.expert_id = (SELECT viewer_expert()))
    )
$$
"""

_BY_INCIDENT = "EXISTS (SELECT 1 FROM incident i WHERE i.id = incident_id)"
_BY_NEED = "EXISTS (SELECT 1 FROM need n WHERE n.id = need_id)"
_BY_ENGAGEMENT = "EXISTS (SELECT 1 FROM engagement e WHERE e.id = engagement_id)"
_ENGAGEMENT = (
    f"{_SYSTEM} OR (expert_id = (SELECT viewer_expert()) AND state <> 'proposed')"
    " OR (lender_id = (SELECT viewer_ministry()) AND ((SELECT viewer_is('coordinator'))"
    "     OR (SELECT viewer_is('ministry_viewer'))))"
    f" OR {_BY_INCIDENT}"
)

# Table -> who sees a row; the same condition guards writing unless _WRITES says otherwise.
_READS = {
    "incident": "sees_incident(id) OR ((SELECT viewer_is('auditor')) AND NOT compartmented)",
    "incident_access": f"{_SYSTEM} OR ministry_id = (SELECT viewer_ministry())"
    " OR expert_id = (SELECT viewer_expert())",
    "incident_ministry": _BY_INCIDENT,
    "incident_technology": _BY_INCIDENT,
    "incident_trigger": _BY_INCIDENT,
    "party": _BY_INCIDENT,
    "need": _BY_INCIDENT,
    "seat": _BY_NEED,
    "need_session": _BY_NEED,
    "team_rule": _BY_NEED,
    "seat_facet": "EXISTS (SELECT 1 FROM seat s WHERE s.id = seat_id)",
    "session_seat": "EXISTS (SELECT 1 FROM seat s WHERE s.id = seat_id)",
    "plan_run": f"{_SYSTEM} OR ((SELECT viewer_is('auditor')) OR {_STAFF_OF_CASE}) AND {_BY_INCIDENT}",
    "plan_wish": f"{_SYSTEM} OR {_STAFF_OF_CASE} AND {_BY_INCIDENT}",
    "engagement": _ENGAGEMENT,
    "declaration": _BY_ENGAGEMENT,
    "seat_event": f"{_SYSTEM} OR {_BY_ENGAGEMENT}",
    "outbox_mail": f"{_SYSTEM} OR EXISTS (SELECT 1 FROM seat_event v WHERE v.id = event_id)",
    "expert": f"{_SYSTEM} OR {_STAFF} OR id = (SELECT viewer_expert())",
    "tie": f"{_SYSTEM} OR (SELECT viewer_is('conflict_officer')) OR expert_id = (SELECT viewer_expert())",
    "interest_statement": f"{_SYSTEM} OR (SELECT viewer_is('conflict_officer'))"
    " OR expert_id = (SELECT viewer_expert())",
    "audit_entry": f"{_SYSTEM} OR (SELECT viewer_is('auditor')) OR user_id = (SELECT viewer_user())",
}

_WRITES = {
    "incident": f"{_SYSTEM} OR ((SELECT viewer_is('coordinator'))"
    " AND (lead_ministry_id = (SELECT viewer_ministry()) OR sees_incident(id)))",
    "incident_access": f"{_SYSTEM} OR ((SELECT viewer_is('coordinator'))"
    " AND (ministry_id = (SELECT viewer_ministry()) OR sees_incident(incident_id)))",
    "audit_entry": "true",
}

_WITHHELD = {
    "audit_entry": "UPDATE, DELETE, TRUNCATE",
    "audit_stream": "DELETE, TRUNCATE",
    "declaration": "UPDATE, DELETE, TRUNCATE",
    "incident_access": "DELETE, TRUNCATE",
    "interest_statement": "UPDATE, DELETE, TRUNCATE",
}


def upgrade() -> None:
    """Force policies on every table that holds case or personal facts."""
    op.execute(_SEES_INCIDENT)
    for table, reads in _READS.items():
        writes = _WRITES.get(table, reads)
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
        op.execute(f"CREATE POLICY viewer ON {table} USING ({reads}) WITH CHECK ({writes})")
    for table, rights in _WITHHELD.items():
        op.execute(f"REVOKE {rights} ON {table} FROM expertpool_app")


def downgrade() -> None:
    """Take the policies away and give the rights back."""
    for table in _WITHHELD:
        op.execute(f"GRANT SELECT, INSERT, UPDATE, DELETE ON {table} TO expertpool_app")
    for table in _READS:
        op.execute(f"DROP POLICY viewer ON {table}")
        op.execute(f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY")
        op.execute(f"ALTER TABLE {table} DISABLE ROW LEVEL SECURITY")
    op.execute("DROP FUNCTION sees_incident(uuid)")
