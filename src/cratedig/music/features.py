"""The audio features a dump may bring along (the names and ranges of Spotify's audio-features object)."""

from __future__ import annotations

RANGES: dict[str, tuple[float, float]] = {
    "danceability": (0.0, 1.0),
    "energy": (0.0, 1.0),
    "key": (-1.0, 11.0),
    "loudness": (-60.0, 5.0),
    "mode": (0.0, 1.0),
    "speechiness": (0.0, 1.0),
    "acousticness": (0.0, 1.0),
    "instrumentalness": (0.0, 1.0),
    "liveness": (0.0, 1.0),
    "valence": (0.0, 1.0),
    "tempo": (0.0, 300.0),
    "time_signature": (0.0, 12.0),
}
"""Feature name -> lowest and highest possible value (dB for loudness, BPM for tempo)."""


def is_possible(name: str, value: float) -> bool:
    """True where `value` lies in the feature's range.

    >>> is_possible("energy", 0.916), is_possible("energy", 916.0)
    (True, False)
    """
    low, high = RANGES[name]
    return low <= value <= high
