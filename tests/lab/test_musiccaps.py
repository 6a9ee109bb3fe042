"""The musiccaps evaluation: its definitions, and that it runs on a folder of the shape."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from cratedig.catalogue import Catalogue
from cratedig.errors import InputRejected
from cratedig.lab import musiccaps
from cratedig.lab.evaluation import Lab
from cratedig.lab.musiccaps import Clip, like
from cratedig.models.embedder import TextEmbedder

SOUNDS = ["slow cello melody", "fast techno beat", "gentle harp arpeggio", "loud brass fanfare", "warm choir hum"]


def write(folder: Path, rows: list[dict[str, str]]) -> None:
    with (folder / "part.csv").open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)


def test_likeness_is_jaccard_without_the_label_of_all_music() -> None:
    clips = [Clip("", "", frozenset(labels)) for labels in ({"a", "b"}, {"a"}, {"c"}, {"a", "b"})]
    assert like(clips[0], clips) == {1: 0.5, 3: 1.0}


async def test_a_folder_is_measured_through_search(
    tmp_path: Path, catalogue: Catalogue, embedder: TextEmbedder
) -> None:
    rows = [
        {
            "audioset_positive_labels": f"/m/{at % 5},/m/04rlf",
            "aspect_list": repr([*SOUNDS[at % 5].split(), f"take {at}"]),
            "caption": f"This is a {SOUNDS[at % 5]} with take {at} of it.",
        }
        for at in range(35)
    ]
    write(tmp_path, rows)
    found = await musiccaps.evaluate(tmp_path, Lab(embedder=embedder, scratch=catalogue.scratch))
    assert found.n == found.metrics["hard_queries"] == 35
    assert found.metrics["ndcg_at_10"] > 0.9
    assert found.metrics["r_at_1_easy"] > 0.9


async def test_a_folder_of_another_shape_is_refused(
    tmp_path: Path, catalogue: Catalogue, embedder: TextEmbedder
) -> None:
    write(tmp_path, [{"a": "1"}])
    with pytest.raises(InputRejected):
        await musiccaps.evaluate(tmp_path, Lab(embedder=embedder, scratch=catalogue.scratch))
