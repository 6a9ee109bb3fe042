"""Wordplay and devices: what a lyric does with sounds, places and kinds of words, each with examples."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from cratedig.music.lexicon import word_forms
from cratedig.understand.lyrics.phonemes.dictionary import known
from cratedig.understand.lyrics.words.lists import FUNCTION
from cratedig.understand.lyrics.words.taken import Words
from cratedig.understand.lyrics.words.vocabulary import Column

EXAMPLES: Final = 5
NEAR: Final = 3
"""Words that alliterate stand at most so many places apart; what lies between them is small."""
ANAPHORA_WORDS, EPISTROPHE_WORDS = 2, 1
_LIKENED: Final = frozenset(
    ("a", "an", "the", "my", "your", "his", "her", "our", "their", "some", "these", "those", "no", "it's", "i'm")
)
_IMAGINED: Final = frozenset({"if", "though"})
_NO_LIKENESS: Final = frozenset({"well", "soon", "long", "far", "much", "many"})
_COINED_FROM: Final = 4  # letters


@dataclass(frozen=True)
class Device:
    """share: of the lyric's words or lines, 0..1. count: how often it stands there. lines: numbers of the first lines
    that have it; whoever may show the lyric looks them up."""

    share: float
    count: int
    lines: tuple[int, ...] = ()

    def as_data(self) -> dict[str, Any]:
        return {"share": round(self.share, 4), "count": self.count, "lines": list(self.lines)}


def devices(words: Words, groups: NDArray[np.int64]) -> dict[str, Device]:
    """All devices by name. What needs sounds or a dictionary is left out where the lyric is not English or Russian.

    groups: (m,) for each line the first line that is the same or nearly so.
    """
    found = {
        "anaphora": _same_edges(words, groups, ANAPHORA_WORDS, from_end=False),
        "epistrophe": _same_edges(words, groups, EPISTROPHE_WORDS, from_end=True),
        "simile": _similes(words),
        "doubling": _marked(words, _doubled(words)),
        "names": _names(words),
        "profanity": _of_kind(words, Column.PROFANE),
        "sound_words": _of_kind(words, Column.SOUND_WORD),
        "questions": _questions(words),
        "first_person": _of_kind(words, Column.FIRST_PERSON),
        "second_person": _of_kind(words, Column.SECOND_PERSON),
        "third_person": _of_kind(words, Column.THIRD_PERSON),
        "slang": _of_kind(words, Column.SLANG),
    }
    if words.language != "other":
        found["alliteration"] = _marked(words, _alliterating(words))
    if words.language == "en":
        found["neologisms"] = _marked(words, _coined(words))
    return found


def _alliterating(words: Words) -> NDArray[np.bool_]:
    """(n,): words with a meaning of their own that begin with the consonant their neighbour in the line begins with."""
    onset = words.column(Column.ONSET)
    at = np.flatnonzero((words.column(Column.FUNCTION) == 0) & (words.column(Column.SLANG) == 0) & (onset > 0))
    first, second = at[:-1], at[1:]
    pairs = (onset[first] == onset[second]) & (words.line_of[first] == words.line_of[second])
    pairs &= (second - first <= NEAR) & (words.ids[first] != words.ids[second])
    return _mask(len(words), np.concatenate([first[pairs], second[pairs]]))


def _coined(words: Words) -> NDArray[np.bool_]:
    """(n,): words in small letters that neither the dictionary nor the list of slang knows, in any form."""
    unknown = (
        (words.column(Column.KNOWN) == 0) & (words.column(Column.SLANG) == 0) & (words.column(Column.SOUND_WORD) == 0)
    )
    unknown &= (words.column(Column.LETTERS) >= _COINED_FROM) & (words.column(Column.PROFANE) == 0)
    at = [
        one
        for one in np.flatnonzero(unknown).tolist()
        if words.written[one].islower() and not _has_known_form(words.folded[one])
    ]
    return _mask(len(words), np.array(at, dtype=np.int64))


def _has_known_form(word: str) -> bool:
    return any(known(form) for form in word_forms(word))


def _doubled(words: Words) -> NDArray[np.bool_]:
    """(n,): words that repeat the one before them in their line ("no no no")."""
    same = np.zeros(len(words), dtype=bool)
    same[1:] = (words.ids[1:] == words.ids[:-1]) & (words.line_of[1:] == words.line_of[:-1])
    return same


def _of_kind(words: Words, kind: Column) -> Device:
    return _marked(words, words.column(kind) > 0)


def _names(words: Words) -> Device:
    """Words with a capital inside a line that has small letters too: people, places, brands. "I" is none."""
    pairs = enumerate(zip(words.written, words.folded, strict=True))
    capital = [at for at, (word, small) in pairs if word != small and len(word) > 1 and word[0].isupper()]
    if not capital:
        return Device(0.0, 0)
    inside = np.array(capital)
    lines = words.line_of[inside]
    inside = inside[(words.starts[lines] != inside) & (words.column(Column.FIRST_PERSON)[inside] == 0)]
    placed = list(zip(inside.tolist(), words.line_of[inside].tolist(), strict=True))
    lively = {line for _, line in placed if not (words.lines[line].isupper() or words.lines[line].istitle())}
    at = [one for one, line in placed if line in lively and not _begins_a_sentence(words, one)]
    return _marked(words, _mask(len(words), np.array(at, dtype=np.int64)))


def _begins_a_sentence(words: Words, at: int) -> bool:
    """Does a full stop, question or exclamation mark, or a quotation mark stand before the word?"""
    line = words.lines[int(words.line_of[at])]
    before = line.partition(words.written[at])[0].rstrip()
    return before.endswith((".", "!", "?", '"', "(", ":", "…", "“", "*", "[", "'"))


def _marked(words: Words, mask: NDArray[np.bool_]) -> Device:
    at = np.flatnonzero(mask)
    if not len(at):
        return Device(0.0, 0)
    return Device(len(at) / len(words), len(at), _first(words.line_of[at].tolist()))


def _similes(words: Words) -> Device:
    """ "like a ...", "as ... as", "as if", and in Russian "как ...", "словно", "будто"."""
    at = [one for one in np.flatnonzero(words.column(Column.COMPARES)).tolist() if _compares(words.folded, one)]
    return _of_lines(words, words.line_of[at].tolist() if at else [], len(at))


def _compares(folded: list[str], at: int) -> bool:
    word, after = folded[at], folded[at + 1 : at + 3]
    if not after:
        return False
    if word == "like":
        return after[0] in _LIKENED
    if word == "as":
        return after[0] in _IMAGINED or (len(after) == 2 and after[1] == "as" and after[0] not in _NO_LIKENESS)
    return word != "как" or (at > 0 and after[0] not in FUNCTION)


def _questions(words: Words) -> Device:
    lines = [line for line, text in enumerate(words.lines) if "?" in text]
    return _of_lines(words, lines, len(lines))


def _same_edges(words: Words, groups: NDArray[np.int64], length: int, *, from_end: bool) -> Device:
    """Lines that begin (or end) with the same words as the line before or after them, and are not that line again."""
    long = words.words_of_line > length
    same = long[1:] & long[:-1] & (groups[1:] != groups[:-1])
    for step in range(length):
        at = words.starts[1:] - 1 - step if from_end else words.starts[:-1] + step
        edge = words.ids[np.minimum(np.maximum(at, 0), len(words) - 1)] if len(words) else at
        same &= edge[1:] == edge[:-1]
    lines = np.flatnonzero(np.append(same, False) | np.append(False, same)).tolist()
    return _of_lines(words, lines, len(lines))


def _of_lines(words: Words, lines: Sequence[int], count: int) -> Device:
    share = len(set(lines)) / max(1, len(words.lines))
    return Device(share, count, _first(lines))


def _first(lines: Iterable[int]) -> tuple[int, ...]:
    return tuple(islice(dict.fromkeys(lines), EXAMPLES))


def _mask(length: int, at: NDArray[np.int64]) -> NDArray[np.bool_]:
    mask = np.zeros(length, dtype=bool)
    mask[at] = True
    return mask
