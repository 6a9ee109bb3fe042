"""Rows of the catalogue become a segment: the arithmetic of one part, which a process can hold many times over."""

from __future__ import annotations

import math
from array import array
from collections.abc import Sequence
from typing import Any

import numpy as np
import orjson
from numpy.typing import NDArray

from cratedig.catalogue.segments import Row
from cratedig.find.candidates import Ids
from cratedig.find.codes import album_code, artist_code, codes_of, recording_code, tie_code
from cratedig.find.segment.segment import VECTORS, Segment
from cratedig.find.segment.words import lexemes
from cratedig.find.signals import SPREADS
from cratedig.models.style import Heard, shipped
from cratedig.music.facet import heard

_VECTOR_HEADER = 4  # bytes of pgvector's binary form before its floats
_NAN = math.nan


def segment_of(rows: Sequence[Row]) -> Segment:
    """The segment of these tracks, which come by id."""
    features = [orjson.loads(row.features) if row.features else {} for row in rows]
    text_at, text = _vectors([row.meaning for row in rows], VECTORS["text"])
    audio_at, audio = _vectors([row.sound for row in rows], VECTORS["audio"])
    return Segment(
        {
            "ids": np.array([row.track_id for row in rows], dtype=np.int64),
            "artist": np.array([artist_code(row.artist) for row in rows], dtype=np.int64),
            "recording": np.array([recording_code(row.artist, row.title, row.track_id) for row in rows], np.int64),
            "album": np.array([album_code(row.artist, row.album) for row in rows], dtype=np.int64),
            "tie": np.array([tie_code(row.title, row.artist) for row in rows], dtype=np.uint64),
            "seconds": _floats([row.duration_s for row in rows]),
            "year": _floats([row.year for row in rows]),
            "heard": _floats([heard(row.popularity, row.playback_count) for row in rows]),
            "valence": _floats([row.valence for row in rows]),
            "arousal": _floats([row.arousal for row in rows]),
            "dead": np.array([row.is_dead for row in rows], dtype=bool),
            "features": _features(features),
            "styles": _styles(rows, features, text_at, text),
            "text_at": text_at,
            "text": text.astype(np.float16),
            "audio_at": audio_at,
            "audio": audio.astype(np.float16),
            **_inverted([row.words for row in rows]),
        }
    )


def _floats(values: Sequence[float | None]) -> NDArray[np.float32]:
    return np.array(values, dtype=np.float32)


def _features(features: Sequence[dict[str, Any]]) -> NDArray[np.float32]:
    table = [[_number(known.get(name)) for name in SPREADS] for known in features]
    return np.array(table, dtype=np.float32).reshape(len(features), len(SPREADS))


def _number(value: object) -> float:
    return float(value) if isinstance(value, int | float) else _NAN


def _vectors(sent: Sequence[bytes | None], dim: int) -> tuple[NDArray[np.int32], NDArray[np.float32]]:
    """Where each track's vector is, -1 where it has none or one that no half-precision number can hold, and the
    vectors."""
    joined = b"".join(one[_VECTOR_HEADER:] for one in sent if one is not None)
    vectors = np.frombuffer(joined, dtype=">f4").astype(np.float32).reshape(-1, dim)
    has = np.array([one is not None for one in sent], dtype=bool)
    whole = (np.abs(vectors) < np.finfo(np.float16).max).all(axis=1)
    has[has] = whole
    return np.where(has, np.cumsum(has) - 1, -1).astype(np.int32), vectors[whole]


def _styles(
    rows: Sequence[Row], features: Sequence[dict[str, Any]], text_at: NDArray[np.int32], text: NDArray[np.float32]
) -> NDArray[np.float16]:
    """The shares of each track's probable styles; NaN where its text was not studied."""
    head = shipped()
    shares = np.full((len(rows), len(head.styles)), np.nan, dtype=np.float16)
    has = np.flatnonzero(text_at >= 0)
    if len(has):
        shares[has] = head.predict([Heard(features[at], rows[at].year) for at in has.tolist()], text)
    return shares


def _inverted(words: Sequence[bytes]) -> dict[str, Any]:
    """The postings, by the lexemes' codes, and how many different lexemes each track has."""
    numbers: dict[bytes, int] = {}
    named, said, length = array("i"), array("f"), array("i")
    for sent in words:
        before = len(named)
        for lexeme, much in lexemes(sent):
            named.append(numbers.setdefault(lexeme, len(numbers)))
            said.append(much)
        length.append(len(named) - before)
    counts = np.frombuffer(length, dtype=np.int32) if length else np.empty(0, np.int32)
    keys = codes_of(list(numbers))
    order = np.argsort(keys)
    place = np.empty(len(keys), dtype=np.int32)
    place[order] = np.arange(len(keys), dtype=np.int32)
    lexeme_of = place[np.array(named, dtype=np.int32)]
    by_lexeme = np.argsort(lexeme_of, kind="stable")
    rows: Ids = np.repeat(np.arange(len(words)), counts)
    return {
        "length": counts.astype(np.float32),
        "keys": keys[order],
        "starts": np.concatenate([[0], np.cumsum(np.bincount(lexeme_of, minlength=len(keys)))]).astype(np.int64),
        "rows": rows[by_lexeme].astype(np.int32),
        "impacts": np.array(said, dtype=np.float32)[by_lexeme],
    }
