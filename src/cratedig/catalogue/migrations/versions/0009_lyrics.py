"""Lyrics as they were read: times, language, verdict, receipts; and their parts with what they mean"""

import pgvector.sqlalchemy
import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    op.create_table(
        "lyric_texts",
        sa.Column("track_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("starts_s", postgresql.ARRAY(postgresql.REAL()), nullable=True),
        sa.Column("language", sa.Text(), nullable=True),
        sa.Column("languages", postgresql.JSONB(), nullable=False),
        sa.Column("verdict", postgresql.JSONB(), nullable=False),
        sa.Column("changes", postgresql.JSONB(), nullable=False),
        sa.Column("fingerprint", postgresql.ARRAY(sa.BigInteger()), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("read_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["track_id"], ["tracks.id"], name=op.f("fk_lyric_texts_track_id_tracks"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("track_id", name=op.f("pk_lyric_texts")),
    )
    op.create_index("ix_lyric_texts_fingerprint", "lyric_texts", ["fingerprint"], postgresql_using="gin")
    op.create_table(
        "lyric_chunks",
        sa.Column("track_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("number", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("first_line", sa.Integer(), nullable=False),
        sa.Column("lines", sa.SmallInteger(), nullable=False),
        sa.Column("embedding", pgvector.sqlalchemy.HALFVEC(dim=384), nullable=False),
        sa.ForeignKeyConstraint(
            ["track_id"], ["tracks.id"], name=op.f("fk_lyric_chunks_track_id_tracks"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("track_id", "number", name=op.f("pk_lyric_chunks")),
    )
    op.create_index(
        "ix_lyric_chunks_embedding",
        "lyric_chunks",
        ["embedding"],
        postgresql_using="hnsw",
        postgresql_with={"m": 16, "ef_construction": 64},
        postgresql_ops={"embedding": "halfvec_cosine_ops"},
    )
    op.execute(
        "create trigger mark_changed after insert or update or delete or truncate on lyric_chunks "
        "for each statement execute function mark_changed()"
    )


def downgrade() -> None:
    op.drop_table("lyric_chunks")
    op.drop_table("lyric_texts")
