"""`lab evaluate heal`: are imputed genres and numbers right, and are their confidences and intervals true?

Given values are hidden and healed again, at null rates from 0 to 90 % of every column (genre, tags, description, plays,
length, year), hidden by a stable hash, several times at each rate. Three kinds of rows are judged. Strangers: whole
artists, a fifth at a time, all of whose values are hidden, so that nothing of the artist is known. Unread strangers:
the same, where nobody embedded their texts. Siblings: rows hidden among artists that are known. What is healed by is
learned from the visible rows of the other artists each time; nothing is trained on the judged rows. Calibration errors
and coverages have 95 % intervals: artists drawn with replacement (Efron & Tibshirani 1993, "An introduction to the
bootstrap", section 8.3, whole clusters at a time).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import anyio.to_thread
import numpy as np
from numpy.typing import NDArray

from cratedig.catalogue import healing
from cratedig.collect.heal.genres import Guess
from cratedig.collect.heal.pooling import Matrix, expected_calibration_error
from cratedig.collect.heal.quantities import Estimate
from cratedig.collect.heal.rows import Row, artist_key, own_words
from cratedig.collect.heal.tags import Tagger
from cratedig.collect.heal.whole import Artists, Learned, artists_of, known_of
from cratedig.collect.healing import row_of
from cratedig.collect.intake import collect_file
from cratedig.errors import InputRejected, UsageError
from cratedig.lab.evaluation import Evaluation, Lab
from cratedig.lab.ranking import bucket
from cratedig.lab.soundcloud import tables_below
from cratedig.lab.spotify_data import read_songs
from cratedig.models.embedder import DIMENSIONS, TextEmbedder
from cratedig.models.style import shipped
from cratedig.music.genre import place

RATES = {0.0: 1, 0.1: 5, 0.3: 3, 0.5: 3, 0.7: 3, 0.9: 5}
"""Null rates, and how often values are hidden at each: one hiding at 10 or 90 % leaves some hundred rows to judge or to
learn from, and its figures say more of those than of healing."""
RESAMPLES = 200
YEAR = 2026  # of traits, which are not judged
UNTAGGED = Tagger.of(())  # nor are tags
SEED = 20261121
FOLDS = 5
KINDS = ("strangers", "siblings", "unread_strangers")
MOST_SONGS = 8_000
COMMONEST = "electronic"
"""What the specification fills in where nothing else is known."""

Figures = dict[str, float | int]


@dataclass
class Judged:
    """Guesses and estimates on hidden truth, as they come in. spoken: (artist, confidence, is it right) of each genre
    filled in; held: by quantity (artist, does the interval hold the truth)."""

    rows: int = 0
    different: set[int] = field(default_factory=set)
    spoken: list[tuple[str, float, bool]] = field(default_factory=list)
    first: list[bool] = field(default_factory=list)  # is the likeliest candidate's family the truth's
    by_rule: list[bool] = field(default_factory=list)  # the same of the artist's commonest genre, else "electronic"
    held: dict[str, list[tuple[str, bool]]] = field(default_factory=dict)

    def add_guess(self, truth: Row, guess: Guess, artists: Artists) -> None:
        told = place(truth.genre or "")
        assert told is not None
        self.rows += 1
        self.different.add(truth.track_id)
        best = place(guess.candidates[0][0])
        self.first.append(best is not None and best.family == told.family)
        known = artists.genres.get(truth.artist_key) if truth.artist_key else None
        rule = place(known.most_common(1)[0][0] if known else COMMONEST)
        self.by_rule.append(rule is not None and rule.family == told.family)
        said = place(guess.genre) if guess.genre else None
        if said is not None:
            right = said.name == told.name or (said.is_general and said.family == told.family)
            self.spoken.append((_artist(truth), guess.confidence, right))

    def add_estimate(self, name: str, truth: Row, estimate: Estimate) -> None:
        holds = estimate.low <= getattr(truth, name) <= estimate.high
        self.held.setdefault(name, []).append((_artist(truth), holds))

    def add(self, other: Judged) -> None:
        self.rows += other.rows
        self.different |= other.different
        self.spoken += other.spoken
        self.first += other.first
        self.by_rule += other.by_rule
        for name, held in other.held.items():
            self.held.setdefault(name, []).extend(held)

    def figures(self, suffix: str) -> Figures:
        return self._genre_figures(suffix) | self._interval_figures(suffix)

    def _genre_figures(self, suffix: str) -> Figures:
        if not self.rows:
            return {}
        confidence = np.array([one for _, one, _ in self.spoken], dtype=np.float32)
        right = np.array([one for _, _, one in self.spoken], dtype=bool)
        errors = _resampled(
            [artist for artist, _, _ in self.spoken], lambda at: expected_calibration_error(confidence[at], right[at])
        )
        return {
            f"genre_rows_{suffix}": self.rows,
            f"genre_different_rows_{suffix}": len(self.different),
            f"genre_spoke_{suffix}": round(len(right) / self.rows, 4),
            f"genre_right_{suffix}": round(float(right.mean()), 4) if len(right) else 0.0,
            f"genre_ece_{suffix}": round(expected_calibration_error(confidence, right), 4),
            f"genre_ece_low_{suffix}": errors[0],
            f"genre_ece_high_{suffix}": errors[1],
            f"genre_family_first_{suffix}": round(float(np.mean(self.first)), 4),
        }

    def _interval_figures(self, suffix: str) -> Figures:
        found: Figures = {}
        for name, held in self.held.items():
            holds = np.array([one for _, one in held], dtype=bool)
            low, high = _resampled([artist for artist, _ in held], partial(_share, holds))
            found |= {
                f"{name}_rows_{suffix}": len(held),
                f"{name}_coverage_{suffix}": round(float(holds.mean()), 4),
                f"{name}_coverage_low_{suffix}": low,
                f"{name}_coverage_high_{suffix}": high,
            }
        return found


def _artist(row: Row) -> str:
    return row.artist_key or f"#{row.track_id}"


def _share(holds: NDArray[np.bool_], at: NDArray[np.int64]) -> float:
    return float(holds[at].mean())


def _resampled(artists: Sequence[str], figure: Callable[[NDArray[np.int64]], float]) -> tuple[float, float]:
    """The middle 95 % of a figure over rows whose artists are drawn with replacement; (0, 0) without rows."""
    if not artists:
        return 0.0, 0.0
    numbers = np.unique(artists, return_inverse=True)[1]
    order = np.argsort(numbers, kind="stable")
    rows = np.split(order, np.cumsum(np.bincount(numbers))[:-1])
    rng = np.random.default_rng(SEED)
    choices = (rng.integers(0, len(rows), len(rows)) for _ in range(RESAMPLES))
    drawn = [figure(np.concatenate([rows[at] for at in choice])) for choice in choices]
    low, high = np.quantile(drawn, [0.025, 0.975])
    return round(float(low), 4), round(float(high), 4)


async def evaluate(data: Path, lab: Lab) -> Evaluation:
    """Figures by kind of row and null rate, `genre_ece_strangers_30` for one; without a rate: all rates together."""
    rows = await rows_of(data, lab)
    metrics, baselines = await anyio.to_thread.run_sync(_evaluate, rows, lab.embedder)
    return Evaluation(name="heal", n=len(rows), metrics=metrics, baselines=baselines)


async def rows_of(data: Path, lab: Lab) -> list[Row]:
    """The folder's tracks: its songs with genres and features where it has such a table, else whatever the intake
    reads."""
    try:
        return await anyio.to_thread.run_sync(_songs, data)
    except InputRejected:
        pass
    async with lab.scratch() as catalogue:
        for path in tables_below(data):
            try:
                await collect_file(catalogue, path, today=datetime.now(UTC).date())
            except (InputRejected, UsageError):
                continue  # no table of music: the evaluation of the intake judges that
        async with catalogue.begin() as session:
            return [row_of(given) for given in (await healing.tracks_by_source(session)).values()]


def _songs(data: Path) -> list[Row]:
    """Songs of artists that the style head never learned from."""
    head = shipped()
    songs = [song for song in read_songs(data) if song.artist and song.genre and not head.has_heard(song.artist)]
    rows = [
        Row(
            track_id=at,
            title=song.title,
            artist=song.artist,
            artist_key=artist_key(song.artist),
            album=song.album,
            genre=song.genre,
            year=song.year,
            duration_s=song.duration_s,
            popularity=song.popularity,
            audio_features=song.features,
        )
        for at, song in enumerate(songs)
    ]
    return sorted(rows, key=lambda row: bucket(f"song {row.track_id}"))[:MOST_SONGS]


Reader = Callable[[Sequence[str]], Matrix]


def reading_once(embedder: TextEmbedder) -> Reader:
    """The embedder, which reads each different text once."""
    known: dict[str, Matrix] = {}

    def read(texts: Sequence[str]) -> Matrix:
        new = [text for text in dict.fromkeys(texts) if text not in known]
        known.update(zip(new, embedder.embed(new), strict=True))
        return np.array([known[text] for text in texts], dtype=np.float32)

    return read


def _evaluate(rows: Sequence[Row], embedder: TextEmbedder) -> tuple[Figures, Figures]:
    metrics: Figures = {}
    baselines: Figures = {}
    every = {kind: Judged() for kind in KINDS}
    read = reading_once(embedder)
    for rate, draws in RATES.items():
        at_rate = {kind: Judged() for kind in KINDS}
        for draw in range(draws):
            for kind, one in _judged(rows, rate, read, draw=draw / draws).items():
                at_rate[kind].add(one)
        for kind, one in at_rate.items():
            metrics |= one.figures(f"{kind.replace(' ', '_')}_{rate * 100:.0f}")
            if one.rows:
                baselines[f"genre_family_rule_{kind.replace(' ', '_')}_{rate * 100:.0f}"] = round(
                    float(np.mean(one.by_rule)), 4
                )
            every[kind].add(one)
    overall: Figures = {}
    for kind, one in every.items():
        overall |= one.figures(kind)
    return overall | metrics, baselines


def _judged(rows: Sequence[Row], rate: float, read: Reader, *, draw: float = 0.0) -> dict[str, Judged]:
    """All folds at one null rate and one hiding. read: gives texts' embeddings."""
    visible = [_hidden(row, rate, draw) for row in rows]
    texts = read([own_words(row) for row in visible])
    fold = np.array([int(bucket(f"heal fold {row.artist_key or row.track_id}") * FOLDS) for row in rows])
    found = {kind: Judged() for kind in KINDS}
    for number in range(FOLDS):
        strangers, others = np.flatnonzero(fold == number).tolist(), np.flatnonzero(fold != number).tolist()
        shown = [visible[at] for at in others]
        learned = Learned.of(
            artists_of(shown), known_of(shown, texts[others]), shown, thresholds=(), today_year=YEAR, tagger=UNTAGGED
        )
        _judge(found["siblings"], [rows[at] for at in others], shown, texts[others], learned)
        bare = [_stripped(visible[at]) for at in strangers]
        truth = [rows[at] for at in strangers]
        _judge(found["strangers"], truth, bare, texts[strangers], learned)
        _judge_genres(found["unread_strangers"], truth, bare, None, learned)
    return found


_COLUMNS: Mapping[str, object] = {
    "genre": None, "tags": (), "description": None, "playback_count": None, "duration_s": None, "year": None
}  # fmt: skip


def _hidden(row: Row, rate: float, draw: float = 0.0) -> Row:
    """The row with each of its columns hidden at this rate, by a stable hash. draw: 0 .. 1, where the hidden share of
    the hashes begins: draws that are `rate` apart hide different rows."""
    gone = {
        name: nothing
        for name, nothing in _COLUMNS.items()
        if (bucket(f"heal {name} {row.track_id} {row.title}") - draw) % 1.0 < rate
    }
    return replace(row, **gone)  # type: ignore[arg-type]


def _judge(judged: Judged, truth: Sequence[Row], shown: Sequence[Row], texts: Matrix, learned: Learned) -> None:
    """Judges the values of each row that are not shown."""
    _judge_genres(judged, truth, shown, texts, learned)
    for estimator in learned.estimators:
        quantity = estimator.quantity
        asked = [
            at
            for at, row in enumerate(truth)
            if quantity.given(row) is not None and getattr(shown[at], quantity.name) is None
        ]
        sums = learned.artists.sums[quantity.name]
        estimates = estimator.estimates([shown[at] for at in asked], sums)
        for at, estimate in zip(asked, estimates, strict=True):
            if estimate is not None:
                judged.add_estimate(quantity.name, truth[at], estimate)


def _stripped(row: Row) -> Row:
    return replace(row, genre=None, playback_count=None, duration_s=None, year=None)


def _judge_genres(
    judged: Judged, truth: Sequence[Row], shown: Sequence[Row], texts: Matrix | None, learned: Learned
) -> None:
    """texts: None where nobody read them."""
    asked = [at for at, row in enumerate(truth) if row.genre and place(row.genre) and shown[at].genre is None]
    if learned.genres is None or not asked:
        return
    embeddings = np.zeros((len(asked), DIMENSIONS), dtype=np.float32) if texts is None else texts[asked]
    read = np.full(len(asked), texts is not None)
    guesses = learned.genres.guesses([shown[at] for at in asked], embeddings, read, learned.artists.genres)
    for at, guess in zip(asked, guesses, strict=True):
        judged.add_guess(truth[at], guess, learned.artists)
