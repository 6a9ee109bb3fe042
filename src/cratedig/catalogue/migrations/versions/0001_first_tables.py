"""The first tables"""

import pgvector.sqlalchemy
import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None


def upgrade() -> None:
    op.execute("create extension if not exists vector")
    op.create_table(
        "artists",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("folded", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("source_id", sa.Text(), nullable=True),
        sa.Column("url", sa.Text(), nullable=True),
        sa.Column("country", sa.Text(), nullable=True),
        sa.Column("followers", sa.BigInteger(), nullable=True),
        sa.Column("extra", postgresql.JSONB(astext_type=sa.Text()), server_default=sa.text("'{}'"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_artists")),
    )
    op.create_index(op.f("ix_artists_folded"), "artists", ["folded"], unique=False)
    op.create_index("ix_artists_url", "artists", ["url"], unique=False, postgresql_where=sa.text("url is not null"))
    op.create_index(
        "uq_artists_source",
        "artists",
        ["source", "source_id"],
        unique=True,
        postgresql_where=sa.text("source_id is not null"),
    )
    op.create_table(
        "import_runs",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("path", sa.Text(), nullable=False),
        sa.Column("fingerprint", sa.Text(), nullable=False),
        sa.Column("shape", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("mapping", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("rows_in", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("accepted", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("merged", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("rejected", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("nulls", postgresql.JSONB(astext_type=sa.Text()), server_default=sa.text("'{}'"), nullable=False),
        sa.Column("left_out", postgresql.JSONB(astext_type=sa.Text()), server_default=sa.text("'{}'"), nullable=False),
        sa.Column("merged_by", postgresql.JSONB(astext_type=sa.Text()), server_default=sa.text("'{}'"), nullable=False),
        sa.Column("notes", postgresql.JSONB(astext_type=sa.Text()), server_default=sa.text("'{}'"), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_import_runs")),
        sa.UniqueConstraint("fingerprint", name=op.f("uq_import_runs_fingerprint")),
    )
    op.create_table(
        "playlists",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("title", sa.Text(), nullable=True),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("source_id", sa.Text(), nullable=True),
        sa.Column("owner_source_id", sa.Text(), nullable=True),
        sa.Column("genre", sa.Text(), nullable=True),
        sa.Column("description", sa.Text(), nullable=True),
        sa.Column("url", sa.Text(), nullable=True),
        sa.Column("tracks", postgresql.ARRAY(sa.Text()), server_default=sa.text("'{}'"), nullable=False),
        sa.Column("like_count", sa.BigInteger(), nullable=True),
        sa.Column("extra", postgresql.JSONB(astext_type=sa.Text()), server_default=sa.text("'{}'"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_playlists")),
    )
    op.create_index(
        "uq_playlists_source",
        "playlists",
        ["source", "source_id"],
        unique=True,
        postgresql_where=sa.text("source_id is not null"),
    )
    op.create_table(
        "tracks",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("title", sa.Text(), nullable=True),
        sa.Column("artist", sa.Text(), nullable=True),
        sa.Column("lyrics", sa.Text(), nullable=True),
        sa.Column("url", sa.Text(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("spotify_data", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("audio_features", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("lyrics_embedding", pgvector.sqlalchemy.vector.VECTOR(dim=384), nullable=True),
        sa.Column("audio_embedding", pgvector.sqlalchemy.vector.VECTOR(dim=128), nullable=True),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("source_id", sa.Text(), nullable=True),
        sa.Column("artist_source_id", sa.Text(), nullable=True),
        sa.Column("match_key", sa.Text(), nullable=True),
        sa.Column("album", sa.Text(), nullable=True),
        sa.Column("genre", sa.Text(), nullable=True),
        sa.Column("tags", postgresql.ARRAY(sa.Text()), server_default=sa.text("'{}'"), nullable=False),
        sa.Column("description", sa.Text(), nullable=True),
        sa.Column("label", sa.Text(), nullable=True),
        sa.Column("duration_s", sa.REAL(), nullable=True),
        sa.Column("released", sa.Date(), nullable=True),
        sa.Column("year", sa.Integer(), nullable=True),
        sa.Column("playback_count", sa.BigInteger(), nullable=True),
        sa.Column("like_count", sa.BigInteger(), nullable=True),
        sa.Column("popularity", sa.REAL(), nullable=True),
        sa.Column("url_status", sa.Text(), nullable=True),
        sa.Column("valence", sa.REAL(), nullable=True),
        sa.Column("arousal", sa.REAL(), nullable=True),
        sa.Column("extra", postgresql.JSONB(astext_type=sa.Text()), server_default=sa.text("'{}'"), nullable=False),
        sa.Column("receipts", postgresql.JSONB(astext_type=sa.Text()), server_default=sa.text("'{}'"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tracks")),
    )
    op.create_index(
        "ix_tracks_artist_source",
        "tracks",
        ["source", "artist_source_id"],
        unique=False,
        postgresql_where=sa.text("artist_source_id is not null"),
    )
    op.create_index("ix_tracks_match_key", "tracks", ["match_key"], unique=False)
    op.create_index(
        "ix_tracks_mood",
        "tracks",
        [sa.literal_column("point(valence, arousal)")],
        unique=False,
        postgresql_using="gist",
        postgresql_where=sa.text("valence is not null and arousal is not null"),
    )
    op.create_index(
        "uq_tracks_source",
        "tracks",
        ["source", "source_id"],
        unique=True,
        postgresql_where=sa.text("source_id is not null"),
    )
    op.create_table(
        "word_counts",
        sa.Column("lexeme", sa.Text(), nullable=False),
        sa.Column("tracks", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("lexeme", name=op.f("pk_word_counts")),
    )
    op.create_table(
        "analysis_results",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("track_id", sa.Integer(), nullable=False),
        sa.Column("analyzer_type", sa.Text(), nullable=False),
        sa.Column("sentiment", sa.Text(), nullable=True),
        sa.Column("confidence", sa.Numeric(), nullable=True),
        sa.Column("themes", sa.Text(), nullable=True),
        sa.Column("analysis_data", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("complexity_score", sa.Numeric(), nullable=True),
        sa.Column("processing_time_ms", sa.Integer(), nullable=True),
        sa.Column("model_version", sa.Text(), nullable=True),
        sa.Column("analysis_embedding", pgvector.sqlalchemy.vector.VECTOR(dim=256), nullable=True),
        sa.ForeignKeyConstraint(
            ["track_id"], ["tracks.id"], name=op.f("fk_analysis_results_track_id_tracks"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_analysis_results")),
    )
    op.create_index(op.f("ix_analysis_results_track_id"), "analysis_results", ["track_id"], unique=False)
    op.create_table(
        "rejects",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("run_id", sa.Integer(), nullable=False),
        sa.Column("line", sa.Integer(), nullable=False),
        sa.Column("column", sa.Text(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("row", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["run_id"], ["import_runs.id"], name=op.f("fk_rejects_run_id_import_runs"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rejects")),
    )
    op.create_index(op.f("ix_rejects_run_id"), "rejects", ["run_id"], unique=False)
    op.create_table(
        "track_aliases",
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("source_id", sa.Text(), nullable=False),
        sa.Column("track_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["track_id"], ["tracks.id"], name=op.f("fk_track_aliases_track_id_tracks"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("source", "source_id", name=op.f("pk_track_aliases")),
    )
    op.create_index(op.f("ix_track_aliases_track_id"), "track_aliases", ["track_id"], unique=False)
    op.create_table(
        "track_texts",
        sa.Column("track_id", sa.Integer(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("words", postgresql.TSVECTOR(), nullable=False),
        sa.Column("embedding", pgvector.sqlalchemy.vector.VECTOR(dim=384), nullable=False),
        sa.ForeignKeyConstraint(
            ["track_id"], ["tracks.id"], name=op.f("fk_track_texts_track_id_tracks"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("track_id", name=op.f("pk_track_texts")),
    )
    op.create_index(
        "ix_track_texts_embedding",
        "track_texts",
        ["embedding"],
        unique=False,
        postgresql_using="hnsw",
        postgresql_ops={"embedding": "vector_cosine_ops"},
        postgresql_with={"m": 16, "ef_construction": 64},
    )
    op.create_index("ix_track_texts_words", "track_texts", ["words"], unique=False, postgresql_using="gin")
    # 1.5 KB, never compressible: kept in the row, a scan reads it without a second look-up
    op.execute("alter table track_texts alter column embedding set storage plain")


def downgrade() -> None:
    op.drop_index("ix_track_texts_words", table_name="track_texts", postgresql_using="gin")
    op.drop_index(
        "ix_track_texts_embedding",
        table_name="track_texts",
        postgresql_using="hnsw",
        postgresql_ops={"embedding": "vector_cosine_ops"},
        postgresql_with={"m": 16, "ef_construction": 64},
    )
    op.drop_table("track_texts")
    op.drop_index(op.f("ix_track_aliases_track_id"), table_name="track_aliases")
    op.drop_table("track_aliases")
    op.drop_index(op.f("ix_rejects_run_id"), table_name="rejects")
    op.drop_table("rejects")
    op.drop_index(op.f("ix_analysis_results_track_id"), table_name="analysis_results")
    op.drop_table("analysis_results")
    op.drop_table("word_counts")
    op.drop_index("uq_tracks_source", table_name="tracks", postgresql_where=sa.text("source_id is not null"))
    op.drop_index("ix_tracks_mood", table_name="tracks", postgresql_using="gist")
    op.drop_index("ix_tracks_match_key", table_name="tracks")
    op.drop_index(
        "ix_tracks_artist_source", table_name="tracks", postgresql_where=sa.text("artist_source_id is not null")
    )
    op.drop_table("tracks")
    op.drop_index("uq_playlists_source", table_name="playlists", postgresql_where=sa.text("source_id is not null"))
    op.drop_table("playlists")
    op.drop_table("import_runs")
    op.drop_index("uq_artists_source", table_name="artists", postgresql_where=sa.text("source_id is not null"))
    op.drop_index("ix_artists_url", table_name="artists", postgresql_where=sa.text("url is not null"))
    op.drop_index(op.f("ix_artists_folded"), table_name="artists")
    op.drop_table("artists")
