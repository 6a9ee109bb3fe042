"""Is it music? The specification's heuristics and further ones, each a named vote with a weight and a reason."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from cratedig.collect.heal.rows import Row, folded
from cratedig.music.genre import place
from cratedig.music.text import fold

ENOUGH_PLAYS = 100
LONG_S, SHORT_S = 1500.0, 20.0
"""Talk and DJ mixes are long; jingles and greetings are short (seconds)."""
_TWO_PARTS = re.compile(r"\S\s[-–—]\s\S")
_PROSE = 600  # characters of a description that are read


@dataclass(frozen=True, slots=True)
class Vote:
    """weight: evidence for music (above 0) or against it, as a change of log-odds. reason: what was seen."""

    name: str
    weight: float
    reason: str


@dataclass(frozen=True)
class _Phrases:
    """Folded phrases, found as whole words. firsts: their first words; a text without any of these has none."""

    pattern: re.Pattern[str]
    firsts: frozenset[str]

    def first_in(self, text: str, words: frozenset[str]) -> str | None:
        """The phrase that stands first in a folded text. words: those of the text."""
        if self.firsts.isdisjoint(words):
            return None
        found = self.pattern.search(text)
        return found[0] if found else None


def _words(*phrases: str) -> _Phrases:
    named = {fold(part) for phrase in phrases for part in phrase.split(",")} - {""}
    listed = sorted(named, key=lambda phrase: (-len(phrase), phrase))
    pattern = re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, listed))})(?!\w)")
    return _Phrases(pattern, frozenset(phrase.split(" ", 1)[0] for phrase in listed))


_TALK = _words(
    "podcast, podcasts, interview, interviews, audiobook, audio book, hörspiel, talk show, talk radio, "
    "lecture, sermon, webinar, keynote, press conference, commentary, documentary, debate, q&a, storytime, "
    "bedtime story, stand up, fresh pressed interview, radio drama, audio drama, read by, narrated by, "
    "narrator, unabridged, news radio, newscast, breaking news, news, the news, weather report, bbc news, "
    "npr, postfight, talks, entrevista, conferencia, noticias, truyện, truyện ngắn, truyện ma, đọc truyện, "
    "bài giảng, pháp thoại, thuyết pháp, phỏng vấn, bản tin, podcast việt, hadith, khutbah, khutba, خطبة, "
    "محاضرة, درس, لقاء, برنامج, حديث, قصة, 인터뷰, 팟캐스트, 오디오북, подкаст, интервью, лекция, "
    "аудиокнига",
)
_RECITED = _words(
    "quran, qur'an, koran, surah, sura, surat, sourate, tilawat, recitation, adhan, azan, ruqyah, سورة, "
    "سوره, القرآن, القران, قران, قرآن, تلاوة, تلاوات, أذان, اذان, رقية, الرقية, السور, للقارئ, القارئ, "
    "دعاء, kinh phật, chú đại bi, bible, psalm reading, gospel of, scripture",
)
_TAUGHT = _words(
    "lesson, lessons, course, tutorial, vocabulary, grammar, pronunciation, toeic, ielts, toefl, "
    "exam prep, study guide, audio course, how to, explained, 101, learn english, learn spanish, "
    "introduction to, textbook, học tiếng anh, luyện nghe, tiếng anh, dictation, flashcards, "
    "training course, workshop, seminar",
)
_NATURE = _words(
    "rain sounds, sound of rain, sounds of rain, nature sounds, ocean sounds, white noise, brown noise, "
    "pink noise, thunderstorm, rain and thunder, water sounds, fan noise, sound effect, sound effects, "
    "sfx, asmr, field recording, ringtone, sonification, radio emissions, heartbeat sounds, bird sounds, "
    "forest sounds, shower, womb sounds, test tone",
)
_PARTS = re.compile(
    r"(?<!\w)(?:episode|ep|eps|chapter|chapters|capitulo|chapitre|kapitel|tập|tap|hồi|bab|الحلقة|حلقة|part|pt)"
    r"\.? ?#?\d+|^#\d+ ?[:\-]|(?<!\w)\d+ of \d+(?!\w)|(?<!\w)s\d+ ?e\d+(?!\w)",
    re.IGNORECASE,
)
_DIGIT = re.compile(r"\d")
_SUNG = _words(
    "remix, rmx, feat, ft, prod, official video, official audio, official music video, lyrics, "
    "lyric video, cover, acoustic, original mix, extended mix, radio edit, club mix, bootleg, mashup, "
    "instrumental, karaoke, ost, soundtrack, theme, album, ep, single, song, songs, music, nhạc, beat, "
    "type beat, freestyle, mixtape, lofi, slowed, nightcore, piano, guitar, symphony, sonata, concerto, "
    "opus, op, vip, edit, flip, dub, anthem, موال, اغنية, أغنية, توزيع, مهرجان, البوم, canción, música, "
    "piseiro, free download, out now, live at, live in, unplugged, demo, intro, outro, interlude, "
    "ncs release, records",
)
_MIXED = _words(
    "dj, mix, set, live set, mixset, nonstop, radio show dj, guest mix, essential mix, session, sessions, "
    "residency, trance, techno, house, deep house, dubstep, dnb, drum bass, hardstyle, hardcore, bass, "
    "electronic, b2b, club, festival, megamix, mixed by, bachata, reggaeton, reggae",
)


def votes(row: Row) -> tuple[Vote, ...]:
    """Every vote that speaks for this row, in a fixed order.

    >>> [(vote.name, vote.weight) for vote in votes(Row(1, title="Football Podcast, Episode 37"))]
    [('words of talk', -3.0), ('numbered part', -1.5)]
    """
    return (*_of_labels(row), *_of_words(row), *_of_numbers(row))


def _of_labels(row: Row) -> Iterator[Vote]:
    placed = place(row.genre) if row.genre else None
    if placed:
        spoken = placed.family == "spoken"
        yield Vote("genre", -4.0 if spoken else 2.5, f"genre {placed.name!r}")
    families = [found.family for tag in row.tags if (found := place(tag))]
    spoken_tags = families.count("spoken")
    if spoken_tags * 2 > len(families):
        yield Vote("tags", -1.5, f"{spoken_tags} of its tags name talk or sounds")
    elif families:
        yield Vote("tags", 1.0, f"{len(families) - spoken_tags} of its tags name a genre")


def _of_words(row: Row) -> Iterator[Vote]:
    title, artist = folded(row.title or ""), folded(row.artist or "")
    prose = folded((row.description or row.vibe or "")[:_PROSE])
    names = f"{title} {artist}"
    named, told = frozenset(names.split()), frozenset(prose.split())
    part = _part_of(row.title or "")
    for name, pattern, weight in (
        ("words of talk", _TALK, -3.0),
        ("recitation", _RECITED, -3.5),
        ("words of teaching", _TAUGHT, -2.5),
        ("sounds of nature", _NATURE, -3.0),
    ):
        if found := pattern.first_in(names, named):
            yield Vote(name, weight, f"{found!r} in its names")
        elif found := pattern.first_in(prose, told):
            yield Vote(f"{name} in the description", weight / 3, f"{found!r} in its description")
    if part:
        yield Vote("numbered part", -1.5, f"{part!r} in its title")
    if (part or _TALK.first_in(names, named)) and (mixed := _mixed(row, names)):
        yield Vote("a mix", 3.0, f"{mixed!r} beside it: a DJ's mix")
    if found := _SUNG.first_in(title, named):
        yield Vote("words of music", 1.5, f"{found!r} in its title")


def _part_of(title: str) -> str | None:
    """The words in a title that number it as a part of something."""
    found = _PARTS.search(title) if _DIGIT.search(title) else None
    return found[0].strip() if found else None


def _mixed(row: Row, names: str) -> str | None:
    """A DJ's word in names, genre or tags."""
    text = f"{names} {folded(row.genre or '')} {folded(' '.join(row.tags))}"
    return _MIXED.first_in(text, frozenset(text.split()))


def _of_numbers(row: Row) -> Iterator[Vote]:
    if row.playback_count is not None and row.playback_count > ENOUGH_PLAYS:
        yield Vote("plays", 0.3, f"{row.playback_count:,} plays")
    if row.duration_s is not None:
        if 60.0 <= row.duration_s <= 600.0:
            yield Vote("length", 1.0, f"{row.duration_s:.0f} s, as long as a song")
        elif row.duration_s >= LONG_S:
            yield Vote("length", -0.7, f"{row.duration_s / 60:.0f} minutes")
        elif row.duration_s < SHORT_S:
            yield Vote("length", -0.5, f"{row.duration_s:.0f} s")
    if row.title and _TWO_PARTS.search(row.title):
        yield Vote("artist and title", 0.5, "a title of two parts with a dash")
