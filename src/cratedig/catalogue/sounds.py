"""The audio of tracks: files on this machine, what was measured of them, and how that lies in the catalogue.

`sounds.features` holds everything that was measured; `tracks.audio_features` the main of it, beside what a dump gave.
Given values are never overwritten: a receipt `audio_features` names them under "given", and the others are measured.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal

import numpy as np
import orjson
from numpy.typing import NDArray
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from cratedig.catalogue.texts import Range, ranges_of, vector_literal
from cratedig.music.receipt import Receipt

Origin = Literal["file", "excerpt", "demo"]


@dataclass(frozen=True, slots=True)
class Sound:
    """A track's file. path: absolute, or relative to the data folder. length_s: as its header says, None where it does
    not; of an excerpt its own."""

    track_id: int
    path: str
    sha256: str
    origin: str
    length_s: float | None = None
    sample_rate: int | None = None
    channels: int | None = None

    def at(self, data_dir: Path) -> Path:
        return data_dir / self.path


@dataclass(frozen=True, slots=True)
class Known:
    """A sound with what is known of it: heard_version None before it was heard, error where it could not be."""

    sound: Sound
    heard_version: str | None
    error: str | None
    features: dict[str, Any] | None
    peaks: bytes | None


@dataclass(frozen=True, slots=True)
class Heard:
    """What hearing made of a sound. features: all that was measured; main: what goes to the track; embedding: (128,).
    Where it could not be heard, only `error` says why."""

    sound: Sound
    features: dict[str, float] | None = None
    main: dict[str, float] | None = None
    embedding: NDArray[np.float32] | None = None
    peaks: bytes | None = None
    error: str | None = None


_SOUND = "s.track_id, s.path, s.sha256, s.origin, s.length_s, s.sample_rate, s.channels"
_UNHEARD = "(:redo or s.heard_version is distinct from :version)"


async def record(session: AsyncSession, sounds: Sequence[Sound]) -> None:
    """Gives each track its file. A file that was another track's, or another file of this one, is replaced; what was
    measured stays where the bytes stay the same."""
    columns = {name: [getattr(one, name) for one in sounds] for name in Sound.__slots__}
    await session.execute(
        text(
            """delete from sounds s using unnest(cast(:path as text[]), cast(:track_id as int[])) as n(path, track_id)
            where s.path = n.path and s.track_id <> n.track_id"""
        ),
        {"path": columns["path"], "track_id": columns["track_id"]},
    )
    await session.execute(
        text(
            """insert into sounds as s (track_id, path, sha256, origin, length_s, sample_rate, channels)
            select * from unnest(cast(:track_id as int[]), cast(:path as text[]), cast(:sha256 as text[]),
                cast(:origin as text[]), cast(:length_s as real[]), cast(:sample_rate as int[]),
                cast(:channels as int[]))
            on conflict (track_id) do update set path = excluded.path, sha256 = excluded.sha256,
                origin = excluded.origin, length_s = excluded.length_s, sample_rate = excluded.sample_rate,
                channels = excluded.channels,
                heard_version = case when s.sha256 = excluded.sha256 and s.error is null then s.heard_version end,
                error = case when s.sha256 = excluded.sha256 and s.error is null then s.error end"""
        ),
        columns,
    )


async def of_track(session: AsyncSession, track_id: int) -> Known | None:
    """The sound of a track, where it has one."""
    statement = f"select {_SOUND}, heard_version, error, features, peaks from sounds s where track_id = :id"
    row = (await session.execute(text(statement), {"id": track_id})).one_or_none()
    return None if row is None else Known(Sound(*row[:7]), *row[7:])


async def of_tracks(session: AsyncSession, track_ids: Sequence[int]) -> dict[int, Sound]:
    """track -> its sound, for those that have one."""
    statement = text(f"select {_SOUND} from sounds s where s.track_id = any(cast(:ids as int[]))")
    return {row[0]: Sound(*row) for row in await session.execute(statement, {"ids": list(track_ids)})}


async def with_bytes(session: AsyncSession, hashes: Sequence[str]) -> dict[str, Sound]:
    """SHA-256 -> the sound with those bytes."""
    statement = text(f"select {_SOUND} from sounds s where s.sha256 = any(cast(:hashes as text[])) order by s.track_id")
    found = [Sound(*row) for row in await session.execute(statement, {"hashes": list(hashes)})]
    return {sound.sha256: sound for sound in reversed(found)}


async def tracks_of_source(session: AsyncSession, source: str, ids: Sequence[str]) -> dict[str, int]:
    """The source's id -> track, by its own ids and by those of rows that were merged into another."""
    statement = text(
        """select t.source_id, t.id from tracks t where t.source = :source and t.source_id = any(cast(:ids as text[]))
        union all select a.source_id, a.track_id from track_aliases a
        where a.source = :source and a.source_id = any(cast(:ids as text[]))"""
    )
    return {row[0]: row[1] for row in await session.execute(statement, {"source": source, "ids": list(ids)})}


async def unheard_ranges(
    session: AsyncSession, *, version: str, size: int, limit: int | None, redo: bool
) -> list[Range]:
    """The tracks whose sound was not heard by this version (all sounds with `redo`), at most `limit`, by `size`."""
    wanting = f"select t.id from (select s.track_id as id from sounds s where {_UNHEARD}) t"
    given = {"version": version, "redo": redo, "size": size, "limit": limit}
    return await ranges_of(session, wanting, given)


async def unheard(session: AsyncSession, part: Range, *, version: str, redo: bool) -> list[Sound]:
    """The sounds of `part` that were not heard by this version; all of them with `redo`."""
    statement = f"""select {_SOUND} from sounds s where s.track_id > :after and s.track_id <= :upto and {_UNHEARD}
        order by s.track_id limit :tracks"""
    rows = await session.execute(text(statement), {"version": version, "redo": redo, **asdict(part)})
    return [Sound(*row) for row in rows]


async def is_something_unheard(session: AsyncSession) -> bool:
    """True where a sound was never tried to hear."""
    return bool(await session.scalar(text("select exists(select from sounds where heard_version is null)")))


async def save_heard(session: AsyncSession, heard: Sequence[Heard], *, version: str, receipt: Receipt) -> None:
    """Writes what was heard, or why it was not, of sounds whose bytes are still those that were heard."""
    await session.execute(
        text(
            """update sounds s set heard_version = :version, error = h.error, features = cast(h.features as jsonb),
                peaks = h.peaks
            from unnest(cast(:ids as int[]), cast(:hashes as text[]), cast(:errors as text[]),
                cast(:features as text[]), cast(:peaks as bytea[])) as h(track_id, sha256, error, features, peaks)
            where s.track_id = h.track_id and s.sha256 = h.sha256"""
        ),
        {
            "version": version,
            "ids": [one.sound.track_id for one in heard],
            "hashes": [one.sound.sha256 for one in heard],
            "errors": [one.error for one in heard],
            "features": [one.features and orjson.dumps(one.features).decode() for one in heard],
            "peaks": [one.peaks for one in heard],
        },
    )
    done = [one for one in heard if one.main is not None and one.embedding is not None]
    await session.execute(
        _SAVE,
        {
            "ids": [one.sound.track_id for one in done],
            "hashes": [one.sound.sha256 for one in done],
            "features": [orjson.dumps(one.main).decode() for one in done],
            "embeddings": [vector_literal(one.embedding) for one in done if one.embedding is not None],
            "names": sorted({name for one in done for name in one.main or {}}),
            "receipt": orjson.dumps(receipt.as_dict()).decode(),
        },
    )


# Of the features a track has, those are kept that were given: all of them before its first hearing, but what was
# imputed; later those which the receipt names, and whatever was given since.
_SAVE = text(
    """with h as (
        select * from unnest(cast(:ids as int[]), cast(:hashes as text[]), cast(:features as text[]),
            cast(:embeddings as text[])) as h(id, sha256, features, embedding)
        where exists (select from sounds s where s.track_id = h.id and s.sha256 = h.sha256)
    ), held as (
        select t.id, coalesce(t.audio_features, '{}') as features, t.receipts->'audio_features' as receipt,
            cast(h.features as jsonb) as measured, h.embedding
        from tracks t join h on h.id = t.id order by t.id for no key update of t
    ), kept as (
        select held.id, coalesce(jsonb_object_agg(f.key, f.value) filter (where f.key is not null), '{}') as given
        from held left join lateral jsonb_each(held.features) f on case
            when held.receipt is null then true
            when held.receipt ? 'given' then held.receipt->'given' ? f.key
                or held.receipt->>'kind' = 'measured' and not f.key = any(cast(:names as text[]))
            else held.receipt->>'kind' <> 'imputed' end
        group by held.id
    )
    update tracks t set audio_features = held.measured || kept.given,
        audio_embedding = cast(held.embedding as vector), sound_valence = null, sound_arousal = null,
        receipts = t.receipts || jsonb_build_object('audio_features', cast(:receipt as jsonb) || jsonb_build_object(
            'given', (select coalesce(jsonb_agg(k order by k), '[]') from jsonb_object_keys(kept.given) k))),
        updated_at = now()
    from held join kept on kept.id = held.id where t.id = held.id"""
)


async def spread_of(session: AsyncSession, names: Sequence[str], *, at_most: int) -> NDArray[np.float64]:
    """The values (tracks, names) of up to `at_most` tracks with audio features, spread evenly over the ids; NaN where
    a track has no such number."""
    columns = ", ".join(
        f"""case when jsonb_typeof(t.audio_features->cast(:n{at} as text)) = 'number'
            then cast(t.audio_features->>cast(:n{at} as text) as float8) end"""
        for at in range(len(names))
    )
    statement = f"""select {columns} from tracks t where t.audio_features is not null and t.id % greatest(1,
        (select count(*) from tracks where audio_features is not null) / :at_most) = 0 order by t.id limit :at_most"""
    given = {"at_most": at_most} | {f"n{at}": name for at, name in enumerate(names)}
    rows = [tuple(row) for row in await session.execute(text(statement), given)]
    return np.array(rows, dtype=np.float64).reshape(len(rows), len(names))


@dataclass(frozen=True, slots=True)
class Counts:
    """Sounds in all, those heard, and those that could not be."""

    sounds: int
    heard: int
    failed: int


async def count(session: AsyncSession) -> Counts:
    statement = """select count(*), count(*) filter (where heard_version is not null and error is null),
        count(*) filter (where error is not null) from sounds"""
    return Counts(*(await session.execute(text(statement))).one())


async def measured(session: AsyncSession, *, after: int, limit: int) -> list[tuple[Any, ...]]:
    """(track, title, artist, sha256, version, features) of the next heard tracks by id, for exports."""
    statement = """select t.id, t.title, t.artist, s.sha256, s.heard_version, s.features
        from sounds s join tracks t on t.id = s.track_id
        where s.features is not null and t.id > :after order by t.id limit :limit"""
    return [tuple(row) for row in await session.execute(text(statement), {"after": after, "limit": limit})]


@dataclass(frozen=True, slots=True)
class Linked:
    """A track with a link that answers, and no sound."""

    track_id: int
    url: str


async def measured_names(session: AsyncSession) -> list[str]:
    """The names of all features that were measured of any sound, in order of the alphabet.

    Sounds of one version have the same names: one sound of each is looked at.
    """
    statement = """select distinct jsonb_object_keys(features) from (
        select distinct on (heard_version) features from sounds where features is not null
        order by heard_version, track_id) one order by 1"""
    return list((await session.scalars(text(statement))).all())


TRY_AGAIN_DAYS = 7
"""A link that gave no sound is asked again after so long."""


async def linked(session: AsyncSession, *, limit: int | None) -> list[Linked]:
    """Tracks with a VALID link and no sound, by id; not those whose link gave none a short time ago."""
    statement = text(
        """select t.id, t.url from tracks t where t.url_status = 'VALID' and t.url is not null
            and not exists (select from sounds s where s.track_id = t.id)
            and (t.extra->'sound_try' is null or t.extra->'sound_try'->>'url' <> t.url
                or cast(t.extra->'sound_try'->>'at' as timestamptz) < now() - make_interval(days => :days))
            order by t.id limit cast(:limit as bigint)"""
    )
    rows = await session.execute(statement, {"limit": limit, "days": TRY_AGAIN_DAYS})
    return [Linked(*row) for row in rows]


async def note_try(session: AsyncSession, link: Linked, reason: str) -> None:
    """Keeps why a link gave no sound, under extra.sound_try."""
    await session.execute(
        text(
            """update tracks set extra = extra || jsonb_build_object('sound_try', jsonb_build_object(
                'url', url, 'reason', cast(:reason as text), 'at', now())) where id = :id and url = :url"""
        ),
        {"id": link.track_id, "url": link.url, "reason": reason},
    )
