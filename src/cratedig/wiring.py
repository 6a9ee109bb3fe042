"""Settings -> App: the only place where the parts are put together."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from functools import cached_property, partial
from typing import TYPE_CHECKING

import anyio

import cratedig
from cratedig.box.box import Box
from cratedig.box.limits import BoxLimits
from cratedig.cache import Cache, MemoryStore, RedisLink, Together
from cratedig.catalogue import Catalogue
from cratedig.errors import ModelUnavailable, SettingsError
from cratedig.find.finder import Finder, Manner
from cratedig.find.processes.finders import Finders
from cratedig.find.spaces.shelf import AskRebuild, leave_to_the_tick
from cratedig.find.store import Store
from cratedig.find.taste.learned import Learned
from cratedig.find.taste.personal import Personal
from cratedig.find.taste.tastes import Tastes
from cratedig.find.weights import weights
from cratedig.lab.evaluation import Lab
from cratedig.models.embedder import TextEmbedder, cores
from cratedig.models.mood import MoodHead
from cratedig.settings import Settings
from cratedig.understand.lyrics.analyzer import Analyzer
from cratedig.understand.lyrics.analyzers import CHEAP, HYBRID, Analyzers

if TYPE_CHECKING:
    from cratedig.collect.links.found import Source
    from cratedig.create.studio import Studio
    from cratedig.models.chat.chain import Chain
    from cratedig.models.chat.provider import Provider
    from cratedig.net import Net

LINK_TIMEOUT_S = 10.0
FROM_TRACKS, MOST_FINDERS = 10_000, 4  # where nothing else is set; a finder takes some 200 MB of its own
FINDER_CONNECTIONS = 3  # one line, a session that catches up, and one that reads a taste


@dataclass(frozen=True)
class App:
    """Everything a command or the web needs, open and ready."""

    settings: Settings
    catalogue: Catalogue
    embedder: TextEmbedder
    head: MoodHead
    cache: Cache = field(default_factory=Cache)
    redis: RedisLink | None = None
    ask_rebuild: AskRebuild = leave_to_the_tick
    finders: Finders = field(default_factory=Finders)

    @property
    def found_with(self) -> str:
        """What, beside the catalogue and the listener, an answer depends on: program, model and weights."""
        return f"{cratedig.__version__} {self.embedder.version} {self.settings.find.blend}"

    @cached_property
    def store(self) -> Store:
        """What finding reads, opened when it is first asked for."""
        return Store(self.catalogue, self.settings.data_dir, self.ask_rebuild)

    @cached_property
    def finder(self) -> Finder:
        """What every question is answered with."""
        return Finder(self.store, self.embedder, self.head, Manner(weights=weights(self.settings.find.blend)))

    @cached_property
    def analyzers(self) -> Analyzers:
        """Who reads lyrics."""

        async def embedder() -> TextEmbedder:
            return self.embedder

        return open_analyzers(self.settings, embedder, catalogue=self.catalogue, cache=self.cache, redis=self.redis)

    @cached_property
    def studio(self) -> Studio:
        """What drum parts are made with."""
        return _studio(self.settings, self.catalogue, self.analyzers.chain)

    @cached_property
    def states(self) -> Together[tuple[str | None, Personal | None]]:
        """Questions for the catalogue's stamp and what is known of a listener, asked together."""
        return Together()

    @cached_property
    def tastes(self) -> Tastes:
        """What listeners like, read when the first of them asks."""
        return Tastes(Learned(self.settings.data_dir), bandit=self.settings.find.bandit)


@asynccontextmanager
async def open_catalogue(settings: Settings, *, upgrade: bool = True) -> AsyncIterator[Catalogue]:
    """The catalogue alone, for what needs no model."""
    url = settings.database.url
    async with Catalogue.open(
        data_dir=settings.data_dir,
        url=url.get_secret_value() if url else None,
        pool_size=settings.database.pool_size,
        statement_timeout_s=settings.database.statement_timeout_s,
        upgrade=upgrade,
    ) as catalogue:
        yield catalogue


def open_embedder(settings: Settings) -> TextEmbedder:
    """The text embedder; built into the data folder the first time (seconds)."""
    text = settings.text
    return TextEmbedder.open(settings.data_dir, precision=text.precision, threads=text.threads, weights=text.weights)


def open_analyzers(
    settings: Settings,
    embedder: Callable[[], Awaitable[TextEmbedder]],
    *,
    catalogue: Catalogue | None = None,
    cache: Cache | None = None,
    redis: RedisLink | None = None,
    patient: bool = False,
) -> Analyzers:
    """The analyzers of lyrics, each opened when it is first asked for. Raises SettingsError.

    embedder: gives the open one, or opens it. catalogue, cache, redis: as `open_chat` takes them; a Redis that is
    configured is linked to where none is given. patient: chat models are waited for as long as their limits ask for, as
    in a job.
    """
    from cratedig.models.chat.provider import PRESETS
    from cratedig.understand.lyrics.hybrid.analyzer import Hybrid

    stack, opening = AsyncExitStack(), asyncio.Lock()
    chains: list[Chain] = []
    chats = [provider.name for provider in chat_providers(settings)]

    async def algorithmic() -> Analyzer:
        return await anyio.to_thread.run_sync(_open_algorithmic)

    async def emotion() -> Analyzer:
        return await anyio.to_thread.run_sync(_open_emotion, settings, await embedder())

    async def chain() -> Chain:
        async with opening:
            if not chains:
                link = redis or await stack.enter_async_context(open_redis(settings))
                chat_models = open_chat(settings, catalogue=catalogue, cache=cache, redis=link)
                chains.append(await stack.enter_async_context(chat_models))
        return chains[0]

    async def chat(name: str) -> Analyzer:
        from cratedig.understand.lyrics.chat.analyzer import ChatAnalyzer

        return ChatAnalyzer(name, await chain(), patient=patient)

    async def hybrid() -> Analyzer:
        there = [await one for one in map(_if_there, map(analyzers.get, (*CHEAP, *chats[:1])))]
        return Hybrid([one for one in there if one is not None])

    analyzers = Analyzers(
        {
            "algorithmic": algorithmic,
            "emotion": emotion,
            HYBRID: hybrid,
            **{name: partial(chat, name) for name in chats},
        },
        {name: f"Configure models.providers.{name} (docs/models.md)." for name in PRESETS if name not in chats},
        chain=chain,
        close=stack.aclose,
    )
    return analyzers


async def _if_there(opening: Awaitable[Analyzer]) -> Analyzer | None:
    try:
        return await opening
    except ModelUnavailable:
        return None


def _open_algorithmic() -> Analyzer:
    from cratedig.understand.lyrics.algorithmic import Algorithmic  # with its word lists

    return Algorithmic()


def _open_emotion(settings: Settings, embedder: TextEmbedder) -> Analyzer:
    from cratedig.models.emotion_reader import ShippedReader
    from cratedig.models.hugging_face import HuggingFaceReader
    from cratedig.understand.lyrics.emotion.analyzer import EmotionAnalyzer

    if settings.emotion.model:
        return EmotionAnalyzer(HuggingFaceReader.open(settings.emotion.model, download=settings.emotion.download))
    return EmotionAnalyzer(ShippedReader(embedder))


@asynccontextmanager
async def open_studio(settings: Settings, catalogue: Catalogue) -> AsyncIterator[Studio]:
    """What drum parts are made with, for what needs nothing else. Raises SettingsError."""
    async with open_redis(settings) as redis, open_chat(settings, catalogue=catalogue, redis=redis) as chain:

        async def opened() -> Chain:
            return chain

        yield _studio(settings, catalogue, opened)


def _studio(settings: Settings, catalogue: Catalogue, chain: Callable[[], Awaitable[Chain | None]]) -> Studio:
    from cratedig.create.studio import Studio
    from cratedig.understand.drums.hearing import Hearing

    return Studio(catalogue, settings.data_dir / "output", chain, Hearing())


@asynccontextmanager
async def open_box(settings: Settings) -> AsyncIterator[Box]:
    """Where files nobody vouches for are decoded."""
    asked = settings.box
    limits = BoxLimits(asked.memory_mb, asked.cpu_s, asked.wall_s, asked.max_audio_s)
    async with Box.open(limits) as box:
        yield box


@asynccontextmanager
async def open_app(
    settings: Settings, *, ask_rebuild: AskRebuild = leave_to_the_tick, finder_command: Sequence[str] = ()
) -> AsyncIterator[App]:
    """ask_rebuild: how a new build is asked for in the place of a damaged one.  finder_command: what starts a finder
    process; they work while the application's `finders.at_work()` does."""
    async with open_catalogue(settings) as catalogue, open_redis(settings) as redis:
        embedder = await anyio.to_thread.run_sync(open_embedder, settings)
        head = MoodHead.load()
        memory = MemoryStore(max_bytes=settings.cache.memory_mb * 2**20)
        cache = Cache(redis=redis, memory=memory)
        app = App(
            settings,
            catalogue,
            embedder,
            head,
            cache=cache,
            redis=redis,
            ask_rebuild=ask_rebuild,
            finders=finders_of(settings, catalogue, finder_command),
        )
        analyzers = app.analyzers  # wrong settings are said at the start
        try:
            yield app
        finally:
            await analyzers.close()
            await app.store.close()


def finders_of(settings: Settings, catalogue: Catalogue, command: Sequence[str]) -> Finders:
    """The finder processes that the settings ask for, not started; none where nothing starts them."""
    size = finder_processes(settings) if command else 0
    from_tracks = FROM_TRACKS if settings.find.processes is None else 0
    return Finders(size, command, env=_handed_down(settings, catalogue), from_tracks=from_tracks)


def finder_processes(settings: Settings) -> int:
    """How many there may be; one alone would find no more than the process that answers."""
    asked = settings.find.processes
    size = min(MOST_FINDERS, cores()) if asked is None else asked
    return size if size > 1 else 0


def _handed_down(settings: Settings, catalogue: Catalogue) -> dict[str, str]:
    """The settings that a finder process finds by, as they are here: a file they came from may have changed."""
    text, find = settings.text, settings.find
    told = {
        "DATA_DIR": settings.data_dir,
        "DATABASE__URL": catalogue.url,
        "DATABASE__POOL_SIZE": FINDER_CONNECTIONS,
        "DATABASE__STATEMENT_TIMEOUT_S": settings.database.statement_timeout_s,
        "TEXT__PRECISION": text.precision,
        "TEXT__THREADS": text.threads,
        "FIND__BANDIT": find.bandit,
        "FIND__BLEND": find.blend,
        "LOG__LEVEL": settings.log.level,
        "LOG__JSON_LINES": settings.log.json_lines,
    }
    return {f"CRATEDIG_{name}": str(value) for name, value in told.items()}


@asynccontextmanager
async def open_finding(settings: Settings) -> AsyncIterator[App]:
    """What a finder process needs, over a database that another process keeps up and brings up to date."""
    async with open_catalogue(settings, upgrade=False) as catalogue:
        embedder = await anyio.to_thread.run_sync(open_embedder, settings)
        app = App(settings, catalogue, embedder, MoodHead.load())
        try:
            yield app
        finally:
            await app.store.close()


@asynccontextmanager
async def open_redis(settings: Settings) -> AsyncIterator[RedisLink | None]:
    """The link to the configured Redis, which need not answer; None where none is configured."""
    url = settings.redis.url
    if url is None:
        yield None
        return
    try:
        link = RedisLink(url.get_secret_value(), timeout_s=settings.redis.timeout_s)
    except ValueError as error:
        raise SettingsError(
            "Setting redis.url is wrong: it is not redis://, rediss:// or unix://.", hint="See docs/settings.md."
        ) from error
    async with link:
        yield link


@asynccontextmanager
async def open_net(settings: Settings, redis: RedisLink | None = None) -> AsyncIterator[Net]:
    """The way out. What it keeps lies in the data folder and can be deleted at any time."""
    from cratedig.net import Limits, Net  # 0.1 s, which commands that fetch nothing do without

    asked = settings.net
    limits = Limits(timeout_s=asked.timeout_s, max_bytes=asked.max_bytes)
    folder = settings.data_dir / "cache" / "net"
    async with Net.open(contact=asked.contact, limits=limits, folder=folder, link=redis) as net:
        yield net


@asynccontextmanager
async def open_link_net(settings: Settings, redis: RedisLink | None = None) -> AsyncIterator[Net]:
    """The way out for looking at links: a site that is slow is waited for a shorter time than for a page."""
    patient = settings.net.model_copy(update={"timeout_s": min(settings.net.timeout_s, LINK_TIMEOUT_S)})
    async with open_net(settings.model_copy(update={"net": patient}), redis) as net:
        yield net


def link_sources(settings: Settings) -> list[Source]:
    """Who is asked for dead links. Raises UsageError where one lacks what it needs."""
    from cratedig.collect.links import sources  # with net, 0.1 s

    asked = settings.collect
    secret = asked.soundcloud_client_secret
    soundcloud = (asked.soundcloud_client_id, secret.get_secret_value()) if secret else None
    return sources.named(asked.link_sources, soundcloud=soundcloud if asked.soundcloud_client_id else None)


@asynccontextmanager
async def open_lab(settings: Settings) -> AsyncIterator[Lab]:
    """What evaluations and trainings may use: scratch catalogues on the same server, never the user's own."""
    async with open_catalogue(settings, upgrade=False) as catalogue:
        yield Lab(embedder=await anyio.to_thread.run_sync(open_embedder, settings), scratch=catalogue.scratch)


def chat_providers(settings: Settings) -> list[Provider]:
    """The configured providers of chat models, in the order in which they are asked.

    Raises SettingsError where one cannot be asked with what is set.
    """
    from cratedig.models.chat.provider import PRESETS, configured

    asked = settings.models
    if strangers := set(asked.order) - set(asked.providers):
        raise SettingsError(
            f"Setting models.order names {min(strangers)}, which models.providers does not.", hint="See docs/models.md."
        )
    order = [*asked.order, *PRESETS]
    return [
        configured(
            name,
            api_key=said.api_key.get_secret_value() if said.api_key else "",
            **said.model_dump(exclude={"api_key"}),
        )
        for name, said in sorted(asked.providers.items(), key=lambda item: order.index(item[0]))
    ]


@asynccontextmanager
async def open_chat(
    settings: Settings,
    *,
    catalogue: Catalogue | None = None,
    cache: Cache | None = None,
    redis: RedisLink | None = None,
) -> AsyncIterator[Chain]:
    """The chain of chat models. Nothing is asked, and no library loaded, before its first question.

    catalogue: where money and limits are counted, for all processes; without one this process counts its own.
    """
    from cratedig.cache.counts import OwnCounts, RedisCounts
    from cratedig.catalogue.model_calls import ModelBook
    from cratedig.models.chat.chain import Chain
    from cratedig.models.chat.ledger import Budget
    from cratedig.models.chat.own_book import OwnBook
    from cratedig.net.turns import MonotonicClock

    asked = settings.models
    clock = MonotonicClock()
    chain = Chain(
        chat_providers(settings),
        book=ModelBook(catalogue) if catalogue else OwnBook(),
        counts=RedisCounts(redis, clock) if redis else OwnCounts(clock),
        cache=cache,
        budget=Budget(asked.budget_per_day, asked.budget_per_month),
        deadline_s=asked.deadline_s,
    )
    try:
        yield chain
    finally:
        await chain.close()
