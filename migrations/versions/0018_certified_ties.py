"""What an officer decided about a tie that was certified after the work."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"

_READS = "(SELECT viewer_is('system')) OR EXISTS (SELECT 1 FROM certificate c WHERE c.id = certificate_id)"


def upgrade() -> None:
    """A ruling is seen by whoever sees its certificate, and never changed."""
    op.create_table(
        "certificate_ruling",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("certificate_id", sa.UUID(), nullable=False),
        sa.Column("ruled_by", sa.UUID(), nullable=False),
        sa.Column("ruled_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("grounds", sa.String(length=400), nullable=False),
        sa.CheckConstraint("grounds <> ''", name=op.f("ck_certificate_ruling_has_grounds")),
        sa.ForeignKeyConstraint(
            ["certificate_id"], ["certificate.id"], name=op.f("fk_certificate_ruling_certificate_id")
        ),
        sa.ForeignKeyConstraint(["ruled_by"], ["account.id"], name=op.f("fk_certificate_ruling_ruled_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_certificate_ruling")),
        sa.UniqueConstraint("certificate_id", name=op.f("uq_certificate_ruling_certificate_id")),
    )
    op.create_index(op.f("ix_certificate_ruling_ruled_by"), "certificate_ruling", ["ruled_by"])
    op.execute("ALTER TABLE certificate_ruling ENABLE ROW LEVEL SECURITY")
    op.execute("ALTER TABLE certificate_ruling FORCE ROW LEVEL SECURITY")
    op.execute(f"CREATE POLICY viewer ON certificate_ruling USING ({_READS}) WITH CHECK ({_READS})")
    op.execute("REVOKE UPDATE, DELETE, TRUNCATE ON certificate_ruling FROM expertpool_app")


def downgrade() -> None:
    """Take it back."""
    op.drop_table("certificate_ruling")
