"""The mood of what a query says, by the lexicon alone.

What is wanted gives the mood; what is not wanted pushes it away from there, axis by axis, and never towards it: "sad
but not depressing" is sad, less so. A query that only says what it does not want has the mood of that turned around.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from cratedig.find.understanding.sounds import ATTRIBUTES
from cratedig.music.lexicon import LexiconReading, Spoken, read_styles, spoken, weighted_mean
from cratedig.music.mood import Mood
from cratedig.music.text import fold

PUSH: Final = 0.35
"""Share of the way to its turned point that an unwanted mood pushes."""
_SAID = re.compile(r"[\w'’.,;:!?-]+")


def felt(entries: Sequence[Spoken]) -> LexiconReading | None:
    """The mood between what spoke; None where nothing did. The order does not matter.

    >>> felt(spoken("sad but not depressing")).mood.quadrant
    'sad'
    >>> felt(spoken("happy, not depressing")).mood == felt(spoken("happy")).mood
    True
    """
    wanted = weighted_mean([entry for entry in entries if not entry.negated])
    unwanted = [entry for entry in entries if entry.negated]
    if wanted is None or not unwanted:
        return weighted_mean(entries)
    mood = Mood.clipped(
        _away(wanted.mood.valence, [entry.valence for entry in unwanted]),
        _away(wanted.mood.arousal, [entry.arousal for entry in unwanted]),
    )
    return LexiconReading(mood, tuple(entry.name for entry in entries), wanted.weight)


def _away(value: float, turned: Sequence[float]) -> float:
    """A coordinate pushed towards the turned ones that lie on its far side, not past the furthest of them.

    A turned coordinate above 0 stands for an unwanted one below: it can only raise.
    """
    up = [one - value for one in turned if one > max(0.0, value)]
    down = [one - value for one in turned if one < min(0.0, value)]
    raised = min(PUSH * sum(up), max(up, default=0.0))
    return value + raised + max(PUSH * sum(down), min(down, default=0.0))


def outspoken(text: str, entries: Sequence[Spoken]) -> float:
    """How much of mood is said in words that no genre's name holds and no picture: 1 a mood word, 0.5 an occasion.

    entries: what spoke in the text.

    >>> outspoken("sad blues", spoken("sad blues"))
    1.0
    """
    if not entries:
        return 0.0
    styles = read_styles(text)
    genres = set(styles.matched if styles else ()) - {entry.name for entry in entries}
    held = {word for name in genres for word in name.split()} | _SOUNDS
    words = _SAID.findall(text)
    plain = [word for word in words if fold(word) not in held]
    return sum(entry.weight for entry in (entries if len(plain) == len(words) else spoken(" ".join(plain))))


_SOUNDS: Final = frozenset(ATTRIBUTES)
