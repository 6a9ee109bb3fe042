"""Rap rhymes: does the engine hear in a verse what was marked by ear, inside lines and across them?

Figures for each file of verses apart: `dev` was looked at while the engine was built, `test` was not. Their README
(evals/rap_rhymes) says what was marked and how it is counted.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import reduce
from operator import add
from pathlib import Path
from typing import Final

import anyio.to_thread

from cratedig.errors import InputRejected
from cratedig.lab.bootstrap import Interval, ratio_interval
from cratedig.lab.evaluation import Evaluation, Lab
from cratedig.lab.rap_baselines import by_dictionary, by_letters
from cratedig.lab.rap_pairs import POSITIONS, Agreement, at, line_pairs, pairs
from cratedig.lab.rap_verses import KINDS, Group, Span, Verse, ends, letters, read_verses
from cratedig.music.lyric import Lyric, Section
from cratedig.understand.lyrics.rhyme import rhymes


@dataclass(frozen=True, slots=True)
class Heard:
    """What somebody hears in a verse. scheme: a mark for each line; None where its end rhymes with no other."""

    groups: tuple[Group, ...]
    scheme: tuple[int | str | None, ...]


Hear = Callable[[Sequence[str]], Heard]


def by_engine(lines: Sequence[str]) -> Heard:
    """What the rhyme engine hears at its default sensitivity."""
    found = rhymes(Lyric((Section(tuple(lines)),)))
    groups = tuple(tuple(Span(span.line, span.first, span.last) for span in group.spans) for group in found.groups)
    (scheme,) = found.schemes
    return Heard(groups, scheme.groups)


def by_rule(rule: Callable[[Sequence[str]], tuple[Group, ...]]) -> Hear:
    """What a rule hears: its groups, and the scheme that follows from them."""

    def hear(lines: Sequence[str]) -> Heard:
        groups = rule(lines)
        return Heard(groups, ends(lines, groups))

    return hear


_BASELINES: Final = {"letters": by_rule(by_letters), "dictionary": by_rule(by_dictionary)}


async def evaluate(data: Path, lab: Lab) -> Evaluation:
    """Figures of the engine, and of two rules beside it, for every `*.txt` in `data`, named after the file.

    Raises InputRejected where there is no such file or one has another form.
    """
    return await anyio.to_thread.run_sync(_evaluate, data)


def _evaluate(data: Path) -> Evaluation:
    files = {path.stem: read_verses(path) for path in sorted(data.glob("*.txt"))}
    if not files:
        raise InputRejected(f"{str(data)!r} holds no verses (*.txt).")
    metrics: dict[str, float | int] = {}
    baselines: dict[str, float | int] = {}
    intervals: dict[str, Interval] = {}
    for name, verses in files.items():
        metrics |= {f"{name}_{key}": value for key, value in figures(verses, by_engine).items()}
        intervals |= {f"{name}_{key}": value for key, value in sureness(verses, by_engine).items()}
        for rule, hear in _BASELINES.items():
            found = figures(verses, hear)
            baselines |= {f"{name}_{rule}_{key}": found[key] for key in ("pair_precision", "pair_recall", "pair_f1")}
            baselines[f"{name}_{rule}_scheme_exact"] = found["scheme_exact"]
    return Evaluation("rap_rhymes", sum(map(len, files.values())), metrics, baselines, intervals)


def figures(verses: Sequence[Verse], hear: Hear) -> dict[str, float | int]:
    """Precision, recall and F1 over pairs of words; recall by kind and by position; exactness of schemes."""
    heard = [hear(verse.lines) for verse in verses]
    whole = _sum(agreements(verses, heard))
    return {
        "verses": len(verses),
        "pair_precision": round(whole.precision, 4),
        "pair_recall": round(whole.recall, 4),
        "pair_f1": round(whole.f1, 4),
        **_recalls(verses, heard),
        **_schemes(verses, heard),
    }


def agreements(verses: Sequence[Verse], heard: Sequence[Heard]) -> list[Agreement]:
    """For every verse how far what was heard agrees with its marks."""
    return [
        Agreement.of(pairs(verse.lines, verse.groups), pairs(verse.lines, one.groups))
        for verse, one in zip(verses, heard, strict=True)
    ]


def sureness(verses: Sequence[Verse], hear: Hear) -> dict[str, Interval]:
    """95 % intervals of precision and recall, verses resampled."""
    found = agreements(verses, [hear(verse.lines) for verse in verses])
    return {
        "pair_precision": ratio_interval([one.said_true for one in found], [one.said for one in found]),
        "pair_recall": ratio_interval([one.true_said for one in found], [one.true for one in found]),
    }


def _recalls(verses: Sequence[Verse], heard: Sequence[Heard]) -> dict[str, float]:
    """Of the marked pairs of one kind or position, how many were heard, in whichever group."""
    by_name: dict[str, list[Agreement]] = {name: [] for name in (*KINDS, *POSITIONS)}
    for verse, one in zip(verses, heard, strict=True):
        said = pairs(verse.lines, one.groups)
        for kind in KINDS:
            of_kind = [group for group, its in zip(verse.groups, verse.kinds, strict=True) if its == kind]
            by_name[kind].append(Agreement.of(pairs(verse.lines, of_kind), said))
        for place in POSITIONS:
            by_name[place].append(Agreement.of(at(place, verse.lines, verse.groups), said))
    return {f"recall_{name}": round(_sum(found).recall, 4) for name, found in by_name.items() if _sum(found).true}


def _schemes(verses: Sequence[Verse], heard: Sequence[Heard]) -> dict[str, float]:
    """Verses whose lines are parted exactly as marked; F1 over pairs of lines."""
    exact = sum(letters(one.scheme) == verse.scheme for verse, one in zip(verses, heard, strict=True))
    true, said = [line_pairs(verse.scheme) for verse in verses], [line_pairs(one.scheme) for one in heard]
    both = sum(len(a & b) for a, b in zip(true, said, strict=True))
    return {
        "scheme_exact": round(exact / len(verses), 4),
        "scheme_f1": round(2 * both / max(1, sum(map(len, true)) + sum(map(len, said))), 4),
    }


def _sum(found: Sequence[Agreement]) -> Agreement:
    return reduce(add, found, Agreement())
