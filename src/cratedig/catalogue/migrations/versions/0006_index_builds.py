"""Indices of vectors: their builds, and what changed since"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0006"
down_revision = "0005"


def _another(column: str) -> str:
    """`is distinct from` for vectors, by the function: a restore has no search path in which to find their operator."""
    return f"(old.{column} is null) <> (new.{column} is null) or coalesce(vector_ne(old.{column}, new.{column}), false)"


# space -> (table, its track's id, whether a row has a vector, whether an update gave it another)
SPACES = {
    "text": ("track_texts", "track_id", "{0}.embedding is not null", _another("embedding")),
    "audio": ("tracks", "id", "{0}.audio_embedding is not null", _another("audio_embedding")),
    "mood": (
        "tracks",
        "id",
        "{0}.valence is not null",
        "(old.valence, old.arousal) is distinct from (new.valence, new.arousal)",
    ),
}


def upgrade() -> None:
    op.create_table(
        "index_builds",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("space", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), server_default="building", nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("kind", sa.Text(), nullable=True),
        sa.Column("params", postgresql.JSONB(), nullable=True),
        sa.Column("tracks", sa.Integer(), nullable=True),
        sa.Column("recall", postgresql.REAL(), nullable=True),
        sa.Column("path", sa.Text(), nullable=True),
        sa.Column("sha256", sa.Text(), nullable=True),
        sa.Column("size", sa.BigInteger(), nullable=True),
        sa.Column("error", sa.Text(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("switched_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("retired_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_index_builds")),
    )
    op.create_index(
        "uq_index_builds_live", "index_builds", ["space"], unique=True, postgresql_where=sa.text("state = 'live'")
    )
    op.create_index("ix_index_builds_space", "index_builds", ["space", "state"], unique=False)
    op.create_table(
        "index_changes",
        sa.Column("space", sa.Text(), nullable=False),
        sa.Column("track_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("space", "track_id", name=op.f("pk_index_changes")),
    )
    op.create_index("ix_index_changes_changed_at", "index_changes", ["space", "changed_at"], unique=False)
    for space, given in SPACES.items():
        _watch(space, *given)


def _watch(space: str, table: str, track: str, has_vector: str, is_another: str) -> None:
    name = f"note_{space}_change"
    op.execute(
        f"""create function {name}() returns trigger language plpgsql as $$
        begin
          insert into index_changes (space, track_id) values ('{space}', coalesce(new.{track}, old.{track}))
            on conflict (space, track_id) do update set changed_at = excluded.changed_at;
          return null;
        end $$"""  # noqa: S608 - of constants
    )
    for event, condition in (
        ("insert", has_vector.format("new")),
        ("update", is_another),
        ("delete", has_vector.format("old")),
    ):
        op.execute(
            f"create trigger {name}_by_{event} after {event} on {table} for each row when ({condition}) "
            f"execute function {name}()"
        )


def downgrade() -> None:
    for space, (table, *_) in SPACES.items():
        for event in ("insert", "update", "delete"):
            op.execute(f"drop trigger note_{space}_change_by_{event} on {table}")
        op.execute(f"drop function note_{space}_change()")
    op.drop_table("index_changes")
    op.drop_table("index_builds")
