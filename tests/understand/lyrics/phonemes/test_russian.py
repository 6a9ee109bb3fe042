"""How Russian words are said, near enough for rhyme."""

from __future__ import annotations

import pytest

from cratedig.understand.lyrics.phonemes import pronounce


def endings(word: str) -> set[tuple[str, ...]]:
    """From the stressed vowel on, for each place the stress may be."""
    found = set()
    for one in pronounce(word):
        at = next(at for at, phone in enumerate(one.phones) if phone.endswith("1"))
        found.add(one.phones[at:])
    return found


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("любовь", "кровь"),
        ("слово", "снова"),
        ("год", "рот"),
        ("друг", "стук"),
        ("его", "давно"),
        ("боится", "птица"),
        ("ещё", "моё"),
        ("Поздно", "звёздно"),
    ],
)
def test_words_that_rhyme_end_alike(one: str, other: str) -> None:
    ends = {tail[-2:] for tail in endings(one)}, {tail[-2:] for tail in endings(other)}
    assert ends[0] & ends[1]


@pytest.mark.parametrize(("one", "other"), [("дом", "там"), ("любовь", "стол"), ("ночь", "день")])
def test_words_that_do_not_rhyme_end_otherwise(one: str, other: str) -> None:
    assert not endings(one) & endings(other)


def test_yo_always_bears_the_stress() -> None:
    assert len(pronounce("зелёный")) == 1


def test_a_word_without_a_vowel_is_said_all_the_same() -> None:
    assert [one.phones for one in pronounce("в")] == [("F",)]
