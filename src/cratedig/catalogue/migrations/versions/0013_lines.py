"""The index of lyrics' lines: of which tracks they changed"""

from alembic import op

revision = "0013"
down_revision = "0012"

# event -> the rows it made or took, under the names that its trigger gives them
EVENTS = {"insert": ("new",), "update": ("old", "new"), "delete": ("old",)}


def upgrade() -> None:
    for event, rows in EVENTS.items():
        name = f"note_lines_change_by_{event}"
        changed = " union ".join(f"select track_id from {row}_rows" for row in rows)  # noqa: S608 - of constants
        tables = " ".join(f"{row} table as {row}_rows" for row in rows)
        op.execute(
            f"""create function {name}() returns trigger language plpgsql as $$
            begin
              insert into index_changes (space, track_id)
                select distinct 'lines', track_id from ({changed}) changed order by track_id
                on conflict (space, track_id) do update set changed_at = excluded.changed_at;
              return null;
            end $$"""  # noqa: S608 - of constants
        )
        op.execute(
            f"create trigger {name} after {event} on lyric_chunks referencing {tables} "
            f"for each statement execute function {name}()"
        )
    op.execute("insert into index_changes (space, track_id) select distinct 'lines', track_id from lyric_chunks")


def downgrade() -> None:
    for event in EVENTS:
        name = f"note_lines_change_by_{event}"
        op.execute(f"drop trigger {name} on lyric_chunks")
        op.execute(f"drop function {name}()")
    op.execute("delete from index_changes where space = 'lines'")
