"""The door of understanding: reads tracks that want study, works out their text and mood, saves both.

Both studies go through the catalogue in parts: ranges of track ids, each read, worked out and saved by itself, by any
worker and in any order. Killed anywhere, the next run goes on with what is left and ends with the same result.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import anyio
import numpy as np
from numpy.typing import NDArray

from cratedig.catalogue import Catalogue, texts
from cratedig.catalogue.texts import FoundMood, Moodless, Range, StudiedText, Unstudied
from cratedig.models.embedder import TextEmbedder
from cratedig.models.mood import MoodHead
from cratedig.models.style import Heard, shipped
from cratedig.music.facet import facets_of, style_facets
from cratedig.music.text import fold
from cratedig.understand.mood import TrackWords, moods_of_tracks

CHUNK = 512  # tracks in a part: about 2 s of work
TEXT_VERSION = 2  # raised when what is written per track changes, so that old rows are studied again
MEANT_CHARS = 2000  # the embedder reads 256 tokens; more characters than these only cost time

SAMPLE = 20_000  # tracks from which the common directions are worked out; more move them by less than 0.01
COMMON = 3
"""Directions removed beside the mean: about dimensions / 100 (Mu & Viswanath 2018, "All-but-the-top", section 2)."""
ENOUGH = 500
"""Below this many tracks the main directions are the tracks' own subjects, and nothing is removed."""

Progress = Callable[[int, int], None]
"""Called with (done, total) after each chunk."""


@dataclass(frozen=True, slots=True)
class Studied:
    """What a study changed. `unread`: tracks with nothing to go by (no words, no features)."""

    done: int
    total: int
    unread: int = 0


def _silent(done: int, total: int) -> None:
    pass


async def study_text(
    catalogue: Catalogue,
    embedder: TextEmbedder,
    *,
    redo: bool = False,
    limit: int | None = None,
    progress: Progress = _silent,
) -> Studied:
    """Embeds and indexes every track whose text changed since (all with `redo`), at most `limit`."""
    parts = await text_parts(catalogue, embedder, redo=redo, limit=limit)
    total = sum(part.tracks for part in parts)
    done = 0
    for part in parts:
        studied = await read_texts(catalogue, embedder, part, redo=redo)
        async with catalogue.begin() as session:
            await texts.save_texts(session, studied)
        done += len(studied)
        progress(done, total)
    await refresh(catalogue, changed=done > 0)
    return Studied(done=done, total=total)


async def text_parts(
    catalogue: Catalogue, embedder: TextEmbedder, *, redo: bool = False, limit: int | None = None
) -> list[Range]:
    """The tracks whose text changed since (all with `redo`), at most `limit`, in parts."""
    async with catalogue.begin() as session:
        return await texts.unstudied_ranges(session, version=_version(embedder), size=CHUNK, limit=limit, redo=redo)


async def read_texts(
    catalogue: Catalogue,
    embedder: TextEmbedder,
    part: Range,
    *,
    redo: bool = False,
    turn: anyio.CapacityLimiter | None = None,
) -> list[StudiedText]:
    """What one part's texts say, to be saved; worked out in a thread, in its `turn`."""
    async with catalogue.begin() as session:
        tracks = await texts.unstudied(session, part, version=_version(embedder), redo=redo)
    return await anyio.to_thread.run_sync(_study_texts, tracks, embedder, limiter=turn)


def _version(embedder: TextEmbedder) -> str:
    return f"{TEXT_VERSION} {embedder.version}"


async def refresh(catalogue: Catalogue, *, changed: bool) -> None:
    """What is derived from all texts together: word counts and common directions."""
    async with catalogue.begin() as session:
        if not changed and await texts.are_counts_fresh(session):
            return
        await texts.refresh_word_counts(session)
        embeddings = await texts.sample_embeddings(session, at_most=SAMPLE)
        await texts.save_directions(session, await anyio.to_thread.run_sync(common_directions, embeddings))


def common_directions(embeddings: NDArray[np.float32]) -> NDArray[np.float32]:
    """Mean and main directions of unit vectors (n, 384), shape (1 + COMMON, 384); (0, 384) where n < ENOUGH.

    What all texts of a catalogue share ("this song features ...") says nothing about any one of them: the mean and the
    first principal directions are the inverse document frequency of meaning (Mu & Viswanath 2018).
    """
    if len(embeddings) < ENOUGH:
        return np.zeros((0, embeddings.shape[1]), dtype=np.float32)
    mean = embeddings.mean(axis=0)
    spread = (embeddings - mean).T @ (embeddings - mean)
    _, directions = np.linalg.eigh(spread.astype(np.float64))  # ascending
    return np.vstack([mean, directions[:, ::-1][:, :COMMON].T]).astype(np.float32)


def meant_text(track: Unstudied) -> str:
    """The text whose meaning stands for a track: its names, labels, and the beginning of its prose."""
    parts = [track.title, track.artist, track.album, track.genre, " ".join(track.tags), track.description]
    whole = " ".join(part for part in parts if part)
    return " ".join(part for part in (whole[:MEANT_CHARS], (track.lyrics or "")[:MEANT_CHARS]) if part)


def _study_texts(tracks: Sequence[Unstudied], embedder: TextEmbedder) -> list[StudiedText]:
    embeddings = embedder.embed([meant_text(track) for track in tracks])
    head = shipped()
    styles = head.predict([Heard(track.audio_features, track.year) for track in tracks], embeddings)
    return [
        _studied(track, embedding, style_facets(dict(zip(head.styles, shares, strict=True))))
        for track, embedding, shares in zip(tracks, embeddings, styles.tolist(), strict=True)
    ]


def _studied(track: Unstudied, embedding: NDArray[np.float32], styles: tuple[str, ...]) -> StudiedText:
    return StudiedText(
        track_id=track.track_id,
        digest=track.digest,
        title=fold(track.title or ""),
        artist=fold(track.artist or ""),
        labels=fold(" ".join([track.genre or "", *track.tags, track.album or ""])),
        prose=fold(f"{track.description or ''} {track.lyrics or ''}"),
        facets=facets_of(
            artist=track.artist,
            genre=track.genre,
            tags=track.tags,
            year=track.year,
            popularity=track.popularity,
            playback_count=track.playback_count,
        )
        + styles,
        embedding=embedding,
    )


async def study_mood(
    catalogue: Catalogue,
    embedder: TextEmbedder,
    head: MoodHead,
    *,
    redo: bool = False,
    limit: int | None = None,
    progress: Progress = _silent,
) -> Studied:
    """Gives every track without a mood one, from its audio features and words, with a receipt."""
    parts = await mood_parts(catalogue, redo=redo, limit=limit)
    total = sum(part.tracks for part in parts)
    done = unread = 0
    for part in parts:
        felt = await feel_moods(catalogue, embedder, head, part, redo=redo)
        async with catalogue.begin() as session:
            await texts.save_moods(session, felt.moods)
        done, unread = done + felt.tracks, unread + felt.tracks - len(felt.moods)
        progress(done, total)
    return Studied(done=done, total=total, unread=unread)


async def mood_parts(catalogue: Catalogue, *, redo: bool = False, limit: int | None = None) -> list[Range]:
    """The tracks without a mood (with `redo` those too whose mood was worked out), at most `limit`, in parts."""
    async with catalogue.begin() as session:
        return await texts.moodless_ranges(session, size=CHUNK, limit=limit, redo=redo)


@dataclass(frozen=True, slots=True)
class Felt:
    """The moods found in one part, of `tracks` looked at; the others had nothing to go by."""

    tracks: int
    moods: list[FoundMood]


async def feel_moods(
    catalogue: Catalogue,
    embedder: TextEmbedder,
    head: MoodHead,
    part: Range,
    *,
    redo: bool = False,
    turn: anyio.CapacityLimiter | None = None,
) -> Felt:
    """The moods of one part, to be saved; worked out in a thread, in its `turn`."""
    async with catalogue.begin() as session:
        tracks = await texts.moodless(session, part, redo=redo)
    return Felt(len(tracks), await anyio.to_thread.run_sync(_moods, tracks, embedder, head, limiter=turn))


def _moods(tracks: Sequence[Moodless], embedder: TextEmbedder, head: MoodHead) -> list[FoundMood]:
    words = [TrackWords(track.names, track.labels, track.lyrics, track.artist, track.title) for track in tracks]
    found = moods_of_tracks(
        [track.audio_features for track in tracks],
        words,
        _embeddings(tracks, embedder),
        head,
        imputed=[track.features_imputed for track in tracks],
        embed=embedder.embed,
    )
    return [FoundMood(track.track_id, *mood) for track, mood in zip(tracks, found, strict=True) if mood is not None]


def _embeddings(tracks: Sequence[Moodless], embedder: TextEmbedder) -> list[NDArray[np.float32]]:
    """Every track's embedding; where text was not studied, of its names and labels, worked out now."""
    missing = [track for track in tracks if track.embedding is None]
    texts_now = [f"{track.names} {track.labels} {track.lyrics[:MEANT_CHARS]}" for track in missing]
    embedded = dict(zip((track.track_id for track in missing), embedder.embed(texts_now), strict=True))
    return [track.embedding if track.embedding is not None else embedded[track.track_id] for track in tracks]
