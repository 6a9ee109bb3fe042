"""The chat analyzer: one prompt, one schema, one chain, whichever provider's model answers."""

from __future__ import annotations

import hashlib
import json
import time
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any, Final

from cratedig.errors import InputRejected, ModelUnavailable, Refused
from cratedig.models.chat.chain import Chain
from cratedig.models.chat.fence import Fence
from cratedig.models.chat.question import Answer, Prompt, Question
from cratedig.music.finding import Finding
from cratedig.music.lyric import Lyric
from cratedig.understand.lyrics.analyzer import Analyzer
from cratedig.understand.lyrics.chat.answer import Said, will_do

MOST_CHARS: Final = 8_000
"""Of a lyric that are read: some 2,500 tokens. Of a longer one the beginning and the end."""
CHANCE: Final = 1 / 3
TRUST: Final = 0.5
"""How much of what a model claims beyond chance is believed. Models claim more than they know (Xiong et al. 2024, "Can
LLMs express their uncertainty?", ICLR, section 5); no labelled lyrics have told how much more, so the half is a choice
and the finding says that it is uncalibrated."""

_PROMPT = Path(__file__).with_name("prompt.txt")


class ChatAnalyzer:
    """Asks the chain, beginning with the provider of this name.

    Where another one answers, the finding is that one's, and its `fallback` says why.
    patient: waiting for the providers' limits is not counted towards the deadline, as in a batch.
    """

    def __init__(self, name: str, chain: Chain, *, patient: bool = False) -> None:
        self._providers = {provider.name: provider for provider in chain.providers}
        if name not in self._providers:
            raise ModelUnavailable(f"The provider {name!r} is not configured.", hint="See docs/models.md.")
        self._name = name
        self._chain = chain
        self._patient = patient

    @property
    def name(self) -> str:
        return self._name

    @property
    def version(self) -> str:
        return _version(self._providers[self._name].name, self._providers[self._name].model)

    async def analyze(self, lyric: Lyric, *, tempo_bpm: float | None = None) -> Finding:
        """What a model says, checked. Raises InputRejected without words, NoModelAnswered where none answers well."""
        started = time.perf_counter()
        if not any(sign.isalnum() for sign in lyric.text):
            raise InputRejected("The lyric has no words.", hint="Nothing was asked of any model.")
        answer = await self._chain.ask(question(lyric), first=[self._name], patient=self._patient)
        found = _finding(answer, cut=len(lyric.marked_text) > MOST_CHARS)
        return replace(found, processing_ms=round((time.perf_counter() - started) * 1000, 3))


class OrLocal:
    """A chat analyzer that is never without an answer: the local one's, marked with why, where no model gives one."""

    def __init__(self, chat: Analyzer, local: Analyzer) -> None:
        self._chat = chat
        self._local = local

    @property
    def name(self) -> str:
        return self._chat.name

    @property
    def version(self) -> str:
        return self._chat.version

    async def analyze(self, lyric: Lyric, *, tempo_bpm: float | None = None) -> Finding:
        """The chat finding; else the local one with `fallback`. Raises InputRejected where neither can be."""
        try:
            return await self._chat.analyze(lyric, tempo_bpm=tempo_bpm)
        except (ModelUnavailable, Refused) as error:
            return replace(await self._local.analyze(lyric, tempo_bpm=tempo_bpm), fallback=error.message)


def or_local(chat: Analyzer, local: Analyzer) -> Analyzer:
    """`chat` while a model answers, else `local`."""
    return OrLocal(chat, local)


def chat_analyzers(chain: Chain, *, patient: bool = False) -> list[ChatAnalyzer]:
    """One for each configured provider, in the chain's order."""
    return [ChatAnalyzer(provider.name, chain, patient=patient) for provider in chain.providers]


def question(lyric: Lyric) -> Question[Said]:
    """What is asked of a model about this lyric."""
    text = lyric.marked_text

    def prompt() -> Prompt:
        fence = Fence()
        return Prompt(
            instructions().replace("{fence}", fence.rule), fence.put("lyric", text, most_chars=MOST_CHARS), fence
        )

    return Question(
        purpose="lyrics",
        version=prompt_version(),
        key=hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest(),
        prompt=prompt,
        schema=Said,
        check=lambda said: will_do(said, lyric, instructions()),
    )


@cache
def prompt_version() -> str:
    """The prompt file's number and the first digits of a hash over it and the schema: either changed is another."""
    content = _PROMPT.read_text(encoding="utf-8")
    number = content.splitlines()[0].removeprefix("version ")
    asked = content + json.dumps(Said.model_json_schema(), sort_keys=True)
    return f"prompt-{number}-{hashlib.sha256(asked.encode()).hexdigest()[:8]}"


@cache
def instructions() -> str:
    """What a model is told, but for the rule of the fence."""
    return _PROMPT.read_text(encoding="utf-8").partition("\n")[2].strip()


def _version(provider: str, model: str) -> str:
    return f"{provider}:{model}:{prompt_version()}"


def _finding(answer: Answer[Said], *, cut: bool) -> Finding:
    said = answer.value
    return Finding(
        analyzer=answer.provider,
        version=_version(answer.provider, answer.model),
        sentiment=said.sentiment,
        valence=said.valence,
        confidence=round(CHANCE + TRUST * (max(said.confidence, CHANCE) - CHANCE), 4),
        themes=said.ranked_themes(),
        complexity=said.complexity,
        mood=said.mood,
        emotions=said.strengths(),
        data=_data(answer, cut=cut),
        fallback="; ".join(f"{each.provider}: {each.reason}" for each in answer.tried),
    )


def _data(answer: Answer[Said], *, cut: bool) -> dict[str, Any]:
    said, used = answer.value, answer.used
    return {
        "summary": said.summary,
        "devices_named": sorted(said.devices),
        "confidence": {"claimed": said.confidence, "calibrated": False},
        "cut": cut,
        "usage": {
            "provider": answer.provider,
            "model": answer.model,
            "input_tokens": used.tokens_in,
            "output_tokens": used.tokens_out,
            "usd": round(used.cost, 8),
            "requests": used.requests,
            "kept": answer.kept,
        },
    }
