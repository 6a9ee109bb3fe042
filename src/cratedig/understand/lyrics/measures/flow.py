"""How a lyric moves: syllables and stresses by line, how even they are, where a line breaks, how fast it is."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from cratedig.music.lyric import Section
from cratedig.understand.lyrics.words.taken import Words, share_of
from cratedig.understand.lyrics.words.vocabulary import Column

FEET: Final = {"iambic": (0, 1), "trochaic": (1, 0), "anapaestic": (0, 0, 1), "dactylic": (1, 0, 0)}
FITS_FROM: Final = 0.7
"""Of the syllables, how many must stand as a foot wants them before it is named."""
LEAST_SYLLABLES: Final = 12
"""Fewer are no rhythm: every foot has come round four times and more in them."""
BEATS_A_BAR: Final = 4
FASTEST: Final = 9.0  # syllables a second that are kept up over lines; a line that would be faster takes two bars
MOST_BARS: Final = 4
LONGEST_LINE_S: Final = 12.0  # a longer gap to the next line is music without words
SHOWN_LINES: Final = 400
_BREAK: Final = re.compile(r"[,;:.!?…/|—]")
_DASH: Final = re.compile(r"\s[–-]{1,2}\s")
_TO_LAST_LETTER: Final = re.compile(r".*\w", re.DOTALL)
_STOPS: Final = tuple(",;:.!?…—–-")
_FEET_REPEAT: Final = math.lcm(*map(len, FEET.values()))
_MARKS: Final = bytes.maketrans(b"\0\1", b"x/")


@dataclass(frozen=True)
class Flow:
    """of_line: (m,) syllables of each line. stresses: 1 and 0 of all syllables in order. broken, stopped: (m,) whether
    a line breaks inside, and ends in a mark."""

    of_line: NDArray[np.int64]
    stresses: NDArray[np.int64]
    broken: NDArray[np.bool_]
    stopped: NDArray[np.bool_]

    @cached_property
    def sung(self) -> NDArray[np.int64]:
        """Syllables of the lines that have any."""
        return self.of_line[self.of_line > 0]

    @cached_property
    def mean(self) -> float:
        """Syllables a line."""
        return float(self.sung.mean()) if len(self.sung) else 0.0

    @cached_property
    def variation(self) -> float:
        """Standard deviation of the syllables a line over their mean, 0 where all are alike."""
        each = self.sung.tolist()
        total = sum(each)
        return math.sqrt(len(each) * sum([one * one for one in each]) - total * total) / total if total else 0.0

    @cached_property
    def regularity(self) -> float:
        """0..1: 1 - variation, at least 0."""
        return max(0.0, 1.0 - self.variation) if len(self.sung) else 0.0

    @cached_property
    def place(self) -> NDArray[np.int64]:
        """Of each syllable, how many stand before it in its line."""
        starts = np.cumsum(self.of_line) - self.of_line
        return np.arange(len(self.stresses)) - np.repeat(starts, self.of_line)

    @cached_property
    def alternation(self) -> float:
        """Share of neighbouring syllables of a line of which one is stressed and one is not, 0..1."""
        inside = self.place[1:] > 0
        return share_of((self.stresses[1:] != self.stresses[:-1])[inside])

    @cached_property
    def fits(self) -> dict[str, float]:
        """Of each foot, the share of syllables that stand as it wants them, 0..1."""
        if not len(self.stresses):
            return dict.fromkeys(FEET, 0.0)
        often = np.bincount(2 * (self.place % _FEET_REPEAT) + self.stresses, minlength=2 * _FEET_REPEAT).tolist()
        return {
            foot: sum([often[2 * at + pattern[at % len(pattern)]] for at in range(_FEET_REPEAT)]) / len(self.stresses)
            for foot, pattern in FEET.items()
        }

    @cached_property
    def stressed(self) -> float:
        """Share of syllables that are stressed, 0..1."""
        return share_of(self.stresses > 0)

    @cached_property
    def breaking(self) -> float:
        """Share of lines with a break inside, 0..1."""
        return share_of(self.broken)

    @cached_property
    def stopping(self) -> float:
        """Share of lines that end in a mark, 0..1."""
        return share_of(self.stopped)

    @cached_property
    def foot(self) -> str:
        """The foot that fits best; "free" where none fits FITS_FROM of the syllables, or these are few."""
        best = max(self.fits, key=lambda foot: self.fits[foot])
        is_clear = self.fits[best] >= FITS_FROM and len(self.stresses) >= LEAST_SYLLABLES
        return best if is_clear else "free"

    @property
    def patterns(self) -> list[str]:
        """Each line's stresses: "x/x/" is da-DUM da-DUM."""
        marks = self.stresses.astype(np.uint8).tobytes().translate(_MARKS).decode("ascii")
        ends = np.cumsum(self.of_line).tolist()
        return [marks[start:end] for start, end in zip([0, *ends], ends, strict=False)]


def flow(words: Words) -> Flow:
    """Of a lyric whose words can be spoken."""
    spoken = words.vocabulary.stresses
    per_word = words.column(Column.SYLLABLES)
    return Flow(
        of_line=words.line_sums(per_word).astype(np.int64),
        stresses=np.frombuffer(b"".join([spoken[at] for at in words.ids.tolist()]), dtype=np.uint8).astype(np.int64),
        broken=np.array([_is_broken(line) for line in words.lines]),
        stopped=np.array([line.rstrip().rstrip("\"')]").endswith(_STOPS) for line in words.lines]),
    )


def _is_broken(line: str) -> bool:
    """Whether a break has words behind it, on this line."""
    end = len(line)
    if not line[-1:].isalnum():
        said = _TO_LAST_LETTER.match(line)
        end = said.end() if said is not None else 0
    return _BREAK.search(line, 0, end) is not None or _DASH.search(line, 0, end) is not None


def bars_a_line(syllables: float, tempo_bpm: float) -> int:
    """An assumption, for no one wrote down the bars: 1 bar of four beats a line, 2 or 4 where that would be faster than
    people rap."""
    bars = 1
    while bars < MOST_BARS and syllables * tempo_bpm / (60 * BEATS_A_BAR * bars) > FASTEST:
        bars *= 2
    return bars


def rate_at(syllables: float, tempo_bpm: float) -> float:
    """Syllables a second at a tempo, by `bars_a_line`.

    >>> rate_at(12.0, 90.0)
    4.5
    """
    return syllables * tempo_bpm / (60 * BEATS_A_BAR * bars_a_line(syllables, tempo_bpm))


def measured_rate(sections: Sequence[Section], of_line: NDArray[np.int64]) -> float | None:
    """Syllables a second of lines whose times are known, the middle one of all; None without times."""
    rates, at = [], 0
    for section in sections:
        starts = section.starts_s
        for number, (start, end) in enumerate(pairwise(starts)):
            syllables = int(of_line[at + number])
            if syllables and 0 < end - start <= LONGEST_LINE_S:
                rates.append(syllables / (end - start))
        at += len(section.lines)
    return float(np.median(rates)) if rates else None


def as_data(words: Words, found: Flow, tempo_bpm: float | None) -> dict[str, Any]:
    """All of it by name; None where the words cannot be spoken (neither English nor Russian)."""
    spoken = words.language != "other" and len(found.sung) > 0
    measured = measured_rate(words.lyric.sections, found.of_line) if spoken else None
    at_tempo = spoken and tempo_bpm is not None and tempo_bpm > 0
    numbers: dict[str, float | int | str | list[str] | None] = {
        "syllables_per_line": found.mean,
        "line_variation": found.variation,
        "regularity": found.regularity,
        "stressed_share": found.stressed,
        "alternation": found.alternation,
        "foot": found.foot,
        "foot_fit": max(found.fits.values()),
        "patterns": found.patterns[:SHOWN_LINES],
        "syllables_per_s": rate_at(found.mean, tempo_bpm) if at_tempo and tempo_bpm else None,
        "bars_per_line": bars_a_line(found.mean, tempo_bpm) if at_tempo and tempo_bpm else None,
        "measured_syllables_per_s": measured,
    }
    rounded = {name: round(value, 4) if isinstance(value, float) else value for name, value in numbers.items()}
    breaks = {"broken_lines": found.breaking, "end_stopped_lines": found.stopping}
    return {name: value if spoken else None for name, value in rounded.items()} | {
        name: round(value, 4) for name, value in breaks.items()
    }
