"""When two rows are one recording: match keys, version words, and a distance that keeps its reasons."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from cratedig.music.text import fold

DURATION_TOLERANCE_S = 3.0
"""Encoders and shops cut the silence at the ends differently; within this the lengths agree."""

SAME_BELOW = 0.25
"""Distances below this are one recording (see `Distance`)."""

# These words make another recording of the same song. Everything else in brackets is read as decoration.
_VERSION = re.compile(
    r"\b(live|remix|rmx|mix|remake|rework|refix|bootleg|flip|vip|edit|mashup|mash ?up|acoustic|unplugged|instrumental|"
    r"karaoke|a ?cappella|acapella|cover|covered|piano version|orchestral|stripped|demo|reprise|sped ?up|speed ?up|"
    r"slowed|reverb|nightcore|8d|extended|session|sessions|rehearsal|version|dub|chopped|screwed|lofi|lo fi|"
    r"intro|outro|interlude|skit|part|pt|vol|teaser|snippet|preview|medley|nonstop)\b"
)
# Of a version's words these say nothing about the recording itself.
_PLAIN = re.compile(
    r"\b(original (mix|version)|"
    r"(album|single|radio|main|explicit|clean|full|official|studio|lp|cd|hq|hd|original) version|"
    r"radio (edit|mix)|single edit|re ?master(ed)?( version)?|(mono|stereo)( version| mix)?|deluxe( edition| version)?|"
    r"bonus track( version)?|explicit|clean|official( music)?( video| audio| lyric video| visualizer)?|"
    r"lyrics?( video)?|audio|video|hd|hq|4k|mp3|free (download|dl)|out now|premiere|digital|anniversary( edition)?|"
    r"from .*|\d{4})\b"
)
_CREDIT = re.compile(r"\s*[([]\s*(?:feat|ft|featuring|with|w/|prod|produced by)\b\.?[^)\]]*[)\]]", re.IGNORECASE)
_OPEN_CREDIT = re.compile(r"\s+(?:feat|ft|featuring|prod)\b\.?\s.*?(?=\s[-–(\[]|$)", re.IGNORECASE)
_BRACKETS = re.compile(r"[(\[{]([^()\[\]{}]*)[)\]}]")
_DASH = re.compile(r"\s+[-–—]\s+")
_FILE_END = re.compile(r"\.(mp3|wav|flac|m4a|ogg)$", re.IGNORECASE)
_DECORATED = re.compile(r"[(\[{]|\s[-–—]\s|\b(?:feat|ft|featuring|prod)\b|\.\w{3,4}$", re.IGNORECASE)
_JOINED = re.compile(r"\s*(?:,|;|&|\bx\b|\band\b|\bfeat\b\.?|\bft\b\.?|\bfeaturing\b|\bwith\b)\s*", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Title:
    """A title taken apart: the song's folded name, and the words that make this another recording of it."""

    song: str
    version: str


def _version_words(text: str) -> str:
    """The folded words of a title's part that name a version; "" when it is decoration.

    >>> _version_words("Dillon Francis Remix"), _version_words("Remastered 2011"), _version_words("Radio Edit")
    ('dillon francis remix', '', '')
    """
    folded = fold(text)
    told = _PLAIN.sub(" ", folded)
    return " ".join(sorted(told.split())) if _VERSION.search(told) else ""


@lru_cache(maxsize=50_000)
def _folded(name: str) -> str:
    return fold(name)


def read_title(title: str, *, artist: str = "") -> Title:
    """Takes a title apart. An artist written before the title is no part of the song.

    >>> read_title("Memories - Dillon Francis Remix")
    Title(song='memories', version='dillon francis remix')
    >>> read_title("Cry (feat. Someone) - Remastered 2011") == read_title("cry")
    True
    >>> read_title("Cigarettes After Sex - Cry", artist="Cigarettes After Sex")
    Title(song='cry', version='')
    """
    if artist and " - " in title:
        return _read_title(_without_artist(title, artist))
    return _read_title(title)


@lru_cache(maxsize=50_000)
def _read_title(title: str) -> Title:
    """The title without the artist, taken apart. Songs have the same titles far more often than by the same artist."""
    if not _DECORATED.search(title):
        return Title(fold(title) or title.strip(), "")
    text = _FILE_END.sub("", title)
    text = _OPEN_CREDIT.sub("", _CREDIT.sub("", text)) or text
    decorated = "(" in text or "[" in text or "{" in text
    parts = [*_BRACKETS.findall(text)] if decorated else []
    head, *tail = _DASH.split(_BRACKETS.sub(" ", text) if decorated else text)
    song = fold(head)
    version: list[str] = []
    for part in parts + tail:
        if words := _version_words(part):
            version.append(words)
        elif not _PLAIN.sub(" ", fold(part)).strip():
            continue
        else:
            song = f"{song} {fold(part)}".strip()
    return Title(song or fold(title) or title.strip(), " ".join(sorted(version)))


def _without_artist(text: str, artist: str) -> str:
    head, dash, rest = text.partition(" - ")
    if dash and rest.strip() and _folded(head) == _folded(artist):
        return rest
    return text


def lead_artist(artist: str) -> str:
    """The folded first name of a joined credit.

    >>> lead_artist("Martin Garrix & Bebe Rexha"), lead_artist("Tiësto")
    ('martin garrix', 'tiesto')
    """
    return _folded(next((part for part in _JOINED.split(artist) if part), artist))


@dataclass(frozen=True, slots=True)
class Recording:
    """What identifies a recording. `duration_s` is None where unknown; so is `album`."""

    artist: str
    title: str
    duration_s: float | None = None
    album: str | None = None


def match_key(artist: str | None, title: str | None) -> str | None:
    """The block in which duplicates are sought: folded artist and song. None unless both are known.

    >>> match_key("Queen", "Under Pressure - Remastered 2011") == match_key("QUEEN", "under pressure")
    True
    """
    if not artist or not title:
        return None
    who = _folded(artist) or artist.strip()
    return f"{who[:200]}|{read_title(title, artist=artist).song[:300]}"


@dataclass(frozen=True, slots=True)
class Penalty:
    """One reason against two rows being the same recording: 0 (agrees) .. 1 (contradicts), times a weight."""

    name: str
    weight: float
    value: float


@dataclass(frozen=True, slots=True)
class Distance:
    """How far apart two recordings are, 0 .. 1, with the reasons.

    The largest weighted penalty speaks, not the sum: one contradiction (a remix, a minute more) is enough, and ten
    agreements do not outvote it.
    """

    penalties: tuple[Penalty, ...]

    @property
    def value(self) -> float:
        return max((p.weight * p.value for p in self.penalties), default=0.0)

    @property
    def is_same(self) -> bool:
        return self.value < SAME_BELOW

    @property
    def reasons(self) -> tuple[str, ...]:
        """Names of what speaks against, the strongest first."""
        against = sorted((p for p in self.penalties if p.value > 0), key=lambda p: -p.weight * p.value)
        return tuple(p.name for p in against)


def distance(a: Recording, b: Recording) -> Distance:
    """How far apart `a` and `b` are: symmetric, 0 for equal ones, unknown durations neutral.

    >>> distance(Recording("Queen", "Innuendo", 391.0), Recording("queen", "Innuendo - Remastered", 392.5)).is_same
    True
    >>> distance(Recording("Queen", "Innuendo"), Recording("Queen", "Innuendo (Live)")).reasons
    ('version',)
    """
    here, there = read_title(a.title, artist=a.artist), read_title(b.title, artist=b.artist)
    return Distance(
        (
            Penalty("artist", 1.0, _artist_penalty(a.artist, b.artist)),
            Penalty("title", 1.0, 0.0 if here.song == there.song else 1.0),
            Penalty("version", 1.0, 0.0 if here.version == there.version else 1.0),
            Penalty("duration", 1.0, _duration_penalty(a.duration_s, b.duration_s)),
            Penalty("album", 0.1, _album_penalty(a.album, b.album)),
        )
    )


def _artist_penalty(a: str, b: str) -> float:
    """0 for the same name, 0.2 where only the lead artist of a joined credit agrees, else 1."""
    if _folded(a) == _folded(b):
        return 0.0
    return 0.2 if lead_artist(a) and lead_artist(a) == lead_artist(b) else 1.0


def _duration_penalty(a: float | None, b: float | None) -> float:
    """0 within the tolerance or where one is unknown, rising to 1 at ten times the tolerance."""
    if a is None or b is None:
        return 0.0
    beyond = abs(a - b) - DURATION_TOLERANCE_S
    return 0.0 if beyond <= 0 else min(1.0, SAME_BELOW + beyond / (10 * DURATION_TOLERANCE_S))


def _album_penalty(a: str | None, b: str | None) -> float:
    """A recording is sold on many albums, so another album is a small penalty."""
    return 0.0 if not a or not b or _folded(a) == _folded(b) else 1.0
