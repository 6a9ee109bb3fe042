"""What retrieval hands on: a few hundred to a few thousand tracks as columns, with all a score needs.

A struct of arrays: signals, scores and spreads are computed over whole columns, never track by track.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from functools import cached_property
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

Ids = NDArray[np.int64]
Floats = NDArray[np.float32]
Flags = NDArray[np.bool_]

NOBODY = -1
"""The code of what a track does not have: an artist, an album."""


class Embeddings(Protocol):
    """Where candidates' vectors lie; asked only by those who want them."""

    def text(self, rows: Ids) -> Floats:
        """(n, 384); a row of NaN where a track's text was not studied."""
        ...

    def audio(self, rows: Ids) -> Floats:
        """(n, 128); a row of NaN where a track was not heard."""
        ...


@dataclass(frozen=True, slots=True)
class Held:
    """Embeddings that lie in memory, by row: texts (m, 384), sounds (m, 128)."""

    texts: Floats
    sounds: Floats

    def text(self, rows: Ids) -> Floats:
        return self.texts[rows]

    def audio(self, rows: Ids) -> Floats:
        return self.sounds[rows]


@dataclass(frozen=True, eq=False)
class Candidates:
    """n tracks by falling or no order. NaN is not known; a code is equal where the thing is.

    ids: of the tracks.  artist: code of the folded name, NOBODY without one.  recording: code of artist, song and
    version.  album: code of artist and album, NOBODY without one.
    tie: code of title and artist, which decides between equal scores, whatever the ids are.
    seconds: the length.  year.  heard: how widely known, 0..1.  valence, arousal: -1..1.
    features: (n, 9) as `signals.SPREADS` orders them.  styles: (n, s) shares of the style head's styles, 0..1.
    dead: the link is.  meaning: cosine with the query's cleared direction above the mean text.  words: 0..1.
    unwanted: 1 where any unwanted word stands in it.  named: the share of the kinds of names asked for that it has.
    channels: name -> which candidates that channel brought.  rows: where `embeddings` has them.
    """

    ids: Ids
    artist: Ids
    recording: Ids
    album: Ids
    tie: NDArray[np.uint64]
    seconds: Floats
    year: Floats
    heard: Floats
    valence: Floats
    arousal: Floats
    features: Floats
    styles: Floats
    dead: Flags
    meaning: Floats
    words: Floats
    unwanted: Floats
    named: Floats
    channels: Mapping[str, Flags]
    rows: Ids
    embeddings: Embeddings

    def __len__(self) -> int:
        return len(self.ids)

    @cached_property
    def text(self) -> Floats:
        """(n, 384), gathered when first asked for."""
        return self.embeddings.text(self.rows)

    @cached_property
    def audio(self) -> Floats:
        """(n, 128), gathered when first asked for."""
        return self.embeddings.audio(self.rows)

    def take(self, positions: Ids | Flags) -> Candidates:
        """The candidates at these positions, in that order; a mask works too."""
        if positions.dtype == np.bool_:
            positions = np.flatnonzero(positions)
        columns = {name: getattr(self, name).take(positions, axis=0) for name in _COLUMNS}
        channels = {name: brought.take(positions) for name, brought in self.channels.items()}
        taken = Candidates(**columns, channels=channels, embeddings=self.embeddings)
        for gathered in self.__dict__.keys() & {"text", "audio"}:
            taken.__dict__[gathered] = self.__dict__[gathered][positions]
        return taken


_COLUMNS = tuple(one.name for one in fields(Candidates) if one.name not in ("channels", "embeddings"))
