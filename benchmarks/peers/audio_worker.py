"""Measures the same clips in one way or another, when told to; run by benchmarks/audio.py, one process each.

    python audio_worker.py WAY CLIP...

WAY: cratedig (decode, every feature), boxed (the same, decoded in the box), floor (decode, resample, one transform),
librosa (the recommender specification's recipe: each feature called by itself) or librosa-table (and what else of its
table of features librosa has). The first clip is measured at once and answered by a line; then each line on standard
input, "all", is answered by one line of JSON: seconds of wall clock and processor time, and the highest memory so far.
"""

from __future__ import annotations

import asyncio
import json
import resource
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

EXCERPT_S = 30.0

Measure = Callable[[Path], Any]


def decoded(path: Path) -> tuple[Any, int]:
    """The first 30 s, mono."""
    import soundfile

    with soundfile.SoundFile(path) as file:
        samples = file.read(round(EXCERPT_S * file.samplerate), dtype="float32", always_2d=True)
        return samples[:, 0] if file.channels == 1 else samples.mean(axis=1), file.samplerate


def cratedig() -> Measure:
    from cratedig.understand.audio import analyze

    return lambda path: analyze(*decoded(path)).named()


def boxed() -> Measure:
    from cratedig.box.box import Box
    from cratedig.understand.audio import analyze

    loop = asyncio.new_event_loop()
    box = loop.run_until_complete(Box.open().__aenter__())  # closed by the end of the process

    def measure(path: Path) -> Any:
        audio = loop.run_until_complete(box.decode_audio(path, duration_s=EXCERPT_S))
        return analyze(audio.samples, audio.sample_rate_hz).named()

    return measure


def floor() -> Measure:
    from cratedig.understand.audio.sound import resampled
    from cratedig.understand.audio.spectrum import spectrum_of

    return lambda path: spectrum_of(resampled(*decoded(path)))


def librosa(*, is_whole: bool = False) -> Measure:
    """The steps of the specification's code; `is_whole`: and what else of its table of features librosa has."""
    import librosa as peer
    import numpy as np

    def statistics(values: Any) -> list[Any]:
        summaries = (np.mean, np.median, np.std, np.min, np.max)
        return [*(summary(values, axis=-1) for summary in summaries), np.percentile(values, [25, 75], axis=-1)]

    def measure(path: Path) -> Any:
        sound, rate = peer.load(path, sr=22050, mono=True, duration=EXCERPT_S)
        feature = peer.feature
        frames = [
            feature.mfcc(y=sound, sr=rate, n_mfcc=13, n_fft=2048, hop_length=512),
            feature.spectral_centroid(y=sound, sr=rate),
            feature.spectral_rolloff(y=sound, sr=rate),
            feature.chroma_stft(y=sound, sr=rate),
            feature.rms(y=sound),
            feature.zero_crossing_rate(sound),
        ]
        if is_whole:
            frames += [peer.onset.onset_strength(y=sound, sr=rate), feature.tonnetz(y=sound, sr=rate)]
        return peer.beat.beat_track(y=sound, sr=rate), [statistics(values) for values in frames]

    return measure


WAYS: dict[str, Callable[[], Measure]] = {
    "cratedig": cratedig,
    "boxed": boxed,
    "floor": floor,
    "librosa": librosa,
    "librosa-table": partial(librosa, is_whole=True),
}


def timed(measure: Measure, clips: list[Path]) -> dict[str, float]:
    wall, cpu = time.perf_counter(), time.process_time()
    for clip in clips:
        measure(clip)
    return {
        "wall_s": time.perf_counter() - wall,
        "cpu_s": time.process_time() - cpu,
        "memory_mib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }


def main() -> None:
    measure = WAYS[sys.argv[1]]()
    clips = [Path(name) for name in sys.argv[2:]]
    measure(clips[0])
    print(json.dumps({"cpu_s": time.process_time()}), flush=True)
    measure(clips[-1])
    for _ in sys.stdin:
        print(json.dumps(timed(measure, clips)), flush=True)


if __name__ == "__main__":
    main()
