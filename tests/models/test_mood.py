"""The mood of a text: the shipped head, its blend with the lexicon, and what happens to a damaged file."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import numpy as np
import pytest

from cratedig.errors import ModelUnavailable
from cratedig.models.embedder import TextEmbedder
from cratedig.models.mood import CARD, HEADS, MoodHead, lexicon_trust, mood_of_text, moods_of_texts
from cratedig.models.mood_features import WordTable, shape_features, terms
from cratedig.music.lexicon import read_words
from cratedig.music.mood import NEUTRAL, Mood
from cratedig.music.receipt import Receipt


@pytest.fixture
def head_folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(HEADS, tmp_path / "heads"))


def head_file(folder: Path) -> Path:
    return folder / str(json.loads((folder / CARD).read_text())["file"])


def read(text: str, embedder: TextEmbedder, head: MoodHead) -> tuple[Mood, Receipt]:
    return mood_of_text(text, embedder.embed([text])[0], head)


@pytest.mark.parametrize(
    ("query", "valence", "arousal"),
    [("i miss my ex", -0.6, -0.2), ("upbeat morning workout", 0.5, 0.67), ("chill evening music", 0.4, -0.5)],
)
def test_the_queries_of_the_spec_land_near_where_it_says(
    query: str, valence: float, arousal: float, embedder: TextEmbedder, head: MoodHead
) -> None:
    mood, receipt = read(query, embedder, head)
    assert mood.distance(Mood(valence, arousal)) <= 0.2
    assert receipt.confidence >= 0.5


@pytest.mark.parametrize(
    ("glad", "sad"),
    [
        ("The two of us laughed until the sun came up", "They lowered the coffin and nobody spoke"),
        ("She finally said yes", "He walked out and took the children with him"),
    ],
)
def test_the_head_hears_what_the_lexicon_cannot(glad: str, sad: str, embedder: TextEmbedder, head: MoodHead) -> None:
    judged = head.predict([glad, sad], embedder.embed([glad, sad]))
    assert judged[0, 0] > judged[1, 0]


@pytest.mark.parametrize("word", ["happy", "beautiful", "good", "wonderful"])
def test_negation_flips_the_side_of_the_valence(word: str, embedder: TextEmbedder, head: MoodHead) -> None:
    assert read(f"I am {word}", embedder, head)[0].valence > 0 > read(f"I am not {word}", embedder, head)[0].valence


def test_order_and_company_do_not_change_a_text(embedder: TextEmbedder, head: MoodHead) -> None:
    texts = ["rage", "calm sea", "track 4", "i miss my ex", "Stabat mater dolorosa"]
    embeddings = embedder.embed(texts)
    together = moods_of_texts(texts, embeddings, head)
    backwards = moods_of_texts(texts[::-1], embeddings[::-1], head)[::-1]
    for (mood, _), (again, _) in zip(together, backwards, strict=True):
        assert mood.distance(again) < 1e-4


@pytest.mark.parametrize("text", ["", "   ", "04 - 17", "..."])
def test_a_text_without_words_is_neutral_with_no_confidence(text: str, embedder: TextEmbedder, head: MoodHead) -> None:
    mood, receipt = read(text, embedder, head)
    assert mood == NEUTRAL
    assert receipt.confidence == 0


def test_a_receipt_names_what_it_was_told_and_the_head(embedder: TextEmbedder, head: MoodHead) -> None:
    text = "so happy today"
    _, receipt = mood_of_text(text, embedder.embed([text])[0], head, source="lyrics", kind="measured")
    assert (receipt.source, receipt.kind) == ("lyrics", "measured")
    assert head.version in receipt.method
    assert "lexicon" in receipt.method


def test_agreement_makes_a_text_surer_and_no_text_is_certain(embedder: TextEmbedder, head: MoodHead) -> None:
    agreed = read("calm peaceful gentle evening, soft and quiet", embedder, head)[1].confidence
    alone = read("Better in time", embedder, head)[1].confidence
    assert alone < agreed < 1


def test_a_genre_alone_in_a_query_has_its_usual_mood(embedder: TextEmbedder, head: MoodHead) -> None:
    (techno, receipt), (ambient, _) = (read(genre, embedder, head) for genre in ("techno", "ambient"))
    assert techno.arousal > 0.3 > -0.3 > ambient.arousal
    assert "genre" in receipt.method
    assert receipt.confidence < read("happy techno", embedder, head)[1].confidence


def test_the_lexicon_says_less_of_a_longer_text() -> None:
    reading = read_words("happy")
    shares = [lexicon_trust(reading, words) for words in (1, 8, 20, 200)]
    assert shares == sorted(shares, reverse=True)
    assert shares[-1] > 0


def test_judgements_stay_in_range_and_music_uses_the_plane(embedder: TextEmbedder, head: MoodHead) -> None:
    texts = ["KILL " * 50, "love " * 50, "!!!!" * 100, "a" * 20_000, "東京の夜"]
    judged = head.predict(texts, embedder.embed(texts))
    assert judged.shape == (5, 3)
    assert np.all(np.abs(judged) <= 1)
    assert np.all(np.abs(head.on_the_plane(judged)) <= 1)
    middle = np.append(head.music_centre, 0.0)[None, :]
    assert np.allclose(head.on_the_plane(middle), 0)
    one_above = np.append(head.music_centre + head.music_spread, 0.0)[None, :]
    assert np.allclose(head.on_the_plane(one_above), np.tanh(0.5))


@pytest.mark.parametrize("where", [0, 1000, -1])
def test_a_head_with_a_flipped_byte_is_refused(where: int, head_folder: Path) -> None:
    file = head_file(head_folder)
    data = bytearray(file.read_bytes())
    data[where] ^= 0x01
    file.write_bytes(data)
    with pytest.raises(ModelUnavailable, match="damaged"):
        MoodHead.load(head_folder)


def test_an_absent_or_garbled_head_is_refused(head_folder: Path) -> None:
    head_file(head_folder).unlink()
    with pytest.raises(ModelUnavailable):
        MoodHead.load(head_folder)
    (head_folder / CARD).write_text("not json")
    with pytest.raises(ModelUnavailable):
        MoodHead.load(head_folder)


@pytest.mark.parametrize("data", [b"", b"PK\x03\x04 no archive", b"\x93NUMPY"])
def test_bytes_that_are_no_head_are_refused(data: bytes) -> None:
    with pytest.raises(ModelUnavailable):
        MoodHead.from_bytes(data, version="broken")


def test_the_shipped_head_is_small_and_its_card_credits_its_data() -> None:
    card = json.loads((HEADS / CARD).read_text())
    assert head_file(HEADS).stat().st_size == card["bytes"] <= 2.1e6
    assert "BY-SA" in card["licence"]
    assert any("Buechel & Hahn 2017" in line for line in card["data"])


def test_terms_are_words_marks_and_pairs() -> None:
    assert terms("Don't go!!") == ["don't", "go", "!!", "don't go", "go !!"]
    assert terms("") == []


def test_a_word_table_weighs_rare_words_more_and_knows_nothing_of_unknown_ones() -> None:
    table = WordTable(
        index={"rare": 0, "usual": 1},
        idf=np.array([4.0, 1.0], dtype=np.float32),
        weights=np.array([[100], [-100]], dtype=np.int8),
        step=np.array([0.01], dtype=np.float32),
    )
    both, twice, unknown = table.rows(["rare usual", "rare rare usual", "something else"])[:, 0]
    assert both > 0
    assert twice > both
    assert unknown == 0


def test_the_shape_of_any_text_is_bounded() -> None:
    shapes = shape_features(["", "!" * 1000, "WHY ME? " * 500, "1234567890"])
    assert shapes.shape == (4, 12)
    assert np.all((shapes >= 0) & (shapes <= 20))
