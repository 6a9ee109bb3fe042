"""Rhymes as they are shown: runs of text with their group, on a terminal and as a page of its own."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING, Final

from cratedig.understand.lyrics.rhyme.result import Group, Rhymes, Scheme, Span

if TYPE_CHECKING:
    from rich.text import Text

HUES: Final = (210, 30, 120, 280, 0, 170, 60, 320, 240, 90, 15, 190)
"""Degrees of the colours of groups, which come again after the twelfth: a group is told by its letter as well."""
_STYLE: Final = "".join(
    (
        "body{font:16px/1.7 system-ui,sans-serif;margin:2rem auto;max-width:48rem;padding:0 1rem;color:#222;",
        "background:#fff}p{margin:0}section{margin:0 0 1.5rem}h2{font-size:1rem;color:#555;margin:0 0 .3rem}",
        ".s{display:inline-block;width:2ch;color:#666}mark{color:#222;border-radius:3px;padding:0 2px}",
        "sup{font-size:.65em;margin-left:1px}",
        "@media(prefers-color-scheme:dark){body{color:#eee;background:#161616}.s,h2{color:#aaa}}",
    )
)


@dataclass(frozen=True, slots=True)
class Run:
    """Text of a line that stands in one group, or in none."""

    text: str
    group: Group | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """runs: what the line is made of, in order; letter: of its end in the scheme of its section."""

    runs: tuple[Run, ...]
    letter: str


@dataclass(frozen=True, slots=True)
class Part:
    """A section: its scheme and its lines."""

    scheme: Scheme
    lines: tuple[Line, ...]


def parts(rhymes: Rhymes) -> tuple[Part, ...]:
    """The lyric's sections, cut into runs. The runs of a line are the line; a word stands in one group at most."""
    spans = _spans_by_line(rhymes)
    found, start = [], 0
    for scheme in rhymes.schemes:
        numbers = range(start, start + len(scheme.letters))
        lines = (Line(tuple(_runs(rhymes.lines[at], spans.get(at, []))), scheme.letters[at - start]) for at in numbers)
        found.append(Part(scheme, tuple(lines)))
        start += len(scheme.letters)
    return tuple(found)


def to_text(rhymes: Rhymes) -> Text:
    """The heat-map on a terminal: colours, and after each rhyme its letter."""
    from rich.text import Text

    text = Text()
    for part in parts(rhymes):
        for line in part.lines:
            text.append(f"{line.letter} ", "dim")
            for run in line.runs:
                if run.group is None:
                    text.append(run.text)
                else:
                    text.append(run.text, f"bold {_terminal_colour(run.group)}")
                    text.append(f"({run.group.letter})", "dim")
            text.append("\n")
        text.append(f"  {_title(part.scheme)}\n\n", "italic dim")
    return text


def to_html(rhymes: Rhymes, *, title: str = "Rhymes") -> str:
    """The heat-map as a page of its own, without script: each rhyme has its colour, its letter and, under the pointer,
    its kind and strength."""
    body = "".join(_section(part) for part in parts(rhymes))
    head = f'<meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>{escape(title)}</title>'
    return f'<!doctype html><html lang="mul"><head>{head}<style>{_STYLE}</style></head><body>{body}</body></html>\n'


def _section(part: Part) -> str:
    lines = "".join(f'<p><span class="s">{escape(line.letter)}</span>{_marked(line)}</p>' for line in part.lines)
    return f"<section><h2>{escape(_title(part.scheme))}</h2>{lines}</section>"


def _marked(line: Line) -> str:
    return "".join(_mark(run.text, run.group) if run.group else escape(run.text) for run in line.runs)


def _mark(text: str, group: Group) -> str:
    hue, light = HUES[group.number % len(HUES)], 92 - round(22 * group.strength)
    about = f"{group.letter}: {group.kind}, {group.strength:.0%} sure"
    style = f"background:hsl({hue} 75% {light}%)"
    return f'<mark style="{style}" title="{about}">{escape(text)}<sup>{group.letter}</sup></mark>'


def _title(scheme: Scheme) -> str:
    return f"{scheme.letters} ({scheme.name})" if scheme.name else scheme.letters


def _terminal_colour(group: Group) -> str:
    from colorsys import hls_to_rgb

    red, green, blue = (round(255 * part) for part in hls_to_rgb(HUES[group.number % len(HUES)] / 360, 0.6, 0.7))
    return f"#{red:02x}{green:02x}{blue:02x}"


def _spans_by_line(rhymes: Rhymes) -> dict[int, list[tuple[Span, Group]]]:
    found: dict[int, list[tuple[Span, Group]]] = {}
    for group in rhymes.groups:
        for span in group.spans:
            found.setdefault(span.line, []).append((span, group))
    return found


def _runs(line: str, spans: list[tuple[Span, Group]]) -> Iterator[Run]:
    at = 0
    for span, group in sorted(spans, key=lambda pair: (pair[0].start, pair[0].end)):
        if span.start < at:
            continue
        if span.start > at:
            yield Run(line[at : span.start])
        yield Run(line[span.start : span.end], group)
        at = span.end
    if at < len(line):
        yield Run(line[at:])
