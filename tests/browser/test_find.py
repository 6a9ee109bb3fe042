"""The Find page in a real browser: what a person does there."""

from __future__ import annotations

import re
from urllib.parse import parse_qs, urlsplit

import pytest
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.keys import Keys

from browser.contrast import CONTRAST
from browser.window import Window


def fields(window: Window) -> dict[str, list[str]]:
    return parse_qs(urlsplit(window.driver.current_url).query)


def type_query(window: Window, words: str) -> None:
    box = window.one("#q")
    box.clear()
    box.send_keys(words, Keys.ENTER)
    window.wait(lambda: fields(window).get("q") == [words])
    window.settled()


def press(window: Window, *keys: str) -> None:
    ActionChains(window.driver).send_keys(*keys).perform()


def focused(window: Window) -> str | None:
    return window.script("return document.activeElement.closest('.result')?.dataset.track ?? null")  # type: ignore[no-any-return]


def test_typing_a_query_gives_explained_results_without_a_reload(window: Window) -> None:
    window.go("/")
    window.settled()
    window.script("window.stillHere = true")
    type_query(window, "i miss my ex")
    results = window.all(".result")
    assert results
    assert results[0].get_attribute("data-artist") == "Ida Marrow"
    assert len(window.all(".result .why")) == len(results)
    assert all(bar.find_elements("css selector", ".why-segment") for bar in window.all(".result .why"))
    assert window.script("return window.stillHere") is True
    window.shot("find-dark")


def test_the_back_button_goes_back_through_the_answers(window: Window) -> None:
    window.go("/")
    type_query(window, "calm water")
    first = window.one(".result-title").text
    type_query(window, "angry and loud")
    assert window.one(".result-title").text != first
    window.driver.back()
    window.wait(lambda: window.one(".result-title").text == first)
    assert window.one("#q").get_property("value") == "calm water"
    window.driver.back()
    window.wait(lambda: window.all(".opening"))


def test_an_address_alone_brings_the_same_answer(window: Window) -> None:
    window.go("/")
    type_query(window, "happy summer party")
    shown = [result.get_attribute("data-track") for result in window.all(".result")]
    window.driver.refresh()
    window.settled()
    assert [result.get_attribute("data-track") for result in window.all(".result")] == shown


def test_the_bar_is_as_long_as_its_terms(window: Window) -> None:
    window.go("/?q=i+miss+my+ex")
    for bar in window.all(".result .why"):
        widths = window.script(
            "return [...arguments[0].querySelectorAll('.why-segment:not(.texture-minus)')]"
            ".map((segment) => segment.getBoundingClientRect().width)",
            bar,
        )
        assert 0 < sum(widths) <= bar.size["width"] + 1
    window.one(".why-detail summary").click()
    terms = [
        float(cell.text.replace("−", "-").replace("+", ""))
        for cell in window.all(".result:first-child tbody td:nth-child(4)")
    ]
    total = float(window.one(".result:first-child tfoot td").text)
    assert sum(terms) == pytest.approx(total, abs=0.005)
    without = [cell.text for cell in window.all(".result:first-child tbody td:last-child")]
    assert all(re.fullmatch(r"\d+(st|nd|rd|th)", rank) for rank in without)
    assert window.one(".result:first-child .result-why").text.endswith(".")


def test_hovering_a_segment_says_its_term_and_number(window: Window) -> None:
    window.go("/?q=i+miss+my+ex")
    window.settled()
    # from elsewhere: where the mouse already lies, it enters nothing
    to_it = ActionChains(window.driver).move_to_element(window.one("#q"))
    to_it.move_to_element(window.one(".result .why-segment"))
    assert "×" in window.wait(lambda: to_it.perform() or window.one(".tip:not([hidden])").text)


def test_clicking_the_plane_searches_there(window: Window) -> None:
    window.go("/")
    window.settled()
    plane = window.one("#plane")
    width, height = plane.size["width"], plane.size["height"]
    ActionChains(window.driver).move_to_element_with_offset(
        plane, int(0.3 * width), int(-0.25 * height)
    ).click().perform()
    window.wait(lambda: "valence" in fields(window))
    window.settled()
    assert float(fields(window)["valence"][0]) == pytest.approx(0.636, abs=0.03)
    assert float(fields(window)["arousal"][0]) == pytest.approx(0.53, abs=0.03)
    assert window.all(".result")
    assert "at +0.6" in window.one(".chip-off").text
    window.one(".chip-off").click()
    window.wait(lambda: window.all(".opening"))


def test_the_keyboard_is_enough(window: Window) -> None:
    window.go("/")
    window.settled()
    press(window, "/")
    assert window.script("return document.activeElement.id") == "q"
    press(window, "calm", Keys.ENTER)
    window.wait(lambda: window.all(".result"))
    window.settled()
    tracks = [result.get_attribute("data-track") for result in window.all(".result")]
    press(window, Keys.ARROW_DOWN)
    assert focused(window) == tracks[0]
    press(window, Keys.ARROW_DOWN)
    assert focused(window) == tracks[1]
    press(window, Keys.ARROW_UP)
    assert focused(window) == tracks[0]
    press(window, "w")
    assert window.one(".result:first-child details").get_property("open")
    press(window, "x")
    window.wait(lambda: fields(window).get("exclude") == [tracks[0]])
    window.settled()
    press(window, Keys.ARROW_DOWN, Keys.ENTER)
    window.wait(lambda: "/track/" in window.driver.current_url)


def test_the_question_mark_lists_the_keys(window: Window) -> None:
    window.go("/")
    window.settled()
    press(window, "?")
    assert window.one("#keys").is_displayed()
    press(window, Keys.ESCAPE)
    window.wait(lambda: not window.one("#keys").is_displayed())


def test_more_like_this_and_leaving_out(window: Window) -> None:
    window.go("/?q=calm")
    window.settled()
    title = window.one(".result").get_attribute("data-title")
    window.one("[data-act=more]").click()
    window.wait(lambda: "like" in fields(window))
    window.settled()
    assert window.one(".chip-off").text.startswith(f"like {title}")
    assert title not in [result.get_attribute("data-title") for result in window.all(".result")]


def test_filters_narrow_the_answer_and_can_be_cleared(window: Window) -> None:
    window.go("/?q=music")
    window.settled()
    window.one(".filters summary").click()
    window.one(".filters input[name=genre]").send_keys("Ambient", Keys.ENTER)
    window.wait(lambda: fields(window).get("genre") == ["Ambient"])
    window.settled()
    assert {result.get_attribute("data-artist") for result in window.all(".result")} == {"Oriel"}
    assert window.one(".filters").get_property("open")


def test_the_search_works_without_scripts(window: Window) -> None:
    window.scripts(on=False)
    window.go("/")
    window.one("#q").send_keys("i miss my ex", Keys.ENTER)
    window.wait(lambda: window.all(".result"))
    assert window.all(".plane-still circle")
    window.one(".why-detail summary").click()
    assert window.one(".result:first-child tfoot td").is_displayed()
    window.shot("find-without-scripts")


@pytest.mark.parametrize("scheme", ["dark", "light"])
def test_the_page_follows_the_system(window: Window, scheme: str) -> None:
    window.prefer(scheme)
    for name, address in (
        ("home", "/"),
        ("find", "/?q=i+miss+my+ex"),
        ("track", f"/track/{window.site.ids['Half of the Bed']}?q=tears"),
    ):
        window.go(address)
        window.settled()
        red, green, blue = (
            int(part)
            for part in window.script("return getComputedStyle(document.body).backgroundColor.match(/\\d+/g)")[:3]
        )
        assert (red + green + blue < 120) == (scheme == "dark")
        window.shot(f"{name}-{scheme}")


@pytest.mark.parametrize("scheme", ["dark", "light"])
def test_every_text_can_be_read(window: Window, scheme: str) -> None:
    """WCAG 2.2 AA: 4.5 to 1, 3 to 1 for large text."""
    window.prefer(scheme)
    for address in ("/", "/?q=i+miss+my+ex", f"/track/{window.site.ids['Half of the Bed']}?q=tears", "/none"):
        window.go(address)
        assert window.script(CONTRAST) == []
        window.complaints() if address == "/none" else None  # the browser logs the 404 itself


@pytest.mark.parametrize("address", ["/", "/?q=i+miss+my+ex", "/track/1?q=calm", "/none"])
def test_nothing_sticks_out_on_a_phone(window: Window, address: str) -> None:
    window.size(360, 780)
    window.go(address)
    window.wait(lambda: window.all("main"))
    assert window.script("return document.documentElement.scrollWidth") <= 360
    if address == "/none":
        window.complaints()  # the browser logs the 404 itself
    else:
        window.shot("phone-" + (address.strip("/").split("?")[0].replace("/", "-") or "find" + str(len(address))))


def test_every_control_has_a_name(window: Window) -> None:
    for address in ("/", "/?q=i+miss+my+ex", "/track/1"):
        window.go(address)
        window.settled()
        nameless = window.script(
            "return [...document.querySelectorAll('a[href], button, input:not([type=hidden])')]"
            ".filter((node) => !node.closest('[aria-hidden=true]') && !(node.innerText.trim() || node.ariaLabel"
            " || node.labels?.length || node.textContent.trim())).map((node) => node.outerHTML)"
        )
        assert nameless == []


def test_the_focus_can_be_seen(window: Window) -> None:
    window.go("/?q=calm")
    window.settled()
    for _ in range(12):
        press(window, Keys.TAB)
        outline = window.script("return getComputedStyle(document.activeElement).outlineStyle")
        assert outline != "none"


def test_swagger_comes_from_here(window: Window) -> None:
    window.go("/docs")
    window.wait(lambda: window.all(".swagger-ui .opblock"))
    hosts = window.script(
        "return [...new Set(performance.getEntriesByType('resource').map((e) => new URL(e.name).host))]"
    )
    assert hosts == [urlsplit(window.site.url).netloc]
    window.shot("docs")


def test_hostile_data_runs_nothing(hostile_window: Window) -> None:
    addresses = ["/", "/?q=storm", "/?q=<script>window.hacked=1</script>"]
    addresses += [f"/track/{track_id}?q=storm" for track_id in hostile_window.site.ids.values()]
    for address in addresses:
        hostile_window.go(address)
        hostile_window.settled()
        assert hostile_window.script("return window.hacked ?? null") is None
        assert hostile_window.all("script:not([src]), img, iframe, object, [onload], [onerror], [onmouseover]") == []
    hostile_window.go("/?q=storm")
    hostile_window.settled()
    ActionChains(hostile_window.driver).move_to_element(hostile_window.one("#plane")).perform()
    assert hostile_window.script("return window.hacked ?? null") is None
