"""Listeners in crowds, made up: each crowd has tracks of its own, of which each of its listeners hears some."""

from __future__ import annotations

import numpy as np


def crowded(*, listeners: int, tracks: int, crowds: int, own: float, noise: float) -> list[tuple[int, int]]:
    """(listener, track), each with chance `own` in the listener's crowd and `noise` elsewhere; track t is of crowd
    t mod crowds."""
    draw = np.random.default_rng(0).random((listeners, tracks))
    same = np.arange(listeners)[:, None] % crowds == np.arange(tracks)[None, :] % crowds
    rows, columns = np.nonzero(draw < np.where(same, own, noise))
    return list(zip(rows.tolist(), columns.tolist(), strict=True))
