"""Trains how unknown words are said: `cratedig lab train letters --data FOLDER`, a folder that holds `cmudict.dict`.

Letters and phones are aligned by expectation maximisation over best paths (each letter says none, one or two phones),
then every stretch of letters about a letter keeps the sound it mostly has. One word in twenty, by a hash of its
letters, is kept apart to be measured; what ships has learned from all.
"""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from functools import cache
from pathlib import Path
from typing import Any, Final

import anyio.to_thread

from cratedig.errors import InputRejected
from cratedig.lab.evaluation import Lab
from cratedig.lab.ranking import bucket
from cratedig.models.arrays import HEADS, publish_head
from cratedig.models.letters import NAME, ORDER, LettersHead, context

VERSION: Final = 1
ROUNDS: Final = 4
TO_ALIGN: Final = 15_000
"""Words from which the alignment is learned."""
APART: Final = 0.05
_WORD: Final = re.compile(r"[a-z']+")

Phones = tuple[str, ...]
Said = tuple[str, list[str]]  # a word, and what each of its letters says
Cost = Callable[[str, str], float]


async def train(data: Path, lab: Lab, out: Path | None) -> dict[str, Any]:
    """Trains, measures on words not learned from, writes head and card to `out` (the shipped folder when None)."""
    return await anyio.to_thread.run_sync(_train, data, out or HEADS)


def _train(data: Path, out: Path) -> dict[str, Any]:
    words = aligned(read_words(data))
    apart = [bucket(word) < APART for word, _ in words]
    learned = [said for said, kept in zip(words, apart, strict=True) if not kept]
    asked = [said for said, kept in zip(words, apart, strict=True) if kept]
    figures = measured(learn(learned), asked)
    return publish_head(learn(words).arrays(), _card(figures, len(words)), out)


def _card(figures: dict[str, float | int], words: int) -> dict[str, Any]:
    return {
        "name": NAME,
        "version": VERSION,
        "summary": "How an English word that no dictionary knows is probably said",
        "command": "cratedig lab train letters --data FOLDER_OF_cmudict.dict",
        "data": ["CMU Pronouncing Dictionary, Carnegie Mellon University, BSD licence"],
        "licence": "BSD-2-Clause, as the dictionary",
        "words": words,
        "figures": figures,
    }


def read_words(data: Path) -> list[tuple[str, Phones]]:
    """Words of letters and the first way to say each. Raises InputRejected where there is no dictionary."""
    file = data / "cmudict.dict"
    if not file.is_file():
        raise InputRejected(f"There is no cmudict.dict in {str(data)!r}.")
    rows = (line.partition(" #")[0].split() for line in file.read_text(encoding="utf-8").splitlines())
    return [(row[0], tuple(row[1:])) for row in rows if row and _WORD.fullmatch(row[0])]


def aligned(words: Sequence[tuple[str, Phones]]) -> list[Said]:
    """Each word with what each of its letters says; words that cannot be aligned are left out."""
    plain = [(word, _unstressed(phones)) for word, phones in words]
    some = sorted(plain, key=lambda pair: bucket(pair[0]))[:TO_ALIGN]
    cost: Cost = _first_guess
    for _ in range(ROUNDS):
        cost = _learned_cost(some, cost)
    found = ((word, phones, best_path(word, _unstressed(phones), cost)) for word, phones in words)
    return [(word, _stressed(path, phones)) for word, phones, path in found if path]


def _unstressed(phones: Phones) -> Phones:
    return tuple(phone.rstrip("012") for phone in phones)


def _stressed(path: Iterable[int], phones: Phones) -> list[str]:
    sounds, start = [], 0
    for count in path:
        sounds.append(" ".join(phones[start : start + count]))
        start += count
    return sounds


def _first_guess(letter: str, sound: str) -> float:
    """Vowels say vowels, consonants consonants; one phone is likelier than none, and none than two."""
    if not sound:
        return 2.5
    alike = (sound[0] in "AEIOU") == (letter in "aeiouy")
    return (0.0 if alike else 3.0) + (3.0 if " " in sound else 0.0)


def _learned_cost(words: Sequence[tuple[str, Phones]], cost: Cost) -> Cost:
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    for word, phones in words:
        path = best_path(word, phones, cost)
        for letter, sound in zip(word, _stressed(path, phones), strict=False):
            counts[letter][sound] += 1
    totals = {letter: sum(sounds.values()) for letter, sounds in counts.items()}

    @cache
    def learned(letter: str, sound: str) -> float:
        return -math.log((counts[letter][sound] + 1e-3) / (totals.get(letter, 0) + 1.0))

    return learned


def best_path(word: str, phones: Phones, cost: Cost) -> list[int]:
    """How many phones each letter says, 0 to 2, at the least cost; [] where the phones are too many."""
    best: list[dict[int, tuple[float, int]]] = [{0: (0.0, 0)}]
    for at, letter in enumerate(word):
        step: dict[int, tuple[float, int]] = {}
        least = len(phones) - 2 * (len(word) - at - 1)
        for start, (so_far, _) in best[-1].items():
            for count in range(max(0, least - start), min(2, len(phones) - start) + 1):
                price = so_far + cost(letter, " ".join(phones[start : start + count]))
                if start + count not in step or price < step[start + count][0]:
                    step[start + count] = (price, count)
        best.append(step)
    return _traced(best, len(phones))


def _traced(best: list[dict[int, tuple[float, int]]], end: int) -> list[int]:
    path: list[int] = []
    for step in reversed(best[1:]):
        if end not in step:
            return []
        path.append(step[end][1])
        end -= path[-1]
    return path[::-1]


def learn(words: Iterable[Said]) -> LettersHead:
    """The most frequent sound of every context; contexts that say what their beginning says are left out."""
    counts: list[dict[str, Counter[str]]] = [defaultdict(Counter) for _ in ORDER]
    for word, sounds in words:
        for at, sound in enumerate(sounds):
            full = context(word, at)
            for length, known in enumerate(counts, start=1):
                known[full[:length]][sound] += 1
    said = {key: _mostly(sounds) for known in counts for key, sounds in known.items()}
    kept: set[str] = set()
    for key in sorted(said, key=len, reverse=True):
        if len(key) == 1 or key in kept or said[key] != said[key[:-1]]:
            kept |= {key, key[:-1]}
    return LettersHead({key: said[key] for key in kept if key})


def _mostly(sounds: Counter[str]) -> str:
    return max(sounds.items(), key=lambda pair: (pair[1], pair[0]))[0]


def measured(head: LettersHead, asked: Sequence[Said]) -> dict[str, float | int]:
    """Shares of words not learned from: said right, with and without stress; whose last vowel and what follows it is
    right; and of their phones, one minus the edit distance to the right ones."""
    from rapidfuzz.distance import Levenshtein

    pairs = [(tuple(" ".join(sounds).split()), head.phones(word)) for word, sounds in asked]
    plain = [(_unstressed(right), _unstressed(guess)) for right, guess in pairs]
    wrong = sum(Levenshtein.distance(right, guess) for right, guess in plain)
    return {
        "words_held_out": len(pairs),
        "phones": round(1.0 - wrong / max(1, sum(len(right) for right, _ in plain)), 4),
        "words_without_stress": _share(right == guess for right, guess in plain),
        "words_with_stress": _share(right == guess for right, guess in pairs),
        "endings": _share(_ending(right) == _ending(guess) for right, guess in plain),
        "syllable_counts": _share(_vowels(right) == _vowels(guess) for right, guess in plain),
    }


def _share(right: Iterable[bool]) -> float:
    known = list(right)
    return round(sum(known) / max(1, len(known)), 4)


def _vowels(phones: Phones) -> int:
    return sum(phone[0] in "AEIOU" for phone in phones)


def _ending(phones: Phones) -> Phones:
    last = max((at for at, phone in enumerate(phones) if phone[0] in "AEIOU"), default=0)
    return phones[last:]
