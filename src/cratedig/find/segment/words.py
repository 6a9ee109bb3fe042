"""PostgreSQL's tsvector in its binary form: lexemes, and how much each says of its track.

The impact of a lexeme is ts_rank's for it alone (calc_rank_or of one operand, src/backend/utils/adt/tsrank.c): its
occurrences' weights over the squares of their numbers, the largest counted in full. It depends on the weights in order
alone, so that few sequences are worked out, once each.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

FIELD_WEIGHTS = (0.6, 0.8, 1.0, 1.0)
"""D description and lyrics, C genre, tags and album, B artist, A title (the order ts_rank wants)."""
_ALL_SQUARES = 1.64493406685  # the sum of 1/k^2, as ts_rank has it
_WEIGHT = bytes(byte >> 6 for byte in range(256))  # a position's two upper bits
_NO_POSITION = b"\0"  # counts as one occurrence of weight D


@cache
def impact(weights: bytes) -> float:
    """ts_rank of a lexeme with occurrences of these weights, in order, 0 (D) .. 3 (A) each; in 0..1.

    >>> round(impact(bytes([3])), 6), round(impact(bytes([0, 0])), 6)
    (0.607927, 0.455945)
    """
    values = [FIELD_WEIGHTS[weight] for weight in weights or _NO_POSITION]
    total = sum(value / (at + 1) ** 2 for at, value in enumerate(values))
    most = max(values)
    return (most + total - most / (values.index(most) + 1) ** 2) / _ALL_SQUARES


def lexemes(sent: bytes) -> Iterator[tuple[bytes, float]]:
    """(lexeme, impact) of each, as tsvectorsend gives them: text, a zero, the number of positions, the positions."""
    at = 4
    for _ in range(int.from_bytes(sent[:4], "big")):
        end = sent.index(0, at)
        start = end + 3
        after = start + 2 * (sent[end + 1] << 8 | sent[end + 2])
        yield sent[at:end], impact(sent[start:after:2].translate(_WEIGHT))
        at = after
