"""Listening: what somebody did with a track, and by which weighing it had been found"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    op.create_table(
        "listening",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("listener", sa.Text(), nullable=False),
        sa.Column("track_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("utc_offset_min", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("query_type", sa.Text(), nullable=True),
        sa.Column("arm", sa.Text(), nullable=True),
        sa.Column("chance", postgresql.REAL(), nullable=True),
        sa.Column("context", postgresql.ARRAY(postgresql.REAL()), nullable=True),
        sa.CheckConstraint("kind in ('play', 'skip', 'like', 'dislike', 'add_to_playlist')", name="ck_listening_kind"),
        sa.CheckConstraint("utc_offset_min between -1439 and 1439", name="ck_listening_utc_offset_min"),
        sa.CheckConstraint("chance > 0 and chance <= 1", name="ck_listening_chance"),
        sa.ForeignKeyConstraint(
            ["track_id"], ["tracks.id"], name=op.f("fk_listening_track_id_tracks"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_listening")),
    )
    op.create_index("ix_listening_listener", "listening", ["listener", "id"], unique=False)
    op.create_index("ix_listening_listener_at", "listening", ["listener", "at"], unique=False)
    op.create_index("ix_listening_track_id", "listening", ["track_id", "at"], unique=False)
    op.create_index("ix_listening_at", "listening", ["at"], unique=False)
    op.create_index(
        "ix_listening_undone_at",
        "listening",
        ["listener", "undone_at"],
        unique=False,
        postgresql_where=sa.text("undone_at is not null"),
    )


def downgrade() -> None:
    op.drop_table("listening")
