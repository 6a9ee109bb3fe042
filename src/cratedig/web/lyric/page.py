"""A lyric as its page shows it: of a track, with what is stored of it, or pasted, of which nothing is stored."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import chain
from typing import Any, Final

from cratedig.catalogue.findings import Stored
from cratedig.music.lyric import Lyric
from cratedig.understand.lyrics.analyzers import HYBRID
from cratedig.understand.lyrics.hybrid.disagreement import disagreements
from cratedig.understand.lyrics.rhyme import rhymes
from cratedig.web.lyric.arc import Arc, arc
from cratedig.web.lyric.cleaned import Cut, cuts
from cratedig.web.lyric.heat import Heat, heat, measures
from cratedig.web.lyric.steps import Steps, steps
from cratedig.web.lyric.voices import Voice, differences, voice
from cratedig.web.readings import shape_of

MOST_LINES: Final = 600
"""The longest rap has some 300 lines; a page of more would keep browsers busy for seconds."""


@dataclass(frozen=True)
class Reading:
    """Everything that is drawn of one lyric.

    measures: name, value, and what it means. left_out: lines after the MOST_LINES that are drawn.
    """

    heat: Heat
    steps: Sequence[Steps]
    measures: Sequence[tuple[str, str, str]]
    arc: Arc | None
    voices: Sequence[Voice]
    differences: Sequence[str]
    cuts: Sequence[Cut]
    left_out: int

    @cached_property
    def widest(self) -> int:
        """Of the flow, in the units of its drawing: every line is drawn on this scale."""
        return max((one.width for one in self.steps), default=1)

    @property
    def themes(self) -> list[tuple[str, int, str]]:
        """Theme, per cent, who says so: of each theme the strongest word of any analyzer, strongest first."""
        said = chain.from_iterable(((share, name, one.name) for name, share in one.themes) for one in self.voices)
        strongest: dict[str, tuple[int, str]] = {}
        for share, name, who in sorted(said, reverse=True):
            strongest.setdefault(name, (share, who))
        return [(name, share, who) for name, (share, who) in strongest.items()]


def of_track(
    lyric: Lyric, stored: Sequence[Stored], changes: Sequence[Mapping[str, Any]], *, sensitivity: float
) -> Reading:
    """Of a track's lyric: what is stored of it, and its rhymes and flow, which are worked out now."""
    voices = [
        voice(
            one.analyzer,
            None if one.finding is None else shape_of(one.finding),
            version=one.version,
            error=one.error,
            stale=one.stale,
        )
        for one in stored
    ]
    said = [one.finding for one in stored if one.finding is not None and not one.stale]
    sides = [one for one in said if one.analyzer != HYBRID and one.confidence > 0]
    heard = _Heard(voices, [one.data for one in said], disagreements(sides))
    return _reading(lyric, heard, changes, sensitivity)


def pasted(
    lyric: Lyric, findings: Sequence[Mapping[str, Any]], changes: Sequence[Mapping[str, Any]], *, sensitivity: float
) -> Reading:
    """Of a lyric that nobody keeps. findings: as readings.shape_of gives them."""
    data = [one["data"] for one in findings]
    apart = next((one["disagreements"] for one in data if "disagreements" in one), ())
    heard = _Heard([voice(one["analyzer"], one) for one in findings], data, apart)
    return _reading(lyric, heard, changes, sensitivity)


@dataclass(frozen=True, slots=True)
class _Heard:
    """What analyzers say. data: of each. apart: as understand.lyrics.disagreement tells it."""

    voices: Sequence[Voice]
    data: Sequence[Mapping[str, Any]]
    apart: Sequence[Mapping[str, Any]]


def _reading(lyric: Lyric, heard: _Heard, changes: Sequence[Mapping[str, Any]], sensitivity: float) -> Reading:
    drawn = beginning(lyric, MOST_LINES)
    found = rhymes(drawn, sensitivity=sensitivity)
    return Reading(
        heat=heat(drawn, found),
        steps=steps(drawn),
        measures=measures(found.measures),
        arc=arc(next((one["arc"] for one in heard.data if one.get("arc")), ())),
        voices=heard.voices,
        differences=differences(heard.apart),
        cuts=cuts(changes),
        left_out=len(lyric.lines) - len(drawn.lines),
    )


def beginning(lyric: Lyric, lines: int) -> Lyric:
    """The first so many lines, in their sections.

    >>> beginning(Lyric.of("one\\n\\ntwo\\nthree"), 2).text
    'one\\n\\ntwo'
    """
    kept, left = [], lines
    for section in lyric.sections:
        if left > 0:
            kept.append(replace(section, lines=section.lines[:left], starts_s=section.starts_s[:left]))
        left -= len(section.lines)
    return Lyric(tuple(kept))
