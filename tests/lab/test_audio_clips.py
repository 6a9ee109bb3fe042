"""The audio_clips evaluation: its definitions, and that a folder of the shape is measured."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest
import soundfile
from numpy.typing import NDArray

from cratedig.catalogue import Catalogue
from cratedig.errors import InputRejected
from cratedig.lab import audio_clips
from cratedig.lab.audio_clips import Clip, hear, is_key, share
from cratedig.lab.evaluation import Lab
from cratedig.models.embedder import TextEmbedder
from tests.understand.audio.sounds import RATE, cadence, metronome


def folder_of(folder: Path, clips: dict[str, tuple[NDArray[np.float32], str, str]]) -> Path:
    """Clips as FLAC with an index: name -> (samples, bpm, key)."""
    with (folder / "index.csv").open("w", newline="", encoding="utf-8") as file:
        rows = csv.writer(file)
        rows.writerow(["file", "bpm", "key"])
        for name, (samples, bpm, key) in clips.items():
            soundfile.write(folder / name, samples, RATE)
            rows.writerow([name, bpm, key])
    return folder


def test_a_tempo_counts_within_four_percent_and_by_octaves_where_asked() -> None:
    assert share([124.0, 60.0], [120.0, 120.0], multiples=(1.0,)) == 0.5
    assert share([124.0, 60.0], [120.0, 120.0], multiples=audio_clips.OCTAVES) == 1
    assert share([126.0, 40.0], [120.0, 120.0], multiples=audio_clips.OCTAVES) == 0
    assert share([], [], multiples=(1.0,)) == 0


async def test_a_folder_is_measured(tmp_path: Path, catalogue: Catalogue, embedder: TextEmbedder) -> None:
    folder_of(
        tmp_path,
        {
            "beat.flac": (metronome(120, seconds=14)[0], "120", ""),
            "chords.flac": (cadence(57, is_major=False), "", "A minor"),
            "wrong.flac": (cadence(60, is_major=True), "", "F#"),
        },
    )
    found = await audio_clips.evaluate(tmp_path, Lab(embedder=embedder, scratch=catalogue.scratch))
    assert (found.n, found.metrics["tempo_within_4pct"], found.metrics["tempo_octave_ok"]) == (3, 1, 1)
    assert (found.metrics["key_exact"], found.metrics["crashes"]) == (0.5, 0)
    assert found.baselines["always_120_tempo_within_4pct"] == 1


def test_a_file_that_is_no_sound_is_refused_and_no_crash(tmp_path: Path) -> None:
    (tmp_path / "text.ogg").write_text("not a sound")
    heard = hear(Clip(path=tmp_path / "text.ogg", bpm=None, key=None))
    assert (heard.features, heard.crashed) == (None, False)


def test_a_truth_without_a_mode_asks_for_the_tonic_alone(tmp_path: Path) -> None:
    folder_of(tmp_path, {"chords.flac": (cadence(57, is_major=False), "", "")})
    features = hear(Clip(path=tmp_path / "chords.flac", bpm=None, key=None)).features
    assert is_key(features, "A")
    assert is_key(features, "A minor")
    assert not is_key(features, "A major")
    assert not is_key(None, "A")


async def test_a_folder_of_another_shape_is_refused(
    tmp_path: Path, catalogue: Catalogue, embedder: TextEmbedder
) -> None:
    (tmp_path / "other.csv").write_text("a,b\n1,2\n")
    with pytest.raises(InputRejected):
        await audio_clips.evaluate(tmp_path, Lab(embedder=embedder, scratch=catalogue.scratch))
