"""Publishing a file: the old one or the new one, never half, and nothing left behind."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from cratedig.errors import NotPublished
from cratedig.publish import only_one, publish, sweep


def test_a_reader_sees_one_version_or_the_other(tmp_path: Path) -> None:
    path = tmp_path / "model.onnx"
    versions = {bytes([letter]) * 300_000 for letter in b"ab"}
    publish(path, b"a" * 300_000)
    done = threading.Event()

    def write() -> None:
        for _ in range(40):
            for version in versions:
                publish(path, version)
        done.set()

    writer = threading.Thread(target=write)
    writer.start()
    seen = set()
    while not done.is_set():
        seen.add(path.read_bytes())
    writer.join()
    assert seen <= versions


def test_what_cannot_be_put_in_place_leaves_nothing_behind(tmp_path: Path) -> None:
    (tmp_path / "taken").mkdir()
    (tmp_path / "taken" / "file").touch()
    with pytest.raises(NotPublished, match="taken"):
        publish(tmp_path / "taken", b"bytes")
    assert [path.name for path in tmp_path.iterdir()] == ["taken"]


def test_one_holds_the_folder_and_the_next_waits(tmp_path: Path) -> None:
    order: list[str] = []

    def second() -> None:
        with only_one(tmp_path):
            order.append("second")

    with only_one(tmp_path):
        waiting = threading.Thread(target=second)
        waiting.start()
        waiting.join(0.2)
        order.append("first")
    waiting.join()
    assert order == ["first", "second"]


def test_sweeping_takes_parts_and_leaves_files(tmp_path: Path) -> None:
    for name in (".model.onnx.x1.part", "model.onnx", ".lock"):
        (tmp_path / name).touch()
    sweep(tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir()) == [".lock", "model.onnx"]
