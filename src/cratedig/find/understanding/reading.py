"""What the text of a query says by itself, before the catalogue is asked."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from cratedig.find.understanding.comparison import Shift, plain, shift_asked, without
from cratedig.find.understanding.content import VAGUE
from cratedig.find.understanding.moods import felt, outspoken
from cratedig.find.understanding.names import aimed, possible_facets
from cratedig.find.understanding.negation import negated
from cratedig.find.understanding.russian import gloss
from cratedig.find.understanding.sounds import asked_sound, sound_words
from cratedig.find.understanding.years import Years, other_years, years
from cratedig.music.lexicon import LexiconReading, contexts, spoken
from cratedig.music.text import fold

MOST_CHARS = 4000  # of a query that are read
NOTHING_IN_PARTICULAR = "music"  # the meaning of a query that only says what it does not want

_ESCAPED = re.compile(r"<U\+([0-9A-Fa-f]{2,8})>")


@dataclass(frozen=True, slots=True)
class Reading:
    """What the text alone says.

    text: as written.  wanted: without its negated parts; all of it where nothing is left.  meaning: what to embed: as
    wanted, in English as far as that is known.  feeling: what its mood is read from.  unwanted: the negated parts
    ("drums").  softly: what there is not to be too much of.  avoided_years: years that are not wanted.  aimed: names
    that follow "like" or "by" or stand in quotes, folded.  words: the folded words that are wanted.  names: every
    facet lexeme those could be.  felt: what the lexicon heard.  names_a_mood: by other words than comparatives.
    asked: the audio features its words ask for.  shift: the step its comparatives ask for.
    """

    text: str
    wanted: str
    meaning: str
    feeling: str
    unwanted: tuple[str, ...]
    softly: tuple[str, ...]
    years: tuple[Years, ...]
    avoided_years: tuple[Years, ...]
    contexts: tuple[str, ...]
    aimed: tuple[str, ...]
    words: tuple[str, ...]
    names: tuple[str, ...]
    felt: LexiconReading | None
    mood_words: tuple[str, ...]
    mood_weight: float
    names_a_mood: bool
    sounds: tuple[str, ...]
    asked: Mapping[str, float]
    shift: Shift | None

    @property
    def only_negates(self) -> bool:
        """Does it only say what it does not want?"""
        return bool(self.unwanted or self.softly or self.avoided_years) and not any(
            word not in VAGUE for word in self.words
        )


def read(text: str) -> Reading:
    """Reads a query's text, of which the first 4,000 characters count. Never raises.

    >>> reading = read("sad 90s rock without drums")
    >>> reading.unwanted, [str(years) for years in reading.years], reading.mood_words
    (('drums',), ['1990-1999'], ('sad',))
    """
    text = _cleaned(text)
    english = gloss(text)
    feeling = plain(english)
    parted = negated(feeling)
    left = parted.left if parted.is_any else english
    everything = left if english == text or parted.is_any else f"{left} {text}"
    words = tuple(fold(everything).split())
    says_something = any(word not in VAGUE for word in words)
    entries, shift = spoken(feeling), shift_asked(english)
    mood = felt(entries)
    avoided = tuple(span for said in parted.years for span in years(said))
    return Reading(
        text=text,
        wanted=everything if says_something else text,
        meaning=NOTHING_IN_PARTICULAR if parted.is_any and not says_something else left,
        feeling=feeling,
        unwanted=parted.unwanted,
        softly=parted.softly,
        years=years(left) or (other_years(avoided) if avoided else ()),
        avoided_years=avoided,
        contexts=contexts(left),
        aimed=tuple(dict.fromkeys(aimed(left))),
        words=words,
        names=possible_facets(words),
        felt=mood,
        mood_words=mood.matched if mood else (),
        mood_weight=outspoken(feeling, entries),
        names_a_mood=bool(entries) and (shift is None or bool(spoken(without(feeling, shift)))),
        sounds=sound_words(words),
        asked=asked_sound(left, words, (*parted.unwanted, *parted.softly)),
        shift=shift,
    )


def _cleaned(text: str) -> str:
    """What is read of a text: its first 4,000 characters, escapes spelled out, gaps as single spaces."""
    return " ".join(_ESCAPED.sub(_character, text[:MOST_CHARS].replace("\x00", " ")).split())


def _character(escape: re.Match[str]) -> str:
    """The character of an escape such as "<U+1F525>", as R writes what a locale cannot."""
    number = int(escape.group(1), 16)
    return chr(number) if 0x20 <= number <= 0x10FFFF and not 0xD800 <= number <= 0xDFFF else " "
