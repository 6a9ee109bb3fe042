"""What a model may write: plain words, and its own."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cratedig.models.chat.plain import MOST_VERBATIM, label, own_words, sentence, verbatim

WORDS = st.lists(st.text("abcdefg", min_size=1, max_size=5), max_size=40)


@pytest.mark.parametrize(
    "said",
    [
        "A woman leaves; the lamp stays on.",
        "It's a well-known, half-true story (told twice) from the 1990s!",
        "“Home” is a word – nothing more…",
        "Песня о доме, и о дороге.",
    ],
)
def test_ordinary_sentences_pass(said: str) -> None:
    assert sentence(said, most_words=30) == said


@pytest.mark.parametrize(
    "said",
    [
        "see https://evil.example",
        "mail a@b.example",
        "<b>bold</b>",
        "**bold**",
        "[link](x)",
        "key sk9f8a7b",
        "0123456789abcdef",
        "a\x1b[31mred",
        "one | two",
        "a=b",
        "12345",
        "x" * 25,
        "evil.example",
        "{}",
        "`code`",
        "🎵",
    ],
)
def test_what_is_more_than_words_is_refused(said: str) -> None:
    with pytest.raises(ValueError, match="plain words"):
        sentence(said, most_words=30)
    with pytest.raises(ValueError, match="plain words"):
        label(said)


def test_too_many_words_are_refused() -> None:
    with pytest.raises(ValueError, match="31 words"):
        sentence("word " * 31, most_words=30)


@given(WORDS, WORDS)
def test_a_longer_text_never_makes_less_of_it_verbatim(ours: list[str], more: list[str]) -> None:
    said, text = " ".join(ours), " ".join(ours[::2])
    assert verbatim(said, text) <= verbatim(said, f"{text} {' '.join(more)}") or not text
    assert verbatim(said, said) == (len(said.split()) if len(said.split()) >= 5 else 0)


def test_twelve_words_may_be_repeated_and_thirteen_may_not() -> None:
    text = "one by one the boats came in and nobody on the quay said anything at all"
    twelve = " ".join(text.split()[:MOST_VERBATIM])
    assert own_words(f"They sing: {twelve.upper()}!", [text])
    with pytest.raises(ValueError, match="own words"):
        own_words(" ".join(text.split()[:13]), [text])
    scattered = f"{' '.join(text.split()[:7])}, then later {' '.join(text.split()[8:15])}"
    with pytest.raises(ValueError, match="own words"):
        own_words(scattered, [text])
