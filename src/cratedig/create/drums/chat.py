"""The chat drummer: a language model writes the bars, from a profile; what it writes is checked and mended.

Of a long part it writes the first bars, and the template drummer carries them on; how they are felt is the profile's in
any case.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Final

import numpy as np

from cratedig.create.drums.chat_answer import SaidPart, bars_said
from cratedig.create.drums.habits import Vocabulary
from cratedig.create.drums.request import Take, Wish
from cratedig.create.drums.template import draw
from cratedig.errors import ModelUnavailable, Refused
from cratedig.models.chat.chain import Chain
from cratedig.models.chat.fence import Fence
from cratedig.models.chat.question import Answer, Prompt, Question, Room
from cratedig.music.drums.groove import Bar, Groove
from cratedig.music.drums.notation import write_bar
from cratedig.music.drums.strokes import Strokes, strokes
from cratedig.music.drums.style import Passage, Role, StyleProfile

MOST_WRITTEN: Final = 4
"""Bars a model writes: some 3,000 tokens; longer answers lose count."""
ROOM: Final = Room(tokens=6_000, seconds=60.0)
ORDER: Final = ("anthropic", "google", "openai", "qwen", "gemma", "ollama")
"""Who is asked first where nobody is named."""
REFERENCES: Final = 2

_PROMPT = Path(__file__).with_name("chat_prompt.txt")
_MEASURES: Final = {
    "swing_percent": "swing of eighths, percent (50 is straight)",
    "ghost_note_prob": "ghost notes, share of the snare's strokes",
    "syncopation_level": "syncopation, 0 to 1",
    "velocity_mean": "velocity, mean",
    "velocity_std": "velocity, standard deviation",
}


class ChatDrummer:
    """first: the providers to begin with, in that order."""

    def __init__(self, chain: Chain, *, first: Sequence[str] = ORDER) -> None:
        self._chain = chain
        self._first = first

    async def play(self, profile: StyleProfile, wish: Wish) -> Take:
        """One question a variation, all at once. Raises NoModelAnswered where none of them is answered well."""
        asked = [self._written(profile, wish, number) for number in range(1, wish.variations + 1)]
        came = await asyncio.gather(*asked, return_exceptions=True)
        written = [part for part in came if isinstance(part, _Written)]
        for error in came:
            if isinstance(error, BaseException) and not (written and isinstance(error, (ModelUnavailable, Refused))):
                raise error
        parts = [part if isinstance(part, _Written) else written[0] for part in came]
        grooves = tuple(
            _carried_on(part, profile, wish, number, anew=not isinstance(came[number - 1], _Written))
            for number, part in enumerate(parts, 1)
        )
        return Take(grooves, written[0].provider, tuple(dict.fromkeys(_remarks(came, written, wish))))

    async def _written(self, profile: StyleProfile, wish: Wish, number: int) -> _Written:
        known = () if wish.verbatim else _known(profile)
        answer = await self._chain.ask(question(profile, wish, number, known), first=self._first)
        bars, mended = bars_said(answer.value, wish.meter, _bars_written(wish), known)
        return _Written(tuple(bars), answer.provider, tuple(_told(answer)), str(mended))


@dataclass(frozen=True)
class _Written:
    bars: tuple[Bar, ...]
    provider: str
    tried: tuple[str, ...]
    mended: str


def question(profile: StyleProfile, wish: Wish, number: int, known: Collection[Strokes]) -> Question[SaidPart]:
    """What a model is asked for variation `number` (from 1). known: bars it is not to repeat."""
    style, measures, part = _style(profile), _measures(profile, wish), _part(wish, number)

    def prompt() -> Prompt:
        fence = Fence()
        text = "\n\n".join((fence.put("style", style, most_chars=6_000), measures, part))
        return Prompt(_instructions().replace("{fence}", fence.rule), text, fence)

    return Question(
        purpose="drums",
        version=prompt_version(),
        key=hashlib.sha256("\0".join((style, measures, part, str(wish.seed))).encode()).hexdigest(),
        prompt=prompt,
        schema=SaidPart,
        check=lambda said: _will_do(said, wish, known),
        room=ROOM,
    )


@cache
def prompt_version() -> str:
    """The prompt file's number and the first digits of a hash over it and the schema."""
    content = _PROMPT.read_text(encoding="utf-8")
    asked = content + json.dumps(SaidPart.model_json_schema(), sort_keys=True)
    return f"prompt-{content.splitlines()[0].removeprefix('version ')}-{hashlib.sha256(asked.encode()).hexdigest()[:8]}"


@cache
def _instructions() -> str:
    return _PROMPT.read_text(encoding="utf-8").partition("\n")[2].strip()


def _will_do(said: SaidPart, wish: Wish, known: Collection[Strokes]) -> None:
    bars_said(said, wish.meter, _bars_written(wish), known)


def _bars_written(wish: Wish) -> int:
    return min(wish.bars, MOST_WRITTEN)


def _known(profile: StyleProfile) -> frozenset[Strokes]:
    return frozenset(strokes(bar) for bar in _bars_of(profile))


def _bars_of(profile: StyleProfile) -> Iterator[Bar]:
    yield from profile.typical
    for passage in profile.passages:
        yield from passage.bars


def _style(profile: StyleProfile) -> str:
    """Names and texts of others, and the reference bars: all for the fence."""
    references = "\n\n".join(write_bar(bar) for bar in profile.typical[:REFERENCES])
    return f"Artist: {profile.artist}\n{profile.description}\n\nReference bars:\n{references}"


def _measures(profile: StyleProfile, wish: Wish) -> str:
    low, high = profile.value("tempo_min", 60.0), profile.value("tempo_max", 200.0)
    lines = [f"- usual tempo: {low:.0f} to {high:.0f}"]
    lines += [f"- {words}: {profile.value(name, 0.0):.2f}" for name, words in _MEASURES.items()]
    for name, shift in (("density", wish.density), ("complexity", wish.complexity)):
        if shift:
            lines.append(f"- {name}: {'more' if shift > 0 else 'less'} than usual ({shift:+.1f} of 1)")
    return "Measures of the style:\n" + "\n".join(lines)


def _part(wish: Wish, number: int) -> str:
    bars, tempo = _bars_written(wish), wish.tempo_bpm
    fill = {None: "as they would", 0: "none"}.get(wish.fill_every, f"every {wish.fill_every} bars, in the last of them")
    pace = f" at {tempo:g} quarters a minute" if tempo else ""
    return (
        f"Write {bars} bars of {wish.meter}{pace}, as total_bars {bars}. "
        f"Fills: {fill}. This is variation {number} of {wish.variations} (number {wish.seed}): "
        f"let it differ from the others as a drummer's next take would."
    )


def _carried_on(part: _Written, profile: StyleProfile, wish: Wish, number: int, *, anew: bool) -> Groove:
    """The part in its whole length. anew: it stands in for a variation nobody wrote."""
    tempo = wish.tempo_bpm or profile.value("tempo_avg", 120.0)
    if wish.bars <= len(part.bars) and not anew:
        return Groove(part.bars, tempo)
    learned = replace(profile, passages=(_passage(part.bars, tempo),), typical=part.bars[:1])
    rng = np.random.default_rng([wish.seed, number])
    return draw(Vocabulary.of(learned), replace(wish, verbatim=True, tempo_bpm=tempo), rng)


def _passage(bars: tuple[Bar, ...], tempo_bpm: float) -> Passage:
    beat: Role = "beat"
    return Passage(bars, (beat,) * len(bars), tempo_bpm, "chat")


def _told(answer: Answer[SaidPart]) -> Iterator[str]:
    for tried in answer.tried:
        yield f"{tried.provider} was asked in vain: {tried.reason}."


def _remarks(came: Sequence[object], written: Sequence[_Written], wish: Wish) -> Iterator[str]:
    for part in written:
        yield from part.tried
    for number, one in enumerate(came, 1):
        if not isinstance(one, _Written):
            yield f"Variation {number} is drawn from another: no model wrote it."
        elif one.mended:
            yield f"Mended in variation {number}: {one.mended}."
    if wish.bars > MOST_WRITTEN:
        yield f"The model wrote {MOST_WRITTEN} bars; the template drummer carried them on."
