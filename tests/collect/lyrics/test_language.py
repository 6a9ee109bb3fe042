"""Languages of lyrics, whole and mixed; and fingerprints, by which nearly the same words are found."""

from __future__ import annotations

import random

import pytest

from cratedig.collect.lyrics.fingerprint import BANDS, fingerprint
from cratedig.collect.lyrics.language import languages_of
from cratedig.music.lyric import Lyric

ENGLISH = (
    "I left the kitchen light on for the sound of your return",
    "and nobody was coming down the road at all",
    "the kettle kept on singing to the cups along the wall",
)
RUSSIAN = (
    "Снег идёт по проводам и я тебе звоню с утра",
    "ты молчишь а голос в трубке тот же самый что вчера",
    "мы с тобой смотрели в окна и считали поезда",
)


@pytest.mark.parametrize(("lines", "language", "cyrillic"), [(ENGLISH, "en", 0.0), (RUSSIAN, "ru", 1.0)])
def test_a_lyric_in_one_language(lines: tuple[str, ...], language: str, cyrillic: float) -> None:
    found = languages_of(Lyric.of("\n".join(lines)))
    assert found.main == language
    assert found.cyrillic == cyrillic
    assert found.shares == {language: 1.0}
    assert not found.is_mixed


def test_a_lyric_in_two_languages_says_how_much_is_in_which() -> None:
    found = languages_of(Lyric.of("\n".join([*ENGLISH, *RUSSIAN])))
    assert found.is_mixed
    assert found.shares == pytest.approx({"en": 0.5, "ru": 0.5})
    assert 0.4 < (found.cyrillic or 0.0) < 0.6


@pytest.mark.parametrize("text", ["", "la", "♪ ♫"])
def test_of_too_little_nothing_is_told(text: str) -> None:
    assert languages_of(Lyric.of(text)).main is None


def words(n: int, seed: int) -> list[str]:
    rng = random.Random(seed)
    return ["".join(rng.choice("abcdefghij") for _ in range(5)) for _ in range(n)]


def test_case_marks_and_the_order_of_lines_do_not_change_what_a_text_is_found_by() -> None:
    text = " ".join(words(120, 1))
    assert fingerprint(Lyric.of(text)) == fingerprint(Lyric.of(text.upper() + " !!"))
    assert len(fingerprint(Lyric.of(text))) == BANDS


def test_nearly_the_same_words_share_numbers_and_others_do_not() -> None:
    one = words(200, 2)
    nearly = [*one[:100], "another", *one[101:]]
    base = set(fingerprint(Lyric.of(" ".join(one))))
    assert base & set(fingerprint(Lyric.of(" ".join(nearly))))
    assert not base & set(fingerprint(Lyric.of(" ".join(words(200, 3)))))
    assert fingerprint(Lyric.of("come home to me")) == ()
