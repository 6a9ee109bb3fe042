"""A real server on loopback and a real headless Chromium."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from selenium import webdriver
from selenium.webdriver.chrome.options import Options
from selenium.webdriver.chrome.service import Service

from browser.sounding import give_sounds
from browser.window import Prepare, Server, Site, Window
from cratedig.catalogue import Catalogue
from cratedig.web.assets import has_assets
from running import SLOW_S
from small_crate import HARMFUL, SONGS

FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",  # 64 MB in a container: a page that needs more crashes
    "--hide-scrollbars",
)


def served(
    catalogue: Catalogue, folder: Path, songs: list[dict[str, Any]], prepare: Prepare | None = None
) -> Iterator[Site]:
    """Songs, served from a thread until the fixture ends."""
    server = Server(catalogue.url, folder, songs, prepare)
    server.start()
    assert server.up.wait(SLOW_S), "the server did not start"
    yield server.site
    server.stop()


@pytest.fixture(scope="session")
def site(worker_catalogue: Catalogue, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The small crate, served."""
    yield from served(worker_catalogue, tmp_path_factory.mktemp("site"), SONGS)


@pytest.fixture(scope="session")
def sounding_site(worker_catalogue: Catalogue, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The small crate, every song with a sound that was heard, served."""
    yield from served(worker_catalogue, tmp_path_factory.mktemp("sounding"), SONGS, give_sounds)


@pytest.fixture(scope="session")
def hostile_site(worker_catalogue: Catalogue, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """Songs whose every field tries to run a script, served."""
    yield from served(worker_catalogue, tmp_path_factory.mktemp("hostile"), HARMFUL)


@pytest.fixture(scope="session")
def chromium(tmp_path_factory: pytest.TempPathFactory) -> Iterator[webdriver.Chrome]:
    program, driver = shutil.which("chromium"), shutil.which("chromedriver")
    if not program or not driver:
        pytest.skip("no chromium and chromedriver here (apt-get install chromium chromium-driver)")
    if not has_assets():
        pytest.skip("the page's assets are absent (make setup)")
    options = Options()
    options.binary_location = program
    home = tmp_path_factory.mktemp("chromium")
    for flag in (*FLAGS, f"--user-data-dir={home / 'data'}", "--window-size=1360,900"):
        options.add_argument(flag)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    window = webdriver.Chrome(options=options, service=Service(driver, env={**os.environ, "HOME": str(home)}))
    yield window
    window.quit()


@pytest.fixture
def window(chromium: webdriver.Chrome, site: Site) -> Iterator[Window]:
    """A window on the small crate, 1360 x 900, dark. The test fails if the page complained."""
    yield from open_window(chromium, site)


@pytest.fixture
def sounding_window(chromium: webdriver.Chrome, sounding_site: Site) -> Iterator[Window]:
    yield from open_window(chromium, sounding_site)


@pytest.fixture
def hostile_window(chromium: webdriver.Chrome, hostile_site: Site) -> Iterator[Window]:
    yield from open_window(chromium, hostile_site)


def open_window(chromium: webdriver.Chrome, site: Site) -> Iterator[Window]:
    """A dark window of 1360 x 900 on a site; fails the test where its page complained."""
    window = Window(chromium, site)
    window.scripts(on=True)
    window.size(1360, 900)
    window.prefer("dark")
    window.complaints()
    yield window
    window.scripts(on=True)
    assert window.complaints() == []
