"""Which language a lyric is in: as a whole, and line by line where lines differ (py3langid, its model from data)."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Final

from cratedig.music.lyric import Lyric

if TYPE_CHECKING:
    from collections.abc import Mapping

    from py3langid.langid import LanguageIdentifier  # type: ignore[import-untyped]

LANGUAGES: Final = (
    *("ar", "bg", "cs", "da", "de", "el", "en", "es", "et", "fa", "fi", "fr", "he", "hi", "hr", "hu", "id", "it", "ja"),
    *("ka", "kk", "ko", "lt", "lv", "nl", "no", "pl", "pt", "ro", "ru", "sk", "sr", "sv", "th", "tr", "uk", "vi", "zh"),
)
"""ISO 639-1: those in which music is sold; fewer choices make short texts surer."""
SURE: Final = 0.7
PLAIN: Final = 0.9999
"""So sure of the whole in one script, its lines are not asked one by one."""
READ_CHARS: Final = 4000
LINES_READ: Final = 24
LINE_CHARS: Final = 25
"""Shorter lines say little of their language."""
MIXED_FROM: Final = 0.15

_CYRILLIC = re.compile("[\u0400-\u04ff]")
_LATIN = re.compile("[A-Za-z\u00c0-\u024f]")


@dataclass(frozen=True, slots=True)
class Languages:
    """main: ISO 639-1, None where too little can be told. shares: language -> share of the lines long enough to tell.

    cyrillic: share of Cyrillic letters among Cyrillic and Latin ones, None without any.
    """

    main: str | None = None
    shares: Mapping[str, float] = field(default_factory=dict)
    cyrillic: float | None = None

    @property
    def is_mixed(self) -> bool:
        """Two languages or more have MIXED_FROM of the lines each."""
        return sum(share >= MIXED_FROM for share in self.shares.values()) > 1


def languages_of(lyric: Lyric) -> Languages:
    """The languages of a lyric.

    >>> lines = "I left the kitchen light on for the sound of your return\\nand nobody was coming down the road at all"
    >>> languages_of(Lyric.of(lines)).main
    'en'
    """
    lines = lyric.lines
    sample = "\n".join(lines)[:READ_CHARS]
    letters = sum(char.isalpha() for char in sample)
    if letters < 10:
        return Languages(cyrillic=_cyrillic_share(sample))
    language, sureness = _identifier().classify(sample)
    cyrillic = _cyrillic_share(sample) or 0.0
    is_plain = sureness > PLAIN and not 0.02 < cyrillic < 0.98
    shares = {language: 1.0} if is_plain else _shares(lines, language)
    main = language if sureness >= SURE or (shares and max(shares, key=shares.__getitem__) == language) else None
    return Languages(main, shares, cyrillic)


def _shares(lines: tuple[str, ...], main: str) -> dict[str, float]:
    """A line speaks for another language only where that is sure; in doubt it is in the song's."""
    every = max(1, len(lines) // LINES_READ)
    told: Counter[str] = Counter()
    for line in lines[::every]:
        if len(line) >= LINE_CHARS:
            language, sureness = _identifier().classify(line)
            told[language if sureness >= 0.95 else main] += 1
    return {language: round(count / told.total(), 3) for language, count in told.most_common(5)}


def _cyrillic_share(text: str) -> float | None:
    cyrillic, latin = len(_CYRILLIC.findall(text)), len(_LATIN.findall(text))
    return round(cyrillic / (cyrillic + latin), 3) if cyrillic + latin else None


@cache
def _identifier() -> LanguageIdentifier:
    """Loaded when first asked for: it takes a second."""
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    identifier = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    identifier.set_languages(list(LANGUAGES))
    return identifier
