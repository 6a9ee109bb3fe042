"""`lab evaluate audio_clips`: tempo and key of clips that state them, and whether every clip can be measured.

Clips are handed in as they are: a sound shorter than 12 s is repeated up to 12 s inside, when its tempo is sought.

tempo_within_4pct: share of the clips with a tempo whose tempo is found within 4 %. tempo_octave_ok: the same, half and
double allowed. key_exact: the tonic, and the mode where the truth names one. crashes: clips that raise anything but the
refusal of a file that is no sound, or whose features are not all finite. slowest_s: of a clip, decoding included.
"""

from __future__ import annotations

import math
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import anyio
import numpy as np

from cratedig.errors import InputRejected
from cratedig.lab.evaluation import Evaluation, Lab
from cratedig.lab.sounds import read_mono
from cratedig.lab.tables import rows_with
from cratedig.understand.audio import AudioFeatures, analyze

WITHIN = 0.04
OCTAVES = (0.5, 1.0, 2.0)
CONSTANTS_BPM = (120.0, 140.0)


@dataclass(frozen=True)
class Clip:
    """bpm and key are None where they are not known; a key is a pitch class, or that and a mode."""

    path: Path
    bpm: float | None
    key: str | None


@dataclass(frozen=True)
class Heard:
    """A clip's features; None where it crashed or was refused."""

    clip: Clip
    features: AudioFeatures | None
    crashed: bool
    seconds: float


async def evaluate(data: Path, lab: Lab) -> Evaluation:
    """Measures every clip that the folder's index lists; baselines: always the same tempo, always C."""
    return await anyio.to_thread.run_sync(_evaluate, read_clips(data))


def read_clips(data: Path) -> list[Clip]:
    """The index's clips. Raises InputRejected where there is no index."""
    return [
        Clip(path=data / row["file"], bpm=float(row["bpm"]) if row["bpm"] else None, key=row["key"] or None)
        for row in rows_with(data, "file", "bpm", "key")
    ]


def _evaluate(clips: Sequence[Clip]) -> Evaluation:
    heard = [hear(clip) for clip in clips]
    timed = [one for one in heard if one.clip.bpm is not None]
    true = [one.clip.bpm or 0.0 for one in timed]
    found = [one.features.tempo.bpm if one.features else 0.0 for one in timed]
    keyed = [one for one in heard if one.clip.key is not None]
    return Evaluation(
        name="audio_clips",
        n=len(clips),
        metrics={
            "tempo_within_4pct": share(found, true, multiples=(1.0,)),
            "tempo_octave_ok": share(found, true, multiples=OCTAVES),
            "key_exact": _mean([is_key(one.features, one.clip.key or "") for one in keyed]),
            "crashes": sum(one.crashed for one in heard),
            "slowest_s": round(max(one.seconds for one in heard), 3),
            "clips_with_tempo": len(timed),
            "clips_with_key": len(keyed),
            "refused": sum(one.features is None and not one.crashed for one in heard),
        },
        baselines={
            f"always_{bpm:.0f}_{name}": share([bpm] * len(true), true, multiples=multiples)
            for bpm in CONSTANTS_BPM
            for name, multiples in (("tempo_within_4pct", (1.0,)), ("tempo_octave_ok", OCTAVES))
        }
        | {"always_c_key_exact": _mean([one.clip.key == "C" for one in keyed])},
    )


def hear(clip: Clip) -> Heard:
    """Decodes and measures one clip."""
    started = time.perf_counter()
    features, crashed = None, False
    try:
        features = analyze(*read_mono(clip.path))
        crashed = not all(math.isfinite(value) for value in features.named().values())
    except InputRejected:
        pass  # a typed refusal is an answer
    except Exception:  # whatever else gets out is what is counted here
        crashed = True
    return Heard(clip=clip, features=features, crashed=crashed, seconds=time.perf_counter() - started)


def share(found: Sequence[float], true: Sequence[float], *, multiples: Sequence[float]) -> float:
    """Of the tempos found, how many lie within 4 % of a multiple of the true one; 0 where there are none.

    >>> share([61.0, 120.0], [120.0, 120.0], multiples=(0.5, 1.0))
    1.0
    """
    return _mean(
        [
            any(abs(bpm / (multiple * truth) - 1) <= WITHIN for multiple in multiples)
            for bpm, truth in zip(found, true, strict=True)
        ]
    )


def is_key(features: AudioFeatures | None, key: str) -> bool:
    """Is that the key found? A truth without a mode asks for the tonic alone."""
    if features is None:
        return False
    name = features.key.name
    return name == key or name.split()[0] == key


def _mean(claims: Sequence[bool]) -> float:
    return float(np.mean(claims)) if claims else 0.0
