"""The chat analyzer against `transformers serve`, on a tiny Llama with random weights made here: `make
test-transformers`. What it answers is rubbish; what is tested is the wire, and that rubbish becomes no finding."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx2
import orjson
import pytest
import torch
from tokenizers import Tokenizer, decoders, models, pre_tokenizers
from transformers import LlamaConfig, LlamaForCausalLM, PreTrainedTokenizerFast

from cratedig.models.chat.own_book import OwnBook
from cratedig.music.lyric import Lyric
from cratedig.understand.lyrics.algorithmic import Algorithmic
from cratedig.understand.lyrics.chat.analyzer import ChatAnalyzer, or_local
from tests.models.chat.asking import chain, provider

NAME = "of-this-test/tiny"
START, END, PAD = range(3)
TEMPLATE = (
    "{% for message in messages %}{{ message['role'] + ': ' + message['content'] + '\\n' }}{% endfor %}assistant: "
)
LYRIC = Lyric.of("I left the harbour lamp on burning low\nfor anybody walking home across the snow")
READY_WITHIN_S = 120


@dataclass(frozen=True)
class Serving:
    """base_url: of the OpenAI protocol."""

    base_url: str

    def ask(self, **more: Any) -> httpx2.Response:
        asked = {"model": NAME, "messages": [{"role": "user", "content": "hello"}], "max_tokens": 8} | more
        return httpx2.post(f"{self.base_url}/chat/completions", json=asked, timeout=60)


def made(cache: Path, *, ends: list[int]) -> None:
    """A model of bytes, as the hub's cache keeps them. ends: tokens that end its answer."""
    folder = cache / "hub" / f"models--{NAME.replace('/', '--')}"
    snapshot = folder / "snapshots" / ("0" * 40)
    (folder / "refs").mkdir(parents=True)
    (folder / "refs" / "main").write_text(snapshot.name)
    words = ["<s>", "</s>", "<pad>", *sorted(pre_tokenizers.ByteLevel.alphabet())]
    tokenizer = Tokenizer(models.BPE({word: at for at, word in enumerate(words)}, []))
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    marks = {"bos_token": words[START], "eos_token": words[END], "pad_token": words[PAD]}
    shown = PreTrainedTokenizerFast(tokenizer_object=tokenizer, chat_template=TEMPLATE, **marks)
    shown.save_pretrained(snapshot)
    sizes = {"hidden_size": 16, "intermediate_size": 16, "num_hidden_layers": 1, "num_attention_heads": 2}
    torch.manual_seed(6)
    model = LlamaForCausalLM(
        LlamaConfig(vocab_size=len(words), max_position_embeddings=16_384, eos_token_id=END, pad_token_id=PAD, **sizes)
    )
    model.generation_config.eos_token_id = ends
    model.save_pretrained(snapshot)


def serving(cache: Path, log: Path) -> Iterator[Serving]:
    """`transformers serve` on this machine, told that there is no network."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port = listener.getsockname()[1]
    command = [str(Path(sys.executable).with_name("transformers")), "serve", NAME]
    told = {"HF_HOME": str(cache), "HF_HUB_OFFLINE": "1", "HF_HUB_DISABLE_TELEMETRY": "1"}
    with log.open("wb") as out:
        process = subprocess.Popen(
            [*command, "--host", "127.0.0.1", "--port", str(port), "--device", "cpu"],
            env=os.environ | told,
            stdout=out,
            stderr=out,
        )
    try:
        _wait(process, f"http://127.0.0.1:{port}/health", log)
        yield Serving(f"http://127.0.0.1:{port}/v1")
    finally:
        process.terminate()
        process.wait(30)


def _wait(process: subprocess.Popen[bytes], health: str, log: Path) -> None:
    until = time.monotonic() + READY_WITHIN_S
    while time.monotonic() < until and process.poll() is None:
        with suppress(httpx2.HTTPError):
            if httpx2.get(health).is_success:
                return
        time.sleep(0.2)
    pytest.fail(f"transformers serve is not ready: {log.read_text(errors='replace')[-2000:]}")


@pytest.fixture(scope="module")
def endless(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Serving]:
    """A model that hardly ever ends its answer."""
    folder = tmp_path_factory.mktemp("endless")
    made(folder, ends=[END])
    yield from serving(folder, folder / "log.txt")


@pytest.fixture(scope="module")
def curt(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Serving]:
    """A model that ends its answer after a token or some."""
    folder = tmp_path_factory.mktemp("curt")
    made(folder, ends=list(range(1, 200)))
    yield from serving(folder, folder / "log.txt")


def test_the_model_is_listed(endless: Serving) -> None:
    listed = httpx2.get(f"{endless.base_url}/models").json()
    assert [model["id"] for model in listed["data"]] == [NAME]


def test_an_answer_comes_whole_with_what_it_took(endless: Serving) -> None:
    answer = endless.ask().json()
    [choice] = answer["choices"]
    assert choice["message"]["role"] == "assistant"
    assert choice["finish_reason"] == "length"
    assert answer["usage"]["completion_tokens"] == 8
    assert answer["usage"]["prompt_tokens"] > len("hello")


def test_an_answer_comes_in_pieces_when_it_is_asked_to(endless: Serving) -> None:
    streamed = endless.ask(stream=True)
    assert streamed.headers["content-type"].startswith("text/event-stream")
    told = [line.removeprefix("data: ") for line in streamed.text.splitlines() if line.startswith("data: {")]
    pieces = [orjson.loads(line)["choices"][0] for line in told]
    assert len(pieces) > 2
    assert pieces[-1]["finish_reason"] == "length"
    whole = endless.ask().json()["choices"][0]["message"]["content"]
    assert "".join(piece["delta"].get("content") or "" for piece in pieces) == whole


async def test_an_answer_without_end_becomes_the_finding_of_rules(endless: Serving) -> None:
    book = OwnBook()
    asked = provider(endless.base_url, model=NAME, max_tokens=40, timeout_s=60.0)
    async with chain(asked, book=book, deadline_s=120.0) as answering:
        found = await or_local(ChatAnalyzer("qwen", answering), Algorithmic()).analyze(LYRIC)
    assert found.analyzer == "algorithmic"
    assert found.fallback == "No chat model answered (qwen: the answer was cut off at its longest length)."
    [spent], _ = await book.spent()
    assert (spent.calls, spent.tokens_out) == (1, 40)
    assert spent.tokens_in > 1000  # the prompt and the lyric were read


async def test_an_answer_that_says_nothing_is_asked_for_anew_and_becomes_the_finding_of_rules(curt: Serving) -> None:
    book = OwnBook()
    asked = provider(curt.base_url, model=NAME, max_tokens=40, timeout_s=60.0)
    async with chain(asked, book=book, deadline_s=120.0) as answering:
        found = await or_local(ChatAnalyzer("qwen", answering), Algorithmic()).analyze(LYRIC)
    assert found.analyzer == "algorithmic"
    assert found.fallback.startswith("No chat model answered (qwen: ")
    assert "cut off" not in found.fallback
    [spent], _ = await book.spent()
    assert spent.calls > 1
