"""What may be lost at any moment: answers kept for a while, in this process or in a Redis that processes share."""

from cratedig.cache.answers import Cache, Found, KindStats
from cratedig.cache.kinds import ANALYSIS, ARTIST, KINDS, RATE_STATE, RECOMMENDATION, SONG_HASH, STYLE_PROFILE, Kind
from cratedig.cache.memory import MemoryStore
from cratedig.cache.redis_link import LinkState, RedisLink
from cratedig.cache.shape import Json, Shape, opened, sealed
from cratedig.cache.together import Together

__all__ = [
    "ANALYSIS",
    "ARTIST",
    "KINDS",
    "RATE_STATE",
    "RECOMMENDATION",
    "SONG_HASH",
    "STYLE_PROFILE",
    "Cache",
    "Found",
    "Json",
    "Kind",
    "KindStats",
    "LinkState",
    "MemoryStore",
    "RedisLink",
    "Shape",
    "Together",
    "opened",
    "sealed",
]
