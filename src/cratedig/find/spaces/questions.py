"""What an index is tuned on: vectors that are as hard to find by as questions, which do not lie where tracks do."""

from __future__ import annotations

import numpy as np

from cratedig.catalogue import Session, segments, vectors
from cratedig.find.known import cleared
from cratedig.find.spaces.space import Space
from cratedig.models import sound_target, style
from cratedig.models.index.contract import Vectors
from cratedig.music.mood import Mood

MOST = 100
"""Vectors of another space that stand for questions at most."""
_MOODS = [Mood(valence, arousal) for valence in (-0.8, 0.0, 0.8) for arousal in (-0.8, 0.0, 0.8)]


async def questions(session: Session, space: Space) -> Vectors | None:
    """Vectors (m, dim) such as the space is asked for, m > 0; None where its own may stand for them.

    Texts of tracks are, once what all of them share is taken away: of 500 queries for moods and of those, the best
    1,000 by their codes hold the same share of the nearest 500 (0.950), of texts as they are a greater one (0.966).
    """
    if space.asked_in is not None:
        every = max(1, await vectors.count(session, space.asked_in) // MOST)
        sample = await vectors.sample(session, space.asked_in, every=every, dim=space.dim)
        return await _cleared(session, sample.vectors[:MOST]) if len(sample) else None
    return _sounds() if space.name == "audio" else None


async def _cleared(session: Session, asked: Vectors) -> Vectors:
    """As a question is looked for."""
    common = await segments.common_directions(session)
    return np.array([cleared(common, one)[0] for one in asked], dtype=np.float32)


def _sounds() -> Vectors:
    """What the names of the shipped head's styles suggest, and nine moods."""
    head = sound_target.shipped()
    targets = [head.target(name, {}) for name in style.shipped().names]
    targets += [head.target(None, sound_target.quantities_of(mood, {})) for mood in _MOODS]
    return np.array([target for target in targets if target is not None], dtype=np.float32)
