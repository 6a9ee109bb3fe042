"""The spotify_songs evaluation: playlists are hidden from the catalogue, and a part of the real data is measured."""

from __future__ import annotations

import csv
import gzip
from pathlib import Path

import pytest

from cratedig.catalogue import Catalogue
from cratedig.lab import spotify
from cratedig.lab.evaluation import Lab
from cratedig.lab.ranking import bucket, ndcg, recall
from cratedig.lab.spotify import read_crate, split
from cratedig.models.embedder import TextEmbedder
from cratedig.models.style import shipped


@pytest.fixture
def part(shared: Path, tmp_path: Path) -> Path:
    """A few dozen playlists and a thousandth of the songs."""
    for name, column, share in (("playlists_sample", "playlist_name", 0.1), ("songs", "track_artist", 0.1)):
        with gzip.open(shared / "spotify_songs" / f"{name}.csv.gz", "rt", encoding="utf-8", newline="") as file:
            reader = csv.DictReader(file)
            rows = [row for row in reader if bucket(row[column]) < share]
        with (tmp_path / f"other_{name}.csv").open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, reader.fieldnames or [])
            writer.writeheader()
            writer.writerows(rows)
    return tmp_path


def test_halves_of_a_playlist_are_stable_and_apart(part: Path) -> None:
    crate = read_crate(part)
    for name in crate.named(6):
        seeds, hidden = split(crate, name)
        assert (seeds, hidden) == split(crate, name)
        assert not seeds & hidden
        assert seeds | hidden == crate.playlists[name]


async def test_find_beats_embeddings_alone_and_popularity(
    part: Path, catalogue: Catalogue, embedder: TextEmbedder
) -> None:
    found = await spotify.evaluate(part, Lab(embedder=embedder, scratch=catalogue.scratch))
    assert found.metrics["playlist_ndcg_at_20"] > found.baselines["sbert_only_ndcg_at_20"]
    assert found.metrics["playlist_ndcg_at_20"] > found.baselines["popularity_ndcg_at_20"]
    assert found.metrics["genre_accuracy"] > 0.4


def test_the_style_head_says_which_artists_it_learned_from() -> None:
    head = shipped()
    assert head.has_heard("Ed Sheeran")
    assert not head.has_heard("an artist nobody ever wrote a song for")


def test_perfect_rankings_score_one() -> None:
    assert ndcg([1, 2, 3], {1: 1.0, 2: 1.0}, k=10) == 1.0
    assert recall([1, 2], {1, 2}, k=10) == 1.0
