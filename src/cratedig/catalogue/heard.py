"""What taste is made from: the vectors of tracks that were heard, what rises, and who heard what."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from cratedig.catalogue.tables import TEXT_DIM
from cratedig.catalogue.texts import received_vector

AUDIO_DIM = 128
LEAST_PAIRS = 200
"""Fewer events and entries of playlists than this join nothing that could be learned."""

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class HeardTracks:
    """n tracks by rising id, NaN where a track has none: text (n, 384), audio (n, 128), valence and arousal (n,).

    common: (k, 384), what all texts share: their mean, then their main directions.
    """

    ids: NDArray[np.int64]
    text: NDArray[np.float32]
    audio: NDArray[np.float32]
    valence: Floats
    arousal: Floats
    common: NDArray[np.float32]


async def heard_tracks(session: AsyncSession, ids: Sequence[int]) -> HeardTracks:
    """What is known of those of these tracks that exist."""
    rows = (
        await session.execute(
            text("""
                select t.id, t.valence, t.arousal, vector_send(x.embedding), vector_send(t.audio_embedding)
                from tracks t left join track_texts x on x.track_id = t.id
                where t.id = any(cast(:ids as int[])) order by t.id
            """),
            {"ids": list(ids)},
        )
    ).all()
    common = await session.scalars(text("select vector_send(direction) from text_directions order by rank"))
    directions = [received_vector(sent) for sent in common]
    return HeardTracks(
        ids=np.array([row[0] for row in rows], dtype=np.int64),
        text=_vectors([row[3] for row in rows], TEXT_DIM),
        audio=_vectors([row[4] for row in rows], AUDIO_DIM),
        valence=np.array([row[1] for row in rows], dtype=np.float64),
        arousal=np.array([row[2] for row in rows], dtype=np.float64),
        common=np.array(directions, dtype=np.float32).reshape(len(directions), TEXT_DIM),
    )


def _vectors(sent: Sequence[bytes | None], dim: int) -> NDArray[np.float32]:
    none = np.full(dim, np.nan, dtype=np.float32)
    rows = [none if one is None else received_vector(one) for one in sent]
    return np.array(rows, dtype=np.float32).reshape(len(rows), dim)


@dataclass(frozen=True, slots=True)
class TakenUp:
    """Tracks by rising id that several listeners took up of late, and their plays a day: (n,) each."""

    ids: NDArray[np.int64]
    lately: Floats
    usually: Floats


async def taken_up(
    session: AsyncSession,
    before: datetime,
    *,
    half_lives_days: tuple[float, float],
    by: int,
    within_days: float,
    remembered_days: float,
) -> TakenUp:
    """Tracks that at least `by` listeners played, liked or put into a playlist in the `within_days` before `before`.

    Plays a day are faded counts over the time they stand for (the integral of the fading), one for each half-life.
    """
    lately, usually = half_lives_days
    rows = (
        await session.execute(
            text("""
                select track_id, sum(power(0.5::float8, age / :lately)) * ln(2.0::float8) / :lately,
                    sum(power(0.5::float8, age / :usually)) * ln(2.0::float8) / :usually
                from (select track_id, listener, extract(epoch from :before - at)::float8 / 86400 as age
                      from listening where undone_at is null and kind in ('play', 'like', 'add_to_playlist')
                        and at < :before and at > :before - make_interval(secs => 86400 * :remembered)) e
                group by track_id having count(distinct listener) filter (where age < :within) >= :by
                order by track_id
            """),
            {
                "before": before,
                "lately": lately,
                "usually": usually,
                "by": by,
                "within": within_days,
                "remembered": remembered_days,
            },
        )
    ).all()
    table = np.array([tuple(row) for row in rows], dtype=np.float64).reshape(len(rows), 3)
    return TakenUp(table[:, 0].astype(np.int64), np.round(table[:, 1], 9), np.round(table[:, 2], 9))


@dataclass(frozen=True, slots=True)
class Pairs:
    """Who has which track, as numbers: rows[i] (a listener or a playlist) has tracks[i] with weights[i] > 0."""

    rows: NDArray[np.int64]
    tracks: NDArray[np.int64]
    weights: Floats


async def pairs(session: AsyncSession, *, strengths: dict[str, float]) -> Pairs:
    """Every listener with what they were for, by the logarithm of what their events say, and every playlist with its
    tracks, at 1 each. strengths: kind of event -> what one says."""
    rows = (
        await session.execute(
            text("""
                with said as (
                    select listener, track_id, sum(s.strength) as weight from listening l
                    join unnest(cast(:kinds as text[]), cast(:strengths as float8[])) as s(kind, strength)
                        on s.kind = l.kind
                    where l.undone_at is null group by listener, track_id
                ), listed as (
                    select distinct p.id, coalesce(t.id, a.track_id) as track_id from playlists p
                    cross join unnest(p.tracks) as n(source_id)
                    left join tracks t on t.source = p.source and t.source_id = n.source_id
                    left join track_aliases a on a.source = p.source and a.source_id = n.source_id
                    where coalesce(t.id, a.track_id) is not null
                )
                select dense_rank() over (order by listener) * 2, track_id, ln(1.0 + weight) from said where weight > 0
                union all select id::bigint * 2 + 1, track_id, 1.0 from listed order by 1, 2
            """),
            {"kinds": list(strengths), "strengths": list(strengths.values())},
        )
    ).all()
    table = np.array([tuple(row) for row in rows], dtype=np.float64).reshape(len(rows), 3)
    return Pairs(table[:, 0].astype(np.int64), table[:, 1].astype(np.int64), table[:, 2])


async def count_pairs(session: AsyncSession) -> int:
    """About how many pairs there are to learn from: events that count, and entries of playlists."""
    statement = """select (select count(*) from listening where undone_at is null)
        + (select coalesce(sum(cardinality(tracks)), 0) from playlists)"""
    return int(await session.scalar(text(statement)) or 0)
