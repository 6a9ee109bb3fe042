"""Catalogues of any size for benchmarks, made in minutes: real songs first, then tracks that are each like one of them.

The real ones are the Spotify songs of the shared data, collected and studied by the product. A track made from one of
them has a title and an album of words from other titles, features moved a little, and an embedding as far from the
original's as two songs of one subject lie from each other; words, artists, genres and moods stay distributed as in real
data. Sounds are the given features on 128 fixed axes. Only what the product derives per track is written directly;
counts, common directions and indices are the product's own work.
"""

from __future__ import annotations

import asyncio
import csv
import gzip
import itertools
import random
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from sqlalchemy import text

from cratedig.catalogue import Catalogue, Session
from cratedig.understand.study import refresh

REAL = 24_000
PART = 20_000
NEARNESS = 0.55
"""Cosine between a made track's embedding and its original's."""
DRIFTS = 2_000
FEATURES = ("danceability", "energy", "speechiness", "acousticness", "instrumentalness", "liveness", "valence")

# Nobody reads while a catalogue is filled: triggers, which would note a million changes, and indices of vectors, which
# would take an hour to fill row by row, are left out.
_OPENED = (
    "set session_replication_role = replica",
    "drop index if exists ix_track_texts_embedding",
    "drop index if exists ix_tracks_audio_embedding",
    "create unlogged table if not exists bench_drift (id int primary key, text_v vector(384), sound_v vector(128))",
    """create unlogged table if not exists bench_base as
        select t.id, row_number() over (order by t.id) - 1 as n,
            (select string_agg(lexeme, chr(31)) from unnest(x.words) where positions is null) as facets
        from tracks t join track_texts x on x.track_id = t.id order by t.id""",
    "create unique index if not exists bench_base_n on bench_base (n)",
    "create unlogged table if not exists bench_made (id int, n int, drift int, title text, album text, move real)",
)
_TRACKS = """insert into tracks (id, source, title, artist, album, genre, tags, year, popularity, playback_count,
        valence, arousal, audio_features, audio_embedding, receipts, url, url_status)
    select m.id, 'benchmark', m.title, t.artist, m.album, t.genre, t.tags, t.year, t.popularity, t.playback_count,
        greatest(-1, least(1, t.valence + m.move)), greatest(-1, least(1, t.arousal - m.move)),
        t.audio_features || jsonb_build_object(
            'energy', greatest(0, least(1, cast(t.audio_features->>'energy' as real) + m.move)),
            'valence', greatest(0, least(1, cast(t.audio_features->>'valence' as real) - m.move))),
        l2_normalize(t.audio_embedding + d.sound_v), t.receipts, t.url, t.url_status
    from bench_made m join bench_base b on b.n = m.n join tracks t on t.id = b.id
        join bench_drift d on d.id = m.drift"""
_TEXTS = """insert into track_texts (track_id, digest, words, embedding)
    select m.id, '', setweight(to_tsvector('simple', lower(m.title)) || to_tsvector('english', m.title), 'A')
        || ts_filter(x.words, '{b,c}') || setweight(to_tsvector('english', m.album), 'C')
        || array_to_tsvector(string_to_array(b.facets, chr(31))),
        l2_normalize(x.embedding + d.text_v)
    from bench_made m join bench_base b on b.n = m.n join track_texts x on x.track_id = b.id
        join bench_drift d on d.id = m.drift"""


def songs(data: Path) -> Iterator[dict[str, str]]:
    """The real ones, one row a recording, as the shared data has them."""
    seen: set[tuple[str, str]] = set()
    with gzip.open(data / "spotify_songs" / "songs.csv.gz", "rt", encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            key = (row["track_name_full"].casefold(), row["track_artist"].casefold())
            if all(key) and key not in seen:
                seen.add(key)
                yield {name: value for name, value in row.items() if name not in {"row", "track_name"}}


def words_of(data: Path) -> list[str]:
    """Every word of a title as often as it occurs."""
    return [word for row in songs(data) for word in re.findall(r"[^\W\d_]{3,}", row["track_name_full"])]


def make(data: Path, size: int, data_dir: Path, cratedig: list[str]) -> None:
    """A studied catalogue of `size` tracks in `data_dir`, its indices built; nothing is done where it is there."""
    made = data_dir / "made"
    if made.exists():
        return
    data_dir.mkdir(parents=True, exist_ok=True)
    _collect(data, min(size, REAL), data_dir, cratedig)
    asyncio.run(_grow(data, size, data_dir))
    subprocess.run([*cratedig, "index", "build", "--data-dir", str(data_dir)], check=True, stdout=subprocess.DEVNULL)
    made.touch()


def _collect(data: Path, size: int, data_dir: Path, cratedig: list[str]) -> None:
    dump = data_dir / "songs.csv"
    with dump.open("w", encoding="utf-8", newline="") as file:
        rows = itertools.islice(songs(data), size)
        first = next(rows)
        writer = csv.DictWriter(file, fieldnames=list(first))
        writer.writeheader()
        writer.writerows([first, *rows])
    for command in (("collect", "csv", str(dump), "--no-study"), ("study", "all")):
        subprocess.run([*cratedig, *command, "--data-dir", str(data_dir)], check=True, stdout=subprocess.DEVNULL)


async def _grow(data: Path, size: int, data_dir: Path) -> None:
    rng, words = random.Random(size), words_of(data)
    async with Catalogue.open(data_dir=data_dir, upgrade=True) as catalogue:
        async with catalogue.begin() as session:
            await session.execute(text("set local statement_timeout = 0"))
            await _sounds(session)
            for statement in _OPENED:
                await session.execute(text(statement))
            await _drifts(session)
            real = int(await session.scalar(text("select count(*) from bench_base")) or 0)
            first = int(await session.scalar(text("select max(id) + 1 from tracks")) or 1)
        for start in range(0, size - real, PART):
            async with catalogue.begin() as session:
                await _part(session, rng, words, first + start, min(PART, size - real - start), real)
        async with catalogue.begin() as session:
            await session.execute(text("select setval(pg_get_serial_sequence('tracks', 'id'), max(id)) from tracks"))
            for table in ("bench_drift", "bench_base", "bench_made"):
                await session.execute(text(f"drop table if exists {table}"))
        await refresh(catalogue, changed=True)
        async with catalogue.begin() as session:
            await session.execute(text("set local statement_timeout = 0"))
            await session.execute(text("analyze tracks"))
            await session.execute(text("analyze track_texts"))


async def _sounds(session: Session) -> None:
    """Gives every real song without a measured sound one: its features on fixed axes."""
    names = ", ".join(f"cast(audio_features->>'{name}' as real)" for name in FEATURES)
    rows = (
        await session.execute(text(f"select id, {names} from tracks where audio_embedding is null order by id"))
    ).all()
    if not rows:
        return
    given = np.nan_to_num(np.array([row[1:] for row in rows], dtype=np.float64), nan=0.5)
    given = (given - given.mean(axis=0)) / np.maximum(given.std(axis=0), 1e-6)
    laid = given @ np.random.default_rng(7).normal(size=(len(FEATURES), 128))
    laid /= np.maximum(np.linalg.norm(laid, axis=1, keepdims=True), 1e-9)
    await session.execute(
        text(
            """update tracks t set audio_embedding = cast(u.vector as vector)
            from unnest(cast(:ids as int[]), cast(:vectors as text[])) u(id, vector) where t.id = u.id"""
        ),
        {"ids": [row[0] for row in rows], "vectors": [_literal(vector) for vector in laid]},
    )


async def _drifts(session: Session) -> None:
    rng = np.random.default_rng(11)
    length = (1.0 - NEARNESS**2) ** 0.5 / NEARNESS
    text_v, sound_v = (length * _unit(rng.normal(size=(DRIFTS, dim))) for dim in (384, 128))
    await session.execute(text("delete from bench_drift"))
    await session.execute(
        text("insert into bench_drift values (:id, cast(:text as vector), cast(:sound as vector))"),
        [{"id": at, "text": _literal(text_v[at]), "sound": _literal(0.5 * sound_v[at])} for at in range(DRIFTS)],
    )


async def _part(session: Session, rng: random.Random, words: list[str], first: int, count: int, real: int) -> None:
    await session.execute(text("set local statement_timeout = 0"))
    await session.execute(text("set local session_replication_role = replica"))
    await session.execute(text("truncate bench_made"))
    ids = range(first, first + count)
    await session.execute(
        text(
            """insert into bench_made select * from unnest(cast(:ids as int[]), cast(:ns as int[]),
                cast(:drifts as int[]), cast(:titles as text[]), cast(:albums as text[]), cast(:moves as real[]))"""
        ),
        {
            "ids": list(ids),
            "ns": [rng.randrange(real) for _ in ids],
            "drifts": [rng.randrange(DRIFTS) for _ in ids],
            "titles": [" ".join(rng.sample(words, rng.randint(2, 5))).title() for _ in ids],
            "albums": [" ".join(rng.sample(words, 2)).title() for _ in ids],
            "moves": [rng.gauss(0.0, 0.05) for _ in ids],
        },
    )
    await session.execute(text(_TRACKS))
    await session.execute(text(_TEXTS))


def _unit(rows: np.ndarray) -> np.ndarray:
    return rows / np.linalg.norm(rows, axis=1, keepdims=True)


def _literal(vector: np.ndarray) -> str:
    return "[" + ",".join(f"{value:.6g}" for value in vector.tolist()) + "]"
