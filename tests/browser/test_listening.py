"""Your listening in a real browser: a heart is pressed, seen again, taken back, and all of it forgotten."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from browser.window import Window


@pytest.fixture
def listening(window: Window) -> Iterator[Window]:
    """A window whose listener has done nothing, before and after."""
    yield window
    window.scripts(on=True)
    window.size(1360, 900)
    window.go("/yours")
    for button in window.all(".yours .acts-row button"):
        button.click()
    window.wait(lambda: "Nothing yet" in window.one(".yours").text)


def pressed(window: Window) -> list[str]:
    return [button.get_attribute("value") or "" for button in window.all('.say[aria-pressed="true"]')]


def test_a_verdict_stays_where_it_was_given_and_is_listed(listening: Window) -> None:
    listening.go("/?q=calm")
    listening.settled()
    order = [result.get_attribute("data-track") for result in listening.all(".result")]
    listening.all(".say-like")[1].click()
    listening.wait(lambda: pressed(listening) == ["like"])
    assert [result.get_attribute("data-track") for result in listening.all(".result")] == order
    listening.all(".say-dislike")[0].click()
    listening.wait(lambda: sorted(pressed(listening)) == ["dislike", "like"])
    listening.shot("find-liked")

    listening.go("/?q=calm")
    listening.settled()
    assert sorted(pressed(listening)) == ["dislike", "like"]
    assert [result.get_attribute("data-track") for result in listening.all(".result")] != order
    assert "taste" in {row.get_attribute("textContent") for row in listening.all(".terms tbody th")}

    listening.one('.say[value="like"][aria-pressed="true"]').click()
    listening.wait(lambda: pressed(listening) == ["dislike"])
    listening.go("/")
    listening.script("document.querySelector('.foot a[href=\"/yours\"]').click()")
    listening.wait(lambda: len(listening.all(".yours tbody tr")) == 2)
    listening.shot("yours")
    assert [row.get_attribute("class") for row in listening.all(".yours tbody tr")] == ["", "undone"]
    assert listening.complaints() == []


def test_a_track_is_liked_without_scripts(listening: Window) -> None:
    listening.scripts(on=False)
    listening.go("/?q=calm")
    listening.one(".result-title").click()
    listening.wait(lambda: listening.all(".track-acts .say-like"))
    listening.one(".track-acts .say-like").click()
    listening.wait(lambda: pressed(listening) == ["like"])
    listening.shot("track-liked")
    assert "/track/" in listening.driver.current_url


def test_the_buttons_have_room_on_a_phone(listening: Window) -> None:
    listening.size(390, 844)
    listening.go("/?q=calm")
    listening.settled()
    listening.one(".result-head").location_once_scrolled_into_view  # noqa: B018 - scrolls there
    listening.shot("phone-verdict")
    assert listening.script("return document.documentElement.scrollWidth - innerWidth") <= 0
    assert all(button.size["width"] >= 24 and button.size["height"] >= 24 for button in listening.all(".say"))
