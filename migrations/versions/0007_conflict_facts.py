"""Facts every conflict rule can be fed from, the rules a case keeps, and what screening again found."""

import sqlalchemy as sa
from alembic import op

from expertpool.conflicts.rules.matching import organisation_sound

revision = "0007"
down_revision = "0006"

_RELATIONS = [
    "same_person",
    "representative",
    "right_holder",
    "officer",
    "outside_director",
    "auditor",
    "employee",
    "adviser",
    "counsel",
    "member_of_firm",
    "shareholder",
    "fund_holder",
    "outcome_interest",
    "witness",
    "appraiser",
    "investigator",
    "official_in_charge",
    "inventor",
    "licensee",
    "co_author",
    "joint_research",
    "teacher",
    "student",
    "superior",
    "appointed_by",
    "public_stance",
    "litigation",
    "loan",
    "deal",
    "gift",
    "negotiation",
    "programme_judge",
    "depends_on",
    "school",
    "region",
    "association",
    "board",
]
# Columns that say how a name sounds, and the column that holds the name.
_SOUNDS = {
    "organisation": {"sound_ko": "name_ko", "sound_en": "name_en"},
    "organisation_alias": {"sound": "name"},
}
_PARTY_KINDS = ["party", "representative", "counsel", "law_firm", "accused", "inventor", "competitor"]
_SIDES = ("complainant", "respondent", "other")

_SYSTEM = "(SELECT viewer_is('system'))"
_KEEPERS = (
    "((SELECT viewer_is('coordinator')) OR (SELECT viewer_is('conflict_officer'))"
    " OR (SELECT viewer_is('admin')))"
)
_SEES = "EXISTS (SELECT 1 FROM incident i WHERE i.id = {})"
# Table -> who sees a row, and who writes one.
_POLICIES = {
    "technology_at_issue": (_SEES.format("incident_id"),) * 2,
    "incident_link": (f"{_SEES.format('one_id')} AND {_SEES.format('other_id')}",) * 2,
    "technology": (
        f"{_SYSTEM} OR (SELECT viewer_is('conflict_officer'))"
        " OR EXISTS (SELECT 1 FROM technology_at_issue a WHERE a.technology_id = id)"
        " OR EXISTS (SELECT 1 FROM tie t WHERE t.technology_id = id)",
        f"{_SYSTEM} OR {_KEEPERS}",
    ),
    "other_tie": (f"{_SYSTEM} OR {_KEEPERS}",) * 2,
    "secrecy_duty": (
        f"{_SYSTEM} OR (SELECT viewer_is('conflict_officer')) AND {_SEES.format('incident_id')}",
    )
    * 2,
    "engagement_screening": (
        f"{_SYSTEM} OR (SELECT viewer_is('conflict_officer'))"
        " AND EXISTS (SELECT 1 FROM engagement e WHERE e.id = engagement_id)",
    )
    * 2,
}


def upgrade() -> None:
    """Make the tables, and move the employers of persons where other ties are."""
    _names_across_scripts()
    _facts_about_cases()
    _facts_about_ties()
    _other_ties()
    _secrecy_and_screenings()
    for table, (reads, writes) in _POLICIES.items():
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
        op.execute(f"CREATE POLICY viewer ON {table} USING ({reads}) WITH CHECK ({writes})")
    op.execute("REVOKE UPDATE, DELETE, TRUNCATE ON engagement_screening FROM expertpool_app")


def _names_across_scripts() -> None:
    for table, columns in _SOUNDS.items():
        for sound, name in columns.items():
            op.add_column(table, sa.Column(sound, sa.String(200), nullable=False, server_default=""))
            op.create_index(op.f(f"ix_{table}_{sound}"), table, [sound])
            rows = op.get_bind().execute(sa.text(f"SELECT id, {name} FROM {table}")).all()
            heard = [{"key": key, "sound": organisation_sound(text)} for key, text in rows]
            if heard:
                update = f"UPDATE {table} SET {sound} = :sound WHERE id = :key"
                op.get_bind().execute(sa.text(update), heard)
            op.alter_column(table, sound, server_default=None)


def _facts_about_cases() -> None:
    op.create_table(
        "technology",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("name_ko", sa.String(160), nullable=False),
        sa.Column("name_en", sa.String(200), nullable=False),
        sa.Column("number", sa.String(60), nullable=True),
        sa.CheckConstraint("name_ko <> '' OR name_en <> ''", name=op.f("ck_technology_named")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_technology")),
        sa.UniqueConstraint("number", name=op.f("uq_technology_number")),
    )
    op.create_table(
        "technology_at_issue",
        sa.Column("incident_id", sa.UUID(), nullable=False),
        sa.Column("technology_id", sa.UUID(), nullable=False),
        sa.Column("side", _text("side", _SIDES), nullable=True),
        _foreign("technology_at_issue", "incident_id", "incident", gone_with=True),
        _foreign("technology_at_issue", "technology_id", "technology"),
        sa.PrimaryKeyConstraint("incident_id", "technology_id", name=op.f("pk_technology_at_issue")),
    )
    op.create_index(op.f("ix_technology_at_issue_technology_id"), "technology_at_issue", ["technology_id"])
    op.create_table(
        "incident_link",
        sa.Column("one_id", sa.UUID(), nullable=False),
        sa.Column("other_id", sa.UUID(), nullable=False),
        sa.Column("linked_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("one_id < other_id", name=op.f("ck_incident_link_in_order")),
        _foreign("incident_link", "one_id", "incident", gone_with=True),
        _foreign("incident_link", "other_id", "incident", gone_with=True),
        sa.PrimaryKeyConstraint("one_id", "other_id", name=op.f("pk_incident_link")),
    )
    op.create_index(op.f("ix_incident_link_other_id"), "incident_link", ["other_id"])
    # Cases from before keep the rules they were judged by.
    op.add_column("incident", sa.Column("rule_pack", sa.String(20), nullable=False, server_default="2026-01"))
    op.alter_column("incident", "rule_pack", server_default=None)
    acts = ("sme-protection", "win-win", "subcontracting")
    op.add_column("incident", sa.Column("panel_act", _text("panel_act", acts), nullable=True))
    op.add_column(
        "incident",
        sa.Column("helped_side", _text("helped_side", _SIDES), nullable=False, server_default="complainant"),
    )
    op.alter_column("incident", "helped_side", server_default=None)
    _allow_party_kinds([*_PARTY_KINDS, "case_officer"])


def _facts_about_ties() -> None:
    op.add_column("organisation", sa.Column("ministry_id", sa.UUID(), nullable=True))
    op.create_foreign_key(
        op.f("fk_organisation_ministry_id"), "organisation", "ministry", ["ministry_id"], ["id"]
    )
    op.create_index(op.f("ix_organisation_ministry_id"), "organisation", ["ministry_id"])
    op.add_column("tie", sa.Column("technology_id", sa.UUID(), nullable=True))
    op.create_foreign_key(op.f("fk_tie_technology_id"), "tie", "technology", ["technology_id"], ["id"])
    op.create_index(op.f("ix_tie_technology_id"), "tie", ["technology_id"])
    op.create_index(op.f("ix_tie_incident_id"), "tie", ["incident_id"])
    op.add_column("tie", sa.Column("capital_basis_points", sa.Integer(), nullable=True))
    op.add_column("tie", sa.Column("sealed_name", sa.Text(), nullable=False, server_default=""))
    op.alter_column("tie", "sealed_name", server_default=None)
    op.create_check_constraint(op.f("ck_tie_capital"), "tie", "capital_basis_points BETWEEN 0 AND 10000")
    op.drop_constraint(op.f("ck_tie_one_of_two"), "tie")
    op.create_check_constraint(
        op.f("ck_tie_leads_somewhere"),
        "tie",
        "num_nonnulls(organisation_id, person_id) <= 1"
        " AND num_nonnulls(organisation_id, person_id, technology_id) >= 1",
    )


def _other_ties() -> None:
    op.create_table(
        "other_tie",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("holder_organisation_id", sa.UUID(), nullable=True),
        sa.Column("holder_person_id", sa.UUID(), nullable=True),
        sa.Column("organisation_id", sa.UUID(), nullable=True),
        sa.Column("person_id", sa.UUID(), nullable=True),
        sa.Column("type", _text("type", _RELATIONS), nullable=False),
        sa.Column("unit", sa.String(120), nullable=False),
        sa.Column("share_basis_points", sa.Integer(), nullable=True),
        sa.Column("source", _text("source", ("self", "document", "registry", "third_party")), nullable=False),
        sa.Column("evidence", sa.String(400), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        *_dates("other_tie"),
        sa.CheckConstraint(
            "num_nonnulls(holder_organisation_id, holder_person_id) = 1",
            name=op.f("ck_other_tie_one_holder"),
        ),
        sa.CheckConstraint(
            "num_nonnulls(organisation_id, person_id) = 1", name=op.f("ck_other_tie_one_target")
        ),
        sa.CheckConstraint("share_basis_points BETWEEN 0 AND 10000", name=op.f("ck_other_tie_share")),
        _foreign("other_tie", "holder_organisation_id", "organisation"),
        _foreign("other_tie", "holder_person_id", "person"),
        _foreign("other_tie", "organisation_id", "organisation"),
        _foreign("other_tie", "person_id", "person"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_other_tie")),
    )
    for column in ("holder_organisation_id", "holder_person_id", "organisation_id", "person_id"):
        op.create_index(op.f(f"ix_other_tie_{column}"), "other_tie", [column])
    op.execute(
        "INSERT INTO other_tie (id, holder_person_id, organisation_id, type, unit, source, evidence,"
        " recorded_at, version, starts_precision, ends_precision)"
        " SELECT gen_random_uuid(), id, employer_id, 'employee', '', 'third_party', '', now(), 1,"
        " 'unknown', 'open' FROM person WHERE employer_id IS NOT NULL"
    )
    op.drop_column("person", "employer_id")
    op.drop_constraint(op.f("ck_person_named"), "person")
    hashes = sa.Column("name_hashes", sa.ARRAY(sa.String(64)), nullable=False, server_default="{}")
    op.add_column("person", hashes)
    op.alter_column("person", "name_hashes", server_default=None)
    op.execute("UPDATE person SET name_hashes = ARRAY[name_hash] WHERE name_hash <> ''")
    op.drop_column("person", "name_hash")
    op.create_check_constraint(
        op.f("ck_person_named"), "person", "name_ko <> '' OR name_en <> '' OR name_hashes <> '{}'"
    )


def _secrecy_and_screenings() -> None:
    op.create_table(
        "secrecy_duty",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("expert_id", sa.UUID(), nullable=False),
        sa.Column("incident_id", sa.UUID(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        *_dates("secrecy_duty"),
        _foreign("secrecy_duty", "expert_id", "expert", gone_with=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_secrecy_duty")),
    )
    for column in ("expert_id", "incident_id"):
        op.create_index(op.f(f"ix_secrecy_duty_{column}"), "secrecy_duty", [column])
    op.add_column("engagement", sa.Column("conflict_found_at", sa.DateTime(timezone=True), nullable=True))
    op.create_table(
        "engagement_screening",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("engagement_id", sa.UUID(), nullable=False),
        sa.Column("screened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("because", _text("because", ("register", "case", "schedule")), nullable=False),
        sa.Column("pack_version", sa.String(20), nullable=False),
        sa.Column("tier", _text("tier", ("bar", "review", "waivable", "disclose", "clear")), nullable=False),
        sa.Column("findings", sa.JSON(), nullable=False),
        _foreign("engagement_screening", "engagement_id", "engagement"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_engagement_screening")),
    )
    op.create_index(op.f("ix_engagement_screening_engagement_id"), "engagement_screening", ["engagement_id"])


def _text(name: str, values: list[str] | tuple[str, ...]) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=40)


def _foreign(table: str, column: str, to: str, *, gone_with: bool = False) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_{column}")
    return sa.ForeignKeyConstraint(
        [column], [f"{to}.id"], name=name, ondelete="CASCADE" if gone_with else None
    )


def _dates(table: str) -> list[sa.Column | sa.CheckConstraint]:
    return [
        sa.Column("starts_on", sa.Date(), nullable=True),
        sa.Column("starts_precision", sa.String(8), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("ends_precision", sa.String(8), nullable=False),
        sa.CheckConstraint(
            "starts_precision IN ('day', 'month', 'year', 'unknown')"
            " AND ends_precision IN ('day', 'month', 'year', 'unknown', 'open')",
            name=op.f(f"ck_{table}_precision"),
        ),
        sa.CheckConstraint(
            "(starts_on IS NULL) = (starts_precision = 'unknown')"
            " AND (ends_on IS NULL) = (ends_precision IN ('unknown', 'open'))",
            name=op.f(f"ck_{table}_dated_as_known"),
        ),
        sa.CheckConstraint("ends_on >= starts_on", name=op.f(f"ck_{table}_ends_after_start")),
    ]


def _allow_party_kinds(kinds: list[str]) -> None:
    op.drop_constraint(op.f("ck_party_kind"), "party")
    allowed = ", ".join(f"'{kind}'" for kind in kinds)
    op.create_check_constraint(op.f("ck_party_kind"), "party", f"kind IN ({allowed})")


def downgrade() -> None:
    """Give persons their newest employer back; what the old tables cannot hold goes."""
    op.add_column("person", sa.Column("employer_id", sa.UUID(), nullable=True))
    op.create_foreign_key(op.f("fk_person_employer_id"), "person", "organisation", ["employer_id"], ["id"])
    op.create_index(op.f("ix_person_employer_id"), "person", ["employer_id"])
    op.execute(
        "UPDATE person p SET employer_id = (SELECT o.organisation_id FROM other_tie o"
        " WHERE o.holder_person_id = p.id AND o.type = 'employee'"
        " ORDER BY o.recorded_at DESC, o.id LIMIT 1)"
    )
    op.drop_constraint(op.f("ck_person_named"), "person")
    op.add_column("person", sa.Column("name_hash", sa.String(64), nullable=False, server_default=""))
    op.alter_column("person", "name_hash", server_default=None)
    op.create_index(op.f("ix_person_name_hash"), "person", ["name_hash"])
    op.execute("UPDATE person SET name_hash = name_hashes[1] WHERE name_hashes <> '{}'")
    op.drop_column("person", "name_hashes")
    op.create_check_constraint(
        op.f("ck_person_named"), "person", "name_ko <> '' OR name_en <> '' OR name_hash <> ''"
    )
    op.drop_table("engagement_screening")
    op.drop_column("engagement", "conflict_found_at")
    op.drop_table("secrecy_duty")
    op.drop_table("other_tie")
    op.execute("DELETE FROM tie WHERE organisation_id IS NULL AND person_id IS NULL")
    op.drop_constraint(op.f("ck_tie_leads_somewhere"), "tie")
    op.create_check_constraint(
        op.f("ck_tie_one_of_two"), "tie", "num_nonnulls(organisation_id, person_id) = 1"
    )
    op.execute("DROP POLICY viewer ON technology")  # it reads the column that goes
    op.drop_index(op.f("ix_tie_incident_id"), "tie")
    for column in ("technology_id", "capital_basis_points", "sealed_name"):
        op.drop_column("tie", column)
    op.drop_column("organisation", "ministry_id")
    op.execute("DELETE FROM party WHERE kind = 'case_officer'")
    _allow_party_kinds(_PARTY_KINDS)
    for column in ("rule_pack", "panel_act", "helped_side"):
        op.drop_column("incident", column)
    op.drop_table("incident_link")
    op.drop_table("technology_at_issue")
    op.drop_table("technology")
    for table, columns in _SOUNDS.items():
        for sound in columns:
            op.drop_column(table, sound)
