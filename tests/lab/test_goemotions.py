"""The GoEmotions evaluation: any file of the shape, figures of what the head has not seen; and how it is trained."""

from __future__ import annotations

import gzip
from contextlib import AbstractAsyncContextManager
from pathlib import Path

import numpy as np
import pytest

from cratedig.catalogue import Catalogue
from cratedig.errors import InputRejected
from cratedig.lab.evaluation import Lab
from cratedig.lab.goemotions import evaluate, figures_of
from cratedig.lab.goemotions_data import id_digests, read_comments
from cratedig.lab.train_emotion import train
from cratedig.models.embedder import TextEmbedder
from cratedig.models.emotion import LABELS, EmotionHead, with_six

SAID = {"love": "I love you so much", "anger": "I hate this, you idiot", "gratitude": "Thank you so much for this"}


def no_catalogue() -> AbstractAsyncContextManager[Catalogue]:
    raise AssertionError("it needs no catalogue")


@pytest.fixture
def lab(embedder: TextEmbedder) -> Lab:
    return Lab(embedder, no_catalogue)


def lines(count: int, prefix: str) -> str:
    rows = [(text, LABELS.index(label)) for label, text in SAID.items()]
    return "".join(f"{rows[at % 3][0]} {at}\t{rows[at % 3][1]}\t{prefix}{at}\n" for at in range(count))


async def test_every_file_of_the_shape_is_read_whatever_its_name(tmp_path: Path, lab: Lab) -> None:
    (tmp_path / "kept_back.tsv").write_text(lines(3, "a"))
    (tmp_path / "more.tsv.gz").write_bytes(gzip.compress(lines(3, "b").encode()))
    (tmp_path / "labels.txt").write_text("\n".join(LABELS))
    result = await evaluate(tmp_path, lab)
    assert (result.name, result.n) == ("goemotions", 6)
    assert result.metrics["trained_on"] == 0
    assert result.metrics["f1_love"] == 1.0
    assert {"macro_f1_28", "macro_f1_6", "macro_f1_6_labels"} <= set(result.metrics)


async def test_rows_that_the_head_learned_from_are_not_judged_beside_others(tmp_path: Path, lab: Lab) -> None:
    learned = "ed00q6i"  # the second comment of the training data
    assert id_digests([learned])[0] in EmotionHead.load().trained_on
    (tmp_path / "rows.tsv").write_text(f"something\t27\t{learned}\n" + lines(3, "new"))
    result = await evaluate(tmp_path, lab)
    assert (result.n, result.metrics["trained_on"]) == (3, 0.25)


async def test_a_folder_without_rows_is_refused(tmp_path: Path, lab: Lab) -> None:
    with pytest.raises(InputRejected, match="No GoEmotions rows"):
        await evaluate(tmp_path, lab)


def test_what_is_named_rightly_has_an_f1_of_1_in_labels_and_groups() -> None:
    labels = with_six(np.eye(28, dtype=np.float32))
    figures = figures_of(labels > 0, labels)
    assert (figures["macro_f1_28"], figures["macro_f1_6"], figures["macro_f1_6_labels"]) == (1, 1, 1)
    assert figures_of(labels < 0, labels)["macro_f1_28"] == 0


async def test_training_learns_what_it_is_shown_and_looks_at_train_files_only(tmp_path: Path, lab: Lab) -> None:
    (tmp_path / "train.tsv").write_text(lines(90, "t"))
    (tmp_path / "dev.tsv").write_text(lines(9, "d"))
    card = await train(tmp_path, lab, tmp_path / "heads")
    head = EmotionHead.load(tmp_path / "heads")
    assert card["comments"] == 90
    assert len(head.trained_on) == 90
    assert card["figures"]["other_files"]["f1_love"] == 1.0
    assert len(read_comments(tmp_path).texts) == 99
