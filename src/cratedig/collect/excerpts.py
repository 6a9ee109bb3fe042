"""Excerpts of what links lead to: the first 30 s of those that answer with audio, kept as a sound of ours.

What is fetched is capped and decoded in the box at once; what is kept is its beginning as mono FLAC, never the bytes
that came. A link that gave nothing is asked again after some days (catalogue/sounds.py).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, Protocol

import anyio

from cratedig.box.audio import Audio
from cratedig.box.box import Box
from cratedig.box.encode import flac
from cratedig.catalogue import Catalogue, published, sounds
from cratedig.catalogue.sounds import Linked, Sound
from cratedig.errors import CratedigError, InputRejected, NotPublished
from cratedig.net.errand import Answer
from cratedig.publish import Published, publish

EXCERPT_S: Final = 30.0
MOST_BYTES: Final = 8 * 2**20
"""30 s of uncompressed stereo at 96 kHz and 24 bits are 17 MB; of anything usual they fit."""
AT_ONCE: Final = 8
FOLDER: Final = Path("sounds") / "excerpts"
"""In the data folder."""

Told = Callable[[int, int], None]
"""Called with (done, total) after each link."""


class Fetcher(Protocol):
    """What is needed of cratedig.net.Net."""

    async def probe(
        self, url: str, *, method: str = "HEAD", headers: dict[str, str] | None = None, max_bytes: int = 1
    ) -> Answer: ...


@dataclass
class ExcerptAccount:
    """links = kept + the sum of `without`: reason -> links that gave no sound."""

    links: int = 0
    kept: int = 0
    without: Counter[str] = field(default_factory=Counter)

    def as_dict(self) -> dict[str, Any]:
        return {"links": self.links, "kept": self.kept, "without": dict(self.without)}


async def collect_excerpts(
    catalogue: Catalogue,
    net: Fetcher,
    box: Box,
    *,
    data_dir: Path,
    limit: int | None = None,
    progress: Told = lambda _done, _total: None,
) -> ExcerptAccount:
    """Fetches an excerpt for every track with a VALID link and no sound, at most `limit`.

    Each is kept as it comes: stopped anywhere, the next run goes on. Raises NotPublished where the disk takes no more.
    """
    async with catalogue.begin() as session:
        wanted = await sounds.linked(session, limit=limit)
    work = _Excerpts(catalogue, net, box, data_dir)
    slots = anyio.CapacityLimiter(AT_ONCE)

    async def one(link: Linked) -> None:
        async with slots:
            await work.fetch(link)
        progress(work.account.links, len(wanted))

    try:
        async with anyio.create_task_group() as group:
            for link in wanted:
                group.start_soon(one, link)
    except* NotPublished as refused:
        raise refused.exceptions[0] from None
    return work.account


@dataclass
class _Excerpts:
    catalogue: Catalogue
    net: Fetcher
    box: Box
    data_dir: Path
    account: ExcerptAccount = field(default_factory=ExcerptAccount)

    async def fetch(self, link: Linked) -> None:
        """One link: a sound, or the reason why there is none."""
        try:
            audio = await self._audio(link)
            excerpt = await anyio.to_thread.run_sync(self._publish, link.track_id, audio)
        except NotPublished:
            raise
        except CratedigError as error:
            await self._give_up(link, error.code)
        else:
            await self._keep(link, excerpt, audio)

    async def _audio(self, link: Linked) -> Audio:
        """Raises InputRejected for what is no audio, and what fetching and decoding raise."""
        answer = await self.net.probe(link.url, method="GET", headers={"Accept": "audio/*"}, max_bytes=MOST_BYTES)
        kind = answer.headers.get("content-type", "").partition(";")[0].strip().lower()
        if answer.status != 200 or not (kind.startswith("audio/") or kind == "application/ogg"):
            raise NoAudio(f"{link.url!r} answers {answer.status} and {kind or 'nothing'}, no audio.")
        return await self.box.decode_audio(answer.body, name=link.url, duration_s=EXCERPT_S)

    def _publish(self, track_id: int, audio: Audio) -> Published:
        return publish(self.data_dir / FOLDER / f"{track_id}.flac", flac(audio.samples, audio.sample_rate_hz))

    async def _keep(self, link: Linked, excerpt: Published, audio: Audio) -> None:
        path = excerpt.path.relative_to(self.data_dir).as_posix()
        sound = Sound(
            *(link.track_id, path, excerpt.sha256, "excerpt"),
            *(audio.duration_s, audio.sample_rate_hz, audio.channels),
        )
        async with self.catalogue.begin() as session:
            await published.record(session, excerpt, kind="sound", data_dir=self.data_dir)
            await sounds.record(session, [sound])
        self.account.links += 1
        self.account.kept += 1

    async def _give_up(self, link: Linked, reason: str) -> None:
        async with self.catalogue.begin() as session:
            await sounds.note_try(session, link, reason)
        self.account.links += 1
        self.account.without[reason] += 1


class NoAudio(InputRejected):
    """A link leads to something else."""

    code = "no_audio"
