"""`lab evaluate heal`: are imputed genres and numbers right, and are their confidences and intervals true?

Given values are hidden and healed again, at null rates from 0 to 90 % of every column (genre, tags, description, plays,
length, year), hidden by a stable hash. Two kinds of rows are judged. Strangers: whole artists, a fifth at a time, all
of whose values are hidden, so that nothing of the artist is known. Siblings: rows hidden among artists that are
known. What is healed by is learned from the visible rows of the other artists each time; nothing is trained on the
judged rows.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path

import anyio.to_thread
import numpy as np

from cratedig.catalogue import healing
from cratedig.collect.heal.conformal import coverage
from cratedig.collect.heal.genres import Guess
from cratedig.collect.heal.pooling import Matrix, expected_calibration_error
from cratedig.collect.heal.rows import Row, artist_key, own_words
from cratedig.collect.heal.whole import Artists, Learned, artists_of, known_of
from cratedig.collect.healing import row_of
from cratedig.collect.intake import collect_file
from cratedig.errors import InputRejected, UsageError
from cratedig.lab.evaluation import Evaluation, Lab
from cratedig.lab.ranking import bucket
from cratedig.lab.soundcloud import tables_below
from cratedig.lab.spotify_data import read_songs
from cratedig.models.embedder import TextEmbedder
from cratedig.models.style import shipped
from cratedig.music.genre import place

RATES = (0.0, 0.1, 0.3, 0.5, 0.7, 0.9)
FOLDS = 5
MOST_SONGS = 8_000
COMMONEST = "electronic"
"""What the specification fills in where nothing else is known."""

Figures = dict[str, float | int]


@dataclass
class Judged:
    """Guesses and estimates on hidden truth, as they come in."""

    rows: int = 0
    confidence: list[float] = field(default_factory=list)
    right: list[bool] = field(default_factory=list)
    first: list[bool] = field(default_factory=list)  # is the likeliest candidate's family the truth's
    by_rule: list[bool] = field(default_factory=list)  # the same of the artist's commonest genre, else "electronic"
    held: dict[str, list[bool]] = field(default_factory=dict)

    def add_guess(self, truth: Row, guess: Guess, artists: Artists) -> None:
        told = place(truth.genre or "")
        assert told is not None
        self.rows += 1
        best = place(guess.candidates[0][0])
        self.first.append(best is not None and best.family == told.family)
        known = artists.genres.get(truth.artist_key) if truth.artist_key else None
        rule = place(known.most_common(1)[0][0] if known else COMMONEST)
        self.by_rule.append(rule is not None and rule.family == told.family)
        said = place(guess.genre) if guess.genre else None
        if said is not None:
            self.confidence.append(guess.confidence)
            self.right.append(said.name == told.name or (said.is_general and said.family == told.family))

    def figures(self, suffix: str) -> Figures:
        found: Figures = {}
        if self.rows:
            right = np.array(self.right, dtype=bool)
            found |= {
                f"genre_rows_{suffix}": self.rows,
                f"genre_spoke_{suffix}": round(len(right) / self.rows, 4),
                f"genre_right_{suffix}": round(float(right.mean()), 4) if len(right) else 0.0,
                f"genre_ece_{suffix}": round(
                    expected_calibration_error(np.array(self.confidence, dtype=np.float32), right), 4
                ),
                f"genre_family_first_{suffix}": round(float(np.mean(self.first)), 4),
            }
        held = {name: held for name, held in self.held.items() if held}
        return found | {f"{name}_coverage_{suffix}": round(float(np.mean(one)), 4) for name, one in held.items()}


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


def _evaluate(rows: Sequence[Row], embedder: TextEmbedder) -> tuple[Figures, Figures]:
    metrics: Figures = {}
    baselines: Figures = {}
    every = {"strangers": Judged(), "siblings": Judged()}
    for rate in RATES:
        judged = _judged(rows, rate, embedder)
        for kind, one in judged.items():
            metrics |= one.figures(f"{kind}_{rate * 100:.0f}")
            if one.rows:
                baselines[f"genre_family_rule_{kind}_{rate * 100:.0f}"] = round(float(np.mean(one.by_rule)), 4)
            _merge(every[kind], one)
    overall: Figures = {}
    for kind, one in every.items():
        overall |= one.figures(kind)
    return overall | metrics, baselines


def _merge(whole: Judged, one: Judged) -> None:
    whole.rows += one.rows
    whole.confidence += one.confidence
    whole.right += one.right
    whole.first += one.first
    for name, held in one.held.items():
        whole.held.setdefault(name, []).extend(held)


def _judged(rows: Sequence[Row], rate: float, embedder: TextEmbedder) -> dict[str, Judged]:
    """All folds at one null rate."""
    visible = [_hidden(row, rate) for row in rows]
    texts = embedder.embed([own_words(row) for row in visible])
    fold = np.array([int(bucket(f"heal fold {row.artist_key or row.track_id}") * FOLDS) for row in rows])
    found = {"strangers": Judged(), "siblings": Judged()}
    for number in range(FOLDS):
        strangers, others = np.flatnonzero(fold == number).tolist(), np.flatnonzero(fold != number).tolist()
        shown = [visible[at] for at in others]
        learned = _learned(shown, texts[others])
        _judge(found["siblings"], [rows[at] for at in others], shown, texts[others], learned)
        bare = [_stripped(visible[at]) for at in strangers]
        _judge(found["strangers"], [rows[at] for at in strangers], bare, texts[strangers], learned)
    return found


def _learned(visible: Sequence[Row], texts: Matrix) -> Learned:
    known = known_of(visible, texts)
    return Learned.of(
        artists_of(visible), known if known.rows else None, visible, thresholds=(), today_year=datetime.now(UTC).year
    )


_COLUMNS: Mapping[str, object] = {
    "genre": None, "tags": (), "description": None, "playback_count": None, "duration_s": None, "year": None
}  # fmt: skip


def _hidden(row: Row, rate: float) -> Row:
    """The row with each of its columns hidden at this rate, by a stable hash."""
    gone = {
        name: nothing
        for name, nothing in _COLUMNS.items()
        if bucket(f"heal {rate} {name} {row.track_id} {row.title}") < rate
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
        told = [(getattr(truth[at], quantity.name), one) for at, one in zip(asked, estimates, strict=True) if one]
        judged.held.setdefault(quantity.name, []).extend(
            coverage(np.array([value]), np.array([one.low]), np.array([one.high])) == 1.0 for value, one in told
        )


def _stripped(row: Row) -> Row:
    return replace(row, genre=None, playback_count=None, duration_s=None, year=None)


def _judge_genres(judged: Judged, truth: Sequence[Row], shown: Sequence[Row], texts: Matrix, learned: Learned) -> None:
    asked = [at for at, row in enumerate(truth) if row.genre and place(row.genre) and shown[at].genre is None]
    if learned.genres is None or not asked:
        return
    everywhere = np.ones(len(asked), dtype=bool)
    guesses = learned.genres.guesses([shown[at] for at in asked], texts[asked], everywhere, learned.artists.genres)
    for at, guess in zip(asked, guesses, strict=True):
        judged.add_guess(truth[at], guess, learned.artists)
