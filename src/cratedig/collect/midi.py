"""The door for drums as MIDI: a folder's files become evidence of how the artists they are named by drum.

A file is known by the SHA-256 of its bytes; the same file of the same artist is merged. Files are decoded in the box,
in batches; each batch is one transaction with the account. Stopped anywhere, the same command goes on; a folder that
did not change is brought in once. What is kept is the strokes as the file has them; `study drums` measures them.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path, PurePath
from typing import Any, Final

from cratedig.box.box import Box
from cratedig.catalogue import Catalogue, Session, evidence, imports, styles
from cratedig.collect.account import Account, OnProgress, Progress
from cratedig.collect.accounting import account_of, take_in
from cratedig.collect.file_names import read_name
from cratedig.collect.sound_files import File, Folder, read_folder
from cratedig.errors import CratedigError, InputRejected, UsageError
from cratedig.music.drums.kit import Kit
from cratedig.music.score import Score
from cratedig.music.score_packed import packed
from cratedig.music.text import fold

SUFFIXES: Final = frozenset((".mid", ".midi", ".kar", ".smf"))
BATCH_FILES: Final = 128
MOST_NAME_CHARS: Final = 255
"""As a folder's name has."""
SAME_FILE: Final = "same file"
NAMELESS: Final = "no artist: name one with --artist, by a folder, or in the file's name (Artist - Title.mid)"

Facts = Callable[[Score, Kit], Mapping[str, Any]]
"""What is told of a score; raises InputRejected where nothing is drummed in it."""


@dataclass(frozen=True)
class _Look:
    """What a look at a file gave: the artist, and its drums packed; or why there is nothing."""

    file: File
    artist: str = ""
    facts: Mapping[str, Any] = field(default_factory=dict)
    played: bytes = b""
    reason: str = ""

    @property
    def key(self) -> tuple[str, str]:
        return fold(self.artist), self.file.sha256


async def collect_midi(
    catalogue: Catalogue,
    box: Box,
    folder: Path,
    *,
    facts: Facts,
    kit: Kit,
    artist: str = "",
    rejects_dir: Path | None = None,
    progress: OnProgress = lambda _: None,
) -> Account:
    """Brings the drums of a folder's MIDI files in, or goes on with them, or says that they are in.

    artist: whose they are; "": who the first folder below names, else the name of the file. kit: how their notes are
    numbered. Raises UsageError where there is no such folder or no such name, InputRejected where no file is MIDI.
    """
    if artist and not _is_name(artist):
        hint = f"Give a name with letters or digits, {MOST_NAME_CHARS} characters at most."
        raise UsageError(f"{artist[:MOST_NAME_CHARS]!r} is nobody's name.", hint=hint)
    return await _Intake(catalogue, box, facts, kit, artist, rejects_dir, progress).run(folder)


@dataclass
class _Intake:
    """The import of one folder."""

    catalogue: Catalogue
    box: Box
    facts: Facts
    kit: Kit
    artist: str
    rejects_dir: Path | None
    progress: OnProgress
    began: float = field(default_factory=time.monotonic)

    async def run(self, path: Path) -> Account:
        read = partial(read_folder, path, suffixes=SUFFIXES, kind="MIDI", progress=partial(self._tell, "hashing"))
        folder = await asyncio.to_thread(read)
        async with self.catalogue.begin() as session:
            run = await imports.find_run(session, self._fingerprint(folder))
            if run is None:
                run = await imports.start_run(session, self._new_run(folder))
        if run.finished_at is not None:
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

    def _fingerprint(self, folder: Folder) -> str:
        files = [[file.name, file.sha256] for file in folder.files]
        told = json.dumps(["midi", str(folder.path), self.kit.name, self.artist, files])
        return hashlib.sha256(told.encode()).hexdigest()

    def _new_run(self, folder: Folder) -> imports.Run:
        left_out = {suffix: f"{count:,} files not named as MIDI" for suffix, count in sorted(folder.left_out.items())}
        return imports.Run(
            *(0, str(folder.path), self._fingerprint(folder), "folder", "midi", styles.SOURCE, {}), left_out=left_out
        )

    async def _looks(self, batch: Sequence[File]) -> list[_Look]:
        """A look into every file whose bytes are not known of its artist."""
        async with self.catalogue.begin() as session:
            known = await evidence.known(session, [file.sha256 for file in batch], kit=self.kit.name)
        looks = {file.line: self._without_looking(file, known) for file in batch}
        unseen = [file for file in batch if looks[file.line] is None]
        scores = await self.box.decode_midis([file.path for file in unseen], names=[file.name for file in unseen])
        seen = await asyncio.to_thread(lambda: list(map(self._look, unseen, scores)))
        return sorted([*filter(None, looks.values()), *seen], key=lambda look: look.file.line)

    def _without_looking(self, file: File, known: set[tuple[str, str]]) -> _Look | None:
        """What a file is that cannot be read, is nobody's, or is known; None for others."""
        artist = self.artist or artist_of(PurePath(file.name))
        if file.reason or not fold(artist):
            return _Look(file, reason=file.reason or NAMELESS)
        return _Look(file, artist) if (fold(artist), file.sha256) in known else None

    def _look(self, file: File, score: Score | CratedigError) -> _Look:
        if isinstance(score, CratedigError):
            return _Look(file, reason=_reason(score))
        try:
            artist = self.artist or artist_of(PurePath(file.name))
            return _Look(file, artist, self.facts(score, self.kit), packed(score))
        except InputRejected as error:
            return _Look(file, reason=_reason(error))

    async def _account(self, run: imports.Run, *, already_done: bool = False, resumed_at_row: int = 0) -> Account:
        return await account_of(
            self.catalogue,
            run,
            path=Path(run.path),
            encoding="binary",
            layout="files",
            rejects=self.rejects_dir / f"midi-run-{run.id}.csv" if self.rejects_dir else None,
            began=self.began,
            already_done=already_done,
            resumed_at_row=resumed_at_row,
        )

    def _tell(self, step: str, done: int, total: int) -> None:
        seconds = time.monotonic() - self.began
        self.progress(Progress(done, total, 0, 0, done / seconds if seconds else 0.0, None, step))


def artist_of(path: PurePath) -> str:
    """Who a file is of, by its path in the folder; "" where nothing says so.

    >>> artist_of(PurePath("Ann Lee/live/03 groove.mid")), artist_of(PurePath("Ann Lee - Left Lane Halo.mid"))
    ('Ann Lee', 'Ann Lee')
    """
    return path.parts[0].replace("_", " ") if len(path.parts) > 1 else read_name(path).artist or ""


def _is_name(given: str) -> bool:
    """Halves of characters, which a terminal passes on, are none."""
    whole = given.encode(errors="ignore").decode() == given
    return whole and bool(fold(given)) and len(given) <= MOST_NAME_CHARS


def _reason(error: CratedigError) -> str:
    """An error's words without the file's name, which stands beside it."""
    return f"{error.code}: {error.message.rpartition(': ')[2] or error.message}"


async def _store(session: Session, run: imports.Run, looks: Sequence[_Look]) -> None:
    """Writes evidence and rejects of a batch, and counts them."""
    rejected = [(look.file.line, None, look.reason, look.file.name) for look in looks if look.reason]
    usable = [look for look in looks if not look.reason]
    fresh = {look.key: look for look in reversed(usable) if look.played}
    lines = sorted(fresh.items(), key=lambda item: item[1].file.line)
    artists = {name: look.artist for (name, _), look in reversed(lines)}  # as the first of them is spelt
    ids = {name: await styles.artist_id(session, artist) for name, artist in sorted(artists.items())}
    found = [
        evidence.New(ids[name], look.file.name, str(look.file.path), sha256, dict(look.facts), look.played)
        for (name, sha256), look in sorted(fresh.items())
    ]
    new = await evidence.add(session, found)
    await imports.add_rejects(session, run.id, rejected)
    merged = len(usable) - len(new)
    run.accepted += len(new)
    run.merged += merged
    run.rejected += len(rejected)
    run.merged_by = dict(Counter(run.merged_by) + Counter({SAME_FILE: merged}))
