"""Texts that stand for lyrics have the sentiment of their comments, and calibration is measured as it says."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from cratedig.lab.goemotions_data import read_comments
from cratedig.lab.train_sentiment import BINS, LENGTHS, calibration_error, labelled, made_up

ROWS = (
    ("what a lovely day", "17"),
    ("i hate this", "2,3"),
    ("it is a chair", "27"),
    ("oh really", "26"),
    ("love and hate", "18,2"),
)


@pytest.fixture
def comments(tmp_path: Path) -> Path:
    (tmp_path / "some.tsv").write_text("".join(f"{text}\t{labels}\tid{at}\n" for at, (text, labels) in enumerate(ROWS)))
    return tmp_path


def test_comments_are_grouped_as_the_paper_groups_emotions_and_mixed_ones_left_out(comments: Path) -> None:
    known = labelled(read_comments(comments))
    assert dict(zip(known.texts, known.groups.tolist(), strict=True)) == {
        "what a lovely day": 2,
        "i hate this": 0,
        "it is a chair": 1,
        "oh really": 1,
    }


def test_at_least_half_of_a_text_is_of_its_sentiment(comments: Path) -> None:
    known = labelled(read_comments(comments))
    group_of = dict(zip(known.texts, known.groups.tolist(), strict=True))
    for lyric, group in made_up(known, 60, np.random.default_rng(1)):
        own = sum(group_of[line] == group for line in lyric.lines)
        assert len(lyric.lines) in LENGTHS
        assert own >= len(lyric.lines) // 2


def test_who_is_as_sure_as_right_is_calibrated() -> None:
    chance = np.random.default_rng(3)
    sure = chance.random(20_000)
    right = chance.random(20_000) < sure
    assert calibration_error(sure, right) < 0.02
    assert calibration_error(np.ones(BINS), np.zeros(BINS, dtype=bool)) == 1.0
