"""Publishing a file: the old one or the new one, never half, and nothing left behind."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from cratedig.errors import Damaged, NotPublished
from cratedig.publish import only_one, publish, publishing, read_verified, sha256, sha256_of, sweep


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


def test_what_is_written_bit_by_bit_appears_when_the_block_ends(tmp_path: Path) -> None:
    path = tmp_path / "new" / "folder" / "file"
    with publishing(path, mode=0o644) as draft:
        for _ in range(3):
            draft.write(b"abc")
        assert not path.exists()
    assert (path.read_bytes(), path.stat().st_mode & 0o777) == (b"abcabcabc", 0o644)
    assert (draft.published.sha256, draft.published.size) == (sha256_of(path), 9)


def test_a_block_that_raises_publishes_nothing_and_its_error_passes_through(tmp_path: Path) -> None:
    publish(tmp_path / "file", b"old")
    with pytest.raises(ZeroDivisionError), publishing(tmp_path / "file") as draft:
        draft.write(b"new" * (1 // 0))
    assert [(path.name, path.read_bytes()) for path in tmp_path.iterdir()] == [("file", b"old")]


def test_a_link_in_place_of_the_target_is_neither_followed_nor_replaced(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").write_bytes(b"theirs")
    (tmp_path / "link").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(NotPublished, match="symbolic link"):
        publish(tmp_path / "link", b"ours")
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "elsewhere").read_bytes() == b"theirs"
    assert len(list(tmp_path.iterdir())) == 2


def test_only_the_published_bytes_are_read(tmp_path: Path) -> None:
    published = publish(tmp_path / "file", b"data")
    assert read_verified(published.path, published.sha256) == b"data"
    for wrong in (sha256(b"date"), ""):
        with pytest.raises(Damaged, match="was not read"):
            read_verified(published.path, wrong)
    with pytest.raises(Damaged, match="cannot be read"):
        read_verified(tmp_path / "none", published.sha256)
