"""`cratedig up`: the whole product; one Ctrl-C stops it all."""

from __future__ import annotations

import contextlib
import fcntl
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cratedig.cli.edge import DataDir, run

if TYPE_CHECKING:
    from cratedig.settings import Settings
    from cratedig.wiring import App


LOOK_EVERY_S = 5.0


def up(
    host: Annotated[str | None, typer.Option("--host", help="Address to listen on.")] = None,
    port: Annotated[int | None, typer.Option("--port", help="Port to listen on; 0 picks a free one.")] = None,
    demo: Annotated[bool, typer.Option("--demo", help="Bring in the demo crate first: 48 songs.")] = False,
    data_dir: DataDir = None,
) -> None:
    """Start everything: the database, the API and the pages. One Ctrl-C stops it all."""

    async def command(settings: Settings) -> None:
        await serve(
            settings, host=host or settings.api.host, port=settings.api.port if port is None else port, demo=demo
        )

    run(command, data_dir=data_dir)


async def serve(settings: Settings, *, host: str, port: int, demo: bool) -> None:
    """Opens everything, answers until SIGINT or SIGTERM, closes everything."""
    from cratedig.health import check_room
    from cratedig.web import assets
    from cratedig.web.access.binding import require_key
    from cratedig.wiring import open_app

    with _only_one(settings.data_dir), _listening(host, port) as listener:
        assets.ensure()
        async with open_app(settings) as app:
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
    """Collects and studies the demo crate, so that the first page has it all; the second time nothing changes."""
    from cratedig.cli.collect import collect_one
    from cratedig.cli.study import study_with_bars
    from cratedig.collect import demo

    with demo.dump() as path:
        account = await collect_one(app.settings, app.catalogue, path, source=demo.SOURCE)
    typer.echo(f"Demo crate: {account.in_words()}")
    if not account.already_done:
        await study_with_bars(app.settings, app.catalogue)


async def _answer_until_stopped(app: App, listener: socket.socket) -> None:
    import asyncio
    import signal

    import uvicorn

    from cratedig.web.app import create_app

    class Server(uvicorn.Server):
        """Leaves the signals to us: uvicorn would raise them again afterwards, before our blocks have closed."""

        @contextlib.contextmanager
        def capture_signals(self) -> Iterator[None]:
            yield

    config = uvicorn.Config(
        create_app(app),
        log_config=None,
        access_log=False,
        proxy_headers=False,  # uvicorn believes whoever calls from this machine; web/access/peer.py whom settings name
        server_header=False,
        timeout_graceful_shutdown=8,
    )
    server = Server(config)

    def stop() -> None:
        server.should_exit = True

    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop)
    host, port = listener.getsockname()[:2]
    shown = f"[{host}]" if ":" in host else host
    typer.echo(f"Cratedig is open at http://{shown}:{port}  (Ctrl-C stops it)")
    study = asyncio.create_task(_study_what_comes(app))
    try:
        await server.serve(sockets=[listener])
    finally:
        study.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await study


async def _study_what_comes(app: App) -> None:
    """Studies what is not studied yet, now and whenever something was collected."""
    import anyio

    from cratedig.catalogue import census
    from cratedig.errors import CratedigError
    from cratedig.log import logger
    from cratedig.understand import study

    look = True  # once in full: a text may have changed without a new track
    while True:
        try:
            async with app.catalogue.begin() as session:
                counted = await census.count(session)
            if look or counted.texts < counted.tracks:
                await study.study_text(app.catalogue, app.embedder)
                await study.study_mood(app.catalogue, app.embedder, app.head)
                look = False
        except CratedigError as error:  # the server is being restarted, say: the next look tries again
            logger(__name__).warning("study paused", reason=str(error))
        await anyio.sleep(LOOK_EVERY_S)
