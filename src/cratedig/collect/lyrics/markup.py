"""What stands around letters and is no letter: markup, entities, line ends, invisible characters."""

from __future__ import annotations

import html
import re
import unicodedata
from functools import cache
from typing import Final

from cratedig.collect.lyrics.changes import Receipts, joined, replaced

_TAGS: Final = (
    *("a", "abbr", "article", "b", "big", "blockquote", "body", "br", "button", "center", "code", "dd", "div", "dl"),
    *("dt", "em", "font", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "head", "header", "hr", "html", "i"),
    *(
        "iframe",
        "img",
        "input",
        "ins",
        "label",
        "li",
        "link",
        "main",
        "meta",
        "nav",
        "ol",
        "p",
        "path",
        "pre",
        "q",
        "s",
    ),
    *("script", "section", "small", "span", "strong", "style", "sub", "sup", "svg", "table", "tbody", "td", "th"),
    *("title", "tr", "tt", "u", "ul", "wbr"),
)
_HIDDEN = re.compile(
    r"<!--(?:(?!<!--).){0,20000}?-->|<(script|style|svg)\b[^<>]{0,2000}>(?:(?!<\1\b).){0,20000}?</\1\s*>",
    re.IGNORECASE | re.DOTALL,
)
"""What opens twice hides from the second opening on, so that no character is looked at for every opening before it."""
_BREAK = re.compile(
    r"(?<![^\S\n])[^\S\n]*<\s*br\b[^<>]{0,200}>[^\S\n]*\n?|</\s*(?:p|div|li|h[1-6]|tr)\s*>", re.IGNORECASE
)
_TAG = re.compile(rf"</?\s*(?:{joined(_TAGS)})\b[^<>]{{0,2000}}>", re.IGNORECASE)
_ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")
_LINE_END = re.compile("\r\n|[\r\x0b\x0c\x1c-\x1e\x85\u2028\u2029]")
_BLANK = re.compile(r"[^\S\n]+")
_JOINERS: Final = "\u200c\u200d"


def line_ends(text: str, receipts: Receipts) -> str:
    """All lines end with one `\\n`. Said once, as a whole: every line of a file from Windows has the other end."""
    found = len(_LINE_END.findall(text))
    if found:
        receipts.note("line ends", 1, "\\r\\n" if "\r\n" in text else "other", "\\n", count=found)
    return _LINE_END.sub("\n", text)


def without_markup(text: str, receipts: Receipts) -> str:
    """HTML out, its line breaks kept; entities as what they stand for, even where they were escaped twice.

    >>> without_markup("Tom &amp;amp; I<br/>we <i>ran</i> &lt;3", Receipts())
    'Tom & I\\nwe ran <3'
    """
    if "<" in text:
        text = replaced(text, _HIDDEN, lambda _: "", "HTML", receipts)
        text = replaced(text, _BREAK, lambda _: "\n", "HTML line breaks", receipts)
        text = replaced(text, _TAG, lambda _: "", "HTML", receipts)
    for _ in range(_DEEPEST):
        before, text = text, replaced(text, _ENTITY, lambda one: _meant(one.group()), "HTML entities", receipts)
        if text == before:
            break
    return text


_DEEPEST = 5


def _meant(entity: str) -> str:
    return html.unescape(entity)


def without_invisible(text: str, receipts: Receipts) -> str:
    """Without control characters, zero-width ones, marks of direction and tag characters, which hide text from readers.

    What joins letters (U+200C, U+200D) stays between characters that are not ASCII: Persian, Hindi, emoji need it.

    >>> without_invisible("co\\u200bme\\x07 home", Receipts())
    'come home'
    """
    if text.isascii() and text.isprintable():
        return text
    text = replaced(text, _invisible(), lambda _: "", "invisible characters", receipts)
    return replaced(text, _STRAY_JOINER, lambda _: "", "invisible characters", receipts)


_STRAY_JOINER = re.compile("(?<![^\x00-\x7f])[\u200c\u200d]+|[\u200c\u200d]+(?![^\x00-\x7f])")


@cache
def _invisible() -> re.Pattern[str]:
    points = (chr(point) for point in (*range(0x3000), *range(0xD800, 0xE000), 0xFEFF, *range(0xFFF0, 0xFFFC)))
    found = [char for char in points if unicodedata.category(char) in ("Cc", "Cf", "Cs") and char not in "\n\t"]
    return re.compile(f"[{''.join(map(re.escape, (c for c in found if c not in _JOINERS)))}\U000e0000-\U000e007f]+")


def composed(text: str, receipts: Receipts) -> str:
    """Letters with their marks in one character each (NFC), as they are searched and spoken."""
    if unicodedata.is_normalized("NFC", text):
        return text
    lines = text.split("\n")
    for number, line in enumerate(lines, 1):
        if not unicodedata.is_normalized("NFC", line):
            receipts.note("letters composed", number, line, unicodedata.normalize("NFC", line))
    return unicodedata.normalize("NFC", text)


def one_space(line: str) -> str:
    """Without space at the ends, and with single spaces inside."""
    return _BLANK.sub(" ", line).strip()
