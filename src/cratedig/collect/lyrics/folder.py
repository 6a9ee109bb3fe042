"""What of a file or a folder is lyrics: sheets (one lyric to a file) and tables (a lyric to a row)."""

from __future__ import annotations

import os
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from cratedig.collect.lyrics.sheets import SUFFIXES, Sheet
from cratedig.errors import InputRejected, UsageError
from cratedig.publish import sha256_of

TABLES: Final = frozenset((".csv", ".tsv", ".json", ".jsonl", ".ndjson"))


@dataclass(frozen=True)
class Found:
    """root: the folder, or the file's. left_out: suffix -> how many files have it that hold no lyrics we can read."""

    root: Path
    sheets: list[Sheet]
    tables: list[Path]
    left_out: Counter[str]

    @property
    def is_one(self) -> bool:
        """A single file was named, or there is only one."""
        return len(self.sheets) + len(self.tables) == 1


def find_lyrics(path: Path) -> Found:
    """Everything below a folder, or the one file. Links to folders are not followed, nor links to files elsewhere: such
    a file is a sheet with the reason why it is not read.

    Raises UsageError where there is no such path, InputRejected where nothing in it is named as lyrics.
    """
    if not path.exists():
        raise UsageError(f"There is no file or folder {str(path)!r}; nothing was brought in.", hint="Check the path.")
    root = path.resolve() if path.is_dir() else path.resolve().parent
    names = _names(root) if path.is_dir() else [path.resolve().name]
    away = {name for name in names if _is_table(name) and _leads_away(root / name, root)}
    tables = [name for name in names if _is_table(name) and name not in away]
    sheets = [name for name in names if name in away or Path(name).suffix.lower() in SUFFIXES]
    others = set(names).difference(sheets, tables)
    left_out = Counter(Path(_shown(name)).suffix.lower() or "(no suffix)" for name in others)
    if not sheets and not tables:
        raise InputRejected(
            f"Nothing in {str(path)!r} is named as lyrics; nothing was brought in.",
            hint=f"Known are {', '.join(sorted(SUFFIXES | TABLES))}, the latter also with .gz.",
        )
    return Found(
        root,
        [_sheet(line, root, name) for line, name in enumerate(sheets, 1)],
        [root / one for one in tables],
        left_out,
    )


def _names(root: Path) -> list[str]:
    found = [
        (Path(parent) / name).relative_to(root).as_posix() for parent, _, inside in os.walk(root) for name in inside
    ]
    return sorted(found)


def _is_table(name: str) -> bool:
    suffixes = [suffix.lower() for suffix in Path(name).suffixes[-2:]]
    return bool(suffixes) and (suffixes[-1] in TABLES or (suffixes[-1] == ".gz" and suffixes[0] in TABLES))


def _leads_away(path: Path, root: Path) -> bool:
    """Is it a link to what does not lie in the folder? Whoever packed the folder may not choose what is read here."""
    return path.is_symlink() and not Path(os.path.realpath(path)).is_relative_to(root)


def _shown(name: str) -> str:
    """A name of any bytes as text that can be stored."""
    return name.encode("utf-8", "surrogateescape").decode("utf-8", "replace")


def _sheet(line: int, root: Path, name: str) -> Sheet:
    path = root / name
    if _shown(name) != name:
        return Sheet(line, _shown(name), path, reason="its name is not UTF-8: rename it")
    if _leads_away(path, root):
        return Sheet(line, name, path, reason="it is a link that leaves the folder: put the file itself there")
    try:
        if not path.resolve(strict=True).is_file():
            return Sheet(line, name, path, reason="it is no plain file")
        return Sheet(line, name, path, sha256_of(path))
    except (OSError, RuntimeError) as error:  # a ring of links
        return Sheet(line, name, path, reason=f"it cannot be read: {getattr(error, 'strerror', None) or error}")
