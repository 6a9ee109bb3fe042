"""Reading tracks that want study, and writing what study made of them: words, meaning, mood.

`track_texts.words` holds two kinds of lexemes. Words have positions and a field's weight (A title, B artist, C genre,
tags and album, D description and lyrics). Facets are whole names ("artist taylor swift", "genre hip hop", "decade
1990"): they hold a space, which no parsed word does, and make one GIN index answer "which artists and genres are there"
and "which tracks have this one" without further tables. `word_counts` counts both.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from cratedig.catalogue.tables import TEXT_DIM
from cratedig.music.mood import Mood
from cratedig.music.receipt import Receipt

DOCUMENTS = ""
"""The row of `word_counts` with the number of studied tracks."""
LEXEMES = " "
"""The row of `word_counts` with the number of different lexemes per track, summed over all tracks."""

_LYRIC_CHARS = 60_000  # a tsvector holds at most 1 MiB; the longest real lyric is a tenth of this

_TAKE_TIME = text("set local statement_timeout = '10min'")
"""For what reads every text of the catalogue, beside a request's limit."""

_HEARD = "case when t.receipts->'audio_features'->>'kind' = 'imputed' then null else t.audio_features end"
"""Features that were given or measured: imputed ones say nothing of a track that its words did not."""

READ_FEATURES = (
    *("danceability", "energy", "key", "loudness", "mode", "speechiness", "acousticness", "instrumentalness"),
    *("liveness", "valence", "tempo"),
)
"""The features that text study reads, for a track's style; what else is heard leaves its text as it was."""

_SOUND = f"""nullif(concat_ws(',', {", ".join(f"coalesce(({_HEARD})->>'{name}', '')" for name in READ_FEATURES)}),
    '{"," * (len(READ_FEATURES) - 1)}')"""

_DIGEST = f"""md5(concat_ws(chr(31), cast(:version as text), t.title, t.artist, t.album, t.genre,
    array_to_string(t.tags, chr(30)), t.description, t.lyrics, t.year, round(cast(t.popularity as numeric), 2),
    t.playback_count, {_SOUND}))"""


@dataclass(frozen=True, slots=True)
class Unstudied:
    """What study reads of a track; `digest` is of these fields and the version that studies them."""

    track_id: int
    digest: str
    title: str | None
    artist: str | None
    album: str | None
    genre: str | None
    tags: tuple[str, ...]
    description: str | None
    lyrics: str | None
    year: int | None
    popularity: float | None
    playback_count: int | None
    audio_features: dict[str, Any] | None


@dataclass(frozen=True, slots=True)
class StudiedText:
    """What study writes of a track. Field texts are folded; facets are whole names."""

    track_id: int
    digest: str
    title: str
    artist: str
    labels: str
    prose: str
    facets: tuple[str, ...]
    embedding: NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Range:
    """Tracks with ids above `after` up to `upto`, of which `tracks` want study."""

    after: int
    upto: int
    tracks: int


async def unstudied_ranges(
    session: AsyncSession, *, version: str, size: int, limit: int | None, redo: bool
) -> list[Range]:
    """The tracks that want `study text` under this version (all of them with `redo`), at most `limit`, by `size`."""
    wanting = f"""select t.id from tracks t left join track_texts x on x.track_id = t.id
        where :redo or x.digest is distinct from {_DIGEST}"""
    return await ranges_of(session, wanting, {"version": version, "redo": redo, "size": size, "limit": limit})


async def moodless_ranges(session: AsyncSession, *, size: int, limit: int | None, redo: bool) -> list[Range]:
    """The tracks that have no mood yet (or whose mood Cratedig worked out, with `redo`), at most `limit`, by `size`."""
    wanting = f"select t.id from tracks t where {_wants_mood(redo)}"
    return await ranges_of(session, wanting, {"size": size, "limit": limit})


async def ranges_of(session: AsyncSession, wanting: str, given: dict[str, Any]) -> list[Range]:
    """The ids (of t) that `wanting` selects, in parts. given: what it binds, `size` of a part, and `limit` of all."""
    await session.execute(_TAKE_TIME)
    statement = f"""select min(id) - 1, max(id), count(*)
        from (select id, (row_number() over (order by id) - 1) / :size as part
            from ({wanting} order by t.id limit cast(:limit as bigint)) wanting) numbered
        group by part order by part"""
    return [Range(*row) for row in await session.execute(text(statement), given)]


async def unstudied(session: AsyncSession, part: Range, *, version: str, redo: bool) -> list[Unstudied]:
    """The tracks of `part` whose text or version changed since they were studied; all of them with `redo`."""
    statement = f"""select t.id, {_DIGEST} as digest, t.title, t.artist, t.album, t.genre, t.tags, t.description,
            left(t.lyrics, {_LYRIC_CHARS}) as lyrics, t.year, t.popularity, t.playback_count, {_HEARD}
        from tracks t left join track_texts x on x.track_id = t.id
        where t.id > :after and t.id <= :upto and (:redo or x.digest is distinct from {_DIGEST})
        order by t.id limit :tracks"""
    rows = await session.execute(text(statement), {"version": version, "redo": redo, **asdict(part)})
    return [_unstudied(tuple(row)) for row in rows]


def _unstudied(row: Sequence[Any]) -> Unstudied:
    track_id, digest, title, artist, album, genre, tags, *rest = row
    return Unstudied(track_id, digest, title, artist, album, genre, tuple(tags), *rest)


_SAVE = text(
    """insert into track_texts (track_id, digest, words, embedding)
    select u.track_id, u.digest,
        setweight(to_tsvector('simple', u.title) || to_tsvector('english', u.title), 'A')
        || setweight(to_tsvector('simple', u.artist), 'B')
        || setweight(to_tsvector('english', u.labels), 'C')
        || setweight(to_tsvector('english', u.prose), 'D')
        || array_to_tsvector(string_to_array(u.facets, chr(31))),
        cast(u.embedding as vector)
    from unnest(cast(:ids as int[]), cast(:digests as text[]), cast(:titles as text[]), cast(:artists as text[]),
        cast(:labels as text[]), cast(:proses as text[]), cast(:facets as text[]), cast(:embeddings as text[]))
        as u(track_id, digest, title, artist, labels, prose, facets, embedding)
    where exists (select from tracks t where t.id = u.track_id)
    on conflict (track_id) do update
        set digest = excluded.digest, words = excluded.words, embedding = excluded.embedding"""
)


async def save_texts(session: AsyncSession, rows: Sequence[StudiedText]) -> None:
    """Writes or replaces these tracks' words and embeddings. A track deleted meanwhile is passed over."""
    await session.execute(
        _SAVE,
        {
            "ids": [row.track_id for row in rows],
            "digests": [row.digest for row in rows],
            "titles": [row.title for row in rows],
            "artists": [row.artist for row in rows],
            "labels": [row.labels for row in rows],
            "proses": [row.prose for row in rows],
            "facets": ["\x1f".join(row.facets) for row in rows],
            "embeddings": [vector_literal(row.embedding) for row in rows],
        },
    )


def vector_literal(vector: NDArray[np.float32]) -> str:
    """pgvector's text form; 7 digits lose nothing that a float32 unit vector's ranking could show.

    >>> vector_literal(np.array([0.5, -0.25], dtype=np.float32))
    '[0.5,-0.25]'
    """
    return "[" + ",".join(f"{value:.7g}" for value in vector.tolist()) + "]"


def array_literal(items: Sequence[str]) -> str:
    """PostgreSQL's text form of an array; psycopg's own costs ten times as much on thousands of texts.

    >>> array_literal(["a", 'b "c"'])
    '{"a","b \\\\"c\\\\""}'
    """
    joined = "\0".join(items).replace("\\", "\\\\").replace('"', '\\"')
    return '{"' + joined.replace("\0", '","') + '"}' if items else "{}"


async def refresh_word_counts(session: AsyncSession) -> None:
    """Counts every lexeme anew: the document frequencies that rank words and recognise names.

    Two that count at once take turns; who reads meanwhile reads the old counts.
    """
    await session.execute(_TAKE_TIME)
    await session.execute(text("lock table word_counts in share row exclusive mode"))
    await session.execute(text("delete from word_counts"))
    await session.execute(
        text(
            """insert into word_counts (lexeme, tracks)
            select word, ndoc from ts_stat('select words from track_texts')
            union all select cast(:documents as text), count(*) from track_texts
            union all select cast(:lexemes as text), coalesce(sum(length(words)), 0) from track_texts"""
        ),
        {"documents": DOCUMENTS, "lexemes": LEXEMES},
    )


async def are_counts_fresh(session: AsyncSession) -> bool:
    """False where a study was stopped between its last chunk and its counting."""
    counted = await session.scalar(text("select tracks from word_counts where lexeme = :name"), {"name": DOCUMENTS})
    return bool(counted == await session.scalar(text("select count(*) from track_texts")))


async def sample_embeddings(session: AsyncSession, *, at_most: int) -> NDArray[np.float32]:
    """Embeddings of up to `at_most` tracks spread evenly over the ids, shape (n, 384)."""
    statement = """select vector_send(embedding) from track_texts
        where track_id % greatest(1, (select count(*) / :at_most from track_texts)) = 0
        order by track_id limit :at_most"""
    sent = (await session.execute(text(statement), {"at_most": at_most})).scalars()
    found = [received_vector(one) for one in sent]
    return np.array(found) if found else np.zeros((0, TEXT_DIM), dtype=np.float32)


async def save_directions(session: AsyncSession, directions: NDArray[np.float32]) -> None:
    """Replaces what the catalogue's texts have in common; row 0 is the mean. None at all is allowed."""
    await session.execute(text("delete from text_directions"))
    for rank, direction in enumerate(directions):
        await session.execute(
            text("insert into text_directions (rank, direction) values (:rank, cast(:direction as vector))"),
            {"rank": rank, "direction": vector_literal(direction)},
        )


@dataclass(frozen=True, slots=True)
class Moodless:
    """What mood study reads of a track."""

    track_id: int
    names: str
    labels: str
    lyrics: str
    audio_features: dict[str, Any] | None
    embedding: NDArray[np.float32] | None
    artist: str = ""
    title: str = ""
    features_imputed: bool = False


async def moodless(session: AsyncSession, part: Range, *, redo: bool) -> list[Moodless]:
    """The tracks of `part` that want a mood, with their embedding where text was studied."""
    statement = f"""select t.id, concat_ws('. ', t.title, t.album, left(t.description, 2000)),
            concat_ws(', ', t.genre, nullif(array_to_string(t.tags, ', '), '')), coalesce(left(t.lyrics, 4000), ''),
            coalesce(t.audio_features || s.features, t.audio_features, s.features), vector_send(x.embedding),
            coalesce(t.artist, ''), coalesce(t.title, ''),
            coalesce(t.receipts->'audio_features'->>'kind' = 'imputed', false)
        from tracks t left join track_texts x on x.track_id = t.id left join sounds s on s.track_id = t.id
        where t.id > :after and t.id <= :upto and {_wants_mood(redo)} order by t.id limit :tracks"""
    rows = await session.execute(text(statement), asdict(part))
    return [
        Moodless(track_id, names, labels, lyrics, features, None if sent is None else received_vector(sent), *rest)
        for track_id, names, labels, lyrics, features, sent, *rest in rows
    ]


def _wants_mood(redo: bool) -> str:
    """A mood without a receipt came with the dump: it is the user's and never replaced."""
    ours = "t.receipts ? 'mood'"
    newly_heard = f"{ours} and t.sound_valence is null and t.receipts->'audio_features'->>'kind' = 'measured'"
    return f"(t.valence is null or {ours if redo else newly_heard})"


def received_vector(sent: bytes | memoryview) -> NDArray[np.float32]:
    """The floats of pgvector's binary form: two 16-bit header words, then big-endian float32."""
    return np.frombuffer(sent, dtype=">f4", offset=4).astype(np.float32)


@dataclass(frozen=True, slots=True)
class FoundMood:
    """A track's mood, where it came from, and the moods of its sound and of its lyrics apart."""

    track_id: int
    mood: Mood
    receipt: Receipt
    sound: Mood | None = None
    words: Mood | None = None


async def save_moods(session: AsyncSession, moods: Sequence[FoundMood]) -> None:
    """Writes moods and, under `receipts.mood`, where each came from."""
    import orjson

    await session.execute(
        text(
            """update tracks t set valence = u.valence, arousal = u.arousal, updated_at = now(),
                sound_valence = u.sound_valence, sound_arousal = u.sound_arousal, words_valence = u.words_valence,
                words_arousal = u.words_arousal,
                receipts = t.receipts || jsonb_build_object('mood', cast(u.receipt as jsonb))
            from unnest(cast(:ids as int[]), cast(:valences as real[]), cast(:arousals as real[]),
                cast(:sound_valences as real[]), cast(:sound_arousals as real[]), cast(:words_valences as real[]),
                cast(:words_arousals as real[]), cast(:receipts as text[])) as u(id, valence, arousal, sound_valence,
                sound_arousal, words_valence, words_arousal, receipt)
            where t.id = u.id"""
        ),
        {
            "ids": [found.track_id for found in moods],
            "valences": [found.mood.valence for found in moods],
            "arousals": [found.mood.arousal for found in moods],
            "sound_valences": [found.sound and found.sound.valence for found in moods],
            "sound_arousals": [found.sound and found.sound.arousal for found in moods],
            "words_valences": [found.words and found.words.valence for found in moods],
            "words_arousals": [found.words and found.words.arousal for found in moods],
            "receipts": [orjson.dumps(found.receipt.as_dict()).decode() for found in moods],
        },
    )


async def sounding_unlike_words(session: AsyncSession, *, apart: float, limit: int) -> list[int]:
    """Tracks that sound happy and are sad in words, the furthest apart first: both moods known, on the two sides of
    the middle, and their valences `apart` (0 .. 2) or more."""
    statement = """select id from tracks where sound_valence > 0 and words_valence < 0
        and sound_valence - words_valence >= :apart order by sound_valence - words_valence desc, id limit :limit"""
    return list((await session.execute(text(statement), {"apart": apart, "limit": limit})).scalars())
