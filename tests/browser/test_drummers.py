"""The drummers' page in a real browser: choose who plays, shape the part, hear it, take it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from selenium import webdriver
from selenium.webdriver.common.keys import Keys

from browser.conftest import open_window
from browser.contrast import CONTRAST
from browser.window import Site, Window

SOUNDS = "return globalThis.Tone?.getTransport().state"
LISTEN = "globalThis.ear = new Tone.Meter({ smoothing: 0.95 }); Tone.getDestination().connect(globalThis.ear)"
LOUDNESS_DB = "return globalThis.ear.getValue()"


@pytest.fixture
def window(chromium: webdriver.Chrome, site: Site) -> Iterator[Window]:
    yield from open_window(chromium, site)


def play(window: Window, **fields: str) -> None:
    """Fills in the form and sends it."""
    window.go("/drummers")
    for name, value in fields.items():
        field = window.one(f".wish [name={name}]")
        field.clear()
        field.send_keys(value)
    window.one(".wish .go").click()
    window.wait(lambda: window.all("#made"))


@pytest.mark.parametrize("scheme", ["dark", "light"])
def test_a_drummer_is_chosen_and_the_style_is_seen(window: Window, scheme: str) -> None:
    window.prefer(scheme)
    window.go("/drummers")
    assert window.script(CONTRAST) == []
    window.shot(f"drummers-{scheme}")
    next(link for link in window.all(".roster a") if link.text == "John Bonham").click()
    window.wait(lambda: window.all(".radar-value"))
    assert len(window.all(".radar-dot")) >= 6
    assert window.all(".grid-bar"), "bars that are typical"
    assert window.script(CONTRAST) == []
    window.shot(f"drummer-{scheme}")


def test_a_part_is_made_heard_and_stopped(window: Window) -> None:
    play(window, artist="Tony Allen", bars="2", variations="2")
    assert len(window.all(".variation")) == 2
    assert window.all(".stroke.is-ghost")
    window.one("[data-play]").click()
    window.wait(lambda: window.script(SOUNDS) == "started")
    window.wait(lambda: window.all(".playhead:not([hidden])"))
    assert window.one("[data-play]").text == "Stop"
    window.script(LISTEN)
    window.wait(lambda: (window.script(LOUDNESS_DB) or -999) > -40)
    window.shot("drummer-playing")
    tempo = window.one("[data-tempo]")
    tempo.clear()
    tempo.send_keys("141")
    window.wait(lambda: window.script("return Math.round(Tone.getTransport().bpm.value)") == 141)
    window.all("[data-play]")[1].click()
    window.wait(lambda: window.all("[data-play]")[1].text == "Stop")
    assert window.one("[data-play]").text == "Play", "one at a time"
    window.script("document.activeElement.blur()")
    window.one("body").send_keys(Keys.SPACE)
    window.wait(lambda: window.script(SOUNDS) == "stopped")
    assert not window.all(".playhead:not([hidden])")


def test_the_midi_is_there_to_take(window: Window) -> None:
    play(window, artist="Tony Allen", bars="1", variations="1")
    size = """const [link, done] = arguments;
    fetch(link).then(answer => answer.arrayBuffer()).then(bytes => done([...new Uint8Array(bytes.slice(0, 4))]))"""
    link = window.one(".take").get_attribute("href")
    assert bytes(window.driver.execute_async_script(size, link)) == b"MThd"


def test_a_wrong_name_is_said_and_the_form_stays(window: Window) -> None:
    window.go("/drummers")
    window.one(".wish [name=artist]").send_keys("Jon Bonham")
    window.one(".wish .go").click()
    window.wait(lambda: window.all("[role=alert]"))
    assert "John Bonham" in window.one("[role=alert]").text
    assert window.one(".wish [name=artist]").get_attribute("value") == "Jon Bonham"
    assert all("404" in complaint for complaint in window.complaints()), "the browser notes the answer's status"


def test_on_a_phone_nothing_is_cut_off(window: Window) -> None:
    window.size(400, 860)
    try:
        play(window, artist="John Bonham", bars="2", variations="1")
        assert window.script("return document.documentElement.scrollWidth <= innerWidth")
        window.shot("drummer-phone")
    finally:
        window.size(1360, 900)
