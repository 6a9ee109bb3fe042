"""Is it a lyric? Plain measures vote, each for a kind of text that is none; the strongest decides, with its reason."""

from __future__ import annotations

import re
import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from cratedig.collect.lyrics.changes import joined
from cratedig.music.lyric import Lyric

if TYPE_CHECKING:
    from collections.abc import Mapping

LYRIC: Final = "lyric"
LEAST_WORDS: Final = 5
MOST_WORDS: Final = 6000
"""The longest rap songs have about 4,000."""
MOST_CHARS_ON_A_LINE: Final = 220
READ_CHARS: Final = 60_000

_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")
_SENTENCE_END = re.compile(r"[.!?][\"'”»)]?\s*$")
_NO_WORDS_SUNG: Final = joined(
    (
        *("instrumental", "no lyrics", "this song is instrumental", "this is an instrumental", "instrumental track"),
        *("this song is an instrumental", "инструментал", "инструментальная композиция", "no vocals", "music only"),
    )
)
_INSTRUMENTAL = re.compile(rf"[\W_]*(?:{_NO_WORDS_SUNG})[\W_]*", re.IGNORECASE)
_PLACEHOLDER = re.compile(
    r"lyrics (?:for this song )?(?:have|has|are|is|will be)?\s*(?:yet to be|not|un)\s*(?:been\s)?"
    r"(?:released|available|found|transcribed)|lyrics (?:coming soon|will be (?:available|added))|(?:no|missing) lyrics"
    r"|we (?:do not|don't) have (?:the|these) lyrics|lyrics unavailable|be the first to add|404 not found"
    r"|unfortunately,? we (?:are not|aren't) (?:licensed|authorized)|please check back|access denied|enable javascript"
    r"|this song (?:has not|hasn't) been transcribed|текст (?:песни )?(?:отсутствует|не найден|скоро)",
    re.IGNORECASE,
)
_LISTED = re.compile(r"(?:\(?[A-D]?\d{1,2}[.):\]]\s*|\d{1,2}\s*[-–]\s*)\S.*")
_WITH_LENGTH = re.compile(r".{1,80}?[\s(\[]\d{1,2}:\d{2}[)\]]?")
_SPEAKER = re.compile(
    r"[A-ZА-ЯЁ][A-ZА-ЯЁ' .]{1,24}(?:\s*\([^)]{1,40}\))?\s*[:–-]\s*\S.*|[A-ZА-ЯЁ]{2,}[A-ZА-ЯЁ' ]{0,22}:?|(?:INT|EXT)\..*"
)
_CODE = re.compile(r"[{};=<>\\|$#@/_\[\]]|::|=>|\w\(\)")
_OF_ARTICLES = re.compile(
    r"\b(?:according to|the album|the single|the song (?:was|is|features)|released (?:in|on)|the artist|billboard|"
    r"critics?|interview(?:ed)?|copyright|percent|million|however|furthermore|published|recorded (?:in|at)|"
    r"this (?:article|recipe|page|product)|privacy policy|cookies|terms of (?:use|service)|click|add to cart)\b",
    re.IGNORECASE,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Verdict:
    """kind: LYRIC, or what it is instead. reason: in words. votes: every measure that spoke, 0..1; 0.5 decides."""

    kind: str = LYRIC
    reason: str = ""
    votes: Mapping[str, float] = field(default_factory=dict)

    @property
    def is_lyric(self) -> bool:
        return self.kind == LYRIC

    def as_dict(self) -> dict[str, Any]:
        """The JSON shape that is stored and shown."""
        return {"kind": self.kind, "reason": self.reason, "votes": dict(self.votes)}


@dataclass(frozen=True)
class _Read:
    """What the votes look at. text: the lyric's. given: as it came. words: lower case."""

    given: str
    text: str
    lines: Sequence[str]
    words: Sequence[str]

    def share(self, pattern: re.Pattern[str]) -> float:
        """Of the lines that are like this."""
        return sum(pattern.fullmatch(line) is not None for line in self.lines) / max(1, len(self.lines))


def judged(given: str, lyric: Lyric) -> Verdict:
    """The verdict on a cleaned lyric. given: the text as it came: "[Instrumental]" is taken out and tells.

    >>> judged("[Instrumental]", Lyric()).kind
    'instrumental'
    >>> judged("", Lyric()).kind
    'empty'
    """
    text = lyric.text[:READ_CHARS]
    lines = text.split("\n")
    filled = [line for line in lines if line]
    read = _Read(given[:READ_CHARS], text, filled, [word.lower() for word in _WORD.findall(text)])
    votes = {kind: vote for kind, measure in _MEASURES.items() if (vote := round(measure(read), 3)) > 0}
    kind = max(votes, key=votes.__getitem__, default=LYRIC)
    if votes.get(kind, 0.0) < 0.5:
        return Verdict(votes=votes)
    return Verdict(kind, REASONS[kind], votes)


REASONS: Final = {
    "empty": "no words",
    "instrumental": "it says that nothing is sung",
    "placeholder": "a notice in place of a lyric",
    "too short": f"fewer than {LEAST_WORDS} words",
    "too long": f"more than {MOST_WORDS:,} words",
    "tracklist": "a list of tracks",
    "script": "a dialogue with its speakers",
    "prose": "prose: sentences in long lines",
    "code": "markup or code",
    "no words": "hardly any letters, or none that make words",
    "repeated": "one piece over and over",
}
"""kind -> what a rejected row is told."""


def _empty(read: _Read) -> float:
    return float(not read.text.strip() and not _instrumental(read))


def _instrumental(read: _Read) -> float:
    filled = [line for line in read.given.split("\n") if line.strip()]
    return float(bool(filled) and len(filled) <= 3 and _INSTRUMENTAL.fullmatch(filled[0]) is not None)


def _placeholder(read: _Read) -> float:
    return float(len(read.words) <= 60 and _PLACEHOLDER.search(read.given) is not None)


def _too_short(read: _Read) -> float:
    """Below "no words" and "placeholder", which say more."""
    few = len(read.words) < LEAST_WORDS and sum(len(word) for word in read.words) < 4 * LEAST_WORDS
    return 0.6 if few and read.text.strip() else 0.0


def _too_long(read: _Read) -> float:
    return float(len(read.words) > MOST_WORDS)


def _tracklist(read: _Read) -> float:
    if len(read.lines) < 3:
        return 0.0
    return max(read.share(_LISTED), read.share(_WITH_LENGTH)) * 0.9


def _script(read: _Read) -> float:
    """A play repeats its few speakers; shouting everything in capitals is a style."""
    is_shouted = read.text.isupper()
    if len(read.lines) < 4 or is_shouted:
        return 0.0
    speakers = [line for line in read.lines if _SPEAKER.fullmatch(line)]
    return min(1.0, 1.4 * len(speakers) / len(read.lines)) if len(speakers) >= 3 else 0.0


def _prose(read: _Read) -> float:
    """Long lines that end as sentences do, and the words of articles."""
    if len(read.words) < 25:
        return 0.0
    per_line = len(read.words) / len(read.lines)
    long_lines = min(1.0, max(0.0, (per_line - 12) / 16))
    ended = sum(_SENTENCE_END.search(line) is not None for line in read.lines) / len(read.lines)
    of_articles = min(1.0, len(_OF_ARTICLES.findall(read.text)) / (0.02 * len(read.words)))
    if len(read.lines) == 1:  # some dumps hold a lyric as one line
        ended = min(1.0, len(re.findall(r"[.!?](?=\s|$)", read.text)) / max(1.0, len(read.words) / 25))
    return 0.4 * long_lines + 0.25 * ended * (per_line > 9) + 0.45 * of_articles


def _code(read: _Read) -> float:
    visible = sum(not char.isspace() for char in read.text)
    return min(1.0, 8 * len(_CODE.findall(read.text)) / max(1, visible)) if visible > 20 else 0.0


def _no_words(read: _Read) -> float:
    visible = sum(not char.isspace() for char in read.text)
    if visible == 0:
        return 0.0
    letters = sum(char.isalpha() or "\u0300" <= char <= "\u0dff" for char in read.text)
    if letters < 0.5 * visible:
        return 0.9
    longest = sum(len(word) for word in read.words if len(word) > 24)
    is_spaced = read.text.isascii() or "\u0400" <= max(read.text[:200], default=" ") <= "\u04ff"
    return 0.9 if is_spaced and longest > 0.4 * letters else 0.0


def _repeated(read: _Read) -> float:
    """zlib makes a tenth of a hook-heavy song at best; what shrinks further was made by a machine."""
    data = read.text.encode("utf-8", "replace")
    if len(data) < 600:
        return 0.0
    ratio = len(data) / len(zlib.compress(data, 6))
    return min(1.0, max(0.0, (ratio - 8) / 16))


_MEASURES: Final[dict[str, Callable[[_Read], float]]] = {
    "empty": _empty,
    "instrumental": _instrumental,
    "placeholder": _placeholder,
    "too long": _too_long,
    "tracklist": _tracklist,
    "script": _script,
    "prose": _prose,
    "code": _code,
    "no words": _no_words,
    "repeated": _repeated,
    "too short": _too_short,
}
