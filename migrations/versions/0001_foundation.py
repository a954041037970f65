"""Extensions, the application role's rights, the viewer functions, and the job queue."""

from alembic import op
from procrastinate.schema import SchemaManager

revision = "0001"
down_revision = None

_VIEWER = """
CREATE FUNCTION viewer_is(role text) RETURNS boolean LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT role = ANY (string_to_array(current_setting('expertpool.roles', true), ','))
$$;
CREATE FUNCTION viewer_ministry() RETURNS uuid LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT nullif(current_setting('expertpool.ministry', true), '')::uuid
$$;
CREATE FUNCTION viewer_expert() RETURNS uuid LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT nullif(current_setting('expertpool.expert', true), '')::uuid
$$;
CREATE FUNCTION viewer_user() RETURNS uuid LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT nullif(current_setting('expertpool.user', true), '')::uuid
$$;
"""


def upgrade() -> None:
    """The application role exists already: making roles is the administrator's act (docs/operations.md)."""
    op.execute("CREATE EXTENSION IF NOT EXISTS btree_gist")
    op.execute("GRANT USAGE ON SCHEMA public TO expertpool_app")
    op.execute(
        "ALTER DEFAULT PRIVILEGES IN SCHEMA public"
        " GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO expertpool_app"
    )
    op.execute("ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT USAGE, SELECT ON SEQUENCES TO expertpool_app")
    op.execute(_VIEWER)
    # Straight to psycopg: the script holds percent signs that a driver-level execute would read as fields.
    op.get_bind().connection.driver_connection.execute(SchemaManager.get_schema())


def downgrade() -> None:
    """Remove the queue, the functions and the default rights; the extension may serve others and stays."""
    op.execute(
        """
        DO $$ DECLARE thing record; BEGIN
            FOR thing IN SELECT oid::regclass AS name FROM pg_class
                WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'
                AND relname LIKE 'procrastinate_%'
            LOOP EXECUTE format('DROP TABLE %s CASCADE', thing.name); END LOOP;
            FOR thing IN SELECT oid::regprocedure AS name FROM pg_proc
                WHERE pronamespace = 'public'::regnamespace AND proname LIKE 'procrastinate_%'
            LOOP EXECUTE format('DROP FUNCTION %s CASCADE', thing.name); END LOOP;
            FOR thing IN SELECT oid::regtype AS name FROM pg_type
                WHERE typnamespace = 'public'::regnamespace AND typname LIKE 'procrastinate_%'
                AND typtype IN ('e', 'c')
            LOOP EXECUTE format('DROP TYPE %s CASCADE', thing.name); END LOOP;
        END $$
        """
    )
    for function in ("viewer_is(text)", "viewer_ministry()", "viewer_expert()", "viewer_user()"):
        op.execute(f"DROP FUNCTION {function}")
    op.execute("ALTER DEFAULT PRIVILEGES IN SCHEMA public REVOKE ALL ON TABLES FROM expertpool_app")
    op.execute("ALTER DEFAULT PRIVILEGES IN SCHEMA public REVOKE ALL ON SEQUENCES FROM expertpool_app")
