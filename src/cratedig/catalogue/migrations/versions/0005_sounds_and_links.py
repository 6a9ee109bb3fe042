"""Sounds, links recovered, and the moods of sound and words apart"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0005"
down_revision = "0004"

MOODS = ("sound_valence", "sound_arousal", "words_valence", "words_arousal")


def upgrade() -> None:
    op.add_column("tracks", sa.Column("url_checked_at", sa.DateTime(timezone=True), nullable=True))
    for name in MOODS:
        op.add_column("tracks", sa.Column(name, postgresql.REAL(), nullable=True))
    op.create_table(
        "link_recoveries",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("track_id", sa.Integer(), nullable=False),
        sa.Column("original_url", sa.Text(), nullable=False),
        sa.Column("recovered_url", sa.Text(), nullable=True),
        sa.Column("stand_in_id", sa.Integer(), nullable=True),
        sa.Column("strategy", sa.Text(), nullable=False),
        sa.Column("confidence", postgresql.REAL(), nullable=False),
        sa.Column("found_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["stand_in_id"], ["tracks.id"], name=op.f("fk_link_recoveries_stand_in_id_tracks"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["track_id"], ["tracks.id"], name=op.f("fk_link_recoveries_track_id_tracks"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_link_recoveries")),
    )
    op.create_index("uq_link_recoveries_track_id", "link_recoveries", ["track_id", "strategy"], unique=True)
    op.create_table(
        "sounds",
        sa.Column("track_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("path", sa.Text(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("origin", sa.Text(), nullable=False),
        sa.Column("length_s", postgresql.REAL(), nullable=True),
        sa.Column("sample_rate", sa.Integer(), nullable=True),
        sa.Column("channels", sa.Integer(), nullable=True),
        sa.Column("heard_version", sa.Text(), nullable=True),
        sa.Column("error", sa.Text(), nullable=True),
        sa.Column("features", postgresql.JSONB(), nullable=True),
        sa.Column("peaks", sa.LargeBinary(), nullable=True),
        sa.Column("added_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["track_id"], ["tracks.id"], name=op.f("fk_sounds_track_id_tracks"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("track_id", name=op.f("pk_sounds")),
        sa.UniqueConstraint("path", name=op.f("uq_sounds_path")),
    )
    op.create_index(op.f("ix_sounds_sha256"), "sounds", ["sha256"], unique=False)


def downgrade() -> None:
    op.drop_table("sounds")
    op.drop_table("link_recoveries")
    for name in (*MOODS, "url_checked_at"):
        op.drop_column("tracks", name)
