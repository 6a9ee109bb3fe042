"""Sound files of a data folder, which is trusted: decoded in this process, and mixed down to mono."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from cratedig.errors import InputRejected

SUFFIXES = (".ogg", ".flac", ".wav", ".mp3")


def read_mono(path: Path) -> tuple[NDArray[np.float32], int]:
    """Samples and their rate in Hz. Raises InputRejected where the file is no sound that can be read."""
    import soundfile  # type: ignore[import-untyped]

    try:
        samples, rate = soundfile.read(path, dtype="float32", always_2d=True)
    except (OSError, soundfile.SoundFileError) as error:
        raise InputRejected(f"{path.name!r} cannot be read as sound: {error}.") from error
    return samples[:, 0] if samples.shape[1] == 1 else samples.mean(axis=1), int(rate)


def sounds_in(folder: Path) -> dict[str, Path]:
    """The folder's sound files by their stem, in order; none where there is no such folder."""
    if not folder.is_dir():
        return {}
    return {path.stem: path for path in sorted(folder.iterdir()) if path.suffix in SUFFIXES}
