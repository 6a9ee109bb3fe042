"""`cratedig up`: the whole product; one Ctrl-C stops it all."""

from __future__ import annotations

import contextlib
import fcntl
import socket
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cratedig.cli.edge import DataDir, run

if TYPE_CHECKING:
    from cratedig.jobs.crew import Crew
    from cratedig.settings import Settings
    from cratedig.wiring import App


OPENING_S = 5.0
"""What finding reads is opened before the address is told; where that takes longer, /ready says when it is done."""
DRAIN_S = 1.0
"""From SIGTERM until new connections are refused: a balancer that asks /ready twice a second has gone by then."""


def up(
    host: Annotated[str | None, typer.Option("--host", help="Address to listen on.")] = None,
    port: Annotated[int | None, typer.Option("--port", help="Port to listen on; 0 picks a free one.")] = None,
    demo: Annotated[bool, typer.Option("--demo", help="Bring in the demo crate first: 48 songs.")] = False,
    workers: Annotated[
        int | None, typer.Option("--workers", min=0, max=64, help="Worker processes for the jobs; 0 for none.")
    ] = None,
    data_dir: DataDir = None,
) -> None:
    """Start everything: the database, the API and the pages. One Ctrl-C stops it all."""

    async def command(settings: Settings) -> None:
        if workers is not None:
            settings = settings.model_copy(update={"jobs": settings.jobs.model_copy(update={"workers": workers})})
        await serve(
            settings, host=host or settings.api.host, port=settings.api.port if port is None else port, demo=demo
        )

    run(command, data_dir=data_dir)


async def serve(settings: Settings, *, host: str, port: int, demo: bool) -> None:
    """Opens everything, answers until SIGINT or SIGTERM, closes everything."""
    from cratedig.cli import finder
    from cratedig.health import check_room
    from cratedig.jobs.kinds import index
    from cratedig.web import assets
    from cratedig.web.access.binding import require_key
    from cratedig.wiring import open_app

    with _only_one(settings.data_dir), _listening(host, port) as listener:
        assets.ensure()
        async with open_app(settings, ask_rebuild=index.ask, finder_command=finder.command()) as app:
            await check_room(settings, app.catalogue)
            await require_key(app.catalogue, listener.getsockname()[0])
            if demo:
                await _bring_in_the_demo_crate(app)
            await _answer_until_stopped(app, listener)


@contextlib.contextmanager
def _only_one(data_dir: Path) -> Iterator[None]:
    """One `up` to a data folder."""
    from cratedig.errors import CatalogueBusy, CatalogueUnavailable

    try:
        data_dir.mkdir(parents=True, exist_ok=True)
        file = (data_dir / "up.lock").open("a")
    except OSError as error:
        raise CatalogueUnavailable(
            f"The data folder {str(data_dir)!r} cannot be used: {error.strerror}.",
            hint="Choose another with --data-dir.",
        ) from error
    with file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise CatalogueBusy(
                f"Another `cratedig up` already runs on {str(data_dir)!r}.",
                hint="Stop it, or choose another --data-dir.",
            ) from None
        yield


@contextlib.contextmanager
def _listening(host: str, port: int) -> Iterator[socket.socket]:
    """The socket, taken before anything slow starts, so that a port in use is said at once."""
    from cratedig.errors import CratedigError

    try:
        family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
        listener = socket.create_server((host, port), family=family, backlog=2048)
        listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)  # inherited; asyncio leaves it off here: 44 ms
    except OSError as error:
        raise CratedigError(
            f"Cannot listen on {host} port {port}: {error.strerror}.", hint="Choose another with --port."
        ) from error
    with listener:
        yield listener


async def _bring_in_the_demo_crate(app: App) -> None:
    """Collects and studies the demo crate, so that the first page has it all; the second time nothing changes.

    What its lyrics say and its sound come in the background: workers read them, play the songs, then hear them.
    """
    from cratedig.cli.collect import collect_one
    from cratedig.cli.study import What, study_with_bars
    from cratedig.collect import demo
    from cratedig.collect.demo import recordings
    from cratedig.jobs.kinds import study
    from cratedig.jobs.kinds.demo import ask

    with demo.dump() as path:
        account = await collect_one(app.settings, app.catalogue, path, source=demo.SOURCE)
    typer.echo(f"Demo crate: {account.in_words()}")
    if not account.already_done:
        for what in (What.text, What.mood):
            await study_with_bars(app.settings, app.catalogue, what=what, embedder=app.embedder)
        async with app.catalogue.begin() as session:
            await study.ask(session, what="lyrics")
    if await recordings.missing(app.catalogue, app.settings.data_dir):
        async with app.catalogue.begin() as session:
            await ask(session)


async def _answer_until_stopped(app: App, listener: socket.socket) -> None:
    import asyncio
    import signal

    import uvicorn

    from cratedig.web.app import create_app
    from cratedig.web.wire import Wire

    class Server(uvicorn.Server):
        """Leaves the signals to us: uvicorn would raise them again afterwards, before our blocks have closed."""

        @contextlib.contextmanager
        def capture_signals(self) -> Iterator[None]:
            yield

    api = create_app(app)
    config = uvicorn.Config(
        api,
        http=Wire,
        log_config=None,
        access_log=False,
        proxy_headers=False,  # uvicorn believes whoever calls from this machine; web/access/peer.py whom settings name
        server_header=False,
        timeout_graceful_shutdown=8,
    )
    server = Server(config)
    async with _staff(app) as staff:
        loop = asyncio.get_running_loop()

        def close() -> None:
            api.state.following.close()
            server.should_exit = True

        def stop() -> None:
            staff.leave()  # the workers end while the last requests are answered: one after the other takes too long
            close()

        def drain() -> None:
            """Says at /ready that this process ends, and closes the door once those who look there know it."""
            api.state.drain.begin()
            staff.leave()
            loop.call_later(DRAIN_S, close)

        loop.add_signal_handler(signal.SIGINT, stop)
        loop.add_signal_handler(signal.SIGTERM, drain)
        host, port = listener.getsockname()[:2]
        shown = f"[{host}]" if ":" in host else host
        async with app.finders.at_work():
            beside = [asyncio.create_task(one) for one in (_open_the_store(app), _ask_for_study(app))]
            await asyncio.wait(beside[:1], timeout=OPENING_S)
            typer.echo(f"Cratedig is open at http://{shown}:{port}  (Ctrl-C stops it)")
            try:
                await server.serve(sockets=[listener])
            finally:
                for task in beside:
                    task.cancel()
                await asyncio.gather(*beside, return_exceptions=True)


@contextlib.asynccontextmanager
async def _staff(app: App) -> AsyncIterator[Crew]:
    """The worker processes beside the API."""
    from cratedig.jobs.crew import command_of, crew

    jobs = app.settings.jobs
    env = {"CRATEDIG_DATA_DIR": str(app.settings.data_dir), "CRATEDIG_JOBS__WORKERS": str(jobs.workers)}
    async with crew(app.catalogue, command_of(), size=jobs.workers, max_starts=jobs.max_starts, env=env) as members:
        yield members


async def _open_the_store(app: App) -> None:
    """Reads what finding reads before somebody has to wait for it."""
    from cratedig.errors import CratedigError

    with contextlib.suppress(CratedigError):  # the first request says it
        app.finders.expect((await app.store.snapshot()).tracks)


async def _ask_for_study(app: App) -> None:
    """Asks for a study where a text, or how texts are read, changed since; what comes later the workers notice."""
    from cratedig.errors import CratedigError
    from cratedig.jobs.kinds.study import ask
    from cratedig.log import logger
    from cratedig.understand import reading, study

    try:
        is_new = await study.text_parts(app.catalogue, app.embedder, limit=1)
        if is_new or await reading.is_something_unread(app.catalogue, app.analyzers):
            async with app.catalogue.begin() as session:
                await ask(session)
    except CratedigError as error:
        logger(__name__).warning("nothing was asked for at the start", reason=str(error))
