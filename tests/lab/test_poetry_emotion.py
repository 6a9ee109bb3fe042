"""The poetry evaluation: kappa, any file of the shape, and how the verse head is trained."""

from __future__ import annotations

import csv
from contextlib import AbstractAsyncContextManager
from pathlib import Path

import numpy as np
import pytest

from cratedig.catalogue import Catalogue
from cratedig.errors import InputRejected
from cratedig.lab.evaluation import Lab
from cratedig.lab.poetry_data import read_annotated
from cratedig.lab.poetry_emotion import cohen, evaluate, kappas
from cratedig.lab.train_poetry import train
from cratedig.models.embedder import TextEmbedder
from cratedig.models.verse import FEELINGS, VerseHead

SAD = "They laid him in the cold and silent ground", "and all our tears fell down upon the stone"
FAIR = "The roses open and the thrushes sing", "and you, my love, are fairer than the spring"
HEADER = ("poem_id", "title", "stanza", "line", "text", "annotator1", "annotator2")


def no_catalogue() -> AbstractAsyncContextManager[Catalogue]:
    raise AssertionError("it needs no catalogue")


@pytest.fixture
def lab(embedder: TextEmbedder) -> Lab:
    return Lab(embedder, no_catalogue)


def written(folder: Path, poems: int = 2, label: str = "Sadness") -> Path:
    rows = []
    for poem in range(poems):
        text, felt = ((SAD, label), (FAIR, "Beauty / Joy --- Vitality"))[poem % 2]
        rows += [
            (f"p{poem}", "T", 0, at, f"{line} {poem}", felt, felt.split(" --- ")[0]) for at, line in enumerate(text)
        ]
    with (folder / "any_name.csv").open("w", newline="") as file:
        csv.writer(file).writerows([HEADER, *rows])
    return folder


async def test_plain_poems_are_felt_as_their_readers_felt_them(tmp_path: Path, lab: Lab) -> None:
    result = await evaluate(written(tmp_path), lab)
    assert (result.name, result.n) == ("poetry_emotion", 4)
    assert result.metrics == {"kappa": 1.0, "kappa_reader_1": 1.0, "kappa_reader_2": 1.0, "trained_on": 0.0}
    assert result.baselines == {"readers_with_each_other": 1.0}


def test_the_first_label_counts_and_the_second_is_a_lesser_share(tmp_path: Path) -> None:
    known = read_annotated(written(tmp_path))
    assert known.first[0].tolist() == [FEELINGS.index("Sadness")] * 2 + [FEELINGS.index("Beauty / Joy")] * 2
    assert known.named[0, 2, FEELINGS.index("Vitality")] == pytest.approx(0.3)
    np.testing.assert_allclose(known.named.sum(axis=2), 1, atol=1e-6)
    assert known.poem_of.tolist() == [0, 0, 1, 1]


def test_an_unknown_label_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputRejected, match="Boredom"):
        read_annotated(written(tmp_path, label="Boredom"))


def test_kappa_is_1_for_agreement_0_for_one_answer_and_below_for_contradiction() -> None:
    truth = np.array([0, 1, 0, 1])
    assert cohen(truth, truth, 2) == 1
    assert cohen(np.zeros(4, dtype=int), truth, 2) == 0
    assert cohen(1 - truth, truth, 2) == -1
    assert kappas(truth, np.array([truth, 1 - truth]))["kappa"] == 0


async def test_training_keeps_what_it_learned_from_and_says_how_poems_left_out_are_felt(
    tmp_path: Path, lab: Lab
) -> None:
    card = await train(written(tmp_path, poems=20), lab, tmp_path)
    assert card["poems"] == 20
    assert set(card["figures"]) == {"poems_left_out", "poems_learned_from"}
    assert card["figures"]["poems_left_out"]["kappa"] == 1.0
    assert len(VerseHead.load(tmp_path).trained_on) == 40
