"""The door for music as files: a folder's sounds become the sounds of tracks, known ones or new.

A file is known by the SHA-256 of its bytes, a recording by its tags or its name. Files are looked at in the box, in
batches; each batch is one transaction with the account. Stopped anywhere, the same command goes on; a folder that did
not change is brought in once.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path, PurePath
from typing import Final

from cratedig.box.box import Box
from cratedig.box.heading import Heading
from cratedig.catalogue import Catalogue, Session, imports, sounds
from cratedig.catalogue.sounds import Sound
from cratedig.collect.account import Account, OnProgress, Progress
from cratedig.collect.accounting import account_of, add_notes, take_in
from cratedig.collect.drafts import TrackDraft
from cratedig.collect.file_names import SOURCE, draft
from cratedig.collect.intake import store_tracks
from cratedig.collect.mapping import Reading
from cratedig.collect.reading import Parsed
from cratedig.collect.sound_files import File, Folder, read_folder
from cratedig.errors import CratedigError, FormatUnavailable, InputRejected, NotFound

BATCH_FILES: Final = 64
SAME_FILE: Final = "same file"
HAS_ONE: Final = "its track has a sound already"
_READING: Final = Reading("folder", "tracks", SOURCE, False, ())
_UNSEEN: Final = Heading("unknown", 1, 1)


@dataclass(frozen=True)
class _Look:
    """What a look at a file gave: a heading, or why there is none. Files whose bytes are known are not looked at."""

    file: File
    heading: Heading = _UNSEEN
    reason: str = ""

    @property
    def sha256(self) -> str:
        return self.file.sha256

    def draft(self) -> TrackDraft:
        return draft(PurePath(self.file.name), self.heading, sha256=self.sha256, line=self.file.line)

    def sound(self, track_id: int) -> Sound:
        heading = self.heading
        return Sound(
            *(track_id, str(self.file.path), self.sha256, "file"),
            *(heading.length_s, heading.sample_rate_hz, heading.channels),
        )


async def collect_folder(
    catalogue: Catalogue,
    box: Box,
    folder: Path,
    *,
    rejects_dir: Path | None = None,
    progress: OnProgress = lambda _: None,
) -> Account:
    """Brings the sounds of a folder in, or goes on with them, or says that they are in.

    Raises UsageError where there is no such folder, InputRejected where no file in it is named as audio.
    """
    return await _Intake(catalogue, box, rejects_dir, progress).run(folder)


@dataclass
class _Intake:
    """The import of one folder."""

    catalogue: Catalogue
    box: Box
    rejects_dir: Path | None
    progress: OnProgress
    began: float = field(default_factory=time.monotonic)

    async def run(self, path: Path) -> Account:
        folder = await asyncio.to_thread(read_folder, path, progress=partial(self._tell, "hashing"))
        async with self.catalogue.begin() as session:
            run = await imports.find_run(session, _fingerprint(folder))
            if run is None:
                run = await imports.start_run(session, _new_run(folder))
        if run.finished_at is not None:
            await self._follow(folder)
            return await self._account(run, already_done=True)
        resumed, total = run.rows_in, len(folder.files)
        while run.rows_in < total:
            batch = folder.files[run.rows_in : run.rows_in + BATCH_FILES]
            looks = await self._looks(batch)
            run = await take_in(self.catalogue, run, len(looks), partial(_store, looks=looks))
            self._tell("bringing in", run.rows_in, total)
        async with self.catalogue.begin() as session:
            await imports.save_run(session, run, finished=True)
        return await self._account(run, resumed_at_row=resumed)

    async def _follow(self, folder: Folder) -> None:
        """A folder that is as it was before may have been elsewhere meanwhile."""
        async with self.catalogue.begin() as session:
            known = await sounds.with_bytes(session, [file.sha256 for file in folder.files])
            await _follow_moved(session, [(file, known[file.sha256]) for file in folder.files if file.sha256 in known])

    async def _looks(self, batch: Sequence[File]) -> list[_Look]:
        """A look into every file whose bytes are not known; the box looks into as many at once as it may."""
        async with self.catalogue.begin() as session:
            known = await sounds.with_bytes(session, [file.sha256 for file in batch])
        return await asyncio.gather(*(self._look(file, is_known=file.sha256 in known) for file in batch))

    async def _look(self, file: File, *, is_known: bool) -> _Look:
        if file.reason or is_known:
            return _Look(file, reason=file.reason)
        try:
            return _Look(file, await self.box.read_heading(file.path, name=file.name))
        except (InputRejected, NotFound, FormatUnavailable) as error:
            return _Look(file, reason=_reason(error))

    async def _account(self, run: imports.Run, *, already_done: bool = False, resumed_at_row: int = 0) -> Account:
        return await account_of(
            self.catalogue,
            run,
            path=Path(run.path),
            encoding="binary",
            layout="files",
            rejects=self.rejects_dir / f"audio-run-{run.id}.csv" if self.rejects_dir else None,
            began=self.began,
            already_done=already_done,
            resumed_at_row=resumed_at_row,
        )

    def _tell(self, step: str, done: int, total: int) -> None:
        seconds = time.monotonic() - self.began
        self.progress(Progress(done, total, 0, 0, done / seconds if seconds else 0.0, None, step))


def _fingerprint(folder: Folder) -> str:
    told = json.dumps(["audio", str(folder.path), [[file.name, file.sha256] for file in folder.files]])
    return hashlib.sha256(told.encode()).hexdigest()


def _new_run(folder: Folder) -> imports.Run:
    left_out = {suffix: f"{count:,} files not named as audio" for suffix, count in sorted(folder.left_out.items())}
    return imports.Run(0, str(folder.path), _fingerprint(folder), "folder", "audio", SOURCE, {}, left_out=left_out)


def _reason(error: CratedigError) -> str:
    """An error's words without the file's name, which stands beside it."""
    return f"{error.code}: {error.message.rpartition(': ')[2] or error.message}"


async def _store(session: Session, run: imports.Run, looks: Sequence[_Look]) -> None:
    """Writes tracks, sounds and rejects of a batch, and counts them."""
    rejected = [(look.file.line, None, look.reason, look.file.name) for look in looks if look.reason]
    usable = [look for look in looks if not look.reason]
    known = await sounds.with_bytes(session, [look.sha256 for look in usable])
    fresh: dict[str, _Look] = {}
    for look in usable:
        if look.sha256 not in known:
            fresh.setdefault(look.sha256, look)
    parsed = Parsed(drafts=[look.draft() for look in fresh.values()])
    settled = await store_tracks(session, _READING, parsed)
    await _give_sounds(session, list(fresh.values()), parsed)
    await _follow_moved(session, [(look.file, known[look.sha256]) for look in usable if look.sha256 in known])
    await imports.add_rejects(session, run.id, rejected)
    repeated = len(usable) - len(fresh)
    run.accepted += len(settled.new)
    run.merged += settled.merged + repeated
    run.rejected += len(rejected)
    run.merged_by = dict(Counter(run.merged_by) + settled.merged_by + Counter({SAME_FILE: repeated}))
    add_notes(run, parsed)


async def _give_sounds(session: Session, looks: Sequence[_Look], parsed: Parsed) -> None:
    """Each file to its track, where that has none that is still there as it was; the first of several wins."""
    tracks = await sounds.tracks_of_source(session, SOURCE, [look.sha256 for look in looks])
    there = await sounds.of_tracks(session, list(tracks.values()))
    paths = {str(look.file.path) for look in looks}
    taken = {track_id for track_id, sound in there.items() if not (_is_gone(sound) or sound.path in paths)}
    given = []
    for look in sorted(looks, key=lambda look: look.file.line):
        track_id = tracks[look.sha256]
        if track_id in taken:
            parsed.note("(file)", HAS_ONE, look.file.line, look.file.name)
        else:
            taken.add(track_id)
            given.append(look.sound(track_id))
    await sounds.record(session, given)


async def _follow_moved(session: Session, repeated: Sequence[tuple[File, Sound]]) -> None:
    """A sound whose file went away is where the same bytes are now."""
    moved = {sound.track_id: replace(sound, path=str(file.path)) for file, sound in repeated if _is_gone(sound)}
    await sounds.record(session, list(moved.values()))


def _is_gone(sound: Sound) -> bool:
    """True of a user's own file that is not where it was; those in our folder others look after."""
    return sound.origin == "file" and not Path(sound.path).is_file()
