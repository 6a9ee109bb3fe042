"""From a word as it is written to words the dictionary knows: clipped, joined, stretched, inflected and old spellings.

Each rule is a generator of pronunciations as phones; the first rule that yields any decides.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from itertools import islice, product
from typing import Final

from cratedig.understand.lyrics.phonemes import dictionary
from cratedig.understand.lyrics.phonemes.numerals import said
from cratedig.understand.lyrics.phonemes.respelled import RESPELLED

Phones = tuple[str, ...]
Rule = Callable[[str], Iterator[Phones]]

VARIANTS_AT_MOST: Final = 4
_DIGITS: Final = re.compile(r"\d+|\D+")
_STRETCH: Final = re.compile(r"(.)\1{2,}")
_TWINS: Final = re.compile(r"(.)\1+")
_VOICELESS: Final = frozenset({"P", "T", "K", "F", "TH"})
_HISSING: Final = frozenset({"S", "Z", "SH", "ZH", "CH", "JH"})
_ENDINGS: Final = {
    "'ll": ("AH0", "L"),
    "'ve": ("V",),
    "'re": ("ER0",),
    "'m": ("M",),
    "n't": ("AH0", "N", "T"),
}
_SUFFIXES: Final = {
    "ing": ("IH0", "NG"),
    "in'": ("IH0", "N"),
    "in": ("IH0", "N"),
    "ings": ("IH0", "NG", "Z"),
    "er": ("ER0",),
    "ers": ("ER0", "Z"),
    "a": ("AH0",),
    "est": ("AH0", "S", "T"),
    "eth": ("AH0", "TH"),
    "edst": ("AH0", "D", "S", "T"),
    "ly": ("L", "IY0"),
    "ness": ("N", "AH0", "S"),
    "less": ("L", "AH0", "S"),
    "ful": ("F", "AH0", "L"),
    "y": ("IY0",),
    "ie": ("IY0",),
    "ies": ("IY0", "Z"),
    "able": ("AH0", "B", "AH0", "L"),
}
_OLD: Final = tuple(
    (re.compile(pattern), modern)
    for pattern, modern in (
        ("'d$", "ed"),
        ("'", "e"),
        ("'", ""),
        ("([^aeiouy])e$", r"\1"),
        ("([^aeiou])\\1e$", r"\1"),
        ("([^aeiou])\\1$", r"\1"),
        ("esse$", "ess"),
        ("ie$", "y"),
        ("ye$", "y"),
        ("ies$", "y"),
        ("y(?=.)", "i"),
        ("i(?=[^aeiou]+e?$)", "y"),
        ("u(?=[aeiou])", "v"),
        ("v(?=[^aeiou])", "u"),
        ("aun", "an"),
        ("ould$", "old"),
        ("oo", "o"),
        ("o", "oo"),
        ("ea", "e"),
        ("e", "ea"),
        ("ee", "ea"),
        ("ea", "ee"),
        ("ai", "a"),
        ("ou", "u"),
        ("our$", "or"),
        ("ck$", "c"),
        ("c$", "ck"),
        ("$", "e"),
    )
)
"""Spellings of before 1800, each tried alone and before the loss of a final e."""


def by_dictionary(word: str) -> Iterator[Phones]:
    """As the tables say it, slang before careful speech."""
    yield from RESPELLED.get(word, ())
    yield from dictionary.spoken(word)


def by_rule(word: str) -> Iterator[Phones]:
    """As the first rule says it that knows how; nothing where none does."""
    for rule in _RULES:
        found = list(dict.fromkeys(rule(word)))
        if found:
            yield from found
            return


def _bare(word: str) -> Iterator[Phones]:
    bare = word.strip("'")
    if bare != word:
        yield from by_dictionary(bare)


def _joined(word: str) -> Iterator[Phones]:
    if "-" in word:
        parts = [list(islice(_any(part), 2)) for part in word.split("-") if part]
        yield from _products([part for part in parts if part])


def _numbers(word: str) -> Iterator[Phones]:
    if any(letter.isdigit() for letter in word):
        names = [name for part in _DIGITS.findall(word) for name in (said(part) if part.isdigit() else [part])]
        yield from _products([part for part in (list(islice(_any(name), 1)) for name in names) if part])


def _products(parts: list[list[Phones]]) -> Iterator[Phones]:
    if parts:
        for chosen in islice(product(*parts), VARIANTS_AT_MOST):
            yield tuple(phone for part in chosen for phone in part)


def _stretched(word: str) -> Iterator[Phones]:
    if _STRETCH.search(word):
        once_first = word.endswith("ooo")  # sooo is so, but seee is see
        for letters in (r"\1", r"\1\1") if once_first else (r"\1\1", r"\1"):
            yield from by_dictionary(_STRETCH.sub(letters, word))
        yield from by_dictionary(_TWINS.sub(r"\1", word))


def _clipped(word: str) -> Iterator[Phones]:
    """runnin', runnin: running without its g."""
    bare = word.removesuffix("'")
    if bare.endswith("in"):
        for phones in dictionary.spoken(f"{bare}g"):
            yield (*phones[:-1], "N") if phones[-1] == "NG" else phones


def _possessive(word: str) -> Iterator[Phones]:
    for mark in ("'s", "s'", "es", "s"):
        if len(word) > len(mark) + 1 and word.endswith(mark):
            for phones in _known(word.removesuffix(mark)):
                yield (*phones, *_plural(phones[-1]))


def _plural(last: str) -> Phones:
    if last in _HISSING:
        return ("AH0", "Z")
    return ("S",) if last in _VOICELESS else ("Z",)


def _past(word: str) -> Iterator[Phones]:
    for mark in ("'d", "ed", "'t"):
        if len(word) > len(mark) + 1 and word.endswith(mark):
            for base in _bases(word.removesuffix(mark)):
                for phones in by_dictionary(base):
                    yield (*phones, *_ed(phones[-1]))


def _sounded(word: str) -> Iterator[Phones]:
    """belovèd, its last e heard."""
    if word.endswith("èd"):
        for base in _bases(word.removesuffix("èd")):
            for phones in by_dictionary(base):
                yield (*phones, "AH0", "D")


def _ed(last: str) -> Phones:
    if last in ("T", "D"):
        return ("AH0", "D")
    return ("T",) if last in _VOICELESS | {"S", "SH", "CH"} else ("D",)


def _contracted(word: str) -> Iterator[Phones]:
    for mark, ending in _ENDINGS.items():
        if word.endswith(mark):
            for phones in _known(word.removesuffix(mark)):
                yield (*phones, *ending)


def _inflected(word: str) -> Iterator[Phones]:
    for mark, ending in _SUFFIXES.items():
        if len(word) > len(mark) + 2 and word.endswith(mark):
            for base in _bases(word.removesuffix(mark)):
                for phones in by_dictionary(base):
                    yield (*phones, *ending)


def _bases(stem: str) -> Iterator[str]:
    """Words that may have lost an e, doubled a letter or turned y to i before an ending."""
    yield stem
    yield f"{stem}e"
    if len(stem) > 2 and stem[-1] == stem[-2]:
        yield stem[:-1]
    if stem.endswith("i"):
        yield f"{stem[:-1]}y"


def _old(word: str) -> Iterator[Phones]:
    for pattern, modern in _OLD:
        changed = pattern.sub(modern, word)
        if changed != word and len(changed) > 1:
            yield from by_dictionary(changed)
            if changed.endswith("e"):
                yield from by_dictionary(changed[:-1])


def _compound(word: str) -> Iterator[Phones]:
    for at in range(len(word) - 3, 2, -1):
        if dictionary.known(word[:at]) and dictionary.known(word[at:]):
            yield from _products([list(by_dictionary(word[:at]))[:1], list(by_dictionary(word[at:]))[:2]])
            return


def _known(word: str) -> Iterator[Phones]:
    yield from by_dictionary(word)
    yield from _clipped(word)


def _any(word: str) -> Iterator[Phones]:
    found = list(by_dictionary(word))
    yield from found or by_rule(word)


_RULES: Final[tuple[Rule, ...]] = (
    *(
        _bare,
        _joined,
        _numbers,
        _clipped,
        _stretched,
        _possessive,
        _sounded,
        _past,
        _contracted,
        _inflected,
        _old,
        _compound,
    ),
)
