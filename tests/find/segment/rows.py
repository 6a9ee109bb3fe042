"""Rows as the catalogue sends them, made up."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from cratedig.catalogue.segments import Row
from cratedig.find.segment.segment import VECTORS

WORDS = ("love", "night", "blue", "river", "gold", "artist ana", "genre house")


def sent_words(words: Mapping[str, list[int]]) -> bytes:
    """A tsvector's binary form: lexeme -> the weights, 0 (D) .. 3 (A), of its positions 1, 2, ..."""
    parts = [len(words).to_bytes(4, "big")]
    for lexeme, weights in words.items():
        parts.append(lexeme.encode() + b"\0" + len(weights).to_bytes(2, "big"))
        parts += [(weight << 14 | at + 1).to_bytes(2, "big") for at, weight in enumerate(weights)]
    return b"".join(parts)


def sent_vector(vector: np.ndarray) -> bytes:
    return len(vector).to_bytes(2, "big") + b"\0\0" + vector.astype(">f4").tobytes()


def row(track_id: int) -> Row:
    """What is drawn with the id: now and then nothing was studied, heard or said."""
    draw = np.random.default_rng(track_id)
    said = {word: draw.integers(0, 4, draw.integers(1, 4)).tolist() for word in WORDS if draw.random() < 0.4}
    return Row(
        track_id=track_id,
        title=f"song {track_id % 7}",
        artist=("Ana", "Bo", None)[track_id % 3],
        album=None,
        duration_s=float(draw.uniform(60, 300)),
        year=int(draw.integers(1950, 2025)) if draw.random() < 0.7 else None,
        popularity=float(draw.random()) if draw.random() < 0.5 else None,
        playback_count=None,
        valence=float(draw.uniform(-1, 1)),
        arousal=float(draw.uniform(-1, 1)),
        is_dead=bool(draw.random() < 0.1),
        features='{"energy": 0.5, "tempo": "fast"}' if draw.random() < 0.5 else None,
        sound=sent_vector(draw.standard_normal(VECTORS["audio"])) if draw.random() < 0.3 else None,
        meaning=sent_vector(draw.standard_normal(VECTORS["text"])) if draw.random() < 0.8 else None,
        words=sent_words(said),
    )
