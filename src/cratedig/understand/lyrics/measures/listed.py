"""Every measure of the algorithmic analyzer by name: its range, what it says, where it comes from.

A test holds every finding to this list, and docs/lyrics.md to the table it makes.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

ANY: Final = math.inf


@dataclass(frozen=True, slots=True)
class Measure:
    """low, high: its range, both included; None for what is no number. says: one line."""

    low: float | None
    high: float | None
    says: str

    @property
    def range(self) -> str:
        """As a reader wants it."""
        if self.low is None or self.high is None:
            return ""
        low = "any" if self.low == -ANY else f"{self.low:g}"
        return low if self.low == -ANY else f"{low} .. {'' if self.high == ANY else f'{self.high:g}'}".rstrip()


def _share(says: str) -> Measure:
    return Measure(0.0, 1.0, says)


def _number(says: str) -> Measure:
    return Measure(0.0, ANY, says)


def _grade(says: str) -> Measure:
    return Measure(-ANY, ANY, says)


def _word(says: str) -> Measure:
    return Measure(None, None, says)


MEASURES: Final = {
    "language": _word("`en`, `ru` or `other`, by script and by words that only English has"),
    "reasons.*": _word("why what is None is None; `rhyme`: why its rhymes are less sure than others"),
    "sentiment.positive_lines": _share("lines with a valence of 0.05 or more"),
    "sentiment.negative_lines": _share("lines with a valence of -0.05 or less"),
    "sentiment.spread": _share("standard deviation of the valence of the lines"),
    "sentiment.rated_words": _number("words that said something, after negation"),
    "sentiment.arc[]": Measure(-1.0, 1.0, "mean valence of each eighth of the lyric"),
    "complexity.words": _number("words"),
    "complexity.types": _number("different words"),
    "complexity.hapax_share": _share("different words that stand there once, of all different words"),
    "complexity.mtld": _number("MTLD, factor 0.72, both ways; from 50 words (McCarthy & Jarvis 2010)"),
    "complexity.hdd": _share("HD-D of 42 words: different words among 42 drawn, over 42 (McCarthy & Jarvis 2007)"),
    "complexity.yules_k": Measure(0.0, 10_000.0, "Yule's K (Yule 1944): low is rich"),
    "complexity.mattr": _share("type-token ratio of a moving window of 50 words (Covington & McFall 2010)"),
    "complexity.letters_per_word": _number("letters a word"),
    "complexity.syllables_per_word": _number("syllables a word, as the pronouncing dictionary or its rules say them"),
    "complexity.words_per_line": _number("words a line"),
    "complexity.syllables_per_line": _number("syllables a line"),
    "complexity.long_word_share": _share("words of three syllables or more"),
    "readability.flesch_reading_ease": _grade("Flesch 1948; high is easy, 60 to 70 plain English"),
    "readability.flesch_kincaid_grade": _grade("US school grade; Kincaid et al. 1975"),
    "readability.smog_grade": _grade("US school grade; McLaughlin 1969, as of 30 sentences"),
    "readability.automated_readability_index": _grade("US school grade; Senter & Smith 1967"),
    "readability.coleman_liau_index": _grade("US school grade; Coleman & Liau 1975"),
    "flow.syllables_per_line": _number("syllables a line, of lines that have any"),
    "flow.line_variation": _number("standard deviation of the syllables a line over their mean"),
    "flow.regularity": _share("1 - line_variation, at least 0"),
    "flow.stressed_share": _share("syllables that are stressed"),
    "flow.alternation": _share("neighbouring syllables of a line of which one is stressed and one is not"),
    "flow.foot": _word("iambic, trochaic, anapaestic or dactylic where that fits 0.7 of the syllables, else `free`"),
    "flow.foot_fit": _share("syllables that stand as the best foot wants them"),
    "flow.patterns[]": _word("a line's stresses: `x/x/` is da-DUM da-DUM; the first 400 lines"),
    "flow.syllables_per_s": _number("syllables a second at the song's tempo, a line taking `bars_per_line`"),
    "flow.bars_per_line": Measure(
        1.0, 4.0, "assumed: 1 bar of four beats; 2 or 4 where a line would pass 9 syllables/s"
    ),
    "flow.measured_syllables_per_s": _number("the same from the times of a timed lyric: middle of its lines"),
    "flow.broken_lines": _share("lines with a mark inside (a caesura)"),
    "flow.end_stopped_lines": _share("lines that end in a mark"),
    "structure.lines": _number("lines"),
    "structure.different_lines": _number("lines that are not, or nearly, one sung before"),
    "structure.repeated_share": _share("lines that are, or nearly are (Jaccard 0.65 of their words), one sung before"),
    "structure.compression": _share("bytes by DEFLATE over bytes; low is repetitive"),
    "structure.sections[].kind": _word("as its heading says, or inferred: a chorus comes back, a verse does not"),
    "structure.sections[].first_line": _number("number of its first line, from 0"),
    "structure.sections[].lines": _number("lines it has"),
    "structure.sections[].inferred": _word("no heading said what it is"),
    "structure.hook": _word("None where no line comes back"),
    "structure.hook.first_line": _number("number of the first line of what says most by coming back"),
    "structure.hook.lines": _number("lines it has"),
    "structure.hook.times": _number("how often it comes"),
    "structure.hook.share": _share("lines of the lyric that it takes"),
    "rhyme.sensitivity": _share("how freely was listened for rhymes; docs/rhyme.md"),
    "rhyme.schemes[].letters": _word("of a section: one for each line, X where it rhymes with no other"),
    "rhyme.schemes[].name": _word("AABB, ABAB, Shakespearean ... where it has one"),
    "rhyme.groups[].letter": _word("in order of appearance"),
    "rhyme.groups[].kind": _word("perfect, slant, assonance, consonance, multi, mosaic or identity"),
    "rhyme.groups[].strength": _share("how sure its links are on average"),
    "rhyme.groups[].spans[][]": _number("line, first character, end"),
    "rhyme.density": _number(
        "rhyme factor: mean syllables of the longest vowel match of each word (Malmi et al. 2016)"
    ),
    "rhyme.share": _share("syllables that stand in a rhyme (Hirjee & Brown 2010)"),
    "rhyme.longest": _number("syllables of the longest rhyme"),
    "rhyme.longest_words[]": _word("its two places"),
    "rhyme.internal": _number("rhymes inside a line, a line"),
    "rhyme.end": _share("lines whose end rhymes"),
    "rhyme.chain": _number("most lines on end with one rhyme"),
    "rhyme.words": _number("words that were listened to"),
    "rhyme.lines": _number("lines that were listened to"),
    "devices.*.share": _share("of the words; of the lines for anaphora, epistrophe, simile and questions"),
    "devices.*.count": _number("how often it stands there"),
    "devices.*.lines[]": _number("numbers of the first five lines that have it"),
}
"""By path into Finding.data; `*` is any name, `[]` any place of a list."""


def table() -> str:
    """The list as a table of Markdown."""
    rows = [f"| `{name}` | {one.range} | {one.says} |" for name, one in MEASURES.items()]
    return "\n".join(["| measure | range | what it says |", "|---|---|---|", *rows, ""])
