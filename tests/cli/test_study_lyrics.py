"""`cratedig study lyrics`: a chat model is asked once about each lyric, and what it would cost is said before."""

from __future__ import annotations

import json
from functools import partial
from pathlib import Path

import anyio
import orjson

from commands import Cratedig, one_line
from cratedig.models.chat.scripted import Asked, Scripted, smallest

DUMP = """title,artist,lyrics
Moth,Ida Marrow,"I left the porch light burning for the moth
and the moth came home in a coat of smoke"
Thief,Ida Marrow,"Hold on, hold on, the morning is a thief
it steals the dark and calls the theft relief"
Silent,Oriel,
"""


def says(asked: Asked) -> str:
    return orjson.dumps(smallest(asked.schema)).decode()


async def test_a_chat_model_is_asked_once_about_each_lyric(cratedig: Cratedig, tmp_path: Path) -> None:
    dump = tmp_path / "dump.csv"
    dump.write_text(DUMP)
    async with Scripted(says) as model:
        env = {
            "CRATEDIG_MODELS__PROVIDERS__OLLAMA__BASE_URL": model.base_url,
            "CRATEDIG_MODELS__PROVIDERS__OLLAMA__PRICE_OUT": "1000",
        }

        async def call(*arguments: object) -> tuple[int, str, str]:
            done = await anyio.to_thread.run_sync(partial(cratedig, *arguments, env=env))
            return done.returncode, done.stdout, done.stderr

        assert (await call("collect", "csv", dump, "--no-study"))[0] == 0
        code, out, err = await call("study", "lyrics", "--analyzer", "ollama", "--json")
        assert code == 0, err
        figures = json.loads(out)["ollama"]
        assert (figures["done"], figures["total"], figures["unread"]) == (2, 2, 0)
        assert figures["microdollars"] > 0
        assert "ollama: about $" in err
        code, out, err = await call("study", "lyrics", "--analyzer", "ollama")
        assert (code, out) == (0, "ollama: 0 tracks studied\n"), err
        assert len(model.asked) == 2
    checks = {one["name"]: one for one in json.loads((await call("doctor", "--analysis", "--json"))[1])["checks"]}
    assert checks["ollama"]["detail"].startswith("2 of 2 tracks, 100.0 %")
    assert checks["algorithmic"]["detail"].startswith("0 of 2 tracks")
    assert checks["algorithmic"]["advice"] == "Run `cratedig study lyrics --analyzer algorithmic`."


def test_who_cannot_read_is_said_before_anything_is_asked_for(cratedig: Cratedig) -> None:
    for arguments, code in (
        (("lyrics", "--analyzer", "oracle"), 2),
        (("text", "--analyzer", "algorithmic"), 2),
        (("lyrics", "--analyzer", "qwen"), 5),
    ):
        done = cratedig("study", *arguments)
        assert done.returncode == code, done.stderr
        assert one_line(done.stderr)


def test_that_there_is_nothing_new_is_said(cratedig: Cratedig) -> None:
    assert cratedig("study", "lyrics").returncode == 0
    done = cratedig("study", "lyrics")
    assert (done.returncode, done.stdout) == (0, "There is nothing new to study.\n"), done.stderr
