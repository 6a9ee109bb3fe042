"""Is it music? The specification's heuristics and further ones, each a named vote with a weight and a reason."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from cratedig.collect.heal.rows import Row
from cratedig.music.genre import place
from cratedig.music.text import fold

ENOUGH_PLAYS = 100
LONG_S, SHORT_S = 1500.0, 20.0
"""Talk and DJ mixes are long; jingles and greetings are short (seconds)."""
_PROSE = 600  # characters of a description that are read


@dataclass(frozen=True, slots=True)
class Vote:
    """weight: evidence for music (above 0) or against it, as a change of log-odds. reason: what was seen."""

    name: str
    weight: float
    reason: str


def _words(*phrases: str) -> re.Pattern[str]:
    """Any of these folded phrases as whole words."""
    listed = sorted((fold(part) for phrase in phrases for part in phrase.split(",")), key=len, reverse=True)
    return re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, filter(None, listed)))})(?!\w)")


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
    title, artist = fold(row.title or ""), fold(row.artist or "")
    prose = fold((row.description or row.vibe or "")[:_PROSE])
    names = f"{title} {artist}"
    mixed = _MIXED.search(f"{names} {fold(row.genre or '')} {fold(' '.join(row.tags))}")
    for name, pattern, weight in (
        ("words of talk", _TALK, -3.0),
        ("recitation", _RECITED, -3.5),
        ("words of teaching", _TAUGHT, -2.5),
        ("sounds of nature", _NATURE, -3.0),
    ):
        if found := pattern.search(names):
            yield Vote(name, weight, f"{found[0]!r} in its names")
        elif found := pattern.search(prose):
            yield Vote(f"{name} in the description", weight / 3, f"{found[0]!r} in its description")
    if found := _PARTS.search(row.title or ""):
        yield Vote("numbered part", -1.5, f"{found[0].strip()!r} in its title")
    if mixed and (_TALK.search(names) or _PARTS.search(row.title or "")):
        yield Vote("a mix", 3.0, f"{mixed[0]!r} beside it: a DJ's mix")
    if found := _SUNG.search(title):
        yield Vote("words of music", 1.5, f"{found[0]!r} in its title")


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
    if row.title and re.search(r"\S\s[-–—]\s\S", row.title):
        yield Vote("artist and title", 0.5, "a title of two parts with a dash")
