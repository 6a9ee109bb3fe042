"""A track's page in a real browser: a person listens, looks and asks."""

from __future__ import annotations

import pytest
from selenium.webdriver.common.action_chains import ActionChains

from browser.window import Window

SONG = "Half of the Bed"


def at_song(window: Window) -> None:
    window.go(f"/track/{window.site.ids[SONG]}")
    window.settled()


def played(window: Window) -> float:
    return float(window.script("return document.querySelector('audio').currentTime"))


def is_paused(window: Window) -> bool:
    return bool(window.script("return document.querySelector('audio').paused"))


def test_a_click_on_the_outline_plays_from_there_and_space_stops(sounding_window: Window) -> None:
    at_song(sounding_window)
    sounding_window.wait(lambda: sounding_window.script("return document.querySelector('audio').readyState > 0"))
    sounding_window.one("[data-outline]").click()  # its middle
    sounding_window.wait(lambda: not is_paused(sounding_window) and played(sounding_window) > 2.9)
    width = "return Number(document.querySelector('[data-played]').getAttribute('width'))"
    sounding_window.wait(lambda: sounding_window.script(width) > 100)
    sounding_window.shot("track-playing")
    ActionChains(sounding_window.driver).send_keys(" ").perform()
    sounding_window.wait(lambda: is_paused(sounding_window))


@pytest.mark.parametrize("scheme", ["dark", "light"])
def test_features_lie_among_the_crates_with_numbers_on_hover(sounding_window: Window, scheme: str) -> None:
    sounding_window.prefer(scheme)
    at_song(sounding_window)
    plots = sounding_window.all(".lies")
    assert len(plots) >= 10
    tempo = plots[0]
    sounding_window.script("arguments[0].scrollIntoView({block: 'center'})", tempo)
    # from elsewhere: where the mouse already lies, it enters nothing
    to_it = ActionChains(sounding_window.driver).move_to_element(plots[2]).move_to_element(tempo)
    tip = sounding_window.wait(lambda: to_it.perform() or sounding_window.one(".tip:not([hidden])").text)
    assert "BPM" in tip
    assert "of the crate" in tip
    sounding_window.shot(f"track-sound-{scheme}")


def test_moods_of_sound_and_words_stand_in_the_planes_numbers(sounding_window: Window) -> None:
    at_song(sounding_window)
    sounding_window.one(".numbers summary").click()
    rows = [row.text for row in sounding_window.all(".numbers tbody th")]
    assert rows[:3] == ["its mood", "its sound", "its words"]


def test_all_numbers_are_there_for_who_wants_them(sounding_window: Window) -> None:
    at_song(sounding_window)
    sounding_window.one(".numbers-all summary").click()
    assert len(sounding_window.all(".numbers-all tbody tr")) > 44


def test_the_page_works_on_a_phone_and_without_scripts(sounding_window: Window) -> None:
    sounding_window.size(390, 844)
    at_song(sounding_window)
    overflow = "return document.documentElement.scrollWidth - innerWidth"
    assert sounding_window.script(overflow) <= 0
    sounding_window.shot("track-phone")
    sounding_window.size(1360, 900)
    sounding_window.scripts(on=False)
    sounding_window.go(f"/track/{sounding_window.site.ids[SONG]}")
    assert sounding_window.one("audio").get_attribute("controls") is not None
    assert sounding_window.all(".plane-still rect")
