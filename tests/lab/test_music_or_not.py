"""Labels by hand: enough of them, no artist on both sides, figures that mean what they say."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import numpy as np

from cratedig.lab.music_or_not import figures, phrases, read_labels
from cratedig.models.talk import TalkHead

LABELS = Path(__file__).parents[2] / "evals" / "music_or_not.csv"


def test_three_hundred_rows_and_more_were_labelled_by_hand() -> None:
    labels = read_labels(LABELS)
    counted = Counter(labels.validation.values())
    assert counted["music"] + counted["talk"] >= 300
    assert counted["talk"] >= 30
    assert not labels.validation.keys() & labels.training.keys()


def test_the_labels_hold_no_text_of_anybodys() -> None:
    assert LABELS.read_text(encoding="utf-8").splitlines()[0] == "split,kind,source,source_id,label"


def test_full_agreement_is_a_kappa_of_one_and_chance_one_of_zero() -> None:
    truth = np.array([True, False] * 50)
    assert figures(truth, truth)["kappa"] == 1.0
    assert figures(truth, np.array([True, True, False, False] * 25))["kappa"] == 0.0


def test_our_own_phrases_of_talk_sound_like_talk() -> None:
    head = TalkHead.load()
    assert float((head.scores(phrases(), [None] * len(phrases())) > 0).mean()) > 0.9
