"""The emotion head: what its outputs mean, and that plain sentences are heard as people hear them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from cratedig.errors import ModelUnavailable
from cratedig.models.embedder import TextEmbedder
from cratedig.models.emotion import GROUPS, LABELS, EmotionHead, logit, odds, with_six
from cratedig.models.emotion_reader import ShippedReader
from cratedig.models.layers import WIDTH, LayerReader
from cratedig.music.finding import EMOTIONS

PLAIN = {
    "joy": "This made me so happy, what a wonderful day, thank you!",
    "sadness": "I cried all night, I miss her and my heart is broken.",
    "anger": "I hate you, you stupid liar, get out of my sight!",
    "fear": "I'm terrified, I was so scared that I could not move.",
    "surprise": "Wow, I can't believe it, I did not expect that at all!",
    "love": "I love you, I love you so much, my darling.",
}


@pytest.fixture(scope="module")
def reader(embedder: TextEmbedder) -> ShippedReader:
    return ShippedReader(embedder)


@pytest.mark.parametrize(("emotion", "text"), PLAIN.items())
def test_a_plain_sentence_is_heard_as_it_is_meant(reader: ShippedReader, emotion: str, text: str) -> None:
    (six,) = reader.read([text]).six
    assert EMOTIONS[int(six.argmax())] == emotion
    assert six.max() > 0.5


def test_every_emotion_is_heard_most_in_its_own_sentence(reader: ShippedReader) -> None:
    six = reader.read([PLAIN[name] for name in EMOTIONS]).six
    assert six.argmax(axis=0).tolist() == list(range(len(EMOTIONS)))


def test_probabilities_lie_between_0_and_1_whatever_the_text(reader: ShippedReader) -> None:
    found = reader.read(["", " ", "🔥" * 50, "\x00", "я" * 500, "a" * 5000])
    for values in (found.six, found.labels):
        assert np.isfinite(values).all()
        assert values.min() >= 0
        assert values.max() <= 1


def test_no_text_gives_no_rows(reader: ShippedReader) -> None:
    assert reader.read([]).six.shape == (0, 6)


def test_every_label_but_neutral_belongs_to_one_of_the_six() -> None:
    grouped = [label for group in GROUPS.values() for label in group]
    assert sorted([*grouped, "neutral"]) == sorted(LABELS)
    assert tuple(GROUPS) == EMOTIONS


def test_a_group_is_true_where_one_of_its_labels_is() -> None:
    labels = np.eye(28, dtype=np.float32)
    assert with_six(labels)[:, 28:].sum() == 27
    assert with_six(labels.max(axis=0, keepdims=True)).tolist() == [[1.0] * 34]


def test_log_odds_turn_into_probabilities_and_back() -> None:
    shares = np.array([0.01, 0.5, 0.99])
    np.testing.assert_allclose(odds(logit(shares)), shares, rtol=1e-5)


def test_a_head_comes_back_as_it_was_stored() -> None:
    head = EmotionHead.load()
    again = EmotionHead.from_arrays(head.arrays(1))
    assert again.words.index == head.words.index
    np.testing.assert_array_equal(again.network.hidden, head.network.hidden)
    np.testing.assert_array_equal(again.thresholds, head.thresholds)


def test_an_absent_head_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(ModelUnavailable, match="Install Cratedig again"):
        EmotionHead.load(tmp_path)


def test_layers_read_alike_alone_and_among_others(embedder: TextEmbedder) -> None:
    layers = LayerReader(embedder)
    texts = ["hold on", "the morning is a thief", "hold on"]
    rows = layers.read(texts)
    assert rows.shape == (3, WIDTH)
    np.testing.assert_array_equal(rows[0], rows[2])
    np.testing.assert_allclose(layers.read(["hold on"])[0], rows[0], atol=0.05)


def test_the_last_layers_mean_is_the_embedding(embedder: TextEmbedder) -> None:
    row = LayerReader(embedder).read(["hold on"])[0, 3 * 384 : 4 * 384]
    np.testing.assert_allclose(row / np.linalg.norm(row), embedder.embed(["hold on"])[0], atol=1e-5)
