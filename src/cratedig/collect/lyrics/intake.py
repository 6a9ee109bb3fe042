"""The door for lyrics: files and tables of them become the lyrics of tracks, known ones or new.

A table is brought in as `collect csv` does it; sheets (a lyric to a file) in batches, each one transaction with the
account. Stopped anywhere, the same command goes on; what did not change is brought in once.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import astuple, dataclass, field
from datetime import date
from functools import partial
from pathlib import Path
from typing import Final

from cratedig.catalogue import Catalogue, Session, imports
from cratedig.collect.account import Account, OnProgress, Progress
from cratedig.collect.accounting import account_of, add_notes, take_in
from cratedig.collect.intake import BATCH_ROWS, MAX_CELL_CHARS, collect_file, store_tracks
from cratedig.collect.lyrics.folder import Found, find_lyrics
from cratedig.collect.lyrics.placing import Manner
from cratedig.collect.lyrics.sheets import SOURCE, Sheet, read_sheet
from cratedig.collect.mapping import Reading
from cratedig.collect.reading import Parsed, Rejected
from cratedig.errors import InputRejected, UsageError

BATCH_SHEETS: Final = 500
_READING: Final = Reading("sheets", "tracks", SOURCE, False, ())


@dataclass(frozen=True)
class Brought:
    """What became of a path: an account of its sheets together, one of each table; tables that could not be read."""

    accounts: list[Account]
    failures: list[InputRejected | UsageError] = field(default_factory=list)


async def collect_lyrics(
    catalogue: Catalogue,
    path: Path,
    *,
    mapping: Mapping[str, str] | None = None,
    source: str | None = None,
    replace: bool = False,
    rejects_dir: Path | None = None,
    today: date,
    batch_rows: int = BATCH_ROWS,
    max_cell_chars: int = MAX_CELL_CHARS,
    progress: OnProgress = lambda _: None,
) -> Brought:
    """Brings the lyrics of a file or folder in, or goes on with them, or says that they are in.

    mapping, source: of tables, as `collect_file` has them. replace: known tracks get the new words in place of theirs.
    Raises UsageError where there is no such path, InputRejected where nothing in it is named as lyrics, and for a
    single table what `collect_file` raises.
    """
    found = await asyncio.to_thread(find_lyrics, path)
    manner = Manner.REPLACING if replace else Manner.ASKED
    brought = Brought([])
    if found.sheets:
        sheets = _Intake(catalogue, found, manner, rejects_dir, min(batch_rows, BATCH_SHEETS), max_cell_chars, progress)
        brought.accounts.append(await sheets.run())
    for table in found.tables:
        try:
            account = await collect_file(
                *(catalogue, table),
                mapping=mapping,
                source=source,
                rejects_dir=rejects_dir,
                today=today,
                batch_rows=batch_rows,
                max_cell_chars=max_cell_chars,
                lyrics=manner,
                progress=progress,
            )
        except (InputRejected, UsageError) as error:
            if found.is_one:
                raise
            brought.failures.append(error)
        else:
            brought.accounts.append(account)
    return brought


@dataclass
class _Intake:
    """The import of a folder's sheets."""

    catalogue: Catalogue
    found: Found
    manner: Manner
    rejects_dir: Path | None
    batch: int
    max_chars: int
    progress: OnProgress
    began: float = field(default_factory=time.monotonic)

    async def run(self) -> Account:
        async with self.catalogue.begin() as session:
            run = await imports.find_run(session, self._fingerprint())
            if run is None:
                run = await imports.start_run(session, self._new_run())
        if run.finished_at is not None:
            return await self._account(run, already_done=True)
        resumed, sheets = run.rows_in, self.found.sheets
        while run.rows_in < len(sheets):
            batch = sheets[run.rows_in : run.rows_in + self.batch]
            parsed = await asyncio.to_thread(self._read, batch)
            run = await take_in(self.catalogue, run, len(batch), partial(self._store, parsed=parsed))
            self._tell(run.rows_in, len(sheets))
        async with self.catalogue.begin() as session:
            await imports.save_run(session, run, finished=True)
        return await self._account(run, resumed_at_row=resumed)

    def _fingerprint(self) -> str:
        files = [[sheet.name, sheet.sha256] for sheet in self.found.sheets]
        return hashlib.sha256(json.dumps(["lyrics", str(self.found.root), self.manner, files]).encode()).hexdigest()

    def _new_run(self) -> imports.Run:
        left_out = {
            suffix: f"{count:,} files not named as lyrics" for suffix, count in sorted(self.found.left_out.items())
        }
        return imports.Run(
            *(0, str(self.found.root), self._fingerprint(), "sheets", "lyrics", SOURCE, {}), left_out=left_out
        )

    def _read(self, batch: Sequence[Sheet]) -> Parsed:
        parsed = Parsed()
        for sheet in batch:
            read = read_sheet(sheet, max_chars=self.max_chars)
            if isinstance(read, Rejected):
                parsed.rejected.append(read)
            else:
                parsed.drafts.append(read)
        return parsed

    async def _store(self, session: Session, run: imports.Run, parsed: Parsed) -> None:
        settled = await store_tracks(session, _READING, parsed, self.manner)
        await imports.add_rejects(session, run.id, [astuple(reject) for reject in parsed.rejected])
        run.accepted += len(settled.new)
        run.merged += settled.merged
        run.rejected += len(parsed.rejected)
        run.merged_by = dict(Counter(run.merged_by) + settled.merged_by)
        add_notes(run, parsed)

    async def _account(self, run: imports.Run, *, already_done: bool = False, resumed_at_row: int = 0) -> Account:
        return await account_of(
            self.catalogue,
            run,
            path=Path(run.path),
            encoding="by file",
            layout="files",
            rejects=self.rejects_dir / f"lyrics-run-{run.id}.csv" if self.rejects_dir else None,
            began=self.began,
            already_done=already_done,
            resumed_at_row=resumed_at_row,
        )

    def _tell(self, done: int, total: int) -> None:
        seconds = time.monotonic() - self.began
        self.progress(Progress(done, total, 0, 0, done / seconds if seconds else 0.0, None, "bringing in"))
