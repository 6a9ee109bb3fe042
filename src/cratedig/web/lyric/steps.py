"""Flow, line by line: every syllable a dot, the stressed ones full."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from cratedig.errors import InputRejected
from cratedig.music.lyric import Lyric
from cratedig.understand.lyrics.measures.flow import flow
from cratedig.understand.lyrics.words.taken import taken_apart

STEP: Final = 9
"""Units of the drawing from one syllable to the next."""
DRAWN: Final = 40
"""Syllables of a line that are drawn; what is longer is no line that is sung."""
STRESSED, UNSTRESSED = "/", "x"


@dataclass(frozen=True, slots=True)
class Steps:
    """The syllables of one line. pattern: "x/x/" is da-DUM da-DUM."""

    pattern: str

    @property
    def width(self) -> int:
        return STEP * max(1, min(DRAWN, len(self.pattern)))

    @property
    def stressed(self) -> str:
        """A path of points, one for each stressed syllable; "" where there is none."""
        return self._points(STRESSED)

    @property
    def unstressed(self) -> str:
        return self._points(UNSTRESSED)

    def _points(self, mark: str) -> str:
        return "".join(f"M{STEP * (at + 0.5):g} 6h0" for at, one in enumerate(self.pattern[:DRAWN]) if one == mark)

    @property
    def shown(self) -> str:
        """The pattern, as far as it is drawn."""
        return self.pattern[:DRAWN] + ("…" if len(self.pattern) > DRAWN else "")

    @property
    def told(self) -> str:
        count = len(self.pattern)
        return f"{count} {'syllable' if count == 1 else 'syllables'}, {self.pattern.count(STRESSED)} stressed"


def steps(lyric: Lyric) -> Sequence[Steps]:
    """Of every line; none at all where the words cannot be spoken (neither English nor Russian)."""
    try:
        words = taken_apart(lyric)
    except InputRejected:
        return ()
    if words.language == "other":
        return ()
    return [Steps(pattern) for pattern in flow(words).patterns]
