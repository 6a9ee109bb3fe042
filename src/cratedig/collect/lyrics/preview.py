"""What `collect lyrics --dry-run` shows: the first lyrics of a path as they would be stored, with what cleaning did."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import date
from itertools import islice
from pathlib import Path
from typing import Any, Final

from cratedig.collect.intake import PREVIEW_ROWS, first_lyrics
from cratedig.collect.lyrics.clean import Cleaned
from cratedig.collect.lyrics.folder import Found, find_lyrics
from cratedig.collect.lyrics.sheets import read_sheet
from cratedig.collect.reading import Rejected

NOT_ONE: Final = "rejected: "


@dataclass(frozen=True, slots=True)
class Shown:
    """One lyric. where: its file, or table and row. verdict: "lyric", or why it is none. lines: how many it has."""

    where: str
    title: str | None
    artist: str | None
    verdict: str
    language: str | None = None
    lines: int = 0
    changes: tuple[dict[str, Any], ...] = ()

    def as_dict(self) -> dict[str, Any]:
        """The shape that `--dry-run --json` prints."""
        return asdict(self)


def preview(path: Path, *, mapping: Mapping[str, str], today: date, max_chars: int) -> list[Shown]:
    """The first PREVIEW_ROWS. Nothing is stored. Raises what `collect_lyrics` raises."""
    found = find_lyrics(path)
    return list(islice(_all(found, mapping, today, max_chars), PREVIEW_ROWS))


def _all(found: Found, mapping: Mapping[str, str], today: date, max_chars: int) -> Iterator[Shown]:
    for sheet in found.sheets:
        read = read_sheet(sheet, max_chars=max_chars)
        if isinstance(read, Rejected):
            yield Shown(sheet.name, None, None, f"{NOT_ONE}{read.reason}")
        elif read.cleaned is not None:
            yield _shown(sheet.name, read.title, read.artist, read.cleaned)
    for table in found.tables:
        yield from _of_table(table, mapping, today, max_chars)


def _of_table(table: Path, mapping: Mapping[str, str], today: date, max_chars: int) -> Iterator[Shown]:
    rows = first_lyrics(table, mapping=mapping, today=today, max_cell_chars=max_chars)
    for draft in rows.drafts:
        if draft.cleaned is not None:
            yield _shown(f"{table.name}, row {draft.line}", draft.title, draft.artist, draft.cleaned)
    for rejected in rows.rejected:
        yield Shown(f"{table.name}, row {rejected.line}", None, None, f"{NOT_ONE}{rejected.reason}")


def _shown(where: str, title: str | None, artist: str | None, cleaned: Cleaned) -> Shown:
    changes = tuple(change.as_dict() for change in cleaned.changes)
    return Shown(where, title, artist, cleaned.verdict.kind, cleaned.language, len(cleaned.lyric.lines), changes)
