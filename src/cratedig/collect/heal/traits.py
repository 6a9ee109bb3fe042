"""What is worked out of the columns a track has: its time, how widely it is known, its artist, how much is told.

Plain functions of given values (recommender specification, 1.3); kept under `extra.traits`.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from cratedig.collect.heal.rows import Row
from cratedig.music.facet import heard

RECENCY_HALF_LIFE_Y = 10.0
FIRST_ERA = 1950
PROLIFIC_FROM = 10  # an artist with more tracks than this is prolific
TIERS = ("Underground", "Niche", "Popular", "Viral")
TIER_SHARES = (0.50, 0.90, 0.99)
"""Below the median of the catalogue's plays: Underground; the top tenth is Popular, the top hundredth Viral."""
_TOLD = ("title", "artist", "album", "genre", "tags", "description", "duration_s", "year", "playback_count", "url")


@dataclass(frozen=True, slots=True)
class ArtistTotals:
    """tracks: how many the catalogue has; plays: their sum; played: how many of them have a play count."""

    tracks: int = 0
    plays: int = 0
    played: int = 0


def era(year: int) -> str:
    """The decade; everything before 1950 is one era.

    >>> era(1994), era(1931)
    ('1990s', 'before 1950')
    """
    return f"{year // 10 * 10}s" if year >= FIRST_ERA else f"before {FIRST_ERA}"


def recency(year: int, *, today_year: int) -> float:
    """1 for this year, half of it every ten years.

    >>> recency(2026, today_year=2026), recency(2016, today_year=2026)
    (1.0, 0.5)
    """
    return round(math.pow(0.5, max(0, today_year - year) / RECENCY_HALF_LIFE_Y), 4)


def tier(playback_count: int, thresholds: Sequence[int]) -> str:
    """The tier of a play count. thresholds: plays at the shares of TIER_SHARES, ascending.

    >>> tier(50, (100, 1000, 10000)), tier(100, (100, 1000, 10000)), tier(20000, (100, 1000, 10000))
    ('Underground', 'Niche', 'Viral')
    """
    return TIERS[sum(playback_count >= threshold for threshold in thresholds)]


def engagement(like_count: int | None, playback_count: int | None) -> float | None:
    """Likes per play, at most 1; None where either is unknown or nobody played it."""
    if like_count is None or not playback_count:
        return None
    return round(min(1.0, like_count / playback_count), 5)


def richness(row: Row) -> float:
    """Share of the fields of a full track that are given, 0..1."""
    given = sum(getattr(row, name) not in (None, "", ()) for name in _TOLD)
    return round(given / len(_TOLD), 3)


def text_length(row: Row) -> int:
    """Characters of title, description and tags together."""
    return len(row.title or "") + len(row.description or "") + sum(map(len, row.tags))


def traits(row: Row, artist: ArtistTotals, *, thresholds: Sequence[int], today_year: int) -> dict[str, Any]:
    """All of it for one row; what cannot be known is left out."""
    found: dict[str, Any] = {"richness": richness(row), "text_length": text_length(row)}
    if row.year is not None:
        found |= {"era": era(row.year), "recency": recency(row.year, today_year=today_year)}
    known = heard(row.popularity, row.playback_count)
    if known is not None:
        found["popularity"] = known
    if row.playback_count is not None and thresholds:
        found["tier"] = tier(row.playback_count, thresholds)
    ratio = engagement(row.like_count, row.playback_count)
    if ratio is not None:
        found["engagement"] = ratio
    if artist.tracks:
        found |= {"artist_tracks": artist.tracks, "prolific": artist.tracks > PROLIFIC_FROM}
    if artist.played:
        found["artist_mean_plays"] = math.floor(artist.plays / artist.played)
    return found
