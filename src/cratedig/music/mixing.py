"""How well two tracks follow each other: keys on the circle of fifths, tempos up to double and half time."""

from __future__ import annotations

import math
from dataclasses import dataclass

_FIFTHS = 12  # keys on the circle
_FARTHEST = 6.0  # fifths between opposite keys


@dataclass(frozen=True, slots=True)
class Key:
    """A key. pitch: 0 C .. 11 B."""

    pitch: int
    major: bool

    def __post_init__(self) -> None:
        if not 0 <= self.pitch <= 11:
            raise ValueError(f"pitch {self.pitch} is outside 0..11")

    @property
    def hour(self) -> int:
        """The place on the circle of fifths, 0 .. 11; a minor key stands where its relative major does."""
        return (7 * (self.pitch if self.major else self.pitch + 3)) % _FIFTHS

    @property
    def camelot(self) -> str:
        """The name on the wheel DJs mix by: 8B is C major, 8A A minor; one hour is a fifth.

        >>> Key(0, major=True).camelot, Key(9, major=False).camelot, Key(7, major=True).camelot
        ('8B', '8A', '9B')
        """
        return f"{(self.hour + 7) % _FIFTHS + 1}{'B' if self.major else 'A'}"


def read_key(pitch: object, mode: object) -> Key | None:
    """The key of two audio features (pitch 0..11, mode 1 major 0 minor); None where they do not say one.

    >>> read_key(9, 0), read_key(-1, 1), read_key(4.0, None)
    (Key(pitch=9, major=False), None, None)
    """
    if not isinstance(pitch, int | float) or not isinstance(mode, int | float) or mode not in (0, 1):
        return None
    return Key(int(pitch), mode == 1) if pitch in range(12) else None


def key_distance(one: Key | None, other: Key | None) -> float | None:
    """Steps on the wheel, over the 6 between opposite keys, at most 1: 0 the same key, 1/6 a fifth away or the
    relative key, 1 opposite. None where a key is not known.

    >>> key_distance(Key(0, True), Key(7, True)) == key_distance(Key(0, True), Key(9, False)) == 1 / 6
    True
    """
    if one is None or other is None:
        return None
    around = abs(one.hour - other.hour)
    steps = min(around, _FIFTHS - around) + (one.major != other.major)
    return min(1.0, steps / _FARTHEST)


def tempo_distance(one: float | None, other: float | None) -> float | None:
    """How far two tempos (BPM) are from each other in octaves, double and half time counting as the same: 0 equal,
    1 as far as can be (a ratio of the square root of two). None where a tempo is not known.

    >>> tempo_distance(70.0, 140.0), round(tempo_distance(120.0, 126.0), 3)
    (0.0, 0.141)
    """
    if not one or not other or one <= 0.0 or other <= 0.0:
        return None
    octaves = math.log2(other / one)
    return 2.0 * abs(octaves - round(octaves))
