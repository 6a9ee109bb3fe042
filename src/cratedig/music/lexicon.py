"""The mood of words by a lexicon: what listeners write, from "i miss my ex" to "upbeat morning workout".

The seed is the mood lexicon of the recommender's spec (section 7.1); everything else was valued for this project by
hand. No rating table (ANEW, NRC-VAD, VADER ...) was copied.

How a text is read:

1. Longest entry first: "miss my ex" speaks once, not as "miss" and "ex". Inflections are folded ("crying" -> "cry").
2. A word of intensity (very, so, a bit ...) acts on the next entry within three words: a coordinate x becomes
   sign(x) * (1 - (1 - |x|) ** f), where f > 1 strengthens and f < 1 weakens. Several multiply, up to f = 3.
3. A negation (not, never, n't, without ...) within the three words before an entry turns its valence to
   -0.65 of itself and its arousal to -0.4: "not happy" is less sad than "sad". Two negations cancel. An intensity
   *inside* the negation counts inverted, and one that strengthens halves what was turned: "not too sad" is mildly the
   other way, "not very happy" milder than "not happy".
4. Punctuation and "but" end the reach of both.
5. The mood is the weighted mean of what spoke: mood words weigh 1, words of context (morning, workout) 0.5.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from cratedig.music.lexicon_words import (
    CONTEXTS,
    INTENSITY,
    MOODS,
    NEGATIONS,
    NOT_INFLECTED,
    PLAIN_IDIOMS,
    STYLES,
    TWO_FACED,
)
from cratedig.music.mood import Mood

NEGATED_VALENCE = -0.65
NEGATED_AROUSAL = -0.4
SOFTLY = 0.5  # of a negation that holds "too" or "very"
REACH = 3  # words; "not at all happy" is read, "not that I would ever call it happy" is not
CONTEXT_WEIGHT = 0.5  # keeps "sad night" sad; the spec's "upbeat morning workout" moves by 0.05
STRONGEST = 3.0

_TOKEN = re.compile(r"[^\W\d_]+(?:'[^\W\d_]+)?|[.,;:!?()\[\]/|\n]|[\u2600-\u27bf\U0001f300-\U0001faff]")
_ASCII_TOKEN = re.compile(r"[a-z]+(?:'[a-z]+)?|[.,;:!?()\[\]/|\n]")  # the same of ASCII, in half the time
_BREAKS = frozenset(".,;:!?()[]/|\n") | {"but", "although", "though"}
_LONG = re.compile(r"(.)\1{2,}")


@dataclass(frozen=True, slots=True)
class LexiconReading:
    """What the lexicon heard: the mood, the entries that spoke in order, and their summed weight (0.5 or more)."""

    mood: Mood
    matched: tuple[str, ...]
    weight: float


@dataclass(frozen=True, slots=True)
class Spoken:
    """One entry that spoke. weight: 1 a mood, 0.5 an occasion. negated: its point is already turned."""

    name: str
    valence: float
    arousal: float
    weight: float
    negated: bool = False


@dataclass(slots=True)
class _Reach:
    """What still acts on the next entry: (words left, factor, is it inside a negation) and the negations."""

    negations: list[int]
    strengths: list[tuple[int, float, bool]]

    def step(self, words: int = 1) -> None:
        if words and (self.negations or self.strengths):
            self.negations = [left - words for left in self.negations if left > words]
            self.strengths = [(left - words, f, inside) for left, f, inside in self.strengths if left > words]

    def clear(self) -> None:
        if self.negations or self.strengths:
            self.negations, self.strengths = [], []

    @property
    def is_negated(self) -> bool:
        return len(self.negations) % 2 == 1

    @property
    def is_soft(self) -> bool:
        """Does a strengthening intensity stand inside a negation?"""
        return any(inside and f > 1 for _, f, inside in self.strengths)

    def factor(self) -> float:
        if not self.strengths:
            return 1.0
        product = 1.0
        for _, f, inside in self.strengths:
            product *= 1 / f if inside else f
        return min(STRONGEST, max(1 / STRONGEST, product))


def _by_first_word(
    table: dict[str, tuple[float, float]], weight: float
) -> dict[str, list[tuple[tuple[str, ...], Spoken]]]:
    index: dict[str, list[tuple[tuple[str, ...], Spoken]]] = {}
    for name, (valence, arousal) in table.items():
        words = tuple(name.split())
        index.setdefault(words[0], []).append((words, Spoken(name, valence, arousal, weight)))
    return index


def _merged(
    *indexes: dict[str, list[tuple[tuple[str, ...], Spoken]]],
) -> dict[str, list[tuple[tuple[str, ...], Spoken]]]:
    merged: dict[str, list[tuple[tuple[str, ...], Spoken]]] = {}
    for index in indexes:
        for first, entries in index.items():
            merged.setdefault(first, []).extend(entries)
    return {first: sorted(entries, key=lambda e: -len(e[0])) for first, entries in merged.items()}


_CONTEXT_MOODS = {word: mood for word, (_, mood) in CONTEXTS.items() if mood is not None}
_WORDS = _merged(_by_first_word(MOODS, 1.0), _by_first_word(_CONTEXT_MOODS, CONTEXT_WEIGHT))
_LATER = frozenset(word for entries in _WORDS.values() for words, _ in entries for word in words[1:])
_STYLES = _merged(_by_first_word(STYLES, 1.0))
_KNOWN = frozenset(name for name in (*MOODS, *CONTEXTS) if " " not in name)
_IDIOMS = frozenset(tuple(idiom.split()) for idiom in PLAIN_IDIOMS)
_FIRST_OF_IDIOMS = frozenset(words[0] for words in _IDIOMS)
_INTENSITIES = frozenset(tuple(name.split()) for name in INTENSITY)
_FIRST_OF_INTENSITY = frozenset(name.split()[0] for name in INTENSITY)
_OTHERS = {
    first: [words for words in (*_IDIOMS, *_INTENSITIES) if words[0] == first]
    for first in {words[0] for words in (*_IDIOMS, *_INTENSITIES)}
}
_LONGEST_INTENSITY = max(len(name.split()) for name in INTENSITY)


def read_words(text: str) -> LexiconReading | None:
    """The mood of a query, a title, tags or lyrics; None where no entry spoke.

    >>> read_words("i miss my ex").mood
    Mood(valence=-0.6, arousal=-0.2)
    >>> read_words("not happy").mood.quadrant
    'sad'
    >>> read_words("track 04") is None
    True
    """
    return weighted_mean(spoken(text))


def spoken(text: str) -> tuple[Spoken, ...]:
    """Every entry that spoke, in order, turned by the negations and intensities before it.

    >>> [(one.name, one.negated) for one in spoken("sad but not depressing")]
    [('sad', False), ('not depressing', True)]
    """
    return tuple(_entries(_tokens(text)))


def read_styles(text: str) -> LexiconReading | None:
    """The usual mood of the genres a text names ("ambient", "death metal"): for genre and tag columns only,
    because in lyrics "house" is a building.

    >>> read_styles("ambient drone").mood.quadrant
    'calm'
    """
    tokens = _tokens(text)
    found, at = [], 0
    while at < len(tokens):
        entry, length = _match(_STYLES, tokens, at)
        if entry is not None:
            found.append(entry)
        at += max(1, length)
    return weighted_mean(found)


def contexts(text: str) -> tuple[str, ...]:
    """The occasions a text names (morning, night, workout, study, party, sleep, drive ...), each once, in order.

    >>> contexts("upbeat Morning workout at the gym")
    ('morning', 'workout')
    """
    tokens = _tokens(text)
    found: dict[str, None] = {}
    for at in range(len(tokens)):
        for length in (2, 1):
            for form in _phrases(tokens[at : at + length]):
                if form in CONTEXTS:
                    found[CONTEXTS[form][0]] = None
    return tuple(found)


def weighted_mean(entries: Sequence[Spoken]) -> LexiconReading | None:
    """The mood between entries, by their weights; None where there are none."""
    if not entries:
        return None
    weight = sum(e.weight for e in entries)
    valence = sum(e.weight * e.valence for e in entries) / weight
    arousal = sum(e.weight * e.arousal for e in entries) / weight
    return LexiconReading(Mood.clipped(round(valence, 6), round(arousal, 6)), tuple(e.name for e in entries), weight)


def _tokens(text: str) -> list[str]:
    text = text.lower()
    if text.isascii():
        return _ASCII_TOKEN.findall(text)
    return _TOKEN.findall(text.replace("\u2019", "'").replace("\u2018", "'"))


def _entries(tokens: list[str]) -> Iterator[Spoken]:
    """Every entry that spoke, turned by the negations and intensities before it."""
    reach, at = _Reach([], []), 0
    for place, meaning in _loud(tokens):
        if place < at:
            continue
        if meaning.breaks:
            reach.clear()
            continue
        if place > at:
            reach.step(place - at)
        at, token = place, tokens[place]
        if meaning.plain is not None:
            yield _turned(meaning.plain, reach)
            reach.clear()
            at += 1
            continue
        entry, length = _first_of(meaning.entries, tokens, at)
        if token in TWO_FACED and at + 1 < len(tokens) and _match(_WORDS, tokens, at + 1)[0] is not None:
            reach.strengths.append((REACH + 1, TWO_FACED[token], reach.is_negated))
            at += 1
            continue
        idiom = _idiom_length(tokens, at)
        factor, modifier = _intensity(tokens, at) if meaning.modifies else (1.0, 0)
        if entry is not None and length > max(idiom, modifier):
            yield _turned(entry, reach)
            reach.clear()
            at += length
        elif idiom:
            at += idiom
        else:
            reach.step()
            if modifier:
                reach.strengths.append((REACH + 1, factor, reach.is_negated))
            elif is_negation(token):
                reach.negations.append(REACH + 1)
            at += max(1, modifier)


class Voice(NamedTuple):
    """What a word may be among the entries: one by itself, the first of several words, a later one of them."""

    speaks: bool
    begins: bool
    follows: bool


def voice(word: str) -> Voice:
    """What a word may say. A line without a word that speaks, or one that begins before one that follows, says nothing,
    whatever negations stand in it.

    >>> voice("lonely").speaks, voice("window").speaks, voice("not").speaks
    (True, False, False)
    """
    tokens = _tokens(word)
    forms = word_forms(word) if tokens == [word] else [form for token in tokens for form in word_forms(token)]
    several = {len(words) > 1 for form in forms for words, _ in _WORDS.get(form, ())}
    return Voice(False in several or len(tokens) > 1, True in several, not _LATER.isdisjoint(forms))


def _loud(tokens: list[str]) -> list[tuple[int, _Meaning]]:
    """Where something begins that matters: an entry, idiom, intensity, negation or break. One word of ten does."""
    return [
        (at, meaning)
        for at, meaning in enumerate(map(_MEANINGS.__getitem__, tokens))
        if meaning is not None and (meaning.followers is None or _is_followed(meaning.followers, tokens, at))
    ]


def _is_followed(followers: frozenset[str], tokens: list[str], at: int) -> bool:
    return at + 1 < len(tokens) and not followers.isdisjoint(word_forms(tokens[at + 1]))


class _Meaning(NamedTuple):
    """What a token can be, whatever stands around it.

    followers: the words one of which must follow for it to mean anything; None where it means something alone.
    plain: the entry it is, where it can be nothing else. entries: those that begin with it, longest first of each form.
    """

    followers: frozenset[str] | None
    plain: Spoken | None = None
    entries: tuple[tuple[tuple[str, ...], Spoken], ...] = ()
    breaks: bool = False
    modifies: bool = False


class _Meanings(dict[str, _Meaning | None]):
    """By token, None for one that means nothing; what is not there is worked out when it is asked for."""

    def __missing__(self, token: str) -> _Meaning | None:
        if len(self) >= _MOST_MEANINGS:
            self.clear()
        self[token] = found = _meaning(token)
        return found


def _meaning(token: str) -> _Meaning | None:
    forms = word_forms(token)
    entries = tuple(entry for form in forms for entry in _WORDS.get(form, ()))
    others = [words for form in forms for words in _OTHERS.get(form, ())]
    modifies = token in _FIRST_OF_INTENSITY or _LONG.search(token) is not None
    if token in _BREAKS or token in TWO_FACED or is_negation(token):
        return _Meaning(None, None, entries, token in _BREAKS, modifies)
    spans = [words for words, _ in entries]
    if any(len(words) == 1 for words in (*spans, *others)):
        is_plain = not others and all(len(words) == 1 for words in spans) and _LONG.search(token) is None
        return _Meaning(None, entries[0][1] if is_plain else None, entries, modifies=modifies)
    followers = frozenset(words[1] for words in (*spans, *others))
    return _Meaning(followers, None, entries, modifies=modifies) if followers else None


_MOST_MEANINGS = 65_536
_MEANINGS = _Meanings()


def _intensity(tokens: list[str], at: int) -> tuple[float, int]:
    """The factor of the intensity that begins here and its length in tokens; (1, 0) where none does."""
    for length in range(_LONGEST_INTENSITY, 0, -1):
        phrase = " ".join(tokens[at : at + length])
        factor = INTENSITY.get(phrase) or INTENSITY.get(_LONG.sub(r"\1", phrase))
        if factor is not None:
            return factor, length
    return 1.0, 0


def is_negation(token: str) -> bool:
    """
    >>> is_negation("don't"), is_negation("dont"), is_negation("note")
    (True, True, False)
    """
    return token in NEGATIONS or token.endswith("n't")


def _turned(entry: Spoken, reach: _Reach) -> Spoken:
    if not reach.negations and not reach.strengths:
        return entry
    valence, arousal, factor = entry.valence, entry.arousal, reach.factor()
    valence, arousal = _strengthened(valence, factor), _strengthened(arousal, factor)
    if not reach.is_negated:
        return Spoken(entry.name, valence, arousal, entry.weight)
    share = SOFTLY if reach.is_soft else 1.0
    turned = valence * NEGATED_VALENCE * share, arousal * NEGATED_AROUSAL * share
    return Spoken(f"not {entry.name}", *turned, entry.weight, negated=True)


def _strengthened(x: float, factor: float) -> float:
    if factor == 1.0:
        return x
    size: float = 1 - (1 - abs(x)) ** factor
    return size if x >= 0 else -size


def _idiom_length(tokens: list[str], at: int) -> int:
    """The length of an idiom that must not speak word by word ("can't stop", "not only", "good music"), or 0."""
    if tokens[at] not in _FIRST_OF_IDIOMS:
        return 0
    for length in (3, 2):
        if tuple(tokens[at : at + length]) in _IDIOMS:
            return length
    return 0


def _match(
    index: dict[str, list[tuple[tuple[str, ...], Spoken]]], tokens: list[str], at: int
) -> tuple[Spoken | None, int]:
    return _first_of([entry for form in word_forms(tokens[at]) for entry in index.get(form, ())], tokens, at)


def _first_of(
    entries: Sequence[tuple[tuple[str, ...], Spoken]], tokens: list[str], at: int
) -> tuple[Spoken | None, int]:
    """The first of entries that begin with the token at `at` whose other words follow, and its length in tokens."""
    for words, entry in entries:
        rest = tokens[at + 1 : at + len(words)]
        if len(rest) == len(words) - 1 and all(w in word_forms(t) for w, t in zip(words[1:], rest, strict=True)):
            return entry, len(words)
    return None, 0


def _phrases(tokens: list[str]) -> tuple[str, ...]:
    if len(tokens) == 1:
        return word_forms(tokens[0])
    return (" ".join(tokens),)


@lru_cache(maxsize=65_536)
def word_forms(token: str) -> tuple[str, ...]:
    """The token and the dictionary forms it may be an inflection of, likeliest first.

    >>> word_forms("crying")[1], word_forms("loved"), word_forms("sooo")
    ('cry', ('loved', 'lov', 'love'), ('sooo', 'soo', 'so'))
    """
    forms = [token]
    if _LONG.search(token):
        forms += [_LONG.sub(r"\1\1", token), _LONG.sub(r"\1", token)]
    if token in _KNOWN or token in NOT_INFLECTED:
        return tuple(forms)
    for ending, least in (
        ("'s", 2),
        ("in'", 3),
        ("ing", 3),
        ("ies", 2),
        ("ied", 2),
        ("ier", 2),
        ("iest", 2),
        ("ily", 2),
        ("iness", 2),
        ("es", 3),
        ("ed", 3),
        ("er", 3),
        ("est", 3),
        ("ly", 3),
        ("ness", 3),
        ("s", 3),
    ):
        if token.endswith(ending) and len(token) - len(ending) >= least:
            forms += _stems(token[: -len(ending)], ending)
    return tuple(dict.fromkeys(forms))


def _stems(root: str, ending: str) -> list[str]:
    if ending.startswith("i") and ending not in ("ing", "in'"):
        return [root + "y"]
    stems = [root]
    if ending in ("ing", "ed", "er", "est", "in'"):
        stems.append(root + "e")
        if len(root) > 3 and root[-1] == root[-2]:
            stems.append(root[:-1])
    return stems
