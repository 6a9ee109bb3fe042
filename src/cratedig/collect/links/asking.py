"""Asking one site about its links: HEAD, then a GET of one byte where HEAD cannot be believed."""

from __future__ import annotations

import asyncio
import hashlib
from dataclasses import dataclass, field
from urllib.parse import urljoin, urlsplit

from cratedig.collect.links.verdict import Habits, Outcome, Verdict, is_final, judged, of_error
from cratedig.errors import CratedigError
from cratedig.net import Answer, Manners, Net

READ_BYTES = 1
_FIRST_BYTE = {"Range": "bytes=0-0", "Accept": "*/*"}


@dataclass
class Asker:
    """One site's. slots: how many requests may be under way over all sites; none is held while a turn is waited for."""

    net: Net
    manners: Manners
    slots: asyncio.Semaphore
    habits: Habits = field(default_factory=Habits)

    async def verdict(self, url: str) -> Verdict:
        """What there is at `url`."""
        if not self.habits.head_lies:
            verdict, answer = await self._look(url, "HEAD")
            if is_final(verdict, answer):
                return verdict
        verdict, _ = await self._look(url, "GET")
        return verdict

    async def get_acquainted(self, url: str) -> None:
        """Learns what the site does with an address beside `url` that cannot exist (after Bar-Yossef et al. 2004, "Sic
        transit gloria telae", section 3: a random sibling tells soft 404s from pages).
        """
        made_up = _made_up(url)
        _, head = await self._look(made_up, "HEAD")
        if head is None or head.status in (404, 410):
            return
        _, got = await self._look(made_up, "GET")
        if got is None:
            return
        is_there = 200 <= got.status < 300
        led_away = is_there and got.redirects and _name_of(made_up) not in got.url
        self.habits = Habits(
            head_lies=200 <= head.status < 300 and not is_there,
            says_yes=is_there and not led_away,
            absent=got.url if led_away else None,
        )

    async def _look(self, url: str, method: str) -> tuple[Verdict, Answer | None]:
        try:
            await self.net.due(url)
            async with self.slots:
                answer = await self.net.probe(
                    url,
                    method=method,
                    headers=_FIRST_BYTE if method == "GET" else None,
                    manners=self.manners,
                    max_bytes=READ_BYTES,
                )
        except CratedigError as error:
            return of_error(error), None
        return judged(url, answer, self.habits), answer


def _made_up(url: str) -> str:
    """An address beside `url`, the same one every time."""
    return urljoin(url.partition("?")[0].rstrip("/"), _name_of(url))


def _name_of(url: str) -> str:
    host = urlsplit(url).netloc
    return f"cratedig-asks-for-nothing-{hashlib.sha256(host.encode()).hexdigest()[:12]}"


def is_answer(verdict: Verdict) -> bool:
    """True where a site said something, whatever it was."""
    return verdict.outcome is not Outcome.UNKNOWN or verdict.reason.startswith("answers")
