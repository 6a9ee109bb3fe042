"""The pages as they leave the server: what a person without JavaScript gets."""

from __future__ import annotations

from html.parser import HTMLParser

import httpx2
import pytest
from sqlalchemy import insert

from cratedig.catalogue.tables import Track
from cratedig.wiring import App
from small_crate import HARMFUL, fill


class Page(HTMLParser):
    """The elements of a page, as (tag, attributes), and its text."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str]]] = []
        self.words: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, {name: value or "" for name, value in attrs}))

    def handle_data(self, data: str) -> None:
        self.words.append(data)

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.words).split())

    def all(self, tag: str, cls: str = "") -> list[dict[str, str]]:
        return [attrs for name, attrs in self.elements if name == tag and cls in attrs.get("class", "")]


async def page_at(client: httpx2.AsyncClient, address: str) -> Page:
    answer = await client.get(address)
    assert answer.status_code == 200, answer.text
    assert answer.headers["Content-Type"] == "text/html; charset=utf-8"
    return Page(answer.text)


async def test_an_empty_crate_says_what_to_do(browser_client: httpx2.AsyncClient) -> None:
    page = await page_at(browser_client, "/")
    assert "cratedig collect csv" in page.text
    assert "cratedig up --demo" in page.text


async def test_the_opening_page_offers_ways_in(browser_client: httpx2.AsyncClient, crate: dict[str, int]) -> None:
    page = await page_at(browser_client, "/")
    assert any(link["href"] == "/?q=i+miss+my+ex" for link in page.all("a"))
    assert any(link["href"] == "/?genre=Soul" for link in page.all("a"))
    assert f"{len(crate)} tracks" in page.text


async def test_results_have_reasons_receipts_and_a_place(
    browser_client: httpx2.AsyncClient, crate: dict[str, int]
) -> None:
    page = await page_at(browser_client, "/?q=i+miss+my+ex")
    results = page.all("li", "result")
    assert results
    assert results[0]["data-title"] in ("Half of the Bed", "Letters I Never Sent")
    assert len(page.all("svg", "why")) == len(results)
    assert page.all("span", "badge-")
    assert page.all("table", "terms")
    assert page.all("rect", "stage")
    assert page.all("path", "plane-target")


async def test_the_search_form_works_without_scripts(browser_client: httpx2.AsyncClient, crate: dict[str, int]) -> None:
    page = await page_at(browser_client, "/?genre=Soul&q=tears")
    form = next(attrs for attrs in page.all("form") if attrs["id"] == "search")
    assert (form["action"], form["method"]) == ("/", "get")
    kept = {attrs["name"]: attrs["value"] for attrs in page.all("input") if attrs.get("type") == "hidden"}
    assert kept["genre"] == "Soul"


async def test_a_result_can_be_left_out_by_a_link(browser_client: httpx2.AsyncClient, crate: dict[str, int]) -> None:
    page = await page_at(browser_client, "/?q=calm")
    first = page.all("li", "result")[0]["data-track"]
    without = next(link["href"] for link in page.all("a") if link.get("data-act") == "less")
    again = await page_at(browser_client, without)
    assert first not in {result["data-track"] for result in again.all("li", "result")}


async def test_a_point_of_the_plane_is_an_address(browser_client: httpx2.AsyncClient, crate: dict[str, int]) -> None:
    page = await page_at(browser_client, "/?valence=0.80&arousal=0.50")
    plane = next(attrs for attrs in page.all("div", "plane-picture"))
    assert (plane["data-valence"], plane["data-arousal"]) == ("0.8", "0.5")
    assert page.all("li", "result")


@pytest.mark.parametrize("query", ["good music", "qwertzuiop zzz", "?!", "🎵", "%", "' or 1=1 --", "a" * 2000])
async def test_no_query_goes_without_an_answer(
    browser_client: httpx2.AsyncClient, crate: dict[str, int], query: str
) -> None:
    answer = await browser_client.get("/", params={"q": query})
    page = Page(answer.text)
    assert page.all("li", "result")


async def test_the_default_is_stated(browser_client: httpx2.AsyncClient, crate: dict[str, int]) -> None:
    page = await page_at(browser_client, "/?q=good+music")
    assert page.all("p", "notice")


async def test_an_impossible_filter_says_how_to_go_on(
    browser_client: httpx2.AsyncClient, crate: dict[str, int]
) -> None:
    page = await page_at(browser_client, "/?q=calm&from=1901&to=1902")
    assert not page.all("li", "result")
    assert "Nothing fits all of that" in page.text


async def test_what_is_not_studied_is_said(browser_client: httpx2.AsyncClient, app: App) -> None:

    async with app.catalogue.begin() as session:
        await session.execute(insert(Track), [{"source": "test", "title": f"Song {at}"} for at in range(3)])
    page = await page_at(browser_client, "/")
    assert "3 tracks are not studied yet" in page.text
    assert "cratedig study" in page.text


async def test_a_track_has_its_page_with_its_own_lyrics(
    browser_client: httpx2.AsyncClient, crate: dict[str, int]
) -> None:
    page = await page_at(browser_client, f"/track/{crate['Half of the Bed']}?q=tears")
    assert "the tears will not stop" in page.text
    assert page.all("table", "terms")
    assert page.all("svg", "lies")
    assert any(link["href"] == "https://music.example/half-of-the-bed" for link in page.all("a"))


async def test_one_address_answers_a_page_to_browsers_and_json_to_programs(
    client: httpx2.AsyncClient, browser_client: httpx2.AsyncClient, crate: dict[str, int]
) -> None:
    address = f"/track/{crate['Half of the Bed']}"
    told = await client.get(address)
    assert told.json() == (await client.get(f"/api/v1{address}")).json()
    assert "lyrics" not in told.json()
    assert told.json()["lyrics_words"] > 0
    assert told.headers["Vary"] == "Accept"
    assert (await browser_client.get(address)).headers["Vary"] == "Accept"


async def test_why_is_told_for_any_track_and_query(client: httpx2.AsyncClient, crate: dict[str, int]) -> None:
    track_id = crate["Sunday Parade"]
    told = (await client.get(f"/api/v1/track/{track_id}/why", params={"query": "i miss my ex"})).json()
    assert told["track_id"] == str(track_id)
    assert sum(term["contribution"] for term in told["why"]) == pytest.approx(told["score"], abs=1e-9)


@pytest.mark.parametrize("where", ["/", "/?q=storm", "/?q=<script>window.hacked=1</script>&genre=<svg/onload=x>"])
async def test_data_cannot_add_elements_to_a_list(browser_client: httpx2.AsyncClient, app: App, where: str) -> None:
    await fill(app, HARMFUL)
    _has_nothing_harmful(await page_at(browser_client, where))


async def test_data_cannot_add_elements_to_a_track(browser_client: httpx2.AsyncClient, app: App) -> None:
    for track_id in (await fill(app, HARMFUL)).values():
        page = await page_at(browser_client, f"/track/{track_id}?q=<script>window.hacked=1</script>")
        _has_nothing_harmful(page)
        assert "49" not in {"".join(word.split()) for word in page.words}  # {{ 7 * 7 }} stayed text


def _has_nothing_harmful(page: Page) -> None:
    for tag, attrs in page.elements:
        assert tag not in {"img", "iframe", "object", "embed"}
        assert not any(name.startswith("on") for name in attrs), attrs
        assert "style" not in attrs
        assert not attrs.get("href", "").lower().strip().startswith(("javascript:", "data:", "vbscript:"))
        if tag == "script":
            assert attrs["src"].startswith("/static/")
