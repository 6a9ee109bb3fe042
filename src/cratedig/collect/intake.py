"""The door of collect: a file goes in, the catalogue changes, an account comes out.

A file is read three times, always as a stream: once as bytes (hash, encoding), once as rows (can its columns be
believed?), and once to bring it in. Each batch is one transaction together with the progress of its run, so that an
import that is killed goes on from its last committed row.
"""

from __future__ import annotations

import asyncio
import gc
import hashlib
import json
import re
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import astuple, dataclass, field, replace
from datetime import date
from itertools import islice
from operator import attrgetter
from pathlib import Path
from typing import Any

from cratedig.catalogue import Catalogue, Session, imports
from cratedig.collect.account import Account, OnProgress, Progress
from cratedig.collect.accounting import account_of, add_notes
from cratedig.collect.drafts import ArtistDraft, PlaylistDraft, TrackDraft, merge_artists, merge_playlists, merge_tracks
from cratedig.collect.lyrics.placing import Manner, check_column, keep_lyrics, read_lyrics, settle_lyrics
from cratedig.collect.mapping import Reading, has_header, name_columns, read_mapping
from cratedig.collect.match import Settled, TrackMatcher, nearest, settle_named
from cratedig.collect.reading import Parsed, Reader
from cratedig.collect.rows import Row, read_rows
from cratedig.collect.sniff import Contents, Format, guess_format, look
from cratedig.collect.survey import Survey
from cratedig.errors import InputRejected
from cratedig.music.recording import match_key

SAMPLE_ROWS = 1000
PREVIEW_ROWS = 10
BATCH_ROWS = 5000
MAX_CELL_CHARS = 1_000_000


@dataclass(frozen=True)
class Preview:
    """What `--dry-run` shows: how the file would be read, and its first rows as they would be stored."""

    path: Path
    contents: Contents
    form: Format
    reading: Reading
    rows: tuple[dict[str, Any], ...]
    rejected: int

    def as_dict(self) -> dict[str, Any]:
        """The shape that `--dry-run --json` prints (docs/collect.md)."""
        return {
            "file": str(self.path),
            "kind": self.reading.kind,
            "shape": self.reading.shape,
            "source": self.reading.source,
            "encoding": self.contents.encoding,
            "layout": str(self.form),
            "mapping": [
                {"theirs": c.name, "ours": c.field, "why": c.why, "left_out": c.left_out} for c in self.reading.columns
            ],
            "rows": list(self.rows),
            "rejected": self.rejected,
        }


@dataclass(frozen=True)
class _Plan:
    """A file that was looked at and judged: all that is needed to bring it in."""

    contents: Contents
    form: Format
    reading: Reading
    skip_header: bool
    rows_total: int
    max_cell_chars: int

    def rows(self) -> Iterator[Row]:
        found = read_rows(self.contents, self.form, max_chars=self.max_cell_chars)
        return _after_header(found) if self.skip_header else found


def _after_header(rows: Iterator[Row]) -> Iterator[Row]:
    """All rows but the first that can be read: lines before it that cannot are rejected rows, not the header."""
    is_header_due = True
    for row in rows:
        if is_header_due and row.error is None:
            is_header_due = False
            continue
        yield row


def preview(
    path: Path,
    *,
    mapping: Mapping[str, str] | None = None,
    source: str | None = None,
    today: date,
    max_cell_chars: int = MAX_CELL_CHARS,
) -> Preview:
    """How a file would be read. Nothing is stored. Raises what `collect_file` raises."""
    plan = _judged(_first_look(look(path), dict(mapping or {}), source, today, max_cell_chars), today)
    parsed = _first_rows(plan, today, Manner.ALONG)
    shape = attrgetter(*imports.COLUMNS[plan.reading.kind][1:])
    names = imports.COLUMNS[plan.reading.kind][1:]
    rows = tuple(dict(zip(names, shape(draft), strict=True)) for draft in parsed.drafts)
    return Preview(path, plan.contents, plan.form, plan.reading, rows, len(parsed.rejected))


def first_lyrics(
    path: Path,
    *,
    mapping: Mapping[str, str] | None = None,
    today: date,
    max_cell_chars: int = MAX_CELL_CHARS,
) -> Parsed:
    """The first rows of a table of lyrics as they would be brought in. Raises what `collect_file` raises."""
    plan = _judged(_first_look(look(path), dict(mapping or {}), None, today, max_cell_chars), today)
    check_column(plan.reading, path.name, Manner.ASKED)
    return _first_rows(plan, today, Manner.ASKED)


def _first_rows(plan: _Plan, today: date, lyrics: Manner) -> Parsed:
    return _read(list(islice(plan.rows(), PREVIEW_ROWS)), Reader(plan.reading, today=today), lyrics).parsed


def _first_look(contents: Contents, mapping: dict[str, str], source: str | None, today: date, max_chars: int) -> _Plan:
    """Names the columns, by a sample."""
    form = guess_format(contents)
    plan = _Plan(contents, form, Reading("unknown", "tracks", "", False, ()), form.layout == "table", 0, max_chars)
    names, plan = _names(plan)
    sample = [_cells(row, names) for row in islice((r for r in plan.rows() if r.error is None), SAMPLE_ROWS)]
    whole = [cells for cells in sample if len(cells) == len(names)]
    reading = read_mapping(names, whole, path=contents.path, overrides=mapping, source=source, today=today)
    return replace(plan, reading=reading)


def _judged(plan: _Plan, today: date) -> _Plan:
    """The plan after a look at every row: damaged columns are left out. Raises InputRejected when there is no row."""
    survey = Survey(plan.reading, today)
    names = [column.name for column in plan.reading.columns]
    total = 0
    for batch in _batches(plan.rows(), BATCH_ROWS):
        total += len(batch)
        survey.add([cells for row in batch if row.error is None and len(cells := _cells(row, names)) == len(names)])
    if total == 0:
        raise InputRejected(f"{plan.contents.path.name!r} has a header and no rows: nothing brought in.")
    return replace(plan, reading=survey.judge(), rows_total=total)


def _names(plan: _Plan) -> tuple[list[str], _Plan]:
    """The names of the columns; a table without a header keeps its first row."""
    rows = (row for row in read_rows(plan.contents, plan.form, max_chars=plan.max_cell_chars) if row.error is None)
    if plan.form.layout != "table":
        keys = dict.fromkeys(name for row in islice(rows, SAMPLE_ROWS) for name in row.cells)
        if not keys:
            raise InputRejected(f"{plan.contents.path.name!r} holds no JSON objects: nothing brought in.")
        return list(keys), plan
    first = next(rows, None)
    if first is None or not any(cell.strip() for cell in first.cells):
        raise InputRejected(f"{plan.contents.path.name!r} holds no table that can be read: nothing brought in.")
    if has_header(first.cells):
        return name_columns(first.cells), plan
    return name_columns([""] * len(first.cells)), replace(plan, skip_header=False)


def _cells(row: Row, names: Sequence[str]) -> list[str]:
    if isinstance(row.cells, dict):
        return [row.cells.get(name, "") for name in names]
    cells: list[str] = row.cells
    return cells


def _batches(rows: Iterator[Row], size: int) -> Iterator[list[Row]]:
    while batch := list(islice(rows, size)):
        yield batch


async def collect_file(
    catalogue: Catalogue,
    path: Path,
    *,
    mapping: Mapping[str, str] | None = None,
    source: str | None = None,
    rejects_dir: Path | None = None,
    rejects_file: Path | None = None,
    today: date,
    batch_rows: int = BATCH_ROWS,
    max_cell_chars: int = MAX_CELL_CHARS,
    lyrics: Manner = Manner.ALONG,
    progress: OnProgress = lambda _: None,
) -> Account:
    """Brings one file in, or goes on with it, or says that it is in.

    mapping: their column -> our field. source: the name under which the file's ids are unique.
    rejects_dir: where a file with the rejected rows is written when there are any (`rejects_file` names it exactly).
    today: the day from which "7 years ago" counts. lyrics: what becomes of rows without any, and of those a track has.

    Raises UsageError (no such file, a folder, a mapping that names nothing) and InputRejected (empty, no text, no rows)
    before anything is stored.
    """
    intake = _Intake(
        catalogue=catalogue,
        path=path,
        mapping=dict(mapping or {}),
        source=source,
        rejects_dir=rejects_dir,
        rejects_file=rejects_file,
        today=today,
        batch_rows=batch_rows,
        max_cell_chars=max_cell_chars,
        lyrics=lyrics,
        progress=progress,
    )
    return await intake.run()


@dataclass(kw_only=True)
class _Intake:
    """The import of one file."""

    catalogue: Catalogue
    path: Path
    mapping: dict[str, str]
    source: str | None
    rejects_dir: Path | None
    rejects_file: Path | None
    today: date
    batch_rows: int
    max_cell_chars: int
    lyrics: Manner
    progress: OnProgress
    began: float = field(default_factory=time.monotonic)

    async def run(self) -> Account:
        with _rare_garbage():
            return await self._run()

    async def _run(self) -> Account:
        contents = await asyncio.to_thread(look, self.path)
        self._tell(contents, step="looking", rows=0, total=0, resumed=0)
        plan = await asyncio.to_thread(
            _first_look, contents, self.mapping, self.source, self.today, self.max_cell_chars
        )
        check_column(plan.reading, self.path.name, self.lyrics)
        fingerprint = self._fingerprint(contents, plan.reading.source)
        async with self.catalogue.begin() as session:
            run = await imports.find_run(session, fingerprint)
        if run is not None and run.finished_at is not None:
            return await self._account(run, plan, already_done=True)
        plan = await asyncio.to_thread(_judged, plan, self.today)
        if run is None:
            async with self.catalogue.begin() as session:
                run = await imports.start_run(session, _new_run(plan, fingerprint))
        resumed = run.rows_in
        run = await self._bring_in(plan, run)
        return await self._account(run, plan, resumed_at_row=resumed)

    def _fingerprint(self, contents: Contents, source: str) -> str:
        manner = [] if self.lyrics is Manner.ALONG else [self.lyrics]
        told = json.dumps([contents.sha256, sorted(self.mapping.items()), source, *manner])
        return hashlib.sha256(told.encode()).hexdigest()

    async def _bring_in(self, plan: _Plan, run: imports.Run) -> imports.Run:
        """Batch after batch: the next one is read in a thread while PostgreSQL writes this one."""
        reader = Reader(plan.reading, today=self.today)
        rows = plan.rows()
        resumed = run.rows_in
        await asyncio.to_thread(_skip, rows, resumed)
        batches = (_read(batch, reader, self.lyrics) for batch in _batches(rows, self.batch_rows))
        at = resumed
        coming = asyncio.create_task(asyncio.to_thread(next, batches, None))
        try:
            while (batch := await coming) is not None:
                coming = asyncio.create_task(asyncio.to_thread(next, batches, None))
                run = await self._write(plan, run, batch, at, reader)
                at += len(batch.rows)
                self._tell(plan.contents, step="bringing in", rows=at, total=plan.rows_total, resumed=resumed)
        finally:
            await asyncio.gather(coming, return_exceptions=True)
        async with self.catalogue.begin() as session:
            await imports.take_turn(session)
            run = await imports.current_run(session, run)
            if run.finished_at is None:
                await imports.save_run(session, run, finished=True)
        return run

    async def _write(self, plan: _Plan, run: imports.Run, batch: _Batch, at: int, reader: Reader) -> imports.Run:
        """One transaction: the batch, and the run's progress."""
        async with self.catalogue.begin() as session:
            await imports.take_turn(session)
            run = await imports.current_run(session, run)
            ahead = run.rows_in - at  # rows that another collector of this file has brought in meanwhile
            if ahead >= len(batch.rows):
                return run
            if ahead > 0:
                batch = _read(batch.rows[ahead:], reader, self.lyrics)
            settled = await _store(session, plan.reading, batch.parsed, self.lyrics)
            await imports.add_rejects(session, run.id, [astuple(reject) for reject in batch.parsed.rejected])
            _add_up(run, batch, settled)
            await imports.save_run(session, run)
        return run

    async def _account(
        self, run: imports.Run, plan: _Plan, *, already_done: bool = False, resumed_at_row: int = 0
    ) -> Account:
        contents = plan.contents
        return await account_of(
            self.catalogue,
            run,
            path=self.path,
            encoding=contents.encoding,
            layout=str(plan.form),
            rejects=self._rejects_path(run),
            began=self.began,
            already_done=already_done,
            resumed_at_row=resumed_at_row,
            stopped_at=None if contents.stopped_at is None else run.rows_in,
        )

    def _rejects_path(self, run: imports.Run) -> Path | None:
        if self.rejects_file is not None:
            return self.rejects_file
        if self.rejects_dir is None:
            return None
        stem = re.sub(r"[^\w-]+", "_", self.path.name.split(".")[0])[:60] or "file"
        return self.rejects_dir / f"{stem}-run-{run.id}.csv"

    def _tell(self, contents: Contents, *, step: str, rows: int, total: int, resumed: int) -> None:
        seconds = time.monotonic() - self.began
        speed = (rows - resumed) / seconds if seconds > 0 else 0.0
        share = rows / total if total else 0.0
        self.progress(
            Progress(
                rows=rows,
                rows_total=total,
                bytes_done=round(share * contents.bytes_on_disk),
                bytes_total=contents.bytes_on_disk,
                rows_per_s=speed,
                eta_s=(total - rows) / speed if speed > 0 else None,
                step=step,
            )
        )


@contextmanager
def _rare_garbage() -> Iterator[None]:
    """Fewer garbage collections: rows hold no cycles, and looking for some took a third of the time of reading them."""
    before = gc.get_threshold()
    gc.set_threshold(max(before[0], 200_000), *before[1:])
    try:
        yield
    finally:
        gc.set_threshold(*before)


def _new_run(plan: _Plan, fingerprint: str) -> imports.Run:
    reading, contents = plan.reading, plan.contents
    left_out = {column.name: column.left_out for column in reading.columns if column.left_out is not None}
    return imports.Run(
        id=0,
        path=str(contents.path),
        fingerprint=fingerprint,
        shape=reading.shape,
        kind=reading.kind,
        source=reading.source,
        mapping=reading.fields,
        left_out=left_out,
    )


@dataclass(frozen=True)
class _Batch:
    rows: list[Row]
    parsed: Parsed


def _read(rows: list[Row], reader: Reader, lyrics: Manner) -> _Batch:
    parsed = reader.read(rows)
    if reader.reading.kind == "tracks":
        read_lyrics(parsed, lyrics)
    return _Batch(rows, parsed)


def _skip(rows: Iterator[Row], n: int) -> None:
    for _ in islice(rows, n):
        pass


def _add_up(run: imports.Run, batch: _Batch, settled: Settled) -> None:
    """Adds a batch to the account."""
    parsed = batch.parsed
    run.rows_in += len(batch.rows)
    run.accepted += len(settled.new)
    run.merged += settled.merged
    run.rejected += len(parsed.rejected)
    run.nulls = dict(Counter(run.nulls) + parsed.nulls)
    run.merged_by = dict(Counter(run.merged_by) + settled.merged_by)
    add_notes(run, parsed)


async def _store(session: Session, reading: Reading, parsed: Parsed, lyrics: Manner) -> Settled:
    if reading.kind == "tracks":
        return await store_tracks(session, reading, parsed, lyrics)
    if reading.kind == "artists":
        return await _store_artists(session, reading, parsed)
    return await _store_playlists(session, reading, parsed)


_RECORD = {kind: attrgetter(*columns) for kind, columns in imports.COLUMNS.items()}


def _track(record: imports.Record) -> TrackDraft:
    return TrackDraft(line=0, **dict(zip(imports.TRACK_COLUMNS, record, strict=True)))


async def store_tracks(session: Session, reading: Reading, parsed: Parsed, lyrics: Manner = Manner.ALONG) -> Settled:
    """Places a batch of tracks among the known ones and writes it; call it in your turn (imports.take_turn)."""
    await _name_artists(session, reading.source, parsed.drafts)
    matcher = await _matcher(session, reading, parsed.drafts)
    placed = [(draft, matcher.place(draft, parsed)) for draft in parsed.drafts]
    settled = matcher.settled
    sung = settle_lyrics(placed, settled, parsed, lyrics)
    await _write_settled(session, "tracks", settled)
    await keep_lyrics(session, reading.source, sung, parsed)
    aliases = [(source, source_id, track.id) for (source, source_id), track in settled.aliases if track.id is not None]
    await imports.add_aliases(session, aliases)
    return settled


async def _name_artists(session: Session, source: str, drafts: Sequence[TrackDraft]) -> None:
    """Tracks that name their artist by id or profile get the name, where the artist is known already."""
    wanted = {d.artist_source_id for d in drafts if d.artist is None and d.artist_source_id is not None}
    names = await imports.artist_names(session, source, list(wanted))
    for draft in drafts:
        if draft.artist is None and draft.artist_source_id in names:
            _give_artist(draft, *names[draft.artist_source_id])


def _give_artist(draft: TrackDraft, name: str, source_id: str | None) -> None:
    draft.artist = name
    draft.artist_source_id = source_id or draft.artist_source_id
    draft.match_key = match_key(name, draft.title)
    draft.receipts = draft.receipts | {"artist": _NAMED_BY_ID}


_NAMED_BY_ID = {"source": "the dump's artists", "method": "by the artist's id", "confidence": 0.9, "kind": "given"}


async def _matcher(session: Session, reading: Reading, drafts: Sequence[TrackDraft]) -> TrackMatcher:
    ids = list({d.source_id for d in drafts if d.source_id is not None})
    keys = list({d.match_key for d in drafts if d.match_key is not None})
    by_id = await imports.known_by_id(session, "tracks", reading.source, ids)
    by_alias = await imports.tracks_by_alias(session, reading.source, ids)
    by_key = await imports.tracks_by_key(session, keys)
    known: dict[int, TrackDraft] = {}
    for record in sorted((*by_id, *by_key, *(record[1:] for record in by_alias)), key=lambda r: r[0]):
        if record[0] not in known:
            known[record[0]] = _track(record)
    aliases = [((reading.source, record[0]), known[record[1]]) for record in by_alias]
    return TrackMatcher(known.values(), aliases, local_ids=reading.local_ids)


async def _write_settled(session: Session, table: str, settled: Settled) -> None:
    ids = await imports.new_ids(session, table, len(settled.new))
    for draft, new_id in zip(settled.new, ids, strict=True):
        draft.id = new_id
    record = _RECORD[table]
    await imports.add_rows(session, table, [record(draft) for draft in settled.new])
    await imports.change_rows(session, table, [record(draft) for draft in settled.changed.values()])


def _artist_identity(artist: ArtistDraft) -> tuple[str, str]:
    return (artist.source_id or "", "") if artist.source_id else ("", artist.folded)


async def _store_artists(session: Session, reading: Reading, parsed: Parsed) -> Settled:
    drafts: list[ArtistDraft] = parsed.drafts
    ids = list({d.source_id for d in drafts if d.source_id is not None})
    names = list({d.folded for d in drafts if d.source_id is None})
    records = await imports.known_by_id(session, "artists", reading.source, ids)
    records += await imports.artists_by_folded(session, reading.source, names)
    known = {r[0]: ArtistDraft(line=0, **dict(zip(imports.ARTIST_COLUMNS, r, strict=True))) for r in records}
    settled = settle_named(drafts, known.values(), identity=_artist_identity, merge=merge_artists)
    await _write_settled(session, "artists", settled)
    await _name_waiting_tracks(session, reading, drafts)
    return settled


async def _name_waiting_tracks(session: Session, reading: Reading, artists: Sequence[ArtistDraft]) -> None:
    """Tracks that came before their artists get the names now; those that turn out to be known tracks are merged."""
    named = {key: artist for artist in artists for key in (artist.source_id, artist.url) if key is not None}
    waiting = [_track(r) for r in await imports.tracks_without_artist(session, reading.source, list(named))]
    if not waiting:
        return
    for track in waiting:
        artist = named[track.artist_source_id or ""]
        _give_artist(track, artist.name, artist.source_id)
    keys = list({track.match_key for track in waiting if track.match_key is not None})
    known = {record[0]: _track(record) for record in await imports.tracks_by_key(session, keys)}
    blocks: dict[str, list[TrackDraft]] = {}
    for track in known.values():
        blocks.setdefault(track.match_key or "", []).append(track)
    changed: dict[int, TrackDraft] = {}
    dropped: list[tuple[int, int]] = []
    aliases: list[tuple[str, str, int]] = []
    for track in waiting:
        block = blocks.setdefault(track.match_key or "", []) if track.match_key else []
        same = nearest(track, block)
        if same is None:
            block.append(track)
            changed[_stored_id(track)] = track
            continue
        merge_tracks(same, track)
        changed[_stored_id(same)] = same
        dropped.append((_stored_id(track), _stored_id(same)))
        if track.source_id is not None:
            aliases.append((track.source, track.source_id, _stored_id(same)))
    await imports.change_rows(session, "tracks", [_RECORD["tracks"](track) for track in changed.values()])
    await imports.drop_merged_tracks(session, dropped)
    await imports.add_aliases(session, aliases)


def _stored_id(track: TrackDraft) -> int:
    assert track.id is not None
    return track.id


async def _store_playlists(session: Session, reading: Reading, parsed: Parsed) -> Settled:
    drafts: list[PlaylistDraft] = parsed.drafts
    ids = list({d.source_id for d in drafts if d.source_id is not None})
    records = await imports.known_by_id(session, "playlists", reading.source, ids)
    known = [PlaylistDraft(line=0, **dict(zip(imports.PLAYLIST_COLUMNS, r, strict=True))) for r in records]
    settled = settle_named(
        drafts, known, identity=lambda p: (p.source_id, "") if p.source_id else None, merge=merge_playlists
    )
    await _write_settled(session, "playlists", settled)
    return settled
