"""Tags for tracks without any: salient words and pairs of words, mapped onto a curated vocabulary.

TF-IDF over words and pairs of words of title, description and vibe text (Sparck Jones 1972), each mapped to one of some
660 tags: `vocabulary.txt` beside this file and the genres of the tree. An exact spelling counts fully, a near one by
its likeness (Damerau-Levenshtein, normalised).
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from itertools import pairwise
from typing import Any

import numpy as np
from rapidfuzz import process
from rapidfuzz.distance import DamerauLevenshtein

from cratedig.collect.heal.rows import Row, folded
from cratedig.music.genre import tree
from cratedig.music.receipt import Receipt
from cratedig.music.text import fold

MOST = 10
NEAR = 0.88
"""Likeness from which a spelling is taken for a tag's: one slip in nine letters."""
_PROSE = 1500
_TITLE_WEIGHT = 2.0

_STOP = frozenset(
    """a an and are as at be but by can do for from get go had has have he her here him his how i if in into is it its
    just let like me more my new no not now of off oh on one or our out over own she so some than that the their them
    then there they this to too top up us was we were what when where who why will with you your http https www com
    facebook twitter instagram youtube spotify soundcloud follow download link official more info booking contact
    email management buy itunes available stream listen please check full feat ft prod de la el los las un una en y
    del le les et des du o os da do em va cua la mot""".split()  # noqa: SIM905 - a list of stop words, as it reads
)


@cache
def vocabulary() -> Mapping[str, str]:
    """Folded spelling -> tag, of every tag and its other spellings.

    >>> len(set(vocabulary().values())) >= 500, vocabulary()["saxo"]
    (True, 'saxophone')
    """
    found: dict[str, str] = {}
    for name, spellings in (*_listed(), *_genres()):
        for spelling in (name, *spellings):
            found.setdefault(fold(spelling), name)
    found.pop("", None)
    return found


def _listed() -> Iterator[tuple[str, list[str]]]:
    lines = files("cratedig.collect.heal").joinpath("vocabulary.txt").read_text(encoding="utf-8").splitlines()
    for line in lines:
        if line and not line.startswith(("#", "[")):
            for entry in line.split(","):
                name, *others = (part.strip() for part in entry.split("="))
                yield name, others


def _genres() -> Iterator[tuple[str, list[str]]]:
    for family, genres in tree().items():
        if family != "spoken":
            yield from (
                (name, [spelling for spelling in further if " " in spelling]) for name, further in genres.items()
            )


@dataclass(frozen=True, slots=True)
class Tag:
    """confidence: how sure the mapping is, by likeness and salience. word: what stood in the text."""

    name: str
    confidence: float
    word: str


@dataclass(frozen=True)
class Tagger:
    """documents: texts counted; rarity: of each term that means a tag; terms: term -> (tag, likeness of the spelling);
    firsts: first words of terms of two words; singles: terms of one word."""

    documents: int
    rarity: Mapping[str, float]
    terms: Mapping[str, tuple[str, float]]
    firsts: frozenset[str]
    singles: frozenset[str]

    @classmethod
    def of(cls, rows: Iterable[Row]) -> Tagger:
        """Counts the terms of these rows, a sample of the catalogue, and maps them. A term that stands there once or
        never is mostly a name: only a tag's exact spelling counts."""
        counts: Counter[str] = Counter()
        documents = 0
        for row in rows:
            counts.update(set(_grams(row.title or "")) | set(_grams(_prose(row))))
            documents += 1
        terms = {spelling: (name, 1.0) for spelling, name in vocabulary().items()}
        terms |= _near([term for term, n in counts.items() if n > 1 and term not in terms])
        rarity = {term: math.log((1 + documents) / (1 + max(1, counts[term]))) for term in terms}
        firsts = frozenset(term.split()[0] for term in terms if " " in term)
        return cls(documents, rarity, terms, firsts, frozenset(filter(_is_telling, terms)))

    def tags(self, rows: Sequence[Row], genres: Sequence[tuple[str, float] | None]) -> list[tuple[Tag, ...]]:
        """Up to ten tags a row, the surest first. genres: each row's genre with its confidence: a tag as well."""
        return [self._tags(row, genre) for row, genre in zip(rows, genres, strict=True)]

    def _tags(self, row: Row, genre: tuple[str, float] | None) -> tuple[Tag, ...]:
        found: dict[str, tuple[float, Tag]] = {}
        if genre is not None:
            found[genre[0]] = (math.inf, Tag(genre[0], round(genre[1], 3), "genre"))
        for term, weight in self._weighted(row).items():
            name, likeness = self.terms[term]
            salience = weight * self.rarity[term] * likeness
            if name not in found or found[name][0] < salience:
                found[name] = (salience, Tag(name, _confidence(likeness, salience), term))
        best = sorted(found.values(), key=lambda one: (-one[0], one[1].name))[:MOST]
        return tuple(tag for _, tag in best)

    def _weighted(self, row: Row) -> dict[str, float]:
        """Weights of the row's terms that mean a tag: 1 + log of their occurrences, twice that in the title."""
        weights: dict[str, float] = {}
        for text, weight in ((row.title, _TITLE_WEIGHT), (_prose(row), 1.0)):
            told = Counter(self._terms_in(text)) if text else {}
            for term, times in told.items():
                weights[term] = weights.get(term, 0.0) + weight * (1.0 + math.log(times))
        return weights

    def _terms_in(self, text: str) -> Iterator[str]:
        """The words and pairs of words of a text that mean a tag."""
        words = folded(text).split()
        yield from (word for word in words if word in self.singles)
        for one, two in pairwise(words):
            if one in self.firsts and (pair := f"{one} {two}") in self.terms and not _STOP.issuperset((one, two)):
                yield pair


def _near(terms: Sequence[str]) -> dict[str, tuple[str, float]]:
    """The terms that are nearly a tag's spelling, with that tag and the likeness."""
    by_length: dict[int, list[str]] = {}
    for term in terms:
        by_length.setdefault(len(term), []).append(term)
    found: dict[str, tuple[str, float]] = {}
    for length, alike in by_length.items():
        if spellings := _spellings_near(length):
            found |= _nearest(alike, spellings)
    return found


def _nearest(terms: Sequence[str], spellings: Sequence[str]) -> dict[str, tuple[str, float]]:
    """The terms that are nearly one of these spellings. Neither may be empty."""
    likeness = process.cdist(
        terms, spellings, scorer=DamerauLevenshtein.normalized_similarity, score_cutoff=NEAR, dtype=np.float32
    )
    best = likeness.argmax(axis=1)
    return {
        term: (vocabulary()[spellings[at]], float(row[at]))
        for term, row, at in zip(terms, likeness, best.tolist(), strict=True)
        if row[at] >= NEAR
    }


@cache
def _spellings_near(length: int) -> list[str]:
    """The spellings that a word of so many letters can be near to: a slip more or less is a letter more or less, and
    `NEAR` allows as many slips as the longer of the two has letters for."""
    return [
        spelling
        for spelling in vocabulary()
        if (slips := int((1.0 - NEAR) * max(length, len(spelling)) + 1e-9)) and abs(length - len(spelling)) <= slips
    ]


def _confidence(likeness: float, salience: float) -> float:
    """0.5 for a word that hardly stands out, up to 0.9; times the likeness of its spelling."""
    return round(likeness * (0.5 + 0.4 * (1.0 - math.exp(-salience / 8.0))), 3)


def _prose(row: Row) -> str:
    return (row.description or row.vibe or "")[:_PROSE]


def _grams(text: str) -> list[str]:
    """Words and pairs of neighbouring words of a folded text, without stop words and single letters."""
    words = folded(text).split()
    pairs = [f"{one} {two}" for one, two in pairwise(words) if one not in _STOP or two not in _STOP]
    return [*filter(_is_telling, words), *pairs]


def _is_telling(word: str) -> bool:
    return len(word) > 1 and word not in _STOP and not word.isdecimal()


def receipt(tags: Sequence[Tag]) -> dict[str, Any]:
    """The receipt of all tags, with each one's own confidence and the word it was read from."""
    mean = sum(tag.confidence for tag in tags) / len(tags)
    shape: dict[str, Any] = dict(
        Receipt("title, description, vibe text", "TF-IDF terms on a vocabulary", mean, "imputed").as_dict()
    )
    shape["tags"] = {tag.name: {"confidence": tag.confidence, "word": tag.word} for tag in tags}
    return shape
