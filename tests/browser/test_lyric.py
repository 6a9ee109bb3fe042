"""A lyric's page, and the one for a pasted lyric, in a real browser."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from selenium import webdriver
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.remote.webelement import WebElement

from browser.conftest import open_window, served
from browser.contrast import CONTRAST
from browser.reading import PAGE, SONG, SONGS, read_it
from browser.window import Site, Window
from cratedig.catalogue import Catalogue

DRAWN = {"perfect": "solid", "slant": "dashed", "assonance": "dotted", "multi": "double", "mosaic": "double"}


@pytest.fixture(scope="module")
def lyric_site(worker_catalogue: Catalogue, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """Three songs: one that was read, one that was not, one without words."""
    yield from served(worker_catalogue, tmp_path_factory.mktemp("lyrics"), SONGS, read_it)


@pytest.fixture
def window(chromium: webdriver.Chrome, lyric_site: Site) -> Iterator[Window]:
    yield from open_window(chromium, lyric_site)


def at_lyric(window: Window, title: str = SONG) -> None:
    window.go(f"/track/{window.site.ids[title]}/lyric")


def rhyme(window: Window, word: str) -> WebElement:
    return next(mark for mark in window.all(".rhyme[data-group]") if mark.text == word)


def lit(window: Window) -> set[str]:
    return {mark.text for mark in window.all(".rhyme.lit")}


@pytest.mark.parametrize("scheme", ["dark", "light"])
def test_pointing_at_a_word_lights_up_what_rhymes_with_it(window: Window, scheme: str) -> None:
    window.prefer(scheme)
    at_lyric(window)
    window.wait(lambda: window.all(".arc-canvas canvas"))
    assert window.script(CONTRAST) == []
    window.shot(f"lyric-{scheme}")
    ActionChains(window.driver).move_to_element(rhyme(window, "door")).perform()
    window.wait(lambda: {"door", "floor"} <= lit(window))
    assert "hands" not in lit(window)
    assert len(window.all(".entry.lit")) == 1
    assert window.script(CONTRAST) == []
    window.shot(f"lyric-lit-{scheme}")


def test_the_keyboard_steps_through_the_rhymes_and_holds_one(window: Window) -> None:
    at_lyric(window)
    first = window.one(".rhyme[data-group]")
    window.script("arguments[0].focus()", first)
    word = "return document.activeElement.textContent"
    ActionChains(window.driver).send_keys(Keys.ARROW_DOWN).perform()
    group = "return document.activeElement.dataset.group"
    assert window.script(group) == first.get_attribute("data-group")
    assert window.script(word) != first.text
    ActionChains(window.driver).send_keys(Keys.ENTER).perform()
    assert len(window.all(".entry[aria-pressed=true]")) == 1
    window.script("document.activeElement.blur()")
    assert lit(window)
    ActionChains(window.driver).send_keys("").perform()


def test_groups_are_told_apart_without_colour(window: Window) -> None:
    at_lyric(window)
    marks = window.all(".rhyme[data-group]")
    assert all(mark.get_attribute("data-letter") for mark in marks)
    style = "return getComputedStyle(arguments[0]).textDecorationStyle"
    kinds = {mark.get_attribute("class").split("is-")[1].split()[0]: window.script(style, mark) for mark in marks}
    assert all(kinds.get(kind, drawn) == drawn for kind, drawn in DRAWN.items())


def test_the_arc_has_its_numbers_and_the_analyzers_stand_side_by_side(window: Window) -> None:
    at_lyric(window)
    window.size(1360, 2000)
    window.wait(lambda: window.all(".arc-canvas canvas"))
    window.one(".arc .numbers summary").click()
    window.shot("lyric-whole")
    window.one(".lyric-text .numbers summary").click()
    assert len(window.all(".lyric-text tbody tr")) == len(window.all(".verse li"))
    assert len(window.all(".arc tbody tr")) == 4
    assert [row.text.split("\n")[0] for row in window.all(".voices tbody th")] == ["algorithmic", "emotion"]
    assert any("repeats written out" in cut.text for cut in window.all(".cuts li"))


def test_what_nobody_read_says_how_to_have_it_read(window: Window) -> None:
    at_lyric(window, "Unread")
    assert window.all(".rhyme[data-group]")
    assert "cratedig study lyrics" in window.one("main").text
    assert window.one("form[action='/collection/study'] button").is_displayed()
    at_lyric(window, "Wordless")
    assert "cratedig collect lyrics" in window.one("main").text


def test_a_pasted_lyric_is_read_without_a_reload(window: Window) -> None:
    window.go("/analyze")
    window.script("window.stillHere = true")
    window.script("document.querySelector('#lyric').value = arguments[0]", PAGE)
    window.one(".go").click()
    window.wait(lambda: window.all("#read .rhyme[data-group]"))
    assert window.script("return window.stillHere") is True
    ActionChains(window.driver).move_to_element(rhyme(window, "door")).perform()
    window.wait(lambda: {"door", "floor"} <= lit(window))
    window.shot("analyze")


def test_a_phone_and_a_browser_without_scripts_read_it_too(window: Window) -> None:
    window.size(390, 844)
    at_lyric(window)
    assert window.script("return document.documentElement.scrollWidth - innerWidth") <= 0
    window.shot("lyric-phone")
    window.size(1360, 900)
    window.scripts(on=False)
    window.go("/analyze")
    window.one("#lyric").send_keys("The light came in,\nthe night grew thin")
    window.one(".go").click()
    window.wait(lambda: window.all("#read .rhyme[data-group]"))
    assert "The light came in" in str(window.one("#lyric").get_property("value"))
    window.shot("analyze-without-scripts")
