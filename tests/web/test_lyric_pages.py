"""The pages of lyrics as they leave the server: what a person without JavaScript gets."""

from __future__ import annotations

from html.parser import HTMLParser

import httpx2
import pytest
from sqlalchemy import insert, text

from cratedig.catalogue.tables import Track
from cratedig.jobs.kinds import shipped
from cratedig.jobs.worker import Rhythm, working
from cratedig.jobs.workshop import Workshop
from cratedig.web.lyric.page import MOST_LINES
from cratedig.web.readings import MAX_LYRIC_CHARS
from cratedig.wiring import App

LYRIC = """[Verse 1]
I left the porch light burning for the moth
and the moth came home in a coat of smoke
you said that a promise is only a cloth
and I wore it until every stitch of it broke

[Chorus]
I love you, I love you, I am so glad"""


class Marks(HTMLParser):
    """The rhymes of a page: text by group, and the lines as they read."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.groups: dict[str, list[str]] = {}
        self.lines: list[str] = []
        self._group: str | None = None
        self._in_line = False
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "mark" and given.get("data-group"):
            self._group = given["data-group"]
        if given.get("class") == "line-text":
            self._in_line = True
            self.lines.append("")

    def handle_endtag(self, tag: str) -> None:
        if tag == "mark":
            self._group = None
        elif tag == "span":
            self._in_line = False

    def handle_data(self, data: str) -> None:
        if self._group is not None:
            self.groups.setdefault(self._group, []).append(data)
        if self._in_line:
            self.lines[-1] += data


@pytest.fixture
async def track_id(app: App) -> int:
    async with app.catalogue.begin() as session:
        song = insert(Track).values(source="test", title="Moth", artist="Ida Marrow", lyrics=LYRIC)
        return int(await session.scalar(song.returning(Track.id)) or 0)


async def test_a_lyrics_page_has_every_line_as_it_is_and_marks_what_rhymes(
    browser_client: httpx2.AsyncClient, track_id: int
) -> None:
    answer = await browser_client.get(f"/track/{track_id}/lyric")
    assert answer.status_code == 200
    marks = Marks(answer.text)
    assert marks.lines == [line for line in LYRIC.splitlines() if line and not line.startswith("[")]
    assert any({"moth", "cloth"} <= set(group) for group in marks.groups.values())
    assert any({"smoke", "broke"} <= set(group) for group in marks.groups.values())
    assert "Chorus" in answer.text


async def test_what_nobody_read_says_how_and_after_a_study_it_stands_there(
    browser_client: httpx2.AsyncClient, app: App, track_id: int
) -> None:
    before = (await browser_client.get(f"/track/{track_id}/lyric")).text
    assert "cratedig study lyrics" in before
    assert 'action="/collection/study"' in before
    asked = await browser_client.post("/api/v1/study", json={"what": "lyrics"})
    task_id = asked.json()["task_id"]
    rhythm = Rhythm(heartbeat_s=0.5, stalled_after_s=5.0)
    async with working(Workshop(app.settings, app.catalogue, embedder=app.embedder), shipped(), rhythm):
        await browser_client.get(f"/api/v1/task/{task_id}/events")
    after = (await browser_client.get(f"/track/{track_id}/lyric")).text
    assert "cratedig study lyrics" not in after
    assert "data-arc=" in after
    assert all(f">{name}</span>" in after for name in ("algorithmic", "emotion"))


async def test_a_wider_ear_hears_no_fewer_rhymes(browser_client: httpx2.AsyncClient, track_id: int) -> None:
    marked = [
        sum(
            map(
                len, Marks((await browser_client.get(f"/track/{track_id}/lyric?sensitivity={at}")).text).groups.values()
            )
        )
        for at in (0.25, 0.5, 0.75)
    ]
    assert marked == sorted(marked)
    assert (await browser_client.get(f"/track/{track_id}/lyric?sensitivity=2")).status_code == 422


async def test_a_track_leads_to_its_lyric_and_one_without_words_says_what_to_do(
    browser_client: httpx2.AsyncClient, app: App, track_id: int
) -> None:
    assert f'href="/track/{track_id}/lyric"' in (await browser_client.get(f"/track/{track_id}")).text
    async with app.catalogue.begin() as session:
        wordless = await session.scalar(insert(Track).values(source="test", title="Hum").returning(Track.id))
    page = await browser_client.get(f"/track/{wordless}/lyric")
    assert page.status_code == 200
    assert "cratedig collect lyrics" in page.text
    assert (await browser_client.get("/track/999999/lyric")).status_code == 404


async def test_a_pasted_lyric_is_read_and_neither_stored_nor_kept_by_the_browser(
    browser_client: httpx2.AsyncClient, app: App
) -> None:
    answer = await browser_client.post("/analyze/lyric", data={"lyrics": LYRIC, "analyzer": "auto"})
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "no-store"
    assert any({"smoke", "broke"} <= set(group) for group in Marks(answer.text).groups.values())
    assert all(f">{name}</span>" in answer.text for name in ("algorithmic", "emotion", "hybrid"))
    async with app.catalogue.begin() as session:
        tables = ("tracks", "lyric_texts", "analysis_results", "batch_items")
        rows = [await session.scalar(text(f"select count(*) from {table}")) for table in tables]
    assert rows == [0] * len(tables)


@pytest.mark.parametrize(
    "pasted",
    ["", "   ", "🎤🎤🎤", "12345", "\x00\x01\x02", "a" * (MAX_LYRIC_CHARS + 1), "[Chorus]"],
    ids=["nothing", "spaces", "emoji", "figures", "bytes", "too long", "a heading alone"],
)
async def test_what_is_no_lyric_gets_a_clear_word_and_stays_in_its_box(
    browser_client: httpx2.AsyncClient, pasted: str
) -> None:
    answer = await browser_client.post("/analyze/lyric", data={"lyrics": pasted})
    assert answer.status_code == 422
    assert 'role="alert"' in answer.text
    assert "<textarea" in answer.text


async def test_an_analyzer_nobody_knows_is_said_to_be_unknown(browser_client: httpx2.AsyncClient) -> None:
    answer = await browser_client.post("/analyze/lyric", data={"lyrics": LYRIC, "analyzer": "oracle"})
    assert answer.status_code == 422
    assert 'role="alert"' in answer.text


async def test_words_from_right_to_left_are_read_too(browser_client: httpx2.AsyncClient) -> None:
    answer = await browser_client.post("/analyze/lyric", data={"lyrics": "שלום עולם\nשלום לכולם"})
    assert answer.status_code == 200
    assert Marks(answer.text).lines == ["שלום עולם", "שלום לכולם"]


async def test_a_question_finds_the_line_that_says_it_and_no_more_of_the_lyric(
    browser_client: httpx2.AsyncClient, crate: dict[str, int]
) -> None:
    page = (await browser_client.get("/?q=tears+in+an+empty+room")).text
    at = crate["Half of the Bed"]
    said = page.partition(f'href="/track/{at}/lyric#line-')[2].partition("<q>")[2].partition("</q>")[0]
    assert "empty room" in said
    assert len(said.split()) <= 12
    assert "Lines that say it" not in (await browser_client.get("/?q=tears&genre=Metal")).text
    assert "Lines that say it" not in (await browser_client.get("/?valence=0.5&arousal=0.5")).text


async def test_the_longest_lyric_a_page_takes_is_drawn_in_part_and_says_so(browser_client: httpx2.AsyncClient) -> None:
    lyric = "\n".join(f"{number} nights in the rain on the train" for number in range(MOST_LINES + 5))
    answer = await browser_client.post("/analyze/lyric", data={"lyrics": lyric, "analyzer": "algorithmic"})
    assert answer.status_code == 200
    assert len(Marks(answer.text).lines) == MOST_LINES
    assert "5 more lines are not drawn" in answer.text
