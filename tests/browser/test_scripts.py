"""A real browser: it runs nothing of what the data says (promise 16), its forms and the API's description work."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import quote

import pytest
from selenium import webdriver
from selenium.webdriver.common.keys import Keys

from browser.window import Server, Site, Window
from cratedig.catalogue import Catalogue
from running import SLOW_S
from scripts import PAYLOADS


@pytest.fixture(scope="module")
def scripted_site(worker_catalogue: Catalogue, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    songs = [
        {
            **dict.fromkeys(("title", "artist", "album", "genre", "description", "url"), payload),
            **{"tags": [payload], "lyrics": f"rain\n{payload}\n", "audio_features": {payload: 0.5}},
        }
        for payload in PAYLOADS
    ]
    server = Server(worker_catalogue.url, tmp_path_factory.mktemp("scripted"), songs)
    server.start()
    assert server.up.wait(SLOW_S), "the server did not start"
    yield server.site
    server.stop()


@pytest.fixture
def window(chromium: webdriver.Chrome, scripted_site: Site) -> Window:
    window = Window(chromium, scripted_site)
    window.scripts(on=True)
    window.size(1360, 900)
    window.complaints()
    return window


def ran(window: Window) -> bool:
    """Whether a payload got as far as to set its flag."""
    return bool(window.script("return window.hacked !== undefined"))


def test_no_payload_sets_its_flag(window: Window) -> None:
    asked = [f"/?q={quote(payload)}&genre={quote(payload)}" for payload in PAYLOADS]
    pages = ["/", "/?q=rain&k=100", *(f"/track/{number}?q=rain" for number in window.site.ids.values()), *asked]
    for page in pages:
        window.go(page)
        assert not ran(window), page
    # had one of them got into a page, the policy would have stopped and reported it
    assert [line for line in window.complaints() if "Content Security Policy" in line] == []


def test_a_form_of_ours_is_not_taken_for_another_sites(window: Window) -> None:
    window.go("/login?then=/?q=rain")
    window.one("#key").send_keys("cd_wrong", Keys.ENTER)
    window.wait(lambda: "not known here" in window.one("[role=alert]").text)


def test_the_description_of_the_api_works_under_the_policy(window: Window) -> None:
    window.go("/docs")
    window.wait(lambda: window.all(".swagger-ui .opblock"))
    assert window.complaints() == []
