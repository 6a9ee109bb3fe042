"""What a reader of emotions gives, whichever model reads; and the one that ships."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from cratedig.models.embedder import TextEmbedder
from cratedig.models.emotion import LABELS, EmotionHead
from cratedig.models.layers import LayerReader
from cratedig.music.finding import EMOTIONS

Matrix = NDArray[np.float32]


@dataclass(frozen=True)
class Emotions:
    """How likely readers name each emotion in each of n texts, 0..1.

    six: (n, 6) of EMOTIONS; labels: (n, k) of the model's own `names`.
    """

    six: Matrix
    labels: Matrix
    names: tuple[str, ...]


class EmotionReader(Protocol):
    """version: of the model and everything that its figures hang on. judged: those of EMOTIONS it can tell."""

    @property
    def version(self) -> str: ...

    @property
    def judged(self) -> tuple[str, ...]: ...

    def read(self, texts: Sequence[str]) -> Emotions:
        """One row a text; computes while the caller waits."""
        ...


class ShippedReader:
    """The head on the text embedder: English, texts of a few lines."""

    judged = EMOTIONS

    def __init__(self, embedder: TextEmbedder, head: EmotionHead | None = None) -> None:
        """Raises ModelUnavailable where the head or the embedder's file is absent or damaged."""
        self._head = head or EmotionHead.load()
        self._layers = LayerReader(embedder)
        self.version: str = f"{self._head.version} on {embedder.version}"

    def read(self, texts: Sequence[str]) -> Emotions:
        """Six and labels as calibrated on comments that the head had not learned from."""
        found = self._head.probabilities(texts, self._layers.read(texts))
        return Emotions(six=found[:, len(LABELS) :], labels=found[:, : len(LABELS)], names=LABELS)
