"""Reading tracks for a journey: those near given moods, with what following one another rests on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from cratedig.music.mixing import Key, read_key
from cratedig.music.mood import Mood

SHORTEST_S = 30.0
"""Shorter sounds are samples and intros, no stop of a journey."""


@dataclass(frozen=True, slots=True)
class Stop:
    """A track with a mood. tempo in BPM; tempo and key are None where nobody heard or gave them.

    confidence: of the mood's receipt, 0..1; 1 where the mood was given.
    """

    track_id: int
    title: str | None
    artist: str | None
    album: str | None
    year: int | None
    genre: str | None
    url: str | None
    mood: Mood
    duration_s: float | None
    tempo: float | None
    key: Key | None
    confidence: float
    song: str | None
    """Equal for recordings of one song by one artist."""


_HEARD = "t.receipts->'audio_features'->>'kind' is distinct from 'imputed'"
"""A guessed tempo or key is that of similar tracks: nothing to mix by."""

_NEAR = text(
    f"""select distinct t.id, t.title, t.artist, t.album, t.year, t.genre, t.url, t.valence, t.arousal, t.duration_s,
        case when {_HEARD} then t.audio_features->'tempo' end, case when {_HEARD} then t.audio_features->'key' end,
        case when {_HEARD} then t.audio_features->'mode' end, t.receipts->'mood'->'confidence', t.match_key
    from unnest(cast(:valences as float8[]), cast(:arousals as float8[])) as place (valence, arousal)
    cross join lateral (select id from tracks n
        where n.valence is not null and n.arousal is not null and n.url_status is distinct from 'DEAD'
            and (n.duration_s is null or n.duration_s between :shortest and :longest)
            and n.id <> all(cast(:without as int[]))
        order by point(n.valence, n.arousal) <-> point(place.valence, place.arousal), n.id limit :each) near
    join tracks t using (id) order by t.id"""  # noqa: S608 - put together from a constant of this file
)


async def near(
    session: AsyncSession, moods: Sequence[Mood], *, each: int, longest_s: float, without: Sequence[int] = ()
) -> list[Stop]:
    """The `each` tracks nearest to every one of these moods, by id; dead links and `without` left out."""
    rows = await session.execute(
        _NEAR,
        {
            "valences": [mood.valence for mood in moods],
            "arousals": [mood.arousal for mood in moods],
            "each": each,
            "shortest": SHORTEST_S,
            "longest": longest_s,
            "without": list(without),
        },
    )
    return [_stop(tuple(row)) for row in rows]


def _stop(row: Sequence[Any]) -> Stop:
    *plain, valence, arousal, duration_s, tempo, pitch, mode, confidence, song = row
    values: list[Any] = [
        *plain,
        Mood.clipped(valence, arousal),
        duration_s,
        float(tempo) if isinstance(tempo, int | float) and tempo > 0 else None,
        read_key(pitch, mode),
        float(confidence) if isinstance(confidence, int | float) else 1.0,
        song,
    ]
    return Stop(*values)
