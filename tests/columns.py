"""Candidates made up for tests."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np

from cratedig.find.candidates import NOBODY, Candidates, Floats, Held

FEATURES, STYLES = 9, 24


def candidates_of(n: int, *, embeddings: Callable[[Floats, Floats], Held] = Held, **columns: Any) -> Candidates:
    """n candidates of which everything is drawn with a fixed seed, except what is given as a column."""
    draw = np.random.default_rng(n)
    texts = draw.standard_normal((n, 384)).astype(np.float32)
    texts /= np.linalg.norm(texts, axis=1, keepdims=True)
    sounds = draw.standard_normal((n, 128)).astype(np.float32)
    found = Candidates(
        ids=np.arange(1, n + 1, dtype=np.int64),
        artist=draw.integers(0, max(1, n // 2), n),
        recording=np.arange(n, dtype=np.int64),
        album=np.full(n, NOBODY, dtype=np.int64),
        tie=draw.integers(0, 2**63, n).astype(np.uint64),
        seconds=np.full(n, np.nan, np.float32),
        year=draw.integers(1960, 2025, n).astype(np.float32),
        heard=draw.random(n, np.float32),
        valence=draw.uniform(-1, 1, n).astype(np.float32),
        arousal=draw.uniform(-1, 1, n).astype(np.float32),
        features=draw.random((n, FEATURES), np.float32),
        styles=draw.dirichlet(np.ones(STYLES), n).astype(np.float32),
        dead=np.zeros(n, dtype=bool),
        meaning=draw.uniform(0, 0.6, n).astype(np.float32),
        words=draw.random(n, np.float32),
        unwanted=np.zeros(n, np.float32),
        named=np.zeros(n, np.float32),
        channels={"text": np.ones(n, dtype=bool)},
        rows=np.arange(n, dtype=np.int64),
        embeddings=embeddings(texts, sounds),
    )
    given: dict[str, Any] = {name: np.asarray(values) for name, values in columns.items()}
    return replace(found, **given)
