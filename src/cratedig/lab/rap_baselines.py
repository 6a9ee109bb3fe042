"""What the rhyme engine is compared with: the ends of spellings, and perfect rhymes by the dictionary alone."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

from cratedig.lab.rap_verses import Group, Span, is_end, words
from cratedig.understand.lyrics.phonemes.dictionary import spoken

REACH_LINES: Final = 2
REACH_OF_ENDS_LINES: Final = 4
"""As far as the guideline of the labels hears a rhyme."""

_LETTERS = 2


def by_letters(lines: Sequence[str]) -> tuple[Group, ...]:
    """Words whose last two letters are the same."""
    return _groups(lines, lambda word: word[-_LETTERS:] if len(word) > _LETTERS else None)


def by_dictionary(lines: Sequence[str]) -> tuple[Group, ...]:
    """Words that sound the same from their last stressed vowel on, as the dictionary says them first."""
    return _groups(lines, _rhyming_part)


def _rhyming_part(word: str) -> str | None:
    said = spoken(word)
    if not said:
        return None
    stressed = [place for place, phone in enumerate(said[0]) if phone[-1] in "12"]
    return " ".join(phone.rstrip("012") for phone in said[0][stressed[-1] :]) if stressed else None


def _groups(lines: Sequence[str], key: Callable[[str], str | None]) -> tuple[Group, ...]:
    """Words of one key, in reach of each other: a word joins the latest group of its key that is in reach."""
    found: dict[str, list[list[Span]]] = {}
    for number, line in enumerate(lines):
        spelled = words(line)
        for place, word in enumerate(spelled):
            sound = key(word)
            if sound is None:
                continue
            groups = found.setdefault(sound, [[]])
            span = Span(number, place, place)
            if groups[-1] and not _in_reach(groups[-1], span, lines):
                groups.append([])
            groups[-1].append(span)
    return tuple(tuple(group) for groups in found.values() for group in groups if len(group) > 1)


def _in_reach(group: Sequence[Span], span: Span, lines: Sequence[str]) -> bool:
    if span.line - group[-1].line <= REACH_LINES:
        return True
    return is_end(span, lines) and any(
        is_end(member, lines) and span.line - member.line <= REACH_OF_ENDS_LINES for member in group
    )
