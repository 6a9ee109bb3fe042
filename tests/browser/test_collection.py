"""The Collection page in a real browser: a person heals, watches, and thinks better of it."""

from __future__ import annotations

from browser.window import Window


def test_healing_is_asked_for_watched_and_called_off(sounding_window: Window) -> None:
    sounding_window.go("/")
    sounding_window.script("document.querySelector('.foot a[href=\"/collection\"]').click()")
    sounding_window.wait(lambda: sounding_window.all(".columns .parts"))
    sounding_window.shot("collection")
    sounding_window.one("#heal").click()
    task = sounding_window.wait(lambda: sounding_window.all(".task[data-live]"))[0]
    assert task.find_element("css selector", ".task-kind").text == "heal"
    task.find_element("css selector", "button").click()
    sounding_window.wait(lambda: sounding_window.one(".task").get_attribute("data-status") == "cancelled")
    assert not sounding_window.all(".task[data-live]")


def test_every_bar_has_its_numbers(sounding_window: Window) -> None:
    sounding_window.go("/collection")
    assert all(bar.get_attribute("aria-label") for bar in sounding_window.all(".columns .parts"))
    names = [cell.text for cell in sounding_window.all(".columns tbody th")]
    assert names == ["genre", "tags", "description", "year", "length", "sound", "mood"]


def test_the_page_works_on_a_phone_and_without_scripts(sounding_window: Window) -> None:
    sounding_window.size(390, 844)
    sounding_window.go("/collection")
    sounding_window.shot("collection-phone")
    assert sounding_window.script("return document.documentElement.scrollWidth - innerWidth") <= 0
    sounding_window.size(1360, 900)
    sounding_window.scripts(on=False)
    sounding_window.go("/collection")
    sounding_window.one("#study").click()
    sounding_window.wait(lambda: sounding_window.all(".task"))
