"""The one contract of all analyzers."""

from __future__ import annotations

from typing import Protocol

from cratedig.music.finding import Finding
from cratedig.music.lyric import Lyric


class Analyzer(Protocol):
    """Says what it finds in a lyric.

    name: what people ask for ("algorithmic", "emotion", "qwen", ...). version: of its rules, model and prompt together;
    a finding stored under another version is stale.
    """

    @property
    def name(self) -> str: ...

    @property
    def version(self) -> str: ...

    async def analyze(self, lyric: Lyric, *, tempo_bpm: float | None = None) -> Finding:
        """The finding. tempo_bpm: of the song, where it is known.

        Raises InputRejected for a lyric without words, ModelUnavailable or Refused where a model cannot answer.
        """
        ...
