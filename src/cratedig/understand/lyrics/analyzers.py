"""Every analyzer by its name: what it is, whether it is there, and why not."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal, Protocol, runtime_checkable

from cratedig.errors import InputRejected, ModelUnavailable, UsageError
from cratedig.models.chat.chain import Chain
from cratedig.music.finding import Finding
from cratedig.music.lyric import Lyric
from cratedig.understand.lyrics.analyzer import Analyzer

Nature = Literal["computed", "asked", "combined"]


@dataclass(frozen=True, slots=True)
class Known:
    """An analyzer there may be. nature: computed here, asked of a chat model (which waits, and may cost money), or
    combined from the findings of the others. hears_tempo: it is told the tempo of a song."""

    name: str
    nature: Nature
    summary: str
    hears_tempo: bool = False


AUTO: Final = "auto"
"""What is asked for by who does not choose: the hybrid of what is there."""
HYBRID: Final = "hybrid"
KNOWN: Final = {
    one.name: one
    for one in (
        Known("algorithmic", "computed", "rhyme, flow, structure, complexity, themes and sentiment by rules", True),
        Known("emotion", "computed", "six emotions, line by line, by a head on the text embedder"),
        Known("qwen", "asked", "Qwen3 4B over an OpenAI-compatible service"),
        Known("gemma", "asked", "Gemma 3 27B over an OpenAI-compatible service"),
        Known("ollama", "asked", "a model that Ollama runs on this machine"),
        Known("openai", "asked", "a model of OpenAI"),
        Known("anthropic", "asked", "a model of Anthropic"),
        Known("google", "asked", "a model of Google"),
        Known(HYBRID, "combined", "what the others found, weighted by how sure each is", True),
    )
}
CHEAP: Final = tuple(one.name for one in KNOWN.values() if one.nature == "computed")
"""Those that a study of everything includes: they cost time only."""


@runtime_checkable
class Computing(Protocol):
    """An analyzer that computes here, many lyrics at a time; it is run in a thread."""

    def read(self, lyrics: Sequence[Lyric], tempos_bpm: Sequence[float | None]) -> Sequence[Finding | InputRejected]:
        """One answer to a lyric, in their order; a lyric that cannot be read has the reason in its place."""
        ...


Open = Callable[[], Awaitable[Analyzer]]
OpenChain = Callable[[], Awaitable[Chain]]
Close = Callable[[], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class State:
    """How an analyzer stands. reason: why it is not there, and what to do about it; "" where it is."""

    known: Known
    is_available: bool
    reason: str
    version: str | None


class Analyzers:
    """The analyzers of one process, each made ready when it is first asked for."""

    def __init__(
        self,
        ways: Mapping[str, Open],
        missing: Mapping[str, str] | None = None,
        *,
        chain: OpenChain | None = None,
        close: Close | None = None,
    ) -> None:
        """ways: how each is opened; such a way raises ModelUnavailable. missing: what to do about others. chain: gives
        the chain that chat models are asked through. close: what ends their connections."""
        self._ways = dict(ways)
        self._missing = dict(missing or {})
        self._chain = chain
        self._close = close
        self._open: dict[str, Analyzer] = {}
        self._opening: dict[str, asyncio.Lock] = {}

    async def get(self, name: str) -> Analyzer:
        """Raises UsageError where there is no such analyzer, ModelUnavailable where it is not there."""
        if name in self._open:
            return self._open[name]
        known(name)
        if name not in self._ways:
            raise ModelUnavailable(
                f"The analyzer {name!r} is not available.", hint=self._missing.get(name, "See docs/analyzers.md.")
            )
        async with self._opening.setdefault(name, asyncio.Lock()):
            if name not in self._open:
                self._open[name] = await self._ways[name]()
            return self._open[name]

    async def chain(self) -> Chain | None:
        """Through which chat models are asked; None where there can be none."""
        return None if self._chain is None else await self._chain()

    async def close(self) -> None:
        """Ends their connections."""
        if self._close is not None:
            await self._close()

    async def states(self) -> list[State]:
        """How each analyzer stands; opens those that can be."""
        return [await self._state(one) for one in KNOWN.values()]

    async def _state(self, one: Known) -> State:
        try:
            return State(one, True, "", (await self.get(one.name)).version)
        except ModelUnavailable as error:
            return State(one, False, str(error), None)

    async def versions(self) -> dict[str, str]:
        """name -> version, of those that are there."""
        return {state.known.name: state.version for state in await self.states() if state.version is not None}


def known(name: str) -> Known:
    """Raises UsageError, which names those there are."""
    if name not in KNOWN:
        raise UsageError(f"There is no analyzer {name!r}.", hint=f"Known: {', '.join((AUTO, *KNOWN))}.")
    return KNOWN[name]
