"""Letters to phones: how a word that no dictionary knows is probably said.

IGTree (Daelemans, van den Bosch and Weijters 1997, "IGTree: using trees for compression and classification in lazy
learning algorithms"): each letter is said as in the words where the longest stretch of letters about it was seen.
Trained by `cratedig lab train letters` from the CMU Pronouncing Dictionary; heads/letters.json is its card.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from cratedig.models.arrays import HEADS, Arrays, read_head

NAME: Final = "letters"
ORDER: Final = (0, 1, -1, 2, -2, 3, -3, 4, -4)
"""Where the letters lie that are looked at, most telling first, from the letter in question."""
BEYOND: Final = "_"
"""Stands for what lies before and after a word."""
REACH: Final = max(ORDER)
_MARGIN: Final = BEYOND * REACH
LETTERS: Final = frozenset("abcdefghijklmnopqrstuvwxyz'")


def context(word: str, at: int) -> str:
    """The letters about one letter, in the order in which they are looked at.

    >>> context("love", 1)
    'ovle_____'
    """
    return "".join(word[at + step] if 0 <= at + step < len(word) else BEYOND for step in ORDER)


@dataclass(frozen=True)
class LettersHead:
    """said: phones, separated by blanks, by the beginning of a context; every beginning of a known one is known."""

    said: Mapping[str, str]

    @classmethod
    def load(cls, folder: Path = HEADS) -> LettersHead:
        """The shipped head. Raises ModelUnavailable where a file is absent, damaged or not its card's."""
        return cls.of(read_head(NAME, folder))

    @classmethod
    def of(cls, arrays: Mapping[str, NDArray[Any]]) -> LettersHead:
        """From lines of contexts as bytes, the sounds, and which sound each context has."""
        contexts = arrays["contexts"].tobytes().decode().split("\n")
        sounds = [str(sound) for sound in arrays["sounds"]]
        chosen = arrays["chosen"].tolist()
        return cls({context: sounds[at] for context, at in zip(contexts, chosen, strict=True)})

    def arrays(self) -> Arrays:
        """What `of` reads."""
        contexts = sorted(self.said)
        sounds = sorted(set(self.said.values()))
        number = {sound: at for at, sound in enumerate(sounds)}
        return {
            "contexts": np.frombuffer("\n".join(contexts).encode(), dtype=np.uint8),
            "sounds": np.array(sounds),
            "chosen": np.array([number[self.said[context]] for context in contexts], dtype=np.uint16),
        }

    def phones(self, word: str) -> tuple[str, ...]:
        """ARPAbet of a word in lower case, vowels with their stress. Other characters than LETTERS are silent."""
        heard = "".join([letter for letter in word if letter in LETTERS])
        padded = f"{_MARGIN}{heard}{_MARGIN}"
        return tuple(" ".join([self._sound(padded, at) for at in range(REACH, REACH + len(heard))]).split())

    def _sound(self, padded: str, at: int) -> str:
        """The sound of the letter at `at` in the longest known beginning of its `context`."""
        sound, seen = "", ""
        for step in ORDER:
            seen += padded[at + step]
            longer = self.said.get(seen)
            if longer is None:
                break
            sound = longer
        return sound


@cache
def shipped() -> LettersHead:
    """The shipped head, read once."""
    return LettersHead.load()
