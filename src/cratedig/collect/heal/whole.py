"""All of healing on a batch of rows: what was learned from a catalogue, and what it makes of each track."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cratedig.collect.heal import tags as tagging
from cratedig.collect.heal.audio import AudioImputer
from cratedig.collect.heal.description import described
from cratedig.collect.heal.genres import GenreHealer, Guess
from cratedig.collect.heal.lessons import FOLDS
from cratedig.collect.heal.music_or_not import verdicts
from cratedig.collect.heal.opinions import Known
from cratedig.collect.heal.pooling import Matrix
from cratedig.collect.heal.quantities import QUANTITIES, Estimator, Sums
from cratedig.collect.heal.rows import Row
from cratedig.collect.heal.tags import Tagger
from cratedig.collect.heal.traits import ArtistTotals, traits
from cratedig.models import style
from cratedig.music.genre import place

HEALER = 1
"""Stands in every receipt that healing writes; raised when healing changes what it makes."""


@dataclass(frozen=True)
class Artists:
    """What the catalogue knows of its artists, by artist key: given genres of the tree, totals, sums of each
    quantity."""

    genres: Mapping[str, Counter[str]] = field(default_factory=dict)
    totals: Mapping[str, ArtistTotals] = field(default_factory=dict)
    sums: Mapping[str, Sums] = field(default_factory=dict)


@dataclass(frozen=True)
class Learned:
    """What was learned from a catalogue before its rows are healed. genres: None where it has no genre of the tree."""

    artists: Artists
    genres: GenreHealer | None
    tagger: Tagger
    estimators: Sequence[Estimator]
    thresholds: Sequence[int]
    today_year: int
    audio: AudioImputer | None = None

    @classmethod
    def of(
        cls,
        artists: Artists,
        known: Known | None,
        some: Sequence[Row],
        *,
        thresholds: Sequence[int],
        today_year: int,
        audio: AudioImputer | None = None,
        tagger: Tagger | None = None,
    ) -> Learned:
        """known: tracks with a given genre of the tree; some: tracks from everywhere; both bounded samples. tagger:
        None = one that learns from `some`."""
        healer = None
        if known is not None and known.rows:
            folds = np.array([fold_of(row) for row in known.rows])
            healer = GenreHealer.learned_from(known, folds, artists.genres, style.shipped())
        found = (Estimator.learned_from(one, some, artists.sums.get(one.name, {})) for one in QUANTITIES)
        return cls(
            artists=artists,
            genres=healer,
            tagger=tagger or Tagger.of(some),
            estimators=[one for one in found if one is not None],
            thresholds=thresholds,
            today_year=today_year,
            audio=audio,
        )


def fold_of(row: Row) -> int:
    """A stable fold for all tracks of an artist."""
    return style.artist_digest(row.artist_key or str(row.track_id)) % FOLDS


def known_of(rows: Sequence[Row], embeddings: Matrix) -> Known:
    """The rows whose genre has a place in the tree, with their embeddings (all rows', in order)."""
    places = [place(row.genre) if row.genre else None for row in rows]
    there = [at for at, placed in enumerate(places) if placed]
    return Known([rows[at] for at in there], [placed for placed in places if placed], embeddings[there])


@dataclass(frozen=True, slots=True)
class Made:
    """What healing made of one row; None and empty where it made nothing."""

    genre: str | None = None
    tags: tuple[str, ...] = ()
    description: str | None = None
    is_music: bool | None = None
    estimated: int = 0
    receipts: Mapping[str, Any] = field(default_factory=dict)
    extra: Mapping[str, Any] = field(default_factory=dict)
    audio_features: Mapping[str, float] | None = None


def heal_rows(
    rows: Sequence[Row],
    learned: Learned,
    parts: Collection[str],
    embeddings: Matrix,
    embedded: NDArray[np.bool_],
) -> list[Made]:
    """Heals these parts of rows. embeddings: (n, 384); rows that are not `embedded` have none."""
    wants_genre = not {"genre", "tags", "description"}.isdisjoint(parts)
    guesses = _guesses(rows, learned, embeddings, embedded) if wants_genre else [None] * len(rows)
    known = [_known_genre(row, guess) for row, guess in zip(rows, guesses, strict=True)]
    tags = learned.tagger.tags(rows, known) if "tags" in parts else [()] * len(rows)
    music = verdicts(rows) if "music" in parts else [None] * len(rows)
    estimates = _estimates(rows, learned) if "numbers" in parts else [{}] * len(rows)
    sounds = _sounds(rows, learned, embeddings, embedded) if "audio" in parts else {}
    made = []
    for at, row in enumerate(rows):
        receipts: dict[str, Any] = {}
        extra: dict[str, Any] = {}
        genre, description, guess, verdict = None, None, guesses[at], music[at]
        if "genre" in parts and guess is not None:
            genre = guess.genre
            if genre or guess.candidates:
                receipts["genre"] = guess.receipt()
        own_tags = () if row.tags else tags[at]
        if own_tags:
            receipts["tags"] = tagging.receipt(own_tags)
        if "description" in parts and not row.description and (found := described(row, *(known[at] or (None, 0.0)))):
            description, receipts["description"] = found
        if verdict is not None:
            receipts["music"] = verdict.receipt()
            extra["music"] = round(verdict.music, 4)
        if estimates[at]:
            extra["estimated"] = {name: estimate.value for name, estimate in estimates[at].items()}
            receipts |= {f"estimated_{name}": estimate.receipt() for name, estimate in estimates[at].items()}
        features, receipt = sounds.get(at, (None, None))
        if receipt is not None:
            receipts["audio_features"] = receipt
        if "traits" in parts:
            totals = learned.artists.totals.get(row.artist_key, ArtistTotals())
            extra["traits"] = traits(row, totals, thresholds=learned.thresholds, today_year=learned.today_year)
        made.append(
            Made(
                genre=genre,
                tags=tuple(tag.name for tag in own_tags),
                description=description,
                is_music=None if verdict is None else verdict.is_music,
                estimated=len(estimates[at]),
                receipts={name: {**receipt, "healer": HEALER} for name, receipt in receipts.items()},
                extra=extra,
                audio_features=features,
            )
        )
    return made


def lacks_audio(row: Row, learned: Learned) -> bool:
    """Would this row be given audio features?"""
    return learned.audio is not None and not row.audio_features


def _sounds(
    rows: Sequence[Row], learned: Learned, embeddings: Matrix, embedded: NDArray[np.bool_]
) -> dict[int, tuple[dict[str, float], dict[str, Any]]]:
    """Audio features with their receipt for each embedded row without, by its place."""
    missing = [at for at, row in enumerate(rows) if embedded[at] and lacks_audio(row, learned)]
    if learned.audio is None or not missing:
        return {}
    genres = [place_name(rows[at]) for at in missing]
    return dict(zip(missing, learned.audio.healed(embeddings[missing].astype(np.float64), genres), strict=True))


def place_name(row: Row) -> str:
    """The row's given genre in the tree; "" where it has none."""
    placed = place(row.genre) if row.genre else None
    return placed.name if placed else ""


def _guesses(
    rows: Sequence[Row], learned: Learned, embeddings: Matrix, embedded: NDArray[np.bool_]
) -> list[Guess | None]:
    """A guess for each row without a given genre."""
    found: list[Guess | None] = [None] * len(rows)
    missing = [at for at, row in enumerate(rows) if not row.genre]
    if learned.genres is not None and missing:
        asked = [rows[at] for at in missing]
        guesses = learned.genres.guesses(asked, embeddings[missing], embedded[missing], learned.artists.genres)
        for at, guess in zip(missing, guesses, strict=True):
            found[at] = guess
    return found


def _known_genre(row: Row, guess: Guess | None) -> tuple[str, float] | None:
    """A row's genre in the tree with its confidence: given, else imputed."""
    if row.genre:
        placed = place(row.genre)
        return (placed.name, 1.0) if placed else None
    return (guess.genre, guess.confidence) if guess is not None and guess.genre else None


def _estimates(rows: Sequence[Row], learned: Learned) -> list[dict[str, Any]]:
    """For each row the quantities it lacks, estimated."""
    found: list[dict[str, Any]] = [{} for _ in rows]
    for estimator in learned.estimators:
        name = estimator.quantity.name
        missing = [at for at, row in enumerate(rows) if getattr(row, name) is None]
        sums = learned.artists.sums.get(name, {})
        for at, estimate in zip(missing, estimator.estimates([rows[at] for at in missing], sums), strict=True):
            if estimate is not None:
                found[at][name] = estimate
    return found


def artists_of(rows: Sequence[Row]) -> Artists:
    """What these rows themselves tell of their artists (for tests and evaluations; a catalogue counts for itself)."""
    genres: dict[str, Counter[str]] = {}
    totals: dict[str, ArtistTotals] = {}
    sums: dict[str, dict[str, tuple[float, int]]] = {one.name: {} for one in QUANTITIES}
    for row in rows:
        if not row.artist_key:
            continue
        placed = place(row.genre) if row.genre else None
        if placed:
            genres.setdefault(row.artist_key, Counter())[placed.name] += 1
        old, plays = totals.get(row.artist_key, ArtistTotals()), row.playback_count
        totals[row.artist_key] = ArtistTotals(
            old.tracks + 1, old.plays + (plays or 0), old.played + (plays is not None)
        )
        for one in QUANTITIES:
            if (value := one.given(row)) is not None:
                total, number = sums[one.name].get(row.artist_key, (0.0, 0))
                sums[one.name][row.artist_key] = (total + value, number + 1)
    return Artists(genres, totals, sums)
