"""A lyric: sections of lines, as it is read and sung. Whatever reads lyrics reads this."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import Final, Self

KINDS: Final = ("intro", "verse", "pre-chorus", "chorus", "hook", "post-chorus", "bridge", "interlude", "outro", "part")
"""What a section may be. `part`: nobody said what it is."""

_HEADING = re.compile(r"\s*[\[(](?P<label>[^\])]{1,80})[\])]\s*:?\s*")
_SPELLINGS: Final = {
    "refrain": "chorus",
    "prechorus": "pre-chorus",
    "pre-hook": "pre-chorus",
    "postchorus": "post-chorus",
    "post-hook": "post-chorus",
    "breakdown": "bridge",
    "break": "interlude",
    "skit": "interlude",
    "instrumental": "interlude",
    "ending": "outro",
    "coda": "outro",
}
_KIND = re.compile(
    r"(?P<kind>" + "|".join(sorted((*KINDS[:-1], *_SPELLINGS), key=len, reverse=True)).replace("-", "[- ]?") + r")\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Section:
    """Lines that stand together. kind: one of KINDS. label: as its heading said ("Verse 2: Ada"), "" without one.

    starts_s: when each line is sung, in seconds, where a timed file said so; else empty.
    """

    lines: tuple[str, ...]
    kind: str = "part"
    label: str = ""
    starts_s: tuple[float, ...] = ()

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise ValueError(f"a section cannot be a {self.kind!r}; known: {', '.join(KINDS)}")
        if any(not line.strip() or "\n" in line for line in self.lines):
            raise ValueError("a line of a lyric is one line with something on it")
        if self.starts_s and len(self.starts_s) != len(self.lines):
            raise ValueError(f"{len(self.starts_s)} times for {len(self.lines)} lines")


@dataclass(frozen=True, slots=True)
class Lyric:
    """The words of a song. A lyric without lines is the absence of one."""

    sections: tuple[Section, ...] = ()

    @classmethod
    def of(cls, text: str) -> Self:
        """Sections are what blank lines or headings in brackets separate; a heading gives its section kind and label.

        >>> lyric = Lyric.of("[Chorus]\\nCome home\\nCome on home\\n\\nI left the light on")
        >>> [(section.kind, len(section.lines)) for section in lyric.sections]
        [('chorus', 2), ('part', 1)]
        """
        return cls(tuple(_sections(text)))

    @property
    def lines(self) -> tuple[str, ...]:
        """All lines in order."""
        return tuple(line for section in self.sections for line in section.lines)

    @property
    def text(self) -> str:
        """The lines, sections apart by a blank line, without headings."""
        return "\n\n".join("\n".join(section.lines) for section in self.sections)

    @property
    def marked_text(self) -> str:
        """As `text`, each section that has one under its heading: what `of` reads back."""
        return "\n\n".join("\n".join((*_heading(section), *section.lines)) for section in self.sections)

    def __bool__(self) -> bool:
        return bool(self.sections)


def heading(line: str) -> tuple[str, str] | None:
    """The kind and label of the section a line begins, None where it is no heading.

    >>> heading("[Verse 2: Ada]")
    ('verse', 'Verse 2: Ada')
    >>> heading("(come on)") is None
    True
    """
    found = _HEADING.fullmatch(line)
    if found is None:
        return None
    label = found["label"].strip()
    kind = _KIND.match(label)
    if kind is not None:
        return _known(kind["kind"]), label
    return ("part", label) if line.lstrip().startswith("[") else None


def _known(spelling: str) -> str:
    plain = spelling.lower().replace(" ", "-")
    plain = _SPELLINGS.get(plain, _SPELLINGS.get(plain.replace("-", ""), plain))
    return plain if plain in KINDS else "part"


def _heading(section: Section) -> tuple[str, ...]:
    if section.label:
        return (f"[{section.label}]",)
    return () if section.kind == "part" else (f"[{section.kind.capitalize()}]",)


def _sections(text: str) -> Iterator[Section]:
    for (_, kind, label), lines in groupby(_placed(text.splitlines()), key=lambda placed: placed[:3]):
        yield Section(tuple(line for *_, line in lines), kind=kind, label=label)


def _placed(lines: Iterable[str]) -> Iterator[tuple[int, str, str, str]]:
    """Every line with the number, kind and label of its section. A heading holds up to the next blank line."""
    number, kind, label, fresh = 0, "part", "", True
    for line in (line.strip() for line in lines):
        found = heading(line)
        if found is not None:
            number, fresh = number + 1, True
            kind, label = found
        elif not line:
            if not fresh:
                number, kind, label, fresh = number + 1, "part", "", True
        else:
            fresh = False
            yield number, kind, label, line
