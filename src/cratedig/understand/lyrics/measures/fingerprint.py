"""The analysis embedding: 256 numbers that place a lyric among others by how it is made, each of them named.

Blocks of numbers of 0..1, each block scaled so that it can be worth at most its share, all together to length 1: the
cosine of two says how alike they are made. Without words it is all zeros but for one.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from cratedig.music.mood import NEUTRAL, Mood
from cratedig.understand.lyrics.measures.complexity import Complexity
from cratedig.understand.lyrics.measures.devices import Device
from cratedig.understand.lyrics.measures.flow import FEET, Flow
from cratedig.understand.lyrics.measures.sentiment import ARC, Felt, by_part
from cratedig.understand.lyrics.measures.structure import Structure
from cratedig.understand.lyrics.measures.theme_words import THEMES
from cratedig.understand.lyrics.measures.themes import Spoken
from cratedig.understand.lyrics.rhyme.result import Rhymes
from cratedig.understand.lyrics.words.taken import Words
from cratedig.understand.lyrics.words.vocabulary import PHONES, Column

LAGS: Final = 16
LONGEST_LINE: Final = 20
LONGEST_WORD: Final = 12
GRAM: Final = 4
DEVICES: Final = (
    *("anaphora", "epistrophe", "simile", "doubling", "names", "profanity", "sound_words", "questions", "first_person"),
    *("second_person", "third_person", "slang", "alliteration", "neologisms"),
)
KINDS: Final = ("verse", "chorus", "hook", "bridge", "part")
MARKS: Final = "!?,.-'()\""
Numbers = NDArray[np.float64]


@dataclass(frozen=True)
class Read:
    """Everything that was found in a lyric."""

    words: Words
    felt: Felt
    mood: Mood | None
    complexity: Complexity
    flow: Flow
    structure: Structure
    devices: Mapping[str, Device]
    themes: Spoken
    rhymes: Rhymes


@dataclass(frozen=True)
class Block:
    """Numbers that belong together. worth: of the squared length of the whole, at most. shares: they are shares of one
    whole; their roots are taken, so that the dot product of two blocks is their Bhattacharyya coefficient."""

    names: tuple[str, ...]
    worth: float
    of: Callable[[Read], Sequence[float]]
    shares: bool = False


def fingerprint(read: Read) -> tuple[float, ...]:
    """(256,), of length 1, each rounded to six digits: what NAMES names, and one that is never 0."""
    numbers: list[float] = []
    for block in BLOCKS.values():
        numbers += block.of(read)
    found = np.minimum(np.maximum([*numbers, LEAST], -1.0), 1.0)
    found[_SHARES] = np.sqrt(found[_SHARES])
    found *= _WORTHS
    return tuple(np.round(found / math.sqrt(found @ found), 6).tolist())


def _themes(read: Read) -> list[float]:
    shares: list[float] = read.themes.shares.tolist()
    return shares


def _sentiment(read: Read) -> list[float]:
    mood = read.mood or NEUTRAL
    return [read.felt.valence, *read.felt.leaning, read.felt.spread, mood.valence, mood.arousal]


def _arc(read: Read) -> list[float]:
    return read.felt.arc


def _words(read: Read) -> list[float]:
    of = read.complexity
    return [
        of.mattr or 0.0,
        of.hapax_share,
        (of.mtld or 0.0) / 200,
        of.hdd or 0.0,
        of.yules_k / 400,
        of.letters_per_word / 10,
        (of.syllables_per_word or 0.0) / 3,
        of.words_per_line / 20,
        (of.syllables_per_line or 0.0) / 20,
        of.long_word_share or 0.0,
    ]


def _flow(read: Read) -> list[float]:
    of = read.flow
    return [of.regularity, of.stressed, of.alternation, of.breaking, of.stopping, *(of.fits[foot] for foot in FEET)]


def _line_lengths(read: Read) -> list[float]:
    return _spread(np.minimum(read.flow.sung, LONGEST_LINE) - 1, LONGEST_LINE)


def _stresses(read: Read) -> list[float]:
    """How often each pattern of GRAM syllables in a row stands in a line."""
    stresses, place = read.flow.stresses, read.flow.place
    if len(stresses) < GRAM:
        return [0.0] * 2**GRAM
    grams = sum(stresses[step : len(stresses) - GRAM + 1 + step] << (GRAM - 1 - step) for step in range(GRAM))
    return _spread(np.asarray(grams)[place[GRAM - 1 :] >= GRAM - 1], 2**GRAM)


def _phones(read: Read) -> list[float]:
    ids, _, often = read.words.types
    return _parted(often.astype(np.float32) @ read.words.vocabulary.sounds[ids].astype(np.float32))


def _endings(read: Read) -> list[float]:
    """The sounds of the last words of the lines."""
    last = read.words.starts[1:][read.words.words_of_line > 0] - 1
    return _parted(read.words.vocabulary.sounds[read.words.ids[last]].sum(axis=0, dtype=np.int64))


def _parted(heard: NDArray[Any]) -> list[float]:
    """Each over their sum."""
    parted: list[float] = (heard / max(1.0, float(heard.sum()))).tolist()
    return parted


def _structure(read: Read) -> list[float]:
    of, lines = read.structure, len(read.words.lines)
    hook = (of.hook[1] - of.hook[0]) * of.hook[2] / lines if of.hook else 0.0
    kinds = [sum(part.last - part.first for part in of.parts if part.kind == kind) / lines for kind in KINDS]
    return [of.repeated_share, of.compression, hook, *kinds]


def _returns(read: Read) -> list[float]:
    return read.structure.coming_back(LAGS)


def _rhymes(read: Read) -> list[float]:
    of, groups = read.rhymes.measures, read.rhymes.groups
    strength = sum(group.strength for group in groups) / max(1, len(groups))
    return [of.density / 4, of.share, of.longest / 8, of.internal / 2, of.end, of.chain / 8, strength]


def _devices(read: Read) -> list[float]:
    return [read.devices[name].share if name in read.devices else 0.0 for name in DEVICES]


def _contour(read: Read) -> list[float]:
    """The syllables of each part of the lyric over those of its usual line, halved."""
    return [one / max(1.0, 2 * read.flow.mean) for one in by_part(read.flow.of_line.astype(np.float64))]


def _lengths(read: Read) -> list[float]:
    letters = read.words.column(Column.LETTERS).astype(np.int64)
    return _spread(np.minimum(letters, LONGEST_WORD) - 1, LONGEST_WORD)


def _syllables(read: Read) -> list[float]:
    syllables = read.words.column(Column.SYLLABLES).astype(np.int64)
    return _spread(np.minimum(np.maximum(syllables, 1), MOST_SYLLABLES) - 1, MOST_SYLLABLES)


def _marks(read: Read) -> list[float]:
    """Marks a line, 4 and more as 1."""
    return [read.words.text.count(mark) / (4 * len(read.words.lines)) for mark in MARKS]


def _language(read: Read) -> list[float]:
    return [float(read.words.language == language) for language in LANGUAGES]


def _spread(places: NDArray[np.int64], of: int) -> list[float]:
    """The share of each place."""
    return _parted(np.bincount(places, minlength=of))


LEAST: Final = 1e-3
MOST_SYLLABLES: Final = 5
MOST_NAMED: Final = 24
LANGUAGES: Final = ("en", "ru", "other")

BLOCKS: Final = {
    "theme": Block(tuple(THEMES), 0.16, _themes, shares=True),
    "sentiment": Block(
        ("valence", "positive lines", "negative lines", "spread", "mood valence", "mood arousal"), 0.10, _sentiment
    ),
    "valence": Block(tuple(f"part {at + 1} of {ARC}" for at in range(ARC)), 0.03, _arc),
    "words": Block(
        (
            *("MATTR", "hapax share", "MTLD / 200", "HD-D", "Yule's K / 400", "letters a word / 10"),
            *("syllables a word / 3", "words a line / 20", "syllables a line / 20", "share of long words"),
        ),
        0.08,
        _words,
    ),
    "flow": Block(
        (*("regularity", "stressed share", "alternation", "broken lines", "end-stopped lines"), *FEET), 0.08, _flow
    ),
    "syllables a line": Block(tuple(f"{at + 1}" for at in range(LONGEST_LINE)), 0.08, _line_lengths, shares=True),
    "stresses in a row": Block(tuple(f"{at:04b}" for at in range(2**GRAM)), 0.05, _stresses, shares=True),
    "phone": Block(PHONES, 0.04, _phones, shares=True),
    "phone at the end of a line": Block(PHONES, 0.04, _endings, shares=True),
    "structure": Block(
        ("repeated share", "compression", "hook", *(f"lines in a {kind}" for kind in KINDS)), 0.07, _structure
    ),
    "line that comes back after": Block(tuple(f"{at + 1}" for at in range(LAGS)), 0.05, _returns),
    "rhyme": Block(
        ("density / 4", "share", "longest / 8", "inside a line / 2", "line ends", "chain / 8", "strength"),
        0.08,
        _rhymes,
    ),
    "device": Block(DEVICES, 0.06, _devices),
    "contour": Block(tuple(f"part {at + 1} of {ARC}" for at in range(ARC)), 0.02, _contour),
    "letters a word": Block(tuple(f"{at + 1}" for at in range(LONGEST_WORD)), 0.02, _lengths, shares=True),
    "syllables a word": Block(tuple(f"{at + 1}" for at in range(MOST_SYLLABLES)), 0.01, _syllables, shares=True),
    "mark": Block(tuple(MARKS), 0.02, _marks),
    "language": Block(LANGUAGES, 0.01, _language),
}
NAMES: Final = (*(f"{block}: {name}" for block, numbers in BLOCKS.items() for name in numbers.names), "never 0")
"""What each number of the embedding is."""
_SHARES: Final = np.flatnonzero([block.shares for block in BLOCKS.values() for _ in block.names])
_WORTHS: Final = np.array(
    [
        *(math.sqrt(one.worth / (1 if one.shares else len(one.names))) for one in BLOCKS.values() for _ in one.names),
        1.0,
    ]
)


def table() -> str:
    """The blocks as a table of Markdown: which numbers, what they are, of how much worth."""
    rows, first = [], 0
    for name, block in BLOCKS.items():
        last = first + len(block.names)
        numbers = (
            ", ".join(block.names) if len(block.names) <= MOST_NAMED else f"{block.names[0]} ... {block.names[-1]}"
        )
        rows.append(f"| {first} .. {last - 1} | {name} | {numbers} | {block.worth:g} |")
        first = last
    rows.append(f"| {first} | never 0 | so that a lyric without words has a length | |")
    return "\n".join(["| numbers | of | what | worth |", "|---|---|---|---:|", *rows, ""])
