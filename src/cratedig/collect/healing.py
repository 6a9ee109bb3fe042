"""Healing a catalogue: what is missing is filled in from what is there, with a receipt for every value.

Reads, computes and writes in chunks, one transaction each; what was written is kept when it is stopped, and the next
run goes on there. Given values are never changed; values that healing imputed before are replaced.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Collection, Sequence
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from typing import Any

import anyio.to_thread
import numpy as np

from cratedig.catalogue import Catalogue, healing
from cratedig.catalogue.healing import PARTS, Given, Healed
from cratedig.collect.heal.audio import LEAST_TO_LEARN, AudioImputer, learned_from
from cratedig.collect.heal.quantities import QUANTITIES
from cratedig.collect.heal.rows import Row, artist_key, own_words
from cratedig.collect.heal.traits import TIER_SHARES, ArtistTotals
from cratedig.collect.heal.whole import Artists, Learned, Made, heal_rows, known_of, lacks_audio, place_name
from cratedig.errors import UsageError
from cratedig.models.embedder import DIMENSIONS, TextEmbedder
from cratedig.music.genre import place

CHUNK = 4096
REFERENCE = 6_000
"""Tracks with a given genre that are learned from and compared with; 12,000 change 1 guess in 50 and cost twice the
time."""
SAMPLE = 20_000
"""Tracks from which rarity of words and spread of numbers are learned."""
EMBED_AT_MOST = 50_000
"""So many texts are embedded in one run where study has not read them; beyond that text neighbours are not asked."""

Progress = Callable[[int, int], None]
"""Called with (done, total) after each chunk."""


@dataclass
class HealAccount:
    """What a run did. before, after: tracks without a value, by column. filled: by column, how many it filled in;
    changed_meanwhile: tracks left for the next run because their given values changed between reading and writing.
    embedded: texts that healing read itself; unread: tracks healed without a look at the texts nearest theirs, because
    study had not read them and one run reads no more than EMBED_AT_MOST."""

    tracks: int = 0
    total: int = 0
    changed_meanwhile: int = 0
    before: dict[str, int] = field(default_factory=dict)
    after: dict[str, int] = field(default_factory=dict)
    filled: dict[str, int] = field(default_factory=dict)
    genre_abstained: int = 0
    not_music: int = 0
    estimated_numbers: int = 0
    imputed_audio: int = 0
    embedded: int = 0
    unread: int = 0

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)

    def add(self, made: Sequence[Made], written: int) -> None:
        """Counts one chunk."""
        self.tracks += written
        self.changed_meanwhile += len(made) - written
        counted = Counter({name: sum(bool(getattr(one, name)) for one in made) for name in healing.COLUMNS})
        self.filled = dict(Counter(self.filled) + counted)
        self.genre_abstained += sum("genre" in one.receipts and one.genre is None for one in made)
        self.not_music += sum(one.is_music is False for one in made)
        self.estimated_numbers += sum(one.estimated for one in made)
        self.imputed_audio += sum(one.audio_features is not None for one in made)


def _silent(done: int, total: int) -> None:
    pass


def asked_parts(only: Collection[str]) -> tuple[str, ...]:
    """The parts to heal, in their order; all of them where none is named. Raises UsageError for an unknown one."""
    unknown = sorted(set(only) - set(PARTS))
    if unknown:
        raise UsageError(f"Healing has no part {unknown[0]!r}.", hint=f"Known: {', '.join(PARTS)}.")
    return tuple(part for part in PARTS if not only or part in only)


async def heal(
    catalogue: Catalogue,
    embedder: TextEmbedder,
    *,
    only: Collection[str] = (),
    redo: bool = False,
    limit: int | None = None,
    progress: Progress = _silent,
) -> HealAccount:
    """Heals every track that changed since it was healed (all with `redo`), at most `limit`."""
    parts = asked_parts(only)
    account = HealAccount()
    async with catalogue.begin() as session:
        await healing.patient(session)
        account.before = await healing.nulls(session)
        pending = await healing.count_pending(session, parts, redo=redo)
    account.total = pending if limit is None else min(pending, limit)
    if account.total:
        learned = await learn(catalogue, embedder, parts)
        await _Run(catalogue, embedder, learned, parts, redo, account, progress).all()
    async with catalogue.begin() as session:
        account.after = await healing.nulls(session)
    return account


async def learn(catalogue: Catalogue, embedder: TextEmbedder, parts: Collection[str]) -> Learned:
    """Reads what is given in the catalogue and learns from it; a few seconds, whatever its size."""
    async with catalogue.begin() as session:
        await healing.patient(session)
        totals = await healing.artist_totals(session)
        thresholds = await healing.play_thresholds(session, TIER_SHARES)
        some = [row_of(given) for given in await healing.sample(session, at_most=SAMPLE)]
        wanted = _wants_genre(parts)
        reference = await healing.sample(session, at_most=REFERENCE, with_genre=True) if wanted else []
        heard = await healing.sample(session, at_most=REFERENCE, with_audio=True) if "audio" in parts else []
    return await anyio.to_thread.run_sync(_learn, totals, thresholds, some, reference, heard, embedder)


def _learn(
    totals: Sequence[healing.ArtistGenre],
    thresholds: Sequence[int],
    some: Sequence[Row],
    reference: Sequence[Given],
    heard: Sequence[Given],
    embedder: TextEmbedder,
) -> Learned:
    rows = [row for row in map(row_of, reference) if row.genre and place(row.genre)]
    known = known_of(rows, embedder.embed([own_words(row) for row in rows])) if rows else None
    audio = _learn_audio([row_of(given) for given in heard], embedder)
    year = datetime.now(UTC).year
    return Learned.of(artists_of(totals), known, some, thresholds=thresholds, today_year=year, audio=audio)


def _learn_audio(rows: Sequence[Row], embedder: TextEmbedder) -> AudioImputer | None:
    if len(rows) < LEAST_TO_LEARN:
        return None
    vectors = embedder.embed([own_words(row) for row in rows]).astype(np.float64)
    return learned_from(rows, [place_name(row) for row in rows], vectors)


def artists_of(found: Sequence[healing.ArtistGenre]) -> Artists:
    """The catalogue's totals by artist key."""
    genres: dict[str, Counter[str]] = {}
    totals: dict[str, ArtistTotals] = {}
    sums: dict[str, dict[str, tuple[float, int]]] = {one.name: {} for one in QUANTITIES}
    for one in found:
        key = artist_key(one.artist, one.source, one.artist_source_id)
        if not key:
            continue
        placed = place(one.genre) if one.genre else None
        if placed:
            genres.setdefault(key, Counter())[placed.name] += one.tracks
        old = totals.get(key, ArtistTotals())
        totals[key] = ArtistTotals(old.tracks + one.tracks, old.plays + one.plays, old.played + one.played)
        for name, value, number in (
            ("playback_count", one.log_plays, one.played),
            ("duration_s", one.log_seconds, one.timed),
            ("year", float(one.years), one.dated),
        ):
            if number:
                total, before = sums[name].get(key, (0.0, 0))
                sums[name][key] = (total + value, before + number)
    return Artists(genres, totals, sums)


def row_of(given: Given) -> Row:
    """A stored track as healing's functions read it."""
    return Row(
        track_id=given.track_id,
        title=given.title,
        artist=given.artist,
        artist_key=artist_key(given.artist, given.source, given.artist_source_id),
        album=given.album,
        genre=given.genre,
        tags=tuple(given.tags),
        description=given.description,
        vibe=given.vibe,
        duration_s=given.duration_s,
        year=given.year,
        year_given=given.year_given,
        playback_count=given.playback_count,
        like_count=given.like_count,
        popularity=given.popularity,
        url=given.url,
        audio_features=given.audio_features,
    )


@dataclass
class _Run:
    """One run over the pending tracks: while a chunk is written, the next one is read and worked out."""

    catalogue: Catalogue
    embedder: TextEmbedder
    learned: Learned
    parts: tuple[str, ...]
    redo: bool
    account: HealAccount
    progress: Progress
    writing: asyncio.Task[None] | None = None

    async def all(self) -> None:
        after, left = 0, self.account.total
        try:
            while left > 0:
                found = await self._read(after, min(CHUNK, left))
                if not found:
                    break
                rows = [row_of(given) for given in found]
                made = await anyio.to_thread.run_sync(self._make, found, rows)
                after, left = found[-1].track_id, left - len(found)
                await self._written()
                self.writing = asyncio.create_task(self._write(found, made))
            await self._written()
        finally:
            if self.writing is not None:
                await asyncio.wait([self.writing])

    async def _read(self, after: int, limit: int) -> list[Given]:
        async with self.catalogue.begin() as session:
            return await healing.pending(
                session, self.parts, after=after, limit=limit, redo=self.redo, embeddings=self.reads_texts
            )

    def _make(self, found: Sequence[Given], rows: Sequence[Row]) -> list[Made]:
        embeddings = np.zeros((len(found), DIMENSIONS), dtype=np.float32)
        embedded = np.array([given.embedding is not None for given in found], dtype=bool)
        for at in np.flatnonzero(embedded).tolist():
            embeddings[at] = found[at].embedding
        unread = [at for at in np.flatnonzero(~embedded).tolist() if self._wants_text(rows[at])]
        wanting = len(unread)
        unread = unread[: max(0, EMBED_AT_MOST - self.account.embedded)]
        self.account.unread += wanting - len(unread)
        if unread:
            embeddings[unread] = self.embedder.embed([own_words(rows[at]) for at in unread])
            embedded[unread] = True
            self.account.embedded += len(unread)
        return heal_rows(rows, self.learned, self.parts, embeddings, embedded)

    @property
    def reads_texts(self) -> bool:
        return _wants_genre(self.parts) or "audio" in self.parts

    def _wants_text(self, row: Row) -> bool:
        for_audio = "audio" in self.parts and lacks_audio(row, self.learned)
        return for_audio or (not row.genre and _wants_genre(self.parts))

    async def _write(self, found: Sequence[Given], made: Sequence[Made]) -> None:
        healed = [
            Healed(
                given.track_id,
                given.digest,
                one.genre,
                one.tags,
                one.description,
                one.receipts,
                one.extra,
                one.audio_features,
            )
            for given, one in zip(found, made, strict=True)
        ]
        async with self.catalogue.begin() as session:
            written = await healing.save(session, healed, self.parts)
        self.account.add(made, written)
        self.progress(self.account.tracks + self.account.changed_meanwhile, self.account.total)

    async def _written(self) -> None:
        if self.writing is not None:
            await self.writing
            self.writing = None


def _wants_genre(parts: Collection[str]) -> bool:
    """Tags and descriptions name the genre: they need it worked out even where it is not asked for itself."""
    return not {"genre", "tags", "description"}.isdisjoint(parts)
