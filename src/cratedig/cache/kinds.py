"""What is kept, and for how long."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of kept thing. lifetime_s: seconds until it is forgotten; None = until there is no room."""

    name: str
    lifetime_s: float | None

    def __post_init__(self) -> None:
        if not self.name.isidentifier():
            raise ValueError(f"{self.name!r} is not a word")
        if self.lifetime_s is not None and self.lifetime_s <= 0:
            raise ValueError(f"a lifetime of {self.lifetime_s} s is none")


_HOUR_S, _DAY_S = 3600.0, 86_400.0

# rap platform, "Redis Caching Architecture"
ARTIST = Kind("artist", _HOUR_S)
SONG_HASH = Kind("song_hash", None)
RATE_STATE = Kind("rate_state", 60.0)
ANALYSIS = Kind("analysis", _DAY_S)
# drum generator, "Caching Strategy"
STYLE_PROFILE = Kind("style_profile", 7 * _DAY_S)
# music recommender, "Cache popular queries"
RECOMMENDATION = Kind("recommendation", _HOUR_S)

KINDS = (ARTIST, SONG_HASH, RATE_STATE, ANALYSIS, STYLE_PROFILE, RECOMMENDATION)
