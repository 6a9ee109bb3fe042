"""The emotion analyzer: what holds for every lyric, and the arc of one that turns."""

from __future__ import annotations

import numpy as np
import pytest

from cratedig.errors import InputRejected
from cratedig.models.embedder import TextEmbedder
from cratedig.models.emotion_reader import ShippedReader
from cratedig.music.finding import EMOTIONS, Finding
from cratedig.music.lyric import Lyric, Section
from cratedig.understand.lyrics.emotion.analyzer import EmotionAnalyzer
from cratedig.understand.lyrics.emotion.chunks import MOST_CHARS, chunks_of

TURNING = Lyric.of("""[Verse]
I cried until the pillow was a lake
I miss you and my heart is going to break

[Chorus]
I love you, oh I love you, come what may
I'm happy, thank you, what a lovely day
""")


@pytest.fixture(scope="module")
def analyzer(embedder: TextEmbedder) -> EmotionAnalyzer:
    return EmotionAnalyzer(ShippedReader(embedder))


def found(analyzer: EmotionAnalyzer, lyric: Lyric) -> Finding:
    (finding,) = analyzer.read([lyric], [None])
    assert isinstance(finding, Finding)
    return finding


def test_the_arc_follows_a_lyric_that_turns(analyzer: EmotionAnalyzer) -> None:
    verse, chorus = found(analyzer, TURNING).data["arc"]
    assert (verse["kind"], chorus["kind"]) == ("verse", "chorus")
    assert verse["emotions"]["sadness"] > chorus["emotions"]["sadness"]
    assert verse["emotions"]["love"] < chorus["emotions"]["love"]
    assert verse["valence"] < 0 < chorus["valence"]


def test_the_arc_covers_the_lyric_from_0_to_1_without_gaps(analyzer: EmotionAnalyzer) -> None:
    arc = found(analyzer, TURNING).data["arc"]
    assert (arc[0]["start"], arc[-1]["end"]) == (0.0, 1.0)
    assert [point["end"] for point in arc[:-1]] == [point["start"] for point in arc[1:]]


def test_a_song_feels_as_the_mean_of_its_sections_by_their_words(analyzer: EmotionAnalyzer) -> None:
    finding = found(analyzer, TURNING)
    for name in EMOTIONS:
        parts = [(point["end"] - point["start"]) * point["emotions"][name] for point in finding.data["arc"]]
        assert finding.emotions[name] == pytest.approx(sum(parts), abs=2e-3)


def test_singing_it_all_twice_changes_nothing_felt(analyzer: EmotionAnalyzer) -> None:
    once, twice = found(analyzer, TURNING), found(analyzer, Lyric(TURNING.sections * 2))
    assert twice.emotions == pytest.approx(once.emotions, abs=1e-3)
    assert len(twice.data["arc"]) == 2 * len(once.data["arc"])


def test_a_lyric_is_read_alike_alone_and_among_others(analyzer: EmotionAnalyzer) -> None:
    other = Lyric.of("Get out, you liar\nI hate the things you do")
    both = analyzer.read([other, TURNING], [None, 120.0])
    assert isinstance(both[1], Finding)
    assert both[1].emotions == pytest.approx(dict(found(analyzer, TURNING).emotions), abs=0.05)


@pytest.mark.parametrize(
    "text", ["Я оставил свет гореть в окне\nи ночь пришла, как гость, ко мне", "雨が降る夜に\n君を待っている"]
)
def test_what_is_not_english_is_not_judged_and_says_so(analyzer: EmotionAnalyzer, text: str) -> None:
    finding = found(analyzer, Lyric.of(text))
    assert finding.confidence == 0
    assert not finding.emotions
    assert "English" in finding.data["reason"]


async def test_an_empty_lyric_is_refused_and_spoils_no_batch(analyzer: EmotionAnalyzer) -> None:
    with pytest.raises(InputRejected):
        await analyzer.analyze(Lyric())
    refused, read = analyzer.read([Lyric(), TURNING], [None, None])
    assert isinstance(refused, InputRejected)
    assert isinstance(read, Finding)
    assert analyzer.read([], []) == []


def test_a_happy_lyric_is_positive_and_an_angry_one_negative(analyzer: EmotionAnalyzer) -> None:
    happy = found(analyzer, Lyric.of("I love this wonderful day\nthank you, I'm so happy"))
    angry = found(analyzer, Lyric.of("I hate you, you stupid liar\nyou make me sick, get out"))
    assert (happy.sentiment, angry.sentiment) == ("positive", "negative")
    assert happy.mood is not None
    assert angry.mood is not None
    assert happy.mood.valence > 0 > angry.mood.valence
    assert angry.mood.arousal > 0


def test_labels_are_told_strongest_first(analyzer: EmotionAnalyzer) -> None:
    shares = [label["share"] for label in found(analyzer, TURNING).data["labels"]]
    assert shares == sorted(shares, reverse=True)


def test_pieces_hold_every_word_once_and_never_two_sections() -> None:
    words = [f"w{number}" for number in range(900)]
    lines = [" ".join(part) for part in np.array_split(words, 40)] + ["x" * 1000, "y " * 500]
    lyric = Lyric((Section(tuple(lines[:20])), Section(tuple(lines[20:]))))
    pieces = chunks_of(lyric)
    assert all(len(piece.text) <= MOST_CHARS for piece in pieces)
    for number, section in enumerate(lyric.sections):
        held = "".join("".join(piece.text.split()) for piece in pieces if piece.section == number)
        assert held == "".join("".join(line.split()) for line in section.lines)
