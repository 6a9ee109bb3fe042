"""The tables. Names and columns of the rap platform's schema are kept, so its queries run unchanged."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, ClassVar
from uuid import UUID

from pgvector.sqlalchemy import HALFVEC, Vector
from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    DateTime,
    ForeignKey,
    Identity,
    Index,
    Integer,
    MetaData,
    Numeric,
    SmallInteger,
    Text,
    func,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, DOUBLE_PRECISION, JSONB, REAL, TSVECTOR
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

TEXT_DIM = 384  # all-MiniLM-L6-v2


class Table(DeclarativeBase):
    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(column_0_label)s",
            "uq": "uq_%(table_name)s_%(column_0_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map: ClassVar[dict[Any, Any]] = {
        str: Text,
        float: REAL,
        dict[str, Any]: JSONB,
        list[str]: ARRAY(Text),
        datetime: DateTime(timezone=True),
    }


class Track(Table):
    """One recording. Everything the user did not give has an entry in `receipts`."""

    __tablename__ = "tracks"

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    title: Mapped[str | None]
    artist: Mapped[str | None]
    lyrics: Mapped[str | None]
    url: Mapped[str | None]
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    spotify_data: Mapped[dict[str, Any] | None]
    audio_features: Mapped[dict[str, Any] | None]
    lyrics_embedding: Mapped[Any | None] = mapped_column(Vector(TEXT_DIM))
    audio_embedding: Mapped[Any | None] = mapped_column(Vector(128))

    # where it came from: (source, source_id) is unique; artist_source_id points into artists of the same source
    source: Mapped[str]
    source_id: Mapped[str | None]
    artist_source_id: Mapped[str | None]
    match_key: Mapped[
        str | None
    ]  # folded artist + title without version words: the block in which duplicates are sought

    album: Mapped[str | None]
    genre: Mapped[str | None]
    tags: Mapped[list[str]] = mapped_column(server_default=text("'{}'"))
    description: Mapped[str | None]
    label: Mapped[str | None]
    duration_s: Mapped[float | None]
    released: Mapped[date | None]
    year: Mapped[int | None]
    playback_count: Mapped[int | None] = mapped_column(BigInteger)
    like_count: Mapped[int | None] = mapped_column(BigInteger)
    popularity: Mapped[float | None]  # 0..1 as the source gives it
    url_status: Mapped[str | None]  # VALID, DEAD, MOVED, REQUIRES_AUTH; null = not checked
    url_checked_at: Mapped[datetime | None]
    valence: Mapped[float | None]
    arousal: Mapped[float | None]
    sound_valence: Mapped[float | None]  # of the sound alone, and of the words alone: "sounds happy, is sad"
    sound_arousal: Mapped[float | None]
    words_valence: Mapped[float | None]
    words_arousal: Mapped[float | None]
    extra: Mapped[dict[str, Any]] = mapped_column(
        server_default=text("'{}'")
    )  # every other column of the dump, as parsed
    receipts: Mapped[dict[str, Any]] = mapped_column(server_default=text("'{}'"))
    updated_at: Mapped[datetime] = mapped_column(server_default=func.now())

    __table_args__ = (
        Index("uq_tracks_source", "source", "source_id", unique=True, postgresql_where=text("source_id is not null")),
        Index("ix_tracks_match_key", "match_key"),
        Index(
            "ix_tracks_artist_source",
            "source",
            "artist_source_id",
            postgresql_where=text("artist_source_id is not null"),
        ),
        Index(
            "ix_tracks_mood",
            text("point(valence, arousal)"),
            postgresql_using="gist",
            postgresql_where=text("valence is not null and arousal is not null"),  # GiST indexes nulls too
        ),
    )


class TrackAlias(Table):
    """Another (source, id) under which a track was brought in, kept when two rows turned out to be one recording."""

    __tablename__ = "track_aliases"

    source: Mapped[str] = mapped_column(primary_key=True)
    source_id: Mapped[str] = mapped_column(primary_key=True)
    track_id: Mapped[int] = mapped_column(ForeignKey("tracks.id", ondelete="CASCADE"), index=True)


class TrackText(Table):
    """What search needs of a track's text; derived, rebuilt by `study text`."""

    __tablename__ = "track_texts"

    track_id: Mapped[int] = mapped_column(ForeignKey("tracks.id", ondelete="CASCADE"), primary_key=True)
    digest: Mapped[str]  # of the text and the model: a row whose digest is right is not studied again
    words: Mapped[Any] = mapped_column(TSVECTOR)
    embedding: Mapped[Any] = mapped_column(Vector(TEXT_DIM))

    __table_args__ = (
        Index("ix_track_texts_words", "words", postgresql_using="gin"),
        Index(
            "ix_track_texts_embedding",
            "embedding",
            postgresql_using="hnsw",
            postgresql_ops={"embedding": "vector_cosine_ops"},
            postgresql_with={"m": 16, "ef_construction": 64},
        ),
    )


class WordCount(Table):
    """In how many tracks a lexeme stands: the document frequency behind BM25. Derived, refreshed by `study text`."""

    __tablename__ = "word_counts"

    lexeme: Mapped[str] = mapped_column(primary_key=True)
    tracks: Mapped[int]


class TextDirection(Table):
    """What the meanings of this catalogue's texts have in common: their mean (rank 0) and main directions (1, 2, ...).

    Derived, refreshed by `study text`; search clears a query of them (docs/find.md).
    """

    __tablename__ = "text_directions"

    rank: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    direction: Mapped[Any] = mapped_column(Vector(TEXT_DIM))


class AnalysisResult(Table):
    """What an analyzer found in a lyric: the newest finding of each analyzer for each track (catalogue/findings.py)."""

    __tablename__ = "analysis_results"

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    track_id: Mapped[int] = mapped_column(ForeignKey("tracks.id", ondelete="CASCADE"), index=True)
    analyzer: Mapped[str | None]  # what people ask for; null: a row from elsewhere
    analyzer_type: Mapped[str]  # what the rap platform's queries know it by: qwen-3-4b-fp8
    sentiment: Mapped[str | None]
    confidence: Mapped[float | None] = mapped_column(Numeric)
    themes: Mapped[str | None]
    analysis_data: Mapped[dict[str, Any] | None]
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    complexity_score: Mapped[float | None] = mapped_column(Numeric)
    processing_time_ms: Mapped[int | None]
    model_version: Mapped[str | None]
    analysis_embedding: Mapped[Any | None] = mapped_column(Vector(256))
    lyric_digest: Mapped[str | None]  # md5 of the lyric that was read
    tempo_bpm: Mapped[int | None]  # it was told; 0: none was known; null: it is told none

    __table_args__ = (Index("uq_analysis_results_analyzer", "track_id", "analyzer", unique=True),)


class LyricText(Table):
    """A track's lyric as it was read: what `tracks.lyrics` alone does not say. It holds while the digest does."""

    __tablename__ = "lyric_texts"

    track_id: Mapped[int] = mapped_column(
        ForeignKey("tracks.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    digest: Mapped[str]  # md5 of tracks.lyrics, as findings have it
    starts_s: Mapped[list[float | None] | None] = mapped_column(ARRAY(REAL))  # when each line is sung, if that is known
    language: Mapped[str | None]  # ISO 639-1; null = not known
    languages: Mapped[dict[str, Any]]  # language -> share of the lines that are long enough to tell
    verdict: Mapped[dict[str, Any]]  # whether it is a lyric, and what speaks for and against
    changes: Mapped[list[Any]] = mapped_column(JSONB)  # what cleaning did, rule by rule
    fingerprint: Mapped[list[int]] = mapped_column(ARRAY(BigInteger))  # of the words: alike texts share some
    source: Mapped[str]
    read_at: Mapped[datetime] = mapped_column(server_default=func.now())

    __table_args__ = (Index("ix_lyric_texts_fingerprint", "fingerprint", postgresql_using="gin"),)


class LyricChunk(Table):
    """A few lines of a lyric that stand together, with what they mean; derived, rebuilt by `study text`."""

    __tablename__ = "lyric_chunks"

    track_id: Mapped[int] = mapped_column(
        ForeignKey("tracks.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    number: Mapped[int] = mapped_column(SmallInteger, primary_key=True, autoincrement=False)
    digest: Mapped[str]  # of the lyric and the embedder: a track whose digest is right is not studied again
    first_line: Mapped[int]  # from 0, over all lines with something on them
    lines: Mapped[int] = mapped_column(SmallInteger)
    embedding: Mapped[Any] = mapped_column(HALFVEC(TEXT_DIM))

    __table_args__ = (
        Index(
            "ix_lyric_chunks_embedding",
            "embedding",
            postgresql_using="hnsw",
            postgresql_ops={"embedding": "halfvec_cosine_ops"},
            postgresql_with={"m": 16, "ef_construction": 64},
        ),
    )


class LyricFacet(Table):
    """What one finding says of a track's lyric, as search asks for it: "emotion joy", "theme city", how densely it
    rhymes. A trigger keeps it beside `analysis_results`."""

    __tablename__ = "lyric_facets"

    finding_id: Mapped[int] = mapped_column(
        ForeignKey("analysis_results.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    track_id: Mapped[int] = mapped_column(ForeignKey("tracks.id", ondelete="CASCADE"), index=True)
    facets: Mapped[list[str]]
    rhyme_density: Mapped[float | None] = mapped_column(index=True)

    __table_args__ = (Index("ix_lyric_facets_facets", "facets", postgresql_using="gin"),)


class Artist(Table):
    """An artist, or a user of a place where users are the artists."""

    __tablename__ = "artists"

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    name: Mapped[str]
    folded: Mapped[str] = mapped_column(index=True)
    source: Mapped[str]
    source_id: Mapped[str | None]
    url: Mapped[str | None]
    country: Mapped[str | None]
    followers: Mapped[int | None] = mapped_column(BigInteger)
    extra: Mapped[dict[str, Any]] = mapped_column(server_default=text("'{}'"))
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())

    # of drummers alone, null or 0 for others: pending, researching, cached, failed; what their profile rests on
    research_status: Mapped[str | None]
    confidence_score: Mapped[float] = mapped_column(server_default=text("0"))
    last_updated: Mapped[datetime | None]
    sources_count: Mapped[int] = mapped_column(server_default=text("0"))

    __table_args__ = (
        Index("uq_artists_source", "source", "source_id", unique=True, postgresql_where=text("source_id is not null")),
        Index("ix_artists_url", "url", postgresql_where=text("url is not null")),
        Index("ix_artists_research_status", "research_status", postgresql_where=text("research_status is not null")),
        CheckConstraint(
            "research_status in ('pending', 'researching', 'cached', 'failed')", name="ck_artists_research_status"
        ),
    )


class ResearchSource(Table):
    """A piece of evidence of how an artist drums: a MIDI file's drums, later a text or a recording."""

    __tablename__ = "research_sources"

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    artist_id: Mapped[int] = mapped_column(ForeignKey("artists.id", ondelete="CASCADE"))
    source_type: Mapped[str] = mapped_column(index=True)  # paper, article, audio, midi
    url: Mapped[str | None]
    file_path: Mapped[str | None]
    raw_content: Mapped[str | None]
    extracted_data: Mapped[dict[str, Any] | None]
    confidence: Mapped[float] = mapped_column(server_default=text("0.5"))
    collected_at: Mapped[datetime] = mapped_column(server_default=func.now())

    title: Mapped[str]
    digest: Mapped[str]  # SHA-256 of what it was read from: the same file is the same evidence
    played: Mapped[bytes | None]  # the strokes of a MIDI file, packed: profiles are rebuilt without the file

    __table_args__ = (Index("uq_research_sources_digest", "artist_id", "digest", unique=True),)


class StyleProfileRow(Table):
    """What evidence says of how an artist drums; derived, rebuilt by `study drums`."""

    __tablename__ = "style_profiles"

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    artist_id: Mapped[int] = mapped_column(ForeignKey("artists.id", ondelete="CASCADE"))
    text_description: Mapped[str]
    quantitative_params: Mapped[dict[str, Any]]  # name -> number; their intervals are in `profile`
    midi_templates_json: Mapped[list[Any] | None] = mapped_column(JSONB)
    embedding: Mapped[Any | None] = mapped_column(Vector(TEXT_DIM))  # of the description
    confidence_score: Mapped[float]
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    updated_at: Mapped[datetime] = mapped_column(server_default=func.now())

    evidence: Mapped[str]  # digest of the evidence and of how it was read: another one makes the profile stale
    profile: Mapped[dict[str, Any]]

    __table_args__ = (
        Index("uq_style_profiles_artist_id", "artist_id", unique=True),
        Index(
            "ix_style_profiles_embedding",
            "embedding",
            postgresql_using="hnsw",
            postgresql_ops={"embedding": "vector_cosine_ops"},
        ),
    )


class Generation(Table):
    """A drum part that was made, and all that is said of it."""

    __tablename__ = "generation_history"

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    artist_id: Mapped[int | None] = mapped_column(ForeignKey("artists.id", ondelete="SET NULL"), index=True)
    artist: Mapped[str]
    provider_used: Mapped[str]
    generation_time_ms: Mapped[int]
    user_params: Mapped[dict[str, Any]]
    output_files: Mapped[list[Any]] = mapped_column(JSONB)
    made: Mapped[dict[str, Any]]
    created_at: Mapped[datetime] = mapped_column(server_default=func.now(), index=True)


class Playlist(Table):
    """A list somebody made. `tracks` holds the source's track ids in order, as given."""

    __tablename__ = "playlists"

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    title: Mapped[str | None]
    source: Mapped[str]
    source_id: Mapped[str | None]
    owner_source_id: Mapped[str | None]
    genre: Mapped[str | None]
    description: Mapped[str | None]
    url: Mapped[str | None]
    tracks: Mapped[list[str]] = mapped_column(server_default=text("'{}'"))
    like_count: Mapped[int | None] = mapped_column(BigInteger)
    extra: Mapped[dict[str, Any]] = mapped_column(server_default=text("'{}'"))
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())

    __table_args__ = (
        Index(
            "uq_playlists_source", "source", "source_id", unique=True, postgresql_where=text("source_id is not null")
        ),
    )


class ImportRun(Table):
    """One file brought in, and its account. accepted + merged + rejected = rows_in, always."""

    __tablename__ = "import_runs"

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    path: Mapped[str]
    fingerprint: Mapped[str] = mapped_column(unique=True)  # SHA-256 of the bytes and the mapping
    shape: Mapped[str]
    kind: Mapped[str]  # tracks, artists or playlists
    source: Mapped[str]
    mapping: Mapped[dict[str, Any]]
    rows_in: Mapped[int] = mapped_column(server_default=text("0"))
    accepted: Mapped[int] = mapped_column(server_default=text("0"))
    merged: Mapped[int] = mapped_column(server_default=text("0"))
    rejected: Mapped[int] = mapped_column(server_default=text("0"))
    nulls: Mapped[dict[str, Any]] = mapped_column(server_default=text("'{}'"))
    left_out: Mapped[dict[str, Any]] = mapped_column(
        server_default=text("'{}'")
    )  # column -> why its values are impossible
    merged_by: Mapped[dict[str, Any]] = mapped_column(server_default=text("'{}'"))  # reason -> rows
    notes: Mapped[dict[str, Any]] = mapped_column(server_default=text("'{}'"))  # reason, count, line, example
    started_at: Mapped[datetime] = mapped_column(server_default=func.now())
    finished_at: Mapped[datetime | None]


class Reject(Table):
    __tablename__ = "rejects"

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    run_id: Mapped[int] = mapped_column(ForeignKey("import_runs.id", ondelete="CASCADE"), index=True)
    line: Mapped[int]
    column: Mapped[str | None]
    reason: Mapped[str]
    row: Mapped[str]  # the row as it stood, cut at 1,000 characters


class ApiKey(Table):
    """A key as a thief of the database sees it: an HMAC, from which the key cannot be had."""

    __tablename__ = "api_keys"

    id: Mapped[str] = mapped_column(primary_key=True)  # public: what `keys list` shows and `keys revoke` takes
    name: Mapped[str]
    role: Mapped[str]  # reader, editor, admin
    digest: Mapped[bytes] = mapped_column(unique=True)  # HMAC-SHA256 of the key under the pepper
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    expires_at: Mapped[datetime]
    last_used_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]


class IdempotentAnswer(Table):
    """What a POST with an Idempotency-Key was answered, to be answered again; written together with its effect."""

    __tablename__ = "idempotent_answers"

    caller: Mapped[str] = mapped_column(primary_key=True)  # a key's id, or an address
    key: Mapped[str] = mapped_column(primary_key=True)
    request_digest: Mapped[bytes]  # SHA-256 of method, path and body
    status: Mapped[int]
    body: Mapped[bytes]
    media_type: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(server_default=func.now(), index=True)


class PublishedFile(Table):
    """A file that matters, as it was when it was published: read only when its bytes still have this hash."""

    __tablename__ = "published_files"

    path: Mapped[str] = mapped_column(primary_key=True)  # relative to the data folder
    kind: Mapped[str]  # model, index, midi, backup
    sha256: Mapped[str]
    size: Mapped[int] = mapped_column(BigInteger)
    published_at: Mapped[datetime] = mapped_column(server_default=func.now())


class CatalogueState(Table):
    """One row. Triggers give it a new stamp in every transaction that changes what a found answer is made from."""

    __tablename__ = "catalogue_state"

    single: Mapped[bool] = mapped_column(primary_key=True, server_default=text("true"))
    stamp: Mapped[UUID]


class CatalogueChange(Table):
    """A transaction that has changed something and not committed yet; so nobody ever sees a row of it."""

    __tablename__ = "catalogue_changes"

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)


class Job(Table):
    """One job as people see it. Its row in procrastinate's queue exists only while it waits or runs."""

    __tablename__ = "jobs"

    id: Mapped[str] = mapped_column(primary_key=True)
    seq: Mapped[int] = mapped_column(BigInteger, Identity())  # the order in which they were asked for
    kind: Mapped[str]
    arguments: Mapped[dict[str, Any]]
    status: Mapped[str] = mapped_column(server_default="queued")  # or running, succeeded, failed, cancelled, stopped
    progress: Mapped[float] = mapped_column(server_default=text("0"))  # per cent
    step: Mapped[str] = mapped_column(server_default="")
    expected_at: Mapped[datetime | None]
    result: Mapped[dict[str, Any] | None]
    error: Mapped[str | None]
    details: Mapped[str | None]
    starts: Mapped[int] = mapped_column(server_default=text("0"))
    deaths: Mapped[int] = mapped_column(server_default=text("0"))  # starts whose process died
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    started_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]
    cancelled_at: Mapped[datetime | None]  # when somebody asked for it
    trace: Mapped[str | None]  # the id of the request that asked for the job
    once_key: Mapped[str | None]  # no two unfinished jobs have the same
    parent_id: Mapped[str | None] = mapped_column(ForeignKey("jobs.id", ondelete="CASCADE"))
    parts: Mapped[int] = mapped_column(server_default=text("0"))
    parts_left: Mapped[int] = mapped_column(server_default=text("0"))
    span_from: Mapped[float] = mapped_column(server_default=text("0"))  # the progress its parts stand for
    span_to: Mapped[float] = mapped_column(server_default=text("100"))
    phase: Mapped[str]  # the kind that runs next under this job: its own, or what follows its parts
    queue: Mapped[str]
    priority: Mapped[int] = mapped_column(server_default=text("0"))
    queue_id: Mapped[int | None] = mapped_column(BigInteger)  # procrastinate_jobs.id
    worker_id: Mapped[int | None] = mapped_column(BigInteger)

    __table_args__ = (
        Index("uq_jobs_seq", "seq", unique=True),
        Index("uq_jobs_queue_id", "queue_id", unique=True),
        Index("ix_jobs_parent", "parent_id", postgresql_where=text("parent_id is not null")),
        Index("uq_jobs_once_key", "once_key", unique=True, postgresql_where=text("status in ('queued', 'running')")),
    )


class JobStep(Table):
    """A step of a job that is done. Written in the transaction of its effect: delivered again, it is passed over."""

    __tablename__ = "job_steps"

    job_id: Mapped[str] = mapped_column(ForeignKey("jobs.id", ondelete="CASCADE"), primary_key=True)
    step: Mapped[str] = mapped_column(primary_key=True)
    result: Mapped[dict[str, Any] | None]


class JobTick(Table):
    """When periodic work was last asked for, by the database's clock."""

    __tablename__ = "job_ticks"

    name: Mapped[str] = mapped_column(primary_key=True)
    ticked_at: Mapped[datetime]


class BatchItem(Table):
    """One lyric of a batch, pasted or of a track. A pasted one is forgotten once it is read, or the batch has ended."""

    __tablename__ = "batch_items"

    job_id: Mapped[str] = mapped_column(ForeignKey("jobs.id", ondelete="CASCADE"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)  # from 0, in the order of the request
    track_id: Mapped[int | None] = mapped_column(ForeignKey("tracks.id", ondelete="CASCADE"))
    lyric: Mapped[str | None]
    answer: Mapped[dict[str, Any] | None]  # null: not read yet

    __table_args__ = (Index("ix_batch_items_track_id", "track_id", postgresql_where=text("track_id is not null")),)


class LinkRecovery(Table):
    """What stands in for a dead link: another address of the same recording, or the nearest track."""

    __tablename__ = "link_recoveries"

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    track_id: Mapped[int] = mapped_column(ForeignKey("tracks.id", ondelete="CASCADE"))
    original_url: Mapped[str]
    recovered_url: Mapped[str | None]
    stand_in_id: Mapped[int | None] = mapped_column(ForeignKey("tracks.id", ondelete="CASCADE"))
    strategy: Mapped[str]  # moved, search, platform, nearest track
    confidence: Mapped[float]
    found_at: Mapped[datetime] = mapped_column(server_default=func.now())

    __table_args__ = (Index("uq_link_recoveries_track_id", "track_id", "strategy", unique=True),)


class Sound(Table):
    """The audio of a track, as a file on this machine."""

    __tablename__ = "sounds"

    track_id: Mapped[int] = mapped_column(
        ForeignKey("tracks.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    path: Mapped[str] = mapped_column(unique=True)  # absolute, or relative to the data folder
    sha256: Mapped[str] = mapped_column(index=True)
    origin: Mapped[str]  # file, excerpt, demo
    length_s: Mapped[float | None]
    sample_rate: Mapped[int | None]
    channels: Mapped[int | None]
    heard_version: Mapped[str | None]  # of the analysis; null = not heard yet
    error: Mapped[str | None]  # why it could not be heard
    features: Mapped[dict[str, Any] | None]  # everything measured of it; tracks.audio_features has the main of it
    peaks: Mapped[bytes | None]  # its outline: the loudest sample of each even part, 0 .. 255
    added_at: Mapped[datetime] = mapped_column(server_default=func.now())


class IndexBuild(Table):
    """One index of a space, as it was built. At most one of a space is live: the one that is searched."""

    __tablename__ = "index_builds"

    id: Mapped[str] = mapped_column(primary_key=True)
    space: Mapped[str]  # text, audio, mood, segment
    state: Mapped[str] = mapped_column(server_default="building")  # or live, old, failed
    since: Mapped[datetime]  # every change that was committed before is in the build; later ones may be
    kind: Mapped[str | None]
    params: Mapped[dict[str, Any] | None]
    tracks: Mapped[int | None]
    recall: Mapped[float | None]  # of the exact 500 nearest, measured when it was built
    path: Mapped[str | None]  # relative to the data folder
    sha256: Mapped[str | None]
    size: Mapped[int | None] = mapped_column(BigInteger)
    error: Mapped[str | None]
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    switched_at: Mapped[datetime | None]  # when it became live
    retired_at: Mapped[datetime | None]  # when it stopped being live, or failed

    __table_args__ = (
        Index("uq_index_builds_live", "space", unique=True, postgresql_where=text("state = 'live'")),
        Index("ix_index_builds_space", "space", "state"),
    )


class IndexChange(Table):
    """Since when a track's vector in a space is what it is, or is gone. Triggers write it; a new build makes the
    older rows superfluous."""

    __tablename__ = "index_changes"

    space: Mapped[str] = mapped_column(primary_key=True)
    track_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    changed_at: Mapped[datetime] = mapped_column(server_default=func.now())

    __table_args__ = (Index("ix_index_changes_changed_at", "space", "changed_at"),)


class Listening(Table):
    """Something a listener did with a track. Taken back it stays, with the time of that, and counts no more.

    The last four are of answers a bandit weighed: what came of them is what it learns from.
    """

    __tablename__ = "listening"

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    listener: Mapped[str]  # a key's id, or "local" for whoever uses this machine without one
    track_id: Mapped[int] = mapped_column(ForeignKey("tracks.id", ondelete="CASCADE"))
    kind: Mapped[str]  # play, skip, like, dislike, add_to_playlist
    at: Mapped[datetime] = mapped_column(server_default=func.now())
    utc_offset_min: Mapped[int] = mapped_column(server_default=text("0"))  # of the listener's clock at that time
    undone_at: Mapped[datetime | None]
    query_type: Mapped[str | None]
    arm: Mapped[str | None]
    chance: Mapped[float | None]
    context: Mapped[list[float] | None] = mapped_column(ARRAY(REAL))

    __table_args__ = (
        Index("ix_listening_listener", "listener", "id"),
        Index("ix_listening_listener_at", "listener", "at"),
        Index("ix_listening_track_id", "track_id", "at"),
        Index("ix_listening_at", "at"),
        Index("ix_listening_undone_at", "listener", "undone_at", postgresql_where=text("undone_at is not null")),
    )


class ModelCall(Table):
    """A request to a chat model that runs, or ended within the last minute: what limits are kept by."""

    __tablename__ = "model_calls"

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    provider: Mapped[str]
    model: Mapped[str]
    day: Mapped[date]  # of UTC, to which it is booked
    most_cost: Mapped[float] = mapped_column(DOUBLE_PRECISION)  # US dollars, booked until it ends
    lease_until: Mapped[datetime]  # one that never ended runs so long
    ended_at: Mapped[datetime | None]

    __table_args__ = (Index("ix_model_calls_provider", "provider"),)


class ModelSpending(Table):
    """What a model cost on one day of UTC, in US dollars: what runs and what never ended counts as it might at most."""

    __tablename__ = "model_spending"

    day: Mapped[date] = mapped_column(primary_key=True)
    provider: Mapped[str] = mapped_column(primary_key=True)
    model: Mapped[str] = mapped_column(primary_key=True)
    calls: Mapped[int] = mapped_column(BigInteger)
    failures: Mapped[int] = mapped_column(BigInteger)
    tokens_in: Mapped[int] = mapped_column(BigInteger)
    tokens_out: Mapped[int] = mapped_column(BigInteger)
    cost: Mapped[float] = mapped_column(DOUBLE_PRECISION)
