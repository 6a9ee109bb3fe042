"""The mood of a text: a head trained on people's judgements of sentences, and the lexicon, blended.

The head (docs/mood.md) is a kernel regression: radial basis functions around landmark sentences (Nystroem; Williams &
Seeger 2001) over the sentence's embedding, emotions read off it, learned word weights, the lexicon, and its shape.
It was trained on EmoBank (Buechel & Hahn 2017, CC BY-SA 4.0) and ships under that licence; see heads/emobank.md.
"""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from cratedig.errors import ModelUnavailable
from cratedig.models.mood_features import MAX_CHARS, Matrix, WordTable, lexicon_features, readings_of, shape_features
from cratedig.music.lexicon import LexiconReading, read_styles, read_words
from cratedig.music.mood import NEUTRAL, Mood
from cratedig.music.receipt import Kind, Receipt
from cratedig.publish import sha256

Real = TypeVar("Real", np.float32, np.float64)

HEADS = Path(__file__).parent / "heads"
CARD = "emobank.json"
BATCH = 2048  # rows; the kernel of a batch takes BATCH x landmarks x 4 bytes = 25 MB

LEXICON_TRUST = 0.95
"""The most say the lexicon gets; the head always keeps the rest."""
STYLE_TRUST, STYLE_CONFIDENCE = 0.8, 0.3
"""The say of a genre in a query without words of mood, and how sure that is."""
LONG_TEXT_WORDS = 8
"""In texts longer than a query each further word costs the lexicon some of its say: it reads words, not sentences."""


@dataclass(frozen=True)
class MoodHead:
    """A trained head: sentences and their embeddings to valence, arousal and dominance."""

    version: str
    words: WordTable
    emotions: tuple[Matrix, Matrix, Matrix, Matrix]  # one hidden layer: (384, h), (h,), (h, 28), (28,)
    centre: Matrix  # (d,) mean of each feature in training
    scale: Matrix  # (d,) what each centred feature is multiplied by
    landmarks: Matrix  # (m, d)
    gamma: float
    weights: Matrix  # (m, 3)
    intercept: Matrix  # (3,)
    music_centre: Matrix  # (2,) median valence and arousal of music texts, and
    music_spread: Matrix  # (2,) half the distance between their 16th and 84th percentiles
    trained_on: NDArray[np.uint32]  # lab/emobank.py's digests of the ids of the rows it learned from

    @classmethod
    def load(cls, folder: Path = HEADS) -> MoodHead:
        """The shipped head, or another folder's. Raises ModelUnavailable where a file is absent, damaged or not the
        one its card was written for."""
        try:
            card = json.loads((folder / CARD).read_text(encoding="utf-8"))
            data = (folder / str(card["file"])).read_bytes()
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise ModelUnavailable(f"The mood head cannot be read: {error}.", hint="Install Cratedig again.") from error
        if sha256(data) != card.get("sha256"):
            raise ModelUnavailable(
                "The mood head's file is damaged: its SHA-256 is not its card's.", hint="Install Cratedig again."
            )
        return cls.from_bytes(data, version=f"{card['name']} head {card['version']}")

    @classmethod
    def from_bytes(cls, data: bytes, *, version: str) -> MoodHead:
        """A head from the bytes of its .npz. Raises ModelUnavailable where they are none."""
        try:
            with np.load(io.BytesIO(data), allow_pickle=False) as file:
                return cls._from_arrays({name: file[name] for name in file.files}, version)
        except (ValueError, KeyError, OSError, EOFError, zipfile.BadZipFile) as error:
            raise ModelUnavailable(f"The mood head cannot be read: {error}.", hint="Install Cratedig again.") from error

    @classmethod
    def _from_arrays(cls, arrays: dict[str, NDArray[Any]], version: str) -> MoodHead:
        vocabulary = arrays["vocabulary"].tobytes().decode("utf-8").split("\n")
        floats = {name: array.astype(np.float32) for name, array in arrays.items() if array.dtype == np.float16}
        floats |= {name: array for name, array in arrays.items() if array.dtype == np.float32}
        return cls(
            version=version,
            words=WordTable(
                index={term: at for at, term in enumerate(vocabulary)},
                idf=floats["idf"],
                weights=arrays["word_weights"],
                step=floats["word_step"],
            ),
            emotions=(floats["hidden"], floats["hidden_bias"], floats["emotion"], floats["emotion_bias"]),
            centre=floats["centre"],
            scale=floats["scale"],
            landmarks=arrays["landmarks"].astype(np.float32) * floats["landmark_step"],
            gamma=float(arrays["gamma"]),
            weights=floats["weights"],
            intercept=floats["intercept"],
            music_centre=floats["music_centre"],
            music_spread=floats["music_spread"],
            trained_on=arrays["trained_on"],
        )

    def predict(self, texts: Sequence[str], embeddings: Matrix) -> Matrix:
        """(n, 3): valence, arousal and dominance as people judge sentences, in [-1, 1] (EmoBank's 1..5, halved).

        They hover near 0, as in EmoBank (standard deviations of 0.18, 0.13 and 0.11): see `on_the_plane`.
        """
        return self._predict(texts, embeddings, readings_of(texts))

    def _predict(self, texts: Sequence[str], embeddings: Matrix, readings: Sequence[LexiconReading | None]) -> Matrix:
        judged = np.empty((len(texts), 3), dtype=np.float32)
        for start in range(0, len(texts), BATCH):
            part = slice(start, start + BATCH)
            judged[part] = self._judge(self.features(texts[part], embeddings[part], readings[part]))
        return np.clip(judged, -1.0, 1.0)

    def features(self, texts: Sequence[str], embeddings: Matrix, readings: Sequence[LexiconReading | None]) -> Matrix:
        """(n, d), centred and scaled: embedding, emotions, words, lexicon, shape."""
        parts = [
            embeddings.astype(np.float32),
            emotion_logits(embeddings, *self.emotions),
            self.words.rows(texts),
            lexicon_features(readings),
            shape_features(texts),
        ]
        return (np.hstack(parts) - self.centre) * self.scale

    def _judge(self, features: Matrix) -> Matrix:
        near = radial(features, self.landmarks, self.gamma, lengths=self._landmark_lengths)
        return near @ self.weights + self.intercept

    @cached_property
    def _landmark_lengths(self) -> Matrix:
        """(m,): the squared length of each landmark, worked out once: half of what a query's judgement costs."""
        return squared_lengths(self.landmarks)

    def on_the_plane(self, judged: Matrix) -> Matrix:
        """(n, 2): judgements stretched so that music texts use the plane: tanh(z / 2) of their standard score z
        among music texts. A text one spread above the middle lies at 0.46, two at 0.76."""
        stretched: Matrix = np.tanh((judged[:, :2] - self.music_centre) / self.music_spread / 2)
        return stretched


def emotion_logits(embeddings: Matrix, hidden: Matrix, hidden_bias: Matrix, emotion: Matrix, bias: Matrix) -> Matrix:
    """(n, 28): how strongly each emotion of GoEmotions speaks (log odds, kept within -8..2)."""
    logits: Matrix = np.maximum(embeddings @ hidden + hidden_bias, 0) @ emotion + bias
    return np.clip(logits, -8.0, 2.0)


def radial(
    features: NDArray[Real], landmarks: NDArray[Real], gamma: float, *, lengths: NDArray[Real] | None = None
) -> NDArray[Real]:
    """(n, m): exp(-gamma * squared distance) of each row to each landmark. lengths: the landmarks' squared lengths."""
    theirs = squared_lengths(landmarks) if lengths is None else lengths
    products = (landmarks @ features.T).T  # this way round it takes half the time for a single row
    squares = squared_lengths(features)[:, None] + theirs - 2 * products
    near: NDArray[Real] = np.exp(-gamma * np.maximum(squares, 0))
    return near


def squared_lengths(rows: NDArray[Real]) -> NDArray[Real]:
    """(n,): the squared length of each row."""
    lengths: NDArray[Real] = (rows**2).sum(axis=1)
    return lengths


def mood_of_text(
    text: str,
    embedding: Matrix,
    head: MoodHead,
    *,
    reading: LexiconReading | None = None,
    source: str = "query",
    kind: Kind = "imputed",
) -> tuple[Mood, Receipt]:
    """The mood of one query: as `moods_of_texts`, but where the lexicon is silent the genres it names have most of the
    say ("techno" is not calm). embedding: (384,). reading: what the lexicon hears in it, where that is known."""
    readings = [reading or read_words(text[:MAX_CHARS])]
    mood, receipt = moods_of_texts([text], embedding.reshape(1, -1), head, readings=readings, source=source, kind=kind)[
        0
    ]
    usual = read_styles(text) if readings[0] is None else None
    if usual is None:
        return mood, receipt
    between = Mood(
        STYLE_TRUST * usual.mood.valence + (1 - STYLE_TRUST) * mood.valence,
        STYLE_TRUST * usual.mood.arousal + (1 - STYLE_TRUST) * mood.arousal,
    )
    return between, replace(receipt, method=f"usual mood of the genre and {head.version}", confidence=STYLE_CONFIDENCE)


def moods_of_texts(
    texts: Sequence[str],
    embeddings: Matrix,
    head: MoodHead,
    *,
    readings: Sequence[LexiconReading | None] | None = None,
    source: str = "query",
    kind: Kind = "imputed",
) -> list[tuple[Mood, Receipt]]:
    """The mood of each text and where it came from; embeddings: (n, 384), of the texts or of what they belong to.

    Head and lexicon are blended by how much of the text the lexicon read (`lexicon_trust`). A text with no word in it
    is neutral with confidence 0.
    """
    readings = readings_of(texts) if readings is None else readings
    heard = head.on_the_plane(head._predict(texts, embeddings, readings))
    return [
        _blended(text, reading, Mood.clipped(float(v), float(a)), head.version, source, kind)
        for text, reading, (v, a) in zip(texts, readings, heard, strict=True)
    ]


def lexicon_trust(reading: LexiconReading | None, words: int) -> float:
    """The lexicon's share of the mood of a text of so many words, 0 .. LEXICON_TRUST.

    >>> from cratedig.music.lexicon import read_words
    >>> round(lexicon_trust(read_words("i miss my ex"), 4), 2), lexicon_trust(None, 4)
    (0.86, 0.0)
    """
    if reading is None:
        return 0.0
    return LEXICON_TRUST * reading.weight / (reading.weight + 0.1 + 0.1 * max(0, words - LONG_TEXT_WORDS))


def _blended(
    text: str, reading: LexiconReading | None, heard: Mood, version: str, source: str, kind: Kind
) -> tuple[Mood, Receipt]:
    words = len(text.split())
    if not any(char.isalpha() for char in text) and reading is None:
        return NEUTRAL, Receipt(source=source, method="no words", confidence=0.0, kind="imputed")
    trust = lexicon_trust(reading, words)
    if reading is None:
        return heard, Receipt(source=source, method=version, confidence=_head_confidence(words), kind=kind)
    mood = Mood.clipped(
        trust * reading.mood.valence + (1 - trust) * heard.valence,
        trust * reading.mood.arousal + (1 - trust) * heard.arousal,
    )
    agreement = max(0.0, 1 - reading.mood.distance(heard) / 2)
    confidence = trust * (0.5 + 0.4 * agreement) + (1 - trust) * _head_confidence(words)
    return mood, Receipt(source=source, method=f"lexicon and {version}", confidence=round(confidence, 4), kind=kind)


def _head_confidence(words: int) -> float:
    """The head alone: a name of two words says little about a mood, a paragraph much more (docs/mood.md)."""
    return round(0.2 + 0.3 * min(1.0, words / 30), 4)
