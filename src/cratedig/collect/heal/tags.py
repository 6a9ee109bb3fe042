"""Tags for tracks without any: salient words and pairs of words, mapped onto a curated vocabulary.

TF-IDF over words and pairs of words of title, description and vibe text (Sparck Jones 1972), each mapped to one of some
660 tags: `vocabulary.txt` beside this file and the genres of the tree. An exact spelling counts fully, a near one by
its likeness (Damerau-Levenshtein, normalised).
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from itertools import pairwise
from typing import Any

import numpy as np
from rapidfuzz import process
from rapidfuzz.distance import DamerauLevenshtein

from cratedig.collect.heal.rows import Row
from cratedig.music.genre import tree
from cratedig.music.receipt import Receipt
from cratedig.music.text import fold

MOST = 10
NEAR = 0.88
"""Likeness from which a spelling is taken for a tag's: one slip in nine letters."""
LEAST_LETTERS = 6
"""Shorter words are one slip away from another word: "tango" and "mango"."""
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
    """documents: texts counted; frequencies: in how many of them each known term stands."""

    documents: int
    frequencies: Mapping[str, int]
    _mapped: dict[str, tuple[str, float] | None] = field(default_factory=dict)

    @classmethod
    def of(cls, rows: Iterable[Row]) -> Tagger:
        """Counts the terms of these rows, a sample of the catalogue. Terms that stand once are as rare as unseen
        ones."""
        counts: Counter[str] = Counter()
        documents = 0
        for row in rows:
            counts.update(set(_terms(row)))
            documents += 1
        return cls(documents, {term: n for term, n in counts.items() if n > 1})

    def tags(self, rows: Sequence[Row], genres: Sequence[tuple[str, float] | None]) -> list[tuple[Tag, ...]]:
        """Up to ten tags a row, the surest first. genres: each row's genre with its confidence: a tag as well."""
        terms = [Counter(_weighted(row)) for row in rows]
        self._map({term for counted in terms for term in counted})
        return [self._tags(counted, genre) for counted, genre in zip(terms, genres, strict=True)]

    def _tags(self, terms: Mapping[str, float], genre: tuple[str, float] | None) -> tuple[Tag, ...]:
        found: dict[str, tuple[float, Tag]] = {}
        if genre is not None:
            found[genre[0]] = (math.inf, Tag(genre[0], round(genre[1], 3), "genre"))
        for term, weight in terms.items():
            if mapped := self._mapped.get(term):
                name, likeness = mapped
                salience = weight * self._rarity(term) * likeness
                if name not in found or found[name][0] < salience:
                    found[name] = (salience, Tag(name, _confidence(likeness, salience), term))
        best = sorted(found.values(), key=lambda one: (-one[0], one[1].name))[:MOST]
        return tuple(tag for _, tag in best)

    def _rarity(self, term: str) -> float:
        return math.log((1 + self.documents) / (1 + self.frequencies.get(term, 1)))

    def _map(self, terms: set[str]) -> None:
        """Finds each new term's tag: exactly, else the nearest spelling of those long enough."""
        known = vocabulary()
        fresh = [term for term in terms if term not in self._mapped]
        self._mapped.update({term: (known[term], 1.0) if term in known else None for term in fresh})
        # a term that stands once in the sample or never is mostly a name: only its exact spelling counts
        near = [
            term
            for term in fresh
            if self._mapped[term] is None and len(term) >= LEAST_LETTERS and term in self.frequencies
        ]
        if not near:
            return
        spellings = _long_spellings()
        likeness = process.cdist(
            near, spellings, scorer=DamerauLevenshtein.normalized_similarity, score_cutoff=NEAR, dtype=np.float32
        )
        for term, row, best in zip(near, likeness, likeness.argmax(axis=1).tolist(), strict=True):
            if row[best] >= NEAR:
                self._mapped[term] = (known[spellings[best]], float(row[best]))


@cache
def _long_spellings() -> list[str]:
    return [spelling for spelling in vocabulary() if len(spelling) >= LEAST_LETTERS]


def _confidence(likeness: float, salience: float) -> float:
    """0.5 for a word that hardly stands out, up to 0.9; times the likeness of its spelling."""
    return round(likeness * (0.5 + 0.4 * (1.0 - math.exp(-salience / 8.0))), 3)


def _weighted(row: Row) -> dict[str, float]:
    """Each term's weight: 1 + log of its occurrences, twice that in the title."""
    weights: Counter[str] = Counter()
    for text, weight in ((row.title, _TITLE_WEIGHT), ((row.description or row.vibe or "")[:_PROSE], 1.0)):
        for term, times in Counter(_grams(text or "")).items():
            weights[term] += weight * (1.0 + math.log(times))  # type: ignore[assignment]
    return dict(weights)


def _terms(row: Row) -> Iterator[str]:
    yield from _grams(row.title or "")
    yield from _grams((row.description or row.vibe or "")[:_PROSE])


def _grams(text: str) -> list[str]:
    """Words and pairs of neighbouring words of a folded text, without stop words and single letters."""
    words = fold(text).split()
    singles = [word for word in words if len(word) > 1 and word not in _STOP and not word.isdecimal()]
    pairs = [f"{one} {two}" for one, two in pairwise(words) if one not in _STOP or two not in _STOP]
    return singles + pairs


def receipt(tags: Sequence[Tag]) -> dict[str, Any]:
    """The receipt of all tags, with each one's own confidence and the word it was read from."""
    mean = sum(tag.confidence for tag in tags) / len(tags)
    shape: dict[str, Any] = dict(
        Receipt("title, description, vibe text", "TF-IDF terms on a vocabulary", mean, "imputed").as_dict()
    )
    shape["tags"] = {tag.name: {"confidence": tag.confidence, "word": tag.word} for tag in tags}
    return shape
