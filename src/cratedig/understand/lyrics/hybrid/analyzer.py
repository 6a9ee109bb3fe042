"""The hybrid as an analyzer: all who are there read the lyric at the same time, and what they found is combined."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace

from cratedig.errors import CratedigError, InputRejected, ModelUnavailable, Refused, Unavailable
from cratedig.music.finding import Finding
from cratedig.music.lyric import Lyric
from cratedig.understand.lyrics import hybrid
from cratedig.understand.lyrics.analyzer import Analyzer
from cratedig.understand.lyrics.analyzers import Computing


class Hybrid:
    """members: who reads; at least one. version: of the rules; a finding's own says whose findings it combines too."""

    name = hybrid.NAME
    version = hybrid.RULES

    def __init__(self, members: Sequence[Analyzer]) -> None:
        if not members:
            raise ModelUnavailable(
                "There is no analyzer whose findings could be combined.", hint="See docs/analyzers.md."
            )
        self.members = tuple(members)

    @property
    def free(self) -> Hybrid:
        """The same without those who may cost money."""
        return Hybrid([member for member in self.members if isinstance(member, Computing)])

    async def analyze(self, lyric: Lyric, *, tempo_bpm: float | None = None) -> Finding:
        """What those found who answered; `data["silent"]` says who did not, and why.

        Raises InputRejected where the lyric has no words, the first error of a member where none answered.
        """
        asked = [member.analyze(lyric, tempo_bpm=tempo_bpm) for member in self.members]
        answers = await asyncio.gather(*asked, return_exceptions=True)
        found = [answer for answer in answers if isinstance(answer, Finding)]
        for answer in answers:
            if isinstance(answer, BaseException) and (not found or not _is_expected(answer)):
                raise answer
        silent = {
            member.name: answer.message
            for member, answer in zip(self.members, answers, strict=True)
            if isinstance(answer, CratedigError)
        }
        finding = hybrid.combine(found)
        return replace(finding, data={**finding.data, "silent": silent}) if silent else finding


def _is_expected(error: BaseException) -> bool:
    return isinstance(error, (InputRejected, Unavailable, Refused))
