"""The application served on loopback, and a browser window on it."""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import uvicorn
from selenium import webdriver
from selenium.webdriver.common.by import By
from selenium.webdriver.remote.webelement import WebElement
from selenium.webdriver.support.wait import WebDriverWait

from cratedig.catalogue import Catalogue
from cratedig.models.embedder import TextEmbedder
from cratedig.models.mood import MoodHead
from cratedig.settings import Settings
from cratedig.web.app import create_app
from cratedig.wiring import App
from running import SLOW_S
from small_crate import fill

SHOTS = Path(__file__).parent / "shots"


@dataclass
class Site:
    """A served crate: where it answers and its tracks' ids by title."""

    url: str = ""
    ids: dict[str, int] = field(default_factory=dict)


Prepare = Callable[[App, Site], Awaitable[None]]


class Server(threading.Thread):
    """The application in a thread with its own event loop, over a scratch catalogue on the tests' server."""

    def __init__(
        self, database_url: str, folder: Path, songs: list[dict[str, Any]], prepare: Prepare | None = None
    ) -> None:
        super().__init__(daemon=True)
        self._database_url, self._folder, self._songs, self._prepare = database_url, folder, songs, prepare
        self.site = Site()
        self.up = threading.Event()
        self._server: uvicorn.Server | None = None

    def run(self) -> None:
        asyncio.run(self._serve())

    async def _serve(self) -> None:
        async with (
            Catalogue.open(data_dir=self._folder, url=self._database_url, upgrade=False) as tests,
            tests.scratch() as catalogue,
        ):
            embedder = TextEmbedder.open(self._folder, threads=1)
            app = App(Settings(data_dir=self._folder), catalogue, embedder, MoodHead.load())
            self.site.ids = await fill(app, self._songs)
            if self._prepare:
                await self._prepare(app, self.site)
            self._server = uvicorn.Server(uvicorn.Config(create_app(app), log_level="warning", lifespan="off"))
            with socket.create_server(("127.0.0.1", 0)) as listener:
                self.site.url = f"http://127.0.0.1:{listener.getsockname()[1]}"
                self.up.set()  # whoever connects now waits in the socket's queue
                await self._server.serve(sockets=[listener])

    def stop(self) -> None:
        if self._server:
            self._server.should_exit = True
        self.join(20)


class Window:
    """A browser window that remembers whatever the page complains about."""

    def __init__(self, driver: webdriver.Chrome, site: Site) -> None:
        self.driver = driver
        self.site = site

    def go(self, address: str) -> None:
        self.driver.get(self.site.url + address)

    def all(self, selector: str) -> list[WebElement]:
        return self.driver.find_elements(By.CSS_SELECTOR, selector)

    def one(self, selector: str) -> WebElement:
        return self.driver.find_element(By.CSS_SELECTOR, selector)

    def wait(self, claim: Callable[[], Any], seconds: float = SLOW_S) -> Any:
        return WebDriverWait(self.driver, seconds, ignored_exceptions=[Exception]).until(lambda _: claim())

    def settled(self) -> None:
        """Waits until the plane is drawn and no answer is under way."""
        self.wait(lambda: self.all("#plane canvas") and not self.all("body.busy"))

    def script(self, code: str, *values: Any) -> Any:
        return self.driver.execute_script(code, *values)  # type: ignore[no-untyped-call]

    def size(self, width: int, height: int) -> None:
        mobile = width < 600
        shape = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": mobile}
        self.driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", shape)

    def prefer(self, scheme: str) -> None:
        features = [
            {"name": "prefers-color-scheme", "value": scheme},
            {"name": "prefers-reduced-motion", "value": "reduce"},
        ]
        self.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": features})

    def scripts(self, on: bool) -> None:
        self.driver.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": not on})

    def shot(self, name: str) -> None:
        SHOTS.mkdir(exist_ok=True)
        self.driver.save_screenshot(str(SHOTS / f"{name}.png"))

    def complaints(self) -> list[str]:
        """Console errors and CSP violations since the last call."""
        return [entry["message"] for entry in self.driver.get_log("browser")]  # type: ignore[no-untyped-call]
