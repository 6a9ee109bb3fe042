"""deezer_mood and jamendo_mood: parts of the real data, in files of other names, and the cards' honest figures."""

from __future__ import annotations

import csv
import gzip
import json
from pathlib import Path

import pytest

from cratedig.catalogue import Catalogue
from cratedig.lab import deezer_mood, jamendo_mood
from cratedig.lab.evaluation import Lab
from cratedig.models.arrays import HEADS
from cratedig.models.embedder import TextEmbedder


def part(source: Path, to: Path, every: int, **changed: str) -> None:
    with gzip.open(source, "rt", encoding="utf-8", newline="") as file:
        reader = csv.DictReader(file)
        rows = [row | changed for at, row in enumerate(reader) if at % every == 0]
    with to.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, reader.fieldnames or [])
        writer.writeheader()
        writer.writerows(rows)


async def test_songs_follow_listeners_and_learned_ones_are_named(
    shared: Path, tmp_path: Path, catalogue: Catalogue, embedder: TextEmbedder
) -> None:
    source = shared / "deezer_mood" / "va_with_spotify_features.csv.gz"
    part(source, tmp_path / "held_back.csv", 4, deezer_split="test")
    found = await deezer_mood.evaluate(tmp_path, Lab(embedder=embedder, scratch=catalogue.scratch))
    assert found.metrics["trained_on"] == 1.0
    assert found.metrics["r_valence"] == found.metrics["r_valence_test"]
    assert found.metrics["r_arousal"] > found.baselines["feature_alone_r_arousal"]


async def test_tags_rank_moods_even_where_some_are_never_given(
    shared: Path, tmp_path: Path, catalogue: Catalogue, embedder: TextEmbedder
) -> None:
    part(shared / "jamendo_mood" / "tracks.csv.gz", tmp_path / "held_back.csv", 300)
    found = await jamendo_mood.evaluate(tmp_path, Lab(embedder=embedder, scratch=catalogue.scratch))
    assert 0.7 < found.metrics["mean_auc"] <= 1.0
    assert found.metrics["trained_on"] == 1.0


async def test_tracks_that_were_not_learned_from_are_said_to_be_new(
    shared: Path, tmp_path: Path, catalogue: Catalogue, embedder: TextEmbedder
) -> None:
    part(shared / "jamendo_mood" / "tracks.csv.gz", tmp_path / "held_back.csv", 300, track_id="a track of tomorrow")
    found = await jamendo_mood.evaluate(tmp_path, Lab(embedder=embedder, scratch=catalogue.scratch))
    assert found.metrics["trained_on"] == 0.0


@pytest.mark.parametrize(
    ("card", "figure", "baseline"),
    [
        ("deezer_mood", "artist_disjoint", "artist_disjoint_sound_ridge"),
        ("deezer_mood", "authors_split", "authors_split_sound_ridge"),
        ("jamendo_mood", "artist_disjoint_mean_auc", "artist_disjoint_logistic_regression"),
    ],
)
def test_the_card_has_honest_figures_above_the_baseline(card: str, figure: str, baseline: str) -> None:
    figures = json.loads((HEADS / f"{card}.json").read_text())["figures"]
    better, worse = figures[figure], figures[baseline]
    if isinstance(better, dict):
        assert all(better[axis] > worse[axis] for axis in better)
    else:
        assert better > worse
