"""The demo crate's band plays what its scores say, and always the same."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import numpy as np
import pytest

from cratedig.collect import demo
from cratedig.collect.demo.sound import LENGTH_S, RATE, Score, render, scores
from cratedig.music.mood import Mood

MEANT = json.loads((Path(__file__).parent / "demo_intended_moods.json").read_text())["songs"]


def rows_of_the_crate() -> dict[str, dict[str, str]]:
    with demo.dump() as path, path.open(newline="", encoding="utf-8") as file:
        return {row["id"]: row for row in csv.DictReader(file)}


def test_every_song_of_the_crate_has_one_score() -> None:
    played = [score.song_id for score in scores()]
    assert len(played) == len(set(played)) == len(MEANT)
    assert set(played) <= rows_of_the_crate().keys()


def test_a_score_agrees_with_what_the_crate_says_of_its_song() -> None:
    rows = rows_of_the_crate()
    for score in scores():
        if rows[score.song_id]["tempo"]:
            assert score.tempo_bpm == pytest.approx(float(rows[score.song_id]["tempo"]), abs=0.5)
            assert (score.key, score.mode) == (int(rows[score.song_id]["key"]), int(rows[score.song_id]["mode"]))


def test_the_same_score_is_the_same_sound() -> None:
    score = scores()[0]
    assert render(score, length_s=4.0).tobytes() == render(score, length_s=4.0).tobytes()


def test_a_clip_is_whole_finite_and_within_full_scale() -> None:
    for score in scores()[::8]:
        clip = render(score)
        assert clip.dtype == np.float32
        assert len(clip) == round(LENGTH_S * RATE)
        assert np.isfinite(clip).all()
        assert 0.1 < np.abs(clip).max() <= 1.0


def test_an_excited_song_is_louder_than_a_calm_one() -> None:
    by_drive = sorted(scores(), key=lambda score: score.drive)
    calm, excited = (np.sqrt(np.mean(render(score) ** 2)) for score in (by_drive[0], by_drive[-1]))
    assert excited > 2 * calm


@pytest.mark.parametrize("wrong", [{"tempo_bpm": 0.0}, {"key": 12}, {"mode": 2}, {"drums": "cowbell"}])
def test_a_score_refuses_nonsense(wrong: dict[str, object]) -> None:
    right: dict[str, object] = {"tempo_bpm": 120.0, "key": 0, "mode": 1, "mood": Mood(0, 0), "drums": "funk"}
    with pytest.raises(ValueError, match=r"tempo|key|groove"):
        Score(song_id="1", **(right | wrong))  # type: ignore[arg-type]
