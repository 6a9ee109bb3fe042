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
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import anyio.to_thread
import numpy as np

from cratedig.catalogue import healing
from cratedig.collect.heal.pooling import Matrix
from cratedig.collect.heal.rows import Row, own_words
from cratedig.collect.heal.tags import Tagger
from cratedig.collect.heal.whole import Learned, artists_of, known_of
from cratedig.collect.healing import row_of
from cratedig.collect.intake import collect_file
from cratedig.errors import InputRejected, UsageError
from cratedig.lab.evaluation import Evaluation, Lab
from cratedig.lab.heal_judged import Figures, Judged
from cratedig.lab.ranking import bucket
from cratedig.lab.soundcloud import tables_below
from cratedig.models.embedder import DIMENSIONS, TextEmbedder
from cratedig.music.genre import place

RATES = {0.0: 1, 0.1: 5, 0.3: 3, 0.5: 3, 0.7: 3, 0.9: 5}
"""Null rates, and how often values are hidden at each: one hiding at 10 or 90 % leaves some hundred rows to judge or to
learn from, and its figures say more of those than of healing."""
YEAR = 2026  # of traits, which are not judged
UNTAGGED = Tagger.of(())  # nor are tags
FOLDS = 5
KINDS = ("strangers", "siblings", "unread_strangers")


async def evaluate(data: Path, lab: Lab) -> Evaluation:
    """Figures by kind of row and null rate, `genre_ece_strangers_30` for one; without a rate: all rates together."""
    rows = await rows_of(data, lab)
    metrics, baselines = await anyio.to_thread.run_sync(_evaluate, rows, lab.embedder)
    return Evaluation(name="heal", n=len(rows), metrics=metrics, baselines=baselines)


async def rows_of(data: Path, lab: Lab) -> list[Row]:
    """The folder's tracks, as the intake reads them."""
    async with lab.scratch() as catalogue:
        for path in tables_below(data):
            try:
                await collect_file(catalogue, path, today=datetime.now(UTC).date())
            except (InputRejected, UsageError):
                continue  # no table of music: the evaluation of the intake judges that
        async with catalogue.begin() as session:
            return [row_of(given) for given in (await healing.tracks_by_source(session)).values()]


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
        learned = learned_from(shown, texts[others])
        _judge(found["siblings"], [rows[at] for at in others], shown, texts[others], learned)
        bare = [stripped(visible[at]) for at in strangers]
        truth = [rows[at] for at in strangers]
        _judge(found["strangers"], truth, bare, texts[strangers], learned)
        judge_genres(found["unread_strangers"], truth, bare, None, learned)
    return found


def learned_from(shown: Sequence[Row], texts: Matrix) -> Learned:
    """What healing learns from these rows and their texts' embeddings."""
    known = known_of(shown, texts)
    return Learned.of(artists_of(shown), known, shown, thresholds=(), today_year=YEAR, tagger=UNTAGGED)


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
    judge_genres(judged, truth, shown, texts, learned)
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


def stripped(row: Row) -> Row:
    """The row without what is judged."""
    return replace(row, genre=None, playback_count=None, duration_s=None, year=None)


def judge_genres(
    judged: Judged, truth: Sequence[Row], shown: Sequence[Row], texts: Matrix | None, learned: Learned
) -> None:
    """Judges the genres that are not shown. texts: embeddings (n, 384); None where nobody read the texts."""
    asked = [at for at, row in enumerate(truth) if row.genre and place(row.genre) and shown[at].genre is None]
    if learned.genres is None or not asked:
        return
    embeddings = np.zeros((len(asked), DIMENSIONS), dtype=np.float32) if texts is None else texts[asked]
    read = np.full(len(asked), texts is not None)
    guesses = learned.genres.guesses([shown[at] for at in asked], embeddings, read, learned.artists.genres)
    for at, guess in zip(asked, guesses, strict=True):
        judged.add_guess(truth[at], guess, learned.artists)
