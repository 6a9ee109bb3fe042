"""How artists drum: where evidence is from, what it says, and what was generated from it"""

import sqlalchemy as sa
from alembic import op
from pgvector.sqlalchemy import VECTOR
from sqlalchemy.dialects import postgresql

revision = "0014"
down_revision = "0013"

STATUSES = "'pending', 'researching', 'cached', 'failed'"
NOW = sa.text("now()")


def upgrade() -> None:
    op.add_column("artists", sa.Column("research_status", sa.Text(), nullable=True))
    op.add_column("artists", sa.Column("confidence_score", sa.REAL(), server_default="0", nullable=False))
    op.add_column("artists", sa.Column("last_updated", sa.DateTime(timezone=True), nullable=True))
    op.add_column("artists", sa.Column("sources_count", sa.Integer(), server_default="0", nullable=False))
    op.create_check_constraint("ck_artists_research_status", "artists", f"research_status in ({STATUSES})")
    op.create_index(
        "ix_artists_research_status",
        "artists",
        ["research_status"],
        postgresql_where=sa.text("research_status is not null"),
    )
    _create_sources()
    _create_profiles()
    _create_history()


def _create_sources() -> None:
    op.create_table(
        "research_sources",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("artist_id", sa.Integer(), nullable=False),
        sa.Column("source_type", sa.Text(), nullable=False),
        sa.Column("url", sa.Text(), nullable=True),
        sa.Column("file_path", sa.Text(), nullable=True),
        sa.Column("raw_content", sa.Text(), nullable=True),
        sa.Column("extracted_data", postgresql.JSONB(), nullable=True),
        sa.Column("confidence", sa.REAL(), server_default="0.5", nullable=False),
        sa.Column("collected_at", sa.DateTime(timezone=True), server_default=NOW, nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("played", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(
            ["artist_id"], ["artists.id"], name=op.f("fk_research_sources_artist_id_artists"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_research_sources")),
    )
    op.create_index("uq_research_sources_digest", "research_sources", ["artist_id", "digest"], unique=True)
    op.create_index("ix_research_sources_source_type", "research_sources", ["source_type"])


def _create_profiles() -> None:
    op.create_table(
        "style_profiles",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("artist_id", sa.Integer(), nullable=False),
        sa.Column("text_description", sa.Text(), nullable=False),
        sa.Column("quantitative_params", postgresql.JSONB(), nullable=False),
        sa.Column("midi_templates_json", postgresql.JSONB(), nullable=True),
        sa.Column("embedding", VECTOR(384), nullable=True),
        sa.Column("confidence_score", sa.REAL(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=NOW, nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=NOW, nullable=False),
        sa.Column("evidence", sa.Text(), nullable=False),
        sa.Column("profile", postgresql.JSONB(), nullable=False),
        sa.ForeignKeyConstraint(
            ["artist_id"], ["artists.id"], name=op.f("fk_style_profiles_artist_id_artists"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_style_profiles")),
    )
    op.create_index("uq_style_profiles_artist_id", "style_profiles", ["artist_id"], unique=True)
    op.create_index(
        "ix_style_profiles_embedding",
        "style_profiles",
        ["embedding"],
        postgresql_using="hnsw",
        postgresql_ops={"embedding": "vector_cosine_ops"},
    )


def _create_history() -> None:
    op.create_table(
        "generation_history",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("artist_id", sa.Integer(), nullable=True),
        sa.Column("artist", sa.Text(), nullable=False),
        sa.Column("provider_used", sa.Text(), nullable=False),
        sa.Column("generation_time_ms", sa.Integer(), nullable=False),
        sa.Column("user_params", postgresql.JSONB(), nullable=False),
        sa.Column("output_files", postgresql.JSONB(), nullable=False),
        sa.Column("made", postgresql.JSONB(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=NOW, nullable=False),
        sa.ForeignKeyConstraint(
            ["artist_id"], ["artists.id"], name=op.f("fk_generation_history_artist_id_artists"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_generation_history")),
    )
    op.create_index("ix_generation_history_artist_id", "generation_history", ["artist_id"])
    op.create_index("ix_generation_history_created_at", "generation_history", ["created_at"])


def downgrade() -> None:
    for table in ("generation_history", "style_profiles", "research_sources"):
        op.drop_table(table)
    op.drop_index("ix_artists_research_status", "artists")
    op.drop_constraint("ck_artists_research_status", "artists")
    for column in ("research_status", "confidence_score", "last_updated", "sources_count"):
        op.drop_column("artists", column)
