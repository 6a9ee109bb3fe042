"""Clients that ask everything the product answers, and keep an account of what they were told."""

from __future__ import annotations

import asyncio
import random
import time
import uuid
from collections import Counter
from dataclasses import dataclass, field

import httpx2

POPULAR = ("i miss my ex", "upbeat morning workout", "90s hip hop", "chill evening music", "angry rock")
WORDS = ("rain", "night", "summer", "heart", "road", "dance", "water", "home", "fire", "blue", "gold", "run")
ANSWERED_WITHIN_S = 45.0


@dataclass
class Account:
    """What the clients were told. wrong: every answer that may not be, in words, at most a hundred of them."""

    statuses: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)
    wrong_count: int = 0
    kept: int = 0
    seconds: list[float] = field(default_factory=list)

    def note(self, name: str, answer: httpx2.Response, seconds: float) -> None:
        self.statuses[str(answer.status_code)] += 1
        self.seconds.append(seconds)
        if answer.status_code == 200 and name == "recommend":
            self.kept += answer.json()["metadata"]["cached"]
        may_be = answer.is_success or answer.status_code == 429
        if not may_be and not (answer.status_code == 503 and "Retry-After" in answer.headers):
            self.blame(f"{name}: {answer.status_code} {answer.text[:200]}")

    def blame(self, what: str) -> None:
        self.wrong_count += 1
        if len(self.wrong) < 100:
            self.wrong.append(what)


class Client:
    """One client with a connection of its own and a seed."""

    def __init__(self, address: str, account: Account, tracks: list[int], *, key: str, seed: int) -> None:
        self._http = httpx2.AsyncClient(base_url=address, timeout=ANSWERED_WITHIN_S, headers={"X-API-Key": key})
        self._account = account
        self._tracks = tracks
        self._rng = random.Random(seed)

    async def run(self, until: float) -> None:
        questions = (self._recommend, self._recommend, self._search, self._track, self._why, self._page, self._system)
        async with self._http:
            while time.monotonic() < until:
                await self._rng.choice(questions)()

    async def ask_for_studies(self, until: float) -> list[str]:
        """Asks for a study every few seconds, each until it is acknowledged; the ids of their tasks."""
        acknowledged = []
        async with self._http:
            while time.monotonic() < until:
                body = {"what": "text", "limit": self._rng.randint(50, 400), "redo": True}
                headers = {"Idempotency-Key": str(uuid.UUID(int=self._rng.getrandbits(128)))}
                answer = None
                while answer is None or answer.status_code in (429, 503):  # the same wish again: one study in all
                    answer = await self._ask("study", "POST", "/api/v1/study", json=body, headers=headers)
                if answer.is_success:
                    acknowledged.append(answer.json()["task_id"])
                await asyncio.sleep(self._rng.uniform(1.0, 4.0))
        return acknowledged

    async def _ask(self, name: str, method: str, path: str, **given: object) -> httpx2.Response | None:
        started = time.monotonic()
        try:
            answer = await self._http.request(method, path, **given)
        except httpx2.HTTPError as error:
            self._account.blame(f"{name}: {type(error).__name__} {error}")
            return None
        self._account.note(name, answer, time.monotonic() - started)
        if answer.status_code in (429, 503):
            await asyncio.sleep(min(1.0, float(answer.headers.get("Retry-After", "1"))))
        return answer

    def _query(self) -> str:
        return self._rng.choice(POPULAR) if self._rng.random() < 0.6 else " ".join(self._rng.sample(WORDS, 2))

    async def _recommend(self) -> None:
        await self._ask("recommend", "POST", "/api/v1/recommend", json={"query": self._query(), "top_k": 20})

    async def _search(self) -> None:
        await self._ask("search", "POST", "/api/v1/search", json={"query": self._query(), "top_k": 10})

    async def _track(self) -> None:
        await self._ask("track", "GET", f"/api/v1/track/{self._rng.choice(self._tracks)}")

    async def _why(self) -> None:
        track = self._rng.choice(self._tracks)
        await self._ask("why", "GET", f"/api/v1/track/{track}/why", params={"query": self._query()})

    async def _page(self) -> None:
        path = self._rng.choice(("/", f"/track/{self._rng.choice(self._tracks)}"))
        await self._ask("page", "GET", path, params={"q": self._query()}, headers={"Accept": "text/html"})

    async def _system(self) -> None:
        path = self._rng.choice(("/live", "/ready", "/health", "/metrics", "/cache/stats", "/openapi.json"))
        await self._ask("system", "GET", path)
