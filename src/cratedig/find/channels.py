"""Which rows each channel of retrieval brings: the nearest in a space, those that meet conditions, those of a name."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cratedig.find.candidates import NOBODY, Flags, Floats, Ids
from cratedig.find.segment.segment import VECTORS
from cratedig.find.segment.snapshot import Part, Snapshot
from cratedig.models.index.contract import Index
from cratedig.models.index.recall import best
from cratedig.music.recording import DURATION_TOLERANCE_S

FEW = 4000
"""Rows among which the nearest are looked for one by one, rather than through an index."""
FEW_NAMED = 5000
"""The same where some of a name are wanted."""
FLAT_NUMBERS = 20_000_000
"""Numbers (vectors x dimensions) that a process without an index looks through itself: 80 MB, about 10 ms. Above,
the database is asked."""
SAMPLED = 32
"""Of so many scores one is looked at to guess which are high."""
MANY = 200
"""Tracks to leave out from which they are left out inside every channel."""
ROUNDED = 1 - 1e-5
"""Squared distances in single precision are compared with this much of what they must be below."""
DEAD_SHARE = 0.2
"""Share of dead links from which they are left out inside every channel."""


@dataclass(frozen=True, slots=True)
class Conditions:
    """What every candidate must meet. Years are inclusive; genres and artists are facet lexemes.

    without_tracks: ids; what else is of their recordings is left out too.
    """

    min_year: int | None = None
    max_year: int | None = None
    genres: tuple[str, ...] = ()
    without_artists: tuple[str, ...] = ()
    without_tracks: tuple[int, ...] = ()
    dead_links: bool = False


def allowed(snapshot: Snapshot, conditions: Conditions) -> Flags | None:
    """Which rows the channels may bring; None where all may, as far as `meeting` does not throw out a few."""
    masks = [*_years(snapshot, conditions), *_facets(snapshot, conditions)]
    if not conditions.dead_links and snapshot.dead_share > DEAD_SHARE:
        masks.append(np.logical_not(_dense(snapshot, "dead")))
    if len(conditions.without_tracks) > MANY:
        masks.append(~_marked(snapshot, _rows_of(snapshot, conditions.without_tracks)))
    return np.logical_and.reduce([*masks, ~_hidden(snapshot)]) if masks else None


def meeting(snapshot: Snapshot, conditions: Conditions, rows: Ids) -> Ids:
    """Those of some rising rows that meet the conditions which `allowed` may have left."""
    if not conditions.dead_links:
        rows = rows[~snapshot.column("dead", rows)]
    if conditions.without_tracks:
        left_out = np.sort(_rows_of(snapshot, conditions.without_tracks))
        rows = np.setdiff1d(rows, left_out, assume_unique=True)
        rows = rows[~_recorded_as(snapshot, rows, left_out)]
    return rows


def _recorded_as(snapshot: Snapshot, rows: Ids, others: Ids) -> Flags:
    """Which of some rising rows are of a recording that one of `others`, rising too, is of."""
    codes, seconds = snapshot.column("recording", others), snapshot.column("seconds", others)
    found = np.isin(snapshot.column("recording", rows), codes[codes != NOBODY])
    for at in np.flatnonzero(found).tolist():
        row = rows[at : at + 1]
        lengths = seconds[codes == snapshot.column("recording", row)]
        found[at] = not np.all(np.abs(lengths - snapshot.column("seconds", row)) > DURATION_TOLERANCE_S)
    return np.asarray(found, dtype=np.bool_)


def _rows_of(snapshot: Snapshot, ids: Sequence[int]) -> Ids:
    rows = snapshot.rows_of(np.unique(np.array(ids, dtype=np.int64)))
    return rows[rows >= 0]


def _years(snapshot: Snapshot, conditions: Conditions) -> list[Flags]:
    if conditions.min_year is None and conditions.max_year is None:
        return []
    year = _dense(snapshot, "year")  # NaN is neither above nor below
    low = -np.inf if conditions.min_year is None else conditions.min_year
    high = np.inf if conditions.max_year is None else conditions.max_year
    return [(year >= low) & (year <= high)]


def _facets(snapshot: Snapshot, conditions: Conditions) -> list[Flags]:
    masks = []
    if conditions.genres:
        masks.append(_marked(snapshot, *(snapshot.having(genre) for genre in conditions.genres)))
    if conditions.without_artists:
        masks.append(~_marked(snapshot, *(snapshot.having(artist) for artist in conditions.without_artists)))
    return masks


def _marked(snapshot: Snapshot, *rows: Ids) -> Flags:
    marks = np.zeros(len(snapshot), dtype=bool)
    for some in rows:
        marks[some] = True
    return marks


def _dense(snapshot: Snapshot, name: str) -> NDArray[Any]:
    return np.concatenate([part.segment[name] for part in snapshot.parts])


def _hidden(snapshot: Snapshot) -> Flags:
    return np.concatenate(
        [np.zeros(len(part), dtype=bool) if part.hidden is None else part.hidden for part in snapshot.parts]
    )


def nearest(snapshot: Snapshot, space: str, vector: Floats, k: int, may: Flags | None, *, few: int = FEW) -> Ids:
    """The rows of the at most `k` nearest to `vector` (dim,) in a space: from its index, or one by one."""
    index = None if space == "mood" else snapshot.indices.get(space)  # two columns are looked through sooner
    if may is not None:
        rows = np.flatnonzero(may)
        if len(rows) <= few:
            return nearest_of(snapshot, space, vector, k, rows)
        if index is not None:
            return _by_index(snapshot, index, space, vector, k, snapshot.column("ids", rows))
    elif index is not None:
        return _by_index(snapshot, index, space, vector, k, None)
    return _one_by_one(snapshot, space, vector, k, may)


def _by_index(snapshot: Snapshot, index: Index, space: str, vector: Floats, k: int, only: Ids | None) -> Ids:
    """What an index of codes brings is compared again. An index may be a moment ahead of the snapshot: what that does
    not have is left out."""
    is_rough = index.params.kind == "codes"
    ids = index.search(vector, max(k, index.params.breadth) if is_rough else k, only=only).ids
    rows = snapshot.rows_of(ids)
    rows = rows[rows >= 0]
    return nearest_of(snapshot, space, vector, k, np.sort(rows)) if is_rough else rows


def nearest_of(snapshot: Snapshot, space: str, vector: Floats, k: int, rows: Ids) -> Ids:
    """The at most `k` of these rising rows that are nearest to `vector`."""
    if space == "mood":
        point = np.stack([snapshot.column("valence", rows), snapshot.column("arousal", rows)], axis=1)
        scores = -np.linalg.norm(point - vector, axis=1)
    else:
        scores = snapshot.products(space, rows, vector)
    has = np.isfinite(scores)
    return best(rows[has], scores[has].astype(np.float32), k).ids


def is_flat(snapshot: Snapshot, space: str) -> bool:
    """Is the space small enough to be looked through one by one?"""
    return space == "mood" or sum(part.segment[space].size for part in snapshot.parts) <= FLAT_NUMBERS


def _one_by_one(snapshot: Snapshot, space: str, vector: Floats, k: int, may: Flags | None) -> Ids:
    if not is_flat(snapshot, space):
        return np.empty(0, np.int64)
    found, scores = [], []
    for part in snapshot.parts:
        rows, values = _around(part, vector, k) if _is_plane(part, space, may) else _scored(part, space, vector)
        if part.hidden is not None:
            values[part.hidden[rows]] = np.nan
        if may is not None:
            values[~may[part.first : part.first + len(part)][rows]] = np.nan
        keep = promising(values, k)
        found.append((keep if isinstance(rows, slice) else rows[keep]) + part.first)
        scores.append(values[keep])
    return best(np.concatenate(found), np.concatenate(scores), k).ids


def _is_plane(part: Part, space: str, may: Flags | None) -> bool:
    return space == "mood" and may is None and len(part) > FEW


def _around(part: Part, point: Floats, k: int) -> tuple[Ids, Floats]:
    """Rows of the part among which are the `k` visible ones whose mood is nearest, and how near each is."""
    wanted = k
    while True:
        rows, near, seen = part.segment.plane.near(point, wanted)
        visible = near if part.hidden is None else near[~part.hidden[rows]]
        if np.isinf(seen) or np.count_nonzero(visible > -ROUNDED * seen * seen) >= k:
            return rows, near
        wanted *= 2


def promising(scores: Floats, k: int) -> Ids:
    """Places of scores among which the `k` highest are: about twice as many, by a guess from every 32nd, or, where
    that was too high, all that are not NaN."""
    sample = scores[::SAMPLED]
    sample = sample[~np.isnan(sample)]
    rank = 2 * k // SAMPLED + 8
    if len(sample) > 2 * rank:
        found = np.flatnonzero(scores >= np.partition(sample, len(sample) - rank)[len(sample) - rank])
        if len(found) >= k:
            return found
    return np.flatnonzero(~np.isnan(scores))


_EVERY = slice(None)


def _scored(part: Part, space: str, vector: Floats) -> tuple[Ids | slice, Floats]:
    """The part's rows that may have a place in the space, and how near each is; NaN where it has none."""
    if space in VECTORS:
        rows, vectors = part.segment.flat(space)
        return rows, vectors @ vector
    away = np.square(part.segment["valence"] - vector[0]) + np.square(part.segment["arousal"] - vector[1])
    return _EVERY, np.negative(away, out=away)


def named(
    snapshot: Snapshot,
    lexemes: Sequence[str],
    vector: Floats,
    k: int,
    may: Flags | None,
    *,
    of_all: Callable[[], Ids] | None = None,
    few: int = FEW_NAMED,
) -> Ids:
    """The at most `k` tracks with any of these facets that are nearest in meaning to `vector` (384,).

    of_all: gives the nearest of all that may be brought, best first: of many with a facet enough are among those.
    few: rows that are looked through one by one instead.
    """
    rows = risen(*(snapshot.having(lexeme) for lexeme in lexemes))
    if may is not None:
        rows = rows[may[rows]]
    if len(rows) <= k:
        return rows
    if len(rows) > few:
        has = _marked(snapshot, rows)
        if of_all is not None and len(foremost := (near := of_all())[has[near]]) >= k:
            return foremost[:k]
        if "text" in snapshot.indices:
            return nearest(snapshot, "text", vector, k, has, few=few)
    return nearest_of(snapshot, "text", vector, k, rows)


def risen(*rows: Ids) -> Ids:
    """All of these rows once, rising."""
    ordered = np.sort(np.concatenate([np.empty(0, np.int64), *rows]))
    is_new = np.ones(len(ordered), dtype=bool)
    is_new[1:] = ordered[1:] != ordered[:-1]
    return ordered[is_new]


def some(snapshot: Snapshot, n: int, may: Flags | None) -> Ids:
    """The first `n` rows that may be brought, whatever they are."""
    rows = np.flatnonzero(may) if may is not None else np.flatnonzero(~_hidden(snapshot))
    return rows[:n]
