"""How much each word speaks of each theme: words written down for it, and words learned to lie near those.

The learned words are a table distilled from the text embedder by `cratedig lab train themes` (models/heads/themes.json
is its card), so that reading a lyric's themes costs a look-up a word.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from cratedig.models.arrays import HEADS, read_head
from cratedig.music.lexicon import word_forms
from cratedig.understand.lyrics.measures.theme_words import THEMES

NAME: Final = "themes"
FULL: Final = 255
Row = NDArray[np.uint8]


@dataclass(frozen=True)
class ThemeTable:
    """names: the themes; rows: of each word, how much it speaks of each, in steps of 1/255."""

    names: tuple[str, ...]
    rows: Mapping[str, Row]

    @classmethod
    def load(cls, folder: Path = HEADS) -> ThemeTable:
        """The shipped table, with what was written down on top of what was learned.

        Raises ModelUnavailable where a file is absent, damaged or not its card's.
        """
        arrays = read_head(NAME, folder)
        words = arrays["vocabulary"].tobytes().decode("utf-8").split("\n")
        return cls(tuple(THEMES), dict(zip(words, arrays["rows"].astype(np.uint8), strict=True)) | written())

    def of(self, word: str) -> Row:
        """(themes,): 0..255; all 0 for a word that speaks of none."""
        return next((self.rows[form] for form in word_forms(word) if form in self.rows), _NOTHING)


def written() -> dict[str, Row]:
    """The words of theme_words.THEMES; one of several themes speaks of each in full."""
    rows: dict[str, Row] = {}
    for at, (_, words) in enumerate(THEMES.values()):
        for word in words:
            rows.setdefault(word, np.zeros(len(THEMES), dtype=np.uint8))[at] = FULL
    return rows


@cache
def shipped() -> ThemeTable:
    """The shipped table, read once."""
    return ThemeTable.load()


_NOTHING: Final = np.zeros(len(THEMES), dtype=np.uint8)
