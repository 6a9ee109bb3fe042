"""Poems whose rhymes someone has marked: the Chicago Rhyming Poetry Corpus (Sonderegger 2011, "Applications of graph
theory to an English rhyming corpus"; Reddy and Knight 2011, "Unsupervised discovery of rhyme schemes")."""

from __future__ import annotations

import gzip
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import groupby
from pathlib import Path
from typing import Final

from cratedig.errors import InputRejected
from cratedig.models.rhyme_scheme import Links, links_of

_HEADER: Final = re.compile(r"(AUTHOR|TITLE|RHYME|RHYME-POEM)\b(?P<said>.*)")
_NOT_LETTERS: Final = re.compile(r"[^a-z]")


@dataclass(frozen=True)
class Stanza:
    """Lines and the number of the rhyme of each."""

    lines: tuple[str, ...]
    groups: tuple[int, ...]

    @property
    def links(self) -> Links:
        return links_of(self.groups)


@dataclass(frozen=True)
class Poem:
    """Stanzas of one poem; author: the name of its file."""

    author: str
    stanzas: tuple[Stanza, ...]


@dataclass(frozen=True)
class Titled:
    """A poem's title and all its lines."""

    title: str
    text: str


def read_poems(data: Path) -> list[Poem]:
    """All poems with their rhymes. Raises InputRejected where the folder has none."""
    poems = [poem for author in _authors(data) for poem in _marked(data, author)]
    if not poems:
        raise InputRejected(f"{str(data)!r} holds no gold/AUTHOR.pgold with its raw/AUTHOR.txt.gz.")
    return poems


def read_titles(data: Path) -> list[Titled]:
    """All poems that have a title. Poems of a title that says nothing are among them."""
    return [titled for author in _authors(data) for titled in _titled(_raw_lines(data, author))]


def _authors(data: Path) -> list[str]:
    return sorted(
        file.stem for file in (data / "gold").glob("*.pgold") if (data / "raw" / f"{file.stem}.txt.gz").is_file()
    )


def _raw_lines(data: Path, author: str) -> list[str]:
    raw = (data / "raw" / f"{author}.txt.gz").read_bytes()
    try:
        return gzip.decompress(raw).decode("utf-8", errors="replace").splitlines()
    except (OSError, EOFError) as error:
        raise InputRejected(f"{author}.txt.gz cannot be unpacked: {error}.") from error


def _titled(lines: Sequence[str]) -> Iterator[Titled]:
    title, said = "", list[str]()
    for line in [*lines, "TITLE"]:
        header = _HEADER.match(line)
        if header is None:
            said.append(line.strip())
        elif header[1] == "TITLE":
            if title and any(said):
                yield Titled(title, "\n".join(line for line in said if line))
            title, said = header["said"].strip(), []


def _marked(data: Path, author: str) -> Iterator[Poem]:
    rows = (data / "gold" / f"{author}.pgold").read_text(encoding="utf-8", errors="replace").splitlines()
    full = [row.split() for row in rows if row.strip()]
    marks = [(words[0], words[1:], groups) for words, groups in zip(full[::3], full[1::3], strict=False)]
    lines = _aligned([word for _, words, _ in marks for word in words], _raw_lines(data, author))
    stanzas, start = [], 0
    for poem, words, groups in marks:
        if len(words) == len(groups):
            stanzas.append((poem, Stanza(tuple(lines[start : start + len(words)]), tuple(map(int, groups)))))
        start += len(words)
    for _, together in groupby(stanzas, key=lambda stanza: stanza[0]):
        yield Poem(author, tuple(stanza for _, stanza in together))


def _aligned(words: Sequence[str], raw: Sequence[str]) -> list[str]:
    """The line that ends in each of the words; the word itself where that line is not found."""
    lines = [line for line in raw if line.strip() and not _HEADER.match(line)]
    ends, wanted = [_letters(line.split()[-1]) for line in lines], [_letters(word) for word in words]
    if len(ends) == len(wanted):
        return lines
    found = list(words)
    for same in SequenceMatcher(None, wanted, ends, autojunk=False).get_matching_blocks():
        found[same.a : same.a + same.size] = lines[same.b : same.b + same.size]
    return found


def _letters(word: str) -> str:
    return _NOT_LETTERS.sub("", word.lower())
