"""Which emotions a short text speaks of: the 28 labels of GoEmotions, and the six of songs.

Three judges add up: words and pairs of words, byte n-grams (spelling, emoji, "sooo"), and a small network over the
layers of the text model. Their sum is turned into a probability per label (Platt 1999, "Probabilistic outputs for
support vector machines"); a label is named where its probability passes its own threshold. Trained by
`cratedig lab train goemotions` (heads/goemotions.json is its card, docs/emotion.md says what was tried).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from cratedig.errors import ModelUnavailable
from cratedig.models.arrays import HEADS, read_head
from cratedig.models.gram_table import GramTable
from cratedig.models.mood_features import WordTable
from cratedig.music.finding import EMOTIONS

NAME: Final = "goemotions"
LABELS: Final = (
    *("admiration", "amusement", "anger", "annoyance", "approval", "caring", "confusion", "curiosity", "desire"),
    *("disappointment", "disapproval", "disgust", "embarrassment", "excitement", "fear", "gratitude", "grief", "joy"),
    *("love", "nervousness", "optimism", "pride", "realization", "relief", "remorse", "sadness", "surprise", "neutral"),
)
"""GoEmotions' labels in the order of its numbers."""
GROUPS: Final[Mapping[str, tuple[str, ...]]] = {
    "joy": ("joy", "amusement", "excitement", "optimism", "pride", "relief", "gratitude", "approval", "admiration"),
    "sadness": ("sadness", "disappointment", "embarrassment", "grief", "remorse"),
    "anger": ("anger", "annoyance", "disapproval", "disgust"),
    "fear": ("fear", "nervousness"),
    "surprise": ("surprise", "realization", "confusion", "curiosity"),
    "love": ("love", "caring", "desire"),
}
"""The six from the 28: the grouping that GoEmotions' authors publish (Demszky et al. 2020, after Ekman), with love,
caring and desire apart from joy, and disgust with anger, as Shaver et al. 1987, "Emotion knowledge", group them."""
JUDGES: Final = {"words": 0.25, "grams": 0.25, "layers": 0.5}
"""The say of each judge."""

Matrix = NDArray[np.float32]


@dataclass(frozen=True)
class Network:
    """One hidden layer. centre, scale: (inputs,) what is taken from each input and what it is then multiplied by."""

    centre: Matrix
    scale: Matrix
    hidden: Matrix
    hidden_bias: Matrix
    output: Matrix
    output_bias: Matrix

    def __call__(self, inputs: Matrix) -> Matrix:
        """(n, outputs): log odds."""
        active = np.maximum((inputs - self.centre) * self.scale @ self.hidden + self.hidden_bias, 0)
        judged: Matrix = active @ self.output + self.output_bias
        return judged


@dataclass(frozen=True)
class EmotionHead:
    """The three judges, and how their sum is read. The outputs are LABELS, then EMOTIONS: 34."""

    version: str
    words: WordTable
    grams: GramTable
    network: Network
    slope: Matrix  # (34,)
    shift: Matrix  # (34,)
    thresholds: Matrix  # (34,) probabilities
    trained_on: NDArray[np.uint32]  # digests of the comments' ids, sorted

    def probabilities(self, texts: Sequence[str], layers: Matrix) -> Matrix:
        """(n, 34): how likely each label of LABELS and each of EMOTIONS is. layers: what LayerReader read in them."""
        return self.calibrated(self.judged(texts, layers))

    def judged(self, texts: Sequence[str], layers: Matrix) -> Matrix:
        """(n, 34): the weighted sum of the judges, in uncalibrated log odds."""
        heard = {"words": self.words.rows(texts), "grams": self.grams.rows(texts), "layers": self.network(layers)}
        summed: Matrix = np.sum([np.float32(share) * heard[name] for name, share in JUDGES.items()], axis=0)
        return summed

    def calibrated(self, judged: Matrix) -> Matrix:
        """(n, 34): log odds to probabilities."""
        return odds(self.slope * judged + self.shift)

    def named(self, probabilities: Matrix) -> NDArray[np.bool_]:
        """(n, 34): which labels are given."""
        return probabilities > self.thresholds

    def relative(self, probabilities: Matrix) -> Matrix:
        """(n, 34) in 0..1: how far a probability stands from its threshold, which lies at 0.5 whatever the label."""
        return odds(logit(probabilities) - logit(self.thresholds))

    @classmethod
    def load(cls, folder: Any = HEADS) -> EmotionHead:
        """The shipped head. Raises ModelUnavailable where a file is absent, damaged or not its card's."""
        try:
            return cls.from_arrays(read_head(NAME, folder))
        except KeyError as error:
            raise ModelUnavailable(f"The emotion head lacks {error}.", hint="Install Cratedig again.") from error

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, NDArray[Any]]) -> EmotionHead:
        """From what `arrays` gave. Raises KeyError where one is absent."""
        whole = {name: array.astype(np.float32) for name, array in arrays.items() if array.dtype.kind == "f"}
        vocabulary = arrays["vocabulary"].tobytes().decode("utf-8").split("\n")
        return cls(
            version=f"{NAME} head {int(arrays['version'])}",
            words=WordTable(
                index={term: at for at, term in enumerate(vocabulary)},
                idf=whole["word_idf"],
                weights=arrays["word_weights"],
                step=whole["word_step"],
            ),
            grams=GramTable(whole["gram_idf"], arrays["gram_weights"], whole["gram_step"]),
            network=Network(**{name: whole[name] for name in Network.__dataclass_fields__}),
            slope=whole["slope"],
            shift=whole["shift"],
            thresholds=whole["thresholds"],
            trained_on=arrays["trained_on"],
        )

    def arrays(self, version: int) -> dict[str, NDArray[Any]]:
        """As they are stored, in small types."""
        network = {name: getattr(self.network, name) for name in Network.__dataclass_fields__}
        return {
            "version": np.array(version),
            "vocabulary": np.frombuffer("\n".join(self.words.index).encode(), dtype=np.uint8),
            "word_idf": self.words.idf.astype(np.float16),
            "word_weights": self.words.weights,
            "word_step": self.words.step,
            "gram_idf": self.grams.idf.astype(np.float16),
            "gram_weights": self.grams.weights,
            "gram_step": self.grams.step,
            **{name: value.astype(np.float16) if value.ndim == 2 else value for name, value in network.items()},
            "slope": self.slope,
            "shift": self.shift,
            "thresholds": self.thresholds,
            "trained_on": self.trained_on,
        }


def with_six(labels: Matrix) -> Matrix:
    """(n, 34): the 28 labels as 0 or 1, and behind them EMOTIONS: 1 where one of the group's labels is.

    >>> with_six(np.eye(28, dtype=np.float32)[[LABELS.index("grief")]])[0, 28:].tolist()
    [0.0, 1.0, 0.0, 0.0, 0.0, 0.0]
    """
    groups = [labels[:, [LABELS.index(label) for label in GROUPS[name]]].max(axis=1) for name in EMOTIONS]
    return np.hstack([labels, np.stack(groups, axis=1)]).astype(np.float32)


def odds(values: NDArray[np.floating]) -> Matrix:
    """Log odds to probabilities."""
    probabilities: Matrix = (1 / (1 + np.exp(-np.clip(values, -30, 30)))).astype(np.float32)
    return probabilities


def logit(probabilities: NDArray[np.floating]) -> Matrix:
    """Probabilities to log odds, within -14..14."""
    kept = np.clip(probabilities, 1e-6, 1 - 1e-6)
    values: Matrix = np.log(kept / (1 - kept)).astype(np.float32)
    return values
