"""The files of a folder that are named as audio, or as something else, with the hash of their bytes."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Collection
from dataclasses import dataclass
from pathlib import Path

from cratedig.errors import InputRejected, UsageError
from cratedig.publish import sha256_of

SUFFIXES = frozenset(
    (
        *(".aac", ".aif", ".aifc", ".aiff", ".ape", ".au", ".caf", ".flac", ".m4a", ".mka", ".mp3", ".mp4", ".mpc"),
        *(".oga", ".ogg", ".opus", ".rf64", ".snd", ".tta", ".w64", ".wav", ".wave", ".webm", ".wma", ".wv"),
    )
)
"""Files are sounds by these names; what they really are the box says. Others are left out and counted."""


@dataclass(frozen=True, slots=True)
class File:
    """One of them. line: its number by name, from 1. name: its path in the folder. path: where it really is.
    sha256: "" where it cannot be read, for `reason`."""

    line: int
    name: str
    path: Path
    sha256: str = ""
    reason: str = ""


@dataclass(frozen=True)
class Folder:
    """What was found. left_out: suffix -> how many files have it that are not named so."""

    path: Path
    files: list[File]
    left_out: Counter[str]


def read_folder(
    path: Path,
    *,
    suffixes: Collection[str] = SUFFIXES,
    kind: str = "audio",
    progress: Callable[[int, int], None] = lambda _done, _total: None,
) -> Folder:
    """Every file in the folder and below with one of these suffixes, sounds unless said otherwise. Links to folders
    are not followed.

    Raises UsageError where there is no such folder, InputRejected where nothing in it is named as `kind`.
    """
    if not path.is_dir():
        raise UsageError(f"There is no folder {str(path)!r}; nothing was brought in.", hint="Check the path.")
    folder = path.resolve()
    names, left_out = _names(folder, suffixes)
    if not names:
        raise InputRejected(
            f"No file in {str(path)!r} is named as {kind}; nothing was brought in.",
            hint=f"Known are {', '.join(sorted(suffixes))}.",
        )
    files = []
    for line, name in enumerate(names, 1):
        files.append(_file(line, folder, name))
        progress(line, len(names))
    return Folder(folder, files, left_out)


def _names(folder: Path, suffixes: Collection[str]) -> tuple[list[str], Counter[str]]:
    names: list[str] = []
    left_out: Counter[str] = Counter()
    for parent, _, inside in os.walk(folder):
        for path in (Path(parent) / name for name in inside):
            if path.suffix.lower() in suffixes:
                names.append(path.relative_to(folder).as_posix())
            else:
                left_out[_shown(path.suffix.lower()) or "(no suffix)"] += 1
    return sorted(names), left_out


def _shown(name: str) -> str:
    """A name of any bytes as text that can be stored."""
    return name.encode("utf-8", "surrogateescape").decode("utf-8", "replace")


def _file(line: int, folder: Path, name: str) -> File:
    """The file at its real place: a link is followed now, so that what is recorded is what it led to."""
    path = folder / name
    if _shown(name) != name:
        return File(line, _shown(name), path, reason="its name is not UTF-8: rename it")
    try:
        real = path.resolve(strict=True)
        if not real.is_file():
            return File(line, name, real, reason="it is no plain file")
        return File(line, name, real, sha256_of(real))
    except (OSError, RuntimeError) as error:  # a ring of links
        return File(line, name, path, reason=f"it cannot be read: {getattr(error, 'strerror', None) or error}")
