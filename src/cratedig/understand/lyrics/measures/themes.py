"""What a lyric is about: shares of 24 themes, by the words that speak of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from cratedig.music.finding import Theme
from cratedig.understand.lyrics.measures.theme_table import FULL, shipped
from cratedig.understand.lyrics.words.taken import Words
from cratedig.understand.lyrics.words.vocabulary import Column

RESERVE: Final = 3.0
"""So many words that speak of a theme in full are held back for none: a few words make no theme of a song."""
SHOWN_FROM: Final = 0.1
"""A theme with a smaller share is one among many: to name it would say more than is known."""
MOST_SHOWN: Final = 6
FINE: Final = 4096


@dataclass(frozen=True)
class Spoken:
    """evidence: (24,) how much was said of each theme, in words that say it in full, each further time of a word
    counting less (1 + ln n, as Salton & Buckley 1988 dampen terms). words: how many words spoke."""

    evidence: NDArray[np.float64]
    words: int

    @property
    def shares(self) -> NDArray[np.float64]:
        """(24,): of each theme, 0..1; together less than 1, the less the less was said."""
        shares: NDArray[np.float64] = self.evidence / (self.evidence.sum() + RESERVE)
        return shares

    def shown(self) -> tuple[Theme, ...]:
        """The strongest themes with a share worth naming; none where little was said of any."""
        names, shares = shipped().names, self.shares.tolist()
        order = sorted(range(len(names)), key=lambda at: (-shares[at], at))[:MOST_SHOWN]
        return tuple(Theme(names[at], round(shares[at], 4)) for at in order if shares[at] >= SHOWN_FROM)


def themes(words: Words) -> Spoken:
    """What is said of each theme."""
    ids, _, often = words.types
    rows = words.vocabulary.themes[ids]
    speaking = rows.any(axis=1) & (words.vocabulary.numbers[ids, Column.FUNCTION] == 0)
    weight = np.rint((1 + np.log(often[speaking])) * FINE).astype(np.int64)
    said = (rows[speaking].astype(np.int64) * weight[:, None]).sum(axis=0)  # whole numbers: no order changes the sum
    return Spoken(said / (FINE * FULL), int(often[speaking].sum()))
