"""What verse makes its reader feel, line by line: the nine aesthetic emotions of PO-EMO.

Haider et al. 2020, "PO-EMO: Conceptualization, Annotation, and Modeling of Aesthetic Emotions in German and English
Poetry", LREC. Nothing large is learned: each emotion is described by a few phrases of ours, and a line feels like those
that its line, its surroundings, its stanza, the stanzas beside it and its poem lie near in the text model. Learned from
41 poems (`cratedig lab train poetry_emotion`) are how near is usual, five weights and nine leanings.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from cratedig.errors import ModelUnavailable
from cratedig.models.arrays import HEADS, read_head

NAME: Final = "poetry_emotion"
VIEWS: Final = ("line", "around", "stanza", "stanzas", "poem")
AROUND: Final = 2  # lines before and after, in the same stanza

PHRASES: Final[Mapping[str, tuple[str, ...]]] = {
    "Annoyance": (
        "an angry, mocking complaint about someone",
        "scorn, contempt and bitter reproach",
        "this makes me furious and annoyed",
        "I accuse you of folly, lies and pride",
        "satire of fools, hypocrites and the rich",
    ),
    "Awe / Sublime": (
        "awe before the power of God and eternity",
        "the sublime grandeur of mountains, sea and stars",
        "reverence and wonder at the greatness of heaven",
        "the vast, infinite, almighty and holy",
        "overwhelmed by something greater than myself",
    ),
    "Beauty / Joy": (
        "the beauty of flowers, spring and birdsong",
        "happiness and delight in love",
        "her lovely face, sweet and fair",
        "a joyful, tender love poem",
        "peace, gentleness and contentment",
        "praise of beauty and grace",
    ),
    "Humor": (
        "a funny joke, a comic rhyme",
        "playful nonsense that makes me laugh",
        "an absurd, witty story",
        "a silly animal tale",
    ),
    "Nostalgia": (
        "remembering childhood and days gone by",
        "longing for home and the past",
        "memories of youth that will not return",
        "how sweet it was long ago",
    ),
    "Sadness": (
        "grief for the dead, a grave and tears",
        "sorrow, loss and loneliness",
        "a sad poem about death and dying",
        "despair and a broken heart",
        "weeping and mourning",
        "farewell, parting and regret",
    ),
    "Suspense": (
        "something mysterious is about to happen",
        "waiting in the dark, breathless",
        "a strange sound in the night",
        "who is there, what will come next",
        "a tale of peril, told step by step",
    ),
    "Uneasiness": (
        "fear, dread and horror",
        "war, blood, sickness and evil",
        "anxious unease about danger",
        "a gloomy, threatening night",
        "doubt, guilt and troubled thoughts",
        "decay, ruin, poison and ghosts",
    ),
    "Vitality": (
        "energy, courage and the will to live",
        "march on, fight and be strong",
        "work, run, dance, the vigour of life",
        "seize the day",
        "a bold command to act",
        "pride, passion and determination",
    ),
}
FEELINGS: Final = tuple(PHRASES)

Matrix = NDArray[np.float32]
Embed = Callable[[Sequence[str]], Matrix]
Stanzas = Sequence[Sequence[str]]


@dataclass(frozen=True)
class VerseHead:
    """usual, spread: (5, phrases) of the cosines of a line's views with the phrases; weights: (5,); leanings: (9,)."""

    usual: Matrix
    spread: Matrix
    weights: Matrix
    leanings: Matrix
    trained_on: NDArray[np.uint32]  # digests of the lines it learned from, sorted

    @classmethod
    def load(cls, folder: Any = HEADS) -> VerseHead:
        """The shipped head. Raises ModelUnavailable where a file is absent, damaged or not its card's."""
        try:
            arrays = read_head(NAME, folder)
            floats = {name: arrays[name].astype(np.float32) for name in ("usual", "spread", "weights", "leanings")}
            return cls(**floats, trained_on=arrays["trained_on"])
        except KeyError as error:
            raise ModelUnavailable(f"The verse head lacks {error}.", hint="Install Cratedig again.") from error

    def feelings(self, cosines: Matrix) -> Matrix:
        """(n, 9): how likely each of FEELINGS is the first that a reader names. cosines: as `cosines_of` gives them."""
        judged = nearness(cosines, self.usual, self.spread) @ self.weights + self.leanings
        shares = np.exp(judged - judged.max(axis=1, keepdims=True))
        return np.asarray(shares / shares.sum(axis=1, keepdims=True), dtype=np.float32)


def nearness(cosines: Matrix, usual: Matrix, spread: Matrix) -> Matrix:
    """(n, 9, 5): for each feeling and view the mean over its phrases of how many spreads above the usual they lie."""
    above = (cosines - usual) / spread
    owner = np.array([at for at, name in enumerate(FEELINGS) for _ in PHRASES[name]])
    near: Matrix = np.stack([above[:, :, owner == at].mean(axis=2) for at in range(len(FEELINGS))], axis=1)
    return near


def cosines_of(poems: Sequence[Stanzas], embed: Embed) -> Matrix:
    """(lines of all poems, 5, phrases): each line's views (VIEWS) beside the phrases. embed: gives unit rows."""
    texts = [view for stanzas in poems for view in _texts(stanzas)]
    known = {text: at for at, text in enumerate(dict.fromkeys(texts))}
    near = embed(list(known)) @ embed([phrase for phrases in PHRASES.values() for phrase in phrases]).T
    views, start = [], 0
    for stanzas in poems:
        held = near[[known[text] for text in texts[start : start + _length(stanzas)]]]
        views.append(_views(stanzas, held))
        start += _length(stanzas)
    return np.concatenate(views) if views else np.zeros((0, len(VIEWS), near.shape[1]), dtype=np.float32)


def _length(stanzas: Stanzas) -> int:
    return 2 * sum(map(len, stanzas)) + 2 * len(stanzas)


def _texts(stanzas: Stanzas) -> list[str]:
    """Every line, what surrounds it, every stanza, and every stanza with its neighbours."""
    lines = [line for stanza in stanzas for line in stanza]
    around = [
        "\n".join(stanza[max(0, at - AROUND) : at + AROUND + 1]) for stanza in stanzas for at in range(len(stanza))
    ]
    whole = ["\n".join(stanza) for stanza in stanzas]
    beside = ["\n".join(whole[max(0, at - 1) : at + 2]) for at in range(len(whole))]
    return [*lines, *around, *whole, *beside]


def _views(stanzas: Stanzas, near: Matrix) -> Matrix:
    """(lines, 5, phrases) of one poem from the rows of `_texts`; the poem is the mean of its stanzas."""
    lines, stanza_of = sum(map(len, stanzas)), np.repeat(np.arange(len(stanzas)), [len(stanza) for stanza in stanzas])
    whole, beside = near[2 * lines : 2 * lines + len(stanzas)], near[2 * lines + len(stanzas) :]
    poem = np.broadcast_to(whole.mean(axis=0), (lines, near.shape[1]))
    return np.stack([near[:lines], near[lines : 2 * lines], whole[stanza_of], beside[stanza_of], poem], axis=1)
