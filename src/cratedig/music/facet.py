"""Facets: the names a track is filed under. Study writes them, a query is recognised by them.

A facet is a kind and a folded value, "artist taylor swift". The space between them keeps it apart from any single word.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping, Sequence

from cratedig.music.text import fold

ARTIST, GENRE, TAG, YEAR, DECADE, HEARD, STYLE = "artist", "genre", "tag", "year", "decade", "heard", "style"

HEARD_TIERS = 20
VIRAL_PLAYS = 100_000_000  # plays at which a track without a popularity figure counts as heard by everyone
_MAX_CHARS = 120

_GUESTS = re.compile(r"\s*(?:,|;|\bfeat\b\.?|\bft\b\.?|\bfeaturing\b|\bwith\b)\s*", re.IGNORECASE)
_GENRE_PARTS = re.compile(r"\s*[,;/&|+>]\s*")


def facet(kind: str, value: str) -> str:
    """One facet's lexeme.

    >>> facet(GENRE, "Hip-Hop")
    'genre hip hop'
    """
    return f"{kind} {fold(value)[:_MAX_CHARS]}"


def heard(popularity: float | None, playback_count: int | None) -> float | None:
    """How widely a track is known, 0..1: the source's popularity, else its plays on a log scale; None when unknown.

    >>> heard(None, 10_000)
    0.5
    """
    if popularity is not None:
        return min(1.0, max(0.0, popularity))
    if playback_count is None:
        return None
    return round(min(1.0, math.log1p(max(0, playback_count)) / math.log1p(VIRAL_PLAYS)), 4)


def facets_of(
    *,
    artist: str | None,
    genre: str | None,
    tags: Sequence[str],
    year: int | None,
    popularity: float | None,
    playback_count: int | None,
) -> tuple[str, ...]:
    """Everything one track is filed under, sorted; parts of a name that lists several count as well as the whole.

    >>> facets_of(artist="Ana feat. Bo", genre=None, tags=["Lo-Fi"], year=1994, popularity=None, playback_count=None)
    ('artist ana', 'artist ana feat bo', 'artist bo', 'decade 1990', 'tag lo fi', 'year 1994')
    """
    found = {facet(ARTIST, name) for name in _with_parts(artist, _GUESTS)}
    found |= {facet(GENRE, name) for name in _with_parts(genre, _GENRE_PARTS)}
    found |= {facet(TAG, tag) for tag in tags if fold(tag)}
    if year is not None:
        found |= {facet(YEAR, str(year)), facet(DECADE, str(year // 10 * 10))}
    known = heard(popularity, playback_count)
    if known is not None:
        found.add(facet(HEARD, str(int(known * HEARD_TIERS))))
    return tuple(sorted(found))


STYLE_TIERS = 10
STYLE_FROM = 0.1
"""The least probability with which a track is filed under a style."""


def style_facets(shares: Mapping[str, float]) -> tuple[str, ...]:
    """Under which styles a track is filed, with the tenths of their probability, so that a style's surest come first.

    >>> style_facets({"big room": 0.62, "trap": 0.04})
    ('style big room 6',)
    """
    return tuple(
        facet(STYLE, f"{style} {min(STYLE_TIERS - 1, int(share * STYLE_TIERS))}")
        for style, share in sorted(shares.items())
        if share >= STYLE_FROM
    )


def _with_parts(name: str | None, separators: re.Pattern[str]) -> Iterator[str]:
    for part in [name or "", *separators.split(name or "")]:
        if fold(part):
            yield part
