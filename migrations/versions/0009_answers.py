"""What comes back from experts' calendars: the log of mails, what was heard, tokens, proposals.

The log and what was heard of experts are append-only; tokens are the system's alone.
"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"

_SYSTEM = "(SELECT viewer_is('system'))"
_COORDINATOR = "(SELECT viewer_is('coordinator'))"
_BY_EVENT = "EXISTS (SELECT 1 FROM seat_event v WHERE v.id = event_id)"
_BY_MAIL = "EXISTS (SELECT 1 FROM imip_inbox m WHERE m.id = inbox_id)"

# Mails about no event of ours are shown to nobody but administrators: strangers write them.
_READS = {
    "imip_inbox": f"{_SYSTEM} OR (event_id IS NULL AND (SELECT viewer_is('admin')))"
    f" OR (event_id IS NOT NULL AND {_COORDINATOR} AND {_BY_EVENT})",
    "imip_look": f"{_SYSTEM} OR {_COORDINATOR} AND {_BY_MAIL}",
    "imip_heard": _SYSTEM,
    "event_token": _SYSTEM,
    "attendee_alias": f"{_SYSTEM} OR expert_id = (SELECT viewer_expert())",
    "counter_proposal": f"{_SYSTEM} OR {_BY_EVENT}",
}
_WITHHELD = {
    "imip_inbox": "UPDATE, DELETE, TRUNCATE",
    "imip_look": "UPDATE, DELETE, TRUNCATE",
    "imip_heard": "UPDATE, DELETE, TRUNCATE",
}
_VERDICTS = (
    "applied",
    "duplicate",
    "stale",
    "unknown_uid",
    "not_attendee",
    "unauthenticated",
    "malformed",
    "unsupported",
    "needs_desk",
)
_WHYS = (
    "answered",
    "proposed",
    "asked_for_copy",
    "repeated",
    "old_version",
    "older_message",
    "called_off",
    "unknown_uid",
    "not_invited",
    "forged",
    "wrong_address",
    "unproven",
    "unreadable",
    "not_one_event",
    "incomplete",
    "not_one_attendee",
    "another_organizer",
    "foreign_method",
    "one_of_many",
    "no_answer",
    "for_another",
    "never_sent",
    "clock_ahead",
    "contradicted",
    "delegated",
    "unclear_times",
    "no_session",
    "card_first",
    "taken_back",
    "not_open",
    "bounced",
    "delayed",
    "unknown_mail",
)


def _one_of(*values: str, name: str) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=40)


def upgrade() -> None:
    """Tables, their policies, and what events remember of answers."""
    _events()
    _inbox()
    _tokens_and_proposals()
    for table, reads in _READS.items():
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
        op.execute(f"CREATE POLICY viewer ON {table} USING ({reads}) WITH CHECK ({reads})")
    for table, rights in _WITHHELD.items():
        op.execute(f"REVOKE {rights} ON {table} FROM expertpool_app")


def _events() -> None:
    text, number = sa.String(length=255), sa.Integer()
    op.add_column("seat_event", sa.Column("sent_by", text, nullable=False, server_default=""))
    op.add_column("seat_event", sa.Column("reset_sequence", number, nullable=False, server_default="0"))
    op.alter_column("seat_event", "sent_by", server_default=None)
    op.alter_column("seat_event", "reset_sequence", server_default=None)
    op.add_column("seat_event", sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column(
        "seat_event",
        sa.Column("answered_via", _one_of("link", "mail", name="answered_via"), nullable=True),
    )
    op.alter_column("outbox_mail", "method", type_=sa.String(length=16))


def _inbox() -> None:
    op.create_table(
        "imip_inbox",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("place", sa.String(length=300), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sender", sa.String(length=255), nullable=False),
        sa.Column("authentication", _one_of("pass", "none", "fail", name="authentication"), nullable=False),
        sa.Column("message_id", sa.String(length=250), nullable=False),
        sa.Column("method", sa.String(length=16), nullable=False),
        sa.Column("uid", sa.String(length=255), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=True),
        sa.Column("dtstamp", sa.DateTime(timezone=True), nullable=True),
        sa.Column("event_id", sa.UUID(), nullable=True),
        sa.Column("verdict", _one_of(*_VERDICTS, name="verdict"), nullable=False),
        sa.Column("why", _one_of(*_WHYS, name="why"), nullable=False),
        sa.Column("said", sa.String(length=20), nullable=False),
        sa.Column("comment", sa.String(length=500), nullable=False),
        sa.Column("octets", sa.Integer(), nullable=False),
        sa.Column("raw", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["event_id"], ["seat_event.id"], name=op.f("fk_imip_inbox_event_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_imip_inbox")),
        sa.UniqueConstraint("place", name=op.f("uq_imip_inbox_place")),
    )
    op.create_index(op.f("ix_imip_inbox_digest"), "imip_inbox", ["digest"])
    op.create_index(op.f("ix_imip_inbox_event_id"), "imip_inbox", ["event_id"])
    op.create_index(op.f("ix_imip_inbox_received_at"), "imip_inbox", ["received_at"])
    waiting = sa.text("verdict = 'needs_desk'")
    op.create_index("ix_imip_inbox_needs_desk", "imip_inbox", ["received_at"], postgresql_where=waiting)
    op.create_table(
        "imip_look",
        sa.Column("inbox_id", sa.UUID(), nullable=False),
        sa.Column("account_id", sa.UUID(), nullable=True),
        sa.Column("looked_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_imip_look_account_id")),
        sa.ForeignKeyConstraint(["inbox_id"], ["imip_inbox.id"], name=op.f("fk_imip_look_inbox_id")),
        sa.PrimaryKeyConstraint("inbox_id", name=op.f("pk_imip_look")),
    )
    op.create_index(op.f("ix_imip_look_account_id"), "imip_look", ["account_id"])
    op.create_table(
        "imip_heard",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("event_id", sa.UUID(), nullable=False),
        sa.Column("inbox_id", sa.UUID(), nullable=False),
        sa.Column("method", _one_of("REPLY", "COUNTER", "REFRESH", name="method"), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("dtstamp", sa.DateTime(timezone=True), nullable=False),
        sa.Column("content", sa.String(length=120), nullable=False),
        sa.ForeignKeyConstraint(["event_id"], ["seat_event.id"], name=op.f("fk_imip_heard_event_id")),
        sa.ForeignKeyConstraint(["inbox_id"], ["imip_inbox.id"], name=op.f("fk_imip_heard_inbox_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_imip_heard")),
        sa.UniqueConstraint(
            "event_id",
            "method",
            "sequence",
            "dtstamp",
            "content",
            name=op.f("uq_imip_heard_event_id_method_sequence_dtstamp_content"),
        ),
    )
    op.create_index(op.f("ix_imip_heard_inbox_id"), "imip_heard", ["inbox_id"])


def _tokens_and_proposals() -> None:
    op.create_table(
        "event_token",
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.Column("event_id", sa.UUID(), nullable=False),
        sa.Column("purpose", sa.String(length=8), nullable=False),
        sa.Column("given_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("purpose IN ('mail', 'page')", name=op.f("ck_event_token_purpose")),
        sa.ForeignKeyConstraint(["event_id"], ["seat_event.id"], name=op.f("fk_event_token_event_id")),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_event_token")),
    )
    op.create_index(op.f("ix_event_token_event_id"), "event_token", ["event_id"])
    op.create_table(
        "attendee_alias",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("expert_id", sa.UUID(), nullable=False),
        sa.Column("address", sa.String(length=255), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["expert_id"], ["expert.id"], name=op.f("fk_attendee_alias_expert_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attendee_alias")),
        sa.UniqueConstraint("expert_id", "address", name=op.f("uq_attendee_alias_expert_id_address")),
    )
    states = _one_of("open", "accepted", "declined", "superseded", name="state")
    op.create_table(
        "counter_proposal",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("event_id", sa.UUID(), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("base_sequence", sa.Integer(), nullable=False),
        sa.Column("comment", sa.String(length=500), nullable=False),
        sa.Column("state", states, nullable=False),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_by", sa.UUID(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("told_revision", sa.Integer(), nullable=True),
        sa.CheckConstraint("ends_at > starts_at", name=op.f("ck_counter_proposal_ends_after_start")),
        sa.CheckConstraint(
            "(state = 'open') = (decided_at IS NULL)", name=op.f("ck_counter_proposal_decided")
        ),
        sa.ForeignKeyConstraint(["decided_by"], ["account.id"], name=op.f("fk_counter_proposal_decided_by")),
        sa.ForeignKeyConstraint(["event_id"], ["seat_event.id"], name=op.f("fk_counter_proposal_event_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_counter_proposal")),
    )
    op.create_index(op.f("ix_counter_proposal_decided_by"), "counter_proposal", ["decided_by"])
    op.create_index(op.f("ix_counter_proposal_event_id"), "counter_proposal", ["event_id"])
    opened = sa.text("state = 'open'")
    op.create_index(
        "uq_counter_proposal_open", "counter_proposal", ["event_id"], unique=True, postgresql_where=opened
    )


def downgrade() -> None:
    """Drop them, children first. A declined proposal's mail has no place in the older outbox."""
    for table in ("counter_proposal", "attendee_alias", "event_token", "imip_heard", "imip_look"):
        op.drop_table(table)
    op.drop_table("imip_inbox")
    op.execute("SELECT set_config('expertpool.roles', 'system', true)")  # forced policies bind the owner too
    op.execute("DELETE FROM outbox_mail WHERE method = 'DECLINECOUNTER'")
    op.alter_column("outbox_mail", "method", type_=sa.String(length=12))
    for column in ("answered_via", "answered_at", "reset_sequence", "sent_by"):
        op.drop_column("seat_event", column)
