"""Lines about a lyric that are none of it: who wrote it, which page showed it, what that page sells."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Final

from cratedig.collect.lyrics.changes import Receipts, joined
from cratedig.collect.lyrics.lines import Line
from cratedig.music.lyric import heading

CREDITS: Final = "credits"
PAGE: Final = "the page around it"
ADS: Final = "advertising and addresses"

_WORK: Final = joined(
    (
        *("produced", "co-produced", "prod", "prod.", "written", "lyrics", "lyric", "words", "music", "composed"),
        *("mixed", "mastered", "recorded", "arranged", "directed", "performed", "engineered", "transcribed"),
        *("songwriter", "songwriters", "writer", "writers", "writer(s)", "producer", "producers", "composer"),
        *("composers", "lyricist", "lyrics and music", "words and music", "music and lyrics", "featuring", "label"),
        *("album", "released", "release date", "copyright", "publisher", "publishers", "artist", "title", "song"),
        *("слова", "музыка", "текст", "автор", "авторы", "продюсер", "слова и музыка", "музыка и слова", "исполнитель"),
    )
).replace(".", r"\.").replace("(s)", r"\(s\)")  # fmt: skip
_WITH_COLON = re.compile(rf"[\[(]?(?:{_WORK})(?:\s+by)?\s*:\s*\S.{{0,200}}", re.IGNORECASE)
_BY = re.compile(rf"[\[(]?(?:{_WORK})\s+by\s+(.{{1,160}})", re.IGNORECASE)
_RIGHTS = re.compile(
    r"(?:\(c\)|©|℗|copyright\b)\s*.{0,160}|.{0,80}\ball rights reserved\b.{0,80}"
    r"|.{0,60}\blyrics (?:are )?licensed\b.{0,100}",
    re.IGNORECASE,
)
_NAME = re.compile(r"(?:[\W\d_]*[^\W\d_a-zа-яё][\w.'’-]*|feat\.?|ft\.?|and|und|et|y|the|of|da|de|van|von|x|\d+)\W*")

_CONTRIBUTORS = re.compile(
    r"\d{1,4}\s*Contributors?\b.{0,400}?\bLyrics(?![^\W\d_])(?P<rest>.*)|\d{1,4}\s*Contributors?"
)
_CONTRIBUTORS_GLUED = re.compile(r"\d{1,4}\s*Contributors?.{0,400}?Lyrics(?P<rest>\[.*|$)")
_TITLE = re.compile(r"(?:[^\W_a-zа-яё]\S{0,40}\s+){1,12}Lyrics")
_EMBED = re.compile(r"\s*(?:\d{1,4}(?:\.\d)?K?)?Embed(?:Share ?URL)?(?:Copy)?$")
_ALSO = re.compile(r"You might also like(?P<rest>(?:[\[A-ZА-ЯЁ].*)?)")
_LIVE = re.compile(
    r"See .{1,60}? Live(?:Get tickets as low as \$\d+)?(?P<rest>.*)|Get tickets as low as \$\d+(?P<rest2>.*)"
)
_LANGUAGES: Final = joined(
    (
        *(
            "Deutsch",
            "English",
            "Español",
            "Français",
            "Italiano",
            "Polski",
            "Português",
            "Русский",
            "Türkçe",
            "Svenska",
        ),
        *(
            "Nederlands",
            "Українська",
            "Magyar",
            "Čeština",
            "Suomi",
            "Dansk",
            "Norsk",
            "Română",
            "日本語",
            "한국어",
            "中文",
        ),
        *("العربية", "עברית", "فارسی", "Ελληνικά", "Tiếng Việt", "Bahasa Indonesia", "Srpski", "Hrvatski", "Български"),
    )
)
_TRANSLATIONS = re.compile(rf"Translations?:?(?:\s*(?:{_LANGUAGES}))*|(?:(?:{_LANGUAGES})[\s,|/]*){{2,40}}")
_NOTICES = re.compile(
    r"\*+\s*This Lyrics is NOT for Commercial use\s*\*+|\(\d{10,16}\)|Read More|Expand"
    r"|Submit Corrections|Print this page"
    r"|Lyrics provided by .{1,60}|Lyrics powered by .{1,60}|Submitted by .{1,60}|Thanks to .{1,80} for .{0,40}lyrics\.?"
    r"|(?:More|View more) (?:lyrics|on) .{1,60}|Add to playlist|Share on \w+|Advertisement|Sponsored",
    re.IGNORECASE,
)
_ADDRESS = re.compile(
    r"(?:https?://|www\.)\S{3,400}|\b[\w-]{2,40}\.(?:com|net|org|ru|info|biz)(?:/\S{0,200})?(?![\w.])", re.IGNORECASE
)
_SELLS = re.compile(
    r"(?:click here|download (?:now|free|the|this|mp3)|free (?:mp3|download)s?|subscribe (?:to|now|on)|"
    r"follow (?:us|me) on|available (?:now )?on (?:itunes|spotify|apple)|stream (?:it )?(?:now|here)|buy (?:it )?on|"
    r"ringtones?|visit our)\b",
    re.IGNORECASE,
)
_FEW_WORDS: Final = 14


def without_surroundings(lines: Sequence[Line], receipts: Receipts) -> list[Line]:
    """The lines without what a page or a booklet put around and between them."""
    kept = _without_page(lines, receipts)
    kept = _without(kept, _is_ad, ADS, receipts)
    kept = _without(kept, _is_plain_credit, CREDITS, receipts)
    return _without_edges(kept, receipts)


def _without(lines: Sequence[Line], goes: Callable[[str], bool], rule: str, receipts: Receipts) -> list[Line]:
    kept = []
    for line in lines:
        if not line.is_long and goes(line.text):
            receipts.note(rule, line.number, line.text)
        else:
            kept.append(line)
    return kept


def _without_page(lines: Sequence[Line], receipts: Receipts) -> list[Line]:
    filled = [at for at, line in enumerate(lines) if line.text]
    kept, titled = [], _has_title(lines, filled)
    for at, line in enumerate(lines):
        rest = _off_the_page(line.text, is_first=at == filled[0], is_last=at == filled[-1]) if line.text else ""
        if titled and at == filled[0]:
            rest = ""
        if rest != line.text:
            receipts.note(PAGE, line.number, line.text if not rest else line.text.replace(rest, " "))
        if rest or not line.text:
            kept.append(line.saying(rest))
    return kept


def _has_title(lines: Sequence[Line], filled: Sequence[int]) -> bool:
    """Whether a page's title ("Come Home Lyrics") stands above the first heading."""
    first, second = (lines[at].text for at in filled[:2]) if len(filled) > 1 else ("", "")
    return _TITLE.fullmatch(first) is not None and heading(second) is not None


def _off_the_page(text: str, *, is_first: bool, is_last: bool) -> str:
    """What of a line is lyric. A page's head stands first, its "Embed" last; both are often glued to a line."""
    if is_first and (head := _CONTRIBUTORS_GLUED.fullmatch(text) or _CONTRIBUTORS.fullmatch(text)):
        text = (head.groupdict().get("rest") or "").strip()
    if is_last and (foot := _EMBED.search(text, max(0, len(text) - 60))) is not None:
        text = text[: foot.start()].strip()
    for pattern in (_ALSO, _LIVE):
        if (found := pattern.fullmatch(text)) is not None:
            text = next((rest for rest in found.groups() if rest), "").strip()
    is_notice = _TRANSLATIONS.fullmatch(text) or _NOTICES.fullmatch(text)
    return "" if is_notice else text


def _is_ad(text: str) -> bool:
    if len(text.split()) > _FEW_WORDS:
        return False
    return _ADDRESS.search(text) is not None or _SELLS.match(text) is not None


def _is_plain_credit(text: str) -> bool:
    return _RIGHTS.fullmatch(text) is not None


def _without_edges(lines: Sequence[Line], receipts: Receipts) -> list[Line]:
    """Credits stand before the first and behind the last line that is none; "written by the river" in between stays."""
    ahead = _without_head(lines, receipts)
    return _without_head(ahead[::-1], receipts)[::-1]


def _without_head(lines: Sequence[Line], receipts: Receipts) -> list[Line]:
    kept: list[Line] = []
    for at, line in enumerate(lines):
        if not line.is_long and _is_credit(line.text):
            receipts.note(CREDITS, line.number, line.text)
        elif not line.text or heading(line.text) is not None:
            kept.append(line)
        else:
            return [*kept, *lines[at:]]
    return kept


def _is_credit(text: str) -> bool:
    if _WITH_COLON.fullmatch(text):
        return True
    named = _BY.fullmatch(text)
    return named is not None and all(_NAME.fullmatch(word) for word in named[1].rstrip("])").split())
