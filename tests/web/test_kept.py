"""A kept answer is handed out as it was found, or not at all."""

from __future__ import annotations

import orjson
from hypothesis import given
from hypothesis import strategies as st

from cratedig.find.request import Metadata, Response, Result
from cratedig.music.mood import Mood
from cratedig.web.kept import Keeping, Ready

RESULT = Result(
    track_id="7",
    title="Grauer Hafen, metadata",
    artist=None,
    year=1994,
    genre=None,
    permalink_url=None,
    score=0.5,
    mood=Mood(0.5, -0.5),
    audio_features={"bpm": None},
    tags=("a",),
    why=(),
    receipts={},
    confidence=1.0,
    rank=1,
    without={"mood": 3},
    sentence='It has your words: "metadata":{}.',
    moved=None,
    also=("8",),
)
METADATA = Metadata(9, 12.5, {"scoring": 12.5}, "mood", False, "Heard as: calm.")
ANSWER = Response("calm", Mood(0.25, -0.5), (RESULT,), METADATA)


def test_it_is_sent_as_it_was_found() -> None:
    ready = Ready.of(ANSWER)
    assert orjson.loads(ready.json) == orjson.loads(orjson.dumps(ANSWER))
    assert ready.answer == ANSWER


def test_it_is_kept_whole() -> None:
    ready = Ready.of(ANSWER)
    assert Keeping().read(Keeping().write(ready)) == ready


@given(st.integers(0, 10_000), st.integers(1, 255))
def test_a_damaged_one_is_none(at: int, change: int) -> None:
    kept = bytearray(Keeping().write(Ready.of(ANSWER)))
    kept[at % len(kept)] ^= change
    assert Keeping().read(bytes(kept)) is None
    assert Keeping().read(bytes(kept)[: at % len(kept)]) is None


def test_what_was_found_before_says_so_and_how_long_handing_it_out_took() -> None:
    ready = Ready.of(ANSWER).handed_out(started=0.0)
    told = orjson.loads(ready.json)["metadata"]
    assert told["cached"]
    assert told["stages"] == {"cache": told["processing_time_ms"]}
    assert orjson.loads(ready.json)["results"] == orjson.loads(Ready.of(ANSWER).json)["results"]
