"""How Russian words are said, near enough for rhyme: its spelling tells all but the stress.

Each of the last three syllables may bear the stress, so a word of three syllables is said in three ways; ё always
bears it. Unstressed vowels are reduced (о as а, е and я as и), consonants take the voice of the last of their cluster
and lose it at the end of a word (Timberlake 2004, "A Reference Grammar of Russian", chapter 2).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from cratedig.understand.lyrics.phonemes.syllables import Pronunciation

_CYRILLIC: Final = re.compile("[а-яёѐ-џ]")
_VOWELS: Final = "аеёиоуыэюя"
_FULL: Final = {
    **{"а": "AA", "е": "EH", "ё": "AO", "и": "IY", "о": "AO"},
    **{"у": "UW", "ы": "IY", "э": "EH", "ю": "UW", "я": "AA"},
}
_REDUCED: Final = {
    **{"а": "AH", "е": "IH", "ё": "AO", "и": "IH", "о": "AH"},
    **{"у": "UW", "ы": "IH", "э": "IH", "ю": "UW", "я": "IH"},
}
_IOTATED: Final = "еёюя"
_CONSONANTS: Final = {
    **{"б": "B", "в": "V", "г": "G", "д": "D", "ж": "ZH", "з": "Z", "й": "Y", "к": "K", "л": "L", "м": "M", "н": "N"},
    **{"п": "P", "р": "R", "с": "S", "т": "T", "ф": "F", "х": "X", "ц": "T S", "ч": "CH", "ш": "SH", "щ": "SH"},
    "і": "Y",
}
_GLIDES: Final = {"AA": "AY", "EH": "EY", "AO": "OY"}
_VOICED: Final = dict(zip("бвгджз", "пфктшс", strict=True))
_VOICELESS: Final = {voiceless: voiced for voiced, voiceless in _VOICED.items()}
_OBSTRUENTS: Final = frozenset("бвгджзпфктшсхцчщ")
_SPELLED_OTHERWISE: Final = (
    ("(?<=[ое])го$", "во"),
    ("ться$|тся$", "ца"),
    ("вств", "ств"),
    ("стн", "сн"),
    ("здн", "зн"),
    ("лнц", "нц"),
    ("[сз]ч", "щ"),
    ("^что", "што"),
    ("(?<=[жшц])и", "ы"),
)
_STRESS_FROM_END: Final = 3


def is_cyrillic(word: str) -> bool:
    """Is the word written in Cyrillic letters?"""
    return not word.isascii() and _CYRILLIC.search(word) is not None


def pronounce(word: str) -> tuple[Pronunciation, ...]:
    """The ways to say a Russian word in lower case, by where its stress may be; () for ъ and ь alone."""
    letters = _as_heard(
        "".join(letter for letter in word if letter in _VOWELS or letter in _CONSONANTS or letter in "ьъ")
    )
    vowels = [at for at, letter in enumerate(letters) if letter in _VOWELS]
    places = [at for at in vowels if letters[at] == "ё"][-1:] or _likely(vowels, letters)
    said = (tuple(_glided(_phones(letters, stressed))) for stressed in places or [-1])
    return tuple(Pronunciation(phones, "rule") for phones in dict.fromkeys(said) if phones)


def _likely(vowels: list[int], letters: str) -> list[int]:
    """Where the stress may be, likeliest first: on the last vowel but one where the word ends in a vowel."""
    last = vowels[: -_STRESS_FROM_END - 1 : -1]
    if len(last) > 1 and letters[-1] in _VOWELS:
        last[0], last[1] = last[1], last[0]
    return last


def _as_heard(word: str) -> str:
    for pattern, heard in _SPELLED_OTHERWISE:
        word = re.sub(pattern, heard, word)
    letters = list(word)
    follower = " "  # what the next consonant is, from the right; a blank is the end of the word
    for at in range(len(letters) - 1, -1, -1):
        letters[at] = _assimilated(letters[at], follower)
        if letters[at] not in "ьъ":
            follower = letters[at]
    return "".join(letters)


def _assimilated(letter: str, follower: str) -> str:
    if follower == " " or (follower in _OBSTRUENTS and follower not in _VOICED):
        return _VOICED.get(letter, letter)
    return _VOICELESS.get(letter, letter) if follower in _VOICED and follower != "в" else letter


def _phones(letters: str, stressed: int) -> Iterator[str]:
    before = " "
    for at, letter in enumerate(letters):
        if letter in _VOWELS:
            if letter in _IOTATED and (before in " ьъ" or before in _VOWELS):
                yield "Y"
            yield f"{_FULL[letter]}1" if at == stressed else f"{_unstressed(letters, at)}0"
        elif letter in _CONSONANTS:
            yield from _CONSONANTS[letter].split()
        before = letter


def _glided(phones: Iterator[str]) -> Iterator[str]:
    """й after а, э or о ends in the vowel of English eye, day, boy."""
    held = ""
    for phone in phones:
        if phone == "Y" and held[:2] in _GLIDES:
            held = _GLIDES[held[:2]] + held[2:]
            continue
        if held:
            yield held
        held = phone
    if held:
        yield held


def _unstressed(letters: str, at: int) -> str:
    return "AH" if letters[at] == "я" and at == len(letters) - 1 else _REDUCED[letters[at]]
