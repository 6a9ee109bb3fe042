"""Findings: one of each analyzer for a track, what it was read from, and batches of lyrics that are read once"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    op.add_column("analysis_results", sa.Column("analyzer", sa.Text(), nullable=True))
    op.add_column("analysis_results", sa.Column("lyric_digest", sa.Text(), nullable=True))
    op.add_column("analysis_results", sa.Column("tempo_bpm", sa.Integer(), nullable=True))
    op.create_index("uq_analysis_results_analyzer", "analysis_results", ["track_id", "analyzer"], unique=True)
    op.create_table(
        "batch_items",
        sa.Column("job_id", sa.Text(), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("track_id", sa.Integer(), nullable=True),
        sa.Column("lyric", sa.Text(), nullable=True),
        sa.Column("answer", postgresql.JSONB(), nullable=True),
        sa.ForeignKeyConstraint(["job_id"], ["jobs.id"], name=op.f("fk_batch_items_job_id_jobs"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["track_id"], ["tracks.id"], name=op.f("fk_batch_items_track_id_tracks"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("job_id", "number", name=op.f("pk_batch_items")),
    )
    op.create_index("ix_batch_items_track_id", "batch_items", ["track_id"], postgresql_where="track_id is not null")
    op.execute(
        """create function forget_lyrics_of_batch() returns trigger language plpgsql as $$
        begin
          update batch_items set lyric = null where job_id = new.id and lyric is not null;
          return null;
        end $$"""
    )
    op.execute(
        """create trigger forget_lyrics_of_batch after update of status on jobs for each row
        when (new.kind = 'batch' and new.status in ('succeeded', 'failed', 'cancelled', 'stopped'))
        execute function forget_lyrics_of_batch()"""
    )


def downgrade() -> None:
    op.execute("drop trigger forget_lyrics_of_batch on jobs")
    op.execute("drop function forget_lyrics_of_batch()")
    op.drop_table("batch_items")
    op.drop_index("uq_analysis_results_analyzer", "analysis_results")
    for name in ("tempo_bpm", "lyric_digest", "analyzer"):
        op.drop_column("analysis_results", name)
