"""The segment: what changed of all that finding reads of a track"""

from alembic import op

revision = "0008"
down_revision = "0007"

READ = (
    *("title", "artist", "album", "genre", "tags", "description", "duration_s", "year", "popularity"),
    *("playback_count", "valence", "arousal", "url_status", "audio_features"),
)


def _another(column: str) -> str:
    """`is distinct from` for vectors, by the function: a restore has no search path in which to find their operator."""
    return f"(old.{column} is null) <> (new.{column} is null) or coalesce(vector_ne(old.{column}, new.{column}), false)"


_PLAIN = "({}) is distinct from ({})".format(*(", ".join(f"{row}.{name}" for name in READ) for row in ("old", "new")))
# table -> (its track's id, whether an update changed something that finding reads)
WATCHED = {
    "tracks": ("id", f"{_PLAIN} or {_another('audio_embedding')}"),
    "track_texts": ("track_id", f"old.words is distinct from new.words or {_another('embedding')}"),
}
STATE = ("index_builds",)
"""What else finding depends on: which builds are live."""


def upgrade() -> None:
    for table, (track, is_another) in WATCHED.items():
        name = f"note_segment_change_of_{table}"
        op.execute(
            f"""create function {name}() returns trigger language plpgsql as $$
            begin
              insert into index_changes (space, track_id) values ('segment', coalesce(new.{track}, old.{track}))
                on conflict (space, track_id) do update set changed_at = excluded.changed_at;
              return null;
            end $$"""  # noqa: S608 - of constants
        )
        for event, condition in (("insert", ""), ("update", f"when ({is_another})"), ("delete", "")):
            op.execute(
                f"create trigger {name}_by_{event} after {event} on {table} for each row {condition} "
                f"execute function {name}()"
            )
    for table in STATE:
        op.execute(
            f"create trigger mark_changed after insert or update or delete or truncate on {table} "
            "for each statement execute function mark_changed()"
        )


def downgrade() -> None:
    for table in STATE:
        op.execute(f"drop trigger mark_changed on {table}")
    for table in WATCHED:
        name = f"note_segment_change_of_{table}"
        for event in ("insert", "update", "delete"):
            op.execute(f"drop trigger {name}_by_{event} on {table}")
        op.execute(f"drop function {name}()")
