"""`lab evaluate drum_audio_mdb`: beats of mixes and hits of drum tracks against what people marked.

beat_f: F-measure of the beats of full_mix/, +-70 ms, mean over the tracks; all beats count, from the first second on.
onset_f: F-measure of kick, snare and hi-hat onsets of drum_only/, +-50 ms: a hit counts when time and drum are right;
the hits of all tracks and the three drums are pooled. onset_f_kick and so on: each drum by itself. onset_any_f:
whichever drum was named, against every marked onset. onset_f_full_mix: onset_f, heard out of the mixes.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import anyio
import numpy as np

from cratedig.errors import InputRejected
from cratedig.lab.evaluation import Evaluation, Lab
from cratedig.lab.events import Tally, Times, tally
from cratedig.lab.sounds import read_mono, sounds_in
from cratedig.models.drums import DrumHead
from cratedig.understand.audio.beats import beats_of
from cratedig.understand.audio.drums import drum_hits
from cratedig.understand.audio.groove import onsets_of
from cratedig.understand.audio.onset import band_rises
from cratedig.understand.audio.sound import RATE, Frames, cleaned, resampled
from cratedig.understand.audio.spectrum import spectrum_of
from cratedig.understand.audio.tempo import tempo_of
from cratedig.understand.audio.timbre import decibels, mel_power

BEAT_WITHIN_S, ONSET_WITHIN_S = 0.07, 0.05
SAME_S = 0.03  # marks of several drums nearer than this are one onset
CLASSES: Final = {"kick": "KD", "snare": "SD", "hat": "HH"}
NAIVE_BANDS: Final = {"kick": 0, "snare": 2, "hat": 3}
"""The baseline hears a rise below 280 Hz as the kick, from 0.85 to 3 kHz as the snare, above as the hat."""
CONSTANT_BPM = 120.0

Hits = dict[str, Times]


@dataclass(frozen=True)
class Track:
    """A track's sounds, None where absent, and what people marked: beats, and the onsets of each class."""

    name: str
    mix: Path | None
    drums: Path | None
    beats_s: Times
    onsets_s: Hits


async def evaluate(data: Path, lab: Lab) -> Evaluation:
    """Beats and hits; baselines: beats every half second from 0 on, and hits where a band of the drum's pitch rises."""
    return await anyio.to_thread.run_sync(_evaluate, read_tracks(data))


def read_tracks(data: Path) -> list[Track]:
    """The tracks that have both sound and marks. Raises InputRejected where there are none."""
    mixes, drums = sounds_in(data / "full_mix"), sounds_in(data / "drum_only")
    tracks = [
        Track(
            name=name,
            mix=mixes.get(name),
            drums=drums.get(name),
            beats_s=np.array([float(line.split()[0]) for line in _lines(data / "beats" / f"{name}.beats")]),
            onsets_s=_onsets(data / "class" / f"{name}.txt"),
        )
        for name in sorted({*mixes, *drums})
        if (data / "beats" / f"{name}.beats").is_file() and (data / "class" / f"{name}.txt").is_file()
    ]
    if not tracks:
        raise InputRejected(f"{str(data)!r} has no sound with beats and onsets beside it.")
    return tracks


def _lines(path: Path) -> list[str]:
    return [line for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]


def _onsets(path: Path) -> Hits:
    marks = [line.split()[:2] for line in _lines(path)]
    kinds = {kind for _, kind in marks}
    return {kind: np.array([float(time_s) for time_s, mark in marks if mark == kind]) for kind in sorted(kinds)}


def _evaluate(tracks: Sequence[Track]) -> Evaluation:
    head = DrumHead.load()

    def ear(path: Path) -> Hits:
        return heard_hits(path, head)

    stems = [(track, track.drums) for track in tracks if track.drums]
    mixes = [(track, track.mix) for track in tracks if track.mix]
    hits = [(track, ear(path)) for track, path in stems]
    by_drum = {drum: _pooled(hits, drum) for drum in CLASSES}
    return Evaluation(
        name="drum_audio_mdb",
        n=len(tracks),
        metrics={
            "beat_f": _mean_beat_f(mixes, heard_beats),
            "onset_f": sum(by_drum.values(), Tally()).f,
            **{f"onset_f_{drum}": found.f for drum, found in by_drum.items()},
            "onset_any_f": _any_drum(hits).f,
            "onset_f_full_mix": _of_all(mixes, ear).f,
            "onset_hits": sum(found.true for found in by_drum.values()),
        },
        baselines={
            "every_half_second_beat_f": _mean_beat_f(mixes, _even_beats),
            "rising_bands_onset_f": _of_all(stems, _naive_hits).f,
        },
    )


def heard_beats(path: Path) -> Times:
    """Times of the beats, seconds."""
    rises, length_s = _rises(path)
    return beats_of(rises, bpm=tempo_of(rises, length_s=length_s).bpm)


def heard_hits(path: Path, head: DrumHead) -> Hits:
    """Times of the hits of each drum, seconds."""
    found = drum_hits(*read_mono(path), head)
    return {drum: np.array([hit.time_s for hit in found if hit.drum == drum]) for drum in (*CLASSES, "tom", "cymbal")}


def _naive_hits(path: Path) -> Hits:
    rises, _ = _rises(path)
    return {drum: onsets_of(rises[:, band]).times_s for drum, band in NAIVE_BANDS.items()}


def _even_beats(path: Path) -> Times:
    samples, rate = read_mono(path)
    return np.arange(0, len(samples) / rate, 60 / CONSTANT_BPM)


def _rises(path: Path) -> tuple[Frames, float]:
    samples, rate = read_mono(path)
    sound = resampled(cleaned(samples, rate), rate)
    return band_rises(decibels(mel_power(spectrum_of(sound)))), len(sound) / RATE


def _mean_beat_f(mixes: Sequence[tuple[Track, Path]], beats: Callable[[Path], Times]) -> float:
    scores = [tally(track.beats_s, beats(path), within_s=BEAT_WITHIN_S).f for track, path in mixes]
    return float(np.mean(scores)) if scores else 0.0


def _of_all(sounds: Sequence[tuple[Track, Path]], ear: Callable[[Path], Hits]) -> Tally:
    hits = [(track, ear(path)) for track, path in sounds]
    return sum((_pooled(hits, drum) for drum in CLASSES), Tally())


def _pooled(hits: Sequence[tuple[Track, Hits]], drum: str) -> Tally:
    none = np.zeros(0)
    return sum(
        (
            tally(track.onsets_s.get(CLASSES[drum], none), found.get(drum, none), within_s=ONSET_WITHIN_S)
            for track, found in hits
        ),
        Tally(),
    )


def _any_drum(hits: Sequence[tuple[Track, Hits]]) -> Tally:
    return sum(
        (tally(_together(track.onsets_s), _together(found), within_s=ONSET_WITHIN_S) for track, found in hits), Tally()
    )


def _together(hits: Hits) -> Times:
    """Onsets of all drums; those of one moment once."""
    times = np.sort(np.concatenate(list(hits.values()))) if hits else np.zeros(0)
    return times[np.concatenate(([True], np.diff(times) > SAME_S))] if len(times) else times
