"""The EmoBank evaluation reads any file of the shape, and says when it is shown what the head has learned."""

from __future__ import annotations

import csv
import gzip
import io
from contextlib import AbstractAsyncContextManager
from pathlib import Path

import numpy as np
import pytest

from cratedig.catalogue import Catalogue
from cratedig.errors import InputRejected
from cratedig.lab.emobank import correlations, evaluate, read_judged
from cratedig.lab.evaluation import Lab
from cratedig.lab.train_emobank import FOLDS, folds
from cratedig.models.embedder import TextEmbedder

ROWS = [
    {
        "id": "a_1_2",
        "split": "test",
        "V": "4.5",
        "A": "3.5",
        "D": "3.2",
        "text": 'We won, and they cheered "yes"!',
    },
    {"id": "a_3_4", "split": "test", "V": "1.5", "A": "3.4", "D": "2.8", "text": "The bomb killed two\nchildren."},
    {"id": "b_1_2", "split": "dev", "V": "3.0", "A": "2.9", "D": "3.0", "text": "The table is made of wood."},
    {"id": "b_3_4", "split": "dev", "V": "2.2", "A": "2.6", "D": "2.7", "text": "She felt tired and alone."},
]


def write(path: Path, rows: list[dict[str, str]]) -> None:
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, list(rows[0]))
    writer.writeheader()
    writer.writerows(rows)
    data = text.getvalue().encode()
    path.write_bytes(gzip.compress(data) if path.suffix == ".gz" else data)


def no_catalogue() -> AbstractAsyncContextManager[Catalogue]:
    raise AssertionError("this evaluation wants no catalogue")


async def test_any_file_of_the_shape_is_read_and_all_rows_count(tmp_path: Path, embedder: TextEmbedder) -> None:
    write(tmp_path / "some_other_name.csv", ROWS[:2])
    write(tmp_path / "packed.csv.gz", ROWS[2:])
    write(tmp_path / "another_shape.csv", [{"artist": "x", "title": "y"}])
    result = await evaluate(tmp_path, Lab(embedder=embedder, scratch=no_catalogue))
    assert result.n == 4
    assert {"r_valence", "r_arousal", "r_dominance"} <= set(result.metrics)
    assert result.metrics["r_valence"] > 0.5
    assert result.metrics["trained_on"] == 0
    assert "lexicon_r_valence" in result.baselines


async def test_rows_the_head_has_learned_are_owned_up_to(shared: Path, embedder: TextEmbedder, tmp_path: Path) -> None:
    learned = read_judged(shared / "emobank")
    known = [{"id": row_id, "V": "3", "A": "3", "D": "3", "text": text} for row_id, text in
             zip(learned.ids[:3], learned.texts[:3], strict=True)]  # fmt: skip
    fresh = [{"id": "never_0_1", "V": "4", "A": "3", "D": "3", "text": "A fine day."}]
    write(tmp_path / "mixed.csv", known + fresh)
    result = await evaluate(tmp_path, Lab(embedder=embedder, scratch=no_catalogue))
    assert result.metrics["trained_on"] == 0.75


def test_a_folder_without_the_shape_is_refused(tmp_path: Path) -> None:
    write(tmp_path / "another_shape.csv", [{"artist": "x", "title": "y"}])
    with pytest.raises(InputRejected):
        read_judged(tmp_path)


def test_correlation_is_exact_on_known_data_and_zero_where_nothing_varies() -> None:
    felt = np.array([[0.0, 0.1, 0.2], [0.5, 0.1, 0.1], [1.0, 0.1, 0.0]])
    assert correlations(felt * 2 - 0.3, felt) == {"r_valence": 1.0, "r_arousal": 0.0, "r_dominance": 1.0}


def test_folds_keep_a_group_together_have_like_sizes_and_ignore_the_order() -> None:
    groups = [f"document {number % 23}" for number in range(500)]
    fold = folds(groups)
    assert all(len(set(fold[np.array(groups) == name])) == 1 for name in set(groups))
    assert np.ptp(np.bincount(fold, minlength=FOLDS)) < 60
    assert np.array_equal(folds(groups[::-1])[::-1], fold)
