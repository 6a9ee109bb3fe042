"""The drum_audio_mdb evaluation on a folder of the shape, played by kits of sines and noise."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import soundfile

from cratedig.catalogue import Catalogue
from cratedig.errors import InputRejected
from cratedig.lab import drum_audio_mdb
from cratedig.lab.drum_kit import RATE, Strike, kit, rendered
from cratedig.lab.evaluation import Lab
from cratedig.models.embedder import TextEmbedder

BEAT_S = 0.5
MARKS = {"kick": "KD", "snare": "SD", "closed hat": "HH"}


def write_track(folder: Path, name: str, seed: int) -> None:
    """A rock beat of 12 s at 120 BPM, as its own mix."""
    random = np.random.default_rng(seed)
    strikes = [
        Strike(time_s=0.4 + at * BEAT_S / 2, piece=piece, velocity=100)
        for at in range(44)
        for piece in ("closed hat", *(("kick",) if at % 4 == 0 else ()), *(("snare",) if at % 4 == 2 else ()))
    ]
    sound = rendered(strikes, kit(random), length_s=12.0, random=random)
    for kind in ("full_mix", "drum_only", "beats", "class"):
        (folder / kind).mkdir(exist_ok=True)
    for kind in ("full_mix", "drum_only"):
        soundfile.write(folder / kind / f"{name}.flac", sound, RATE)
    beats = [f"{0.4 + at * BEAT_S:.2f}\t{at % 4 + 1}" for at in range(22)]
    (folder / "beats" / f"{name}.beats").write_text("\n".join(beats))
    hits = [f"{strike.time_s:.3f} \t{MARKS[strike.piece]}" for strike in strikes]
    (folder / "class" / f"{name}.txt").write_text("\n".join(hits) + "\n")


async def test_a_folder_is_measured(tmp_path: Path, catalogue: Catalogue, embedder: TextEmbedder) -> None:
    for seed in (500, 501, 502):
        write_track(tmp_path, f"track {seed}", seed)
    found = await drum_audio_mdb.evaluate(tmp_path, Lab(embedder=embedder, scratch=catalogue.scratch))
    assert found.n == 3
    assert found.metrics["beat_f"] > 0.9
    assert found.metrics["onset_f"] > 0.7
    assert found.metrics["onset_f"] == found.metrics["onset_f_full_mix"]  # the mix is the drums here
    assert found.metrics["onset_hits"] == 3 * 66
    assert 0 <= found.baselines["rising_bands_onset_f"] < found.metrics["onset_any_f"]


async def test_a_folder_without_sound_is_refused(tmp_path: Path, catalogue: Catalogue, embedder: TextEmbedder) -> None:
    with pytest.raises(InputRejected):
        await drum_audio_mdb.evaluate(tmp_path, Lab(embedder=embedder, scratch=catalogue.scratch))


def test_hits_of_one_moment_are_one_onset() -> None:
    together = drum_audio_mdb._together({"kick": np.array([1.0, 2.0]), "hat": np.array([1.01, 1.5])})
    assert together.tolist() == [1.0, 1.5, 2.0]
