"""Groups: what is linked strongly enough, directly or by others, with the spans of its words."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Final

from cratedig.understand.lyrics.rhyme.links import Link
from cratedig.understand.lyrics.rhyme.result import KINDS, Group, Span
from cratedig.understand.lyrics.rhyme.tokens import Words

TIGHTER: Final = 0.25
"""A link this much weaker than the best of both its words is none: tighter partners win."""
_RANKS: Final = {kind: rank for rank, kind in enumerate(KINDS)}
_TOKEN: Final = re.compile(r"(?<!\S)[^\s\w]*+\w\S*+")


def kept(links: Sequence[Link]) -> list[Link]:
    """Without links that are much weaker than others of both their words. Does not look at the sensitivity."""
    best: defaultdict[int, float] = defaultdict(float)
    for link in links:
        for word in (link.later, link.earlier):
            if link.strength > best[word]:
                best[word] = link.strength
    return [link for link in links if link.strength >= min(best[link.later], best[link.earlier]) - TIGHTER]


def grouped(lines: Sequence[str], words: Words, links: Iterable[Link]) -> tuple[Group, ...]:
    """Groups in order of appearance."""
    parent: dict[int, int] = {}
    strong = list(links)
    for link in strong:
        one, other = _root(parent, link.later), _root(parent, link.earlier)
        parent[max(one, other)] = min(one, other)
    members: defaultdict[int, list[Link]] = defaultdict(list)
    for link in strong:
        members[_root(parent, link.later)].append(link)
    tokens: dict[int, list[int]] = {}
    ordered = sorted(members.values(), key=lambda found: min(link.earlier for link in found))
    return tuple(_group(number, lines, words, found, tokens) for number, found in enumerate(ordered))


def _root(parent: dict[int, int], word: int) -> int:
    while (above := parent.setdefault(word, word)) != word:
        parent[word] = parent[above]
        word = parent[word]
    return word


def _group(
    number: int, lines: Sequence[str], words: Words, links: Sequence[Link], tokens: dict[int, list[int]]
) -> Group:
    firsts: dict[int, int] = {}
    for link in links:
        for word, first in ((link.later, link.starts[0]), (link.earlier, link.starts[1])):
            if first < firsts.setdefault(word, word):
                firsts[word] = first
    spans, free = [], 0
    for word in sorted(firsts):
        spans.append(_span(lines, words, max(free, firsts[word]), word, tokens))
        free = word + 1
    kind = KINDS[min([_RANKS[link.kind] for link in links])]
    strength = sum([link.strength for link in links]) / len(links)
    return Group(number, _letters(number), kind, strength, tuple(spans))


def _span(lines: Sequence[str], words: Words, first: int, last: int, tokens: dict[int, list[int]]) -> Span:
    line, start = words.line[last], words.start(first)
    if line not in tokens:
        tokens[line] = [found.start() for found in _TOKEN.finditer(lines[line])]
    at = tokens[line]
    token = bisect_right(at, start) - 1
    end = token if first == last else bisect_right(at, words.start(last)) - 1
    return Span(line, start, words.end(last), token, end, last)


def _letters(number: int) -> str:
    """a, b, ... z, aa, ab, ...

    >>> _letters(27)
    'ab'
    """
    more, at = divmod(number, 26)
    return (_letters(more - 1) if more else "") + chr(ord("a") + at)
