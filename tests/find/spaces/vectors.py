"""Tracks with vectors in every space, written straight into the catalogue."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import text

from cratedig.catalogue import Catalogue
from cratedig.catalogue.texts import vector_literal

Vectors = NDArray[np.float32]


def drawn(n: int, dim: int, seed: int = 1) -> Vectors:
    """Directions of length 1 in some groups; the numbers depend on each other, so that 48 axes hold all of them."""
    axes = np.random.default_rng(0).normal(size=(48, dim))
    rng = np.random.default_rng(seed)
    centres = rng.normal(size=(20, 48))
    vectors = (centres[rng.integers(0, 20, n)] + 0.7 * rng.normal(size=(n, 48))) @ axes
    return (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)


def moods(n: int, seed: int = 1) -> Vectors:
    return np.random.default_rng(seed).uniform(-1, 1, (n, 2)).astype(np.float32)


async def add_tracks(catalogue: Catalogue, n: int, *, first: int = 1, seed: int = 1) -> None:
    """Tracks `first` .. `first + n - 1` with the vectors `drawn` and `moods` give for this seed."""
    ids = list(range(first, first + n))
    plane = moods(n, seed)
    async with catalogue.begin() as session:
        await session.execute(
            text(
                """insert into tracks (id, source, title, valence, arousal, audio_embedding)
                select u.id, 'test', 'track ' || u.id, u.valence, u.arousal, cast(u.sound as vector)
                from unnest(cast(:ids as int[]), cast(:valences as real[]), cast(:arousals as real[]),
                    cast(:sounds as text[])) as u(id, valence, arousal, sound)"""
            ),
            {
                "ids": ids,
                "valences": plane[:, 0].tolist(),
                "arousals": plane[:, 1].tolist(),
                "sounds": [vector_literal(one) for one in drawn(n, 128, seed)],
            },
        )
        await session.execute(
            text(
                """insert into track_texts (track_id, digest, words, embedding)
                select u.id, '', '', cast(u.embedding as vector)
                from unnest(cast(:ids as int[]), cast(:embeddings as text[])) as u(id, embedding)"""
            ),
            {"ids": ids, "embeddings": [vector_literal(one) for one in drawn(n, 384, seed)]},
        )
